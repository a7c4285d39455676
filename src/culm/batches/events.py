"""The facts of batches. They hold no names and no account numbers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.batches import terms, types
from culm.book.event import Event


class BatchReceived(Event, frozen=True):
    """A batch of payouts came in. What it holds is kept sealed until it was judged."""

    TYPE: ClassVar[str] = "batches.batch_received"
    id: terms.BatchId
    source: Annotated[str, Meta(description="The wallet that pays.")]
    currency: Annotated[str, Meta(description="The currency of all its entries.")]
    format: Annotated[types.Format, Meta(description="How it came: by a call, or as which file.")]
    sha256: Annotated[str, Meta(description="The SHA-256 of what came in, keyed.")]
    subject: Annotated[str, Meta(description="With whose key its content is sealed.")]
    content: Annotated[str, Meta(description="Under which name its content is kept.")]
    mode: Annotated[
        types.Mode,
        Meta(description="Whether each entry is judged on its own, or all of them or none."),
    ] = "each"
    same_day: Annotated[bool, Meta(description="Whether banks are to carry it the same day.")] = (
        False
    )
    reference: Annotated[str, Meta(description="What the payer calls it.")] = ""


class EntriesJudged(Event, frozen=True, gc=False):
    """A part of a batch was judged: a payment was made of every entry that is not refused."""

    TYPE: ClassVar[str] = "batches.entries_judged"
    id: terms.BatchId
    part: Annotated[int, Meta(description="Which part, from 1.")]
    parts: Annotated[int, Meta(description="How many parts there are.")]
    entries: Annotated[tuple[terms.Judged, ...], Meta(description="What became of each.")]


class BatchProcessed(Event, frozen=True):
    """Every entry of a batch was judged. What becomes of its payments is told by their facts."""

    TYPE: ClassVar[str] = "batches.batch_processed"
    id: terms.BatchId
    accepted: terms.Count
    refused: terms.Count
    accepted_amount: terms.Amount
    refused_amount: terms.Amount


class BatchRefused(Event, frozen=True):
    """A batch was refused as a whole: nothing of it was paid."""

    TYPE: ClassVar[str] = "batches.batch_refused"
    id: terms.BatchId
    reason: terms.Reason
    line: terms.Line = 0
