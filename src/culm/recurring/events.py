"""The facts of recurring payments. Amounts are decimal texts of minor units."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.recurring import terms, types
from culm.timers import api as timers


class ScheduleCreated(Event, frozen=True):
    """A payment will be made when it is `due`, and again as the `plan` says."""

    TYPE: ClassVar[str] = "recurring.schedule_created"
    id: terms.ScheduleId
    template: Annotated[terms.Template, Meta(description="What each run pays.")]
    next: terms.Next
    due: terms.Due
    plan: Annotated[
        timers.Schedule | None, Meta(description="When it comes again; nothing for once.")
    ] = None
    adjust: Annotated[
        types.Adjustment,
        Meta(description="What becomes of an occurrence on a day on which banks do not settle."),
    ] = "none"
    retries: Annotated[
        tuple[int, ...],
        Meta(description="So many days after it was due a refused run is tried again."),
    ] = ()
    stop_after: Annotated[
        int | None, Meta(description="After so many failed runs in a row it stops.")
    ] = None


class RunBegun(Event, frozen=True):
    """An occurrence has come. What became of its payment follows. Without `next` it was the
    last."""

    TYPE: ClassVar[str] = "recurring.run_begun"
    id: terms.RunId
    schedule: terms.ScheduleId
    occurrence: terms.Occurrence
    begun: terms.Begun
    next: terms.Next | None = None
    due: terms.Due | None = None


class RunSkipped(Event, frozen=True):
    """An occurrence was let pass without a payment. Without `next` it was the last."""

    TYPE: ClassVar[str] = "recurring.run_skipped"
    id: terms.RunId
    schedule: terms.ScheduleId
    occurrence: terms.Occurrence
    next: terms.Next | None = None
    due: terms.Due | None = None


class RunPaid(Event, frozen=True):
    """The payment of a run was made."""

    TYPE: ClassVar[str] = "recurring.run_paid"
    id: terms.RunId
    schedule: terms.ScheduleId
    payment: terms.PaymentId


class RunRefused(Event, frozen=True):
    """The payment of a run was refused. It is tried `again`; without that, the run has failed."""

    TYPE: ClassVar[str] = "recurring.run_refused"
    id: terms.RunId
    schedule: terms.ScheduleId
    code: terms.Code
    again: terms.Again | None = None


class SchedulePaused(Event, frozen=True):
    """No payments are made until the schedule is resumed."""

    TYPE: ClassVar[str] = "recurring.schedule_paused"
    id: terms.ScheduleId


class ScheduleResumed(Event, frozen=True):
    """Payments are made again. Without `next` nothing was left, and the schedule has ended."""

    TYPE: ClassVar[str] = "recurring.schedule_resumed"
    id: terms.ScheduleId
    next: terms.Next | None = None
    due: terms.Due | None = None


class ScheduleStopped(Event, frozen=True):
    """Too many runs in a row have failed: no payments are made until the schedule is resumed."""

    TYPE: ClassVar[str] = "recurring.schedule_stopped"
    id: terms.ScheduleId
    failures: Annotated[int, Meta(description="How many runs in a row have failed.")]


class ScheduleCancelled(Event, frozen=True):
    """No payments are made any more."""

    TYPE: ClassVar[str] = "recurring.schedule_cancelled"
    id: terms.ScheduleId


class MandateCreated(Event, frozen=True):
    """A payer lets somebody collect."""

    TYPE: ClassVar[str] = "recurring.mandate_created"
    id: terms.MandateId
    kind: Annotated[types.MandateKind, Meta(description="What kind of payment is collected.")]
    customer: Annotated[str, Meta(description="The payer.")]
    source: Annotated[str, Meta(description="What is collected from: `bac_...` or `wal_...`.")]
    destination: Annotated[str, Meta(description="The wallet for which it is collected.")]
    currency: terms.Currency
    agreed: Annotated[types.Agreed, Meta(description="How the payer agreed.")]
    text: Annotated[str, Meta(description="The name of the text that was agreed to.")]
    given: terms.Moment
    maximum: Annotated[terms.Amount | None, Meta(description="The most at once.")] = None
    monthly: Annotated[terms.Amount | None, Meta(description="The most in a month in UTC.")] = None
    single: Annotated[bool, Meta(description="Whether something is collected only once.")] = False
    valid_until: terms.Moment | None = None
    reference: Annotated[str, Meta(description="What the caller calls it.")] = ""


class MandateCollected(Event, frozen=True):
    """A payment was made by a mandate. It counts in the month."""

    TYPE: ClassVar[str] = "recurring.mandate_collected"
    id: terms.MandateId
    payment: terms.PaymentId
    amount: terms.Amount
    month: Annotated[str, Meta(description="The month in UTC, as in `2026-03`.")]


class CollectionUndone(Event, frozen=True):
    """A payment that was made by a mandate did not come about, and no money has moved: it counts no
    more in the month."""

    TYPE: ClassVar[str] = "recurring.collection_undone"
    id: terms.MandateId
    payment: terms.PaymentId
    amount: terms.Amount
    month: Annotated[str, Meta(description="The month in UTC in which it counted.")]


class MandateRevoked(Event, frozen=True):
    """Nothing is collected by a mandate any more: the payer has taken it back, or the payer's bank
    says that there is none."""

    TYPE: ClassVar[str] = "recurring.mandate_revoked"
    id: terms.MandateId
    reason: Annotated[
        str, Meta(description="`requested`, or the return code of the bank, as in `R07`.")
    ]
    payment: Annotated[str, Meta(description="The payment that the bank sent back.")] = ""


class MandateExpired(Event, frozen=True):
    """Nothing is collected by a mandate any more: its time is over."""

    TYPE: ClassVar[str] = "recurring.mandate_expired"
    id: terms.MandateId
