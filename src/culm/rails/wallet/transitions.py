"""What may happen to a transfer of the instant rail, and where that leads: the table, as data."""

from __future__ import annotations

from typing import Final, Literal, get_args

State = Literal["new", "reserved", "settled", "released"]
Happening = Literal["originate", "reserve", "settle", "finish", "release"]

STATES: Final[tuple[State, ...]] = get_args(State)
HAPPENINGS: Final[tuple[Happening, ...]] = get_args(Happening)

TABLE: Final[dict[tuple[State, Happening], State]] = {
    ("new", "originate"): "settled",
    ("new", "reserve"): "reserved",
    ("reserved", "settle"): "reserved",
    ("reserved", "finish"): "settled",
    ("reserved", "release"): "released",
}
"""`settle` takes a part of what is reserved, `finish` the last of it. In the ledger, a reserved
transfer is a hold that is open, a settled one a transaction or a captured hold, a released one a
hold that was released. What is not here, the ledger refuses."""
