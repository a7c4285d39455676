"""The form of what payments are asked: checks that need no state, before those that do."""

from __future__ import annotations

import re
from typing import Final

from culm.kernel import ids, money
from culm.payments import rejections, types

MAX_DESCRIPTION: Final = 200
MAX_NAME: Final = 100
MAX_SPLITS: Final = 10
MAX_TIERS: Final = 20
MAX_BASIS_POINTS: Final = 10_000

WALLET: Final = "wal"
BANK: Final = "bac"

_SIDES: Final[dict[types.Kind, tuple[str, str]]] = {
    "transfer": (WALLET, WALLET),
    "purchase": (WALLET, WALLET),
    "top_up": (BANK, WALLET),
    "withdrawal": (WALLET, BANK),
    "payout": (WALLET, BANK),
    "exchange": (WALLET, WALLET),
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]|[\ud800-\udfff]")

ON_WALLETS: Final[frozenset[types.Kind]] = frozenset({"transfer", "purchase", "exchange"})
"""Kinds that the instant rail carries; the others go by a bank."""


def description(text: str) -> None:
    """Refuse a description that is too long or not printable."""
    if len(text) > MAX_DESCRIPTION or _CONTROL.search(text):
        raise rejections.DescriptionInvalid("description")


def parties(kind: types.Kind, source: str, destination: str) -> None:
    """Refuse two sides that make no payment of this kind."""
    for field, prefix, party in zip(
        ("source", "destination"), _SIDES[kind], (source, destination), strict=True
    ):
        if not ids.is_id(prefix, party):
            raise rejections.PartiesInvalid(field)
    if source == destination and kind != "exchange":
        raise rejections.PartiesInvalid("destination")


def bearer(kind: types.Kind, agreed: types.Bearer) -> types.Bearer:
    """Who bears a fee: where a bank is on the other side, it is always the wallet; where another
    currency is, it is who pays, in the currency of the payment."""
    if kind == "exchange":
        return "payer"
    if kind in ON_WALLETS:
        return agreed
    return "payee" if kind == "top_up" else "payer"


def name(text: str) -> None:
    """Refuse a name that is empty, too long or not printable."""
    if not 0 < len(text) <= MAX_NAME or _CONTROL.search(text):
        raise rejections.FeeScheduleInvalid("name")


def minor(value: int | str, field: str) -> int:
    """Minor units of a schedule, zero or more."""
    if value in (0, "0"):
        return 0
    parsed = money.parse_minor(value)
    if parsed is None:
        raise rejections.FeeScheduleInvalid(field)
    return parsed


def tiers(found: tuple[types.Tier, ...]) -> None:
    """Refuse tiers that do not rise, or leave amounts without a price."""
    if not 1 <= len(found) <= MAX_TIERS or found[-1].up_to is not None:
        raise rejections.FeeScheduleInvalid("tiers")
    below = 0
    for index, tier in enumerate(found):
        if not 0 <= tier.basis_points <= MAX_BASIS_POINTS:
            raise rejections.FeeScheduleInvalid(f"tiers[{index}].basis_points")
        if index < len(found) - 1:
            if tier.up_to is None or tier.up_to <= below:
                raise rejections.FeeScheduleInvalid(f"tiers[{index}].up_to")
            below = tier.up_to
