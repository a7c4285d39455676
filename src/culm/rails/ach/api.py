"""The rail's door for the contexts above it: pure helpers on a unit, for their decisions.

Facts give back the `purpose` of an order; see the `events` of transfers and of files.
"""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.kernel import errors
from culm.rails.ach import calendar
from culm.rails.ach.odfi import rejections as odfi
from culm.rails.ach.transfers import rejections, types
from culm.rails.ach.transfers.decisions import originating
from culm.rails.ach.windows import rejections as windows

Payee = types.Payee
Order = types.Order
Transfer = types.Transfer

is_banking_day: Final = calendar.is_banking_day
"""Whether the Federal Reserve's banks settle on a day."""

ORIGINATING: Final[tuple[type[errors.CulmError], ...]] = (
    rejections.OrderInvalid,
    rejections.SameDayLimit,
    odfi.AchNotConfigured,
    rejections.TransferCurrency,
    windows.SameDayNotOffered,
)
"""Why an order may be refused, beside the rejections of a hold in the ledger."""


def originate(unit: Unit, order: Order) -> str:
    """Queue a transfer for the next cut-off, and hold its money. Returns its id, `tfr_...`.

    Raises those of `ORIGINATING`, and the rejections of a hold: `InsufficientFunds`, ...
    """
    return originating.originate(unit, order)


def cancel(unit: Unit, transfer_id: str) -> bool:
    """Withdraw a transfer, if it is still queued; whether it was. Raises `TransferNotFound`."""
    return originating.cancel(unit, transfer_id)


def transfer(unit: Unit, transfer_id: str) -> Transfer:
    """One of the tenant's transfers. Raises `TransferNotFound`."""
    return originating.transfer_of(unit, transfer_id)


def reversal(unit: Unit, transfer_id: str) -> Transfer | None:
    """The transfer that reverses one of the tenant's transfers, as it is now; None where there is
    none. Raises `TransferNotFound`."""
    return originating.reversal_of(unit, transfer_id)


def want_order(unit: Unit, order: Order) -> None:
    """Ask for what ordering a transfer reads, before a decision orders it."""
    originating.want_order(unit, order)


def want_transfers(unit: Unit, *transfer_ids: str) -> None:
    """Ask for transfers, and what cancelling them reads, before a decision does it."""
    originating.want_transfers(unit, *transfer_ids)
