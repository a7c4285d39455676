"""The ledger's activity by days is what its entries come to, whatever happened."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from culm.facts.projections import declaration, types
from culm.kernel import embedded, errors, ids
from culm.ledger import commands, events, projections, reads, rejections, views
from tests.conftest import Ledger, ledger_on
from tests.projections.conftest import (
    ANN,
    BANK,
    BEN,
    begun,
    caught_up,
    entries_by_day,
    projected,
    projector_on,
    transfer,
)

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACCOUNTS = st.sampled_from([BANK, ANN, BEN])
AMOUNTS = st.integers(1, 500) | st.just(10**37)
HOURS = st.integers(-72, 72)
_numbers = itertools.count(1)

Step = tuple[str, Any, Any, int, int | None]
STEPS = st.tuples(
    st.sampled_from(["post", "twice", "reverse", "hold", "capture", "period", "tomorrow"]),
    ACCOUNTS,
    ACCOUNTS,
    AMOUNTS,
    st.none() | HOURS,
)


class Life:
    """What was done on a ledger, so that more can be done about it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.transactions: list[str] = []
        self.holds: list[str] = []

    async def do(self, step: Step) -> None:
        """One step; the ledger may refuse it."""
        try:
            await self._do(*step)
        except errors.CulmError:
            return

    async def _do(self, what: str, debit: str, credit: str, amount: int, hours: int | None) -> None:
        effective = None if hours is None else self.ledger.clock.now + timedelta(hours=hours)
        submit = self.ledger.submit
        if what == "tomorrow":
            self.ledger.clock.advance(hours=abs(hours or 24))
        elif what == "period":
            await submit(commands.ClosePeriod(before=self.ledger.clock.now - timedelta(hours=48)))
        elif what == "hold":
            placed = await submit(commands.PlaceHold(debit=debit, credit=credit, amount=amount))
            self.holds.append(placed.id)
        elif what == "capture" and self.holds:
            part = max(1, amount % 7)
            await submit(
                commands.CaptureHold(hold=self.holds[-1], amount=part, effective=effective)
            )
        elif what == "reverse" and self.transactions:
            at = amount % len(self.transactions)
            some = None if hours is None else amount % 5 or 1
            await submit(
                commands.ReverseTransaction(transaction=self.transactions[at], amount=some)
            )
        else:
            await self._post(debit, credit, amount, effective, twice=what == "twice")

    async def _post(
        self, debit: str, credit: str, amount: int, effective: datetime | None, *, twice: bool
    ) -> None:
        pair = (
            commands.Posting(debit, "debit", amount),
            commands.Posting(credit, "credit", amount),
        )
        command = commands.PostTransaction(postings=pair * (1 + twice), effective=effective)
        self.transactions.append((await self.ledger.submit(command)).id)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    turns=st.lists(st.lists(STEPS, min_size=1, max_size=8), min_size=1, max_size=6),
    batch=st.integers(1, 12),
)
def test_activity_is_the_aggregate_of_the_entries_however_it_was_batched(
    server: embedded.Server, template: str, turns: list[list[Step]], batch: int
) -> None:
    asyncio.run(lived(server, template, turns, batch))


async def lived(
    server: embedded.Server, template: str, turns: list[list[Step]], batch: int
) -> None:
    """Live through these turns with a projector that now and then dies beside them."""
    name = f"activity_{next(_numbers)}"
    owner = await asyncpg.connect(server.url_for("postgres", "postgres"))
    await owner.execute(f"create database {name} template {template}")
    async with ledger_on(server.url_for("postgres", name)) as ledger:
        await begun(ledger)
        feeder, life = projector_on(ledger.url, batch_events=batch), Life(ledger)
        for turn in turns:
            await asyncio.gather(*map(life.do, turn))
            await feeder.step()
            if len(turn) % 3 == 0:
                feeder.close()
        await caught_up(feeder)
        assert await projected(ledger) == await entries_by_day(ledger)
        feeder.close()
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


@pytest.fixture
async def week(books: Ledger) -> Ledger:
    """A week in which 100 n was paid on its n-th day, and its projection."""
    for n in range(1, 8):
        effective = datetime(2026, 3, n, 23, 30, tzinfo=UTC)
        await books.submit(transfer(100 * n, effective=effective))
    await caught_up(feeder := projector_on(books.url))
    feeder.close()
    return books


async def activity(ledger: Ledger, account: str = ANN, **rest: Any) -> views.Activity:
    """The first page of it, as Acme reads it."""
    return await reads.activity(
        ledger.db, partition=0, tenant="acme", account=account, now=NOON, **rest
    )


async def test_each_side_of_an_account_is_added_up_by_itself(week: Ledger) -> None:
    read = await activity(week, first=date(2026, 3, 2), last=date(2026, 3, 3))
    bank = await activity(week, BANK, last=date(2026, 3, 1))

    assert read.days == (
        views.ActivityDay(date(2026, 3, 2), 1, "0", "200"),
        views.ActivityDay(date(2026, 3, 3), 1, "0", "300"),
    )
    assert bank.days == (views.ActivityDay(date(2026, 3, 1), 1, "100", "0"),)
    assert (read.code, read.currency, read.lag) == (ANN, "EUR", types.Lag(0, 0.0))


async def test_a_day_is_a_day_of_utc_wherever_the_time_was_given(books: Ledger) -> None:
    there = timezone(timedelta(hours=-5))
    await books.submit(transfer(1, effective=datetime(2026, 2, 28, 22, tzinfo=there)))
    await caught_up(feeder := projector_on(books.url))
    feeder.close()

    assert [day.day for day in (await activity(books)).days] == [date(2026, 3, 1)]


async def test_pages_follow_each_other_without_a_gap(week: Ledger) -> None:
    days: list[date] = []
    cursor = None
    while True:
        read = await activity(week, cursor=cursor, limit=3)
        days += [day.day for day in read.days]
        if (cursor := read.next_cursor) is None:
            break
    assert days == [date(2026, 3, n) for n in range(1, 8)]


async def test_a_cursor_is_for_the_question_that_gave_it(week: Ledger) -> None:
    read = await activity(week, limit=3)

    with pytest.raises(errors.Invalid) as refused:
        await activity(week, BANK, cursor=read.next_cursor)
    assert refused.value.field == "cursor"


async def test_what_is_not_taken_in_yet_is_told_as_lag(week: Ledger) -> None:
    await week.submit(transfer(1))
    recorded = await week.db.fetchval("select max(time) from book_log")

    read = await reads.activity(
        week.db,
        partition=0,
        tenant="acme",
        account=ANN,
        now=recorded + timedelta(seconds=2),
    )

    assert (len(read.days), read.lag) == (7, types.Lag(1, 2.0))


async def test_sums_are_larger_than_any_one_amount(books: Ledger) -> None:
    most = 10**38 - 1
    for debit, credit in itertools.islice(itertools.cycle([(BANK, ANN), (ANN, BANK)]), 24):
        pair = (commands.Posting(debit, "debit", most), commands.Posting(credit, "credit", most))
        await books.submit(commands.PostTransaction(postings=pair, effective=NOON))
    await caught_up(feeder := projector_on(books.url))
    feeder.close()

    (day,) = (await activity(books)).days
    assert (day.postings, day.debit, day.credit) == (24, str(12 * most), str(12 * most))


async def test_it_is_refused_before_it_is_there_and_for_accounts_that_are_not(
    books: Ledger,
) -> None:
    with pytest.raises(types.ProjectionNotBuilt):
        await activity(books)
    with pytest.raises(rejections.AccountNotFound):
        await activity(books, "liabilities:nobody")
    with pytest.raises(errors.Invalid, match="before the first"):
        await activity(books, first=date(2026, 3, 2), last=date(2026, 3, 1))


async def test_its_statements_fit_the_tables(week: Ledger) -> None:
    queries = projections.ACTIVITY.queries_of(1)
    async with week.db.acquire() as connection:
        for name in queries.keys() - {"create"}:
            statement = await connection.prepare(queries[name])
            columns = {attribute.name for attribute in statement.get_attributes()}
            receiver = set(views.ActivityDay.__struct_fields__) if name == "days" else set()
            assert columns == receiver, name


def test_turnover_leaves_out_what_moves_nothing() -> None:
    fact = events.TransactionPosted(
        id=ids.format_id("txn", 0, 9),
        postings=(
            (ids.format_id("acc", 0, 1), "0", "EUR"),
            (ids.format_id("acc", 0, 2), "-5", "EUR"),
            (ids.format_id("acc", 0, 3), "5", "EUR"),
        ),
    )
    found = projections.turnover([declaration.Fact(9, NOON, "acme", fact)])
    assert found == {(2, NOON.date()): [1, 0, 5], (3, NOON.date()): [1, 5, 0]}
