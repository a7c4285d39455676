"""The Book's store on PostgreSQL: a turn is one statement, or one transaction with COPY.

A small turn is a single prepared statement, so a lone caller waits for one round trip and one
flush. Large row sets go by COPY, in a transaction that begins with the same statement. Either way
the head moves first, which shuts out every other writer until the turn is committed.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

import asyncpg

from culm.book import catalog as catalog_
from culm.book import copytext, idempotency, merkle
from culm.book import event as event_
from culm.book import store as store_
from culm.book import table as table_
from culm.book import turn as turn_
from culm.kernel import sql

Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]

QUERIES: Final = sql.load_queries("culm.book")
LOG_COLUMNS: Final = event_.LogRow.__struct_fields__
NODE_COLUMNS: Final = ("partition", "level", "index", "hash")
ANSWER_COLUMNS: Final = ("partition", *idempotency.Answer.__struct_fields__)
HEAD_PARAMETERS: Final = 7

_LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
    EOFError,
)


class PostgresStore:
    """One connection to write and one to load, each reopened after it was lost."""

    def __init__(self, connect: Connect, catalog: catalog_.Catalog) -> None:
        self._connect = connect
        self._saved = [table for table in catalog.tables if table.save is not None]
        self._journals = catalog.journals
        self._statement = _statement(self._saved, self._journals)
        self._writer: asyncpg.Connection[Any] | None = None
        self._reader: asyncpg.Connection[Any] | None = None
        self._locked = False

    async def close(self) -> None:
        """Close both connections."""
        for connection in (self._writer, self._reader):
            if connection is not None:
                connection.terminate()
        self._writer = self._reader = None

    async def head(self, partition: int) -> turn_.Head:
        """Where the partition stands; it is created when it is new."""
        async with self._reading() as reader:
            row = await reader.fetchrow(QUERIES["head"], partition)
            if row is None:
                await reader.execute(QUERIES["make_partition"], partition)
                row = await reader.fetchrow(QUERIES["head"], partition)
        return read_head(row)

    async def lock(self, partition: int) -> turn_.Head:
        """Shut out other writers until the next `write` or `unlock`; the head as it is then."""
        writer = await self._open_writer()
        with _lost_as(store_.Unreachable):
            await writer.execute("begin")
            self._locked = True
            return read_head(await writer.fetchrow(QUERIES["lock_head"], partition))

    async def unlock(self) -> None:
        """Give the lock back without writing. Losing the connection gives it back too."""
        if self._locked and self._writer is not None:
            self._locked = False
            with suppress(*_LOST):
                await self._writer.execute("rollback")

    async def load(
        self, table: table_.Table[Any], partition: int, keys: Collection[table_.Key]
    ) -> dict[Any, Any]:
        """The rows at these keys, all in one round trip."""
        async with self._reading() as reader:
            records = await reader.fetch(table.load, partition, *table.parameters(keys))
        return dict(map(table.read, records))

    async def events(self, partition: int, positions: Collection[int]) -> dict[int, event_.LogRow]:
        """The log rows at these positions."""
        if not positions:
            return {}
        async with self._reading() as reader:
            records = await reader.fetch(QUERIES["events_at"], partition, list(positions))
        return {record["position"]: event_.LogRow(**record) for record in records}

    async def answers(
        self, partition: int, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], idempotency.Answer]:
        """The stored answers for these (tenant, key) pairs."""
        tenants, names = [k[0] for k in keys], [k[1] for k in keys]
        async with self._reading() as reader:
            records = await reader.fetch(QUERIES["answers"], partition, tenants, names)
        return {(r["tenant"], r["key"]): idempotency.Answer(**r) for r in records}

    async def nonce(self, partition: int, turn: int) -> str | None:
        """The nonce of a turn that was taken, or None."""
        async with self._reading() as reader:
            nonce: str | None = await reader.fetchval(QUERIES["nonce"], partition, turn)
        return nonce

    async def write(self, draft: turn_.Draft) -> bool:
        """Write a turn in one commit. False: another writer took this turn, nothing is written."""
        row_sets = list(self._row_sets(draft))
        writer = await self._open_writer()
        locked, self._locked = self._locked, False
        with _lost_as(store_.InDoubt):
            try:
                return await self._commit(writer, draft, row_sets, locked=locked)
            except asyncpg.PostgresError as error:
                if isinstance(error, _LOST):
                    raise
                if writer.is_in_transaction():
                    await writer.execute("rollback")
                raise store_.Refused(str(error)) from error

    async def _commit(
        self,
        writer: asyncpg.Connection[Any],
        draft: turn_.Draft,
        row_sets: list[copytext.RowSet],
        *,
        locked: bool,
    ) -> bool:
        large = [rows for rows in row_sets if rows.large]
        small = ["[]" if rows.large else rows.as_json() for rows in row_sets]
        if large and not locked:
            await writer.execute("begin")
        moved = await writer.fetchval(self._statement, *_head_parameters(draft), *small)
        if moved:
            for rows in large:
                source = io.BytesIO(rows.as_copy())
                await writer.copy_to_table(rows.table, source=source, columns=rows.columns)
        if large or locked:
            await writer.execute("commit" if moved else "rollback")
        return bool(moved)

    def _row_sets(self, draft: turn_.Draft) -> Iterator[copytext.RowSet]:
        """Every table of the statement, in its order."""
        at = draft.partition
        yield copytext.RowSet("book_log", LOG_COLUMNS, _log(draft), frozenset({"body", "leaf"}))
        nodes = [(at, node.level, node.index, _bytea(node.hash)) for node in draft.nodes]
        yield copytext.RowSet("book_node", NODE_COLUMNS, nodes, frozenset({"hash"}))
        answers = [
            (at, a.tenant, a.key, a.command, _bytea(a.fingerprint), a.result, a.time)
            for a in draft.answers
        ]
        free = frozenset({"key", "fingerprint", "result"})
        yield copytext.RowSet("book_answer", ANSWER_COLUMNS, answers, free)
        for journal in self._journals:
            rows = draft.rows.get(journal, [])
            yield copytext.RowSet(journal.name, journal.columns, rows, journal.free_text)
        for table in self._saved:
            yield table_rows(table, at, draft.changed.get(table, {}))

    async def _open_writer(self) -> asyncpg.Connection[Any]:
        if self._writer is None or self._writer.is_closed():
            self._locked = False
            with _lost_as(store_.Unreachable):
                self._writer = await self._connect()
        return self._writer

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[asyncpg.Connection[Any]]:
        with _lost_as(store_.Unreachable):
            if self._reader is None or self._reader.is_closed():
                self._reader = await self._connect()
            yield self._reader


def _statement(
    tables: Collection[table_.Table[Any]], journals: Collection[table_.Journal]
) -> str:
    """The one statement of a turn: the head moves, and what follows from it is inserted."""
    parts = [QUERIES["write_log"], QUERIES["write_nodes"], QUERIES["write_answers"]]
    parts += [journal.save for journal in journals]
    parts += [table.save for table in tables if table.save is not None]
    clauses = [f"head as ({QUERIES['write_head']})", f"taken as ({QUERIES['write_turn']})"]
    for number, part in enumerate(parts, start=HEAD_PARAMETERS + 1):
        clauses.append(f"part_{number} as ({part.replace(':rows', f'${number}::text::json')})")
    return f"with {', '.join(clauses)} select count(*) from head"


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
    return copytext.RowSet(table.name, columns, values, insert_only=False)


def _log(draft: turn_.Draft) -> list[tuple[Any, ...]]:
    partition = draft.partition
    return [
        (
            partition,
            at.position,
            at.time,
            at.event.TYPE,
            at.event.VERSION,
            at.origin.tenant,
            at.origin.actor,
            at.origin.correlation,
            at.origin.causation,
            body.decode(),
            "\\x" + leaf.hex(),
        )
        for at, body, leaf in zip(draft.events, draft.bodies, draft.leaves, strict=True)
    ]


def _bytea(value: bytes) -> str:
    return "\\x" + value.hex()


@contextmanager
def _lost_as(error: type[Exception]) -> Iterator[None]:
    """A lost connection, said in the store's own terms."""
    try:
        yield
    except _LOST as lost:
        raise error(f"{type(lost).__name__}: {lost}") from lost
