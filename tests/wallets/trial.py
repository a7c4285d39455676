"""Payments as small as they can be: what stands above wallets in their own tests."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

import msgspec

from culm import app
from culm.book import catalog
from culm.book.event import Event
from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.timers import api as timers
from culm.wallets import api, types

BANK: Final = "assets:bank:trial"


class Paid(Event, frozen=True):
    """Somebody paid."""

    TYPE: ClassVar[str] = "trial.paid"
    wallet: str
    currency: str
    amount: str
    direction: types.Direction
    at: datetime


class Voided(Event, frozen=True):
    """It came to nothing."""

    TYPE: ClassVar[str] = "trial.voided"
    paid: Paid


class Pay(msgspec.Struct, frozen=True, kw_only=True):
    """Pay out of a wallet, or into it, with the bank on the other side."""

    wallet: str
    amount: int
    currency: str = "USD"
    direction: types.Direction = "out"
    kind: str = "withdrawal"
    description: str = ""
    settled: bool = False
    effective: datetime | None = None


class Void(msgspec.Struct, frozen=True):
    """Undo a payment's use of the limits."""

    paid: Paid


def pay(unit: Unit, command: Pay) -> Paid:
    """In the order that payments have: accounts, limits, money, fact."""
    at = timers.now(unit)
    if command.settled:
        account = api.settled_account(unit, command.wallet, command.currency)
    else:
        account = api.account(
            unit, command.wallet, command.currency, direction=command.direction, field="wallet"
        )
    api.check_limits(
        unit,
        command.wallet,
        currency=command.currency,
        amount=command.amount,
        direction=command.direction,
    )
    bank = ledger.house_account(unit, f"{BANK}:{command.currency.lower()}", command.currency)
    signed = command.amount if command.direction == "out" else -command.amount
    ledger.post(
        unit,
        [(account, signed), (bank, -signed)],
        kind=command.kind,
        reference=unit.new_id("pay"),
        effective=command.effective,
        metadata={"description": command.description} if command.description else {},
    )
    unit.record(Paid(command.wallet, command.currency, str(command.amount), command.direction, at))
    event = unit.events[-1].event
    assert isinstance(event, Paid)
    return event


def void(unit: Unit, command: Void) -> Paid:
    """Give back to the limits."""
    unit.record(Voided(command.paid))
    return command.paid


def paid(unit: Unit, event: Paid, _position: int) -> None:
    """Count it."""
    api.count_use(
        unit,
        event.wallet,
        currency=event.currency,
        amount=int(event.amount),
        direction=event.direction,
        at=event.at,
    )


def voided(unit: Unit, event: Voided, _position: int) -> None:
    """Count it no more."""
    gone = event.paid
    api.uncount_use(
        unit,
        gone.wallet,
        currency=gone.currency,
        amount=int(gone.amount),
        direction=gone.direction,
        at=gone.at,
    )


def want_payment(unit: Unit, command: Pay) -> None:
    """What a payment reads."""
    api.want_use(unit, command.wallet, command.currency)
    ledger.want_accounts(unit, f"{BANK}:{command.currency.lower()}")


def want_void(unit: Unit, command: Void) -> None:
    """What a void reads."""
    api.want_use(unit, command.paid.wallet, command.paid.currency)


TRIAL: Final = catalog.Context(
    name="trial",
    tables=(),
    journals=(),
    applies={Paid: paid, Voided: voided},
    commands=(
        catalog.Command(Pay, Paid, pay, want_payment),
        catalog.Command(Void, Paid, void, want_void),
    ),
)


def with_payments() -> catalog.Catalog:
    """Every context of the release, and the one above."""
    return catalog.Catalog((*app.catalog().contexts, TRIAL))
