"""What may be asked of foreign exchange."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from culm.fx import checks, types
from culm.ledger import commands as ledger


def _described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form; it is `checks` that refuses another."""
    return msgspec.Meta(extra_json_schema=schema)


RateText = Annotated[str, _described(pattern=f"^{checks.RATE.pattern}$")]
Spread = Annotated[int, _described(minimum=0, maximum=checks.MAX_SPREAD)]
Seconds = Annotated[int, _described(minimum=checks.MIN_SECONDS, maximum=checks.MAX_SECONDS)]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of foreign exchange, by the tenant that the request names."""


class SetRate(Command, frozen=True):
    """Say what a unit of `base` costs in `counter`: `1.0842`, in whole units. It serves both ways,
    replaces the rate that was set before, and is quoted until `valid_until`. Whoever sells either
    currency to the house gets the rate less the spread, in basis points."""

    base: ledger.Currency
    counter: ledger.Currency
    rate: RateText
    valid_until: datetime
    spread_basis_points: Spread = 0


class CreateQuote(Command, frozen=True):
    """Ask what an exchange costs, and have the price kept for some seconds. `amount` is what is
    sold, or with `fixed: buy` what is bought; the other amount is computed from the rate, and
    rounded in favour of the house."""

    sell_currency: ledger.Currency
    buy_currency: ledger.Currency
    amount: ledger.Amount
    fixed: types.Fixed = "sell"
    seconds: Seconds = checks.DEFAULT_SECONDS
