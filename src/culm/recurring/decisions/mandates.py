"""Mandates: given, revoked by the payer or by what the payer's bank says, expired."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from culm.bank_accounts import api as bank_accounts
from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import api as payments
from culm.recurring import checks, commands, events, rejections, types, views
from culm.recurring.decisions import lookup
from culm.recurring.tables import COLLECTIONS, MANDATES
from culm.timers import api as timers
from culm.wallets import api as wallets

LONGEST: Final = timedelta(days=366 * 50)

REQUESTED: Final = "requested"

DISOWNED: Final = frozenset({"R05", "R07", "R10", "R29"})
"""Returns by which a payer says that there is no authorisation, or none any more (Nacha Operating
Rules, Appendix Four): R05 a consumer debited as a business, R07 revoked by the customer,
R10 the originator not known or not authorised, R29 not authorised by the business."""


def create_mandate(unit: Unit, command: commands.CreateMandate) -> views.Mandate:
    """Keep what a payer allows."""
    checks.mandate_text(command.text)
    maximum = _amount(command.maximum, "maximum")
    monthly = _amount(command.monthly, "monthly")
    checks.most(maximum, monthly)
    ledger.check_reference(command.reference)
    ledger.check_moment(command.given, "given")
    ledger.check_moment(command.valid_until, "valid_until")
    payments.check_form(_sample(command))
    ledger.tenant(unit)
    ledger.require_currency(unit, command.currency, "currency")
    given, until = command.given.astimezone(UTC), _until(unit, command)
    if given > timers.now(unit):
        raise rejections.MandateInvalid("given")
    wallets.wallet(unit, command.destination, "destination")
    mandate_id = unit.new_id(types.MANDATE)
    unit.record(
        events.MandateCreated(
            id=mandate_id,
            kind=command.kind,
            customer=_payer(unit, command.source),
            source=command.source,
            destination=command.destination,
            currency=command.currency,
            agreed=command.agreed,
            text=command.text,
            given=given,
            maximum=None if maximum is None else str(maximum),
            monthly=None if monthly is None else str(monthly),
            single=command.single,
            valid_until=until,
            reference=command.reference,
        )
    )
    return views.mandate(mandate(unit, mandate_id))


def _amount(value: int | str | None, field: str) -> int | None:
    return None if value is None else ledger.check_amount(value, field)


def _sample(command: commands.CreateMandate) -> payments.New:
    """What would be collected."""
    return payments.New(
        kind=command.kind,
        amount=1,
        currency=command.currency,
        source=command.source,
        destination=command.destination,
    )


def _until(unit: Unit, command: commands.CreateMandate) -> datetime | None:
    if command.valid_until is None:
        return None
    now, until = timers.now(unit), command.valid_until.astimezone(UTC)
    if not now < until <= now + LONGEST:
        raise rejections.MandateInvalid("valid_until")
    return until


def _payer(unit: Unit, source: str) -> str:
    """The customer whose bank account or wallet it is."""
    if source.startswith("wal"):
        return wallets.wallet(unit, source, "source").customer
    return bank_accounts.account(unit, source, "source").customer


def mandate(unit: Unit, mandate_id: str) -> types.Mandate:
    """One of the tenant's mandates. Raises `MandateNotFound`."""
    known = unit.get(MANDATES, mandate_id)
    if known is None or known.tenant != unit.origin.tenant:
        raise rejections.MandateNotFound("mandate")
    return known


def revoke_mandate(unit: Unit, command: commands.RevokeMandate) -> views.Mandate:
    """Let nothing be collected any more. What is over already stays as it is."""
    known = mandate(unit, command.mandate)
    if known.state in ("active", "used"):
        unit.record(events.MandateRevoked(known.id, REQUESTED))
    return views.mandate(mandate(unit, known.id))


def expire_mandate(unit: Unit, command: commands.ExpireMandate) -> commands.Noted:
    """Let nothing be collected any more, once the time of the mandate is over."""
    known = mandate(unit, command.mandate)
    until = known.valid_until
    if known.state != "active" or until is None or until > timers.now(unit):
        return commands.Noted()
    unit.record(events.MandateExpired(known.id))
    return commands.Noted(known.id)


def note_return(unit: Unit, command: commands.NoteReturn) -> commands.Noted:
    """End the mandate by which a payment was collected that the payer disowns."""
    collection = unit.get(COLLECTIONS, command.payment)
    if command.reason not in DISOWNED or collection is None:
        return commands.Noted()
    if collection.tenant != unit.origin.tenant:
        return commands.Noted()
    known = mandate(unit, collection.mandate)
    if known.state not in ("active", "used"):
        return commands.Noted()
    unit.record(events.MandateRevoked(known.id, command.reason, command.payment))
    return commands.Noted(known.id)


def want_new(unit: Unit, command: commands.CreateMandate) -> None:
    """Ask for what a new mandate reads."""
    ledger.want_accounts(unit)
    lookup.want_parties(unit, command.source, command.destination)


def want_mandate(unit: Unit, command: commands.RevokeMandate | commands.ExpireMandate) -> None:
    """Ask for the mandate that a command names."""
    lookup.want_mandates(unit, command.mandate)


def want_return(unit: Unit, command: commands.NoteReturn | commands.NoteUndone) -> None:
    """Ask for how a payment was collected, and once it is there for its mandate."""
    unit.want(COLLECTIONS, [command.payment])
    known = unit.peek(COLLECTIONS, command.payment)
    if known is not None and known.tenant == unit.origin.tenant:
        lookup.want_mandates(unit, known.mandate)
