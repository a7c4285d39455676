"""Beancount: plain text accounting that its own tools check, down to every balance.

Amounts are decimal, debits positive. Transactions have the UTC date of their effective time. What
each account amounts to is asserted at the end, from balances that were not summed up from the
lines above them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import IO, Final

from culm.kernel import clock
from culm.ledger.export import names, source

_BEGINNING: Final = date(1970, 1, 1)
_DAY: Final = timedelta(days=1)


async def write(books: source.Source, output: IO[bytes]) -> int:
    """Write the journal; how many postings there were."""
    written, last = 0, _BEGINNING
    output.write("".join(_head(books)).encode())
    async for account in books.accounts():
        last = max(last, _day(account.since))
        output.write(_open(account).encode())
    async for lines in books.lines():
        written += len(lines)
        last = max(last, _day(max(line.effective for line in lines)))
        for _, postings in groupby(lines, attrgetter("position")):
            output.write("".join(_transaction(list(postings))).encode())
    async for balance in _with_children(books.balances()):
        output.write(_balance(balance, last + _DAY).encode())
    return written


def _head(books: source.Source) -> Iterator[str]:
    effective = f"effective by {clock.timestamp(books.effective)}, " if books.effective else ""
    yield f"; The ledger of {books.tenant.id}: {effective}recorded by "
    yield f"{clock.timestamp(books.recorded)}. Times are in UTC.\n"
    yield f'option "title" {_string(books.tenant.name)}\n'
    for currency, scale in books.scales.items():
        yield f"\n{_BEGINNING} commodity {names.currency_name(currency)}\n  scale: {scale}\n"


def _open(account: source.Account) -> str:
    name, currency = names.account_name(account.code), names.currency_name(account.currency)
    return (
        f"\n{_day(account.since)} open {name} {currency}\n"
        f'  id: "{account.id}"\n  code: "{account.code}"\n'
    )


def _transaction(postings: list[source.Line]) -> Iterator[str]:
    first = postings[0]
    yield f"\n{_day(first.effective)} * {_string(first.reference or first.kind)}\n"
    yield f'  id: "{first.transaction_id}"\n  kind: "{first.kind}"\n'
    if first.reverses:
        yield f'  reverses: "{first.reverses}"\n'
    if first.hold:
        yield f'  hold: "{first.hold}"\n'
    yield f'  effective: "{clock.timestamp(first.effective)}"\n'
    yield f'  recorded: "{clock.timestamp(first.recorded)}"\n'
    for line in postings:
        amount = source.decimal_text(line.amount, line.scale)
        currency = names.currency_name(line.currency)
        yield f"  {names.account_name(line.account)}  {amount} {currency}\n"


def _balance(balance: source.Balance, day: date) -> str:
    """An assertion of the exact amount: without the tolerance of zero, Beancount allows some."""
    amount = source.decimal_text(balance.amount, balance.scale)
    name, currency = names.account_name(balance.code), names.currency_name(balance.currency)
    return f"\n{day} balance {name}  {amount} ~ 0 {currency}\n"


async def _with_children(
    balances: AsyncIterator[source.Balance],
) -> AsyncIterator[source.Balance]:
    """Each account with all that is below it in its currency, as Beancount asserts it.

    Whatever is below an account follows right after it; so only the accounts on the path to the
    present one are kept.
    """
    path: list[tuple[source.Balance, dict[str, int]]] = []
    async for balance in balances:
        while path and not balance.code.startswith(f"{path[-1][0].code}:"):
            yield _leave(path)
        path.append((balance, {balance.currency: balance.amount}))
    while path:
        yield _leave(path)


def _leave(path: list[tuple[source.Balance, dict[str, int]]]) -> source.Balance:
    """Take the last account off the path and count what is on it, and below, to its parent."""
    balance, totals = path.pop()
    if path:
        above = path[-1][1]
        for currency, amount in totals.items():
            above[currency] = above.get(currency, 0) + amount
    return balance._replace(amount=totals[balance.currency])


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
