"""An example of each fact of wallets: one that is made, frozen and closed."""

from __future__ import annotations

from typing import Final

from culm.book.event import Event
from culm.wallets import events

_WALLET: Final = "wal_00000000000000a1"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.WalletCreated(
        id=_WALLET,
        customer="cus_0000000000000091",
        currencies=("USD", "EUR"),
        name="Everyday",
        metadata={"plan": "free"},
    ),
    events.WalletUpdated(id=_WALLET, name="Holidays", metadata={"plan": "plus"}),
    events.CurrencyAdded(_WALLET, "GBP"),
    events.WalletFrozen(_WALLET, "out", "lost"),
    events.WalletUnfrozen(_WALLET),
    events.WalletClosed(_WALLET),
    events.LimitsSet(
        tier="basic",
        currency="USD",
        direction="out",
        per_payment="50000",
        day_sum="100000",
        day_count=10,
        month_sum="500000",
    ),
)
