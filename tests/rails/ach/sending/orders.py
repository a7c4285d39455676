"""Whoever orders transfers, as small as it can be: what stands above the rail in its own tests."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec

from culm import app
from culm.book import catalog
from culm.book.event import Event
from culm.book.unit import Unit
from culm.rails.ach import api


class Ordered(Event, frozen=True):
    """A transfer was ordered."""

    TYPE: ClassVar[str] = "trial.ordered"
    transfer: str


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Order transfers."""

    orders: tuple[api.Order, ...]


class Withdraw(msgspec.Struct, frozen=True, kw_only=True):
    """Cancel a transfer."""

    transfer: str


def send(unit: Unit, command: Send) -> list[str]:
    """The ids of the transfers."""
    return [api.originate(unit, order) for order in command.orders]


def withdraw(unit: Unit, command: Withdraw) -> bool:
    """Whether it was cancelled."""
    return api.cancel(unit, command.transfer)


def want_send(unit: Unit, command: Send) -> None:
    """What ordering reads."""
    for order in command.orders:
        api.want_order(unit, order)


def want_withdraw(unit: Unit, command: Withdraw) -> None:
    """What cancelling reads."""
    api.want_transfers(unit, command.transfer)


def _nothing(_unit: Unit, _event: Any, _position: int) -> None:
    """Applies nothing."""


TRIAL: Final = catalog.Context(
    name="trial",
    tables=(),
    journals=(),
    applies={Ordered: _nothing},
    commands=(
        catalog.Command(
            Send, list[str], send, want_send, weight=lambda command: max(1, len(command.orders))
        ),
        catalog.Command(Withdraw, bool, withdraw, want_withdraw),
    ),
)


def with_orders() -> catalog.Catalog:
    """Every context of the release, and the one above."""
    return catalog.Catalog((*app.catalog().contexts, TRIAL))
