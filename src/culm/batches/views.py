"""The public shapes of batches. Amounts are minor units of the batch's currency."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.batches import types
from culm.kernel import money
from culm.payments import types as payments


class Batch(msgspec.Struct, frozen=True):
    """Many payouts from one wallet, and how far they were judged. `reason` and `line` say why, and
    where, one was refused as a whole."""

    id: str
    state: types.State
    source: str
    currency: str
    format: types.Format
    mode: types.Mode
    same_day: bool
    reference: str
    accepted: int
    refused: int
    accepted_amount: money.Minor
    refused_amount: money.Minor
    reason: str | None
    line: int | None
    created: datetime
    updated: datetime


class BatchEntry(msgspec.Struct, frozen=True):
    """One entry of a batch: the payment that was made of it and how that stands, or the code of why
    there is none. `failure` is the bank's return code, or why the payment failed later."""

    line: int
    amount: money.Minor
    payment: str | None
    state: payments.State | None
    failure: str | None
    code: str | None
    field: str | None


class Record(msgspec.Struct, frozen=True):
    """A batch as its commands answer it, with the name under which its content is kept."""

    batch: Batch
    content: str


def batch(row: types.Batch) -> Batch:
    """The public shape of a batch."""
    return Batch(
        id=row.id,
        state=row.state,
        source=row.source,
        currency=row.currency,
        format=row.format,
        mode=row.mode,
        same_day=row.same_day,
        reference=row.reference,
        accepted=row.accepted,
        refused=row.refused,
        accepted_amount=str(row.accepted_amount),
        refused_amount=str(row.refused_amount),
        reason=row.reason or None,
        line=row.line or None,
        created=row.created,
        updated=row.updated,
    )
