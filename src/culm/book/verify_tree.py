"""The proof of what seals the log: turns, subtrees, checkpoints and the head agree with its leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

import asyncpg

from culm.book import checkpoint as checkpoint_
from culm.book import finding, merkle, note, stream
from culm.kernel import errors, sql

QUERIES = sql.load_queries("culm.book", "verify.sql")


class TreeCheck:
    """Grows one partition's tree again from its leaves, and stops wherever a root was kept."""

    def __init__(
        self,
        connection: asyncpg.Connection[Any],
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
        self._turns = stream.Stream(connection, QUERIES["turns"], partition)
        self._notes = stream.Stream(connection, QUERIES["checkpoints"], partition)
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
        if head["turn"] != self.turns:
            self._fail_head("turn", "the head is not at the last turn", self.turns, head["turn"])
        if head["frontier"] != self.tree.to_bytes():
            expected = self.tree.to_bytes().hex()
            what = "the frontier is not that of the log"
            self._fail_head("frontier", what, expected, head["frontier"].hex())
        if head["time"] != last:
            self._fail_head("time", "the time is not that of the last event", last, head["time"])
        await self._check_checkpoints_end()
        stray = await self._connection.fetchrow(
            QUERIES["stray_node"], self.partition, self.tree.size, timeout=stream.LIMIT_SECONDS
        )
        if stray is not None:
            key = f"level {stray['level']}, index {stray['index']}"
            self._fail("book_node", key, "the log has no such full subtree")

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
        turn, size = kept["turn"], kept["size"]
        if turn != self.turns + 1:
            what = "the turn is missing; the next one is shown"
            self._fail("book_turn", f"turn {self.turns + 1}", what, found=f"turn {turn}")
        if size < self.tree.size:
            what = "the log was longer than this before"
            self._fail("book_turn", f"turn {turn}", what, "size", self.tree.size, size)
        if kept["root"] != (root := self.tree.root()):
            what = f"the root is not that of the first {size} events"
            self._fail("book_turn", f"turn {turn}", what, "root", root.hex(), kept["root"].hex())
        self.turns, self._turn_size = turn, size

    def _check_note(self, kept: Any) -> None:
        size, key = kept["size"], f"size {kept['size']}"
        checkpoint = self._open(key, kept["note"])
        if checkpoint.size != size:
            what = "the checkpoint was signed for another size"
            self._fail("book_checkpoint", key, what, "size", checkpoint.size, size)
        if checkpoint.root != (root := self.tree.root()):
            what = "the signed root is not that of the log: its events were changed since"
            self._fail("book_checkpoint", key, what, "root", root.hex(), checkpoint.root.hex())
        self.checkpoints += 1

    def _open(self, key: str, text: str) -> checkpoint_.Checkpoint:
        """A stored checkpoint: our signature, and nothing beside it."""
        try:
            checkpoint = checkpoint_.open_(text, self._verifier)
            plain = len(note.parse(text).signatures) == 1 and not checkpoint.extensions
        except errors.Invalid as error:
            self._fail("book_checkpoint", key, error.message, "note", found=text)
        if not plain:
            what = "the note holds more than a checkpoint and our signature"
            self._fail("book_checkpoint", key, what, "note", found=text)
        return checkpoint

    def _check_held(self, checkpoint: checkpoint_.Checkpoint) -> None:
        if checkpoint.root != (root := self.tree.root()):
            what = "the log does not begin with the events of a checkpoint held outside"
            key = f"positions 0 to {checkpoint.size - 1}"
            self._fail("book_log", key, what, "", checkpoint.root.hex(), root.hex())

    async def _check_nodes(self, nodes: Sequence[merkle.Node]) -> None:
        keys = [node.level for node in nodes], [node.index for node in nodes]
        rows = await self._connection.fetch(QUERIES["nodes"], self.partition, *keys)
        found = {(row["level"], row["index"]): row["hash"] for row in rows}
        for node in nodes:
            key = f"level {node.level}, index {node.index}"
            stored = found.get((node.level, node.index))
            if stored is None:
                self._fail("book_node", key, "the root of a full subtree is missing")
            if stored != node.hash:
                what = "the hash is not the root of this subtree"
                self._fail("book_node", key, what, "hash", node.hash.hex(), stored.hex())

    async def _check_end(self, head: Any) -> None:
        """Where log, turns and head end differently, the one that stands alone is named."""
        size, at_head = self.tree.size, head["size"]
        later = await self._turns.peek()
        last_turn = self._turn_size if later is None else later["size"]
        if size == at_head == last_turn:
            return
        if at_head > size and later is not None:
            what = f"the event is missing: the head counts {at_head} events"
            self._fail("book_log", f"position {size}", what)
        if later is not None:
            what = "the turn counts more events than there are"
            self._fail("book_turn", f"turn {later['turn']}", what, "size", size, last_turn)
        if last_turn == size:
            self._fail_head("size", "the head counts other events than there are", size, at_head)
        if at_head == size:
            what = f"the turn of the events from position {last_turn} on is missing"
            self._fail("book_turn", f"turn {self.turns + 1}", what)
        self._fail("book_log", f"position {last_turn}", "no turn has written the event")

    async def _check_checkpoints_end(self) -> None:
        """A signed checkpoint of a longer log: its last events are gone, without a trace here."""
        longer = [checkpoint.size for checkpoint in self._held]
        if (kept := await self._notes.peek()) is not None:
            checkpoint = self._open(f"size {kept['size']}", kept["note"])
            if checkpoint.size != kept["size"]:
                what = "the checkpoint was signed for another size"
                key = f"size {kept['size']}"
                self._fail("book_checkpoint", key, what, "size", checkpoint.size, kept["size"])
            longer.append(checkpoint.size)
        if longer:
            what = f"the event is missing: a checkpoint was signed for {min(longer)} events"
            self._fail("book_log", f"position {self.tree.size}", what)

    def _fail_head(self, column: str, what: str, expected: object, found: object) -> NoReturn:
        self._fail("book_head", "", what, column, expected, found)

    def _fail(
        self,
        table: str,
        key: str,
        what: str,
        column: str = "",
        expected: object = None,
        found: object = None,
    ) -> NoReturn:
        raise finding.Damaged(
            finding.Finding(
                partition=self.partition,
                table=table,
                key=key,
                what=what,
                column=column,
                expected=None if expected is None else str(expected),
                found=None if found is None else str(found),
            )
        )
