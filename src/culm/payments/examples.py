"""An example of each fact of payments: a purchase with a fee and a split, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.book.event import Event
from culm.payments import events, terms

_PAYMENT: Final = "pay_0000000000000072"
_REFUND: Final = "ref_0000000000000083"
_DISPUTE: Final = "dis_0000000000000094"
_SCHEDULE: Final = "fee_0000000000000061"
_HOLD: Final = "hld_0000000000000073"
_DUE: Final = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)

EXAMPLES: Final[tuple[Event, ...]] = (
    events.FeeScheduleCreated(
        id=_SCHEDULE,
        name="shops, 1.5 % and 25 cents",
        currency="USD",
        tiers=(terms.Tier(fixed="25", basis_points=150),),
        minimum="50",
        bearer="payee",
        kinds=("purchase",),
    ),
    events.FeeScheduleRetired(_SCHEDULE),
    events.PaymentCreated(
        id=_PAYMENT,
        kind="purchase",
        amount="12000",
        currency="USD",
        source="wal_0000000000000041",
        destination="wal_0000000000000052",
        payer="cus_0000000000000031",
        payee="cus_0000000000000032",
        source_account="acc_0000000000000042",
        destination_account="acc_0000000000000053",
        method="manual",
        fee=terms.Fee(_SCHEDULE, "205", "payee"),
        parts=(terms.Part("wal_0000000000000054", "acc_0000000000000055", "1000"),),
        reference="order-4711",
        description="Two tickets",
    ),
    events.PaymentAuthorised(_PAYMENT, "12000", "USD", _HOLD, _DUE),
    events.PaymentSubmitted(_PAYMENT, "tfr_0000000000000075"),
    events.PaymentCaptured(_PAYMENT, "6000", "USD", "102", ("500",), more=True),
    events.PaymentClosed(_PAYMENT, "6000", expired=True),
    events.PaymentVoided(_PAYMENT),
    events.PaymentExpired(_PAYMENT),
    events.PaymentFailed(_PAYMENT, "R03"),
    events.PaymentDoubted(_PAYMENT),
    events.PaymentReturned(_PAYMENT, "12000", "USD", "R01", "700"),
    events.PaymentRestored(_PAYMENT, "12000", "USD", "R17"),
    events.RefundCreated(_REFUND, _PAYMENT, "2000", "USD", reason="requested", due=_DUE),
    events.RefundDelayed(_REFUND, _DUE),
    events.RefundSucceeded(_REFUND, _PAYMENT, "2000", "USD"),
    events.RefundFailed(_REFUND, _PAYMENT, "insufficient_funds"),
    events.DisputeOpened(_DISPUTE, _PAYMENT, "4000", "USD", "4000", "not_received", "case-12"),
    events.DisputeWon(_DISPUTE, _PAYMENT),
    events.DisputeLost(_DISPUTE, _PAYMENT, accepted=True),
)
