"""The facts of wallets. What is in them is told by the facts of the ledger."""

from __future__ import annotations

from typing import ClassVar

from culm.book.event import Event
from culm.wallets import terms


class WalletCreated(Event, frozen=True):
    """A customer has a wallet, with nothing in it yet."""

    TYPE: ClassVar[str] = "wallets.wallet_created"
    id: terms.WalletId
    customer: terms.CustomerId
    currencies: terms.Currencies
    name: terms.Name = ""
    metadata: terms.Metadata = {}


class WalletUpdated(Event, frozen=True):
    """A wallet's name and metadata are from now on as given here, both of them."""

    TYPE: ClassVar[str] = "wallets.wallet_updated"
    id: terms.WalletId
    name: terms.Name = ""
    metadata: terms.Metadata = {}


class CurrencyAdded(Event, frozen=True):
    """A wallet can hold one more currency."""

    TYPE: ClassVar[str] = "wallets.currency_added"
    id: terms.WalletId
    currency: terms.Currency


class WalletFrozen(Event, frozen=True):
    """A wallet takes part in no new payment in some direction. What is under way comes to its
    end."""

    TYPE: ClassVar[str] = "wallets.wallet_frozen"
    id: terms.WalletId
    freeze: terms.Freeze
    reason: terms.Reason


class WalletUnfrozen(Event, frozen=True):
    """A wallet takes part in payments again, in both directions."""

    TYPE: ClassVar[str] = "wallets.wallet_unfrozen"
    id: terms.WalletId


class WalletClosed(Event, frozen=True):
    """A wallet is empty, and takes part in nothing any more."""

    TYPE: ClassVar[str] = "wallets.wallet_closed"
    id: terms.WalletId


class LimitsSet(Event, frozen=True):
    """The limits of a tier in a currency and direction are from now on as given here, all of
    them; days and months are those of UTC."""

    TYPE: ClassVar[str] = "wallets.limits_set"
    tier: terms.Tier
    currency: terms.Currency
    direction: terms.Direction
    per_payment: terms.Sum | None = None
    day_sum: terms.Sum | None = None
    day_count: terms.Count | None = None
    month_sum: terms.Sum | None = None
    month_count: terms.Count | None = None
