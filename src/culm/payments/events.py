"""The facts of payments. Amounts are decimal texts of minor units of the payment's currency."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.payments import terms, types


class PaymentCreated(Event, frozen=True, gc=False):
    """A payment was made. Nothing has moved yet: what became of it follows, mostly at once."""

    TYPE: ClassVar[str] = "payments.payment_created"
    COUNTED_BY: ClassVar[str] = "kind"
    id: terms.PaymentId
    kind: terms.Kind
    amount: terms.Amount
    currency: terms.Currency
    source: Annotated[terms.Party, Meta(description="Who pays.")]
    destination: Annotated[terms.Party, Meta(description="Who is paid.")]
    payer: terms.Customer = ""
    payee: terms.Customer = ""
    source_account: terms.Account = ""
    destination_account: terms.Account = ""
    method: Annotated[
        types.Method, Meta(description="Whether it is captured at once or when the payee asks.")
    ] = "automatic"
    fee: Annotated[terms.Fee | None, Meta(description="What it is expected to cost.")] = None
    parts: Annotated[
        tuple[terms.Part, ...], Meta(description="What others than the payee get of it.")
    ] = ()
    same_day: Annotated[bool, Meta(description="Whether the bank is to carry it the same day.")] = (
        False
    )
    expires: Annotated[terms.Moment, Meta(description="When it ends, if not confirmed.")] | None = (
        None
    )
    reference: terms.Reference = ""
    description: terms.Description = ""
    metadata: terms.Metadata = {}
    exchange: Annotated[
        terms.Exchange | None, Meta(description="What an exchange buys with the amount.")
    ] = None


class PaymentAuthorised(Event, frozen=True):
    """The whole amount is held on the payer's wallet until it is captured, voided, or expires."""

    TYPE: ClassVar[str] = "payments.payment_authorised"
    id: terms.PaymentId
    amount: terms.Amount
    currency: terms.Currency
    hold: terms.Hold
    expires: terms.Moment
    fee_hold: terms.Hold = ""


class PaymentSubmitted(Event, frozen=True):
    """The payment was given to the bank rail. `fee` is what was taken for it."""

    TYPE: ClassVar[str] = "payments.payment_submitted"
    id: terms.PaymentId
    transfer: terms.Transfer
    fee: terms.Share = "0"


class PaymentCaptured(Event, frozen=True, gc=False):
    """The amount, or this part of it, has moved from the payer to the payee. `fee` was taken with
    it, and each of the payment's `parts` got its share. With `more`, more may be captured."""

    TYPE: ClassVar[str] = "payments.payment_captured"
    id: terms.PaymentId
    amount: terms.Amount
    currency: terms.Currency
    fee: terms.Share = "0"
    parts: Annotated[tuple[terms.Share, ...], Meta(description="The share of each part.")] = ()
    more: Annotated[bool, Meta(description="Whether more may be captured.")] = False


class PaymentClosed(Event, frozen=True):
    """What was not captured of a payment was let go, on request or because its time had come."""

    TYPE: ClassVar[str] = "payments.payment_closed"
    id: terms.PaymentId
    amount: Annotated[terms.Amount, Meta(description="What was let go.")]
    expired: Annotated[bool, Meta(description="Whether its time had come.")] = False


class PaymentVoided(Event, frozen=True):
    """A payment was taken back before any money had moved. `fee` was given back."""

    TYPE: ClassVar[str] = "payments.payment_voided"
    id: terms.PaymentId
    fee: terms.Share = "0"


class PaymentExpired(Event, frozen=True):
    """A payment's time came before any money had moved."""

    TYPE: ClassVar[str] = "payments.payment_expired"
    id: terms.PaymentId


class PaymentFailed(Event, frozen=True):
    """A payment was refused, and no money has moved. `fee` was given back."""

    TYPE: ClassVar[str] = "payments.payment_failed"
    COUNTED_BY: ClassVar[str] = "reason"
    id: terms.PaymentId
    reason: terms.Reason
    fee: terms.Share = "0"


class PaymentDoubted(Event, frozen=True):
    """Nobody knows at present whether the bank has the payment. The bank is asked; what follows is
    that it is captured, or has failed."""

    TYPE: ClassVar[str] = "payments.payment_doubted"
    id: terms.PaymentId


class PaymentReturned(Event, frozen=True):
    """The other bank sent the payment back after it had settled, or it was reversed, for the reason
    `reversed`. `shortfall` is what the wallet could not cover of it, and its customer owes;
    `unclaimed` what the wallet could not take back, and is kept apart for it."""

    TYPE: ClassVar[str] = "payments.payment_returned"
    COUNTED_BY: ClassVar[str] = "reason"
    id: terms.PaymentId
    amount: terms.Amount
    currency: terms.Currency
    reason: terms.Reason
    shortfall: terms.Share = "0"
    unclaimed: terms.Share = "0"


class PaymentRestored(Event, frozen=True):
    """A payment had been reversed, and the other bank did not let that stand: the money is with
    whom it was for, and the payment is captured again. `shortfall` is what the wallet that had paid
    could not give of it, and its customer owes; `unclaimed` what the wallet that was paid could not
    take, and is kept apart for it."""

    TYPE: ClassVar[str] = "payments.payment_restored"
    COUNTED_BY: ClassVar[str] = "reason"
    id: terms.PaymentId
    amount: terms.Amount
    currency: terms.Currency
    reason: terms.Reason
    shortfall: terms.Share = "0"
    unclaimed: terms.Share = "0"


class RefundCreated(Event, frozen=True):
    """A part of what was captured is to go back to the payer: `fee` of the fee, and `parts` from
    those who got a part of the payment. Where the payee cannot cover it yet, it is tried again
    when `due`."""

    TYPE: ClassVar[str] = "payments.refund_created"
    id: terms.RefundId
    payment: terms.PaymentId
    amount: terms.Amount
    currency: terms.Currency
    fee: terms.Share = "0"
    parts: Annotated[tuple[terms.Share, ...], Meta(description="What each part gives back.")] = ()
    reason: Annotated[types.RefundReason, Meta(description="Why.")] = "requested"
    reference: terms.Reference = ""
    due: terms.Moment | None = None


class RefundDelayed(Event, frozen=True):
    """The payee could still not cover a refund. It is tried again when `due`."""

    TYPE: ClassVar[str] = "payments.refund_delayed"
    id: terms.RefundId
    due: terms.Moment


class RefundSucceeded(Event, frozen=True):
    """The payer has the money back."""

    TYPE: ClassVar[str] = "payments.refund_succeeded"
    id: terms.RefundId
    payment: terms.PaymentId
    amount: terms.Amount
    currency: terms.Currency


class RefundFailed(Event, frozen=True):
    """The payee could not cover a refund in time. The payment is as if it had not been asked."""

    TYPE: ClassVar[str] = "payments.refund_failed"
    id: terms.RefundId
    payment: terms.PaymentId
    reason: terms.Reason


class DisputeOpened(Event, frozen=True):
    """A part of what was captured is contested. `held` was taken from the payee and set aside."""

    TYPE: ClassVar[str] = "payments.dispute_opened"
    id: terms.DisputeId
    payment: terms.PaymentId
    amount: terms.Amount
    currency: terms.Currency
    held: terms.Share
    reason: Annotated[types.DisputeReason, Meta(description="Why it is contested.")]
    reference: terms.Reference = ""


class DisputeWon(Event, frozen=True):
    """The payee was right: what was set aside is theirs again."""

    TYPE: ClassVar[str] = "payments.dispute_won"
    id: terms.DisputeId
    payment: terms.PaymentId


class DisputeLost(Event, frozen=True):
    """The payer was right, or the payee `accepted` the dispute: the payer has the money back.
    `loss` is what the house bears of it."""

    TYPE: ClassVar[str] = "payments.dispute_lost"
    id: terms.DisputeId
    payment: terms.PaymentId
    accepted: Annotated[bool, Meta(description="Whether the payee gave in.")] = False
    loss: terms.Share = "0"


class FeeScheduleCreated(Event, frozen=True):
    """Payments can be priced by this schedule; those of its `kinds` are from now on, where they
    name no other."""

    TYPE: ClassVar[str] = "payments.fee_schedule_created"
    id: terms.ScheduleId
    name: Annotated[str, Meta(description="Its name, for people.")]
    currency: terms.Currency
    tiers: Annotated[
        tuple[terms.Tier, ...], Meta(description="What amounts cost, the smallest first.")
    ]
    graduated: Annotated[
        bool, Meta(description="Whether every tier counts for its slice of the amount.")
    ] = False
    minimum: Annotated[terms.Share, Meta(description="The least fee.")] = "0"
    maximum: Annotated[terms.Share, Meta(description="The greatest fee.")] | None = None
    rounding: Annotated[types.Rounding, Meta(description="How fractions are rounded.")] = "half_up"
    bearer: Annotated[types.Bearer, Meta(description="Who bears the fee.")] = "payer"
    refunds: Annotated[
        types.FeeRefunds, Meta(description="What becomes of the fee of what is refunded.")
    ] = "kept"
    kinds: Annotated[tuple[types.Kind, ...], Meta(description="What it is the price of.")] = ()


class FeeScheduleRetired(Event, frozen=True):
    """No payment is priced by this schedule any more; those that are keep their fee."""

    TYPE: ClassVar[str] = "payments.fee_schedule_retired"
    id: terms.ScheduleId
