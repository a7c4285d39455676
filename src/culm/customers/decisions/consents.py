"""Consents: what customers agree to, and when they do so no longer."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.customers import checks, commands, events, rejections, transitions, types, views
from culm.customers.decisions import lookup
from culm.customers.tables import CONSENTS
from culm.timers import api as timers

MAX_CONSENTS: Final = 50
"""Purposes of a customer."""


def give_consent(unit: Unit, command: commands.GiveConsent) -> views.Consent:
    """Record a consent; the same one that counts already is no news."""
    checks.purpose(command.purpose)
    checks.version(command.version)
    customer = lookup.open_(unit, command.customer)
    before = unit.get(CONSENTS, (customer.id, command.purpose))
    if before is None and customer.consents >= MAX_CONSENTS:
        raise transitions.refusal(rejections.TooManyConsents, "purpose")
    if before is None or before.withdrawn is not None or before.version != command.version:
        event = events.ConsentGiven(customer.id, command.purpose, command.version, timers.now(unit))
        unit.record(event)
    return _view(unit, command)


def withdraw_consent(unit: Unit, command: commands.WithdrawConsent) -> views.Consent:
    """Record that a consent counts no longer. A closed customer may withdraw one too."""
    checks.purpose(command.purpose)
    customer = lookup.customer(unit, command.customer)
    if _consent(unit, command).withdrawn is None:
        event = events.ConsentWithdrawn(customer.id, command.purpose, timers.now(unit))
        unit.record(event)
    return _view(unit, command)


def _view(unit: Unit, command: lookup.OfConsent) -> views.Consent:
    return views.consent(_consent(unit, command))


def _consent(unit: Unit, command: lookup.OfConsent) -> types.Consent:
    consent = unit.get(CONSENTS, (command.customer, command.purpose))
    if consent is None:
        raise transitions.refusal(rejections.ConsentNotFound, "purpose")
    return consent
