"""Statements: what was booked in a period leads from its one balance to the other."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from culm.kernel import errors
from culm.ledger import commands, reads, rejections, views

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, ANN = "assets:bank", "liabilities:ann"
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
LONG_AGO, FAR_AHEAD = datetime(1970, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)

TENANTS = itertools.count(1)


def transfer(amount: int, **more: Any) -> commands.PostTransaction:
    debit, credit = (BANK, ANN) if amount > 0 else (ANN, BANK)
    lines = (
        commands.Posting(debit, "debit", abs(amount)),
        commands.Posting(credit, "credit", abs(amount)),
    )
    return commands.PostTransaction(postings=lines, **more)


async def open_books(ledger: Ledger, tenant: str = "acme") -> None:
    await ledger.submit(commands.CreateTenant(name="Acme"), tenant=tenant)
    for code in (BANK, ANN):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"), tenant=tenant)


async def statement(ledger: Ledger, **asked: Any) -> list[views.Statement]:
    """Every page of a statement."""
    read: list[views.Statement] = []
    asked = {"partition": 0, "tenant": "acme", **asked}
    cursor: str | None = None
    while not read or cursor is not None:
        page = await reads.statement(ledger.db, **asked, cursor=cursor)
        read.append(page)
        cursor = page.next_cursor
    return read


def check_reconciles(read: list[views.Statement]) -> list[views.StatementLine]:
    """Every page tells of the same period, and its lines lead from one balance to the other."""
    assert len({(page.opening, page.closing, page.recorded) for page in read}) == 1
    lines = [line for page in read for line in page.lines]
    balance = int(read[0].opening)
    for line in lines:
        balance += int(line.amount)
        assert line.balance == str(balance)
    assert read[0].closing == str(balance)
    assert lines == sorted(lines, key=lambda line: (line.effective, line.version))
    return lines


async def test_a_month_is_told_in_the_order_of_effective_time(ledger: Ledger) -> None:
    await open_books(ledger)
    march = datetime(2027, 3, 1, tzinfo=UTC)
    booked: list[tuple[int, int, datetime | None]] = [
        (-1, 100, None),
        (0, 10, None),
        (4, 7, None),
        (5, -3, march - TICK),
        (6, 20, march),
        (7, -5, march + 4 * DAY),
        (8, 2, march + 40 * DAY),
        (9, 4, march + 31 * DAY - TICK),
        (31, 1, None),
    ]
    for day, amount, effective in booked:
        ledger.clock.now = march + day * DAY
        await ledger.submit(transfer(amount, effective=effective, reference=f"day {day}"))
    [page] = await statement(ledger, account=ANN, start=march, end=march + 31 * DAY)
    assert (page.opening, page.closing) == ("97", "133")
    lines = check_reconciles([page])
    assert [line.reference for line in lines] == ["day 6", "day 0", "day 7", "day 4", "day 9"]
    assert [line.balance for line in lines] == ["117", "127", "122", "129", "133"]
    assert {line.kind for line in lines} == {"transfer"}
    [of_bank] = await statement(ledger, account=BANK, start=march, end=march + 31 * DAY)
    assert [line.amount for line in of_bank.lines] == [line.amount for line in lines]


async def test_what_is_only_held_is_no_part_of_it(ledger: Ledger) -> None:
    await open_books(ledger)
    await ledger.submit(transfer(100))
    hold = await ledger.submit(commands.PlaceHold(debit=ANN, credit=BANK, amount=60))
    captured = await ledger.submit(commands.CaptureHold(hold=hold.id, amount=10))
    await ledger.submit(commands.ReleaseHold(hold=hold.id))
    [page] = await statement(ledger, account=ANN, start=LONG_AGO, end=FAR_AHEAD)
    assert [line.amount for line in check_reconciles([page])] == ["100", "-10"]
    assert page.lines[-1].transaction == captured.id
    assert page.lines[-1].kind == "capture"


async def test_what_is_booked_between_two_pages_changes_none_of_them(ledger: Ledger) -> None:
    await open_books(ledger)
    for index in range(9):
        effective = ledger.clock.now - DAY if index % 2 else None
        await ledger.submit(transfer(index + 1, effective=effective))
    asked: dict[str, Any] = {"account": BANK, "start": LONG_AGO, "end": FAR_AHEAD, "limit": 2}
    whole = await statement(ledger, **asked)
    read: list[views.Statement] = []
    cursor = None
    while not read or cursor:
        page = await reads.statement(ledger.db, partition=0, tenant="acme", **asked, cursor=cursor)
        read.append(page)
        cursor = page.next_cursor
        await ledger.submit(transfer(50, effective=ledger.clock.now - DAY))
        await ledger.submit(transfer(50))
    assert [page.lines for page in read] == [page.lines for page in whole]
    check_reconciles(read)
    late = await statement(ledger, **asked, recorded=whole[0].recorded)
    assert [page.lines for page in late] == [page.lines for page in whole]


async def test_a_period_that_ends_before_it_starts_is_refused(ledger: Ledger) -> None:
    await open_books(ledger)
    await ledger.submit(transfer(1))
    now = ledger.clock.advance(hours=1)
    with pytest.raises(errors.Invalid) as refused:
        await statement(ledger, account=BANK, start=now, end=now - TICK)
    assert refused.value.field == "end"
    [nothing] = await statement(ledger, account=BANK, start=now, end=now)
    assert (nothing.opening, nothing.closing, nothing.lines) == ("1", "1", ())
    for field in ("start", "end"):
        period = {"start": now, "end": now, field: now.replace(tzinfo=None)}
        with pytest.raises(rejections.TimeInvalid) as wrong:
            await statement(ledger, account=BANK, **period)
        assert wrong.value.field == field


BOOKINGS = st.lists(
    st.tuples(
        st.integers(-9, 9).filter(bool),
        st.none() | st.sampled_from([-2, -1, 0, 1, 2]),
        st.integers(0, 2),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(bookings=BOOKINGS, data=st.data(), limit=st.integers(1, 5))
async def test_any_period_of_any_history_agrees_with_the_list_of_its_entries(
    ledger: Ledger,
    bookings: list[tuple[int, int | None, int, int]],
    data: st.DataObject,
    limit: int,
) -> None:
    tenant = f"t{next(TENANTS)}"
    await open_books(ledger, tenant)
    midnight = ledger.clock.now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    for amount, days, wait, batch in bookings:
        now = ledger.clock.advance(days=wait, microseconds=1)
        today = max(midnight, now.replace(hour=0, minute=0, second=0, microsecond=0))
        effective = None if days is None else today + days * DAY
        ledger.clock.now = now
        one = transfer(amount, effective=effective)
        many = commands.PostTransactions(transactions=(one,) * batch)
        await ledger.submit(many, tenant=tenant)
    rows = await ledger.admin.fetch(
        "select e.version, e.amount, e.recorded, coalesce(e.effective, e.recorded) as effective "
        "from ledger_entry e join ledger_account a on a.id = e.account "
        "where a.tenant = $1 and a.code = $2",
        tenant,
        ANN,
    )
    entries = sorted((row["effective"], row["version"], -int(row["amount"])) for row in rows)
    times = {row[name] for row in rows for name in ("effective", "recorded")}
    around = sorted({time + shift for time in times for shift in (-TICK, 0 * TICK, TICK)})
    ends = st.sampled_from([LONG_AGO, *around, FAR_AHEAD])
    for _ in range(3):
        start, end = sorted((data.draw(ends), data.draw(ends)))
        read = await statement(
            ledger, tenant=tenant, account=ANN, start=start, end=end, limit=limit
        )
        lines = check_reconciles(read)
        within = [entry for entry in entries if start <= entry[0] < end]
        assert [(line.effective, line.version, int(line.amount)) for line in lines] == within
        assert int(read[0].opening) == sum(amount for at, _, amount in entries if at < start)
        assert all(len(page.lines) == limit for page in read[:-1])
