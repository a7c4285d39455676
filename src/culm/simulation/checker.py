"""Compares everything that lands, and everything that is answered, with the model."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

import msgspec

from culm.book import catalog as catalog_
from culm.book import memory as memory_
from culm.book import turn as turn_
from culm.book import unit as unit_
from culm.kernel import clock, errors
from culm.ledger import tables
from culm.simulation import expected
from culm.simulation.model import ledger
from culm.simulation.process import Decision, Process, Trace

KEPT_TRACES: Final = 512
VAIN_WRITES: Final = 2_000


class Divergence(Exception):
    """The platform and the model do not agree, or a promise was broken."""

    def __init__(self, what: str, *, command: Any = None, real: Any = None, model: Any = None):
        super().__init__(what)
        self.what = what
        self.command = command
        self.real = real
        self.model = model


class Checker:
    """Follows the commits, in their order, with the model, and remembers what was answered."""

    def __init__(
        self, *, partition: int, store: memory_.MemoryStore, catalog: catalog_.Catalog
    ) -> None:
        self.partition = partition
        self.model = ledger.Ledger(partition)
        self.divergence: Divergence | None = None
        self.diverged = asyncio.Event()
        self.commands: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.leaves: list[bytes] = []
        self.nodes: list[Any] = []
        self.hash = blake2b(digest_size=16)
        self.turn = 0
        self.failures = False
        self._store = store
        self._catalog = catalog
        self._traces: dict[int, Trace] = {}
        self._newest: Trace | None = None
        self._idle = 0
        self._settled: dict[str, Any] = {}
        self._landed: set[str] = set()
        self._denied: set[str] = set()

    # -- what processes do ------------------------------------------------------------------

    def began(self, trace: Trace) -> None:
        """A process has begun to decide a turn."""
        self._newest = trace
        self._traces[id(trace.unit.events)] = trace
        if len(self._traces) > KEPT_TRACES:
            del self._traces[next(iter(self._traces))]

    def under_way(self) -> Sequence[unit_.Recorded]:
        """The events of the draft that was begun last, which may not have landed."""
        return self._newest.unit.events if self._newest else ()

    def looked(self, process: object, head: turn_.Head) -> None:
        """A process reads the head. Where it has decided on exactly this state, and recorded
        nothing, its decisions are judged now, since no commit will show them."""
        assert isinstance(process, Process)
        trace = process.trace
        if trace is None or trace.judged or trace.base != head or trace.unit.events:
            return
        trace.judged = True
        with self.noting():
            self._judge(trace, {})

    def attempted(self) -> None:
        """A write was sent. Too many in a row that come to nothing are a divergence."""
        self._idle += 1
        with self.noting():
            if self._idle > VAIN_WRITES:
                raise Divergence(f"{VAIN_WRITES} writes in a row came to nothing")

    def landed(self, draft: turn_.Draft) -> None:
        """A turn was committed."""
        self.turn = draft.head.turn
        self._idle = 0
        with self.noting():
            self._follow(draft)

    def impossible(self, error: Exception, draft: turn_.Draft | None = None) -> None:
        """A query, or a turn, holds what no database would take. Of a turn with several commands
        nobody knows yet which one is to blame: each is tried alone."""
        with self.noting():
            if draft is None:
                raise Divergence(f"the database would refuse a query: {error}")
            if len(draft.requests) == 1:
                command, real = draft.requests[0].command, plain(draft.outcomes[0])
                raise Divergence(f"the database would refuse: {error}", command=command, real=real)

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        """Keep the first divergence. It must not be raised into the platform, which would take
        it for a failure of the store; and after it nothing can be compared any more."""
        try:
            yield
        except Divergence as divergence:
            self.divergence = self.divergence or divergence
            self.diverged.set()
        except Exception:
            failed = Divergence("the model failed", real=traceback.format_exc())
            self.divergence = self.divergence or failed
            self.diverged.set()

    # -- what clients hear ------------------------------------------------------------------

    def denied(self, attempt: str, command: msgspec.Struct, error: errors.CulmError) -> None:
        """A client was told that nothing of this attempt was done."""
        if "the turn failed" in error.message and not self.failures:
            raise Divergence("a turn failed", command=command, real=error.message)
        if attempt in self._landed:
            raise Divergence(f"attempt {attempt} landed, but its caller heard that it did not")
        self._denied.add(attempt)

    def surprised(self, command: msgspec.Struct, error: Exception) -> None:
        """A client was told something that is neither an answer nor a known failure."""
        raise Divergence("no answer at all", command=command, real=repr(error))

    def answered(
        self, command: msgspec.Struct, *, tenant: str, key: str | None, attempt: str, answer: Any
    ) -> None:
        """A client was told a result or a rejection."""
        if attempt in self._settled:
            told = self._settled.pop(attempt)
            if told is not answer:
                raise Divergence("another answer than decided", command=command, real=answer)
            return
        before = self.model.answered(command, tenant=tenant, key=key)
        if before is None:
            raise Divergence(
                f"attempt {attempt} was answered, but it has not landed",
                command=command,
                real=plain(answer),
            )
        compare("the answer of a key", command, plain(answer), before)

    # -- following --------------------------------------------------------------------------

    def _follow(self, draft: turn_.Draft) -> None:
        state = self.model.state
        before = len(state.log), len(state.entries), len(state.references), len(self.model.answers)
        trace = self._traces.pop(id(draft.events), None)
        requests = {request.origin.correlation: request for request in draft.requests}
        if len(requests) != len(draft.requests):
            raise Divergence("a command is twice in one turn")
        if trace is not None:
            self._judge(trace, requests)
        for request, outcome in zip(draft.requests, draft.outcomes, strict=True):
            self._settle(request, outcome)
        self._check_log(draft, before[0])
        self._check_entries(draft, before[1], before[2])
        self._check_answers(draft, before[3])
        self._check_rows(draft)

    def _judge(self, trace: Trace, requests: dict[str, turn_.Request]) -> None:
        """Let the model decide the same commands in the same order, at the same times."""
        state = self.model.state
        last = state.log[-1]["time"] if state.log else turn_.BEFORE_TIME
        for decision in trace.decisions:
            now = max(trace.clock, last + clock.MICROSECOND)
            if decision.now != now:
                raise Divergence("the time of a command", real=decision.now, model=now)
            size = len(state.log)
            self._decide(decision, requests.pop(decision.attempt, None))
            if len(state.log) > size:
                last = now

    def _decide(self, decision: Decision, request: turn_.Request | None) -> None:
        command, tenant = decision.command, decision.tenant
        key = request.key if request else None
        if self.model.answered(command, tenant=tenant, key=key) is not None:
            raise Divergence("a key was answered before, and decided again", command=command)
        outcome = self.model.decide(command, tenant=tenant, key=key, now=decision.now)
        compare("the outcome", command, plain(decision.outcome), outcome)
        self._settled[decision.attempt] = decision.outcome
        self._count(command, outcome)
        self.hash.update(f"{decision.attempt} {outcome.code} {outcome.field}\n".encode())
        if request is not None and outcome.code is None:
            self._land(decision.attempt)

    def _land(self, attempt: str) -> None:
        if attempt in self._landed:
            raise Divergence(f"attempt {attempt} landed twice")
        if attempt in self._denied:
            raise Divergence(f"attempt {attempt} landed after its caller heard that it did not")
        self._landed.add(attempt)

    def _settle(self, request: turn_.Request, outcome: Any) -> None:
        """The outcome of a request is that of its decision, or the answer that its key has."""
        decided = self._settled.get(request.origin.correlation)
        if decided is outcome:
            return
        before = self.model.answered(
            request.command, tenant=request.origin.tenant, key=request.key
        )
        if before is None:
            raise Divergence("an outcome without a decision", command=request.command)
        compare("the answer of a key", request.command, plain(outcome), before)
        self._settled[request.origin.correlation] = outcome
        self._count(request.command, before, replayed=True)

    def _count(
        self, command: msgspec.Struct, outcome: ledger.Outcome, *, replayed: bool = False
    ) -> None:
        self.commands[type(command).__name__] += 1
        self.codes[outcome.code or ("replayed" if replayed else "accepted")] += 1
        for member in (outcome.result or {}).get("results", ()):
            self.codes[member.get("code") or "accepted in a batch"] += 1

    # -- comparing --------------------------------------------------------------------------

    def _check_log(self, draft: turn_.Draft, before: int) -> None:
        rows, facts = self._store.log.get(self.partition, [])[before:], self.model.state.log
        head = self._store.heads[self.partition]
        if not len(rows) == len(facts) - before == head.tree.size - before:
            raise Divergence("the number of events", real=len(rows), model=len(facts) - before)
        for position, (row, fact) in enumerate(zip(rows, facts[before:], strict=True), before):
            event = self._catalog.decode(row.type, row.version, row.body)
            body = msgspec.convert(fact["body"], type(event))
            real = (row.position, row.type, row.tenant, row.time, event)
            model = (position, fact["type"], fact["tenant"], fact["time"], body)
            compare("an event", None, real, model)
            self.leaves.append(expected.leaf(row))
            compare("a leaf hash", None, row.leaf, self.leaves[-1])
            self.hash.update(row.leaf)
        if facts and head.time != facts[-1]["time"]:
            raise Divergence("the time of the head", real=head.time, model=facts[-1]["time"])
        self.nodes += draft.nodes

    def _check_entries(self, draft: turn_.Draft, entries: int, references: int) -> None:
        state, at = self.model.state, self.partition
        model = [expected.entry(at, row) for row in state.entries[entries:]]
        real = [tuple(map(str, row)) for row in draft.rows.get(tables.ENTRIES, ())]
        compare("the entries", None, real, model)
        model = [expected.reference(at, row) for row in state.references[references:]]
        real = [tuple(map(str, row)) for row in draft.rows.get(tables.REFERENCES, ())]
        compare("the references", None, real, model)

    def _check_answers(self, draft: turn_.Draft, before: int) -> None:
        real = [(answer.tenant, answer.key) for answer in draft.answers]
        added = len(self.model.answers) - before
        model = list(islice(reversed(self.model.answers), added))
        compare("the stored answers", None, sorted(real), sorted(model))

    def _check_rows(self, draft: turn_.Draft) -> None:
        for table, rows in draft.changed.items():
            row_of = expected.ROWS[table.name]
            for key, row in rows.items():
                compare(f"{table.name} {key}", None, row, row_of(self.model.state, key))


def plain(outcome: Any) -> ledger.Outcome:
    """An outcome in the model's terms. What a batch says in sentences is left out."""
    if isinstance(outcome, errors.CulmError):
        return ledger.Outcome(code=outcome.code, field=outcome.field)
    if isinstance(outcome, BaseException):
        return ledger.Outcome(code=f"a defect: {outcome!r}")
    result = msgspec.to_builtins(outcome, builtin_types=(datetime,))
    for member in result.get("results", ()):
        member.pop("message", None)
    return ledger.Outcome(result)


def compare(what: str, command: Any, real: Any, model: Any) -> None:
    """Raise `Divergence` unless they are equal."""
    if real != model:
        raise Divergence(what, command=command, real=real, model=model)
