"""Exchanges: money sold in one currency and bought in another, as one balanced transaction.

An exchange has two legs. In the first, an account gives up the amount sold, and the position
account of that currency takes it; in the second, the position account of the other currency gives
the amount bought to the account that receives it. Each leg balances in its own currency, so the
whole does, and what the books hold open in each currency stands on its position account.
"""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.ledger import checks, commands, rejections, views
from culm.ledger.decisions import lookup, posting

KIND: Final = "fx"

FIELDS: Final = ("sell_account", "sell_position", "buy_position", "buy_account")
"""What the account of each posting is called in the command, in the order of the postings."""


def exchange(unit: Unit, command: commands.Exchange) -> views.Transaction:
    """Book an exchange."""
    check_form(command)
    sell, buy = int(command.sell), int(command.buy)
    tenant = lookup.tenant(unit)
    pays, sold, bought, receives = (
        lookup.named(unit, getattr(command, field), field) for field in FIELDS
    )
    if pays.account.id == sold.account.id:
        raise rejections.SameAccount("sell_position")
    if bought.account.id == receives.account.id:
        raise rejections.SameAccount("buy_position")
    if sold.account.currency != pays.account.currency:
        raise rejections.CurrencyMismatch("sell_position")
    if bought.account.currency != receives.account.currency:
        raise rejections.CurrencyMismatch("buy_position")
    # Paying lowers an account and receiving raises it, whatever its normal side is.
    sell *= pays.account.sign
    buy *= receives.account.sign
    lines: list[posting.Line] = [(pays, -sell), (sold, sell), (bought, -buy), (receives, buy)]
    effective = lookup.effective(unit, command.effective)
    try:
        posting.check_lines(lines)
        posting.check_period(tenant, effective or unit.now)
        posting.check_limits(lines)
    except rejections.LedgerRejection as rejection:
        raise type(rejection)(_field_of(rejection.field)) from None
    event = posting.record(
        unit,
        lines,
        kind=KIND,
        reference=command.reference,
        effective=effective,
        metadata=command.metadata,
    )
    return views.transaction(event, unit.now)


def check_form(command: commands.Exchange) -> None:
    """What can be judged without any state."""
    checks.reference(command.reference)
    checks.metadata(command.metadata)
    checks.moment(command.effective, "effective")
    checks.amount(command.sell, "sell")
    checks.amount(command.buy, "buy")


def _field_of(field: str | None) -> str | None:
    """What the account of a posting is called in the command."""
    named = {f"postings[{index}].account": name for index, name in enumerate(FIELDS)}
    return named.get(field, field) if field else field


def want_exchange(unit: Unit, command: commands.Exchange) -> None:
    """Ask for what an exchange reads."""
    lookup.want_accounts(unit, [getattr(command, field) for field in FIELDS])
