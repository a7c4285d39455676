"""Finding what a command or a payment names: a wallet, its accounts, its limits."""

from __future__ import annotations

import contextlib
from typing import Final, Protocol

from culm.book import unit as unit_
from culm.book.unit import Unit
from culm.customers import api as customers
from culm.kernel import errors
from culm.ledger import api as ledger
from culm.timers import api as timers
from culm.wallets import rejections, types, views
from culm.wallets.tables import LIMITS, USES, WALLETS

DIRECTIONS: Final[tuple[types.Direction, ...]] = ("in", "out")


class OfWallet(Protocol):
    """A command that names a wallet."""

    @property
    def wallet(self) -> str:
        """The wallet's id."""


def wallet(unit: Unit, wallet_id: str, field: str = "wallet") -> types.Wallet:
    """One of the tenant's wallets. Raises `WalletNotFound`."""
    found = unit.get(WALLETS, wallet_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.WalletNotFound(field)
    return found


def open_wallet(unit: Unit, wallet_id: str, field: str = "wallet") -> types.Wallet:
    """One of the tenant's wallets that is not closed. Raises `WalletClosed` too."""
    found = wallet(unit, wallet_id, field)
    if found.closed:
        raise rejections.WalletClosed(field)
    return found


def view(unit: Unit, wallet_id: str) -> views.Wallet:
    """A wallet with what is in it, as commands answer it."""
    found = wallet(unit, wallet_id)
    return views.wallet(found, [balance(unit, found, one) for one in found.currencies])


def balance(unit: Unit, wallet: types.Wallet, currency: str) -> views.WalletBalance:
    """What a wallet has in one of its currencies; nothing, before its account is opened."""
    account = ledger.find_account(unit, types.code(wallet.id, currency))
    if account is None:
        return views.balance(wallet, currency, 0, 0, 0)
    found = ledger.balance(unit, account.id)
    return views.balance(wallet, currency, found.posted, found.held_in, found.held_out)


def want_wallets(unit: Unit, *wallet_ids: str) -> None:
    """Ask for wallets, and once they are there for their accounts and their customers."""
    unit.want(WALLETS, wallet_ids)
    known = list(filter(None, [unit.peek(WALLETS, one) for one in wallet_ids]))
    ledger.want_accounts(unit, *[code for one in known for code in one.codes])
    customers.want_customers(unit, *[one.customer for one in known])


def want_wallet(unit: Unit, command: OfWallet) -> None:
    """Ask for the wallet that a command names."""
    want_wallets(unit, command.wallet)


def want_use(unit: Unit, wallet_id: str, currency: str) -> None:
    """Ask for what a wallet has used of its limits, and once its customer is there for what those
    are."""
    want_wallets(unit, wallet_id)
    timers.want_clock(unit)
    unit.want(USES, [(wallet_id, currency, direction) for direction in DIRECTIONS])
    found = unit.peek(WALLETS, wallet_id)
    if found is None:
        return
    with contextlib.suppress(unit_.Missing, errors.Rejection):
        tier = customers.customer(unit, found.customer).tier
        unit.want(LIMITS, [(unit.origin.tenant, tier, currency, one) for one in DIRECTIONS])
