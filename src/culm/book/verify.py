"""The proof of the whole platform: the log is whole and sealed, and state is the fold of it.

Everything is read once, in one snapshot, in order. Nothing that the database says is believed
that the log and the signing key do not bear out; what they cannot bear out is listed in
docs/concepts/proof.md.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import asyncpg
import msgspec

from culm.book import catalog as catalog_
from culm.book import checkpoint as checkpoint_
from culm.book import (
    finding,
    idempotency,
    note,
    reading,
    seals,
    stream,
    verify_log,
    verify_schema,
    verify_state,
    verify_tree,
)
from culm.kernel import errors, sql

QUERIES: Final = sql.load_queries("culm.book", "verify.sql")

Audit = Callable[[stream.Connection, int], Awaitable[finding.Finding | None]]
"""A context's own proof over one partition, beyond the fold: that its books balance, say."""

Progress = Callable[[int, int, int], None]
"""Called now and then with a partition, the events of it done, and all that it has."""

_BOOK_TABLES: Final = ("book_log", "book_node", "book_answer", "book_checkpoint")


class CheckpointOfNoLog(errors.Invalid):
    """A checkpoint that was brought along is not one that this platform's key signed."""

    code = "checkpoint_of_no_log"


class PartitionReport(msgspec.Struct, frozen=True):
    """What was proven of one partition; `rows` counts the state rows that were compared."""

    partition: int
    events: int
    turns: int
    checkpoints: int
    answers: int
    rows: int
    root: bytes


class Report(msgspec.Struct, frozen=True):
    """What was proven, and the first thing that is wrong, if any."""

    partitions: tuple[PartitionReport, ...]
    seconds: float
    finding: finding.Finding | None = None

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        return self.finding is None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What to prove with. `held` are signed checkpoints that were kept outside of the database:
    only they can show that the end of a log, or a whole log, was taken away or written anew."""

    catalog: catalog_.Catalog
    verifier: Callable[[int], note.Verifier]
    audits: Sequence[Audit] = ()
    held: Sequence[str] = ()
    progress: Progress | None = None


async def verify(db: asyncpg.Pool[Any], proof: Proof) -> Report:
    """Prove everything, in one snapshot. What is wrong is in the report; nothing is changed.

    Raises `Unavailable` when the database is lost on the way, `CheckpointOfNoLog`, and
    `SigningKeyRefused`.
    """
    try:
        async with db.acquire() as connection:
            transaction = connection.transaction(isolation="repeatable_read", readonly=True)
            await transaction.start()
            try:
                return await verify_within(connection, proof)
            finally:
                # Where the connection died, what was being read says more than that it is over.
                with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await transaction.rollback()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise errors.Unavailable(f"the database cannot be read: {error}") from error


async def verify_within(connection: stream.Connection, proof: Proof) -> Report:
    """The same inside the caller's transaction, which sees what it sees. Sets its time zone."""
    began = time.perf_counter()
    done: list[PartitionReport] = []
    found = None
    try:
        await _verify(connection, proof, done)
    except finding.Damaged as damaged:
        found = damaged.finding
    return Report(tuple(done), time.perf_counter() - began, found)


async def _verify(connection: stream.Connection, proof: Proof, done: list[PartitionReport]) -> None:
    held = _by_partition(proof)
    with reading.reading(connection, None, "the session"):
        await connection.execute(QUERIES["texts"])
    await verify_schema.check(connection)
    with reading.reading(connection, None, "book_head and book_turn"):
        partitions = await connection.fetch(QUERIES["partitions"], timeout=stream.LIMIT_SECONDS)
    for partition, has_head in partitions:
        if not has_head:
            raise finding.damaged(partition, "book_head", "turns were taken, but there is no head")
        done.append(await _partition(connection, proof, partition, held.pop(partition, [])))
    for partition, checkpoints in held.items():
        if any(checkpoint.size for checkpoint in checkpoints):
            what = "a checkpoint was signed for this partition, but it is gone"
            raise finding.damaged(partition, "book_head", what)
    await _no_strangers(connection, proof.catalog, [partition for partition, _ in partitions])


def _by_partition(proof: Proof) -> dict[int, list[checkpoint_.Checkpoint]]:
    """The checkpoints held outside, verified."""
    held: dict[int, list[checkpoint_.Checkpoint]] = {}
    for text in proof.held:
        try:
            origin = checkpoint_.parse(note.parse(text).text).origin
            partition = seals.partition_of(origin)
            if partition is None:
                raise CheckpointOfNoLog(f"{origin} is not the name of a partition's log.")
            checkpoint = checkpoint_.open_(text, proof.verifier(partition))
        except (note.NoteMalformed, note.NoteUnverified, checkpoint_.CheckpointMalformed) as error:
            raise CheckpointOfNoLog(f"A checkpoint is not ours. {error.message}") from error
        held.setdefault(partition, []).append(checkpoint)
    return held


async def _partition(
    connection: stream.Connection,
    proof: Proof,
    partition: int,
    held: Sequence[checkpoint_.Checkpoint],
) -> PartitionReport:
    with reading.reading(connection, partition, "book_head"):
        (head,) = await connection.fetch(QUERIES["head"], partition)
    log = verify_log.LogCheck(partition)
    tree = verify_tree.TreeCheck(connection, partition, proof.verifier(partition), held)
    fold = verify_state.Fold(connection, partition, proof.catalog)
    await fold.begin()
    rows = reading.rows(connection, partition, "book_log", QUERIES["log"])
    while batch := await rows.batch():
        await tree.take(log.take(batch))
        await fold.take(batch)
        if proof.progress:
            proof.progress(partition, log.position, head["size"])
    await tree.take([])
    await tree.finish(log.time, head)
    await fold.finish()
    answers = await _answers(connection, proof.catalog, partition)
    await _requests(connection, partition)
    for audit in proof.audits:
        with reading.reading(connection, partition, "what its context audits"):
            wrong = await audit(connection, partition)
        if wrong is not None:
            raise finding.Damaged(wrong)
    return PartitionReport(
        partition=partition,
        events=log.position,
        turns=tree.turns,
        checkpoints=tree.checkpoints,
        answers=answers,
        rows=fold.rows,
        root=tree.tree.root(),
    )


async def _answers(connection: stream.Connection, catalog: catalog_.Catalog, partition: int) -> int:
    """Stored answers can be answered again: their key, command and result make sense."""
    results = {c.type.__name__: c.result for context in catalog for c in context.commands}
    rows = reading.rows(connection, partition, "book_answer", QUERIES["answers"])
    count = 0
    while batch := await rows.batch():
        for tenant, key, command, fingerprint, result in batch:
            try:
                idempotency.check_key(key)
                msgspec.json.decode(result, type=results[command])
            except KeyError:
                column, why = "command", f"there is no command {command}"
            except errors.Invalid as error:
                column, why = "key", error.message
            except (msgspec.DecodeError, RecursionError) as error:
                column, why = "result", f"it is not an answer to {command}: {error}"
            else:
                if len(fingerprint) % idempotency.DIGEST_BYTES == 0:
                    continue
                column, why = "fingerprint", "it is not made of digests of fields"
            name = f"tenant {tenant}, key {key}"
            raise finding.damaged(partition, "book_answer", why, key=name, column=column)
        count += len(batch)
    return count


async def _requests(connection: stream.Connection, partition: int) -> None:
    """What was recorded for a request under a key was recorded once, and has its answer."""
    limit = stream.LIMIT_SECONDS
    with reading.reading(connection, partition, "book_answer"):
        position = await connection.fetchval(QUERIES["unanswered"], partition, timeout=limit)
        twice = await connection.fetchrow(QUERIES["repeated"], partition, timeout=limit)
    if position is not None:
        what = (
            f"there is no answer with the key, command and fingerprint of the request that the "
            f"event at position {position} was recorded for"
        )
        raise finding.damaged(partition, "book_answer", what)
    if twice is not None:
        key = f"position {twice['again']}"
        what = f"the request was carried out before, by the event at position {twice['first']}"
        raise finding.damaged(partition, "book_log", what, key=key, column="request")


async def _no_strangers(
    connection: stream.Connection, catalog: catalog_.Catalog, partitions: Sequence[int]
) -> None:
    """No table holds a row of a partition that does not exist."""
    states = [table.name for table in catalog.tables if table.list_all is not None]
    journals = [journal.name for journal in catalog.journals]
    for table in (*_BOOK_TABLES, *states, *journals):
        query = QUERIES["strangers"].replace(":table", table)
        with reading.reading(connection, None, table):
            stranger = await connection.fetchval(query, partitions, timeout=stream.LIMIT_SECONDS)
        if stranger is not None:
            raise finding.damaged(stranger, table, "a row of a partition that does not exist")
