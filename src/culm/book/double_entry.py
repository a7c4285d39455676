"""Double entry, proven beside the fold: from the entries in SQL, and from events' bodies alone.

The Book itself knows no ledger: whoever proves a ledger's log hands these in.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from culm.book import event as event_
from culm.book import finding, stream
from culm.kernel import sql

QUERIES: Final = sql.load_queries("culm.book", "double_entry.sql")

_TRANSACTION: Final = "ledger.transaction_posted"
_AMOUNT: Final = re.compile(r"0|-?[1-9][0-9]{0,37}")


class _Posted(msgspec.Struct, frozen=True):
    """As much of a transaction's body as double entry is about: (account, amount, currency)."""

    postings: tuple[tuple[str, str, str], ...]


_decode = msgspec.json.Decoder(_Posted).decode


async def audit(connection: stream.Connection, partition: int) -> finding.Finding | None:
    """Whether the entries balance: by event, along each account, and over all accounts."""
    for check in (_events, _accounts, _totals):
        found = await check(connection, partition)
        if found is not None:
            return found
    return None


def unbalanced(row: event_.LogRow) -> str | None:
    """What is wrong with the double entry of an event, by its body alone; None: nothing."""
    if row.type != _TRANSACTION:
        return None
    sums: dict[str, int] = {}
    try:
        postings = _decode(row.body).postings
    except msgspec.DecodeError as error:
        return f"the body is not that of a transaction: {error}"
    for _, amount, currency in postings:
        if not _AMOUNT.fullmatch(amount):
            return f"an amount of the transaction is no number of minor units: {amount[:50]!r}"
        sums[currency] = sums.get(currency, 0) + int(amount)
    for currency, total in sums.items():
        if total:
            return f"the postings do not balance: debits less credits are {total} in {currency}"
    return None


async def _events(connection: stream.Connection, partition: int) -> finding.Finding | None:
    row = await _first(connection, partition, "unbalanced_event")
    return row and finding.Finding(
        partition=partition,
        table="ledger_entry",
        key=f"event {row['event']}",
        what=f"the entries of the event do not balance in {row['currency']}",
        expected="0",
        found=str(row["total"]),
    )


async def _accounts(connection: stream.Connection, partition: int) -> finding.Finding | None:
    row = await _first(connection, partition, "broken_balance")
    return row and finding.Finding(
        partition=partition,
        table="ledger_entry",
        key=f"account {row['account']}, version {row['version']}",
        what="the entry does not continue the account's balance, or is out of range",
        expected=f"version {row['expected_version']}, posted {row['expected_posted']}",
        found=f"version {row['version']}, posted {row['posted']}, "
        f"held in {row['held_in']}, held out {row['held_out']}",
    )


async def _totals(connection: stream.Connection, partition: int) -> finding.Finding | None:
    row = await _first(connection, partition, "unequal_trial_balance")
    return row and finding.Finding(
        partition=partition,
        table="ledger_entry",
        key=f"tenant {row['tenant']}",
        what=f"the trial balance is not equal in {row['currency']}",
        expected=f"debit {row['debit']}",
        found=f"credit {row['credit']}",
    )


async def _first(connection: stream.Connection, partition: int, name: str) -> Any:
    return await connection.fetchrow(QUERIES[name], partition, timeout=stream.LIMIT_SECONDS)
