"""What a run comes to."""

from __future__ import annotations

import msgspec


class Report(msgspec.Struct, frozen=True):
    """What was done in a run, what was injected, and whether anything diverged.

    `outcomes` are commands by the code of their rejection, or `accepted`; `heard` is what clients
    were told instead of an outcome. `trace` is a digest of every commit and every outcome: the
    same seed gives the same one.
    """

    seed: int
    turns: int
    asked_turns: int
    seconds: float
    turns_per_second: int
    events: int
    commands: dict[str, int]
    outcomes: dict[str, int]
    faults: dict[str, int]
    heard: dict[str, int]
    checked: dict[str, int]
    trace: str
    divergence: str | None = None

    @property
    def reproduce(self) -> str:
        """The command line that does the same again."""
        return f"culm simulate --seed {self.seed} --turns {self.asked_turns}"
