"""Laws that hold after any history of the ledger, whatever was asked and however it was grouped."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from culm.book import book, cache, event, memory, unit
from culm.book.catalog import Catalog
from culm.kernel import errors, ids
from culm.ledger import commands, context, events, tables, types
from culm.timers import context as timers
from tests import conftest

CHART: Final[dict[str, dict[str, Any]]] = {
    "assets:bank": {},
    "assets:till": {"minimum": 0, "maximum": 300},
    "liabilities:ann": {"minimum": 0},
    "liabilities:ben": {"minimum": -50, "maximum": 200},
    "equity:world": {},
    "assets:euros": {"currency": "EUR"},
    "liabilities:eva": {"currency": "EUR", "minimum": -100},
}


class World:
    """Books in memory, with what was done so far."""

    def __init__(self) -> None:
        self.clock, self.store = conftest.Clock(), memory.MemoryStore()
        self.catalog = Catalog([timers.TIMERS, context.LEDGER])
        self.transactions: list[str] = []
        self.holds: list[str] = []
        self.accepted: list[tuple[str, commands.Command, Any]] = []

    async def live(self, history: Iterable[Iterable[Step]]) -> None:
        """Open the books, and do each list of steps as one turn."""
        ledger = await self._started()
        await ledger.submit(commands.CreateTenant(name="Acme"), tenant="acme")
        for code, given_ in CHART.items():
            opening = commands.OpenAccount(code=code, **{"currency": "USD", **given_})
            await ledger.submit(opening, tenant="acme")
        for number, turn in enumerate(history):
            asked = {f"key-{number}-{n}": step(self) for n, step in enumerate(turn)}
            attempts = (self._do(ledger, key, command) for key, command in asked.items())
            await asyncio.gather(*attempts)
        await ledger.stop()

    async def again(self) -> list[Any]:
        """Ask everything that was accepted once more, under the same keys."""
        ledger = await self._started()
        answers = [
            await ledger.submit(command, tenant="acme", key=key)
            for key, command, _ in self.accepted
        ]
        await ledger.stop()
        return answers

    async def _started(self) -> book.Book:
        ledger = book.Book(partition=0, catalog=self.catalog, store=self.store, clock=self.clock)
        await ledger.start()
        return ledger

    async def _do(self, ledger: book.Book, key: str, command: commands.Command) -> None:
        try:
            result = await ledger.submit(command, tenant="acme", key=key)
        except errors.Rejection:
            return
        self.accepted.append((key, command, result))
        for known, prefix in ((self.transactions, "txn"), (self.holds, "hld")):
            if ids.is_id(prefix, getattr(result, "id", "")):
                known.append(result.id)

    # -- what is in the books

    def rows(self, table: Any) -> dict[Any, Any]:
        return self.store.state.get((0, table), {})

    def accounts(self) -> dict[int, types.Account]:
        return {account.number: account for account in self.rows(tables.ACCOUNTS).values()}

    def entries(self) -> list[Entry]:
        return [Entry(*map(int, row[1:8])) for row in self.journal(tables.ENTRIES)]

    def journal(self, journal: Any) -> list[tuple[Any, ...]]:
        return self.store.rows.get((0, journal), [])

    def log(self) -> Iterable[tuple[event.LogRow, event.Event]]:
        for row in self.store.log[0]:
            yield row, self.catalog.decode(row.type, row.version, row.body)


@dataclass(frozen=True)
class Entry:
    account: int
    version: int
    event: int
    amount: int
    posted: int
    held_in: int
    held_out: int


Step = Callable[[World], commands.Command]

# -- steps: what may be asked next, in a world that may have nothing of the kind yet

ACCOUNTS = st.sampled_from(list(CHART))
AMOUNTS = st.integers(1, 150) | st.sampled_from([10**38 - 1, 10**37])
MAYBE = st.booleans()
WHICH = st.integers(-2, 1000)
"""One of those that there are; the newest ones below zero."""

PAIRS = st.tuples(ACCOUNTS, ACCOUNTS)
FREE_PAIRS = st.sampled_from(
    [
        ("assets:bank", "equity:world"),
        ("equity:world", "assets:bank"),
        ("assets:bank", "assets:till"),
    ]
)
"""Between which nothing mostly stands in the way of a hold."""


def one_of(known: list[str], which: int) -> str:
    return known[which % len(known)] if known else "none"


@st.composite
def transfers(draw: Any) -> commands.PostTransaction:
    debit, credit, amount = draw(ACCOUNTS), draw(ACCOUNTS), draw(AMOUNTS)
    lines = [commands.Posting(debit, "debit", amount), commands.Posting(credit, "credit", amount)]
    if draw(MAYBE):
        lines += [commands.Posting(draw(ACCOUNTS), "debit", 7)]
        lines += [commands.Posting(draw(ACCOUNTS), "credit", 7)]
    days = draw(st.sampled_from([None, None, -40, 1]))
    effective = None if days is None else conftest.Clock().now + timedelta(days=days)
    return commands.PostTransaction(
        postings=tuple(lines), up_to=draw(MAYBE) and len(lines) == 2, effective=effective
    )


@st.composite
def batches(draw: Any) -> commands.PostTransactions:
    members = draw(st.lists(transfers(), min_size=1, max_size=4))
    mode = draw(st.sampled_from(["each", "all"]))
    return commands.PostTransactions(transactions=tuple(members), mode=mode)


@st.composite
def updates(draw: Any) -> commands.UpdateAccount:
    return commands.UpdateAccount(
        account=draw(ACCOUNTS),
        minimum=draw(st.sampled_from([msgspec.UNSET, None, 0, -20])),
        maximum=draw(st.sampled_from([msgspec.UNSET, None, 100])),
        freeze=draw(st.sampled_from(["none", "none", "none", "in", "out"])),
    )


@st.composite
def holds(draw: Any) -> Step:
    hours = draw(st.sampled_from([1, 5, None]))
    debit, credit = draw(FREE_PAIRS | PAIRS)
    fields = {"debit": debit, "credit": credit, "amount": draw(AMOUNTS)}
    up_to = draw(MAYBE)

    def step(world: World) -> commands.PlaceHold:
        expires = None if hours is None else world.clock.now + timedelta(hours=hours)
        return commands.PlaceHold(**fields, expires=expires, up_to=up_to)

    return step


@st.composite
def captures(draw: Any) -> Step:
    which, amount, rest = draw(WHICH), draw(st.none() | AMOUNTS), draw(MAYBE)
    return lambda world: commands.CaptureHold(
        hold=one_of(world.holds, which), amount=amount, release_rest=rest
    )


@st.composite
def endings(draw: Any) -> Step:
    which = draw(WHICH)
    if draw(MAYBE):
        return lambda world: commands.ReleaseHold(hold=one_of(world.holds, which))
    hours = draw(st.sampled_from([6, 2, 0]))

    def sweep(world: World) -> commands.ExpireHolds:
        world.clock.advance(hours=hours)
        return commands.ExpireHolds(holds=tuple(world.holds[-10:]) or ("none",))

    return sweep


@st.composite
def reversals(draw: Any) -> Step:
    which, amount = draw(WHICH), draw(st.none() | st.integers(1, 60))
    return lambda world: commands.ReverseTransaction(
        transaction=one_of(world.transactions, which), amount=amount
    )


@st.composite
def closings(draw: Any) -> Step:
    if draw(MAYBE):
        account = draw(ACCOUNTS)
        return lambda _: commands.CloseAccount(account=account)
    days = draw(st.integers(1, 60))
    return lambda world: commands.ClosePeriod(before=world.clock.now - timedelta(days=days))


def as_step(command: commands.Command) -> Step:
    return lambda _: command


BOOKINGS = (transfers() | batches()).map(as_step)
ROUTINE = BOOKINGS | holds() | captures() | reversals() | reversals() | endings()
STEPS = BOOKINGS | ROUTINE | ROUTINE | updates().map(as_step) | closings()
TURNS = st.lists(STEPS, min_size=1, max_size=6).map(lambda turn: [turn])


@st.composite
def lives(draw: Any) -> list[list[Step]]:
    """Turns in which holds are placed, captured and ended: by chance alone few are."""
    placed = draw(st.lists(holds(), min_size=1, max_size=3))
    ends = st.lists(captures() | endings() | endings(), min_size=1, max_size=3)
    return [placed, *draw(st.lists(ends, min_size=1, max_size=3))]


HISTORIES = st.lists(TURNS | lives(), max_size=8).map(
    lambda parts: [turn for part in parts for turn in part]
)

EXAMPLES = 80

law = settings(max_examples=EXAMPLES, deadline=None)


def after(history: list[list[Step]]) -> World:
    """The world after all of this was asked."""
    world = World()
    asyncio.run(world.live(history))
    return world


def test_histories_are_eventful_enough_to_say_something() -> None:
    """Of as many as each law sees, some capture a hold, let one expire, release one, reverse."""
    seen: Counter[str] = Counter()

    @seed(20261123)
    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(HISTORIES)
    def look(history: list[list[Step]]) -> None:
        seen.update({told(fact) for _, fact in after(history).log()})

    look()
    assert seen["HoldPlaced"] >= 20
    assert min(seen[name] for name in ("captures", "HoldExpired", "HoldReleased")) > 3, seen
    assert seen["reverses"] > 0


def told(fact: event.Event) -> str:
    """What kind of fact it is."""
    if isinstance(fact, events.TransactionPosted):
        return "captures" if fact.capture else "reverses" if fact.reverses else "posts"
    return type(fact).__name__


# -- the laws


@law
@given(HISTORIES)
def test_money_is_neither_made_nor_lost(history: list[list[Step]]) -> None:
    world = after(history)
    accounts = world.accounts()
    booked: dict[str, int] = defaultdict(int)
    for entry in world.entries():
        booked[accounts[entry.account].currency] += entry.amount
    assert not any(booked.values())
    standing: dict[tuple[str, str], int] = defaultdict(int)
    for account in accounts.values():
        balance = world.rows(tables.BALANCES)[account.id]
        standing[account.currency, account.side] += balance.posted
    for currency in ("USD", "EUR"):
        assert standing[currency, "debit"] == standing[currency, "credit"]


@law
@given(HISTORIES)
def test_a_balance_is_the_sum_of_its_entries_which_are_counted_without_a_gap(
    history: list[list[Step]],
) -> None:
    world = after(history)
    by_account: dict[int, list[Entry]] = defaultdict(list)
    for entry in world.entries():
        by_account[entry.account].append(entry)
    for number, account in world.accounts().items():
        entries, running = by_account[number], 0
        assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
        for entry in entries:
            running += account.sign * entry.amount
            assert entry.posted == running
        balance = world.rows(tables.BALANCES)[account.id]
        assert (balance.version, balance.posted) == (len(entries), running)


@law
@given(HISTORIES)
def test_what_is_held_is_what_remains_of_the_open_holds(history: list[list[Step]]) -> None:
    world = after(history)
    held: dict[tuple[str, bool], int] = defaultdict(int)
    for hold in world.rows(tables.HOLDS).values():
        assert 0 <= hold.captured + hold.released <= hold.amount
        assert (hold.state == "open") == (hold.remaining > 0)
        for account_id, side in ((hold.debit, 1), (hold.credit, -1)):
            inward = world.rows(tables.ACCOUNTS)[account_id].sign == side
            held[account_id, inward] += hold.remaining
    for account in world.accounts().values():
        balance = world.rows(tables.BALANCES)[account.id]
        assert balance.held_in == held[account.id, True]
        assert balance.held_out == held[account.id, False]


@law
@given(HISTORIES)
def test_no_change_of_its_own_takes_an_account_beyond_its_limits(
    history: list[list[Step]],
) -> None:
    world = after(history)
    limits: dict[str, tuple[int | None, int | None]] = {}
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in world.entries():
        entries[entry.event].append(entry)
    standing: dict[int, Entry] = {}
    for row, fact in world.log():
        if isinstance(fact, events.AccountOpened | events.AccountUpdated):
            limits[fact.id] = (whole(fact.minimum), whole(fact.maximum))
        judged = isinstance(fact, events.HoldPlaced) or (
            isinstance(fact, events.TransactionPosted) and fact.capture is None
        )
        last = {entry.account: entry for entry in entries[row.position]}
        for number, entry in last.items():
            before = standing.get(number, Entry(number, 0, 0, 0, 0, 0, 0))
            if judged:
                keeps_limits(limits[ids.from_number("acc", number)], before, entry)
        standing.update(last)


def keeps_limits(limits: tuple[int | None, int | None], before: Entry, entry: Entry) -> None:
    minimum, maximum = limits
    lowered = entry.posted < before.posted or entry.held_out > before.held_out
    raised = entry.posted > before.posted or entry.held_in > before.held_in
    if lowered and minimum is not None:
        assert entry.posted - entry.held_out >= minimum
    if raised and maximum is not None:
        assert entry.posted + entry.held_in <= maximum
    assert abs(entry.posted) < 10**38


def whole(text: str | None) -> int | None:
    return None if text is None else int(text)


@law
@given(HISTORIES)
def test_no_posting_is_reversed_beyond_its_amount(history: list[list[Step]]) -> None:
    world = after(history)
    booked = {
        fact.id: fact for _, fact in world.log() if isinstance(fact, events.TransactionPosted)
    }
    taken: dict[str, list[int]] = defaultdict(list)
    for fact in booked.values():
        if fact.reverses is None:
            continue
        assert booked[fact.reverses].reverses is None
        amounts = [abs(int(amount)) for _, amount, _ in fact.postings]
        before = taken[fact.reverses] or [0] * len(amounts)
        taken[fact.reverses] = [a + b for a, b in zip(before, amounts, strict=True)]
    for original, amounts in taken.items():
        most = [abs(int(amount)) for _, amount, _ in booked[original].postings]
        assert all(amount <= limit for amount, limit in zip(amounts, most, strict=True))
        assert list(world.rows(tables.REVERSED)[original].amounts) == amounts


@law
@given(HISTORIES)
def test_state_is_the_fold_of_the_log(history: list[list[Step]]) -> None:
    world = after(history)
    state = cache.Cache(world.catalog.tables, 10**9)
    folded = unit.Unit(0, world.catalog, state)
    for row, fact in world.log():
        apply(folded, row, fact)
    for table in world.catalog.tables:
        known = {key: row for key, row in state.young[table].items() if row is not None}
        assert known == world.rows(table)
    for journal in world.catalog.journals:
        assert folded.rows[journal] == world.journal(journal)


def apply(folded: unit.Unit, row: event.LogRow, fact: event.Event) -> None:
    """Apply an event of the log; what is not there yet never was."""
    mark = folded.begin(row.time, row.origin)
    while True:
        try:
            return folded.record(fact)
        except unit.Missing:
            folded.rewind(mark)
            for table, keys in folded.missing.items():
                folded.cache.add(table, dict.fromkeys(keys))
            folded.missing = {}


@law
@given(HISTORIES)
def test_what_was_accepted_is_answered_again_and_done_once(history: list[list[Step]]) -> None:
    world = after(history)
    head = world.store.heads[0]
    assert asyncio.run(world.again()) == [result for _, _, result in world.accepted]
    assert world.store.heads[0] == head


@law
@given(HISTORIES)
def test_the_log_is_gapless_and_its_time_only_grows(history: list[list[Step]]) -> None:
    rows = after(history).store.log[0]
    assert [row.position for row in rows] == list(range(len(rows)))
    times = [row.time for row in rows]
    assert times == sorted(times)
    by_command = {row.time: row.correlation for row in rows}
    assert all(by_command[row.time] == row.correlation for row in rows)
