"""What a notification of change wants corrected.

Nacha Operating Rules, Appendix Five (Table of Change Codes): where what stands in the field
Corrected Data.
"""

from __future__ import annotations

from typing import Final, Literal

_Field = Literal["account", "routing", "name", "code", "identification"]

_PLACES: Final[dict[str, dict[_Field, slice]]] = {
    "C01": {"account": slice(0, 17)},
    "C02": {"routing": slice(0, 9)},
    "C03": {"routing": slice(0, 9), "account": slice(12, 29)},
    "C04": {"name": slice(0, 22)},
    "C05": {"code": slice(0, 2)},
    "C06": {"account": slice(0, 17), "code": slice(20, 22)},
    "C07": {"routing": slice(0, 9), "account": slice(9, 26), "code": slice(26, 28)},
    "C09": {"identification": slice(0, 22)},
}

_KINDS: Final = {"2": "checking", "3": "savings"}
"""The kind of an account, by the first digit of a transaction code."""


def corrected(code: str, data: str) -> dict[str, str]:
    """What is to be corrected, by the names of a payee's data; empty where the code says nothing
    that is kept of payees."""
    found = dict[str, str]()
    for field, place in _PLACES.get(code, {}).items():
        text = data[place].strip()
        if field == "code":
            kind = _KINDS.get(text[:1])
            if kind:
                found["kind"] = kind
        elif text:
            found[field] = text
    return found
