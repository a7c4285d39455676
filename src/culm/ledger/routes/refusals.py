"""The rejections that each of the ledger's commands may meet, for the API's description.

They are those of the precedence table in docs/reference/rejections.md; a test compares them.
"""

from __future__ import annotations

from typing import Final

from culm.kernel import errors
from culm.ledger import rejections as r

Refusals = tuple[type[errors.CulmError], ...]

_FORM: Final[Refusals] = (r.ReferenceInvalid, r.MetadataInvalid, r.TimeInvalid)
_LIMITS: Final[Refusals] = (r.InsufficientFunds, r.MaximumExceeded, r.BalanceOutOfRange)
_BOOKED: Final[Refusals] = (r.AccountClosed, r.AccountFrozen, r.PeriodClosed)

CREATE_TENANT: Final[Refusals] = (
    r.TenantInvalid,
    r.TimeInvalid,
    r.ClockNeedsSandbox,
    r.TenantExists,
)
REGISTER_ASSET: Final[Refusals] = (r.AssetInvalid, r.TenantNotFound, r.AssetExists)
OPEN_ACCOUNT: Final[Refusals] = (
    r.CodeInvalid,
    r.LimitsInvalid,
    r.MetadataInvalid,
    r.TenantNotFound,
    r.CurrencyUnknown,
    r.AccountExists,
)
UPDATE_ACCOUNT: Final[Refusals] = (
    r.LimitsInvalid,
    r.MetadataInvalid,
    r.TenantNotFound,
    r.AccountNotFound,
    r.AccountClosed,
)
CLOSE_ACCOUNT: Final[Refusals] = (
    r.TenantNotFound,
    r.AccountNotFound,
    r.AccountClosed,
    r.AccountHasHolds,
    r.AccountNotEmpty,
)
CLOSE_PERIOD: Final[Refusals] = (
    r.TimeInvalid,
    r.TenantNotFound,
    r.PeriodNotLater,
    r.PeriodInFuture,
)
POST_TRANSACTION: Final[Refusals] = (
    r.KindInvalid,
    *_FORM,
    r.PostingsCount,
    r.AmountInvalid,
    r.TenantNotFound,
    r.AccountNotFound,
    r.UpToPostings,
    r.Unbalanced,
    *_BOOKED,
    *_LIMITS,
)
POST_TRANSACTIONS: Final[Refusals] = (r.BatchSize, *POST_TRANSACTION)
EXCHANGE: Final[Refusals] = (
    *_FORM,
    r.AmountInvalid,
    r.TenantNotFound,
    r.AccountNotFound,
    r.SameAccount,
    r.CurrencyMismatch,
    *_BOOKED,
    *_LIMITS,
)
REVERSE_TRANSACTION: Final[Refusals] = (
    *_FORM,
    r.AmountsCount,
    r.AmountInvalid,
    r.TenantNotFound,
    r.TransactionNotFound,
    r.ReversalOfReversal,
    r.AlreadyReversed,
    r.ReversalExceedsOriginal,
    r.Unbalanced,
    *_BOOKED,
    *_LIMITS,
)
PLACE_HOLD: Final[Refusals] = (
    *_FORM,
    r.AmountInvalid,
    r.TenantNotFound,
    r.AccountNotFound,
    r.SameAccount,
    r.CurrencyMismatch,
    r.AccountClosed,
    r.AccountFrozen,
    r.ExpiryInPast,
    *_LIMITS,
)
CAPTURE_HOLD: Final[Refusals] = (
    r.KindInvalid,
    *_FORM,
    r.AmountInvalid,
    r.TenantNotFound,
    r.HoldNotFound,
    r.HoldInUse,
    r.HoldNotOpen,
    r.HoldExpired,
    r.AmountExceedsHold,
    *_BOOKED,
    r.BalanceOutOfRange,
)
RELEASE_HOLD: Final[Refusals] = (r.TenantNotFound, r.HoldNotFound, r.HoldInUse, r.HoldNotOpen)
