"""The Book through its public door: turns, loading, isolation, backpressure, time, stopping."""

from __future__ import annotations

import asyncio
import copy
import random
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import pytest
import structlog

from culm.book import book, catalog, event, memory, merkle, postgres, store, turn
from culm.kernel import clock, database, errors
from culm.ledger import commands, context, rejections, tables
from culm.ledger.decisions import accounts, posting
from culm.timers import context as timers
from tests import conftest

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, ANN = "assets:bank", "liabilities:ann"
STANDING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def books(memory_ledger: Ledger) -> Ledger:
    """Acme's books in memory."""
    return await with_accounts(memory_ledger)


@pytest.fixture(params=["memory_ledger", "ledger"], ids=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> Any:
    """A ledger on each of the two stores, still without books."""
    return request.getfixturevalue(request.param)


async def with_accounts(ledger: Ledger, codes: Iterable[str] = (BANK, ANN)) -> Ledger:
    await ledger.submit(commands.CreateTenant(name="Acme"))
    opened = (commands.OpenAccount(code=code, currency="USD") for code in codes)
    await asyncio.gather(*(ledger.submit(command) for command in opened))
    return ledger


def transfer(
    amount: int = 1, debit: str = BANK, credit: str = ANN, **more: Any
) -> commands.PostTransaction:
    lines = (commands.Posting(debit, "debit", amount), commands.Posting(credit, "credit", amount))
    return commands.PostTransaction(postings=lines, **more)


async def posted(ledger: Ledger, *codes: str) -> list[int]:
    keys = [("acme", code) for code in codes]
    found = await ledger.store.load(tables.CODES, 0, keys)
    balances = await ledger.store.load(tables.BALANCES, 0, list(found.values()))
    return [balances[found[key]].posted for key in keys]


@asynccontextmanager
async def a_book_on(
    store: Any,
    *,
    limits: book.Limits | None = None,
    time: clock.Clock | None = None,
    contexts: Iterable[catalog.Context] = (timers.TIMERS, context.LEDGER),
) -> AsyncIterator[Ledger]:
    """A Book of its own making on a store."""
    stocked, clock_ = catalog.Catalog(contexts), conftest.Clock()
    opened = book.Book(
        partition=0, catalog=stocked, store=store, clock=time or clock_, limits=limits
    )
    await opened.start()
    yield conftest.Ledger(opened, store, clock_, stocked)
    await opened.stop()


class Held(memory.MemoryStore):
    """A store that writes only when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write, self.writing = asyncio.Event(), asyncio.Event()
        self.may_write.set()

    async def write(self, draft: turn.Draft) -> bool:
        self.writing.set()
        await self.may_write.wait()
        return await super().write(draft)

    def hold(self) -> None:
        """From now on nothing is written."""
        self.may_write.clear()
        self.writing.clear()


# -- one turn


async def test_commands_that_wait_together_share_a_turn_and_see_each_other(either: Ledger) -> None:
    head = await either.store.head(0)
    await asyncio.gather(
        either.submit(commands.CreateTenant(name="Acme")),
        either.submit(commands.OpenAccount(code=BANK, currency="USD")),
        either.submit(commands.OpenAccount(code=ANN, currency="USD", minimum=0)),
        either.submit(transfer(5)),
        either.submit(transfer(5, debit=ANN, credit=BANK)),
    )
    assert (await either.store.head(0)).turn == head.turn + 1
    assert await posted(either, BANK, ANN) == [0, 0]


async def test_a_turn_takes_commands_up_to_its_weight() -> None:
    async with a_book_on(Held(), limits=book.Limits(turn_weight=10)) as ledger:
        await with_accounts(ledger)
        head = await ledger.store.head(0)
        bulk = commands.PostTransactions(transactions=(transfer(),) * 8)
        await asyncio.gather(*(ledger.submit(transfer()) for _ in range(25)), ledger.submit(bulk))
        assert (await ledger.store.head(0)).turn == head.turn + 4
        heavy = commands.PostTransactions(transactions=(transfer(),) * 30)
        await asyncio.gather(*(ledger.submit(c) for c in (transfer(), heavy, transfer())))
        assert (await ledger.store.head(0)).turn == head.turn + 7


async def test_a_bulk_is_one_turn_whatever_its_size(ledger: Ledger) -> None:
    await with_accounts(ledger)
    head = await ledger.store.head(0)
    bulk = commands.PostTransactions(transactions=(transfer(),) * 3_000)
    answered = await ledger.submit(bulk)
    assert len({result.id for result in answered.results}) == 3_000
    after = await ledger.store.head(0)
    assert (after.turn, after.tree.size) == (head.turn + 1, head.tree.size + 3_000)
    assert await posted(ledger, ANN) == [3_000]


async def test_the_head_is_the_tree_over_all_leaves(either: Ledger) -> None:
    await with_accounts(either)
    await asyncio.gather(*(either.submit(transfer()) for _ in range(300)))
    head = await either.store.head(0)
    rows = await either.store.events(0, range(head.tree.size))
    leaves = [merkle.leaf_hash(rows[at].sealed_bytes()) for at in range(head.tree.size)]
    assert [rows[at].leaf for at in range(head.tree.size)] == leaves
    assert head.tree.root() == merkle.Frontier().append(leaves)[0].root()


async def test_an_event_says_who_caused_it(either: Ledger) -> None:
    await either.book.submit(
        commands.CreateTenant(name="Acme"),
        tenant="acme",
        actor="user:ann@example.com",
        correlation="req/1+2=3",
        causation="0-17",
    )
    row = (await either.store.events(0, [0]))[0]
    assert (row.tenant, row.actor, row.correlation, row.causation) == (
        "acme",
        "user:ann@example.com",
        "req/1+2=3",
        "0-17",
    )


@pytest.mark.parametrize("field", ["tenant", "actor", "correlation", "causation"])
@pytest.mark.parametrize("value", ["two\nlines", "a b", "é", "x" * 256, "nul\x00", "\ud800"])
async def test_what_would_not_be_one_word_of_a_leaf_is_invalid(
    books: Ledger, field: str, value: str
) -> None:
    origin: dict[str, Any] = {"tenant": "acme"} | {field: value}
    with pytest.raises(errors.Invalid) as caught:
        await books.book.submit(transfer(), **origin)
    assert caught.value.field == field


# -- rejections


class Rejected(msgspec.Struct, frozen=True):
    """A command that records a good deal before it is rejected."""


class Broken(msgspec.Struct, frozen=True):
    """A command whose decision has a defect."""


class Exhausted(msgspec.Struct, frozen=True):
    """A command whose decision asks an empty iterator for more."""


class Endless(msgspec.Struct, frozen=True):
    """A command whose decision asks for more state without end."""


class Unsaid(event.Event, frozen=True):
    """A fact that cannot be written down."""

    TYPE: ClassVar[str] = "test.unsaid"
    text: str


class Speechless(msgspec.Struct, frozen=True):
    """A command whose fact cannot be written down."""


def record_and_reject(unit: Any, _command: Any) -> None:
    book_something(unit)
    raise rejections.Unbalanced


def record_and_break(unit: Any, _command: Any) -> None:
    book_something(unit)
    raise ZeroDivisionError("a defect")


def ask_nothing_for_more(unit: Any, _command: Any) -> None:
    book_something(unit)
    next(iter(()))


def record_the_unsaid(unit: Any, _command: Any) -> None:
    unit.record(Unsaid("\ud800"))


def ask_without_end(unit: Any, _command: Any) -> None:
    for number in range(10_000):
        unit.get(tables.ACCOUNTS, f"acc_{number:016x}")


def book_something(unit: Any) -> None:
    opening = commands.OpenAccount(code=f"equity:new-{unit.position}", currency="USD")
    opened = accounts.open_account(unit, opening)
    posting.post_transaction(unit, transfer(5, debit=opened.id, reference="trace"))


TEST = catalog.Context(
    name="test",
    tables=(),
    journals=(),
    applies={Unsaid: lambda _unit, _event, _position: None},
    commands=tuple(
        catalog.Command(type_, type(None), decide, lambda _unit, _command: None)
        for type_, decide in (
            (Rejected, record_and_reject),
            (Broken, record_and_break),
            (Speechless, record_the_unsaid),
            (Exhausted, ask_nothing_for_more),
            (Endless, ask_without_end),
        )
    ),
)
WITH_TEST = (timers.TIMERS, context.LEDGER, TEST)


@pytest.mark.parametrize(
    ("command", "error"),
    [(Rejected(), rejections.Unbalanced), (Broken(), ZeroDivisionError), (Endless(), RuntimeError)],
)
async def test_what_is_not_accepted_leaves_no_trace(
    command: msgspec.Struct, error: type[Exception]
) -> None:
    store = memory.MemoryStore()
    async with a_book_on(store, contexts=WITH_TEST) as ledger:
        await with_accounts(ledger)
        before = copy.deepcopy({name: vars(store)[name] for name in ("heads", "log", "stored")})
        state = {where: dict(rows) for where, rows in store.state.items()}
        lines = {where: list(rows) for where, rows in store.rows.items()}
        for key in (None, "key"):
            with pytest.raises(error):
                await ledger.submit(command, key=key)
        assert {name: vars(store)[name] for name in before} == before
        assert store.state == state
        assert store.rows == lines
        booked = await ledger.submit(transfer())
        assert booked.id == f"txn_{before['heads'][0].tree.size:016x}"
        assert (await ledger.store.head(0)).time > before["heads"][0].time


@pytest.mark.parametrize("command", [Rejected(), Broken(), Endless(), Speechless(), Exhausted()])
async def test_a_command_that_fails_hurts_its_own_caller_only(command: msgspec.Struct) -> None:
    async with a_book_on(memory.MemoryStore(), contexts=WITH_TEST) as ledger:
        await with_accounts(ledger)
        asked = [transfer(1), command, transfer(2), command, transfer(4)]
        attempts = (ledger.submit(each) for each in asked)
        answers = await asyncio.gather(*attempts, return_exceptions=True)
        failed = [isinstance(answer, Exception) for answer in answers]
        assert failed == [False, True, False, True, False]
        assert await posted(ledger, ANN) == [7]
        rows = await ledger.store.events(0, range(100))
        assert "trace" not in "".join(row.body for row in rows.values())
        await ledger.submit(transfer())


async def test_a_rejected_batch_of_all_or_none_gives_its_places_back(either: Ledger) -> None:
    await with_accounts(either)
    size = (await either.store.head(0)).tree.size
    broken = (*(transfer(reference="lost") for _ in range(5)), transfer(0))
    batch = commands.PostTransactions(transactions=broken, mode="all")
    answers: tuple[Any, ...] = await asyncio.gather(
        either.submit(batch), either.submit(transfer(3)), return_exceptions=True
    )
    assert isinstance(answers[0], rejections.AmountInvalid)
    assert answers[1].id == f"txn_{size:016x}"
    assert await posted(either, ANN) == [3]


# -- loading


class Recording:
    """A real store, and the round trips that were made to it for state."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.loads: list[tuple[str, int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def load(self, table: Any, partition: int, keys: Collection[Any]) -> dict[Any, Any]:
        self.loads.append((table.name, len(keys)))
        found: dict[Any, Any] = await self._store.load(table, partition, keys)
        return found


MANY = [f"liabilities:customers:{number}" for number in range(60)]


@pytest.fixture
async def cold(database_url: str) -> AsyncIterator[tuple[Recording, list[str]]]:
    """A store with sixty accounts on it that no Book has in memory, and their ids."""
    async with conftest.ledger_on(database_url) as first:
        await with_accounts(first, MANY)
        found = await first.store.load(tables.CODES, 0, [("acme", code) for code in MANY])
    stocked = catalog.Catalog([timers.TIMERS, context.LEDGER])
    store = postgres.PostgresStore(lambda: database.connect(database_url), stocked)
    yield Recording(store), [found["acme", code] for code in MANY]
    await store.close()


async def test_what_a_turn_needs_is_loaded_in_one_round_trip_a_table(
    cold: tuple[Recording, list[str]],
) -> None:
    store, ids = cold
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    async with a_book_on(store) as ledger:
        await asyncio.gather(*(ledger.submit(transfer(1, *pair)) for pair in pairs))
        assert Counter(store.loads) == {
            ("ledger_tenant", 1): 1,
            ("tenant_clock", 1): 1,
            ("balances", 60): 1,
        }
        await asyncio.gather(*(ledger.submit(transfer(1, *pair)) for pair in pairs))
        assert len(store.loads) == 3


async def test_a_decision_that_asks_for_more_waits_a_round_and_no_more(
    cold: tuple[Recording, list[str]],
) -> None:
    """Codes tell ids, ids tell accounts: two rounds, however many accounts there are."""
    store, _ = cold
    lines = [commands.Posting(code, "debit", 1) for code in MANY[::2]]
    lines += [commands.Posting(code, "credit", 1) for code in MANY[1::2]]
    async with a_book_on(store) as ledger:
        await ledger.submit(commands.PostTransaction(postings=tuple(lines)))
    rounds = Counter(name for name, _ in store.loads)
    assert rounds == {"ledger_tenant": 1, "tenant_clock": 1, "account codes": 1, "balances": 1}


async def test_what_waits_for_state_does_not_hold_up_its_turn(
    cold: tuple[Recording, list[str]],
) -> None:
    """The first is set aside for a round; both are written in the same turn."""
    store, ids = cold
    async with a_book_on(store) as ledger:
        head = await ledger.store.head(0)
        waiting, ready = await asyncio.gather(
            ledger.submit(transfer(1, MANY[0], MANY[1])), ledger.submit(transfer(1, *ids[2:4]))
        )
        assert (await ledger.store.head(0)).turn == head.turn + 1
        assert ready.id < waiting.id


async def test_the_smallest_memory_and_the_smallest_turns_are_as_right_as_any(
    either: Ledger,
) -> None:
    """Turns overlap, and rows are forgotten as soon as they may be."""
    chance, expected = random.Random(7), Counter[str]()
    asked = []
    for _ in range(300):
        debit, credit = chance.sample(MANY[:8], 2)
        amount = chance.randrange(1, 50)
        asked.append(transfer(amount, debit, credit))
        expected[debit] -= amount
        expected[credit] += amount
    limits = book.Limits(cache_rows=1, turn_weight=3, overlap_weight=1)
    async with a_book_on(either.store, limits=limits) as ledger:
        await with_accounts(ledger, MANY[:8])
        await asyncio.gather(*(ledger.submit(command) for command in asked))
        assert await posted(ledger, *MANY[:8]) == [expected[code] for code in MANY[:8]]


# -- backpressure


async def test_past_its_queue_a_book_is_busy_and_does_all_that_it_accepted() -> None:
    store = Held()
    async with a_book_on(store, limits=book.Limits(queue_weight=10)) as ledger:
        await with_accounts(ledger)
        store.hold()
        written = asyncio.create_task(ledger.submit(transfer()))
        await store.writing.wait()
        accepted = [asyncio.create_task(ledger.submit(transfer())) for _ in range(10)]
        await asyncio.sleep(0)
        for _ in range(3):
            with pytest.raises(errors.Busy) as caught:
                await ledger.submit(transfer(), key="k")
            assert caught.value.retry_after_seconds >= 1
        store.may_write.set()
        await asyncio.gather(written, *accepted)
        await ledger.submit(transfer(), key="k")
        assert await posted(ledger, ANN) == [12]


async def test_a_command_heavier_than_the_queue_is_taken_when_nothing_waits() -> None:
    async with a_book_on(memory.MemoryStore(), limits=book.Limits(queue_weight=10)) as ledger:
        await with_accounts(ledger)
        bulk = commands.PostTransactions(transactions=(transfer(),) * 50)
        await ledger.submit(bulk)
        assert await posted(ledger, ANN) == [50]


async def test_a_caller_that_goes_away_disturbs_nobody() -> None:
    store = Held()
    async with a_book_on(store) as ledger:
        await with_accounts(ledger)
        store.hold()
        gone = asyncio.create_task(ledger.submit(transfer(1)))
        stays = asyncio.create_task(ledger.submit(transfer(2)))
        await store.writing.wait()
        gone.cancel()
        store.may_write.set()
        await stays
        assert await posted(ledger, ANN) == [3]


# -- starting and stopping


async def test_stopping_finishes_what_waits_and_takes_no_more(either: Ledger) -> None:
    await with_accounts(either)
    waiting = [asyncio.create_task(either.submit(transfer())) for _ in range(500)]
    await asyncio.sleep(0)
    await either.book.stop()
    assert all(task.done() and not task.exception() for task in waiting)
    assert await posted(either, ANN) == [500]
    assert not either.book.running
    with pytest.raises(errors.Unavailable):
        await either.submit(transfer())


async def test_stopping_waits_for_the_turn_that_is_being_written() -> None:
    store = Held()
    async with a_book_on(store) as ledger:
        store.hold()
        asked = asyncio.create_task(ledger.submit(commands.CreateTenant(name="Acme")))
        await store.writing.wait()
        stopping = asyncio.create_task(ledger.book.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        store.may_write.set()
        await stopping
        assert (await asked).id == "acme"


async def test_a_stop_that_cannot_wait_tells_every_caller_how_far_it_came() -> None:
    store = Held()
    async with a_book_on(store) as ledger:
        await with_accounts(ledger)
        store.hold()
        written = asyncio.create_task(ledger.submit(transfer()))
        await store.writing.wait()
        waiting = asyncio.create_task(ledger.submit(transfer()))
        await asyncio.sleep(0)
        stopping = asyncio.create_task(ledger.book.stop())
        await asyncio.sleep(0)
        stopping.cancel()
        answers = await asyncio.gather(written, waiting, stopping, return_exceptions=True)
    assert [type(answer) for answer in answers[:2]] == [errors.OutcomeUnknown, errors.Unavailable]


async def test_a_book_that_was_not_started_is_unavailable(books: Ledger) -> None:
    idle = book.Book(
        partition=0, catalog=books.catalog, store=memory.MemoryStore(), clock=books.clock
    )
    with pytest.raises(errors.Unavailable):
        await idle.submit(transfer(), tenant="acme")


async def test_a_book_does_not_start_without_its_store(books: Ledger) -> None:
    async def refuse() -> Any:
        raise ConnectionRefusedError("nobody listens")

    store = postgres.PostgresStore(refuse, books.catalog)
    homeless = book.Book(partition=0, catalog=books.catalog, store=store, clock=books.clock)
    with pytest.raises(errors.Unavailable):
        await homeless.start()


# -- a store that fails


class Failing(memory.MemoryStore):
    """A store whose operations fail as often as they are told to, then work again."""

    OPERATIONS = ("head", "load", "events", "answers", "write", "nonce")

    def __init__(self) -> None:
        super().__init__()
        self.failures: dict[str, list[Exception]] = {}
        for name in self.OPERATIONS:
            setattr(self, name, self._failing(name, getattr(self, name)))

    def _failing(self, name: str, works: Any) -> Any:
        async def operation(*given: Any) -> Any:
            if failures := self.failures.get(name):
                raise failures.pop()
            return await works(*given)

        return operation


@pytest.mark.parametrize("operation", Failing.OPERATIONS)
@pytest.mark.parametrize(
    "failure",
    [store.Unreachable("gone"), store.Refused("no"), ZeroDivisionError("a defect")],
    ids=lambda failure: type(failure).__name__,
)
async def test_whatever_fails_in_its_store_a_book_answers_and_goes_on(
    operation: str, failure: Exception
) -> None:
    failing = Failing()
    with structlog.testing.capture_logs():
        await survives(failing, {"write": [store.InDoubt("?")], operation: [failure] * 3})


async def survives(failing: Failing, failures: dict[str, list[Exception]]) -> None:
    """Nobody waits in vain, nobody hears anything but the truth, and all is done once."""
    async with asyncio.timeout(60), a_book_on(failing) as ledger:
        await with_accounts(ledger)
        booked = await ledger.submit(transfer(100))
        reversal = commands.ReverseTransaction(transaction=booked.id, amount=3)
        asked = {"key-1": transfer(1), "key-2": reversal, "key-3": transfer(2)}
        failing.failures = failures
        for _ in range(4):
            attempts = (ledger.submit(command, key=key) for key, command in asked.items())
            answers = await asyncio.gather(*attempts, return_exceptions=True)
            failed = [answer for answer in answers if isinstance(answer, BaseException)]
            assert all(isinstance(error, errors.CulmError) for error in failed)
        for key, command in asked.items():
            await ledger.submit(command, key=key)
        assert await posted(ledger, ANN) == [100]


class Poisoned(memory.MemoryStore):
    """A store that dies of every turn with a certain reference in it, as one that is killed for
    its memory or times out would."""

    async def write(self, draft: turn.Draft) -> bool:
        """Write a turn, or lose the connection."""
        if any(b"poison" in recorded.body for recorded in draft.events):
            raise store.InDoubt("killed again")
        return await super().write(draft)


async def test_a_command_whose_turns_are_always_interrupted_stops_nobody_else() -> None:
    with structlog.testing.capture_logs():
        async with asyncio.timeout(60), a_book_on(Poisoned()) as ledger:
            await with_accounts(ledger)
            asked = [transfer(1), transfer(2, reference="poison"), transfer(4)]
            attempts = (ledger.submit(each) for each in asked)
            answers = await asyncio.gather(*attempts, return_exceptions=True)
            failed = [isinstance(answer, errors.Unavailable) for answer in answers]
            assert failed == [False, True, False]
            assert await posted(ledger, ANN) == [5]


# -- time


@pytest.mark.parametrize(
    "times",
    [
        [STANDING],
        [STANDING, STANDING - timedelta(days=400), STANDING + timedelta(seconds=1)],
        [STANDING - timedelta(seconds=n) for n in range(20)],
    ],
    ids=["stands still", "jumps back", "runs backwards"],
)
async def test_time_only_grows_whatever_the_clock_does(times: list[datetime]) -> None:
    looks = iter(range(10_000))
    store = memory.MemoryStore()
    async with a_book_on(store, time=lambda: times[next(looks) % len(times)]) as ledger:
        await with_accounts(ledger)
        for _ in range(10):
            await asyncio.gather(ledger.submit(transfer()), ledger.submit(transfer()))
        await ledger.submit(commands.PostTransactions(transactions=(transfer(),) * 5))
    recorded = [row.time for row in store.log[0]]
    singles, bulk = recorded[:-5], recorded[-5:]
    assert all(one < other for one, other in zip(recorded, singles[1:], strict=False))
    assert len(set(bulk)) == 1
    assert bulk[0] > singles[-1]


async def test_time_grows_on_after_a_restart_with_a_slow_clock(database_url: str) -> None:
    async with conftest.ledger_on(database_url) as first:
        booked = await with_accounts(first)
        last = (await booked.submit(transfer())).recorded
    late = conftest.Clock()
    late.advance(days=-30)
    async with conftest.ledger_on(database_url, clock=late) as second:
        assert (await second.submit(transfer())).recorded == last + timedelta(microseconds=1)
