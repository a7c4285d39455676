"""Making a payment: who pays whom, what it costs, and who else gets a part of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.payments import (
    checks,
    commands,
    events,
    rails,
    rejections,
    sharing,
    terms,
    types,
    views,
)
from culm.payments.decisions import confirming, exchanging, lookup, pricing
from culm.timers import api as timers
from culm.wallets import api as wallets

UNCONFIRMED: Final = timedelta(days=1)
"""How long a payment waits to be confirmed, where nothing else was said."""

LONGEST: Final = timedelta(days=90)


def create_payment(unit: Unit, command: commands.CreatePayment) -> views.Payment:
    """Make a payment, and let it go ahead unless it is to be confirmed later."""
    return views.payment(lookup.payment(unit, create(unit, command)))


def create(unit: Unit, command: commands.CreatePayment, *, by: rails.By = None) -> str:
    """Make a payment; its id. An outsider is paid out to who has no bank account linked here: then
    there is no destination. What is paid to one, or by an authority, is confirmed at once."""
    amount = check_form(command, outside=isinstance(by, rails.Outsider))
    ledger.tenant(unit)
    expires = _expiry(unit, command)
    exchange = exchanging.agreed(unit, command)
    bought = command.currency if exchange is None else exchange.currency
    source, destination = _sides(unit, command, bought, by)
    fee = pricing.fee_of(unit, command, amount)
    parts = _parts(unit, command, amount)
    borne = int(fee.amount) if fee is not None and fee.bearer == "payee" else 0
    if borne + sum([int(part.amount) for part in parts]) > amount:
        raise rejections.FeeExceedsAmount("splits" if parts else "amount")
    payment_id = unit.new_id(types.PREFIX)
    unit.record(
        events.PaymentCreated(
            id=payment_id,
            kind=command.kind,
            amount=str(amount),
            currency=command.currency,
            source=command.source,
            destination=command.destination,
            payer=source.customer,
            payee=destination.customer,
            source_account=source.account,
            destination_account=destination.account,
            method=command.capture,
            fee=fee,
            parts=parts,
            same_day=command.same_day,
            expires=expires,
            reference=command.reference,
            description=command.description,
            metadata=command.metadata,
            exchange=exchange,
        )
    )
    if command.confirm:
        confirming.confirm(unit, lookup.payment(unit, payment_id), by)
    return payment_id


def check_form(command: commands.CreatePayment, *, outside: bool = False) -> int:
    """What can be judged without any state. Returns the amount."""
    amount = ledger.check_amount(command.amount, "amount")
    if not outside:
        checks.parties(command.kind, command.source, command.destination)
    _check_options(command)
    if command.reference:
        ledger.check_reference(command.reference)
    if command.description:
        checks.description(command.description)
    if command.metadata:
        ledger.check_metadata(command.metadata)
    if command.expires is not None:
        ledger.check_moment(command.expires, "expires")
    return amount


def _check_options(command: commands.CreatePayment) -> None:
    """Not every kind of payment has every option."""
    if command.kind != "purchase":
        if command.capture != "automatic":
            raise rejections.OptionInvalid("capture")
        if command.splits:
            raise rejections.OptionInvalid("splits")
    if command.same_day and command.kind in checks.ON_WALLETS:
        raise rejections.OptionInvalid("same_day")
    if (command.quote is None) is (command.kind == "exchange"):
        raise rejections.OptionInvalid("quote")
    if command.kind == "exchange" and not command.confirm:
        raise rejections.OptionInvalid("confirm")
    if command.splits:
        _check_splits(command)


def _check_splits(command: commands.CreatePayment) -> None:
    named = {command.source, command.destination}
    if len(command.splits) > checks.MAX_SPLITS:
        raise rejections.SplitsInvalid("splits")
    for index, split in enumerate(command.splits):
        given = (split.amount is None) + (split.basis_points is None)
        points = split.basis_points
        if given != 1 or (points is not None and not 1 <= points <= checks.MAX_BASIS_POINTS):
            raise rejections.SplitsInvalid(f"splits[{index}]")
        if split.amount is not None:
            ledger.check_amount(split.amount, f"splits[{index}].amount")
        if split.wallet in named:
            raise rejections.SplitsInvalid(f"splits[{index}].wallet")
        named.add(split.wallet)


def _expiry(unit: Unit, command: commands.CreatePayment) -> datetime | None:
    """When the payment ends by itself: only one that waits for something does."""
    if command.expires is None:
        return None if command.confirm else timers.now(unit) + UNCONFIRMED
    now, expires = timers.now(unit), command.expires.astimezone(UTC)
    if not now < expires <= now + LONGEST:
        raise rejections.ExpiryInvalid("expires")
    return expires


class _Side:
    """One side of a payment: its customer, and its account in the ledger where it has one."""

    __slots__ = ("account", "customer")

    def __init__(self, customer: str, account: str = "") -> None:
        self.customer = customer
        self.account = account


def _sides(
    unit: Unit, command: commands.CreatePayment, bought: str, by: rails.By
) -> tuple[_Side, _Side]:
    """Both sides, as they may take part in a new payment; the payee gets the currency `bought`."""
    currency, source, destination = command.currency, command.source, command.destination
    if command.kind in checks.ON_WALLETS:
        return (
            _wallet(unit, source, currency, "out", "source"),
            _wallet(unit, destination, bought, "in", "destination"),
        )
    if currency != rails.CURRENCY:
        raise rejections.CurrencyInvalid("currency")
    if command.kind == "top_up":
        wallet = _wallet(unit, destination, currency, "in", "destination")
        owner = None if isinstance(by, rails.Authority) and not by.own else wallet
        return _bank(unit, command, source, "source", owner=owner), wallet
    wallet = _wallet(unit, source, currency, "out", "source")
    if isinstance(by, rails.Outsider):
        return wallet, _Side("")
    owner = None if command.kind == "payout" else wallet
    return wallet, _bank(unit, command, destination, "destination", owner=owner)


def _bank(
    unit: Unit, command: commands.CreatePayment, account_id: str, field: str, *, owner: _Side | None
) -> _Side:
    """A bank account outside: of the customer who owns the wallet, where that is asked for."""
    account = rails.usable(unit, command.kind, account_id, field)
    if owner is not None and account.customer != owner.customer:
        raise rejections.NotOwnAccount(field)
    return _Side(account.customer)


def _wallet(
    unit: Unit, wallet: str, currency: str, direction: wallets.Direction, field: str
) -> _Side:
    account = wallets.account(unit, wallet, currency, direction=direction, field=field)
    return _Side(wallets.wallet(unit, wallet).customer, account)


def _parts(unit: Unit, command: commands.CreatePayment, amount: int) -> tuple[terms.Part, ...]:
    """What each other receiver gets. One whose share comes to nothing is left out."""
    parts = []
    for index, split in enumerate(command.splits):
        share = int(split.amount or 0) or sharing.split(amount, split.basis_points or 0)
        field = f"splits[{index}].wallet"
        side = _wallet(unit, split.wallet, command.currency, "in", field)
        if share:
            parts.append(terms.Part(split.wallet, side.account, str(share), side.customer))
    return tuple(parts)


def want_new(unit: Unit, command: commands.CreatePayment) -> None:
    """Ask for what making and confirming a payment reads."""
    ledger.want_accounts(unit, lookup.income(command.currency))
    pricing.want_price(unit, command)
    named = [one for one in (command.source, command.destination) if one.startswith(checks.WALLET)]
    for wallet in named:
        wallets.want_use(unit, wallet, command.currency)
    bought = exchanging.want_new(unit, command)
    if bought is not None:
        wallets.want_use(unit, command.destination, bought)
    for split in command.splits:
        wallets.want_use(unit, split.wallet, command.currency)
    rails.want_new(
        unit, command.kind, command.source, command.destination, same_day=command.same_day
    )
