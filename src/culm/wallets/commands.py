"""What may be asked of wallets. Amounts are minor units: an integer, or its digits as a string."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from culm.kernel import money
from culm.wallets import checks, types


def _described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form; it is `checks` that refuses another."""
    return msgspec.Meta(extra_json_schema=schema)


_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_KEY = {"minLength": 1, "maxLength": checks.MAX_METADATA_KEY, "pattern": _PRINTABLE}
_Value = Annotated[str, _described(maxLength=checks.MAX_METADATA_VALUE, pattern=_PRINTABLE)]

Name = Annotated[str, _described(maxLength=checks.MAX_NAME, pattern=_PRINTABLE)]
Metadata = Annotated[
    dict[str, _Value], _described(maxProperties=checks.MAX_METADATA_KEYS, propertyNames=_KEY)
]
Currency = Annotated[str, _described(pattern=f"^{money.ASSET_CODE.pattern}$")]
Currencies = Annotated[
    tuple[Currency, ...], _described(minItems=1, maxItems=checks.MAX_CURRENCIES, uniqueItems=True)
]
Tier = Annotated[str, _described(pattern=f"^{checks.TIER.pattern}$")]
Sum = (
    Annotated[int, msgspec.Meta(ge=0)]
    | Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9][0-9]{0,37})$")]
)
Count = Annotated[int, msgspec.Meta(ge=0, le=checks.MAX_COUNT)]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of wallets, by the tenant that the request names."""


class CreateWallet(Command, frozen=True):
    """Give a customer a wallet that holds some currencies. Its name is a label for people, and no
    place for personal data, nor is its metadata."""

    customer: str
    currencies: Currencies
    name: Name = ""
    metadata: Metadata = {}


class UpdateWallet(Command, frozen=True):
    """Change a wallet's name or metadata; what is left out stays as it is."""

    wallet: str
    name: Name | msgspec.UnsetType = msgspec.UNSET
    metadata: Metadata | msgspec.UnsetType = msgspec.UNSET


class AddCurrency(Command, frozen=True):
    """Have a wallet hold one more currency."""

    wallet: str
    currency: Currency


class FreezeWallet(Command, frozen=True):
    """Let a wallet take part in no new payment: in neither direction, or in one."""

    wallet: str
    directions: Literal["in", "out", "both"] = "both"
    reason: types.Reason = "requested"


class UnfreezeWallet(Command, frozen=True):
    """Let a wallet take part in payments again, in both directions."""

    wallet: str


class CloseWallet(Command, frozen=True):
    """Close a wallet for good: it must be empty, with nothing held or on its way."""

    wallet: str


class SetLimits(Command, frozen=True):
    """Set what wallets of a tier may do in a currency and direction: a payment, a day, a month, in
    UTC. What is left out has no bound; zero lets nothing pass."""

    tier: Tier
    currency: Currency
    direction: types.Direction
    per_payment: Sum | None = None
    day_sum: Sum | None = None
    day_count: Count | None = None
    month_sum: Sum | None = None
    month_count: Count | None = None
