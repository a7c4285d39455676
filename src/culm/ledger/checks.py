"""The form of what the ledger is asked: checks that need no state, before those that do."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime
from typing import Final

from culm.kernel import money
from culm.ledger import rejections, types

MAX_METADATA_KEYS: Final = 50
MAX_METADATA_KEY: Final = 64
MAX_METADATA_VALUE: Final = 500
MAX_REFERENCE: Final = 140
MAX_NAME: Final = 200
MAX_CODE: Final = 200

ROOTS: Final[dict[str, types.Side]] = {
    "assets": "debit",
    "liabilities": "credit",
    "equity": "credit",
    "income": "credit",
    "expenses": "debit",
}
"""The five roots of a chart of accounts, and the normal side of what lies below each."""

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9998, 12, 31, tzinfo=UTC)
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
KIND: Final = re.compile(r"[a-z][a-z0-9._-]{0,63}")
_SEGMENT: Final = r"[a-z0-9][a-z0-9._-]{0,63}"
CODE: Final = re.compile(rf"({'|'.join(ROOTS)})(:{_SEGMENT}){{1,15}}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]|[\ud800-\udfff]")


def tenant_id(tenant: str, name: str) -> None:
    """Refuse a tenant id or name of the wrong form."""
    if not _TENANT.fullmatch(tenant):
        raise rejections.TenantInvalid("tenant")
    if not 0 < len(name) <= MAX_NAME or _CONTROL.search(name):
        raise rejections.TenantInvalid("name")


def account_code(code: str) -> None:
    """Refuse a code that is no path from one of the five roots."""
    if not is_code(code):
        raise rejections.CodeInvalid("code")


def is_code(text: str) -> bool:
    """Whether a text has the form of an account's code path."""
    return len(text) <= MAX_CODE and _is_path(text)


@functools.lru_cache(maxsize=65_536)
def _is_path(text: str) -> bool:
    return CODE.fullmatch(text) is not None


def asset_name(name: str) -> None:
    """Refuse a name that is too long or not printable."""
    if len(name) > MAX_NAME or _CONTROL.search(name):
        raise rejections.AssetInvalid("name")


def normal_side(code: str) -> types.Side:
    """The side that increases an account, by the root of its code."""
    return ROOTS[code.partition(":")[0]]


def kind(text: str) -> None:
    """Refuse a kind of the wrong form."""
    if not KIND.fullmatch(text):
        raise rejections.KindInvalid("kind")


def reference(text: str) -> None:
    """Refuse a reference that is too long or not printable."""
    if len(text) > MAX_REFERENCE or _CONTROL.search(text):
        raise rejections.ReferenceInvalid("reference")


def metadata(values: dict[str, str]) -> None:
    """Refuse metadata that is too large or not printable."""
    if len(values) > MAX_METADATA_KEYS:
        raise rejections.MetadataInvalid("metadata")
    for key, value in values.items():
        if not (0 < len(key) <= MAX_METADATA_KEY and len(value) <= MAX_METADATA_VALUE):
            raise rejections.MetadataInvalid(f"metadata.{key[:MAX_METADATA_KEY]}")
        if _CONTROL.search(key) or _CONTROL.search(value):
            raise rejections.MetadataInvalid("metadata")


def moment(value: datetime | None, field: str) -> None:
    """Refuse a time without an offset, or outside of what can be kept."""
    if value is not None and (value.tzinfo is None or not _EARLIEST <= value <= _LATEST):
        raise rejections.TimeInvalid(field)


def amount(value: int | str, field: str) -> int:
    """The minor units of a positive amount."""
    parsed = money.parse_minor(value)
    if parsed is None:
        raise rejections.AmountInvalid(field)
    return parsed


def limit(value: int | str | None, field: str, *, lowest: int, highest: int) -> int | None:
    """A minimum (zero or less) or a maximum (zero or more), or none."""
    if value is None:
        return None
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,38}", value):
        raise rejections.LimitsInvalid(field)
    if not lowest <= (parsed := int(value)) <= highest:
        raise rejections.LimitsInvalid(field)
    return parsed


def limits(minimum: int | str | None, maximum: int | str | None) -> tuple[int | None, int | None]:
    """Both limits of an account, checked."""
    return (
        limit(minimum, "minimum", lowest=-money.MAX_MINOR, highest=0),
        limit(maximum, "maximum", lowest=0, highest=money.MAX_MINOR),
    )
