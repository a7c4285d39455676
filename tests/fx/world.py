"""A tenant whose customers exchange money, with the short names of what tests do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from culm.fx import commands, tables, views
from culm.payments import views as payment_views
from culm.wallets import types as wallet_types
from tests.payments import world


class World(world.World):
    """Books of the tenant acme, which exchanges euros and dollars."""

    async def rate(self, rate: str = "1.25", spread: int = 0, **more: Any) -> views.FxRate:
        """What a euro costs in dollars."""
        asked = {
            "base": "EUR",
            "counter": "USD",
            "rate": rate,
            "spread_basis_points": spread,
            "valid_until": self.clock.now + timedelta(days=1),
            **more,
        }
        made: views.FxRate = await self.submit(msgspec.convert(asked, commands.SetRate))
        return made

    async def quote(self, amount: int, **more: Any) -> views.FxQuote:
        """The price of dollars in euros, unless something else is said."""
        asked = {"sell_currency": "USD", "buy_currency": "EUR", "amount": amount, **more}
        made: views.FxQuote = await self.submit(msgspec.convert(asked, commands.CreateQuote))
        return made

    async def exchange(
        self, source: str, destination: str, by: views.FxQuote, **more: Any
    ) -> payment_views.Payment:
        """An exchange by a quote."""
        asked = {
            "kind": "exchange",
            "currency": by.sell_currency,
            "quote": by.id,
            **more,
        }
        amount = asked.pop("amount", int(by.sell_amount))
        return await self.pay(source, destination, amount, **asked)

    async def in_euros(self, wallet: str) -> int:
        """What a wallet has in euros."""
        return await self.balance(wallet_types.code(wallet, "EUR"))

    async def used_by(self, quote: views.FxQuote) -> str:
        """The payment that used a quote."""
        found = await self.ledger.store.load(tables.QUOTES, 0, [quote.id])
        payment: str = found[quote.id].payment
        return payment
