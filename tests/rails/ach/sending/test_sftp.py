"""The bank's place by SFTP, against a real server, over a line that is cut at every moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from culm.kernel import settings
from culm.rails.ach.delivery import place, places
from culm.rails.ach.delivery import sftp as sftp_
from culm.rails.ach.files import events
from culm.rails.ach.transfers import events as transfer_events
from culm.sandbox.bank import ledger, sftp
from tests import proxy
from tests.rails.ach.sending import world as worlds
from tests.rails.ach.sending.desk import ANN, BANK, Balance
from tests.rails.ach.sending.world import World


@asynccontextmanager
async def line_to(address: sftp.Address, directory: Path) -> AsyncIterator[tuple[Any, Any]]:
    """A line to the bank that can be cut, and the settings that lead over it."""
    port = int(address.url.rstrip("/").rpartition(":")[2])
    async with proxy.before(port) as line:
        known = directory / "known_hosts"
        text = address.known_hosts.read_text()
        known.write_text(text.replace(f":{port} ", f":{line.port} "))
        yield (
            line,
            {
                "ach_sandbox_bank": f"acme=sftp://culm@127.0.0.1:{line.port}/",
                "ach_key": str(address.client_key),
                "ach_known_hosts": str(known),
            },
        )


@pytest.fixture
async def far(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[World, Any]]:
    """A world whose bank is at the other end of a line."""
    root = tmp_path / "sandbox" / "bank" / "acme"
    async with (
        sftp.serve(root) as address,
        line_to(address, tmp_path) as (line, given),
        worlds.opened(database_url, tmp_path, **given) as world,
    ):
        yield world, line


async def test_files_go_and_answers_come_by_sftp(far: tuple[World, Any]) -> None:
    world, _ = far
    paid, returned = await world.pay("111", 1_000), await world.pay("990000003", 2_000)
    await world.until("2026-03-02", "20:00")
    await world.until("2026-03-04", "09:00")
    assert (await world.transfer(paid)).state == "settled"
    assert (await world.transfer(returned)).state == "returned"
    assert await world.balance(ANN) == Balance(99_000)
    assert not world.files("out")


@pytest.mark.parametrize("account", ["9700000002", "9700000003"])
async def test_a_connection_that_is_cut_as_the_file_is_renamed_sends_nothing_twice(
    far: tuple[World, Any], account: str
) -> None:
    world, _ = far
    transfer = await world.pay(account, 1_000)
    await world.until("2026-03-02", "20:00")
    assert len(await world.facts_of(events.FileSent)) == 1
    await world.until("2026-03-03", "08:30")
    assert (await world.transfer(transfer)).state == "settled"
    found = ledger.read(world.root)
    assert (len(found.paid), found.duplicates) == (1, 0)


@pytest.mark.parametrize("passed", [100, 5_000, 20_000, 60_000])
async def test_a_line_that_is_cut_after_so_many_bytes_again_and_again_sends_one_file(
    far: tuple[World, Any], passed: int
) -> None:
    world, line = far
    for number in range(300):
        await world.pay("111", 10, description=f"RUN {number % 3}")
    cuts: list[int] = []
    cutting = asyncio.create_task(cut_often(line, passed, cuts))
    try:
        await world.until("2026-03-02", "20:00")
        await world.until("2026-03-03", "08:30")
    finally:
        cutting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await cutting
    assert cuts
    found = ledger.read(world.root)
    assert (len(found.paid), found.paid_twice, found.duplicates) == (300, [], 0)
    assert await world.balance(BANK) == Balance(-3_000)
    assert await world.balance(ANN) == Balance(97_000)


async def cut_often(line: Any, passed: int, cuts: list[int]) -> None:
    """Cut the line whenever so many bytes more have passed, four times."""
    while len(cuts) < 4:
        until = line.passed + passed
        while line.passed < until:  # noqa: ASYNC110
            await asyncio.sleep(0)
        line.cut()
        cuts.append(line.passed)


async def test_an_answer_that_never_comes_after_the_bank_took_the_file_leaves_it_in_doubt(
    far: tuple[World, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rename arrives, its answer does not, and the bank takes the file away at once."""
    world, line = far
    bank, world.bank = world.bank, None
    monkeypatch.setattr(sftp_, "STEP_SECONDS", 1.0)
    transfer = await world.pay("111", 1_000)
    taken: list[tuple[Path, bytes]] = []

    async def take() -> None:
        while not (found := [p for p in world.files("in") if p.suffix == ".ach"]):  # noqa: ASYNC110
            await asyncio.sleep(0)
        line.cut()
        taken.append((found[0], found[0].read_bytes()))
        found[0].unlink()

    release = sftp_.Sftp.release

    async def deaf(self: sftp_.Sftp, part: str, name: str) -> None:
        line.leave_half_open()
        taking = asyncio.create_task(take())
        try:
            await release(self, part, name)
        finally:
            await taking
            line.reopen()

    monkeypatch.setattr(sftp_.Sftp, "release", deaf)
    await world.until("2026-03-02", "20:00")
    assert len(await world.facts_of(events.FileSendUnknown)) == 1
    assert len(await world.facts_of(transfer_events.TransfersInDoubt)) == 1
    assert not world.files("in")
    ((path, data),) = taken
    path.write_bytes(data)
    world.bank = bank
    await world.until("2026-03-03", "08:30")
    assert (await world.transfer(transfer)).state == "settled"


async def test_a_bank_that_proves_to_be_another_gets_nothing(
    far: tuple[World, Any], tmp_path: Path
) -> None:
    world, _ = far
    (tmp_path / "known_hosts").write_text("")
    with pytest.raises(place.Unreachable, match="not trusted"):
        async with places.at(world.settings, "acme", sandbox=True):
            pass


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"ach_bank": "sftp://bank.example.com/x"}, "user@host"),
        ({"ach_bank": "sftp://culm:secret@bank.example.com/x"}, "user@host"),
        ({"ach_bank": "sftp://culm@bank.example.com/x"}, "CULM_ACH_KEY"),
        ({"ach_bank": "other=/tmp"}, "CULM_ACH_BANK"),
        ({"ach_sandbox_bank": "/tmp"}, "CULM_ACH_BANK"),
        ({}, "CULM_ACH_BANK"),
    ],
)
async def test_where_no_bank_can_be_found_it_is_said_why(
    given: dict[str, Any], reason: str
) -> None:
    with pytest.raises(place.Unreachable, match=reason):
        async with places.at(settings.Settings(**given), "acme", sandbox=False):
            pass


PLACES: list[tuple[str, str]] = [
    ("", ""),
    ("/bank", "/bank/acme"),
    ("sftp://culm@h:22/p/", "sftp://culm@h:22/p/acme"),
    ("acme=/one,beta=/two", "/one"),
    ("beta=/two", ""),
    ("beta=/two, /rest", "/rest/acme"),
    ("/rest,acme=/one", "/one"),
]


@pytest.mark.parametrize(("setting", "where"), PLACES)
def test_a_tenants_place_is_named_for_it_or_beneath_the_common_one(
    setting: str, where: str
) -> None:
    assert places.where_is(setting, "acme") == where
