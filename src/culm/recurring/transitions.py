"""What may happen to a schedule and to a run in which state, and where that leads: as data."""

from __future__ import annotations

from typing import Final, Literal, get_args

from culm.recurring import types

Happening = Literal["pass", "end", "pause", "resume", "stop", "cancel"]
RunHappening = Literal["pay", "refuse", "give_up"]

HAPPENINGS: Final[tuple[Happening, ...]] = get_args(Happening)
STATES: Final[tuple[types.State, ...]] = get_args(types.State)
RUN_HAPPENINGS: Final[tuple[RunHappening, ...]] = get_args(RunHappening)
RUN_STATES: Final[tuple[types.RunState, ...]] = get_args(types.RunState)

TABLE: Final[dict[tuple[types.State, Happening], types.State]] = {
    ("active", "pass"): "active",
    ("active", "end"): "ended",
    ("active", "pause"): "paused",
    ("active", "stop"): "stopped",
    ("active", "cancel"): "cancelled",
    ("paused", "resume"): "active",
    ("paused", "end"): "ended",
    ("paused", "cancel"): "cancelled",
    ("stopped", "resume"): "active",
    ("stopped", "end"): "ended",
    ("stopped", "cancel"): "cancelled",
}
"""An occurrence passes, or was the last; who resumes finds that none is left; runs have failed too
often. A pair that is not here cannot happen."""

RUNS: Final[dict[tuple[types.RunState, RunHappening], types.RunState]] = {
    ("due", "pay"): "paid",
    ("due", "refuse"): "retrying",
    ("due", "give_up"): "failed",
    ("retrying", "pay"): "paid",
    ("retrying", "refuse"): "retrying",
    ("retrying", "give_up"): "failed",
}

MandateHappening = Literal["collect", "use", "revoke", "expire"]

MANDATE_HAPPENINGS: Final[tuple[MandateHappening, ...]] = get_args(MandateHappening)
MANDATE_STATES: Final[tuple[types.MandateState, ...]] = get_args(types.MandateState)

MANDATES: Final[dict[tuple[types.MandateState, MandateHappening], types.MandateState]] = {
    ("active", "collect"): "active",
    ("active", "use"): "used",
    ("active", "revoke"): "revoked",
    ("active", "expire"): "expired",
    ("used", "revoke"): "revoked",
}
"""Something is collected, or the one thing that was allowed; the payer, or the payer's bank, says
that it is taken back."""
