"""What is parked: a fact that a reactor could not react to, until somebody looks at it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, Literal

import msgspec

from culm.kernel import ids

State = Literal["parked", "retrying", "settled", "dropped"]

OPEN: Final[tuple[State, ...]] = ("parked", "retrying")
"""The states in which it still waits for something."""

NAME: Final = r"[a-z][a-z0-9_-]{0,62}"
"""What a reactor may be called."""

_ID: Final = re.compile(rf"({NAME}):(evt_[0-7][0-9a-f]{{15}})")


class Parked(msgspec.Struct, frozen=True):
    """A fact that a reactor was not done with.

    `code` says why: `timeout`, `error:ValueError`, `rejected:insufficient_funds`, `undecodable`, or
    `behind:evt_…` when an earlier one of the same aggregate was parked. `attempts` counts those
    before it was parked, `round` how often it was retried since. `lane` stands for the aggregate,
    as a digest; empty where order does not matter. `parked` is when it was parked last, `changed`
    when anything happened to it.
    """

    id: str
    tenant: str
    reactor: str
    fact: str
    type: str
    lane: str
    code: str
    attempts: int
    round: int
    state: State
    parked: datetime
    changed: datetime


class Lane(msgspec.Struct, frozen=True):
    """The parked facts of one aggregate, the earliest first: the numbers behind their ids."""

    facts: tuple[int, ...] = ()


def id_of(reactor: str, fact: str) -> str:
    """The public id of what is parked: `screening:evt_000000000000001a`."""
    return f"{reactor}:{fact}"


def parts(parked_id: str) -> tuple[str, str] | None:
    """The reactor and the fact behind a public id; None for any other text."""
    match = _ID.fullmatch(parked_id)
    return None if match is None else (match[1], match[2])


def number_of(parked_id: str) -> int:
    """The number of the fact behind a well-formed id."""
    return ids.number_of(parked_id.rpartition(":")[2])
