"""Payees who were erased before their file was written are left out of it, however many."""

from __future__ import annotations

import pytest

from culm.rails.ach.files import commands, events, rejections, types
from tests.rails.ach.sending.desk import ANN, Balance, Desk
from tests.rails.ach.sending.world import World


async def test_more_payees_who_were_erased_than_one_command_takes_are_left_out_bit_by_bit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(types, "MAX_LOST", 2)
    payee = await world.payee("111")
    gone = [
        await world.send(1_000, payee=payee, description=f"RUN {number}")
        for number in (1, 1, 2, 2, 3)
    ]
    good = [await world.pay("222", 1_000, description=f"RUN {number}") for number in (1, 3, 4)]
    bad = await world.pay("9700000005", 1_000, description="BAD")
    await world.sealing.destroy("acme", payee.subject)
    await world.until("2026-03-03", "08:30")
    assert [(await world.transfer(one)).state for one in gone] == ["rejected"] * 5
    assert [(await world.transfer(one)).state for one in good] == ["settled"] * 3
    assert (await world.transfer(bad)).state == "rejected", "it is the batch that the bank means"
    left_out = await world.facts_of(events.EntriesLeftOut)
    assert [sum(one.transfers for one in fact.batches) for fact in left_out] == [2, 2]
    assert len(await world.facts_of(events.FileSending)) == 1
    assert await world.balance(ANN) == Balance(97_000)


def begin(file: str, entries: int, *lost: commands.Lost) -> commands.BeginSending:
    """A file was written with so many entries."""
    return commands.BeginSending(
        file=file, sha256="0" * 64, size=1, part="x.part", entries=entries, lost=lost
    )


async def test_a_file_that_was_written_before_more_was_left_out_of_it_is_not_sent(
    real_time: Desk,
) -> None:
    first, second = [await real_time.send(1_000) for _ in range(2)]
    batch, file = [made.id async for made in real_time.cutting(first, second)]
    await real_time.ask(commands.LeaveOut(file=file, lost=(commands.Lost(batch, (first,)),)))
    assert (await real_time.transfer(first)).state == "rejected"
    for old in (begin(file, 2), begin(file, 1, commands.Lost(batch, (first,)))):
        assert (await real_time.ask(old)).state == "cut"
    assert (await real_time.ask(begin(file, 1))).state == "sending"
    late = commands.LeaveOut(file=file, lost=(commands.Lost(batch, (second,)),))
    assert (await real_time.ask(late)).state == "sending"
    assert (await real_time.transfer(second)).state == "batched"
    assert await real_time.balance(ANN) == Balance(100_000, 0, 1_000)


async def test_what_is_left_out_again_is_written_no_more_often(real_time: Desk) -> None:
    transfer = await real_time.send(1_000)
    batch, file = [made.id async for made in real_time.cutting(transfer)]
    for _ in range(2):
        await real_time.ask(commands.LeaveOut(file=file, lost=(commands.Lost(batch, (transfer,)),)))
    told = [one for one in await real_time.log() if isinstance(one, events.EntriesLeftOut)]
    assert told == [events.EntriesLeftOut(file, (events.LeftOut(batch, 1),))]
    nobody = commands.BeginSending(file=file, sha256="0" * 64, size=1, part="", entries=0)
    assert (await real_time.ask(nobody)).batches == ()


async def test_one_command_leaves_out_no_more_than_a_thousand(real_time: Desk) -> None:
    transfer = await real_time.send(1_000)
    batch, file = [made.id async for made in real_time.cutting(transfer)]
    many = commands.Lost(batch, (transfer,) * (types.MAX_LOST + 1))
    for command in (begin(file, 0, many), commands.LeaveOut(file=file, lost=(many,))):
        with pytest.raises(rejections.BatchInvalid):
            await real_time.ask(command)
