"""Bodies of requests whose path already names the wallet: the command without it."""

from __future__ import annotations

from typing import Literal

import msgspec

from culm.wallets import commands, types


class WalletChange(commands.Command, frozen=True):
    """Change a wallet's name or metadata; what is left out stays as it is."""

    name: commands.Name | msgspec.UnsetType = msgspec.UNSET
    metadata: commands.Metadata | msgspec.UnsetType = msgspec.UNSET


class WalletCurrency(commands.Command, frozen=True):
    """Have a wallet hold one more currency."""

    currency: commands.Currency


class WalletFreeze(commands.Command, frozen=True):
    """Let a wallet take part in no new payment: in neither direction, or in one."""

    directions: Literal["in", "out", "both"] = "both"
    reason: types.Reason = "requested"
