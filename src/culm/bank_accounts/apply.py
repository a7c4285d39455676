"""What each of the facts of bank accounts does to their state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.bank_accounts import commands, events, types
from culm.bank_accounts.tables import BANK_ACCOUNTS
from culm.book import catalog
from culm.book.unit import Unit
from culm.customers import api as customers
from culm.kernel import ids
from culm.timers import api as timers

EXPIRY: Final = "expiry"


def bank_account_linked(unit: Unit, event: events.BankAccountLinked, _position: int) -> None:
    """Keep the account; its customer cannot be closed while it is there."""
    account = types.BankAccount(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        customer=event.customer,
        state="new",
        subject=event.subject,
        sealed=event.sealed,
        routing=event.routing,
        kind=event.kind,
        sec=event.sec,
        last4=event.last4,
        created=unit.now,
    )
    unit.put(BANK_ACCOUNTS, account.id, account)
    customers.attach(unit, event.customer)


def deposits_sent(unit: Unit, event: events.DepositsSent, _position: int) -> None:
    """Wait for the amounts, until the timer fires."""
    _change(
        unit,
        event.id,
        state="verifying",
        deposits=event.transfers,
        round=event.round,
        misses=0,
        expires=event.expires,
        reason="",
    )
    command = commands.ExpireVerification(bank_account=event.id, round=event.round)
    timers.arm(unit, expiry_of(event.id), due=event.expires, command=command)


def verification_missed(unit: Unit, event: events.VerificationMissed, _position: int) -> None:
    """Count the wrong answer."""
    _change(unit, event.id, misses=event.misses)


def bank_account_verified(unit: Unit, event: events.BankAccountVerified, _position: int) -> None:
    """It may be collected from."""
    _end(unit, event.id, state="verified")


def verification_failed(unit: Unit, event: events.VerificationFailed, _position: int) -> None:
    """Nothing more is waited for."""
    fired = event.reason == "expired"
    _end(unit, event.id, fired=fired, state="failed", reason=event.reason)


def bank_account_blocked(unit: Unit, event: events.BankAccountBlocked, _position: int) -> None:
    """It takes part in nothing new."""
    _end(unit, event.id, state="blocked", reason=event.reason)


def bank_account_corrected(unit: Unit, event: events.BankAccountCorrected, _position: int) -> None:
    """Replace what is known."""
    _change(
        unit,
        event.id,
        sealed=event.sealed,
        routing=event.routing,
        kind=event.kind,
        last4=event.last4,
    )


def correction_refused(unit: Unit, event: events.CorrectionRefused, _position: int) -> None:
    """Changes nothing: somebody may ask the bank."""


def bank_account_removed(unit: Unit, event: events.BankAccountRemoved, _position: int) -> None:
    """Forget its number, and let its customer go."""
    customer = account_of(unit, event.id).customer
    _end(unit, event.id, state="removed", sealed="")
    customers.detach(unit, customer)


def expiry_of(account_id: str) -> str:
    """The id of the timer that ends the wait for the amounts."""
    return timers.timer_id(account_id, EXPIRY)


def account_of(unit: Unit, account_id: str) -> types.BankAccount:
    """An account that an event names: it exists, or the log is damaged."""
    account = unit.get(BANK_ACCOUNTS, account_id)
    if account is None:
        raise LookupError(f"an event names a bank account that is not there: {account_id}")
    return account


def _change(unit: Unit, account_id: str, **changes: Any) -> None:
    account = account_of(unit, account_id)
    unit.put(BANK_ACCOUNTS, account_id, msgspec.structs.replace(account, **changes))


def _end(unit: Unit, account_id: str, *, fired: bool = False, **changes: Any) -> None:
    """The same, and nothing is waited for any more."""
    if account_of(unit, account_id).state == "verifying":
        timers.disarm(unit, expiry_of(account_id), fired=fired)
    _change(unit, account_id, expires=None, **changes)


APPLIES: Final[dict[type, catalog.Apply]] = {
    events.BankAccountLinked: bank_account_linked,
    events.DepositsSent: deposits_sent,
    events.VerificationMissed: verification_missed,
    events.BankAccountVerified: bank_account_verified,
    events.VerificationFailed: verification_failed,
    events.BankAccountBlocked: bank_account_blocked,
    events.BankAccountCorrected: bank_account_corrected,
    events.CorrectionRefused: correction_refused,
    events.BankAccountRemoved: bank_account_removed,
}
