"""Lets schemathesis speak of what there is: half of the ids that it makes up become known ones.

It loads this by `SCHEMATHESIS_HOOKS`. Which ids become which is a function of what was made up, so
that a run with the same seed asks the same.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any, Final

import schemathesis

KNOWN: Final[dict[str, list[str]]] = json.loads(os.environ["CULM_KNOWN_IDS"])
"""Ids by their prefix."""

MEMBERS: Final = {
    "wallet": ("wal",),
    "customer": ("cus",),
    "payment": ("pay",),
    "dispute": ("dis",),
    "bank_account": ("bac",),
    "fee_schedule": ("fee",),
    "schedule": ("fee",),
    "source": ("wal", "wal", "wal", "bac"),
    "destination": ("wal", "wal", "wal", "bac"),
    "currency": ("USD", "USD", "EUR"),
    "amount": ("small",),
    "account": ("acc",),
    "debit": ("acc",),
    "credit": ("acc",),
}
"""Of what kinds a parameter of a path, or a member of a body, may be."""


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Put known ids into the path and the body."""
    if isinstance(case.path_parameters, dict):
        case.path_parameters.update(_known(case.path_parameters))
    if isinstance(case.body, dict | list):
        case.body = _walk(case.body)


def _walk(value: Any) -> Any:
    if isinstance(value, list):
        return [_walk(one) for one in value]
    if isinstance(value, dict):
        return {name: _walk(one) for name, one in value.items()} | _known(value)
    return value


def _known(members: dict[str, Any]) -> dict[str, str]:
    """Those members that become known ones."""
    found = {}
    for name, value in members.items():
        number = zlib.crc32(f"{name}{value}".encode("utf-8", "replace"))
        if name in MEMBERS and isinstance(value, str | int) and number % 2:
            kinds = MEMBERS[name]
            choices = KNOWN.get(kind := kinds[number // 2 % len(kinds)], [kind])
            found[name] = choices[number // 16 % len(choices)]
    return found
