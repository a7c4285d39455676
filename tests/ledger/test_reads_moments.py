"""Balances at any effective and recorded moment, against the definition: a list of all entries."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from culm.kernel import errors
from culm.ledger import commands, reads, rejections, views
from culm.ledger.reads import find

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, ANN, BOB = "assets:bank", "liabilities:ann", "liabilities:bob"
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def transfer(
    debit: str, credit: str, amount: int, *, effective: datetime | None = None
) -> commands.PostTransaction:
    lines = (commands.Posting(debit, "debit", amount), commands.Posting(credit, "credit", amount))
    return commands.PostTransaction(postings=lines, effective=effective)


async def open_books(ledger: Ledger, tenant: str = "acme", codes: Iterable[str] = ()) -> None:
    await ledger.submit(commands.CreateTenant(name="Acme"), tenant=tenant)
    for code in codes or (BANK, ANN, BOB):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"), tenant=tenant)


async def balance(ledger: Ledger, account: str, **moments: datetime | None) -> views.Balance:
    return await reads.balance(
        ledger.db, partition=ledger.partition, tenant="acme", account=account, **moments
    )


# -- by table


@pytest.fixture
async def dated(ledger: Ledger) -> dict[str, datetime]:
    """Three bookings at noon of three days: on the 2nd for that day, on the 3rd for the 1st, on
    the 4th for the 9th. The times just before and after each moment, by name."""
    await open_books(ledger)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    times = {f"{day}": noon + (day - 1) * DAY for day in range(1, 11)}
    for day, amount, effective in ((2, 100, None), (3, 10, times["1"]), (4, 1, times["9"])):
        ledger.clock.now = times[str(day)]
        await ledger.submit(transfer(BANK, ANN, amount, effective=effective))
    return times


POSTED = [
    (None, None, 111),
    (None, "2", 0),
    (None, "2 after", 100),
    (None, "3 after", 110),
    (None, "10", 111),
    ("1 before", None, 0),
    ("1", None, 10),
    ("1", "3", 0),
    ("1", "3 after", 10),
    ("2 after", None, 110),
    ("2 after", "2 after", 100),
    ("2 after", "2", 0),
    ("5", None, 110),
    ("5", "4", 110),
    ("9 before", None, 110),
    ("9", None, 111),
    ("9", "3 after", 110),
    ("10", "10", 111),
]
"""Effective by (days of March, at noon), recorded by, and what is posted then."""


async def test_a_balance_counts_what_is_effective_and_recorded_by_then(
    ledger: Ledger, dated: dict[str, datetime]
) -> None:
    def moment(name: str | None) -> datetime | None:
        if name is None:
            return None
        day, _, where = name.partition(" ")
        return dated[day] + {"": 0 * TICK, "before": -TICK, "after": timedelta(hours=1)}[where]

    for effective, recorded, posted in POSTED:
        for account in (BANK, ANN):
            found = await balance(
                ledger, account, effective=moment(effective), recorded=moment(recorded)
            )
            assert found.posted == str(posted), (effective, recorded, account)
            assert found.available == str(posted)


@pytest.mark.usefixtures("dated")
async def test_an_answer_says_until_when_it_knows_and_asking_for_that_repeats_it(
    ledger: Ledger,
) -> None:
    first = await balance(ledger, BANK)
    assert first.version == 3
    assert first.effective is None
    await ledger.submit(transfer(BANK, ANN, 7))
    again = await balance(ledger, BANK, recorded=first.recorded)
    assert again == first
    assert (await balance(ledger, BANK)).posted == "118"


async def test_a_recorded_moment_to_come_is_answered_with_what_is_known(ledger: Ledger) -> None:
    await open_books(ledger)
    await ledger.submit(transfer(BANK, ANN, 5))
    to_come = ledger.clock.now + 30 * DAY
    found = await balance(ledger, BANK, recorded=to_come)
    assert found.recorded < to_come
    await ledger.submit(transfer(BANK, ANN, 5))
    assert (await balance(ledger, BANK, recorded=found.recorded)).posted == "5"


async def test_a_capture_counts_in_posted_and_in_held_from_the_same_moment(
    ledger: Ledger,
) -> None:
    await open_books(ledger)
    await ledger.submit(transfer(BANK, ANN, 100))
    before = ledger.clock.now
    hold = await ledger.submit(commands.PlaceHold(debit=ANN, credit=BOB, amount=60))
    between = ledger.clock.advance(hours=1)
    capture = commands.CaptureHold(hold=hold.id, amount=20, effective=before)
    await ledger.submit(capture)

    def parts(found: views.Balance) -> list[str]:
        return [found.posted, found.held_in, found.held_out, found.available]

    assert parts(await balance(ledger, ANN)) == ["80", "0", "40", "40"]
    assert parts(await balance(ledger, BOB)) == ["20", "40", "0", "20"]
    assert parts(await balance(ledger, ANN, recorded=between)) == ["100", "0", "60", "40"]
    assert parts(await balance(ledger, ANN, effective=between)) == ["80", "0", "40", "40"]
    assert parts(await balance(ledger, BOB, effective=between)) == ["20", "40", "0", "20"]
    at_both = {"effective": between, "recorded": between}
    assert parts(await balance(ledger, ANN, **at_both)) == ["100", "0", "60", "40"]
    assert parts(await balance(ledger, ANN, effective=before)) == ["80", "0", "0", "80"]


async def test_a_capture_that_is_still_to_count_leaves_the_hold_in_place_until_then(
    ledger: Ledger,
) -> None:
    await open_books(ledger)
    await ledger.submit(transfer(BANK, ANN, 100))
    hold = await ledger.submit(commands.PlaceHold(debit=ANN, credit=BOB, amount=60))
    ahead = ledger.clock.now + 9 * DAY
    await ledger.submit(
        commands.CaptureHold(hold=hold.id, amount=20, release_rest=True, effective=ahead)
    )
    for effective, expected in (
        (ledger.clock.now, ("100", "60", "40")),
        (ahead - TICK, ("100", "60", "40")),
        (ahead, ("80", "0", "80")),
        (None, ("80", "0", "80")),
    ):
        found = await balance(ledger, ANN, effective=effective)
        assert (found.posted, found.held_out, found.available) == expected


async def test_an_account_without_entries_is_at_zero(ledger: Ledger) -> None:
    await open_books(ledger)
    for moments in ({}, {"effective": ledger.clock.now}, {"recorded": ledger.clock.now - DAY}):
        found = await balance(ledger, BANK, **moments)
        assert (found.posted, found.held_in, found.held_out, found.version) == ("0", "0", "0", 0)


async def test_a_moment_that_cannot_be_is_refused(ledger: Ledger) -> None:
    await open_books(ledger)
    early, late = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    without_offset = early.replace(year=2026, tzinfo=None)
    for name, moment in itertools.product(("effective", "recorded"), (early, late, without_offset)):
        at: dict[str, Any] = {name: moment}
        with pytest.raises(rejections.TimeInvalid) as refused:
            await balance(ledger, BANK, **at)
        assert refused.value.field == name
        with pytest.raises(rejections.TimeInvalid):
            await reads.trial_balance(ledger.db, partition=0, tenant="acme", **at)


async def test_a_trial_balance_lists_the_accounts_of_its_time(ledger: Ledger) -> None:
    await open_books(ledger)
    await ledger.submit(transfer(BANK, ANN, 5))
    at = ledger.clock.advance(hours=1)
    await ledger.submit(commands.OpenAccount(code="assets:bank:eur", currency="EUR"))
    await ledger.submit(commands.OpenAccount(code="assets:bank-2", currency="USD"))
    before = await reads.trial_balance(ledger.db, partition=0, tenant="acme", recorded=at)
    now = await reads.trial_balance(ledger.db, partition=0, tenant="acme")
    assert [group.currency for group in before.currencies] == ["USD"]
    assert [group.currency for group in now.currencies] == ["EUR", "USD"]
    assert [line.code for line in before.currencies[0].accounts] == [BANK, ANN, BOB]
    dollars = now.currencies[1]
    assert [line.code for line in dollars.accounts] == [BANK, "assets:bank-2", ANN, BOB]
    assert [line.debit for line in dollars.accounts] == ["5", "0", "0", "0"]
    assert [line.credit for line in dollars.accounts] == ["0", "0", "5", "0"]
    assert (dollars.debit, dollars.credit) == ("5", "5")


# -- against the definition

TENANTS = itertools.count(1)


class Step(NamedTuple):
    """Something that happens to the books; indices are taken modulo what there is."""

    do: str
    pair: tuple[str, str]
    amount: int
    days: int | None
    """How far the effective time is from now; None is now."""
    wait_hours: int
    batch: int


STEPS = st.lists(
    st.builds(
        Step,
        do=st.sampled_from(["post", "post", "post", "hold", "capture", "release"]),
        pair=st.sampled_from(list(itertools.permutations((BANK, ANN, BOB), 2))),
        amount=st.integers(1, 50),
        days=st.none() | st.integers(-4, 4),
        wait_hours=st.integers(0, 40),
        batch=st.integers(1, 3),
    ),
    min_size=1,
    max_size=14,
)


async def play(ledger: Ledger, tenant: str, steps: Sequence[Step]) -> None:
    """Make a history of these steps; what the rules do not allow is left out."""
    holds: list[str] = []
    for step in steps:
        now = ledger.clock.advance(hours=step.wait_hours)
        effective = None if step.days is None else now + step.days * DAY
        debit, credit = step.pair
        command: Any
        if step.do == "post":
            one = transfer(debit, credit, step.amount, effective=effective)
            command = commands.PostTransactions(transactions=(one,) * step.batch)
        elif step.do == "hold":
            command = commands.PlaceHold(debit=debit, credit=credit, amount=step.amount)
        elif not holds:
            continue
        elif step.do == "capture":
            hold = holds[step.amount % len(holds)]
            command = commands.CaptureHold(hold=hold, amount=step.batch, effective=effective)
        else:
            command = commands.ReleaseHold(hold=holds[step.amount % len(holds)])
        try:
            made = await ledger.submit(command, tenant=tenant)
        except errors.Rejection:
            continue
        if step.do == "hold":
            holds.append(made.id)


def by_definition(
    entries: Sequence[Any], effective: datetime | None, recorded: datetime | None
) -> tuple[int, int, int, int]:
    """Posted, held in, held out and version, from every entry of an account in recorded order."""
    known = [e for e in entries if recorded is None or e["recorded"] <= recorded]
    posted = sum(e["amount"] for e in known if effective is None or e["effective"] <= effective)
    held = {"held_in": 0, "held_out": 0}
    for before, entry in itertools.pairwise([{"held_in": 0, "held_out": 0}, *known]):
        since = max(entry["effective"], entry["placed"] or entry["recorded"])
        if effective is None or since <= effective:
            for side in held:
                held[side] += entry[side] - before[side]
    return int(posted), int(held["held_in"]), int(held["held_out"]), len(known)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, data=st.data())
async def test_every_moment_of_any_history_agrees_with_the_list_of_its_entries(
    ledger: Ledger, steps: list[Step], data: st.DataObject
) -> None:
    tenant = f"t{next(TENANTS)}"
    await open_books(ledger, tenant)
    await play(ledger, tenant, steps)
    entries = await ledger.admin.fetch(
        "select e.version, e.amount, e.held_in, e.held_out, e.recorded, "
        "coalesce(e.effective, e.recorded) as effective, a.code, a.side, h.placed "
        "from ledger_entry e "
        "join ledger_account a on a.partition = e.partition and a.id = e.account "
        "join book_log l on l.partition = e.partition and l.position = e.event "
        "left join ledger_hold h on h.id = "
        "('x' || substr(l.body::json -> 'capture' ->> 'hold', 5))::bit(64)::bigint "
        "where a.tenant = $1 order by e.account, e.version",
        tenant,
    )
    times = {e[name] for e in entries for name in ("recorded", "effective")}
    around = sorted({time + shift for time in times for shift in (-TICK, 0 * TICK, TICK)})
    moment = st.none() | st.sampled_from(around or [ledger.clock.now])
    where: dict[str, Any] = {"partition": 0, "tenant": tenant}
    for _ in range(6):
        effective, recorded = data.draw(moment), data.draw(moment)
        at: dict[str, Any] = {"effective": effective, "recorded": recorded}
        trial = await reads.trial_balance(ledger.db, **where, **at)
        columns = {line.code: line for group in trial.currencies for line in group.accounts}
        assert all(group.debit == group.credit for group in trial.currencies)
        for code in (BANK, ANN, BOB):
            own = [e for e in entries if e["code"] == code]
            posted, held_in, held_out, version = by_definition(own, effective, recorded)
            sign = 1 if code == BANK else -1
            found = await reads.balance(ledger.db, **where, account=code, **at)
            assert int(found.posted) == sign * posted
            assert (int(found.held_in), int(found.held_out)) == (held_in, held_out)
            assert found.version == version
            if code in columns:
                line = columns[code]
                assert int(line.debit) - int(line.credit) == posted
                assert "0" in (line.debit, line.credit)
            else:
                assert posted == 0


# -- while others book, and at size


async def test_totals_are_equal_while_others_book(ledger: Ledger) -> None:
    await open_books(ledger)
    done = asyncio.Event()

    async def book() -> None:
        for index in itertools.count():
            if done.is_set():
                return
            effective = ledger.clock.now + (index % 5 - 2) * DAY
            await ledger.submit(transfer(BANK, (ANN, BOB)[index % 2], 1, effective=effective))

    booking = asyncio.create_task(book())
    for index in range(60):
        effective = None if index % 2 else ledger.clock.now
        trial = await reads.trial_balance(
            ledger.db, partition=0, tenant="acme", effective=effective
        )
        assert all(group.debit == group.credit for group in trial.currencies)
        again = await reads.trial_balance(
            ledger.db, partition=0, tenant="acme", effective=effective, recorded=trial.recorded
        )
        assert again == trial
    done.set()
    await booking


@pytest.fixture
async def hot(ledger: Ledger) -> datetime:
    """An account with 25,000 entries, 40 of them dated, after which the returned moment lies."""
    await open_books(ledger)
    for _ in range(5):
        plain = [transfer(BANK, ANN, 2)] * 4_992
        dated = [
            transfer(BANK, ANN, 1, effective=ledger.clock.now + days * DAY)
            for days in (-9, -6, -3, -1, 1, 3, 6, 9)
        ]
        bulk = commands.PostTransactions(transactions=(*plain, *dated))
        await ledger.submit(bulk)
        ledger.clock.advance(days=2)
    return ledger.clock.now


async def test_an_account_with_many_entries_agrees_with_the_list_of_them(
    ledger: Ledger, hot: datetime
) -> None:
    entries = await ledger.admin.fetch(
        "select e.version, e.amount, e.held_in, e.held_out, e.recorded, null as placed, "
        "coalesce(e.effective, e.recorded) as effective "
        "from ledger_entry e join ledger_account a on a.id = e.account "
        "where a.code = $1 order by e.version",
        BANK,
    )
    assert len(entries) == 25_000
    dated = {e["effective"] for e in entries if e["effective"] != e["recorded"]}
    moments = sorted(dated)[::3] + [hot + days * DAY for days in range(-24, 8, 3)]
    for effective, more in itertools.product(moments, (None, 1, 20)):
        recorded = None if more is None else effective + more * DAY
        found = await balance(ledger, BANK, effective=effective, recorded=recorded)
        assert int(found.posted) == by_definition(entries, effective, recorded)[0]


@pytest.mark.usefixtures("hot")
async def test_one_account_is_read_by_its_indexes_alone(ledger: Ledger) -> None:
    account = await find.account(ledger.db, partition=0, tenant="acme", reference=BANK)
    now = ledger.clock.now
    asked: dict[str, tuple[Any, ...]] = {
        "balances": (0, "acme", account.number, now - 9 * DAY, now),
        "versions": (0, account.number, [now - DAY], [7]),
        "entries_before": (0, account.number, 20_000, 50),
        "entries_after": (0, account.number, 20_000, 50),
        "statement_lines": (0, account.number, now - 9 * DAY, 0, now, now, 10_000, 20_000, 50),
    }
    connection = await asyncpg.connect(ledger.url)
    for statistics, mode in itertools.product(("select", "analyze"), ("custom", "generic")):
        await ledger.admin.execute(statistics)
        await connection.execute(f"set plan_cache_mode = force_{mode}_plan")
        for name, arguments in asked.items():
            rows = await connection.fetch(f"explain {find.QUERIES[name]}", *arguments)
            plan = "\n".join(row[0] for row in rows)
            assert "Seq Scan on ledger_entry" not in plan, plan
            is_dated = name in ("balances", "statement_lines")
            assert ("ledger_entry_dated" in plan) == is_dated, plan
    await connection.close()
