"""The state of foreign exchange: rates, and quotes. Amounts are integers of minor units."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

PREFIX: Final = "quo"
"""Of the ids of quotes."""

Fixed = Literal["sell", "buy"]
"""Which of the two amounts was asked for; the other is computed."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit of `base` costs in `counter`, both in whole units and not in minor ones, as a
    decimal text. The house keeps `spread_basis_points`, hundredths of a per cent, to its side."""

    tenant: str
    base: str
    counter: str
    rate: str
    spread_basis_points: int
    valid_until: datetime
    set: datetime


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A promise to buy `sell_amount` of one currency for `buy_amount` of another until it expires.
    `payment` is what used it; empty while nothing has. `base`, `counter`, `rate` and the spread are
    those of the rate that it was made by."""

    id: str
    number: int
    tenant: str
    sell_currency: str
    sell_amount: int
    buy_currency: str
    buy_amount: int
    fixed: Fixed
    base: str
    counter: str
    rate: str
    spread_basis_points: int
    expires: datetime
    payment: str = ""
    created: datetime
