"""The door of wallets for the contexts above them: helpers on a unit, for decisions and applies.

A payment asks for `account` on each side, then `check_limits`; the apply function of its fact calls
`count_use`, that of a void or a failure `uncount_use` with the time at which it was counted. What
payments book on these accounts reads well in a wallet's history where the transaction has a `kind`
that `wallets.wording` knows, the payment's id as its `reference`, and what it was for, in words
that both sides may read, as `description` in its metadata.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from culm.book.unit import Unit
from culm.wallets import apply, rejections, types
from culm.wallets.decisions import accounts, limits, lookup

WalletsRejection = rejections.WalletsRejection
WalletNotFound = rejections.WalletNotFound
WalletFrozen = rejections.WalletFrozen
WalletClosed = rejections.WalletClosed
CurrencyNotHeld = rejections.CurrencyNotHeld
LimitExceeded = rejections.LimitExceeded

Wallet = types.Wallet
Direction = types.Direction

account: Final = accounts.account
settled_account: Final = accounts.settled_account
check_limits: Final = limits.check_limits
want_wallets: Final = lookup.want_wallets
want_use: Final = lookup.want_use

wallet: Final[Callable[..., types.Wallet]] = lookup.wallet
"""One of the tenant's wallets, whatever its state. Raises `WalletNotFound`."""


def count_use(
    unit: Unit,
    wallet_id: str,
    *,
    currency: str,
    amount: int,
    direction: types.Direction,
    at: datetime,
    times: int = 1,
) -> None:
    """For apply functions: count a payment of an amount, made at a time of the tenant's, towards
    the limits of its day and its month in UTC."""
    apply.use(
        unit, wallet_id, currency=currency, direction=direction, at=at, amount=amount, times=times
    )


def uncount_use(
    unit: Unit,
    wallet_id: str,
    *,
    currency: str,
    amount: int,
    direction: types.Direction,
    at: datetime,
    times: int = 1,
) -> None:
    """For apply functions: give back what was counted `at` a time; a part of it with `times=0`.
    It is given back to the day and month in which it counted, not to those in which it ends."""
    apply.use(
        unit, wallet_id, currency=currency, direction=direction, at=at, amount=-amount, times=-times
    )
