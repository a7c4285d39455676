"""Collecting: a payment that a mandate allows, within what it allows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

from culm.book.unit import Unit
from culm.kernel import errors
from culm.payments import api as payments
from culm.recurring import commands, events, rejections, types
from culm.recurring.decisions import lookup, mandates
from culm.recurring.tables import COLLECTIONS, MANDATES
from culm.timers import api as timers

CLASSES: Final[dict[types.Agreed, Literal["PPD", "WEB", "TEL"]]] = {
    "written": "PPD",
    "online": "WEB",
    "telephone": "TEL",
}
"""What an agreement is to the bank's rail."""


_SAID: Final = frozenset(commands.Collect.__struct_fields__)
"""What a collection says itself; the rest of its payment is as the mandate has it."""


def collect_by_mandate(unit: Unit, command: commands.Collect) -> payments.View:
    """Make a payment by a mandate."""
    known = mandates.mandate(unit, command.mandate)
    with errors.named("mandate", but=_SAID):
        payment = collect(unit, known.id, _new(known, command))
    return payments.view(payments.payment(unit, payment))


def _new(mandate: types.Mandate, command: commands.Collect) -> payments.New:
    return payments.New(
        kind=mandate.kind,
        amount=command.amount,
        currency=mandate.currency,
        source=mandate.source,
        destination=mandate.destination,
        same_day=command.same_day,
        reference=command.reference,
        description=command.description,
        metadata=command.metadata,
    )


def collect(unit: Unit, mandate_id: str, new: payments.New) -> str:
    """Make a payment by a mandate; its id. Raises `MandateNotActive`, `MandateMismatch`,
    `MandateExceeded`, and every rejection of a payment."""
    amount = payments.check_form(new)
    known = mandates.mandate(unit, mandate_id)
    now = timers.now(unit)
    over = known.valid_until is not None and known.valid_until <= now
    if known.state != "active" or over:
        raise rejections.MandateNotActive("mandate")
    require_fit(known, new)
    month = month_of(now)
    if known.maximum is not None and amount > known.maximum:
        raise rejections.MandateExceeded("amount")
    if known.monthly is not None and known.in_month(month) + amount > known.monthly:
        raise rejections.MandateExceeded("amount")
    authority = payments.Authority(CLASSES[known.agreed], recurring=not known.single)
    payment = payments.create(unit, new, authority=authority)
    unit.record(events.MandateCollected(known.id, payment, str(amount), month))
    return payment


def note_undone(unit: Unit, command: commands.NoteUndone) -> commands.Noted:
    """Count no more what was collected and never moved."""
    collection = unit.get(COLLECTIONS, command.payment)
    if collection is None or collection.tenant != unit.origin.tenant or not collection.counted:
        return commands.Noted()
    payment = payments.payment(unit, collection.payment)
    if payment.state not in ("failed", "voided") or payment.confirmed is None:
        return commands.Noted()
    unit.record(
        events.CollectionUndone(
            collection.mandate,
            collection.payment,
            str(collection.amount),
            month_of(payment.confirmed),
        )
    )
    return commands.Noted(collection.mandate)


def month_of(moment: datetime) -> str:
    """The month in UTC in which something that is collected counts: it is confirmed at once."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def require_fit(mandate: types.Mandate, new: payments.New) -> None:
    """Refuse a payment that is not what the mandate is for."""
    for field in ("kind", "source", "destination", "currency"):
        if getattr(mandate, field) != getattr(new, field):
            raise rejections.MandateMismatch(field)


def want_collection(unit: Unit, command: commands.Collect) -> None:
    """Ask for a mandate, and once it is there for what its payment reads."""
    lookup.want_mandates(unit, command.mandate)
    known = unit.peek(MANDATES, command.mandate)
    if known is not None and known.tenant == unit.origin.tenant:
        payments.want_new(unit, _new(known, command))
