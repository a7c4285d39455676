"""Finding what a command names: the tenant's customer, and a consent of theirs."""

from __future__ import annotations

from typing import Protocol

from culm.book.unit import Unit
from culm.customers import rejections, transitions, types
from culm.customers.tables import CONSENTS, CUSTOMERS
from culm.ledger import api as ledger
from culm.timers import api as timers


class OfCustomer(Protocol):
    """A command that names a customer."""

    @property
    def customer(self) -> str:
        """The customer's id."""


class OfConsent(OfCustomer, Protocol):
    """A command that names a consent."""

    @property
    def purpose(self) -> str:
        """What it is for."""


def customer(unit: Unit, customer_id: str, field: str = "customer") -> types.Customer:
    """One of the tenant's customers. Raises `CustomerNotFound`."""
    found = unit.get(CUSTOMERS, customer_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise transitions.refusal(rejections.CustomerNotFound, field)
    return found


def usable(unit: Unit, customer_id: str, field: str = "customer") -> types.Customer:
    """One of the tenant's customers that may take part in something new.

    Raises `CustomerNotFound`, `CustomerNotActive`, `CustomerRestricted`, `CustomerClosed`.
    """
    found = customer(unit, customer_id, field)
    match found.state:
        case "created":
            raise transitions.refusal(rejections.CustomerNotActive, field)
        case "restricted":
            raise transitions.refusal(rejections.CustomerRestricted, field)
        case "closed":
            raise transitions.refusal(rejections.CustomerClosed, field)
    return found


def open_(unit: Unit, customer_id: str) -> types.Customer:
    """One of the tenant's customers that is not closed. Raises `CustomerClosed` too."""
    found = customer(unit, customer_id)
    if found.state == "closed":
        raise transitions.refusal(rejections.CustomerClosed)
    return found


def want_tenant(unit: Unit, _command: object = None) -> None:
    """Ask for the tenant, and its clock."""
    ledger.want_accounts(unit)


def want_customers(unit: Unit, *customer_ids: str) -> None:
    """Ask for customers."""
    unit.want(CUSTOMERS, customer_ids)


def want_customer(unit: Unit, command: OfCustomer) -> None:
    """Ask for the customer that a command names, and the tenant's clock."""
    timers.want_clock(unit)
    want_customers(unit, command.customer)


def want_consent(unit: Unit, command: OfConsent) -> None:
    """Ask for a consent too."""
    want_customer(unit, command)
    unit.want(CONSENTS, ((command.customer, command.purpose),))
