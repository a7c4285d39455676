"""The judgement on transfers: ours, against the ledger of the bank that they went to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Literal

import asyncpg
import msgspec

from culm.client import types
from culm.drills.judge import QUERIES
from culm.drills.paying import town as town_
from culm.sandbox.bank import ledger

SENT: Final = frozenset({"settled", "returned"})
"""What the bank has carried out."""
ENDED: Final = SENT | {"cancelled", "rejected"}


class Transfer(msgspec.Struct, frozen=True):
    """What there is of a transfer."""

    id: str
    purpose: str
    state: str
    direction: Literal["credit", "debit"]
    amount: int
    trace: str = ""
    shortfall: int = 0
    unclaimed: int = 0


class Seen(msgspec.Struct, frozen=True):
    """Our transfers, and what the bank says."""

    transfers: tuple[Transfer, ...] = ()
    bank: ledger.Ledger = ledger.Ledger([], [], 0)

    def of(self, purpose: str) -> Iterator[Transfer]:
        """The transfers for something."""
        return (one for one in self.transfers if one.purpose == purpose)

    @property
    def files(self) -> int:
        """How many files the bank has paid from."""
        return len({one.file for one in self.bank.paid})

    @property
    def returned(self) -> int:
        """How many transfers have come back."""
        return sum(one.state == "returned" for one in self.transfers)


async def look(url: str, bank: Path) -> Seen:
    """Read both ledgers."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(QUERIES["transfers"], town_.TENANT)
    finally:
        await connection.close()
    return Seen(
        transfers=tuple(
            msgspec.convert({**row, "id": f"tfr_{row['id']:016x}"}, Transfer) for row in rows
        ),
        bank=ledger.read(bank),
    )


def doubled(seen: Seen) -> list[str]:
    """Payments with two transfers, and what the bank has got twice."""
    purposes = Counter(one.purpose for one in seen.transfers if one.purpose.startswith("pay_"))
    found = [purpose for purpose, times in sorted(purposes.items()) if times > 1]
    found += [f"trace {trace} was paid twice" for trace in seen.bank.paid_twice]
    if seen.bank.duplicates:
        found.append(f"the bank got {seen.bank.duplicates} files again")
    return found


def wrong(seen: Seen, payments: Iterable[types.Payment]) -> list[str]:
    """Payments by the bank that have no transfer, or another one than they say."""
    known = {one.id: one for one in seen.transfers}
    found = []
    for payment in payments:
        transfer = known.get(payment.transfer or "")
        if transfer is None or (transfer.purpose, transfer.amount) != (payment.id, payment.amount):
            found.append(f"{payment.id}: has no transfer of its own")
        elif transfer.state not in _FITS.get(payment.state, ()):
            found.append(f"{payment.id} is {payment.state}, its transfer {transfer.state}")
    return found


_FITS: Final = {
    "captured": {"settled"},
    "returned": {"returned"},
    "failed": {"returned", "rejected"},
    "voided": {"cancelled"},
}
"""The states of transfers, by that of the payment."""


def otherwise(seen: Seen, posted: int) -> list[str]:
    """What the bank has done that we do not know of, or the other way round: entries, returns, and
    what stands on our account with it, `posted` by our own books."""
    ours = Counter((t.trace, t.direction, t.amount) for t in seen.transfers if t.state in SENT)
    theirs = Counter((p.trace, p.side, p.amount_minor) for p in seen.bank.paid)
    found = [
        f"trace {trace}: {side} of {amount} that the bank has not"
        for trace, side, amount in sorted(ours - theirs)
    ]
    found += [
        f"trace {trace}: {side} of {amount} that we have not"
        for trace, side, amount in sorted(theirs - ours)
    ]
    back = Counter(t.trace for t in seen.transfers if t.state == "returned")
    sent_back = Counter(p.trace for p in seen.bank.paid if p.returned)
    found += [
        f"trace {trace}: came back, for one of us"
        for trace in sorted((back - sent_back) + (sent_back - back))
    ]
    there = sum(
        p.amount_minor if p.side == "debit" else -p.amount_minor
        for p in seen.bank.paid
        if not p.returned
    )
    if there != posted:
        found.append(f"the bank has {there} of ours, by our books {posted}")
    return found


def stuck(seen: Seen) -> list[str]:
    """Transfers that have not ended."""
    return [f"{one.id} {one.state}" for one in seen.transfers if one.state not in ENDED]


def is_over(seen: Seen) -> bool:
    """Whether everything has ended, and all that will come back has."""
    return not stuck(seen) and seen.returned == sum(bool(one.returned) for one in seen.bank.paid)
