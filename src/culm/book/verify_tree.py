"""The proof of what seals the log: turns, subtrees, checkpoints and head agree with its leaves."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from culm.book import checkpoint as checkpoint_
from culm.book import finding, merkle, note, reading, stream
from culm.kernel import errors, sql

QUERIES: Final = sql.load_queries("culm.book", "verify.sql")


class TreeCheck:
    """Grows one partition's tree again from its leaves, and stops wherever a root was kept."""

    def __init__(
        self,
        connection: stream.Connection,
        partition: int,
        verifier: note.Verifier,
        held: Sequence[checkpoint_.Checkpoint],
    ) -> None:
        self.partition = partition
        self.tree = merkle.Frontier()
        self.turns = 0
        self.checkpoints = 0
        self._connection = connection
        self._verifier = verifier
        self._turn_size = 0
        self._turns = reading.rows(connection, partition, "book_turn", QUERIES["turns"])
        notes = QUERIES["checkpoints"]
        self._notes = reading.rows(connection, partition, "book_checkpoint", notes)
        self._held = sorted(held, key=lambda checkpoint: checkpoint.size, reverse=True)

    async def take(self, leaves: Sequence[bytes]) -> None:
        """Grow by these leaves. Raises `Damaged`."""
        taken, end = 0, self.tree.size + len(leaves)
        nodes: list[merkle.Node] = []
        while True:
            stop = min(end, await self._check_here())
            if stop == self.tree.size:
                break
            grown = leaves[taken : taken + stop - self.tree.size]
            taken += len(grown)
            self.tree, completed = self.tree.append(grown)
            nodes += completed
        if nodes:
            await self._check_nodes(nodes)

    async def finish(self, last: datetime, head: Any) -> None:
        """At the end of the log: nothing that was kept reaches further, and the head is here."""
        await self._check_end(head)
        for column, expected, what in (
            ("turn", self.turns, "the head is not at the last turn"),
            ("frontier", self.tree.to_bytes(), "the frontier is not that of the log"),
            ("time", last, "the time is not that of the last event"),
        ):
            if head[column] != expected:
                values = {"column": column, "expected": expected, "found": head[column]}
                raise self._damaged("book_head", "", what, **values)
        await self._check_checkpoints_end()
        with self._reading_nodes():
            stray = await self._connection.fetchrow(
                QUERIES["stray_node"], self.partition, self.tree.size, timeout=stream.LIMIT_SECONDS
            )
        if stray is not None:
            key = f"level {stray['level']}, index {stray['index']}"
            raise self._damaged("book_node", key, "the log has no such full subtree")

    async def _check_here(self) -> int:
        """Check all that was kept of the tree of the present size; the next size of interest."""
        size, ahead = self.tree.size, []
        while (kept := await self._turns.peek()) is not None:
            if kept["size"] > size:
                ahead.append(kept["size"])
                break
            self._turns.pop()
            self._check_turn(kept)
        while (kept := await self._notes.peek()) is not None:
            if kept["size"] > size:
                ahead.append(kept["size"])
                break
            self._notes.pop()
            self._check_note(kept)
        while self._held:
            if self._held[-1].size > size:
                ahead.append(self._held[-1].size)
                break
            self._check_held(self._held.pop())
        return min(ahead, default=checkpoint_.MAX_SIZE)

    def _check_turn(self, kept: Any) -> None:
        turn, size, root = kept["turn"], kept["size"], self.tree.root()
        if turn != self.turns + 1:
            what = "the turn is missing; the next one is shown"
            raise self._damaged("book_turn", f"turn {self.turns + 1}", what, found=f"turn {turn}")
        if size < self.tree.size:
            what = "the log was longer than this before"
            values = {"column": "size", "expected": self.tree.size, "found": size}
            raise self._damaged("book_turn", f"turn {turn}", what, **values)
        if kept["root"] != root:
            what = f"the root is not that of the first {size} events"
            values = {"column": "root", "expected": root, "found": kept["root"]}
            raise self._damaged("book_turn", f"turn {turn}", what, **values)
        self.turns, self._turn_size = turn, size

    def _check_note(self, kept: Any) -> None:
        checkpoint, root = self._open(kept), self.tree.root()
        if checkpoint.root != root:
            what = "the signed root is not that of the log: its events were changed since"
            values = {"column": "note", "expected": root, "found": checkpoint.root}
            raise self._damaged("book_checkpoint", f"size {checkpoint.size}", what, **values)
        self.checkpoints += 1

    def _open(self, kept: Any) -> checkpoint_.Checkpoint:
        """A stored checkpoint: our signature, of this size, and nothing beside it."""
        key, text = f"size {kept['size']}", kept["note"]
        try:
            checkpoint = checkpoint_.open_(text, self._verifier)
            plain = len(note.parse(text).signatures) == 1 and not checkpoint.extensions
        except errors.Invalid as error:
            what = f"not signed by us. {error.message}"
            raise self._damaged("book_checkpoint", key, what, column="note", found=text) from error
        if not plain:
            what = "the note holds more than a checkpoint and our signature"
            raise self._damaged("book_checkpoint", key, what, column="note", found=text)
        if checkpoint.size != kept["size"]:
            what = "the checkpoint was signed for another size"
            values = {"column": "size", "expected": checkpoint.size, "found": kept["size"]}
            raise self._damaged("book_checkpoint", key, what, **values)
        return checkpoint

    def _check_held(self, checkpoint: checkpoint_.Checkpoint) -> None:
        if checkpoint.root != (root := self.tree.root()):
            what = "the log does not begin with the events of a checkpoint held outside"
            key = f"positions 0 to {checkpoint.size - 1}"
            raise self._damaged("book_log", key, what, expected=checkpoint.root, found=root)

    async def _check_nodes(self, nodes: Sequence[merkle.Node]) -> None:
        keys = [node.level for node in nodes], [node.index for node in nodes]
        with self._reading_nodes():
            rows = await self._connection.fetch(QUERIES["nodes"], self.partition, *keys)
        found = {(row["level"], row["index"]): row["hash"] for row in rows}
        for node in nodes:
            key = f"level {node.level}, index {node.index}"
            stored = found.get((node.level, node.index))
            if stored is None:
                raise self._damaged("book_node", key, "the root of a full subtree is missing")
            if stored != node.hash:
                what = "the hash is not the root of this subtree"
                values = {"column": "hash", "expected": node.hash, "found": stored}
                raise self._damaged("book_node", key, what, **values)

    async def _check_end(self, head: Any) -> None:
        """Where log, turns and head end differently, the one that stands alone is named."""
        size, at_head = self.tree.size, head["size"]
        later = await self._turns.peek()
        last_turn = self._turn_size if later is None else later["size"]
        if size == at_head == last_turn:
            return
        if later is not None and at_head > size:
            what = f"the event is missing: the head counts {at_head} events"
            raise self._damaged("book_log", f"position {size}", what)
        if later is not None:
            what, key = "the turn counts more events than there are", f"turn {later['turn']}"
            values = {"column": "size", "expected": size, "found": last_turn}
            raise self._damaged("book_turn", key, what, **values)
        if last_turn == size:
            what = "the head counts other events than there are"
            values = {"column": "size", "expected": size, "found": at_head}
            raise self._damaged("book_head", "", what, **values)
        if at_head == size:
            what = f"the turn of the events from position {last_turn} on is missing"
            raise self._damaged("book_turn", f"turn {self.turns + 1}", what)
        raise self._damaged("book_log", f"position {last_turn}", "no turn has written the event")

    async def _check_checkpoints_end(self) -> None:
        """A signed checkpoint of a longer log: its last events are gone, without a trace here."""
        longer = [checkpoint.size for checkpoint in self._held]
        if (kept := await self._notes.peek()) is not None:
            longer.append(self._open(kept).size)
        if longer:
            what = f"the event is missing: a checkpoint was signed for {min(longer)} events"
            raise self._damaged("book_log", f"position {self.tree.size}", what)

    def _reading_nodes(self) -> AbstractContextManager[None]:
        return reading.reading(self._connection, self.partition, "book_node")

    def _damaged(self, table: str, key: str, what: str, **values: Any) -> finding.Damaged:
        return finding.damaged(self.partition, table, what, key=key, **values)
