"""Exchanges: money sold in one currency and bought in another, as one balanced transaction.

An exchange has two legs. In the first, an account gives up the amount sold, and the position
account of that currency takes it; in the second, the position account of the other currency gives
the amount bought to the account that receives it. Each leg balances in its own currency, so the
whole does, and what the books hold open in each currency stands on its position account.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from culm.ledger import commands, types

KIND: Final = "fx"

FIELDS: Final = ("sell_account", "sell_position", "buy_position", "buy_account")
"""What each posting of an exchange is called in the request, in the order of the postings."""


class Exchange(commands.Command, frozen=True):
    """Sell an amount of one currency for an amount of another.

    `sell_account` pays `sell`, `buy_account` receives `buy`; the position accounts, one in each
    currency, stand in between. Rates are the caller's: both amounts are given, in minor units.
    """

    sell_account: str
    buy_account: str
    sell: commands.Amount
    buy: commands.Amount
    sell_position: str
    buy_position: str
    reference: str = ""
    effective: datetime | None = None
    metadata: commands.Metadata = {}


def transaction(
    exchange: Exchange, *, sell_side: types.Side, buy_side: types.Side
) -> commands.PostTransaction:
    """The transaction of an exchange, of kind `fx`.

    The sides are the normal sides of the account that pays and of the one that receives: paying
    lowers the one, whatever it is, and receiving raises the other.
    """
    lowers, raises = _other(sell_side), buy_side
    return commands.PostTransaction(
        postings=(
            commands.Posting(exchange.sell_account, lowers, exchange.sell),
            commands.Posting(exchange.sell_position, _other(lowers), exchange.sell),
            commands.Posting(exchange.buy_position, _other(raises), exchange.buy),
            commands.Posting(exchange.buy_account, raises, exchange.buy),
        ),
        kind=KIND,
        reference=exchange.reference,
        effective=exchange.effective,
        metadata=exchange.metadata,
    )


def field_of(field: str | None) -> str | None:
    """What a field of the transaction is called in the exchange: `postings[0].amount` is `sell`."""
    for index, name in enumerate(FIELDS):
        if field == f"postings[{index}].account":
            return name
        if field == f"postings[{index}].amount":
            return name.partition("_")[0]
    return field


def _other(side: types.Side) -> types.Side:
    return "credit" if side == "debit" else "debit"
