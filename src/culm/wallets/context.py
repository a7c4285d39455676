"""What wallets bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.wallets import apply, commands, examples, tables, views
from culm.wallets.decisions import limits, lookup, wallets

_WALLET: Final = views.Wallet

WALLETS: Final = Context(
    name="wallets",
    tables=(tables.WALLETS, tables.LIMITS, tables.USES),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreateWallet, _WALLET, wallets.create_wallet, wallets.want_creation),
        Command(commands.UpdateWallet, _WALLET, wallets.update_wallet, lookup.want_wallet),
        Command(commands.AddCurrency, _WALLET, wallets.add_currency, lookup.want_wallet),
        Command(commands.FreezeWallet, _WALLET, wallets.freeze_wallet, lookup.want_wallet),
        Command(commands.UnfreezeWallet, _WALLET, wallets.unfreeze_wallet, lookup.want_wallet),
        Command(commands.CloseWallet, _WALLET, wallets.close_wallet, lookup.want_wallet),
        Command(commands.SetLimits, views.WalletLimits, limits.set_limits, limits.want_limits),
    ),
    examples=examples.EXAMPLES,
)
