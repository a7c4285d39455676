"""The rejections that each command of recurring payments may meet, for the API's description."""

from __future__ import annotations

from typing import Final

from culm.bank_accounts import api as bank_accounts
from culm.kernel import errors
from culm.ledger import rejections as ledger
from culm.payments import rejections as payments
from culm.payments.routes import refusals as payment_refusals
from culm.recurring import rejections as r
from culm.timers import rejections as timers
from culm.wallets import api as wallets

Refusals = tuple[type[errors.CulmError], ...]

CREATE: Final[Refusals] = (
    r.RetriesInvalid,
    r.MetadataFull,
    ledger.AmountInvalid,
    payments.PartiesInvalid,
    payments.OptionInvalid,
    ledger.ReferenceInvalid,
    payments.DescriptionInvalid,
    ledger.MetadataInvalid,
    ledger.TenantNotFound,
    ledger.CurrencyUnknown,
    timers.MomentInvalid,
    timers.TimerInPast,
    timers.ScheduleInvalid,
    wallets.WalletNotFound,
    bank_accounts.BankAccountNotFound,
    payments.FeeScheduleNotFound,
    r.MandateNotFound,
    r.MandateMismatch,
)
GIVE: Final[Refusals] = (
    r.MandateInvalid,
    ledger.AmountInvalid,
    ledger.ReferenceInvalid,
    ledger.TimeInvalid,
    payments.PartiesInvalid,
    ledger.TenantNotFound,
    ledger.CurrencyUnknown,
    wallets.WalletNotFound,
    bank_accounts.BankAccountNotFound,
)
COLLECT: Final[Refusals] = (
    r.MandateNotFound,
    r.MandateNotActive,
    r.MandateExceeded,
    *payment_refusals.COLLECT,
)
MOVE: Final[Refusals] = (r.ScheduleNotFound, r.ScheduleState)
