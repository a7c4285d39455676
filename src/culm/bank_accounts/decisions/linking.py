"""Bank accounts from their first mention to their end."""

from __future__ import annotations

from typing import Final

from culm.bank_accounts import checks, commands, events, transitions, types, views
from culm.bank_accounts.decisions import lookup
from culm.book.unit import Unit
from culm.customers import api as customers
from culm.ledger import api as ledger
from culm.timers import api as timers

LASTING: Final = frozenset({"R02", "R03", "R04", "R16", "R20"})
"""Reasons for a return that would be given again: the account is closed, is not there, has another
number, is frozen, or takes no such entries (Nacha Operating Rules, Appendix Four)."""


def link(unit: Unit, command: commands.LinkBankAccount) -> views.Record:
    """Keep a bank account of a customer who may take part in something new."""
    checks.routing(command.routing)
    checks.sealed(command.subject, command.sealed, command.last4)
    ledger.tenant(unit)
    customer = customers.usable(unit, command.customer)
    checks.same_subject(customer.subject, command.subject)
    event = events.BankAccountLinked(
        id=unit.new_id(types.PREFIX),
        customer=customer.id,
        subject=command.subject,
        sealed=command.sealed,
        routing=command.routing,
        kind=command.kind,
        sec="PPD" if customer.kind == "person" else "CCD",
        last4=command.last4,
    )
    unit.record(event)
    return lookup.view(unit, event.id)


def remove(unit: Unit, command: commands.RemoveBankAccount) -> views.Record:
    """Let it take part in nothing new. What is under way comes to its end."""
    account = lookup.account(unit, command.bank_account)
    if transitions.after(account.state, "remove") is not None:
        unit.record(events.BankAccountRemoved(account.id))
    return lookup.view(unit, account.id)


def note_return(unit: Unit, command: commands.NoteReturn) -> views.Record:
    """Block what would be returned again, and end a verification whose deposits came back."""
    account = lookup.account(unit, command.bank_account)
    if command.reason in LASTING and transitions.after(account.state, "block") is not None:
        unit.record(events.BankAccountBlocked(account.id, command.reason, command.transfer))
    elif account.state == "verifying" and command.transfer in account.deposits:
        unit.record(events.VerificationFailed(account.id, "returned"))
    return lookup.view(unit, account.id)


def correct(unit: Unit, command: commands.CorrectBankAccount) -> views.Record:
    """Keep what the account's bank has corrected; one that was removed needs it no more."""
    account = lookup.account(unit, command.bank_account)
    checks.routing(command.routing)
    checks.sealed(account.subject, command.sealed, command.last4)
    if account.state != "removed":
        event = events.BankAccountCorrected(
            id=account.id,
            code=command.code,
            sealed=command.sealed,
            routing=command.routing,
            kind=command.kind,
            last4=command.last4,
        )
        unit.record(event)
    return lookup.view(unit, account.id)


def refuse_correction(unit: Unit, command: commands.RefuseCorrection) -> views.Record:
    """Note what its bank wants of an account and cannot be right; one that was removed needs no
    correction."""
    account = lookup.account(unit, command.bank_account)
    if account.state != "removed":
        unit.record(events.CorrectionRefused(account.id, command.code, command.field))
    return lookup.view(unit, account.id)


def want_link(unit: Unit, command: commands.LinkBankAccount) -> None:
    """Ask for what linking reads."""
    ledger.want_accounts(unit)
    timers.want_clock(unit)
    customers.want_customers(unit, command.customer)
