"""Each fact of batches once, for those who read them elsewhere."""

from __future__ import annotations

from typing import Final

from culm.batches import events, terms
from culm.book.event import Event

_BATCH: Final = "bat_0000000000000a01"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.BatchReceived(
        id=_BATCH,
        source="wal_00000000000000a1",
        currency="USD",
        format="csv",
        sha256="5b3f" * 16,
        subject="sub_mfrggzdfmztwq2lknnwg23tpoa",
        content="9f86d081884c7d659a2feaa0c55ad015",
        reference="Payroll 2026-11",
    ),
    events.EntriesJudged(
        id=_BATCH,
        part=1,
        parts=1,
        entries=(
            terms.Judged(line=2, amount="125000", payment="pay_0000000000000a02"),
            terms.Judged(line=3, amount="98000", code="routing_number_invalid", field="routing"),
        ),
    ),
    events.BatchProcessed(
        id=_BATCH, accepted=1, refused=1, accepted_amount="125000", refused_amount="98000"
    ),
    events.BatchRefused(id=_BATCH, reason="batch_unreadable", line=1),
)
