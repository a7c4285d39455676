"""What cannot be the return of what we sent moves no money of the account: it is set apart."""

from __future__ import annotations

from culm.rails.ach.files import commands
from culm.rails.ach.transfers import events
from tests.rails.ach.sending.desk import ANN, SUSPENSE, Balance, Desk, returned

SHA = "0" * 64


async def problems(desk: Desk) -> list[str]:
    """Why returns were set apart."""
    return [one.problem for one in await desk.log() if isinstance(one, events.ReturnUnmatched)]


async def test_what_the_bank_cannot_have_yet_does_not_come_back(real_time: Desk) -> None:
    transfer = await real_time.send(4_000)
    made = []
    async for cut in real_time.cutting(transfer):
        made.append(cut.id)
        said = returned(await real_time.transfer(transfer), return_trace=cut.id)
        assert (await real_time.ask(said)).unmatched == 1
    assert await problems(real_time) == ["not_sent", "not_sent"]
    assert (await real_time.transfer(transfer)).state == "batched"
    assert await real_time.balance(ANN) == Balance(100_000, 0, 4_000)
    assert await real_time.balance(SUSPENSE) == Balance(8_000)
    await real_time.ask(
        commands.BeginSending(file=made[-1], sha256=SHA, size=1, part="x.part", entries=1)
    )
    assert (await real_time.ask(returned(await real_time.transfer(transfer)))).matched == 1
    assert await real_time.balance(ANN) == Balance(100_000)


async def test_what_the_bank_has_refused_does_not_come_back(real_time: Desk) -> None:
    transfer = await real_time.send(4_000)
    made = [one async for one in real_time.cutting(transfer)]
    file = await real_time.ask(
        commands.BeginSending(file=made[-1].id, sha256=SHA, size=1, part="x.part", entries=1)
    )
    await real_time.ask(
        commands.Acknowledge(
            name=file.name,
            sha256=SHA,
            verdict="accepted",
            batches=(commands.BatchVerdict(1, "rejected"),),
        )
    )
    assert (await real_time.ask(returned(await real_time.transfer(transfer)))).unmatched == 1
    assert await problems(real_time) == ["not_sent"]
    reject = commands.RejectBatch(batch=made[0].id, transfers=(transfer,), code="batch")
    await real_time.ask(reject)
    assert await real_time.balance(ANN) == Balance(100_000)
    assert await real_time.balance(SUSPENSE) == Balance(4_000)
