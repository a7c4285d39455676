"""The door of payments for the contexts above them: helpers on a unit, for decisions that make
payments of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from culm.book.unit import Unit
from culm.payments import commands, rails, types, views
from culm.payments.decisions import lookup, making, pricing

Payment = types.Payment
Kind = types.Kind
New = commands.CreatePayment
Outsider = rails.Outsider
Authority = rails.Authority
View = views.Payment
CURRENCY_OF_BANKS: Final = rails.CURRENCY

check_form: Final = making.check_form
"""What of a new payment can be judged without any state. Returns the amount."""

payment: Final[Callable[[Unit, str], types.Payment]] = lookup.payment
"""One of the tenant's payments. Raises `PaymentNotFound`."""


view: Final[Callable[[types.Payment], views.Payment]] = views.payment
"""A payment as the API shows it."""


def create(
    unit: Unit, new: New, *, outsider: Outsider | None = None, authority: Authority | None = None
) -> str:
    """Make a payment, and let it go ahead unless it is to be confirmed later. Returns its id.

    `outsider` is for payouts to somebody whose bank account is not linked here, `authority` for
    top-ups that the holder of the bank account does not ask for just now. Raises
    every rejection of a payment, its wallets, its bank account and its rail.
    """
    return making.create(unit, new, by=outsider or authority)


require_price: Final[Callable[[Unit, New], None]] = pricing.require_named
"""Refuse a payment that names a fee schedule which there is not, with `FeeScheduleNotFound`."""

want_prices: Final = pricing.want_schedules
"""Ask for fee schedules."""


def want_new(unit: Unit, new: New) -> None:
    """Ask for what making a payment reads, before a decision makes it."""
    making.want_new(unit, new)
