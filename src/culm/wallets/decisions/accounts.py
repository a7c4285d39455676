"""The ledger's account behind a wallet's currency, opened when it is first needed."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.customers import api as customers
from culm.ledger import api as ledger
from culm.wallets import rejections, types
from culm.wallets.decisions import lookup


def account(
    unit: Unit, wallet_id: str, currency: str, *, direction: types.Direction, field: str = "wallet"
) -> str:
    """The id of the account by which a wallet takes part in a new payment.

    Raises `WalletNotFound`, `WalletClosed`, `WalletFrozen`, `CurrencyNotHeld`, and what
    `customers.usable` raises about its customer.
    """
    wallet = lookup.open_wallet(unit, wallet_id, field)
    if wallet.freeze in (direction, "both"):
        raise rejections.WalletFrozen(field)
    customers.usable(unit, wallet.customer, field)
    return _account(unit, wallet, currency, field)


def settled_account(unit: Unit, wallet_id: str, currency: str, *, field: str = "wallet") -> str:
    """The id of the same account for what ends a payment that has begun: a refund, a return.
    Neither a freeze nor what has become of the customer stands in its way.

    Raises `WalletNotFound`, `WalletClosed`, `CurrencyNotHeld`.
    """
    return _account(unit, lookup.open_wallet(unit, wallet_id, field), currency, field)


def _account(unit: Unit, wallet: types.Wallet, currency: str, field: str) -> str:
    if currency not in wallet.currencies:
        raise rejections.CurrencyNotHeld(field)
    code = types.code(wallet.id, currency)
    found = ledger.find_account(unit, code)
    if found is not None:
        return found.id
    metadata = {"wallet": wallet.id}
    return ledger.open_account(unit, code=code, currency=currency, minimum=0, metadata=metadata)
