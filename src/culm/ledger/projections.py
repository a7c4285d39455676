"""What the ledger projects: the activity of each account, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import Final

from culm.facts.projections.declaration import Fact, Projection, Tables
from culm.kernel import ids, sql
from culm.ledger import events

QUERIES: Final = sql.load_queries("culm.ledger", "activity.sql")

Key = tuple[int, date]
Turnover = list[int]
"""Postings, debits, credits."""


def turnover(facts: Iterable[Fact]) -> dict[Key, Turnover]:
    """What these events booked on each account on each UTC day of effective time. A posting of
    nothing, which a partial reversal passes over, is none."""
    found: dict[Key, Turnover] = {}
    for fact in facts:
        event = fact.event
        if not isinstance(event, events.TransactionPosted):
            continue
        day = (event.effective or fact.time).astimezone(UTC).date()
        for account, amount, _ in event.postings:
            change = int(amount)
            if change == 0:
                continue
            line = found.setdefault((ids.number_of(account), day), [0, 0, 0])
            line[0] += 1
            line[1 if change > 0 else 2] += abs(change)
    return found


async def _project(tables: Tables, facts: Sequence[Fact]) -> None:
    lines = [(*key, *line) for key, line in sorted(turnover(facts).items())]
    if lines:
        await tables.execute("add", *map(_array, zip(*lines, strict=True)))


def _array(values: Iterable[object]) -> str:
    """The text of an array of numbers or days."""
    return f"{{{','.join(map(str, values))}}}"


ACTIVITY: Final = Projection(
    name="ledger_activity",
    version=1,
    tables=("ledger_activity",),
    queries=QUERIES,
    on=(events.TransactionPosted,),
    project=_project,
)
