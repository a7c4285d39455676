"""The bank's ledger, for those who compare it with their own; it may be read while it works."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from culm.sandbox.bank import types
from culm.sandbox.bank.place import Place
from culm.sandbox.bank.store import Store


class Ledger(msgspec.Struct, frozen=True):
    """What the bank has done with the money of its customer."""

    paid: list[types.Paid]
    """Every entry that it paid or collected, in the order of receipt."""

    paid_twice: list[str]
    """Trace numbers under which one amount was paid more than once."""

    duplicates: int
    """How many files came again after they had been accepted, and were refused."""


def read(directory: Path) -> Ledger:
    """The ledger of the bank in a directory."""
    with contextlib.closing(Store(Place(directory).store)) as store:
        return Ledger(store.paid(), store.paid_twice(), store.duplicates())
