"""Wallets: made, changed, frozen and closed."""

from __future__ import annotations

from typing import Any

import msgspec

from culm.book.unit import Unit
from culm.customers import api as customers
from culm.ledger import api as ledger
from culm.wallets import checks, commands, events, rejections, types, views
from culm.wallets.decisions import lookup


def create_wallet(unit: Unit, command: commands.CreateWallet) -> views.Wallet:
    """Give a customer who may be served a wallet."""
    checks.name(command.name)
    checks.metadata(command.metadata)
    checks.currencies(command.currencies)
    ledger.tenant(unit)
    customers.usable(unit, command.customer, "customer")
    for index, currency in enumerate(command.currencies):
        ledger.require_currency(unit, currency, f"currencies[{index}]")
    event = events.WalletCreated(
        id=unit.new_id(types.PREFIX),
        customer=command.customer,
        currencies=command.currencies,
        name=command.name,
        metadata=command.metadata,
    )
    unit.record(event)
    wallet = lookup.wallet(unit, event.id)
    return views.wallet(wallet, [views.balance(wallet, one, 0, 0, 0) for one in wallet.currencies])


def update_wallet(unit: Unit, command: commands.UpdateWallet) -> views.Wallet:
    """Change what is given; where nothing is, nothing is recorded."""
    if command.name is not msgspec.UNSET:
        checks.name(command.name)
    if command.metadata is not msgspec.UNSET:
        checks.metadata(command.metadata)
    before = lookup.open_wallet(unit, command.wallet)
    event = events.WalletUpdated(
        id=before.id,
        name=_given(command.name, before.name),
        metadata=_given(command.metadata, before.metadata),
    )
    if (event.name, event.metadata) != (before.name, before.metadata):
        unit.record(event)
    return lookup.view(unit, before.id)


def add_currency(unit: Unit, command: commands.AddCurrency) -> views.Wallet:
    """Let a wallet hold one more; one that it holds already changes nothing."""
    wallet = lookup.open_wallet(unit, command.wallet)
    ledger.require_currency(unit, command.currency, "currency")
    if command.currency not in wallet.currencies:
        if len(wallet.currencies) >= checks.MAX_CURRENCIES:
            raise rejections.CurrenciesInvalid("currency")
        unit.record(events.CurrencyAdded(wallet.id, command.currency))
    return lookup.view(unit, wallet.id)


def freeze_wallet(unit: Unit, command: commands.FreezeWallet) -> views.Wallet:
    """Let it take part in no new payment. Holds and transfers that are under way go on: what a
    bank has settled is a fact, whatever is thought of it here."""
    wallet = lookup.open_wallet(unit, command.wallet)
    if (wallet.freeze, wallet.reason) != (command.directions, command.reason):
        unit.record(events.WalletFrozen(wallet.id, command.directions, command.reason))
    return lookup.view(unit, wallet.id)


def unfreeze_wallet(unit: Unit, command: commands.UnfreezeWallet) -> views.Wallet:
    """Let it take part again."""
    wallet = lookup.open_wallet(unit, command.wallet)
    if wallet.freeze != "none":
        unit.record(events.WalletUnfrozen(wallet.id))
    return lookup.view(unit, wallet.id)


def close_wallet(unit: Unit, command: commands.CloseWallet) -> views.Wallet:
    """Close an empty wallet, and its accounts with it."""
    wallet = lookup.open_wallet(unit, command.wallet)
    accounts = list(filter(None, [ledger.find_account(unit, code) for code in wallet.codes]))
    balances = [ledger.balance(unit, account.id) for account in accounts]
    if any(one.held_in or one.held_out for one in balances):
        raise rejections.WalletHasHolds("wallet")
    if any(one.posted for one in balances):
        raise rejections.WalletNotEmpty("wallet")
    unit.record(events.WalletClosed(wallet.id))
    for account in accounts:
        if not account.closed:
            ledger.close_account(unit, account.id)
    return lookup.view(unit, wallet.id)


def want_creation(unit: Unit, command: commands.CreateWallet) -> None:
    """Ask for what creating a wallet reads."""
    ledger.want_accounts(unit)
    customers.want_customers(unit, command.customer)


def _given(value: Any, before: Any) -> Any:
    return before if value is msgspec.UNSET else value
