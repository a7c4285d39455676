"""Compares everything that lands, and everything that is answered, with the model."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Final

import msgspec

from culm.book import catalog as catalog_
from culm.book import memory as memory_
from culm.book import merkle
from culm.book import turn as turn_
from culm.book import unit as unit_
from culm.kernel import errors
from culm.simulation import landing
from culm.simulation.divergence import Divergence, compare, plain
from culm.simulation.model import ledger
from culm.simulation.process import Decision, Process, Trace

KEPT_TRACES: Final = 512
VAIN_WRITES: Final = 2_000
TICK: Final = timedelta(microseconds=1)


class Checker:
    """Follows the commits, in their order, with the model, and remembers what was answered."""

    def __init__(
        self, *, partition: int, store: memory_.MemoryStore, catalog: catalog_.Catalog
    ) -> None:
        self.partition = partition
        self.model = ledger.Ledger(partition)
        self.divergence: Divergence | None = None
        self.diverged = asyncio.Event()
        self.turn = 0
        self.commands: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.leaves: list[bytes] = []
        self.nodes: list[merkle.Node] = []
        self.hash = blake2b(digest_size=16)
        self._store = store
        self._catalog = catalog
        self._traces: dict[int, Trace] = {}
        self._newest: Trace | None = None
        self._vain = 0
        self._settled: dict[str, Any] = {}
        self._landed: set[str] = set()
        self._denied: set[str] = set()

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        """Keep the first divergence. It must not be raised into the platform, which would take
        it for a failure of the store; and after it nothing can be compared any more."""
        try:
            yield
        except Divergence as divergence:
            self._diverge(divergence)
        except Exception as error:
            self._diverge(Divergence(repr(error), real=traceback.format_exc()))

    def _diverge(self, divergence: Divergence) -> None:
        self.divergence = self.divergence or divergence
        self.diverged.set()

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
        """A write has arrived. Too many in a row that come to nothing are a divergence."""
        self._vain += 1
        if self._vain > VAIN_WRITES:
            with self.noting():
                raise Divergence(f"{VAIN_WRITES} writes in a row came to nothing")

    def impossible(self, error: Exception, draft: turn_.Draft | None = None) -> None:
        """A query, or a turn, holds what no database would take. Of a turn with several commands
        nobody knows yet which one is to blame: each is tried alone."""
        with self.noting():
            if draft is None:
                raise Divergence(f"the database would refuse a query: {error}")
            if len(draft.requests) == 1:
                command, real = draft.requests[0].command, plain(draft.outcomes[0])
                raise Divergence(f"the database would refuse: {error}", command=command, real=real)

    def landed(self, draft: turn_.Draft) -> None:
        """A turn was committed."""
        self.turn = draft.head.turn
        self._vain = 0
        if self.divergence is None:
            with self.noting():
                self._follow(draft)

    # -- what clients hear ------------------------------------------------------------------

    def denied(self, attempt: str, command: msgspec.Struct, error: errors.CulmError) -> None:
        """A client was told that nothing of this attempt was done."""
        if "the turn failed" in error.message:
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
        """A client was told a result or a rejection: what was decided, or what its key has."""
        if attempt in self._settled:
            if self._settled.pop(attempt) is not answer:
                raise Divergence("another answer than decided", command=command, real=answer)
            return
        before = self.model.answered(command, tenant=tenant, key=key)
        if before is None:
            what = f"attempt {attempt} was answered, but it has not landed"
            raise Divergence(what, command=command, real=plain(answer))
        compare("the answer of a key", plain(answer), before, command=command)

    # -- following --------------------------------------------------------------------------

    def _follow(self, draft: turn_.Draft) -> None:
        before = landing.Sizes.of(self.model)
        requests = {request.origin.correlation: request for request in draft.requests}
        compare("the attempts of a turn", len(requests), len(draft.requests))
        trace = self._traces.pop(id(draft.events), None)
        if trace is not None:
            self._judge(trace, requests)
        for request, outcome in zip(draft.requests, draft.outcomes, strict=True):
            self._settle(request, outcome)
        leaves = landing.check(
            draft, store=self._store, catalog=self._catalog, model=self.model, before=before
        )
        self.leaves += leaves
        self.nodes += draft.nodes
        self.hash.update(b"".join(leaves))

    def _judge(self, trace: Trace, requests: dict[str, turn_.Request]) -> None:
        """Let the model decide the same commands in the same order, at the same times."""
        log = self.model.state.log
        last = log[-1]["time"] if log else turn_.BEFORE_TIME
        for decision in trace.decisions:
            now, size = max(trace.clock, last + TICK), len(log)
            compare("the time of a command", decision.now, now, command=decision.command)
            self._decide(decision, requests.get(decision.attempt))
            if len(log) > size:
                last = log[-1]["time"]

    def _decide(self, decision: Decision, request: turn_.Request | None) -> None:
        command, tenant = decision.command, decision.tenant
        key = request.key if request else None
        if self.model.answered(command, tenant=tenant, key=key) is not None:
            raise Divergence("a key was answered before, and decided again", command=command)
        outcome = self.model.decide(
            command, tenant=tenant, key=key, attempt=decision.attempt, now=decision.now
        )
        compare("the outcome", plain(decision.outcome), outcome, command=command)
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
        attempt, command = request.origin.correlation, request.command
        if self._settled.get(attempt) is outcome:
            return
        before = self.model.answered(command, tenant=request.origin.tenant, key=request.key)
        if before is None:
            raise Divergence("an outcome without a decision", command=command)
        compare("the answer of a key", plain(outcome), before, command=command)
        self._settled[attempt] = outcome
        self.codes[before.code or "answered before"] += 1

    def _count(self, command: msgspec.Struct, outcome: ledger.Outcome) -> None:
        self.commands[type(command).__name__] += 1
        self.codes[outcome.code or "accepted"] += 1
        for member in (outcome.result or {}).get("results", ()):
            self.codes[member.get("code") or "accepted in a batch"] += 1
