"""The public shapes of foreign exchange. Amounts are decimal texts of minor units."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.fx import types
from culm.kernel import money


class FxRate(msgspec.Struct, frozen=True):
    """What a unit of `base` costs in `counter`, in whole units, before the spread. It serves both
    ways."""

    base: str
    counter: str
    rate: str
    spread_basis_points: int
    valid_until: datetime
    set: datetime


class FxQuote(msgspec.Struct, frozen=True):
    """A price that is good until it `expires`, for one payment: `payment` names the one that has
    used it."""

    id: str
    sell_currency: str
    sell_amount: money.Minor
    buy_currency: str
    buy_amount: money.Minor
    fixed: types.Fixed
    base: str
    counter: str
    rate: str
    spread_basis_points: int
    expires: datetime
    payment: str | None
    created: datetime


def rate(row: types.Rate) -> FxRate:
    """The public shape of a rate."""
    return FxRate(**{name: getattr(row, name) for name in FxRate.__struct_fields__})


def quote(row: types.Quote) -> FxQuote:
    """The public shape of a quote."""
    shown = {name: getattr(row, name) for name in FxQuote.__struct_fields__}
    shown |= {
        "sell_amount": str(row.sell_amount),
        "buy_amount": str(row.buy_amount),
        "payment": row.payment or None,
    }
    return FxQuote(**shown)
