"""Public ids: a prefix that says what it is, and the place where it was born.

An id is the log position of the event that created the thing, behind its partition: unique over
the whole platform, sortable by age, made without a clock or a random source, and enough to find
the event. It is not a secret; knowing one gives no access.
"""

from __future__ import annotations

import re

POSITION_BITS = 48

_SHAPE = re.compile(r"([a-z]{3})_([0-7][0-9a-f]{15})")


def format_id(prefix: str, partition: int, position: int) -> str:
    """`acc`, 0, 26 -> `acc_000000000000001a`."""
    return f"{prefix}_{partition << POSITION_BITS | position:016x}"


def from_number(prefix: str, number: int) -> str:
    """The public id of a number that the database keeps."""
    return f"{prefix}_{number:016x}"


def is_any_id(text: str) -> bool:
    """Whether the text has the shape of an id of any kind."""
    return _SHAPE.fullmatch(text) is not None


def is_id(prefix: str, text: str) -> bool:
    """Whether the text has the shape of an id of this kind."""
    match = _SHAPE.fullmatch(text)
    return match is not None and match[1] == prefix


def number_of(public_id: str) -> int:
    """The 64-bit number behind a well-formed id, as the database keys it."""
    return int(public_id[4:], 16)


def position_of(public_id: str) -> int:
    """The log position of the event that created it."""
    return number_of(public_id) & ((1 << POSITION_BITS) - 1)


def partition_of(public_id: str) -> int:
    """The partition whose log holds that event."""
    return number_of(public_id) >> POSITION_BITS
