"""What each of the facts of payments does to their state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

from culm.book import catalog
from culm.payments import events
from culm.payments.apply import after, fees, payments

APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.PaymentCreated: payments.payment_created,
    events.PaymentAuthorised: payments.payment_authorised,
    events.PaymentSubmitted: payments.payment_submitted,
    events.PaymentCaptured: payments.payment_captured,
    events.PaymentClosed: payments.payment_closed,
    events.PaymentVoided: payments.payment_voided,
    events.PaymentExpired: payments.payment_expired,
    events.PaymentFailed: payments.payment_failed,
    events.PaymentDoubted: payments.payment_doubted,
    events.PaymentReturned: payments.payment_returned,
    events.PaymentRestored: payments.payment_restored,
    events.RefundCreated: after.refund_created,
    events.RefundDelayed: after.refund_delayed,
    events.RefundSucceeded: after.refund_succeeded,
    events.RefundFailed: after.refund_failed,
    events.DisputeOpened: after.dispute_opened,
    events.DisputeWon: after.dispute_won,
    events.DisputeLost: after.dispute_lost,
    events.FeeScheduleCreated: fees.fee_schedule_created,
    events.FeeScheduleRetired: fees.fee_schedule_retired,
}
