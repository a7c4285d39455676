"""What a commit has left in the store, against what the model makes of the same commands."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from itertools import islice
from typing import NamedTuple

import msgspec

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.book import memory as memory_
from culm.book import turn as turn_
from culm.ledger import tables
from culm.simulation import expected
from culm.simulation.divergence import Divergence, compare
from culm.simulation.model import ledger


class Sizes(NamedTuple):
    """How much the model remembers."""

    log: int
    entries: int
    unheld: int
    references: int
    answers: int

    @classmethod
    def of(cls, model: ledger.Ledger) -> Sizes:
        """The sizes at present."""
        state = model.state
        kept: tuple[Sized, ...] = (
            state.log,
            state.entries,
            state.unheld,
            state.references,
            model.answers,
        )
        return cls(*map(len, kept))


def check(
    draft: turn_.Draft,
    *,
    store: memory_.MemoryStore,
    catalog: catalog_.Catalog,
    model: ledger.Ledger,
    before: Sizes,
) -> list[bytes]:
    """Compare a turn that has landed with what was added to the model; returns the leaf hashes."""
    leaves = _check_log(draft, store, catalog, model, before.log)
    _check_requests(draft, store.log.get(draft.partition, [])[before.log :])
    _check_rows(draft, model, before)
    real = sorted((answer.tenant, answer.key) for answer in draft.answers)
    added = len(model.answers) - before.answers
    compare("the stored answers", real, sorted(islice(reversed(model.answers), added)))
    for table, rows in draft.changed.items():
        row_of = expected.ROWS[table.name]
        for key, row in rows.items():
            compare(f"{table.name} {key}", row, row_of(model.state, key))
    return leaves


def _check_log(
    draft: turn_.Draft,
    store: memory_.MemoryStore,
    catalog: catalog_.Catalog,
    model: ledger.Ledger,
    before: int,
) -> list[bytes]:
    """The events and the head as they stand in the store, not as the draft has them."""
    rows, facts = store.log.get(draft.partition, [])[before:], model.state.log[before:]
    head, leaves = store.heads[draft.partition], []
    if len(rows) != len(facts) or head.tree.size != before + len(facts):
        raise Divergence("the number of events", real=len(rows), model=len(facts))
    for position, (row, fact) in enumerate(zip(rows, facts, strict=True), before):
        event = catalog.decode(row.type, row.version, row.body)
        body = msgspec.convert(fact["body"], type(event))
        real = (row.position, row.type, row.tenant, row.time, event)
        compare("an event", real, (position, fact["type"], fact["tenant"], fact["time"], body))
        leaves.append(expected.leaf(row))
        compare("a leaf hash", row.leaf, leaves[-1])
    if facts:
        compare("the time of the head", head.time, facts[-1]["time"])
    return leaves


def _check_requests(draft: turn_.Draft, rows: Sequence[event_.LogRow]) -> None:
    """Every event of a request under a key says so, and names the answer that is kept."""
    keyed = {r.origin.correlation for r in draft.requests if r.key is not None}
    answered = {expected.request(answer) for answer in draft.answers}
    for row in rows:
        if row.correlation not in keyed or row.actor == "timers":
            compare("the request of an event without a key", row.request, "")
        elif row.request not in answered:
            raise Divergence("an event of a request without its answer", real=row)


def _check_rows(draft: turn_.Draft, model: ledger.Ledger, before: Sizes) -> None:
    """Every row that is only inserted, every column as text."""
    state, at = model.state, draft.partition
    entries = [expected.entry(at, row) for row in state.entries[before.entries :]]
    real = [tuple(map(str, row)) for row in draft.rows.get(tables.ENTRIES, ())]
    compare("the entries", real, entries)
    unheld = [expected.unheld(at, row) for row in state.unheld[before.unheld :]]
    real = [tuple(map(str, row)) for row in draft.rows.get(tables.UNHELD, ())]
    compare("what dated captures took", real, unheld)
    references = [expected.reference(at, row) for row in state.references[before.references :]]
    real = [tuple(map(str, row)) for row in draft.rows.get(tables.REFERENCES, ())]
    compare("the references", real, references)
