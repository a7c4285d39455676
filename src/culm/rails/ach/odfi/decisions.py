"""Setting the terms, and finding them."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach.odfi import checks, commands, events, rejections, types
from culm.rails.ach.odfi.tables import TERMS


def configure(unit: Unit, command: commands.Configure) -> types.AchTerms:
    """Set the terms of the tenant."""
    same_day = types.SAME_DAY if command.same_day is None else command.same_day
    terms = types.AchTerms(
        odfi=command.odfi,
        company_name=command.company_name,
        company_id=command.company_id,
        destination=command.destination or command.odfi,
        origin=command.origin or command.company_id,
        destination_name=command.destination_name or command.company_name,
        origin_name=command.origin_name or command.company_name,
        standard=command.standard or types.STANDARD,
        same_day=tuple(sorted(same_day, key=lambda one: one.closes)),
    )
    checks.terms(terms)
    tenant = ledger.tenant(unit)
    if unit.get(TERMS, tenant.id) != terms:
        unit.record(events.Configured(terms))
    return terms


def terms_of(unit: Unit) -> types.AchTerms:
    """The terms of the tenant; of the sandbox, ready-made ones. Raises `AchNotConfigured`."""
    found = unit.get(TERMS, unit.origin.tenant)
    if found is not None:
        return found
    if ledger.tenant(unit).sandbox:
        return types.SANDBOX
    raise rejections.AchNotConfigured("the terms with the bank are not set")


def want_terms(unit: Unit, _command: object = None) -> None:
    """Ask for the terms."""
    ledger.want_accounts(unit)
    unit.want(TERMS, (unit.origin.tenant,))


def configured(unit: Unit, event: events.Configured, _position: int) -> None:
    """Keep the terms."""
    unit.put(TERMS, unit.origin.tenant, event.terms)
