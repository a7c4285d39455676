"""An example of each fact of bank accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.bank_accounts import events
from culm.book.event import Event

_ID: Final = "bac_00000000000000a1"

EXAMPLES: Final[tuple[Event, ...]] = (
    events.BankAccountLinked(
        id=_ID,
        customer="cus_0000000000000091",
        subject="sub_mfrggzdfmztwq2lknnwg23tpob",
        sealed="v1.kY1hY2NvdW50IGFuZCBuYW1lLCBzZWFsZWQgYW5kIHNhZmU",
        routing="990000013",
        kind="checking",
        sec="PPD",
        last4="6789",
    ),
    events.DepositsSent(
        id=_ID,
        transfers=("tfr_00000000000000a3", "tfr_00000000000000a5"),
        round=1,
        expires=datetime(2026, 12, 12, 15, 0, tzinfo=UTC),
    ),
    events.VerificationMissed(id=_ID, misses=1),
    events.BankAccountVerified(id=_ID),
    events.VerificationFailed(id=_ID, reason="expired"),
    events.BankAccountBlocked(id=_ID, reason="R02", transfer="tfr_00000000000000b1"),
    events.BankAccountCorrected(
        id=_ID,
        code="C01",
        sealed="v1.dGhlIG51bWJlciBhcyB0aGUgYmFuayBoYXMgY29ycmVjdGVkIGl0",
        routing="990000013",
        kind="checking",
        last4="0001",
    ),
    events.CorrectionRefused(id=_ID, code="C02", field="routing"),
    events.BankAccountRemoved(id=_ID),
)
