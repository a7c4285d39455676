"""What each of the facts of customers does to their state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.customers import events, types
from culm.customers.tables import CONSENTS, CUSTOMERS
from culm.kernel import ids
from culm.security import sealed as sealed_


def customer_created(unit: Unit, event: events.CustomerCreated, _position: int) -> None:
    """Keep the customer."""
    customer = types.Customer(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        kind=event.kind,
        state="created",
        reason=None,
        tier=event.tier,
        subject=event.subject,
        sealed=event.sealed,
        seal=sealed_.seal_of(event.sealed),
        revision=1,
        attached=0,
        consents=0,
        created=event.at,
    )
    unit.put(CUSTOMERS, event.id, customer)


def customer_updated(unit: Unit, event: events.CustomerUpdated, _position: int) -> None:
    """Replace what is known."""
    sealed, revision = event.sealed, event.revision
    _change(unit, event.id, sealed=sealed, seal=sealed_.seal_of(sealed), revision=revision)


def tier_changed(unit: Unit, event: events.TierChanged, _position: int) -> None:
    """Move to the tier."""
    _change(unit, event.id, tier=event.tier)


def customer_activated(unit: Unit, event: events.CustomerActivated, _position: int) -> None:
    """Let it take part."""
    _change(unit, event.id, state="active", activated=event.at)


def customer_restricted(unit: Unit, event: events.CustomerRestricted, _position: int) -> None:
    """Let it take part in nothing new."""
    _change(unit, event.id, state="restricted", reason=event.reason)


def customer_unrestricted(unit: Unit, event: events.CustomerUnrestricted, _position: int) -> None:
    """Let it take part again."""
    _change(unit, event.id, state="active", reason=None)


def customer_closed(unit: Unit, event: events.CustomerClosed, _position: int) -> None:
    """End it."""
    _change(unit, event.id, state="closed", reason=None, closed=event.at)


def customer_erased(unit: Unit, event: events.CustomerErased, _position: int) -> None:
    """Forget what is known; in older events it stands sealed, and nobody has the key."""
    _change(unit, event.id, sealed="", seal="", erased=event.at)


def consent_given(unit: Unit, event: events.ConsentGiven, _position: int) -> None:
    """Keep the consent, in place of an older one for the same purpose."""
    key = (event.customer, event.purpose)
    if unit.get(CONSENTS, key) is None:
        consents = _customer(unit, event.customer).consents + 1
        _change(unit, event.customer, consents=consents)
    consent = types.Consent(
        tenant=unit.origin.tenant,
        customer=event.customer,
        purpose=event.purpose,
        version=event.version,
        given=event.at,
    )
    unit.put(CONSENTS, key, consent)


def consent_withdrawn(unit: Unit, event: events.ConsentWithdrawn, _position: int) -> None:
    """Note since when it counts no longer."""
    key = (event.customer, event.purpose)
    consent = unit.get(CONSENTS, key)
    if consent is None:
        raise LookupError(f"the event at {unit.position - 1} names no consent")
    unit.put(CONSENTS, key, msgspec.structs.replace(consent, withdrawn=event.at))


def attach(unit: Unit, customer_id: str, change: int) -> None:
    """Count what holds the customer open."""
    _change(unit, customer_id, attached=_customer(unit, customer_id).attached + change)


def _change(unit: Unit, customer_id: str, **changes: Any) -> None:
    customer = msgspec.structs.replace(_customer(unit, customer_id), **changes)
    unit.put(CUSTOMERS, customer_id, customer)


def _customer(unit: Unit, customer_id: str) -> types.Customer:
    customer = unit.get(CUSTOMERS, customer_id)
    if customer is None:
        raise LookupError(f"the event at {unit.position - 1} names no customer {customer_id}")
    return customer


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.CustomerCreated: customer_created,
    events.CustomerUpdated: customer_updated,
    events.TierChanged: tier_changed,
    events.CustomerActivated: customer_activated,
    events.CustomerRestricted: customer_restricted,
    events.CustomerUnrestricted: customer_unrestricted,
    events.CustomerClosed: customer_closed,
    events.CustomerErased: customer_erased,
    events.ConsentGiven: consent_given,
    events.ConsentWithdrawn: consent_withdrawn,
}
