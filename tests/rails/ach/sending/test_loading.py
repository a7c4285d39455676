"""What returns read is asked for before it is decided, so that a file of them takes few rounds of
loading, and a Book that has forgotten everything takes it in as well."""

from __future__ import annotations

from datetime import date

from culm.book import book
from culm.rails.ach.files import commands, plan, tables
from culm.rails.ach.transfers import commands as transfer_commands
from culm.rails.ach.windows import commands as windows
from tests import conftest
from tests.rails.ach.sending import desk, orders

FORGETFUL = book.Limits(cache_rows=1, load_rounds=8)


async def test_returns_of_many_batches_take_few_rounds_of_loading(database_url: str) -> None:
    async with conftest.ledger_on(database_url, catalog_=orders.with_orders()) as ledger:
        world = await desk.Desk(ledger).open()
        sent = [await world.send(100, description=f"PAY {n}") for n in range(30)]
        await _cut(world, sent)
        found = [await world.transfer(one) for one in sent]
    assert len({one.batch for one in found}) == 30
    catalog = orders.with_orders()
    async with conftest.ledger_on(
        database_url, clock=ledger.clock, catalog_=catalog, limits=FORGETFUL
    ) as cold:
        returns = [
            transfer_commands.Returned(
                trace=one.trace,
                amount=100,
                direction="credit",
                reason="R03",
                returned_on=date(2099, 1, 1),
                return_trace=f"0210000{n:08}",
            )
            for n, one in enumerate(found)
        ]
        world = desk.Desk(cold)
        taken = await world.ask(transfer_commands.TakeReturns(returns=tuple(returns)))
        assert taken.matched == 30
        assert await world.balance(desk.ANN) == desk.Balance(100_000)


async def _cut(world: desk.Desk, sent: list[str]) -> None:
    """The cut-off comes, and the transfers are a file."""
    (window,) = await world.windows()
    world.clock.now = window.closes
    await world.ask(windows.CloseWindow(window=window.id))
    rows = [
        plan.Row(one.id, one.kind, one.sec, one.direction, one.description, one.amount)
        for one in [await world.transfer(transfer) for transfer in sent]
    ]
    made = [await world.ask(step) for step in plan.steps(window.id, rows)]
    await world.ask(
        commands.BeginSending(
            file=made[-1].id, sha256="0" * 64, size=1, part="x.part", entries=len(sent)
        )
    )


async def test_another_process_finishes_the_file_of_the_batches_that_were_cut(
    database_url: str,
) -> None:
    async with conftest.ledger_on(database_url, catalog_=orders.with_orders()) as ledger:
        world = await desk.Desk(ledger).open()
        sent = [await world.send(100, description=f"PAY {n}") for n in range(3)]
        (window,) = await world.windows()
        world.clock.now = window.closes
        await world.ask(windows.CloseWindow(window=window.id))
        cut = [
            await world.ask(commands.CutBatch(window=window.id, transfers=(transfer,)))
            for transfer in sent
        ]
    async with conftest.ledger_on(
        database_url, clock=ledger.clock, catalog_=orders.with_orders()
    ) as other:
        made = await desk.Desk(other).ask(commands.FinishFile(window=window.id, last=True))
        file = (await other.store.load(tables.FILES, 0, [made.id]))[made.id]
        assert file.batches == tuple([one.id for one in cut])
