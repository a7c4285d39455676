"""Seals: signed checkpoints of every partition's log, and the proofs that hang from them.

One secret key signs for all partitions, under a key name for each: `<name>/partition/<n>`, which
is also the origin of that log. Nothing is signed that is not an extension of what was signed last.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg

from culm.book import checkpoint as checkpoint_
from culm.book import event as event_
from culm.book import keyfile, merkle, note, proof, stream
from culm.kernel import errors, sql

QUERIES: Final = sql.load_queries("culm.book", "seals.sql")
MAX_PARTITION: Final = 2**15 - 1

_PATH: Final = "/partition/"


class SplitView(errors.CulmError):
    """The log is not an extension of what was signed of it before: it was altered, or cut off.

    Nothing more of it is signed until somebody has found out why."""

    code = "split_view"


class CheckpointDamaged(errors.CulmError):
    """A checkpoint in the database is not what our key signed."""

    code = "checkpoint_damaged"


class CheckpointNotFound(errors.NotFound):
    """No checkpoint of this size was signed."""

    code = "checkpoint_not_found"


class PartitionNotFound(errors.NotFound):
    """There is no such partition."""

    code = "partition_not_found"


def origin(name: str, partition: int) -> str:
    """The name of a partition's log, and of the key that signs its checkpoints."""
    return f"{name}{_PATH}{partition}"


def partition_of(origin_: str) -> int | None:
    """The partition that an origin names, or None where it names none."""
    _, separator, digits = origin_.rpartition(_PATH)
    if not (separator and digits.isascii() and digits.isdecimal() and len(digits) < 6):
        return None
    number = int(digits)
    return number if number <= MAX_PARTITION and str(number) == digits else None


def public_key(keys_dir: Path, name: str, partition: int) -> note.Verifier:
    """The public key of a partition's log, without a database. Raises `SigningKeyRefused`."""
    secret = keyfile.load(keys_dir, name)
    return note.Signer(origin(name, partition), secret.private_key).verifier


def verifiers(text: str) -> Callable[[int], note.Verifier]:
    """The public key of each partition's log, from that of one of them: one secret signs for all,
    under a name for each. Raises `KeyMalformed`."""
    known = note.Verifier.parse(text.strip())
    if partition_of(known.name) is None:
        raise note.KeyMalformed(f"{known.name} is not the name of a partition's log")
    name = known.name.rpartition(_PATH)[0]
    return lambda partition: note.Verifier(origin(name, partition), known.public_key)


class Seals:
    """Signs checkpoints and hands out proofs. The key is read when it is first used, and made
    then where there is none, unless whoever opens this only looks (`make_key`)."""

    def __init__(
        self, db: asyncpg.Pool[Any], keys_dir: Path, name: str, *, make_key: bool = True
    ) -> None:
        self._db = db
        self._get = keyfile.load_or_make if make_key else keyfile.load
        self._keys_dir = keys_dir
        self._name = name

    def verifier(self, partition: int) -> note.Verifier:
        """The public key that checks a partition's checkpoints; `str()` of it is for the world.

        Raises `SigningKeyRefused`.
        """
        return self._signer(partition).verifier

    async def checkpoint(self, partition: int) -> str:
        """The signed checkpoint of all that a partition's log holds now; signed at most once.

        Raises `PartitionNotFound`, `SplitView`, `CheckpointDamaged`, `SigningKeyRefused`.
        """
        async with self._db.acquire() as connection, connection.transaction():
            await connection.execute(QUERIES["writing"])
            # The last checkpoint is read before the head, so that the head can only be later.
            last = await self._newest(connection, partition)
            tree = await _head(connection, partition)
            present = checkpoint_.Checkpoint(self._origin(partition), tree.size, tree.root())
            if last is not None:
                signed, before = last
                await _require_extension(connection, partition, before, present)
                if before == present:
                    return signed
            signed = checkpoint_.sign(present, self._signer(partition))
            await connection.execute(QUERIES["keep_checkpoint"], partition, tree.size, signed)
            kept: str = await connection.fetchval(QUERIES["checkpoint_at"], partition, tree.size)
        if self._open(partition, kept) != present:
            raise _split_view(present, "another root was signed for this size")
        return kept

    async def stored_checkpoint(self, partition: int, size: int) -> str:
        """The checkpoint that was signed at this size. Raises `CheckpointNotFound`."""
        kept = None
        if 0 <= partition <= MAX_PARTITION and 0 <= size <= checkpoint_.MAX_SIZE:
            kept = await self._db.fetchval(QUERIES["checkpoint_at"], partition, size)
        if kept is None:
            raise CheckpointNotFound(
                f"No checkpoint of partition {partition} was signed at {size} events.", field="size"
            )
        return str(kept)

    async def receipt(self, partition: int, position: int) -> str:
        """The proof that one event is in the log (c2sp.org/tlog-proof), under the first checkpoint
        that covers it; one is signed where none does.

        Raises `NotInTree` past the end of the log, `TreeDamaged` when the stored hashes do not
        lead to the signed root, and what `checkpoint` raises.
        """
        _require_partition(partition)
        if not 0 <= position < checkpoint_.MAX_SIZE:
            raise merkle.NotInTree(f"The log has no position {position}.", field="position")
        signed = await self._db.fetchval(QUERIES["covering_checkpoint"], partition, position)
        signed = signed or await self.checkpoint(partition)
        size = self._open(partition, signed).size
        if position >= size:
            raise merkle.NotInTree(
                f"The log of {size} events has no position {position}.", field="position"
            )
        async with self._db.acquire() as connection:
            ranges = merkle.inclusion_ranges(position, size)
            stored = await _read(connection, partition, ranges)
            record = await connection.fetchrow(QUERIES["log_row"], partition, position)
        if record is None or record["time"] is None:
            raise merkle.TreeDamaged(f"The event at {position} of partition {partition} is gone.")
        leaf = event_.LogRow(**record).sealed_bytes()
        hashes = merkle.inclusion_proof(position, size, stored)
        receipt = proof.Receipt(leaf, position, tuple(hashes), signed)
        try:
            proof.check(receipt, self.verifier(partition))
        except proof.ProofError as error:
            raise merkle.TreeDamaged(f"No valid receipt can be made: {error.message}") from error
        return receipt.to_text()

    async def consistency(self, partition: int, old: int, new: int) -> list[bytes]:
        """The proof that the log of `old` events is the beginning of that of `new` events.

        Raises `NotInTree` for sizes that the log does not have, and `TreeDamaged`.
        """
        async with self._db.acquire() as connection:
            tree = await _head(connection, partition)
            if new > tree.size:
                raise merkle.NotInTree(f"The log has {tree.size} events, not {new}.", field="new")
            return await _consistency(connection, partition, old, new)

    def _origin(self, partition: int) -> str:
        return origin(self._name, partition)

    def _signer(self, partition: int) -> note.Signer:
        return note.Signer(self._origin(partition), self._secret.private_key)

    @functools.cached_property
    def _secret(self) -> note.Signer:
        return self._get(self._keys_dir, self._name)

    def _open(self, partition: int, signed: str) -> checkpoint_.Checkpoint:
        """A checkpoint of our own, from the database, which we trust no more than anybody."""
        try:
            return checkpoint_.open_(signed, self.verifier(partition))
        except errors.Invalid as error:
            raise CheckpointDamaged(
                f"A stored checkpoint of partition {partition} is not ours. {error.message}"
            ) from error

    async def _newest(
        self, connection: stream.Connection, partition: int
    ) -> tuple[str, checkpoint_.Checkpoint] | None:
        _require_partition(partition)
        signed: str | None = await connection.fetchval(QUERIES["newest_checkpoint"], partition)
        return None if signed is None else (signed, self._open(partition, signed))


async def _require_extension(
    connection: stream.Connection,
    partition: int,
    last: checkpoint_.Checkpoint,
    present: checkpoint_.Checkpoint,
) -> None:
    """Refuse to sign what does not extend the last checkpoint (as a witness would)."""
    if present.size < last.size:
        raise _split_view(present, f"{last.size} events were signed before")
    hashes = await _consistency(connection, partition, last.size, present.size)
    if not merkle.verify_consistency(
        old_size=last.size,
        new_size=present.size,
        old_root=last.root,
        new_root=present.root,
        proof=hashes,
    ):
        raise _split_view(present, f"they do not begin with the {last.size} signed before")


def _split_view(present: checkpoint_.Checkpoint, why: str) -> SplitView:
    return SplitView(f"{present.origin} has {present.size} events, but {why}: it is not signed.")


def _require_partition(partition: int) -> None:
    if not 0 <= partition <= MAX_PARTITION:
        raise PartitionNotFound(f"There is no partition {partition}.", field="partition")


async def _head(connection: stream.Connection, partition: int) -> merkle.Frontier:
    _require_partition(partition)
    record = await connection.fetchrow(QUERIES["head"], partition)
    if record is None:
        raise PartitionNotFound(f"There is no partition {partition}.", field="partition")
    return merkle.Frontier.from_bytes(record["frontier"], size=record["size"])


async def _consistency(
    connection: stream.Connection, partition: int, old: int, new: int
) -> list[bytes]:
    stored = await _read(connection, partition, merkle.consistency_ranges(old, new))
    return merkle.consistency_proof(old, new, stored)


async def _read(
    connection: stream.Connection, partition: int, ranges: Iterable[merkle.Range]
) -> dict[merkle.Range, Sequence[bytes]]:
    """The stored hashes of these ranges: a query each, and there are at most a few."""
    stored: dict[merkle.Range, Sequence[bytes]] = {}
    for want in ranges:
        if want.level == 0:
            rows = await connection.fetch(QUERIES["leaves"], partition, want.start, want.count)
        else:
            rows = await connection.fetch(
                QUERIES["nodes"], partition, want.level, want.start, want.count
            )
        stored[want] = [row[0] for row in rows]
    return stored
