"""Why payments say no: one class a code. Codes are stable. What the wallets, the ledger and the
rails refuse on the way comes through with codes of their own."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class PaymentsRejection(errors.Rejection):
    """Some rule of payments does not allow it."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(" ".join((self.__doc__ or self.code).split()), field=field)


class DescriptionInvalid(PaymentsRejection):
    """A description has at most 200 printable characters."""

    code: ClassVar[str] = "payment_description_invalid"
    status: ClassVar[int] = 400


class PartiesInvalid(PaymentsRejection):
    """The two sides do not make a payment of this kind: transfers and purchases go from a wallet
    to another, top-ups from a bank account to a wallet, withdrawals and payouts from a wallet to a
    bank account. An exchange may go from a wallet to itself."""

    code: ClassVar[str] = "payment_parties_invalid"
    status: ClassVar[int] = 400


class OptionInvalid(PaymentsRejection):
    """Payments of this kind do not have this: only purchases are captured by hand or split, only
    what a bank carries can be carried the same day, and exchanges, which have a quote as nothing
    else has, are confirmed at once."""

    code: ClassVar[str] = "payment_option_invalid"
    status: ClassVar[int] = 400


class SplitsInvalid(PaymentsRejection):
    """A payment is split among at most 10 other wallets, each named once and with either an amount
    or basis points, which together leave nothing negative for the payee."""

    code: ClassVar[str] = "payment_splits_invalid"


class CurrencyInvalid(PaymentsRejection):
    """A bank carries US dollars only."""

    code: ClassVar[str] = "payment_currency_invalid"


class QuoteMismatch(PaymentsRejection):
    """The quote sells another amount or currency than the payment."""

    code: ClassVar[str] = "payment_quote_mismatch"


class NotOwnAccount(PaymentsRejection):
    """A withdrawal goes to, and a top-up comes from, a bank account of the wallet's own customer;
    others are collected from by mandate."""

    code: ClassVar[str] = "payment_not_own_account"


class ExpiryInvalid(PaymentsRejection):
    """A payment expires in the future, within 90 days."""

    code: ClassVar[str] = "payment_expiry_invalid"


class FeeExceedsAmount(PaymentsRejection):
    """The fee that the payee bears, and what others get, are more than the payment."""

    code: ClassVar[str] = "payment_fee_exceeds_amount"


class PaymentNotFound(PaymentsRejection):
    """There is no such payment."""

    code: ClassVar[str] = "payment_not_found"
    status: ClassVar[int] = 404


class PaymentState(PaymentsRejection):
    """This cannot happen to the payment in the state that it is in, or to its kind at all."""

    code: ClassVar[str] = "payment_state"
    status: ClassVar[int] = 409


class PaymentPastExpiry(PaymentsRejection):
    """The payment's time has come: it can be confirmed or captured no more."""

    code: ClassVar[str] = "payment_past_expiry"
    status: ClassVar[int] = 409


class PaymentSent(PaymentsRejection):
    """The bank has the payment, or is about to: it cannot be taken back any more."""

    code: ClassVar[str] = "payment_sent"
    status: ClassVar[int] = 409


class CaptureExceedsAuthorised(PaymentsRejection):
    """This is more than is authorised and not captured yet."""

    code: ClassVar[str] = "capture_exceeds_authorised"


class RefundExceedsCaptured(PaymentsRejection):
    """This is more than was captured and has neither gone back nor is contested."""

    code: ClassVar[str] = "refund_exceeds_captured"


class RefundNotFound(PaymentsRejection):
    """There is no such refund."""

    code: ClassVar[str] = "refund_not_found"
    status: ClassVar[int] = 404


class DisputeNotFound(PaymentsRejection):
    """There is no such dispute."""

    code: ClassVar[str] = "dispute_not_found"
    status: ClassVar[int] = 404


class DisputeEnded(PaymentsRejection):
    """The dispute has ended already."""

    code: ClassVar[str] = "dispute_ended"
    status: ClassVar[int] = 409


class FeeScheduleInvalid(PaymentsRejection):
    """A fee schedule has a name, 1 to 20 tiers in rising order of which the last is open, up to
    10,000 basis points each, and a minimum that is not above its maximum."""

    code: ClassVar[str] = "fee_schedule_invalid"
    status: ClassVar[int] = 400


class FeeScheduleNotFound(PaymentsRejection):
    """There is no such fee schedule."""

    code: ClassVar[str] = "fee_schedule_not_found"
    status: ClassVar[int] = 404


class FeeScheduleUnusable(PaymentsRejection):
    """The fee schedule is retired, or of another currency."""

    code: ClassVar[str] = "fee_schedule_unusable"
