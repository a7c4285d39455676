"""Whoever dies, between whatever two steps: no file is sent twice, and none is forgotten."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from culm.rails.ach import reactors
from culm.rails.ach.files import commands, events
from culm.rails.ach.inbox import events as inbox_events
from culm.rails.ach.inbox import taking
from culm.rails.ach.transfers import events as transfer_events
from culm.sandbox.bank import ledger
from tests.rails.ach.sending.desk import ANN, BANK, Balance
from tests.rails.ach.sending.world import Killed, World

STEPS = [
    "react:ach-cut",
    "submit:CutBatch",
    "submit:FinishFile",
    "react:ach-write",  # the file is staged, and nobody has written that down
    "submit:BeginSending",
    "react:ach-send",  # the bank has the file, and nobody has written that down
    "submit:NoteSent",
    "react:ach-settle",
    "submit:SettleBatch",
    "react:ach-reject",
    "submit:RejectBatch",
]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("step", STEPS)
async def test_a_process_that_dies_after_a_step_has_sent_nothing_twice(
    world: World, step: str, times: int
) -> None:
    deaths = Counter[str]()

    def killed(after: str) -> bool:
        deaths[after] += 1
        return after == step and deaths[after] <= times

    world.killed_after = killed
    paid = [await world.pay("111", 1_000, description=f"RUN {n}") for n in range(3)]
    refused = await world.pay("9700000005", 500, description="BAD")
    await world.until("2026-03-02", "20:00")
    await world.until("2026-03-03", "08:30")
    assert deaths[step], "nobody has died"
    assert [(await world.transfer(one)).state for one in paid] == ["settled"] * 3
    assert (await world.transfer(refused)).state == "rejected"
    assert await world.balance(ANN) == Balance(97_000)
    assert await world.balance(BANK) == Balance(-3_000)
    found = ledger.read(world.root)
    assert len(found.paid) == 3
    assert (found.paid_twice, found.duplicates) == ([], 0)
    assert len([path for path in world.files("in/done") if path.suffix == ".ach"]) == 1


async def test_two_processes_at_once_send_one_file(world: World) -> None:
    """A worker that was thought dead goes on while another has taken over."""
    await world.pay("111", 1_000)
    once = world.react

    async def twice(each: Any, one: Any) -> None:
        await asyncio.gather(once(each, one), once(each, one))

    world.react = twice  # type: ignore[method-assign]
    await world.until("2026-03-02", "20:00")
    await world.until("2026-03-03", "08:30")
    found = ledger.read(world.root)
    assert (len(found.paid), found.duplicates) == (1, 0)
    assert await world.balance(BANK) == Balance(-1_000)


async def test_a_worker_that_comes_back_from_the_dead_stages_a_file_that_never_counts(
    world: World,
) -> None:
    await world.pay("111", 1_000)
    await world.until("2026-03-02", "20:00")
    (cut,) = [one for one in await _all_facts(world) if isinstance(one.event, events.FileCut)]
    (sending,) = [
        one for one in await _all_facts(world) if isinstance(one.event, events.FileSending)
    ]
    for each in reactors.REACTORS:
        for one in (cut, sending):
            if type(one.event) in each.on:
                assert await each.react(one, world.means) is None
    assert not world.files("in")


async def _all_facts(world: World) -> list[Any]:
    place, world.place = world.place, 0
    facts = await world.facts()
    world.place = place
    return facts


async def test_where_the_bank_took_the_file_and_we_died_nobody_knows_until_it_answers(
    world: World,
) -> None:
    bank, world.bank = world.bank, None
    assert bank is not None
    taken: list[Any] = []

    def killed(after: str) -> bool:
        if after == "react:ach-send" and not taken:
            (path,) = world.files("in")
            taken.append((path, path.read_bytes()))
            path.unlink()  # a bank that takes files away at once
            return True
        return False

    world.killed_after = killed
    transfer = await world.pay("111", 1_000)
    await world.until("2026-03-02", "20:00")
    assert len(await world.facts_of(events.FileSendUnknown)) == 1
    (doubt,) = await world.facts_of(transfer_events.TransfersInDoubt)
    assert [item.transfer for item in doubt.transfers] == [transfer]
    assert not world.files("in"), "it was sent again"
    assert await world.balance(ANN) == Balance(100_000, 0, 1_000)
    await world.until("2026-03-03", "08:30")
    assert (await world.transfer(transfer)).state == "batched"

    ((path, data),) = taken
    path.write_bytes(data)  # the bank looks at last into what it has taken
    world.bank = bank
    await world.until("2026-03-03", "09:00")
    assert (await world.transfer(transfer)).state == "settled"
    assert await world.balance(ANN) == Balance(99_000)


@pytest.mark.parametrize("place", ["", "done"], ids=["waits", "taken"])
async def test_a_file_in_doubt_that_shows_up_at_the_bank_was_sent(world: World, place: str) -> None:
    world.bank = None
    path, data = await _in_doubt(world)
    assert await world.read_inbox() == 0
    assert not await world.facts_of(events.FileSent)
    (path.parent / place).mkdir(exist_ok=True)
    (path.parent / place / path.name).write_bytes(data)
    await world.settle_down()
    await world.settle_down()
    assert len(await world.facts_of(events.FileSent)) == 1


async def test_a_file_in_doubt_that_shows_up_where_it_was_staged_is_not_sent_again(
    world: World,
) -> None:
    world.bank = None
    path, data = await _in_doubt(world)
    (sending,) = await world.facts_of(events.FileSending)
    (path.parent / sending.part).write_bytes(data)
    await world.settle_down()
    assert not await world.facts_of(events.FileSent)
    assert not path.exists()


async def _in_doubt(world: World) -> tuple[Path, bytes]:
    """A file of which nobody knows whether the bank has it: where it lay, and what it holds."""
    taken: list[tuple[Path, bytes]] = []

    def killed(after: str) -> bool:
        if after == "react:ach-send" and not taken:
            (path,) = world.files("in")
            taken.append((path, path.read_bytes()))
            path.unlink()  # a bank that takes files away at once
            return True
        return False

    world.killed_after = killed
    await world.pay("111", 1_000)
    await world.until("2026-03-02", "20:00")
    assert len(await world.facts_of(events.FileSendUnknown)) == 1
    return taken[0]


async def test_a_bank_that_rejects_what_was_in_doubt_gives_it_back(world: World) -> None:
    bank, world.bank = world.bank, None
    taken: list[Any] = []

    def killed(after: str) -> bool:
        if after == "react:ach-send" and not taken:
            (path,) = world.files("in")
            taken.append((path, path.read_bytes()))
            path.unlink()
            return True
        return False

    world.killed_after = killed
    transfer = await world.pay("9700000001", 1_000)
    await world.until("2026-03-02", "20:00")
    ((path, data),) = taken
    path.write_bytes(data)
    world.bank = bank
    await world.settle_down()
    assert (await world.transfer(transfer)).state == "rejected"
    assert await world.balance(ANN) == Balance(100_000)


@pytest.mark.parametrize("dies_at", range(1, 8))
async def test_an_inbox_that_dies_takes_in_the_rest_and_nothing_twice(
    world: World, dies_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "PART", 2)
    for account in ("990000003", "990000004", "994000003", "980000001", "980000002", "993000003"):
        await world.pay(account, 1_000)
    await world.until("2026-03-03", "09:00")
    submit, count = world.submit, 0

    async def dying(command: msgspec.Struct, **origin: Any) -> Any:
        nonlocal count
        done = await submit(command, **origin)
        if origin.get("actor") == taking.ACTOR:
            count += 1
            if count == dies_at:
                raise Killed
        return done

    world.submit = dying  # type: ignore[method-assign]
    read = world.read_inbox

    async def reborn() -> int:
        while True:
            with contextlib.suppress(Killed):
                return await read()

    world.read_inbox = reborn  # type: ignore[method-assign]
    await world.until("2026-03-04", "09:00")
    await world.until("2026-03-05", "09:00")
    assert count >= dies_at
    returned = await world.facts_of(transfer_events.TransferReturned)
    assert len(returned) == 3
    unmatched = await world.facts_of(transfer_events.ReturnUnmatched)
    assert sorted(fact.problem for fact in unmatched) == ["duplicate", "unknown"]
    assert len(await world.facts_of(transfer_events.ChangeNoticed)) == 2
    files = [f.sha256 for f in await world.facts_of(inbox_events.BankFileTaken)]
    assert len(files) == len(set(files)) == 4
    assert await world.balance(ANN) == Balance(97_000)


async def test_what_is_known_of_a_file_is_not_taken_back(world: World) -> None:
    await world.pay("111", 1_000)
    await world.until("2026-03-02", "20:00")
    (sent,) = await world.facts_of(events.FileSent)
    for late in (
        commands.NoteUnknown(file=sent.id, reason="late"),
        commands.NoteSent(file=sent.id),
        commands.BeginSending(file=sent.id, sha256="0" * 64, size=1, part="x.part", entries=1),
    ):
        assert (await world.ask(late)).state == "accepted"
    assert len(await world.facts_of(events.FileSending)) == 1
