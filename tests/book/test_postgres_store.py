"""The Book on a real PostgreSQL, with the accidents that befall a connection, a commit, a process.

Whatever happens to a write, every caller hears the truth, and everything is done exactly once.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from culm import app
from culm.book import book, postgres, store, turn
from culm.kernel import database, errors, ids
from culm.ledger import commands, rejections, tables, types
from tests import conftest

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, ANN = "assets:bank", "liabilities:ann"
LARGE = 300
"""More than a turn writes by its one statement: it goes by COPY."""

PATIENCE_SECONDS = 20
"""Nobody waits for ever; a caller that was forgotten would."""

Accident = Callable[["Troubled", turn.Draft], Awaitable[bool]]


class Troubled:
    """A real store whose next writes meet accidents. The Book's own fences go through."""

    def __init__(self, real: store.Store, admin: asyncpg.Connection[Any]) -> None:
        self.real, self.admin = real, admin
        self.accidents: list[Accident] = []
        self.lost: list[turn.Draft] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def write(self, draft: turn.Draft) -> bool:
        if draft.requests and self.accidents:
            return await self.accidents.pop(0)(self, draft)
        return await self.real.write(draft)

    async def kill_backends(self, *, waiting: bool = False) -> None:
        """Have the server hang up on every connection of ours, or on those that wait for a lock."""
        await self.admin.fetch(
            """select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'culm'
              and (not $1 or pid in (select pid from pg_locks where not granted))""",
            waiting,
        )

    async def until_blocked(self, backends: int = 1) -> None:
        """Wait until so many connections wait for a lock."""
        statement = "select count(distinct pid) from pg_locks where not granted"
        for _ in range(1000):
            if await self.admin.fetchval(statement) >= backends:
                return
            await asyncio.sleep(0.005)
        raise TimeoutError

    @asynccontextmanager
    async def entries_blocked(self) -> AsyncIterator[None]:
        """Take the place of the next entries, uncommitted: writes move the head, then wait."""
        transaction = self.admin.transaction()
        await transaction.start()
        await self.admin.execute(
            """insert into ledger_entry
            select partition, id, coalesce(version, 0) + 1, 0, 0, 0, 0, 0, opened, opened
            from ledger_account left join lateral (
                select max(version) as version from ledger_entry
                where account = ledger_account.id
            ) newest on true"""
        )
        try:
            yield
        finally:
            await transaction.rollback()


# -- accidents


async def killed_before_writing(troubled: Troubled, draft: turn.Draft) -> bool:
    await troubled.kill_backends()
    return await troubled.real.write(draft)


async def killed_between_the_head_and_the_commit(troubled: Troubled, draft: turn.Draft) -> bool:
    async with troubled.entries_blocked():
        writing = asyncio.create_task(troubled.real.write(draft))
        await troubled.until_blocked()
        await troubled.kill_backends(waiting=True)
        return await writing


async def cancelled_by_the_server(troubled: Troubled, draft: turn.Draft) -> bool:
    async with troubled.entries_blocked():
        writing = asyncio.create_task(troubled.real.write(draft))
        await troubled.until_blocked()
        await troubled.admin.fetch("select pg_cancel_backend(pid) from pg_locks where not granted")
        return await writing


async def lost_after_the_commit(troubled: Troubled, draft: turn.Draft) -> bool:
    assert await troubled.real.write(draft)
    raise store.InDoubt("the answer to the commit never came")


async def lost_before_anything_was_sent(troubled: Troubled, draft: turn.Draft) -> bool:
    troubled.lost.append(draft)
    raise store.InDoubt("whether the commit arrived is not known")


async def unreachable(troubled: Troubled, draft: turn.Draft) -> bool:
    raise store.Unreachable("nobody there")


async def broken(troubled: Troubled, draft: turn.Draft) -> bool:
    assert await troubled.real.write(draft)
    raise ZeroDivisionError("a defect of the store")


ACCIDENTS = [
    [killed_before_writing],
    [killed_between_the_head_and_the_commit],
    [cancelled_by_the_server],
    [lost_after_the_commit],
    [lost_before_anything_was_sent],
    [unreachable, unreachable],
    [broken],
    [lost_before_anything_was_sent, lost_before_anything_was_sent, lost_after_the_commit],
]


# -- what is asked, and what must have become of it


def transfer(amount: int = 1, **more: Any) -> commands.PostTransaction:
    lines = (commands.Posting(BANK, "debit", amount), commands.Posting(ANN, "credit", amount))
    return commands.PostTransaction(postings=lines, **more)


async def with_accounts(ledger: Ledger) -> Ledger:
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in (BANK, ANN):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    return ledger


@asynccontextmanager
async def troubled_ledger(
    url: str, *, limits: book.Limits | None = None, connect: postgres.Connect | None = None
) -> AsyncIterator[tuple[Ledger, Troubled]]:
    """The ledger on a store that can be made to have accidents."""
    catalog, clock = app.catalog(), conftest.Clock()
    real = postgres.PostgresStore(connect or (lambda: database.connect(url)), catalog)
    admin = await asyncpg.connect(url)
    troubled: Any = Troubled(real, admin)
    opened = book.Book(partition=0, catalog=catalog, store=troubled, clock=clock, limits=limits)
    await opened.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield conftest.Ledger(opened, troubled, clock, catalog), troubled
    finally:
        await opened.stop()
        await real.close()
        await admin.close()


async def balance_of(admin: asyncpg.Connection[Any], code: str = ANN) -> int:
    newest: int | None = await admin.fetchval(
        """select posted from ledger_entry join ledger_account on ledger_account.id = account
        where code = $1 order by ledger_entry.version desc limit 1""",
        code,
    )
    return int(newest or 0)


async def done_once(admin: asyncpg.Connection[Any], *references: str) -> None:
    """Each of these was booked exactly once, and the books are whole."""
    rows = await admin.fetch("select reference, count(*) from ledger_reference group by 1")
    assert {row[0]: row[1] for row in rows} == dict.fromkeys(references, 1)
    await books_are_whole(admin)


async def books_are_whole(admin: asyncpg.Connection[Any]) -> None:
    """Gapless logs and entries, balances that are the sums of entries, and debits equal credits."""
    for hole in (
        "select partition from book_log group by 1 having count(*) <> max(position) + 1",
        "select account from ledger_entry group by partition, 1 having count(*) <> max(version)",
        """select e.account from ledger_entry e join ledger_account a on a.id = e.account
        group by e.partition, e.account, a.side
        having sum(e.amount) * case a.side when 'debit' then 1 else -1 end
            <> (array_agg(e.posted order by e.version desc))[1]""",
        """select currency from ledger_entry e join ledger_account a on a.id = e.account
        group by 1 having sum(e.amount) <> 0""",
        """select h.partition from book_head h left join book_log l using (partition)
        group by h.partition, h.size having count(l.position) <> h.size""",
    ):
        assert await admin.fetch(hole) == [], hole


@pytest.mark.parametrize(
    "accidents", ACCIDENTS, ids=lambda accidents: "-".join(a.__name__ for a in accidents)
)
async def test_whatever_happens_to_a_write_everything_is_done_once_and_answered(
    database_url: str, accidents: list[Accident]
) -> None:
    async with troubled_ledger(database_url) as (ledger, troubled):
        await with_accounts(ledger)
        names = [f"payment-{number}" for number in range(5)]
        troubled.accidents = list(accidents)
        asked = {name: ledger.submit(transfer(2, reference=name), key=name) for name in names}
        answers = await asyncio.gather(*asked.values())
        assert not troubled.accidents
        assert [answer.reference for answer in answers] == names
        await done_once(troubled.admin, *names)
        again = [await ledger.submit(transfer(2, reference=name), key=name) for name in names]
        assert again == answers
        assert await balance_of(troubled.admin) == 10


@pytest.mark.parametrize(
    "accidents", ACCIDENTS, ids=lambda accidents: "-".join(a.__name__ for a in accidents)
)
async def test_whatever_happens_to_a_large_write_its_outcome_is_told(
    database_url: str, accidents: list[Accident]
) -> None:
    async with troubled_ledger(database_url) as (ledger, troubled):
        await with_accounts(ledger)
        troubled.accidents = list(accidents)
        bulk = commands.PostTransactions(transactions=(transfer(),) * LARGE)
        with suppress(errors.Unavailable):  # a statement that the server cancelled was refused
            await ledger.submit(bulk, key="bulk")
        answered = await ledger.submit(bulk, key="bulk")
        assert all(result.id for result in answered.results)
        await ledger.submit(transfer())
        assert await balance_of(troubled.admin) == LARGE + 1
        await books_are_whole(troubled.admin)


# -- a commit in doubt


@pytest.mark.parametrize("count", [1, LARGE])
async def test_a_turn_that_was_given_up_can_never_land_later(database_url: str, count: int) -> None:
    """Its message still travels while the Book asks; the Book takes its place first."""
    async with troubled_ledger(database_url) as (ledger, troubled):
        await with_accounts(ledger)
        troubled.accidents = [lost_before_anything_was_sent]
        bulk = commands.PostTransactions(transactions=(transfer(),) * count)
        await ledger.submit(bulk)
        (late,) = troubled.lost
        other = postgres.PostgresStore(lambda: database.connect(database_url), app.catalog())
        assert not await other.write(late)
        await other.close()
        assert await balance_of(troubled.admin) == count
        await books_are_whole(troubled.admin)


@pytest.mark.parametrize("count", [1, LARGE])
async def test_a_turn_that_lands_while_it_is_asked_about_has_landed(
    database_url: str, count: int
) -> None:
    """The old connection is given up, yet its backend holds the head, and commits in the end."""
    late: list[asyncio.Task[bool]] = []
    hung_up = asyncio.Event()
    other = postgres.PostgresStore(lambda: database.connect(database_url), app.catalog())

    async def given_up_by_us_alone(troubled: Troubled, draft: turn.Draft) -> bool:
        late.append(asyncio.create_task(other.write(draft)))
        await hung_up.wait()
        raise store.InDoubt("we hung up")

    async with troubled_ledger(database_url) as (ledger, troubled):
        await with_accounts(ledger)
        troubled.accidents = [given_up_by_us_alone]
        async with troubled.entries_blocked():
            bulk = commands.PostTransactions(transactions=(transfer(),) * count)
            asked = asyncio.create_task(ledger.submit(bulk))
            await troubled.until_blocked()
            hung_up.set()
            await troubled.until_blocked(backends=2)  # the late turn, and the Book's fence
        assert len((await asked).results) == count
        assert await late[0]
        assert await balance_of(troubled.admin) == count
        await books_are_whole(troubled.admin)
    await other.close()


async def test_a_commit_that_stays_in_doubt_is_said_to_be_unknown(database_url: str) -> None:
    async with troubled_ledger(database_url, limits=book.Limits(recovery_seconds=0.2)) as (
        ledger,
        troubled,
    ):
        await with_accounts(ledger)
        troubled.accidents = [lost_after_the_commit]
        async with out_of_reach(troubled):
            with pytest.raises(errors.OutcomeUnknown):
                await ledger.submit(transfer(reference="r"), key="k")
        answer = await eventually(ledger, transfer(reference="r"), key="k")
        assert answer.reference == "r"
        await done_once(troubled.admin, "r")


@asynccontextmanager
async def out_of_reach(troubled: Troubled) -> AsyncIterator[None]:
    """Reads of the store fail, as they do when the network is gone."""

    async def nobody_there(*_: Any) -> Any:
        raise store.Unreachable("nobody there")

    troubled.nonce = nobody_there  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del troubled.nonce


async def eventually(ledger: Ledger, command: commands.Command, **more: Any) -> Any:
    """Ask until the platform is available again."""
    for _ in range(200):
        with suppress(errors.Unavailable, errors.OutcomeUnknown, errors.InProgress, errors.Busy):
            return await ledger.submit(command, **more)
        await asyncio.sleep(0.02)
    raise TimeoutError


# -- connections


async def test_a_storm_of_lost_connections_loses_and_doubles_nothing(database_url: str) -> None:
    async with troubled_ledger(database_url) as (ledger, troubled):
        await with_accounts(ledger)
        names = [f"payment-{number}" for number in range(200)]

        async def caller(first: int) -> None:
            for name in names[first::10]:
                answer = await eventually(ledger, transfer(1, reference=name), key=name)
                assert answer.reference == name

        callers = asyncio.gather(*(caller(first) for first in range(10)))
        for _ in range(25):
            await troubled.kill_backends()
            await asyncio.sleep(0.03)
        await callers
        await done_once(troubled.admin, *names)


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.ObjectNotInPrerequisiteStateError("not currently accepting connections"),
        asyncpg.InvalidPasswordError("password authentication failed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation is in progress"),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_server_that_turns_us_away_for_a_while_is_asked_again(
    database_url: str, failure: Exception
) -> None:
    refusals: list[Exception] = []

    async def connect() -> asyncpg.Connection[Any]:
        if refusals:
            raise refusals.pop()
        return await database.connect(database_url)

    async with troubled_ledger(database_url, connect=connect) as (ledger, troubled):
        await with_accounts(ledger)
        await troubled.kill_backends()
        refusals += [failure] * 3
        answer = await eventually(ledger, transfer(reference="r"), key="k")
        assert answer.reference == "r"
        assert not refusals
        await done_once(troubled.admin, "r")


async def test_when_the_store_stays_away_callers_are_told_that_nothing_was_done(
    database_url: str,
) -> None:
    away = False

    async def connect() -> asyncpg.Connection[Any]:
        if away:
            raise ConnectionRefusedError
        return await database.connect(database_url)

    limits = book.Limits(recovery_seconds=0.1)
    async with troubled_ledger(database_url, limits=limits, connect=connect) as (ledger, troubled):
        await with_accounts(ledger)
        away = True
        await troubled.kill_backends()
        for _ in range(2):
            with pytest.raises(errors.Unavailable):
                await ledger.submit(transfer(reference="r"), key="k")
            assert not ledger.book.running
        away = False
        assert (await eventually(ledger, transfer(reference="r"), key="k")).reference == "r"
        assert ledger.book.running
        await done_once(troubled.admin, "r")


async def test_a_turn_that_takes_too_long_spoils_no_later_one(database_url: str) -> None:
    """The driver gives up; whatever the connection was in the midst of must not be met again."""

    async def connect() -> asyncpg.Connection[Any]:
        role = {"role": database.ROLE, "application_name": "culm"}
        return await asyncpg.connect(database_url, server_settings=role, command_timeout=0.2)

    limits = book.Limits(contended_turns=0)
    async with troubled_ledger(database_url, limits=limits, connect=connect) as (ledger, troubled):
        await with_accounts(ledger)
        bulk = commands.PostTransactions(transactions=(transfer(),) * LARGE)
        async with troubled.entries_blocked():
            asked = asyncio.create_task(ledger.submit(bulk))
            await troubled.until_blocked()
            await asyncio.sleep(0.3)
        for answered in (await asked, await ledger.submit(bulk)):
            assert len(answered.results) == LARGE
        assert await balance_of(troubled.admin) == 2 * LARGE


# -- a command that the store refuses


REFUSE = """
create function refuse() returns trigger language plpgsql as $$
begin
    if new.body like '%poison%' then raise exception 'not this one'; end if;
    return new;
end $$;
create trigger refuse before insert on book_log for each row execute function refuse();
"""


@pytest.mark.parametrize("count", [5, 250])
async def test_a_command_that_cannot_be_written_hurts_nobody_else(
    ledger: Ledger, count: int
) -> None:
    await with_accounts(ledger)
    await ledger.admin.execute(REFUSE)
    names = [f"payment-{number}" for number in range(count)]
    names[3] = "poison"
    asked = [ledger.submit(transfer(reference=name), key=name) for name in names]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    failed = {name: a for name, a in zip(names, answers, strict=True) if isinstance(a, Exception)}
    assert list(failed) == ["poison"]
    assert isinstance(failed["poison"], errors.Unavailable)
    await done_once(ledger.admin, *(name for name in names if name != "poison"))
    await ledger.admin.execute("drop trigger refuse on book_log")
    assert (await ledger.submit(transfer(reference="poison"), key="poison")).reference == "poison"


# -- several processes


PROCESS = """
import asyncio, sys
from culm import app
from culm.book import book, postgres
from culm.kernel import clock, database, errors
from culm.ledger import commands

async def main(url, name):
    catalog = app.catalog()
    store = postgres.PostgresStore(lambda: database.connect(url), catalog)
    limits = book.Limits(cache_rows=3, turn_weight=7, overlap_weight=4, contended_turns=2)
    book_ = book.Book(partition=0, catalog=catalog, store=store, clock=clock.utc_now, limits=limits)
    await book_.start()

    async def transfer(reference, credit):
        lines = (
            commands.Posting("assets:bank", "debit", 1), commands.Posting(credit, "credit", 1)
        )
        command = commands.PostTransaction(postings=lines, reference=reference)
        return (await book_.submit(command, tenant="acme", key=reference)).id

    print("ready", flush=True)
    sys.stdin.readline()
    for start in range(0, 60, 20):
        shared = (transfer(f"shared-{n}", "liabilities:all") for n in range(start, start + 20))
        own = (transfer(f"{name}-{n}", f"liabilities:{name}") for n in range(start, start + 20))
        for answered in await asyncio.gather(*shared, *own):
            print(answered)
    await book_.stop()
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_on_one_partition_lose_nothing_and_do_nothing_twice(
    database_url: str,
) -> None:
    names = ["one", "two", "three"]
    async with conftest.ledger_on(database_url) as ledger:
        await ledger.submit(commands.CreateTenant(name="Acme"))
        for code in (BANK, "liabilities:all", *(f"liabilities:{name}" for name in names)):
            await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
        outputs = await run_together(database_url, names)
        shared = [f"shared-{n}" for n in range(60)]
        own = [f"{name}-{n}" for name in names for n in range(60)]
        await done_once(ledger.admin, *shared, *own)
        for name in names:
            assert await balance_of(ledger.admin, f"liabilities:{name}") == 60
        assert await balance_of(ledger.admin, "liabilities:all") == 60
        assert await balance_of(ledger.admin) == 0
        answered = Counter(answer for output in outputs for answer in output)
        assert Counter(answered.values()) == {3: 60, 1: 180}
        await ledger.submit(transfer_to_all(), key="shared-0")


def transfer_to_all() -> commands.PostTransaction:
    lines = (commands.Posting(BANK, "debit", 1), commands.Posting("liabilities:all", "credit", 1))
    return commands.PostTransaction(postings=lines, reference="shared-0")


async def run_together(url: str, names: list[str]) -> list[list[str]]:
    """What each process printed; they begin at the same moment."""
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, url, name, stdin=pipe, stdout=pipe
        )
        for name in names
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    async with asyncio.timeout(60):
        outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0] * len(names)
    return [output.decode().split() for output, _ in outputs]


async def test_books_of_one_process_take_turns_on_one_partition(database_url: str) -> None:
    """Each sees what the other did, though it holds the same accounts in memory."""
    async with (
        conftest.ledger_on(database_url) as one,
        conftest.ledger_on(database_url) as two,
    ):
        await with_accounts(one)
        await one.submit(commands.UpdateAccount(account=ANN, maximum=10))
        accepted = 0
        for _ in range(8):
            attempts = (ledger.submit(transfer(1)) for ledger in (one, two))
            answers = await asyncio.gather(*attempts, return_exceptions=True)
            refused = [answer for answer in answers if isinstance(answer, BaseException)]
            assert all(isinstance(answer, rejections.MaximumExceeded) for answer in refused)
            accepted += 2 - len(refused)
        assert accepted == 10
        await two.submit(commands.UpdateAccount(account=ANN, maximum=None))
        await one.submit(transfer(1))
        assert await balance_of(one.admin) == 11


async def test_partitions_of_one_database_do_not_see_each_other(database_url: str) -> None:
    async with (
        conftest.ledger_on(database_url) as left,
        conftest.ledger_on(database_url, partition=5) as right,
    ):
        await with_accounts(left)
        with pytest.raises(rejections.TenantNotFound):
            await right.submit(transfer())
        await with_accounts(right)
        booked, key = await left.submit(transfer(3), key="k"), ("acme", BANK)
        bank = (await left.store.load(tables.CODES, 0, [key]))[key]
        foreign = [
            (commands.CloseAccount(account=bank), rejections.AccountNotFound),
            (commands.ReverseTransaction(transaction=booked.id), rejections.TransactionNotFound),
        ]
        for command, error in foreign:
            with pytest.raises(error):
                await right.submit(command)
        other = await right.submit(transfer(4), key="k")
        assert ids.partition_of(other.id) == 5
        found = await right.store.load(tables.CODES, 5, [key])
        balances = await right.store.load(tables.BALANCES, 5, [found[key]])
        balance = balances[found[key]]
        assert balance == types.Balance(balance.account, version=1, posted=4)
        assert (await right.store.head(5)).tree.size == (await left.store.head(0)).tree.size
        await books_are_whole(left.admin)


# -- what the platform may not do


@pytest.mark.parametrize(
    "table",
    ["book_log", "book_turn", "book_node", "book_answer", "ledger_entry", "ledger_unheld"],
)
@pytest.mark.parametrize(
    "statement", ["update {} set partition = 1", "delete from {}", "truncate {}"]
)
async def test_the_platform_cannot_change_what_was_written(
    ledger: Ledger, table: str, statement: str
) -> None:
    connection = await database.connect(ledger.url)
    assert await connection.fetchval("select current_user") == database.ROLE
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement.format(table))
    await connection.close()
