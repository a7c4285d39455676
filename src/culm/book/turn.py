"""A turn: the commands that are decided together and committed at once. Pure: no I/O, no clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

import msgspec

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.book import idempotency, merkle
from culm.book import table as table_
from culm.book import unit as unit_
from culm.kernel import clock, errors

BEFORE_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)

_encode = msgspec.json.Encoder(order="deterministic").encode


class Head(msgspec.Struct, frozen=True):
    """Where a partition stands: the newest turn, the size of its log, and the Merkle frontier.

    `time` is that of the newest event; the next one is later. A partition with no turn is turn 0.
    """

    turn: int
    time: datetime
    tree: merkle.Frontier


class Fate(Enum):
    """What became of a turn that was written."""

    LANDED = "landed"
    TAKEN = "another writer took its number"
    FENCED = "it was interrupted, and can never land any more"


@dataclass(slots=True, eq=False)
class Request:
    """A command on its way, with the caller that waits for it."""

    command: msgspec.Struct
    decider: catalog_.Command
    origin: event_.Origin
    key: str | None
    said: idempotency.Said | None
    weight: int
    future: asyncio.Future[Any]
    alone: bool = False
    """Whether it is to be decided in a turn of its own."""
    interrupted: int = 0
    """How many turns it was in that were interrupted."""

    def resolve(self, outcome: Any) -> None:
        """Answer the caller, unless it has gone away."""
        if self.future.done():
            return
        if isinstance(outcome, BaseException):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


@dataclass(slots=True)
class Draft:
    """What a turn will write, complete, and what its callers will hear once it is written."""

    partition: int
    base: Head
    head: Head
    nonce: str
    requests: Sequence[Request] = ()
    outcomes: list[Any] = field(default_factory=list)
    events: Sequence[unit_.Recorded] = ()
    nodes: Sequence[merkle.Node] = ()
    answers: list[idempotency.Answer] = field(default_factory=list)
    changed: dict[table_.Table[Any], dict[Any, Any]] = field(default_factory=dict)
    rows: dict[table_.Journal, list[tuple[Any, ...]]] = field(default_factory=dict)
    parcel: Any = None
    """What the store has made of it, ready to be sent."""
    began: float = 0.0
    """When its commands began to be decided, by the clock of whoever drafts it."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write: every command was rejected, or answered before."""
        return not (self.events or self.answers)

    def log_rows(self) -> Iterable[event_.LogRow]:
        """The events as the log keeps them."""
        for recorded in self.events:
            kind, origin = recorded.event, recorded.origin
            yield event_.LogRow(
                partition=self.partition,
                position=recorded.position,
                time=datetime.fromisoformat(recorded.time),
                type=kind.TYPE,
                version=kind.VERSION,
                tenant=origin.tenant,
                actor=origin.actor,
                correlation=origin.correlation,
                causation=origin.causation,
                body=recorded.body.decode(),
                request=origin.request,
                leaf=recorded.leaf,
            )


def want(unit: unit_.Unit, request: Request) -> None:
    """Note the state that a command is sure to read. What goes wrong here goes wrong again, for
    its own caller only, when the command is decided."""
    unit.origin = request.origin
    with contextlib.suppress(Exception):
        request.decider.needs(unit, request.command)


def decide(unit: unit_.Unit, request: Request, now: datetime) -> Any:
    """The outcome of one command: its result, or the error for its caller.

    Raises `Missing` when state must be loaded first. In every case but a result the unit is as
    it was before. A defect in a decision hurts its own caller only.
    """
    mark = unit.begin(now, request.origin)
    try:
        return request.decider.decide(unit, request.command)
    except unit_.Missing:
        unit.rewind(mark)
        raise
    except Exception as error:
        unit.rewind(mark)
        # A future takes no StopIteration: it would end the coroutine that waits for it.
        return RuntimeError(repr(error)) if isinstance(error, StopIteration) else error


def decide_all(
    unit: unit_.Unit,
    requests: Sequence[Request],
    outcomes: dict[int, Any],
    *,
    clock_now: datetime,
    last: datetime,
    in_order: bool,
) -> datetime:
    """Decide what has no outcome yet; what misses state is left without one.

    With `in_order` the first that misses state is the last to be looked at: what they all need is
    loaded before any is decided ahead of another. Every command that records something gets a time
    of its own, later than `last`. Returns the latest time given out.
    """
    for index, request in enumerate(requests):
        if index in outcomes:
            continue
        now = max(clock_now, last + clock.MICROSECOND)
        before = unit.position
        try:
            outcomes[index] = decide(unit, request, now)
        except unit_.Missing:
            if in_order:
                break
            continue
        if unit.position != before:
            last = unit.now
    return last


def seal(draft: Draft, last: datetime) -> None:
    """Add the events to the tree, and set the head that results."""
    tree, draft.nodes = draft.base.tree.append([recorded.leaf for recorded in draft.events])
    draft.head = Head(turn=draft.base.turn + 1, time=last, tree=tree)


def answers(draft: Draft, fresh: Iterable[int], now: str) -> list[idempotency.Answer]:
    """What is kept for the keys of the commands that were accepted in this turn."""
    kept = []
    for index in fresh:
        request, outcome = draft.requests[index], draft.outcomes[index]
        if request.key is None or isinstance(outcome, BaseException):
            continue
        answer = idempotency.Answer(
            tenant=request.origin.tenant,
            key=request.key,
            command=type(request.command).__name__,
            fingerprint=request.said.bodies if request.said else b"",
            result=_encode(outcome).decode(),
            time=now,
        )
        kept.append(answer)
    return kept


def replay(request: Request, stored: idempotency.Answer) -> Any:
    """The stored answer, or the conflict when the key came with other content."""
    try:
        if request.said is not None:
            idempotency.check(type(request.command).__name__, request.said, stored)
    except errors.KeyConflict as conflict:
        return conflict
    return msgspec.json.decode(stored.result, type=request.decider.result)
