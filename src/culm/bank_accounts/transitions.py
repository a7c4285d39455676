"""The transition table of a bank account: what may happen in which state, and what it leads to."""

from __future__ import annotations

from typing import Final, Literal, get_args

from culm.bank_accounts import types

Happening = Literal["begin", "confirm", "fail", "block", "remove"]

TABLE: Final[dict[tuple[types.State, Happening], types.State]] = {
    ("new", "begin"): "verifying",
    ("failed", "begin"): "verifying",
    ("verifying", "confirm"): "verified",
    ("verifying", "fail"): "failed",
    ("new", "block"): "blocked",
    ("verifying", "block"): "blocked",
    ("verified", "block"): "blocked",
    ("failed", "block"): "blocked",
    ("new", "remove"): "removed",
    ("verifying", "remove"): "removed",
    ("verified", "remove"): "removed",
    ("failed", "remove"): "removed",
    ("blocked", "remove"): "removed",
}

STATES: Final[tuple[types.State, ...]] = get_args(types.State)
HAPPENINGS: Final[tuple[Happening, ...]] = get_args(Happening)

PAYABLE: Final[frozenset[types.State]] = frozenset({"new", "verifying", "verified"})
"""States in which it may be paid to."""

COLLECTABLE: Final[frozenset[types.State]] = frozenset({"verified"})
"""States in which it may be collected from."""


def after(state: types.State, happening: Happening) -> types.State | None:
    """The state that follows; None where this cannot happen."""
    return TABLE.get((state, happening))
