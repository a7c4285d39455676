"""One example of each of the ledger's facts. Together they tell a story: an account is opened and
limited, an order of 500.00 is authorised, shipped in part, and the rest given back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.book.event import Event
from culm.ledger import events

_BANK: Final = "acc_0000000000000002"
_CUSTOMER: Final = "acc_0000000000000003"
_HOLD: Final = "hld_0000000000000006"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.TenantCreated(id="acme", name="Acme Payments"),
    events.AssetRegistered(code="USDC", scale=6, name="USD Coin"),
    events.AccountOpened(
        id=_CUSTOMER,
        code="liabilities:customers:ann",
        currency="EUR",
        side="credit",
        minimum="0",
        metadata={"customer": "c-1042"},
    ),
    events.AccountUpdated(
        id=_CUSTOMER,
        minimum="0",
        maximum="1500000",
        freeze="in",
        metadata={"customer": "c-1042", "case": "2026-17"},
    ),
    events.HoldPlaced(
        id=_HOLD,
        debit=_CUSTOMER,
        credit=_BANK,
        amount="50000",
        currency="EUR",
        expires=datetime(2026, 3, 9, 9, tzinfo=UTC),
        reference="order-7781",
    ),
    events.TransactionPosted(
        id="txn_0000000000000007",
        postings=((_CUSTOMER, "32050", "EUR"), (_BANK, "-32050", "EUR")),
        kind="capture",
        reference="order-7781",
        capture=events.Capture(hold=_HOLD, amount="32050"),
    ),
    events.HoldReleased(hold=_HOLD, amount="17950"),
    events.HoldExpired(hold="hld_0000000000000005", amount="2500"),
    events.PeriodClosed(before=datetime(2026, 3, 1, tzinfo=UTC)),
    events.AccountClosed(id="acc_0000000000000004"),
)
