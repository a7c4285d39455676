"""Whatever is quoted and exchanged, in whatever order: no money is made, and each position is the
sum of what was exchanged."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from culm import app
from culm.book import book, memory
from culm.fx import tables as fx_tables
from culm.fx import views
from culm.kernel import errors
from culm.ledger import tables as ledger_tables
from culm.payments import tables
from culm.wallets import types as wallet_types
from tests import conftest
from tests.fx.world import World

FUNDS: Final = 1_000
WALLETS: Final = 3
wallets = st.integers(0, WALLETS - 1)
rates = st.sampled_from(["1.25", "0.8", "1", "3.000001", "0.07"])
currencies = st.sampled_from([("USD", "EUR"), ("EUR", "USD")])


class Exchanges(RuleBasedStateMachine):
    """Three wallets whose owners exchange dollars and euros at rates that change."""

    quotes: Any = Bundle("quotes")

    @initialize()
    def begin(self) -> None:
        """Books in memory, with funded wallets."""
        self.loop = asyncio.new_event_loop()
        self.store, self.clock, self.catalog = memory.MemoryStore(), conftest.Clock(), app.catalog()
        self.book = book.Book(partition=0, catalog=self.catalog, store=self.store, clock=self.clock)
        self.world = World(conftest.Ledger(self.book, self.store, self.clock, self.catalog))
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        await self.book.start()
        await self.world.begin()
        await self.world.rate()
        self.wallets = [await self.world.wallet(FUNDS) for _ in range(WALLETS)]

    def teardown(self) -> None:
        """Let the Book stop."""
        if hasattr(self, "book"):
            self.loop.run_until_complete(self.book.stop())
            self.loop.close()

    def _try(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Do it; None where it is refused."""
        try:
            return self.loop.run_until_complete(coroutine)
        except errors.Rejection:
            return None

    @rule(rate=rates, spread=st.sampled_from([0, 1, 50, 5_000]))
    def set_rate(self, rate: str, spread: int) -> None:
        """The price of a euro changes."""
        until = self.clock.now + timedelta(days=2)
        self._try(self.world.rate(rate, spread, valid_until=until))

    @rule(
        target=quotes,
        sides=currencies,
        amount=st.integers(1, 400),
        fixed=st.sampled_from(["sell", "buy"]),
    )
    def quote(self, sides: tuple[str, str], amount: int, fixed: str) -> Any:
        """Somebody asks for a price."""
        made = self._quote(sides, amount, fixed)
        return multiple() if made is None else made

    def _quote(self, sides: tuple[str, str], amount: int, fixed: str) -> views.FxQuote | None:
        sell, buy = sides
        asked = {"fixed": fixed, "sell_currency": sell, "buy_currency": buy}
        made: views.FxQuote | None = self._try(self.world.quote(amount, **asked))
        return made

    @rule(quote=quotes, source=wallets, destination=wallets)
    def exchange(self, quote: views.FxQuote, source: int, destination: int) -> None:
        """Somebody takes a price, perhaps for the second time, or too late."""
        self._exchange(quote, source, destination)

    def _exchange(self, quote: views.FxQuote, source: int, destination: int) -> None:
        giver, receiver = self.wallets[source], self.wallets[destination]
        paid = self._try(self.world.exchange(giver, receiver, quote))
        if paid is not None:
            assert paid.amount == quote.sell_amount
            assert paid.exchange.amount == quote.buy_amount

    @rule(
        sides=currencies,
        amount=st.integers(1, 200),
        source=wallets,
        destination=wallets,
    )
    def exchange_at_once(
        self, sides: tuple[str, str], amount: int, source: int, destination: int
    ) -> None:
        """Somebody asks for a price and takes it."""
        made = self._quote(sides, amount, "sell")
        if made is not None:
            self._exchange(made, source, destination)

    @rule(seconds=st.sampled_from([1, 1, 20, 40, 40_000]))
    def wait(self, seconds: int) -> None:
        """Time goes by."""
        self.clock.advance(seconds=seconds)

    def rows(self, table: Any) -> dict[Any, Any]:
        return self.store.state.get((0, table), {})

    @invariant()
    def every_cent_is_where_the_exchanges_say(self) -> None:
        if not hasattr(self, "wallets"):
            return
        expected = Counter({wallet_types.code(one, "USD"): FUNDS for one in self.wallets})
        for paid in self.rows(tables.PAYMENTS).values():
            expected[wallet_types.code(paid.source, paid.currency)] -= paid.amount
            expected[f"assets:fx:{paid.currency.lower()}"] -= paid.amount
            bought = paid.exchange
            expected[wallet_types.code(paid.destination, bought.currency)] += bought.amount
            expected[f"assets:fx:{bought.currency.lower()}"] += bought.amount
        for balance in self.rows(ledger_tables.BALANCES).values():
            if balance.account.code != "assets:bank:tests":
                assert balance.posted == expected[balance.account.code], balance.account.code

    @invariant()
    def every_exchange_has_a_quote_of_its_own(self) -> None:
        used = {one.payment: one.id for one in self.rows(fx_tables.QUOTES).values() if one.payment}
        paid = {one.id: one.exchange.quote for one in self.rows(tables.PAYMENTS).values()}
        assert used == paid


TestExchanges = Exchanges.TestCase
TestExchanges.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
