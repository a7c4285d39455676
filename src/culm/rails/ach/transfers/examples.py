"""Examples of the facts about transfers: a payment that is returned late, and what follows."""

from __future__ import annotations

from datetime import date
from typing import Final

from culm.book.event import Event
from culm.rails.ach import terms
from culm.rails.ach.transfers import events

_TRANSFER: Final = "tfr_00000000000000a4"
_PURPOSE: Final = "pay_00000000000000a1"
_BATCH: Final = "abt_00000000000000b0"
_SUBJECT: Final = "sub_7k2m5q8n3v6x9b4c1z0w7r2t5y"
_SEALED: Final = "v1.pXJ0c2VhbGVkLi4u"
_ITEMS: Final = (
    terms.Item(_TRANSFER, _PURPOSE, "125000"),
    terms.Item("tfr_00000000000000a8", "pay_00000000000000a5", "4999"),
)

EXAMPLES: Final[tuple[Event, ...]] = (
    events.TransferQueued(
        id=_TRANSFER,
        purpose=_PURPOSE,
        direction="debit",
        amount="125000",
        account="acc_0000000000000012",
        hold="hld_00000000000000a3",
        window="win_00000000000000a2",
        subject=_SUBJECT,
        sealed=_SEALED,
        routing="990000000",
        account_kind="checking",
        sec="WEB",
        description="TOPUP",
        bank_account="bac_0000000000000020",
        identification="CUST-0042",
    ),
    events.TransferCancelled(id=_TRANSFER, purpose=_PURPOSE, amount="125000"),
    events.TransfersRejected(
        batch=_BATCH, code="batch", transfers=_ITEMS, reason="Company not known"
    ),
    events.TransfersInDoubt(batch=_BATCH, transfers=_ITEMS),
    events.BatchSettled(batch=_BATCH, transfers=_ITEMS),
    events.TransferReversed(
        id=_TRANSFER, purpose=_PURPOSE, amount="125000", reversal="tfr_00000000000000e2"
    ),
    events.TransferReturned(
        id=_TRANSFER,
        purpose=_PURPOSE,
        direction="debit",
        amount="125000",
        reason="R01",
        returned_on=date(2026, 3, 10),
        return_trace="021000020000137",
        late=True,
        shortfall="25000",
        bank_account="bac_0000000000000020",
    ),
    events.ChangeNoticed(
        id=_TRANSFER,
        purpose=_PURPOSE,
        code="C01",
        subject=_SUBJECT,
        sealed=_SEALED,
        bank_account="bac_0000000000000020",
    ),
    events.ReturnUnmatched(
        problem="duplicate",
        trace="990000000000412",
        amount="125000",
        direction="debit",
        reason="R01",
        returned_on=date(2026, 3, 11),
        return_trace="021000020000140",
        transfer=_TRANSFER,
        answerable=True,
    ),
    events.ReturnDishonoured(
        id=_TRANSFER,
        purpose=_PURPOSE,
        amount="125000",
        reason="R68",
        dishonour="tfr_00000000000000f1",
        returned_on=date(2026, 3, 10),
        return_trace="021000020000137",
        return_reason="R01",
    ),
    events.ReturnContested(id=_TRANSFER, purpose=_PURPOSE, amount="125000", reason="R73"),
)
