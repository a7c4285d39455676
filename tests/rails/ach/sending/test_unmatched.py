"""What cannot be the return of what we sent moves no money of the account: it is set apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from culm.rails.ach.files import commands, plan
from culm.rails.ach.transfers import events
from culm.rails.ach.windows import commands as windows
from tests.rails.ach.sending.conftest import in_memory
from tests.rails.ach.sending.desk import ANN, SUSPENSE, Balance, Desk, returned

SHA = "0" * 64


@pytest.fixture
async def world() -> AsyncIterator[Desk]:
    """In memory, on the real time, which is where the clock of the test stands."""
    async with in_memory() as opened:
        yield await Desk(opened).open()


async def sending(desk: Desk, transfer: str) -> AsyncIterator[Any]:
    """The steps by which a transfer comes to the bank, one at a time."""
    (window,) = await desk.windows()
    desk.clock.now = window.closes
    await desk.ask(windows.CloseWindow(window=window.id))
    one = await desk.transfer(transfer)
    row = plan.Row(one.id, one.kind, one.sec, one.direction, one.description, one.amount)
    for step in plan.steps(window.id, [row]):
        yield await desk.ask(step)


async def problems(desk: Desk) -> list[str]:
    """Why returns were set apart."""
    return [one.problem for one in await desk.log() if isinstance(one, events.ReturnUnmatched)]


async def test_what_the_bank_cannot_have_yet_does_not_come_back(world: Desk) -> None:
    transfer = await world.send(4_000)
    made = []
    async for cut in sending(world, transfer):
        made.append(cut.id)
        said = returned(await world.transfer(transfer), return_trace=cut.id)
        assert (await world.ask(said)).unmatched == 1
    assert await problems(world) == ["not_sent", "not_sent"]
    assert (await world.transfer(transfer)).state == "batched"
    assert await world.balance(ANN) == Balance(100_000, 0, 4_000)
    assert await world.balance(SUSPENSE) == Balance(8_000)
    await world.ask(commands.BeginSending(file=made[-1], sha256=SHA, size=1, part="x.part"))
    assert (await world.ask(returned(await world.transfer(transfer)))).matched == 1
    assert await world.balance(ANN) == Balance(100_000)


async def test_what_the_bank_has_refused_does_not_come_back(world: Desk) -> None:
    transfer = await world.send(4_000)
    made = [one async for one in sending(world, transfer)]
    file = await world.ask(
        commands.BeginSending(file=made[-1].id, sha256=SHA, size=1, part="x.part")
    )
    await world.ask(
        commands.Acknowledge(
            name=file.name,
            sha256=SHA,
            verdict="accepted",
            batches=(commands.BatchVerdict(1, "rejected"),),
        )
    )
    assert (await world.ask(returned(await world.transfer(transfer)))).unmatched == 1
    assert await problems(world) == ["not_sent"]
    reject = commands.RejectBatch(batch=made[0].id, transfers=(transfer,), code="batch")
    await world.ask(reject)
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(SUSPENSE) == Balance(4_000)
