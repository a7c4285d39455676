"""The Book's store on PostgreSQL: a turn is one statement, or one transaction with COPY.

A small turn is a single prepared statement, so a lone caller waits for one round trip and one
flush. Large row sets go by COPY, in a transaction that begins with the same statement. Either way
the head moves first, which shuts out every other writer until the turn is committed.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple

import asyncpg

from culm.book import background, copytext, idempotency, merkle
from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.book import store as store_
from culm.book import table as table_
from culm.book import turn as turn_
from culm.kernel import errors, sql

Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]

QUERIES: Final = sql.load_queries("culm.book")
NODE_COLUMNS: Final = ("partition", "level", "index", "hash")
ANSWER_COLUMNS: Final = ("partition", *idempotency.Answer.__struct_fields__)
HEAD_PARAMETERS: Final = 7

STATEMENTS: Final = 100
"""One for each set of contexts that turns have rows of: as many as a connection keeps prepared. A
statement with all tables would cost a lone caller half as much again, and soon be too long to be
kept at all."""

BY_KEY: Final = "set enable_seqscan = off"
"""All that a Book reads it reads by key. A plan made while a table was new and small would read the
whole of it, until statistics are gathered; a table grows by a million rows before that."""

_LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""What the server says with its last breath: the session is over."""


class PartitionsFixed(errors.CulmError):
    """The number of partitions says where each tenant's books are: it never changes."""

    code = "partitions_fixed"


async def check_partitions(db: asyncpg.Pool[Any], partitions: int) -> None:
    """Refuse to open books under another number of partitions than they were begun with: tenants
    would be looked for where they are not. Raises `PartitionsFixed`."""
    row = await db.fetchrow(QUERIES["partitions"])
    # Heads of a start that wrote nothing count as well, lest they stand beside used ones.
    if row is not None and (
        row["known"] > partitions or (row["used"] and row["known"] != partitions)
    ):
        raise PartitionsFixed(
            f"these books were begun with {row['known']} partitions and cannot be opened with "
            f"{partitions}",
            field="CULM_PARTITIONS",
        )


async def sizes(db: asyncpg.Pool[Any]) -> dict[int, int]:
    """How many events the log of each partition has."""
    return {row["partition"]: row["size"] for row in await db.fetch(QUERIES["sizes"])}


class Line:
    """A connection that is opened when it is needed, and given up after anything went wrong that
    is not the server's plain refusal: whatever it was in the midst of is never met again."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: asyncpg.Connection[Any] | None = None

    @asynccontextmanager
    async def use(self, lost: type[Exception]) -> AsyncIterator[asyncpg.Connection[Any]]:
        """The connection, for one piece of work at a time.

        Raises `Unreachable` when there is none, `Refused` when the server cannot take what it is
        given (the transaction is rolled back), and `lost` for everything else that goes wrong.
        """
        connection = await self._open()
        try:
            yield connection
        except (asyncpg.PostgresError, UnicodeError) as error:
            if isinstance(error, _LOST):
                self.close()
                raise lost(_said(error)) from error
            await self._roll_back(connection)
            raise store_.Refused(_said(error)) from error
        except Exception as error:
            self.close()
            raise lost(_said(error)) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _open(self) -> asyncpg.Connection[Any]:
        if self._connection is None or self._connection.is_closed():
            try:
                self._connection = await self._connect()
                await self._connection.execute(BY_KEY)
            except Exception as error:
                raise store_.Unreachable(_said(error)) from error
        return self._connection

    async def _roll_back(self, connection: asyncpg.Connection[Any]) -> None:
        try:
            if connection.is_in_transaction():
                await connection.execute("rollback")
        except Exception:
            self.close()  # which rolls back as well


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


class Parcel(NamedTuple):
    """A turn ready to be sent: its statement with the parameters, and what follows by COPY."""

    statement: str
    parameters: tuple[Any, ...]
    large: list[tuple[copytext.Rows, bytes]]


class PostgresStore:
    """A line to write small turns, one to write large ones from a thread, and one to load."""

    def __init__(self, connect: Connect, catalog: catalog_.Catalog) -> None:
        self._catalog = catalog
        self._statement = functools.lru_cache(maxsize=STATEMENTS)(self._statement_of)
        self._reader = Line(connect)
        self._writer = Line(connect)
        self._copier = Line(connect)
        self._one_reads = asyncio.Lock()
        self._background: background.Background | None = None
        self._locked = False
        self._writing = False
        """Told at once by whichever thread writes."""

    async def close(self) -> None:
        """Close every connection."""
        self._reader.close()
        self._writer.close()
        if self._background is not None:
            await self._background.run(_closed(self._copier))
            self._background.stop()
            self._background = None

    def keeps(self, table: table_.Table[Any]) -> bool:
        """Those with a statement to save them; the others are read from what those keep."""
        return table.save is not None

    async def head(self, partition: int) -> turn_.Head:
        """Where the partition stands; it is created when it is new."""
        async with self._one_reads, self._reader.use(store_.Unreachable) as reader:
            row = await reader.fetchrow(QUERIES["head"], partition)
            if row is None:
                await reader.execute(QUERIES["make_partition"], partition)
                row = await reader.fetchrow(QUERIES["head"], partition)
        if row is None:
            raise store_.Unreachable(f"partition {partition} has turns, and no head")
        return read_head(row)

    async def lock(self, partition: int) -> turn_.Head:
        """Shut out other writers until the next `write` or `unlock`; the head as it is then."""
        async with self._writer.use(store_.Unreachable) as writer:
            await writer.execute("begin")
            self._locked = True
            return read_head(await writer.fetchrow(QUERIES["lock_head"], partition))

    async def unlock(self) -> None:
        """Give the lock back without writing. Losing the connection gives it back too."""
        if self._locked:
            self._locked = False
            with suppress(store_.Unreachable, store_.Refused):
                async with self._writer.use(store_.Unreachable) as writer:
                    await writer.execute("rollback")

    async def load(
        self, table: table_.Table[Any], partition: int, keys: Collection[table_.Key]
    ) -> dict[Any, Any]:
        """The rows at these keys, all in one round trip."""
        async with self._one_reads, self._reader.use(store_.Unreachable) as reader:
            records = await reader.fetch(table.load, partition, *table.parameters(keys))
        return dict(map(table.read, records))

    async def events(self, partition: int, positions: Collection[int]) -> dict[int, event_.LogRow]:
        """The log rows at these positions."""
        if not positions:
            return {}
        async with self._one_reads, self._reader.use(store_.Unreachable) as reader:
            records = await reader.fetch(QUERIES["events_at"], partition, list(positions))
        return {record["position"]: event_.LogRow(**record) for record in records}

    async def answers(
        self, partition: int, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], idempotency.Answer]:
        """The stored answers for these (tenant, key) pairs."""
        names, tenants = list({key for _, key in keys}), list({tenant for tenant, _ in keys})
        async with self._one_reads, self._reader.use(store_.Unreachable) as reader:
            records = await reader.fetch(QUERIES["answers"], partition, names, tenants)
        found = {(r["tenant"], r["key"]): r for r in records}
        return {pair: idempotency.Answer(**found[pair]) for pair in keys if pair in found}

    async def nonce(self, partition: int, turn: int) -> str | None:
        """The nonce of a turn that was taken, or None."""
        async with self._one_reads, self._reader.use(store_.Unreachable) as reader:
            nonce: str | None = await reader.fetchval(QUERIES["nonce"], partition, turn)
        return nonce

    async def write(self, draft: turn_.Draft) -> bool:
        """Write a turn in one commit. False: another writer took this turn, nothing is written."""
        locked, self._locked = self._locked, False
        parcel: Parcel = draft.parcel or self._pack(draft)
        if locked or not parcel.large:
            return await self._commit(self._writer, parcel, locked=locked)
        if self._background is None:
            name = f"book-{draft.partition}-copy"
            self._background = background.Background(name, type(asyncio.get_running_loop()))
        return await self._background.run(self._commit(self._copier, parcel, locked=False))

    async def _commit(self, line: Line, parcel: Parcel, *, locked: bool) -> bool:
        self._writing = True
        try:
            return await self._send(line, parcel, locked=locked)
        finally:
            self._writing = False

    async def _send(self, line: Line, parcel: Parcel, *, locked: bool) -> bool:
        async with line.use(store_.InDoubt) as writer:
            if locked and not writer.is_in_transaction():
                return False  # the lock went with the connection that held it
            if parcel.large and not locked:
                await writer.execute("begin")
            moved = await writer.fetchval(parcel.statement, *parcel.parameters)
            if moved:
                for rows, data in parcel.large:
                    source = _at_once(data)
                    await writer.copy_to_table(rows.table, source=source, columns=rows.columns)
            if parcel.large or locked:
                await writer.execute("commit" if moved else "rollback")
            return bool(moved)

    def pack(self, draft: turn_.Draft) -> Parcel | None:
        """A turn as it will be sent, made while the one before is still being written; after that
        `write` makes it. Raises `Refused` for what cannot be sent."""
        return self._pack(draft) if self._writing else None

    def _pack(self, draft: turn_.Draft) -> Parcel:
        contexts = [one for one in self._catalog if _concerns(draft, one)]
        try:
            row_sets = [*_always(draft), *_of_contexts(draft, contexts)]
            small = ["[]" if rows.large else rows.as_json() for rows in row_sets]
            large = [(rows, rows.as_copy()) for rows in row_sets if rows.large]
        except Exception as error:
            raise store_.Refused(_said(error)) from error
        parameters = (*_head_parameters(draft), *small)
        return Parcel(self._statement(tuple([one.name for one in contexts])), parameters, large)

    def _statement_of(self, names: tuple[str, ...]) -> str:
        """The statement of a turn that has rows of the contexts of these names."""
        return _statement([one for one in self._catalog if one.name in names])


async def _at_once(data: bytes) -> AsyncIterator[bytes]:
    """A source of COPY that is one piece: it is sent without another look from Python."""
    yield data


async def _closed(line: Line) -> None:
    line.close()


def _concerns(draft: turn_.Draft, context: catalog_.Context) -> bool:
    """Whether a turn has rows of a context."""
    return any(table in draft.changed for table in context.tables) or any(
        draft.rows.get(journal) for journal in context.journals
    )


def _always(draft: turn_.Draft) -> Iterator[copytext.Rows]:
    """What every turn has."""
    at = draft.partition
    yield copytext.LogRows(draft)
    nodes = [(at, node.level, node.index, copytext.bytea(node.hash)) for node in draft.nodes]
    yield copytext.RowSet("book_node", NODE_COLUMNS, nodes)
    answers = [
        (at, a.tenant, a.key, a.command, copytext.bytea(a.fingerprint), a.result, a.time)
        for a in draft.answers
    ]
    free = frozenset({"key", "result"})
    yield copytext.RowSet("book_answer", ANSWER_COLUMNS, answers, free)


def _of_contexts(
    draft: turn_.Draft, contexts: Iterable[catalog_.Context]
) -> Iterator[copytext.Rows]:
    """The tables of these contexts, in the order of `_saves`."""
    for context in contexts:
        for journal in context.journals:
            rows = draft.rows.get(journal, [])
            yield copytext.RowSet(
                journal.name, journal.columns, rows, journal.free_text, sort_by=journal.sort_by
            )
        for table in context.tables:
            if table.save is not None:
                yield table_rows(table, draft.partition, draft.changed.get(table, {}))


def _saves(contexts: Iterable[catalog_.Context]) -> Iterator[str]:
    for context in contexts:
        yield from [journal.save for journal in context.journals]
        yield from [table.save for table in context.tables if table.save is not None]


def _statement(contexts: Iterable[catalog_.Context]) -> str:
    """The one statement of a turn: the head moves, and what follows from it is inserted."""
    parts = [QUERIES["write_log"], QUERIES["write_nodes"], QUERIES["write_answers"]]
    parts += _saves(contexts)
    clauses = [f"head as ({QUERIES['write_head']})", f"taken as ({QUERIES['write_turn']})"]
    for number, part in enumerate(parts, start=HEAD_PARAMETERS + 1):
        clauses.append(f"part_{number} as ({part.replace(':rows', f'${number}::text::json')})")
    # Nothing but our own named queries is joined here; every value is a parameter.
    return f"with {', '.join(clauses)} select count(*) from head"  # noqa: S608


def _head_parameters(draft: turn_.Draft) -> tuple[Any, ...]:
    head = draft.head
    return (
        draft.partition,
        head.turn,
        head.tree.size,
        head.time.isoformat(),
        head.tree.to_bytes(),
        draft.nonce,
        head.tree.root(),
    )


def read_head(record: Any) -> turn_.Head:
    """The head as the database keeps it."""
    tree = merkle.Frontier.from_bytes(record["frontier"], size=record["size"])
    return turn_.Head(record["turn"], record["time"], tree)


def table_rows(table: table_.Table[Any], partition: int, rows: dict[Any, Any]) -> copytext.RowSet:
    """State rows of one table as its `save` wants them."""
    write = table.write
    if write is None or not rows:
        return copytext.RowSet(table.name, (), (), insert_only=False)
    records = [write(partition, key, row) for key, row in rows.items()]
    columns = tuple(records[0])
    values = [tuple(record.values()) for record in records]
    return copytext.RowSet(table.name, columns, values, frozenset(columns), insert_only=False)
