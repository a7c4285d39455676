"""The form of what is asked: the checks of docs/reference/rejections.md that need no state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from culm.simulation.model.state import LARGEST, Rejected

ROOTS = {"assets": 1, "expenses": 1, "liabilities": -1, "equity": -1, "income": -1}
"""+1 where debits increase the accounts below a root, -1 where credits do."""

FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)
LAST_TIME = datetime(9998, 12, 31, tzinfo=UTC)


def printable(text: str) -> bool:
    """Whether a text has no control characters."""
    return not re.search(r"[\x00-\x1f\x7f]", text)


def tenant(tenant_id: str, name: str) -> None:
    """A tenant's id, and its name of 1 to 200 characters."""
    if not re.fullmatch("[a-z0-9][a-z0-9_-]{0,63}", tenant_id):
        raise Rejected("tenant_invalid", "tenant")
    if not 1 <= len(name) <= 200 or not printable(name):
        raise Rejected("tenant_invalid", "name")


def asset(code: str, scale: int, name: str) -> None:
    """An asset's code of 3 to 12 capitals and digits, and its scale of 0 to 18."""
    if not re.fullmatch("[A-Z][A-Z0-9]{2,11}", code):
        raise Rejected("asset_invalid", "code")
    if not 0 <= scale <= 18:
        raise Rejected("asset_invalid", "scale")
    if len(name) > 200 or not printable(name):
        raise Rejected("asset_invalid", "name")


def code(path: str) -> None:
    """A path from one of five roots, with 1 to 15 segments after it, of 200 characters at most."""
    root, *segments = path.split(":")
    good = [re.fullmatch("[a-z0-9][a-z0-9._-]{0,63}", segment) for segment in segments]
    if root not in ROOTS or not 1 <= len(segments) <= 15 or len(path) > 200 or not all(good):
        raise Rejected("code_invalid", "code")


def limits(minimum: int | str | None, maximum: int | str | None) -> tuple[int | None, int | None]:
    """A minimum of zero or less and a maximum of zero or more, neither past the largest amount."""
    return limit(minimum, -LARGEST, 0, "minimum"), limit(maximum, 0, LARGEST, "maximum")


def limit(value: int | str | None, lowest: int, highest: int, field: str) -> int | None:
    """A limit between two bounds, or none."""
    if value is None:
        return None
    if isinstance(value, str) and not re.fullmatch("-?[0-9]+", value):
        raise Rejected("limits_invalid", field)
    if not lowest <= int(value) <= highest:
        raise Rejected("limits_invalid", field)
    return int(value)


def kind(text: str) -> None:
    """1 to 64 lower-case letters, digits, '.', '-' or '_', beginning with a letter."""
    if not re.fullmatch("[a-z][a-z0-9._-]{0,63}", text):
        raise Rejected("kind_invalid", "kind")


def reference(text: str) -> None:
    """At most 140 characters, none a control character."""
    if len(text) > 140 or not printable(text):
        raise Rejected("reference_invalid", "reference")


def metadata(values: Mapping[str, str]) -> None:
    """At most 50 keys of at most 64 characters, values of at most 500, no control characters."""
    if len(values) > 50:
        raise Rejected("metadata_invalid", "metadata")
    for key, value in values.items():
        if not 1 <= len(key) <= 64 or len(value) > 500:
            raise Rejected("metadata_invalid", f"metadata.{key[:64]}")
        if not printable(key) or not printable(value):
            raise Rejected("metadata_invalid", "metadata")


def time(moment: datetime | None, field: str) -> None:
    """A time carries its offset from UTC and lies between 1970 and 9998."""
    if moment is None:
        return
    if moment.tzinfo is None or not FIRST_TIME <= moment <= LAST_TIME:
        raise Rejected("time_invalid", field)


def moment(value: datetime, field: str) -> None:
    """The same of a time of a timer or a clock."""
    if value.tzinfo is None or not FIRST_TIME <= value <= LAST_TIME:
        raise Rejected("moment_invalid", field)


def amount(value: int | str, field: str) -> int:
    """A whole number of minor units, from 1 to the largest, without zeros before it."""
    if isinstance(value, str) and not re.fullmatch("[1-9][0-9]*", value):
        raise Rejected("amount_invalid", field)
    if not 1 <= int(value) <= LARGEST:
        raise Rejected("amount_invalid", field)
    return int(value)
