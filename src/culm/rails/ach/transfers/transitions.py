"""The transition table of a transfer: what may happen in which state, and what it leads to.

That a batch was sent is kept with its file, not with each of its transfers.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from culm.rails.ach.transfers import types

Happening = Literal["cancel", "cut", "reject", "settle", "return", "dishonour", "contest"]

TABLE: Final[dict[tuple[types.State, Happening], types.State]] = {
    ("queued", "cancel"): "cancelled",
    ("queued", "cut"): "batched",
    ("batched", "reject"): "rejected",
    ("batched", "settle"): "settled",
    # Before it has settled, for us: the other bank may be faster than our own.
    ("batched", "return"): "returned",
    ("settled", "return"): "returned",
    ("returned", "dishonour"): "dishonoured",
    ("dishonoured", "contest"): "contested",
}

STATES: Final[tuple[types.State, ...]] = get_args(types.State)
HAPPENINGS: Final[tuple[Happening, ...]] = get_args(Happening)


def after(state: types.State, happening: Happening) -> types.State | None:
    """The state that follows; None where this cannot happen."""
    return TABLE.get((state, happening))
