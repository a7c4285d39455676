"""The ledger's state and value types. Amounts are integers of minor units of the account's
currency; balances are in the account's normal sense: positive is what the account is for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Side = Literal["debit", "credit"]
Freeze = Literal["none", "in", "out", "both"]
HoldState = Literal["open", "captured", "released", "expired"]


class Tenant(msgspec.Struct, frozen=True):
    """Somebody who keeps books here. Nothing is booked with an effective time before
    `closed_before`, the end of the last closed period. In the sandbox no money is real."""

    id: str
    name: str
    created: datetime
    closed_before: datetime | None = None
    sandbox: bool = False


class Asset(msgspec.Struct, frozen=True):
    """What a tenant keeps books in beside the currencies of ISO 4217."""

    tenant: str
    code: str
    scale: int
    name: str


class Account(msgspec.Struct, frozen=True, gc=False):
    """An account. `minimum` and `maximum` bound the balance in its normal sense; None is no bound,
    a negative minimum is an overdraft. `sign` is +1 where debits increase it, -1 where credits do.
    """

    id: str
    number: int
    tenant: str
    code: str
    currency: str
    side: Side
    sign: int
    minimum: int | None
    maximum: int | None
    freeze: Freeze
    closed: bool
    metadata: dict[str, str]
    opened: datetime


class Balance(msgspec.Struct, frozen=True, gc=False):
    """An account and its newest entry: how many there are, what is posted, and what is held.

    They are one row in memory, since nothing is decided about the one without the other.
    """

    account: Account
    version: int = 0
    posted: int = 0
    held_in: int = 0
    held_out: int = 0

    @property
    def available(self) -> int:
        """What may leave the account, before its minimum is looked at."""
        return self.posted - self.held_out


class Hold(msgspec.Struct, frozen=True):
    """Money reserved on its way from one account to another. `captured` has been posted and
    `released` given back; the rest still counts in both accounts' held balances."""

    id: str
    number: int
    tenant: str
    debit: str
    credit: str
    amount: int
    captured: int
    released: int
    state: HoldState
    expires: datetime | None
    reference: str
    metadata: dict[str, str]
    placed: datetime
    owner: str = ""
    """The context above that placed it, and alone captures and releases it; empty for nobody."""

    @property
    def remaining(self) -> int:
        """What may still be captured."""
        return self.amount - self.captured - self.released


class Reversed(msgspec.Struct, frozen=True):
    """How much of each posting of a transaction has been reversed so far."""

    amounts: tuple[int, ...]
