"""Sealing: what opens, what does not, and what is left of a subject that was destroyed."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import click.testing
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.commands import sealing as command
from culm.kernel import database, settings
from culm.security import files, providers, rewrapping, sealed, sealing
from culm.security.reads import keys as reads

KEY = sealing.Key("acme", "sub_a", bytes(32))

LATER = timedelta(days=1)


class Vault:
    """Another provider: keys stay in it, as in a hardware module."""

    def __init__(self) -> None:
        self._held: dict[bytes, tuple[bytes, bytes]] = {}

    async def current(self) -> str:
        return "vault"

    async def wrap(self, key: bytes, about: bytes) -> providers.Wrapped:
        handle = os.urandom(8)
        self._held[handle] = (key, about)
        return providers.Wrapped("vault", handle)

    async def unwrap(self, wrapped: providers.Wrapped, about: bytes) -> bytes:
        key, bound = self._held.get(wrapped.text, (b"", b""))
        if bound != about:
            raise providers.SealBroken("not the vault's")
        return key


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Pool[Any]]:
    pool = await database.pool(database_url)
    yield pool
    pool.terminate()


@pytest.fixture
def read(database_url: str, tmp_path: Path) -> settings.Settings:
    return settings.Settings(data_dir=str(tmp_path), database_url=database_url)


@pytest.fixture
def kept(db: asyncpg.Pool[Any], read: settings.Settings) -> sealing.Sealing:
    return sealing.of(db, read)


@given(plain=st.binary(max_size=2_000), about=st.text(alphabet="abc_", max_size=9))
def test_what_is_sealed_opens_again_and_no_two_seals_are_alike(plain: bytes, about: str) -> None:
    text = KEY.seal(plain, about)
    assert KEY.open(text, about) == plain
    assert sealed.FORM.fullmatch(text)
    assert KEY.seal(plain, about) != text


@given(plain=st.binary(min_size=1, max_size=40), data=st.data())
def test_what_was_altered_anywhere_does_not_open(plain: bytes, data: st.DataObject) -> None:
    text = base64.urlsafe_b64decode(KEY.seal(plain, "x")[3:] + "==")
    place = data.draw(st.integers(0, len(text) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    spoilt = text[:place] + bytes([text[place] ^ bit]) + text[place + 1 :]
    with pytest.raises(sealing.SealBroken):
        KEY.open("v1." + base64.urlsafe_b64encode(spoilt).rstrip(b"=").decode(), "x")


@pytest.mark.parametrize(
    ("key", "about"),
    [
        (sealing.Key("other", "sub_a", bytes(32)), "x"),
        (sealing.Key("acme", "sub_b", bytes(32)), "x"),
        (sealing.Key("acme", "sub_a", bytes(31) + b"1"), "x"),
        (KEY, "y"),
    ],
)
def test_what_is_sealed_opens_for_nobody_and_nothing_else(key: sealing.Key, about: str) -> None:
    with pytest.raises(sealing.SealBroken):
        key.open(KEY.seal(b"secret", "x"), about)


@pytest.mark.parametrize("text", ["", "v1.", "v1.AA", "v2.AAAA", "v1.!!!!", "plain text", "v1.ä"])
def test_what_was_never_sealed_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(sealing.SealBroken) as refused:
        KEY.open(text, "x")
    assert not text or text not in str(refused.value)


def test_a_key_does_not_show_itself() -> None:
    key = sealing.Key("acme", "sub_a", b"k" * 32)
    assert "k" * 32 not in repr(key) + repr(vars(type(key)))
    with pytest.raises(TypeError):
        vars(key)


async def test_a_subject_is_sealed_for_until_it_is_destroyed(kept: sealing.Sealing) -> None:
    subject = await kept.subject("acme", hint="customer")
    text = subject.key.seal(b"Ada", "customer")
    found = await kept.keys("acme", [subject.id, "sub_unknown"])
    assert found[subject.id].open(text, "customer") == b"Ada"
    assert await kept.keys("other", [subject.id]) == {}
    await kept.destroy("other", subject.id)
    await kept.destroy("acme", subject.id)
    await kept.destroy("acme", subject.id)
    assert await kept.keys("acme", [subject.id]) == {}


async def test_indexes_go_with_their_sealed_text_and_with_their_subject(
    db: asyncpg.Pool[Any], kept: sealing.Sealing
) -> None:
    subject = await kept.subject("acme")
    for text in ("one", "two"):
        await kept.index("acme", subject.id, text, {"name": text, "email": "a@b.example"})
    count = "select count(*) from security_index"
    assert await db.fetchval(count) == 4
    await kept.unindex("acme", subject.id, "one")
    assert await db.fetchval(count) == 2
    await kept.destroy("acme", subject.id)
    assert await db.fetchval(count) == 0


async def test_a_tenants_root_is_made_once_however_many_ask_and_is_no_subject(
    kept: sealing.Sealing,
) -> None:
    roots = await asyncio.gather(*[kept.root("acme") for _ in range(8)])
    assert len({root.index("name", "Ada") for root in roots}) == 1
    other = await kept.root("other")
    assert other.index("name", "Ada") != roots[0].index("name", "Ada")
    assert other.pepper != roots[0].pepper
    assert await kept.keys("acme", ["root"]) == {}


async def test_a_wrapped_key_that_was_taken_to_another_subject_does_not_unwrap(
    db: asyncpg.Pool[Any], kept: sealing.Sealing
) -> None:
    one, two = await kept.subject("acme"), await kept.subject("acme")
    await db.execute(
        """update security_key set wrapped = (select wrapped from security_key where subject = $1)
        where subject = $2""",
        one.id,
        two.id,
    )
    with pytest.raises(sealing.SealBroken):
        await kept.keys("acme", [two.id])


async def test_another_provider_has_only_to_wrap_and_unwrap(db: asyncpg.Pool[Any]) -> None:
    vault = Vault()
    kept = sealing.Sealing(db, vault, partitions=1)
    subject = await kept.subject("acme")
    text = subject.key.seal(b"Ada", "customer")
    assert (await kept.keys("acme", [subject.id]))[subject.id].open(text, "customer") == b"Ada"
    assert (await kept.root("acme")).index("name", "Ada")


async def test_a_lost_key_encryption_key_is_missed_before_a_new_one_takes_its_place(
    db: asyncpg.Pool[Any], kept: sealing.Sealing, read: settings.Settings, tmp_path: Path
) -> None:
    await kept.check()
    subject = await kept.subject("acme")
    await kept.check()
    elsewhere = sealing.of(db, msgspec.structs.replace(read, data_dir=str(tmp_path / "new")))
    with pytest.raises(sealing.KeyRefused, match="restore"):
        await elsewhere.check()
    with pytest.raises(sealing.KeyRefused):
        await elsewhere.keys("acme", [subject.id])
    assert not (tmp_path / "new" / "keys" / "kek-1.key").exists()


@pytest.mark.parametrize("content", [b"", b"short", b"AAAA\n", b"\xff" * 44])
async def test_a_damaged_key_encryption_key_is_refused_and_not_quoted(
    tmp_path: Path, content: bytes
) -> None:
    await files.Files(tmp_path).current()
    (tmp_path / "kek-1.key").write_bytes(content)
    with pytest.raises(sealing.KeyRefused) as refused:
        await files.Files(tmp_path).wrap(bytes(32), b"")
    assert not content or repr(content)[2:-1] not in str(refused.value)


async def test_a_key_encryption_key_is_its_owners_alone(tmp_path: Path) -> None:
    await files.Files(tmp_path / "keys").current()
    path = tmp_path / "keys" / "kek-1.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(sealing.KeyRefused, match="open to others"):
        await files.Files(tmp_path / "keys").wrap(bytes(32), b"")


async def test_keys_move_under_a_new_key_encryption_key_while_they_are_used(
    db: asyncpg.Pool[Any],
    kept: sealing.Sealing,
    read: settings.Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rewrapping, "AT_ONCE", 3)
    subjects = [await kept.subject("acme") for _ in range(7)]
    texts = [subject.key.seal(b"Ada", "customer") for subject in subjects]
    index = (await kept.root("acme")).index("name", "Ada")
    held = files.Files(read.data_path / "keys")  # of another process than the one that serves
    (first,) = await reads.by_kek(db)
    second = await held.renew()

    late = await kept.subject("acme")  # the one that serves notices by itself
    assert await reads.by_kek(db) == {first: 8, second: 1}
    assert await rewrapping.rewrap(db, held) == 8
    assert await reads.by_kek(db) == {second: 9}
    assert await rewrapping.rewrap(db, held) == 0
    found = await kept.keys("acme", [subject.id for subject in (*subjects, late)])
    for subject, text in zip(subjects, texts, strict=True):
        assert found[subject.id].open(text, "customer") == b"Ada"
    assert (await kept.root("acme")).index("name", "Ada") == index


async def test_a_key_encryption_key_is_retired_when_it_is_sure_that_nothing_needs_it(
    db: asyncpg.Pool[Any], kept: sealing.Sealing, read: settings.Settings
) -> None:
    subject = await kept.subject("acme")
    held = files.of(read.data_path / "keys")
    (first,) = await reads.by_kek(db)
    second, now = await held.renew(), datetime.now(UTC)
    for name, moment in ((first, now + LATER), (second, now + LATER)):
        with pytest.raises(sealing.KeyRefused):
            await rewrapping.retire(db, held, name, now=moment)
    await rewrapping.rewrap(db, held)
    with pytest.raises(sealing.KeyRefused, match="younger"):
        await rewrapping.retire(db, held, first, now=now)
    await rewrapping.retire(db, held, first, now=now + LATER)
    assert [path.name for path in (read.data_path / "keys").iterdir()] == ["kek-2.key"]
    assert list(await kept.keys("acme", [subject.id])) == [subject.id]
    await kept.check()


async def test_an_operator_sees_moves_and_retires_keys(
    kept: sealing.Sealing, read: settings.Settings
) -> None:
    async def typed(*words: str) -> click.testing.Result:
        runner = click.testing.CliRunner()
        return await asyncio.to_thread(runner.invoke, command.sealing, words, obj=read)

    await kept.subject("acme")
    before = (await typed("status")).output
    name, keys, _ = before.split()
    assert (name.startswith("kek-1:"), keys) == (True, "1")
    assert (await typed("rewrap", "--renew")).output == "1 keys were wrapped anew\n"
    assert (await typed("rewrap")).output == "0 keys were wrapped anew\n"
    assert (await typed("status")).output.startswith("kek-2:")
    early = await typed("retire", name)
    assert isinstance(early.exception, sealing.KeyRefused)
    assert (read.data_path / "keys" / "kek-1.key").exists()
