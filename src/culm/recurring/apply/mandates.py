"""What becomes of mandates: given, collected by, revoked, expired."""

from __future__ import annotations

from typing import Any

import msgspec

from culm.book.unit import Unit
from culm.kernel import ids
from culm.recurring import commands, events, transitions, types
from culm.recurring.apply import found
from culm.recurring.tables import COLLECTIONS, MANDATES
from culm.timers import api as timers


def mandate_created(unit: Unit, event: events.MandateCreated, _position: int) -> None:
    """Keep the mandate, and have it end when its time is over."""
    mandate = types.Mandate(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        state="active",
        kind=event.kind,
        customer=event.customer,
        source=event.source,
        destination=event.destination,
        currency=event.currency,
        agreed=event.agreed,
        text=event.text,
        given=event.given,
        maximum=None if event.maximum is None else int(event.maximum),
        monthly=None if event.monthly is None else int(event.monthly),
        single=event.single,
        valid_until=event.valid_until,
        reference=event.reference,
        created=timers.now(unit),
        updated=timers.now(unit),
    )
    unit.put(MANDATES, mandate.id, mandate)
    if mandate.valid_until is not None:
        command = commands.ExpireMandate(mandate=mandate.id)
        timers.arm(unit, found.expiry_of(mandate.id), due=mandate.valid_until, command=command)


def mandate_collected(unit: Unit, event: events.MandateCollected, _position: int) -> None:
    """Count it, and know by which mandate the payment was made."""
    mandate = found.mandate(unit, event.id)
    amount = int(event.amount)
    _move(
        unit,
        mandate,
        "use" if mandate.single else "collect",
        month=event.month,
        collected=mandate.in_month(event.month) + amount,
        collections=mandate.collections + 1,
    )
    collection = types.Collection(
        payment=event.payment,
        number=ids.number_of(event.payment),
        tenant=unit.origin.tenant,
        mandate=mandate.id,
        amount=amount,
        created=timers.now(unit),
    )
    unit.put(COLLECTIONS, event.payment, collection)


def collection_undone(unit: Unit, event: events.CollectionUndone, _position: int) -> None:
    """Count it no more, in the month as long as that is the newest."""
    mandate = found.mandate(unit, event.id)
    if mandate.month == event.month:
        collected = mandate.collected - int(event.amount)
        after = msgspec.structs.replace(mandate, collected=collected, updated=timers.now(unit))
        unit.put(MANDATES, mandate.id, after)
    collection = unit.get(COLLECTIONS, event.payment)
    if collection is not None:
        unit.put(COLLECTIONS, event.payment, msgspec.structs.replace(collection, counted=False))


def mandate_revoked(unit: Unit, event: events.MandateRevoked, _position: int) -> None:
    """Let nothing be collected."""
    _move(unit, found.mandate(unit, event.id), "revoke", reason=event.reason)


def mandate_expired(unit: Unit, event: events.MandateExpired, _position: int) -> None:
    """Let nothing be collected."""
    _move(unit, found.mandate(unit, event.id), "expire")


def _move(
    unit: Unit,
    mandate: types.Mandate,
    happening: transitions.MandateHappening,
    **changes: Any,
) -> None:
    state = transitions.MANDATES[mandate.state, happening]
    after = msgspec.structs.replace(mandate, state=state, updated=timers.now(unit), **changes)
    unit.put(MANDATES, after.id, after)
    if state != "active" and mandate.valid_until is not None:
        timers.disarm(unit, found.expiry_of(mandate.id), fired=state == "expired")
