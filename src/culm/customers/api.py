"""The door of customers for the contexts above them: helpers on a unit."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.customers import apply, rejections, types
from culm.customers.decisions import lookup

Customer = types.Customer

CustomerNotFound = rejections.CustomerNotFound
USABLE: Final = (
    rejections.CustomerNotFound,
    rejections.CustomerNotActive,
    rejections.CustomerRestricted,
    rejections.CustomerClosed,
)
"""What `usable` raises, for the declarations of routes."""


def customer(unit: Unit, customer_id: str, field: str = "customer") -> types.Customer:
    """A customer of the tenant, in whatever state; `field` names it in `CustomerNotFound`."""
    return lookup.customer(unit, customer_id, field)


def usable(unit: Unit, customer_id: str, field: str = "customer") -> types.Customer:
    """A customer of the tenant that may take part in something new.

    Raises `CustomerNotFound`, `CustomerNotActive`, `CustomerRestricted`, `CustomerClosed`.
    """
    return lookup.usable(unit, customer_id, field)


def want_customers(unit: Unit, *customer_ids: str) -> None:
    """Ask for customers, before a decision looks at them."""
    lookup.want_customers(unit, *customer_ids)


def attach(unit: Unit, customer_id: str) -> None:
    """For apply functions: something of the customer is open (a wallet), and so they cannot be
    closed. The decision before it has looked the customer up."""
    apply.attach(unit, customer_id, +1)


def detach(unit: Unit, customer_id: str) -> None:
    """For apply functions: something that was attached is closed."""
    apply.attach(unit, customer_id, -1)
