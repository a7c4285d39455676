"""The ledger's facts. Amounts are decimal texts of minor units, so that no reader loses digits;
in a posting debits are positive and credits negative, so they sum to zero in each currency."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from culm.book.event import Event
from culm.ledger import types


class TenantCreated(Event, frozen=True):
    """Books were begun for a tenant."""

    TYPE: ClassVar[str] = "ledger.tenant_created"
    id: str
    name: str


class AssetRegistered(Event, frozen=True):
    """An asset may be used as a currency from now on."""

    TYPE: ClassVar[str] = "ledger.asset_registered"
    code: str
    scale: int
    name: str = ""


class AccountOpened(Event, frozen=True):
    """An account was opened, at zero."""

    TYPE: ClassVar[str] = "ledger.account_opened"
    id: str
    code: str
    currency: str
    side: types.Side
    minimum: str | None = None
    maximum: str | None = None
    metadata: dict[str, str] = {}


class AccountUpdated(Event, frozen=True):
    """An account's limits, freeze and metadata are from now on as given here, all of them."""

    TYPE: ClassVar[str] = "ledger.account_updated"
    id: str
    minimum: str | None = None
    maximum: str | None = None
    freeze: types.Freeze = "none"
    metadata: dict[str, str] = {}


class AccountClosed(Event, frozen=True):
    """An account was closed for good."""

    TYPE: ClassVar[str] = "ledger.account_closed"
    id: str


class Capture(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a transaction took out of a hold: posted, and given back with it."""

    hold: str
    amount: str
    released: str = "0"


class TransactionPosted(Event, frozen=True, gc=False):
    """A transaction was booked. A posting is (account, amount, currency).

    `effective` is left out when it is the moment of recording. `reverses` names the transaction
    that this one reverses, posting by posting; `capture` the hold that it takes from.
    """

    TYPE: ClassVar[str] = "ledger.transaction_posted"
    id: str
    postings: tuple[tuple[str, str, str], ...]
    kind: str = "transfer"
    reference: str = ""
    effective: datetime | None = None
    metadata: dict[str, str] = {}
    reverses: str | None = None
    capture: Capture | None = None


class HoldPlaced(Event, frozen=True):
    """An amount was reserved on its way from one account to another."""

    TYPE: ClassVar[str] = "ledger.hold_placed"
    id: str
    debit: str
    credit: str
    amount: str
    currency: str
    expires: datetime | None = None
    reference: str = ""
    metadata: dict[str, str] = {}


class HoldReleased(Event, frozen=True):
    """What remained of a hold was given back on request."""

    TYPE: ClassVar[str] = "ledger.hold_released"
    hold: str
    amount: str


class HoldExpired(Event, frozen=True):
    """What remained of a hold was given back because its time had come."""

    TYPE: ClassVar[str] = "ledger.hold_expired"
    hold: str
    amount: str


class PeriodClosed(Event, frozen=True):
    """Nothing more is booked with an effective time before this moment."""

    TYPE: ClassVar[str] = "ledger.period_closed"
    before: datetime
