"""The rejections that each command of payments may meet, for the API's description."""

from __future__ import annotations

from typing import Final

from culm.bank_accounts import api as bank_accounts
from culm.customers import api as customers
from culm.fx import api as fx
from culm.kernel import errors
from culm.ledger import rejections as ledger
from culm.payments import rejections as r
from culm.rails.ach import api as ach
from culm.wallets import api as wallets

Refusals = tuple[type[errors.CulmError], ...]

_BOOKED: Final[Refusals] = (
    ledger.TenantNotFound,
    ledger.AccountClosed,
    ledger.AccountFrozen,
    ledger.PeriodClosed,
    ledger.InsufficientFunds,
    ledger.MaximumExceeded,
    ledger.BalanceOutOfRange,
)
_WALLETS: Final[Refusals] = (
    wallets.WalletNotFound,
    wallets.WalletClosed,
    wallets.WalletFrozen,
    wallets.CurrencyNotHeld,
    *customers.USABLE,
)
_BANK: Final[Refusals] = (*bank_accounts.USABLE, *ach.ORIGINATING)
_FOUND: Final[Refusals] = (r.PaymentNotFound, r.PaymentState)

CONFIRM: Final[Refusals] = (
    *_FOUND,
    r.PaymentPastExpiry,
    *_WALLETS,
    wallets.LimitExceeded,
    *_BANK,
    *_BOOKED,
)
CREATE: Final[Refusals] = (
    ledger.AmountInvalid,
    r.PartiesInvalid,
    r.OptionInvalid,
    r.SplitsInvalid,
    ledger.ReferenceInvalid,
    r.DescriptionInvalid,
    ledger.MetadataInvalid,
    ledger.TimeInvalid,
    r.ExpiryInvalid,
    *fx.USING,
    r.QuoteMismatch,
    r.CurrencyInvalid,
    *_WALLETS,
    *_BANK,
    r.NotOwnAccount,
    r.FeeScheduleNotFound,
    r.FeeScheduleUnusable,
    r.FeeExceedsAmount,
    wallets.LimitExceeded,
    *_BOOKED,
)
COLLECT: Final[Refusals] = (
    ledger.AmountInvalid,
    r.OptionInvalid,
    ledger.ReferenceInvalid,
    r.DescriptionInvalid,
    ledger.MetadataInvalid,
    r.CurrencyInvalid,
    *_WALLETS,
    *_BANK,
    r.FeeScheduleUnusable,
    r.FeeExceedsAmount,
    wallets.LimitExceeded,
    *_BOOKED,
)
"""What a payment whose form is known already may meet."""

CAPTURE: Final[Refusals] = (
    ledger.AmountInvalid,
    *_FOUND,
    r.PaymentPastExpiry,
    r.CaptureExceedsAuthorised,
    *_BOOKED,
)
VOID: Final[Refusals] = (*_FOUND, r.PaymentSent)
REFUND: Final[Refusals] = (
    ledger.AmountInvalid,
    ledger.ReferenceInvalid,
    *_FOUND,
    r.RefundExceedsCaptured,
    *_WALLETS,
    *_BOOKED,
)
DISPUTE: Final[Refusals] = (
    ledger.AmountInvalid,
    ledger.ReferenceInvalid,
    *_FOUND,
    r.RefundExceedsCaptured,
    *_BOOKED,
)
END_DISPUTE: Final[Refusals] = (r.DisputeNotFound, r.DisputeEnded, *_BOOKED)
CREATE_SCHEDULE: Final[Refusals] = (
    r.FeeScheduleInvalid,
    ledger.TenantNotFound,
    ledger.CurrencyUnknown,
)
