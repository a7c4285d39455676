"""The state of wallets: what a customer has, what it may do in a day or a month, and how much of
that is used. Amounts are integers of minor units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from culm.kernel import ids

PREFIX: Final = "wal"
"""Of the ids of wallets."""

State = Literal["active", "frozen", "closed"]
Freeze = Literal["none", "in", "out", "both"]
"""In which directions a wallet takes part in nothing that begins now."""
Reason = Literal["requested", "lost", "suspected_fraud", "legal_order", "other"]
"""Why a wallet is frozen. No free text: it would be about somebody."""
Direction = Literal["in", "out"]
LimitName = Literal["per_payment", "day_sum", "day_count", "month_sum", "month_count"]

_ROOT: Final = "liabilities:wallets"


class Wallet(msgspec.Struct, frozen=True):
    """What one customer has, in one or more currencies.

    What there is in a currency stands on an account of the ledger, under a code that follows from
    the wallet's id. It is opened when the first payment needs it.
    """

    id: str
    number: int
    tenant: str
    customer: str
    name: str
    currencies: tuple[str, ...]
    freeze: Freeze
    reason: Reason | None
    closed: bool
    metadata: dict[str, str]
    created: datetime

    @property
    def state(self) -> State:
        """Whether it takes part in payments."""
        if self.closed:
            return "closed"
        return "active" if self.freeze == "none" else "frozen"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its accounts in the ledger, in the order of its currencies."""
        return tuple(code(self.id, currency) for currency in self.currencies)


def code(wallet_id: str, currency: str) -> str:
    """The code of a wallet's account in the ledger: `liabilities:wallets:00000000000000a1:usd`."""
    return f"{_ROOT}:{wallet_id[4:]}:{currency.lower()}"


def wallet_of(account_code: str) -> str | None:
    """The id of the wallet that an account of the ledger belongs to, by its code."""
    root, _, rest = account_code.removeprefix(_ROOT).partition(":")
    wallet_id = f"{PREFIX}_{rest.partition(':')[0]}"
    ours = account_code.startswith(_ROOT) and not root
    return wallet_id if ours and ids.is_id(PREFIX, wallet_id) else None


class Limits(msgspec.Struct, frozen=True):
    """What wallets of a tier may do in one currency and direction. None is no bound."""

    tenant: str
    tier: str
    currency: str
    direction: Direction
    per_payment: int | None = None
    day_sum: int | None = None
    day_count: int | None = None
    month_sum: int | None = None
    month_count: int | None = None


class Use(msgspec.Struct, frozen=True):
    """How much of its limits a wallet has used on a day, and in the month of that day.

    Only the newest day is kept: time never goes back, so no decision asks for another.
    """

    tenant: str
    wallet: str
    currency: str
    direction: Direction
    day: date
    day_sum: int = 0
    day_count: int = 0
    month_sum: int = 0
    month_count: int = 0


UseKey = tuple[str, str, str]
"""A wallet, a currency, a direction."""

LimitsKey = tuple[str, str, str, str]
"""A tenant, a tier, a currency, a direction."""
