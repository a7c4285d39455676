"""Customers from their creation to their end."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.customers import checks, commands, events, rejections, transitions, types, views
from culm.customers.decisions import lookup
from culm.ledger import api as ledger
from culm.timers import api as timers


def create_customer(unit: Unit, command: commands.CreateCustomer) -> views.Record:
    """Keep a customer of the tenant."""
    checks.tier(command.tier)
    checks.sealed(command.subject, command.sealed)
    ledger.tenant(unit)
    event = events.CustomerCreated(
        id=unit.new_id(types.PREFIX),
        kind=command.kind,
        subject=command.subject,
        sealed=command.sealed,
        tier=command.tier,
        at=timers.now(unit),
    )
    unit.record(event)
    return _view(unit, event.id)


def update_customer(unit: Unit, command: commands.UpdateCustomer) -> views.Record:
    """Replace what is known, unless it was replaced since it was looked at."""
    customer = lookup.open_(unit, command.customer)
    checks.sealed(customer.subject, command.sealed)
    if customer.revision != command.revision:
        raise transitions.refusal(rejections.CustomerChanged)
    unit.record(events.CustomerUpdated(customer.id, customer.revision + 1, command.sealed))
    return _view(unit, customer.id)


def set_tier(unit: Unit, command: commands.SetTier) -> views.Record:
    """Move to another tier."""
    checks.tier(command.tier)
    if lookup.open_(unit, command.customer).tier != command.tier:
        unit.record(events.TierChanged(command.customer, command.tier))
    return _view(unit, command.customer)


def activate_customer(unit: Unit, command: commands.ActivateCustomer) -> views.Record:
    """Let a customer take part."""
    customer = lookup.customer(unit, command.customer)
    if transitions.after(customer, "activate") != customer.state:
        unit.record(events.CustomerActivated(customer.id, timers.now(unit)))
    return _view(unit, customer.id)


def restrict_customer(unit: Unit, command: commands.RestrictCustomer) -> views.Record:
    """Let a customer take part in nothing new; another reason is news too."""
    customer = lookup.customer(unit, command.customer)
    following = transitions.after(customer, "restrict")
    if (following, command.reason) != (customer.state, customer.reason):
        unit.record(events.CustomerRestricted(customer.id, command.reason))
    return _view(unit, customer.id)


def unrestrict_customer(unit: Unit, command: commands.UnrestrictCustomer) -> views.Record:
    """Let a customer take part again."""
    customer = lookup.customer(unit, command.customer)
    if transitions.after(customer, "unrestrict") != customer.state:
        unit.record(events.CustomerUnrestricted(customer.id))
    return _view(unit, customer.id)


def close_customer(unit: Unit, command: commands.CloseCustomer) -> views.Record:
    """End it, once nothing holds it open."""
    customer = lookup.customer(unit, command.customer)
    if transitions.after(customer, "close") != customer.state:
        if customer.attached:
            raise transitions.refusal(rejections.CustomerInUse)
        unit.record(events.CustomerClosed(customer.id, timers.now(unit)))
    return _view(unit, customer.id)


def erase_customer(unit: Unit, command: commands.EraseCustomer) -> views.Record:
    """Forget what is known. Once the event is durable, the key is destroyed."""
    customer = lookup.customer(unit, command.customer)
    if customer.state != "closed":
        raise transitions.refusal(rejections.CustomerNotClosed)
    if customer.erased is None:
        event = events.CustomerErased(customer.id, customer.subject, timers.now(unit))
        unit.record(event)
    return _view(unit, customer.id)


def _view(unit: Unit, customer_id: str) -> views.Record:
    return views.record(lookup.customer(unit, customer_id))
