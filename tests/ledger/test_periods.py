"""Periods: what is closed stays as it is, and closing only ever moves forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from culm.ledger import commands, rejections, tables

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, ANN = "assets:bank", "liabilities:ann"
FEBRUARY, MARCH = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
async def books(memory_ledger: Ledger) -> Ledger:
    """Books in memory; it is the second of March."""
    return await with_accounts(memory_ledger)


@pytest.fixture(params=["memory_ledger", "ledger"], ids=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> Any:
    """A ledger on each of the two stores, still without books."""
    return request.getfixturevalue(request.param)


async def with_accounts(ledger: Ledger) -> Ledger:
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in (BANK, ANN):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    return ledger


async def close(ledger: Ledger, before: datetime) -> Any:
    return await ledger.submit(commands.ClosePeriod(before=before))


async def post(ledger: Ledger, effective: datetime | None = None) -> Any:
    lines = (commands.Posting(BANK, "debit", 1), commands.Posting(ANN, "credit", 1))
    return await ledger.submit(commands.PostTransaction(postings=lines, effective=effective))


async def verdict(attempt: Any) -> tuple[str, str | None] | None:
    """The code and the field with which it was rejected; None when it was not."""
    try:
        await attempt
    except rejections.LedgerRejection as rejection:
        return rejection.code, rejection.field
    return None


async def test_nothing_is_booked_before_the_end_of_a_closed_period(either: Ledger) -> None:
    await with_accounts(either)
    closed = await close(either, MARCH)
    assert closed.closed_before == MARCH
    stored = await either.store.load(tables.TENANTS, 0, ["acme"])
    assert stored["acme"].closed_before == MARCH
    assert await verdict(post(either, MARCH - INSTANT)) == ("period_closed", "effective")
    assert await verdict(post(either, MARCH)) is None
    assert await verdict(post(either)) is None


async def test_before_any_period_is_closed_everything_may_be_backdated(books: Ledger) -> None:
    assert await verdict(post(books, datetime(1970, 1, 1, tzinfo=UTC))) is None


async def test_a_period_end_is_a_moment_whatever_its_offset(books: Ledger) -> None:
    tokyo = timezone(timedelta(hours=9))
    await close(books, datetime(2026, 3, 1, 9, tzinfo=tokyo))
    assert await verdict(post(books, MARCH - INSTANT)) == ("period_closed", "effective")
    assert await verdict(post(books, datetime(2026, 3, 1, 9, tzinfo=tokyo))) is None


@pytest.mark.parametrize("again", [MARCH, FEBRUARY, MARCH - INSTANT])
async def test_closing_only_moves_forward(books: Ledger, again: datetime) -> None:
    await close(books, MARCH)
    assert await verdict(close(books, again)) == ("period_not_later", "before")
    assert await verdict(close(books, MARCH + INSTANT)) is None


async def test_closing_does_not_pass_the_present(books: Ledger) -> None:
    future = books.clock.now + timedelta(seconds=1)
    assert await verdict(close(books, future)) == ("period_in_future", "before")
    books.clock.now = future - INSTANT  # the next look says: now
    assert await verdict(close(books, future)) is None
    assert await verdict(post(books)) is None


@pytest.mark.parametrize(
    "before",
    [
        datetime(2026, 3, 1),  # noqa: DTZ001
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(9999, 1, 1, tzinfo=UTC),
    ],
)
async def test_a_period_ends_at_a_time_that_can_be_kept(books: Ledger, before: datetime) -> None:
    assert await verdict(close(books, before)) == ("time_invalid", "before")


async def test_a_hold_has_no_effective_time_but_its_capture_has(books: Ledger) -> None:
    await close(books, MARCH)
    placed = await books.submit(commands.PlaceHold(debit=BANK, credit=ANN, amount=10))
    backdated = commands.CaptureHold(hold=placed.id, amount=1, effective=FEBRUARY)
    assert await verdict(books.submit(backdated)) == ("period_closed", "effective")
    assert await verdict(books.submit(commands.CaptureHold(hold=placed.id, amount=1))) is None
    assert await verdict(books.submit(commands.ReleaseHold(hold=placed.id))) is None


async def test_a_batch_keeps_to_the_period_member_by_member(books: Ledger) -> None:
    await close(books, MARCH)
    lines = (commands.Posting(BANK, "debit", 1), commands.Posting(ANN, "credit", 1))
    members = tuple(
        commands.PostTransaction(postings=lines, effective=effective)
        for effective in (None, FEBRUARY, MARCH)
    )
    answered = await books.submit(commands.PostTransactions(transactions=members))
    assert [result.code for result in answered.results] == [None, "period_closed", None]


async def test_what_was_booked_in_a_period_stays_when_it_is_closed(books: Ledger) -> None:
    booked = await post(books, FEBRUARY)
    await close(books, MARCH)
    reversal = commands.ReverseTransaction(transaction=booked.id)
    assert (await books.submit(reversal)).effective >= MARCH


async def test_periods_are_a_tenants_own(books: Ledger) -> None:
    await books.submit(commands.CreateTenant(name="Zeta"), tenant="zeta")
    await books.submit(commands.ClosePeriod(before=MARCH), tenant="zeta")
    assert await verdict(post(books, FEBRUARY)) is None
