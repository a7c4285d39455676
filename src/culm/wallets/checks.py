"""The form of what wallets are asked with. No state is needed for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from culm.kernel import money
from culm.wallets import rejections

MAX_NAME: Final = 100
MAX_METADATA_KEYS: Final = 20
MAX_METADATA_KEY: Final = 64
MAX_METADATA_VALUE: Final = 500
MAX_CURRENCIES: Final = 20
MAX_COUNT: Final = 1_000_000_000

TIER: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]|[\ud800-\udfff]")
_SUM: Final = re.compile(r"0|[1-9][0-9]{0,37}")


def name(text: str) -> None:
    """Refuse a name that is too long or not printable, with `NameInvalid`."""
    if len(text) > MAX_NAME or _CONTROL.search(text):
        raise rejections.NameInvalid("name")


def metadata(values: dict[str, str]) -> None:
    """Refuse metadata that is too large or not printable, with `MetadataInvalid`."""
    if len(values) > MAX_METADATA_KEYS:
        raise rejections.MetadataInvalid("metadata")
    for key, value in values.items():
        if not (0 < len(key) <= MAX_METADATA_KEY and len(value) <= MAX_METADATA_VALUE):
            raise rejections.MetadataInvalid(f"metadata.{key[:MAX_METADATA_KEY]}")
        if _CONTROL.search(key) or _CONTROL.search(value):
            raise rejections.MetadataInvalid("metadata")


def currencies(given: Sequence[str]) -> None:
    """Refuse no currency, too many, or one twice, with `CurrenciesInvalid`."""
    if not 0 < len(given) <= MAX_CURRENCIES or len(set(given)) != len(given):
        raise rejections.CurrenciesInvalid("currencies")


def tier(text: str) -> None:
    """Refuse what is no tier, with `LimitsInvalid`."""
    if not TIER.fullmatch(text):
        raise rejections.LimitsInvalid("tier")


def most(value: int | str | None, field: str) -> int | None:
    """The most that a sum may come to, in minor units. Raises `LimitsInvalid`."""
    if value is None:
        return None
    if isinstance(value, str) and not _SUM.fullmatch(value):
        raise rejections.LimitsInvalid(field)
    if not 0 <= (parsed := int(value)) <= money.MAX_MINOR:
        raise rejections.LimitsInvalid(field)
    return parsed


def count(value: int | None, field: str) -> None:
    """Refuse a number of payments out of range, with `LimitsInvalid`."""
    if value is not None and not 0 <= value <= MAX_COUNT:
        raise rejections.LimitsInvalid(field)
