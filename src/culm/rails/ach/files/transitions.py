"""The transition table of a file: what may happen in which state, and what it leads to.

`begin` is written down before the bank can have the file, so that `sending` means: ask, before
anything else is done. An acknowledgement tells that it has arrived, too.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from culm.rails.ach.files import types

Happening = Literal["begin", "arrive", "doubt", "accept", "reject"]

TABLE: Final[dict[tuple[types.FileState, Happening], types.FileState]] = {
    ("cut", "begin"): "sending",
    ("sending", "arrive"): "sent",
    ("sending", "doubt"): "unknown",
    ("unknown", "arrive"): "sent",
    ("sending", "accept"): "accepted",
    ("sending", "reject"): "rejected",
    ("unknown", "accept"): "accepted",
    ("unknown", "reject"): "rejected",
    ("sent", "accept"): "accepted",
    ("sent", "reject"): "rejected",
}

OUT: Final[frozenset[types.FileState]] = frozenset({"sending", "sent", "unknown", "accepted"})
"""States in which the bank has the file, or may have it."""

STATES: Final[tuple[types.FileState, ...]] = get_args(types.FileState)
HAPPENINGS: Final[tuple[Happening, ...]] = get_args(Happening)


def after(state: types.FileState, happening: Happening) -> types.FileState | None:
    """The state that follows; None where this cannot happen."""
    return TABLE.get((state, happening))
