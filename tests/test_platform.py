"""The platform as a whole: what it refuses to start on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest

from culm import app, serving
from culm.book import keyfile, postgres, seals
from culm.kernel import errors, settings
from culm.ledger import commands


@pytest.fixture
def read(database_url: str, tmp_path: Path) -> settings.Settings:
    """Settings for a fresh database."""
    return settings.Settings(data_dir=str(tmp_path), database_url=database_url)


@pytest.mark.parametrize(("first", "then"), [(1, 2), (3, 1)])
async def test_books_open_only_under_the_partitions_that_they_were_begun_with(
    read: settings.Settings, first: int, then: int
) -> None:
    begun = msgspec.structs.replace(read, partitions=first)
    changed = msgspec.structs.replace(read, partitions=then)
    async with app.open_platform(begun, read.database_url) as platform:
        await platform.submit(commands.CreateTenant(name="Acme"), tenant="acme")
    with pytest.raises(postgres.PartitionsFixed) as refused:
        async with app.open_platform(changed, read.database_url):
            pass
    assert refused.value.field == "CULM_PARTITIONS"
    async with app.open_platform(begun, read.database_url) as platform:
        assert await platform.ready()


async def test_partitions_may_grow_as_long_as_nothing_is_in_them(read: settings.Settings) -> None:
    for partitions in (1, 3):
        begun = msgspec.structs.replace(read, partitions=partitions)
        async with app.open_platform(begun, read.database_url) as platform:
            assert len(platform.books) == partitions


async def test_the_signing_key_is_made_at_the_first_start(
    read: settings.Settings, tmp_path: Path
) -> None:
    async with app.open_platform(read, read.database_url) as platform:
        made = seals.public_key(tmp_path / "keys", read.origin, 0)
        assert platform.seals.verifier(0) == made


async def test_fewer_partitions_than_ever_begun_are_refused_though_nothing_is_in_them(
    read: settings.Settings,
) -> None:
    async with app.open_platform(msgspec.structs.replace(read, partitions=4), read.database_url):
        pass
    with pytest.raises(postgres.PartitionsFixed):
        await serve(msgspec.structs.replace(read, partitions=3))


@pytest.mark.parametrize("off", [timedelta(days=-1), timedelta(minutes=2), timedelta(days=365)])
async def test_a_platform_whose_clock_is_wrong_does_not_start(
    read: settings.Settings, off: timedelta
) -> None:
    def wrong() -> datetime:
        return datetime.now(UTC) + off

    with pytest.raises(errors.Unavailable, match="clock"):
        async with app.open_platform(read, read.database_url, clock_=wrong):
            pass


async def test_a_platform_whose_database_is_away_says_so(read: settings.Settings) -> None:
    with pytest.raises(errors.Unavailable, match="cannot be read"):
        async with app.open_platform(read, "postgresql://nobody@/x?host=/nowhere"):
            pass


async def test_a_platform_whose_clock_is_set_wrong_is_not_ready(read: settings.Settings) -> None:
    off = timedelta(0)
    async with app.open_platform(
        read, read.database_url, clock_=lambda: datetime.now(UTC) + off
    ) as platform:
        assert await platform.ready()
        off = timedelta(hours=1)
        assert not await platform.ready()


@pytest.mark.parametrize("wrong", [{"origin": "other.example"}, {"data_dir": "elsewhere"}])
async def test_a_key_or_an_origin_that_is_not_the_logs_is_found_at_the_start(
    read: settings.Settings, tmp_path: Path, wrong: dict[str, str]
) -> None:
    async with app.open_platform(read, read.database_url) as platform:
        await platform.seal()
    if "data_dir" in wrong:
        wrong = {"data_dir": str(tmp_path / wrong["data_dir"])}
    changed = msgspec.structs.replace(read, **wrong)
    with pytest.raises((keyfile.SigningKeyRefused, seals.CheckpointDamaged)):
        await serve(changed)


async def serve(read: settings.Settings) -> None:
    """Start the platform and its API, and stop them."""
    async with app.open_platform(read, read.database_url) as platform, serving.api(platform, 0):
        pass


async def test_a_platform_that_cannot_seal_its_log_is_not_ready(read: settings.Settings) -> None:
    async with app.open_platform(read, read.database_url) as platform:
        await platform.seal()
        assert await platform.ready()
        owner = await asyncpg.connect(read.database_url)
        await owner.execute("alter table book_checkpoint disable trigger all")
        await owner.execute("update book_checkpoint set note = note || 'x'")
        with pytest.raises(seals.CheckpointDamaged):
            await platform.seal()
        assert not await platform.ready()
        await owner.execute("update book_checkpoint set note = left(note, -1)")
        await platform.seal()
        assert await platform.ready()
        await owner.close()
