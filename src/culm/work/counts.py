"""What can be counted of a reactor's work in this process."""

from __future__ import annotations

from culm.kernel import histogram


class Counts:
    """Facts that a reactor has in hand, is done with, has failed with, and has parked.

    `lag` is how many wait for it in the stream or in hand, all processes together, as of a moment
    ago; None while that is not known. `starts` counts, in seconds, how long after it was recorded
    a fact's reaction began for the first time.
    """

    def __init__(self) -> None:
        self.in_hand = 0
        self.done = 0
        self.failed = 0
        self.parked = 0
        self.lag: int | None = None
        self.starts = histogram.Histogram()

    def add(self, other: Counts) -> None:
        """Count what another one has counted."""
        self.in_hand += other.in_hand
        self.done += other.done
        self.failed += other.failed
        self.parked += other.parked
        if other.lag is not None:
            self.lag = (self.lag or 0) + other.lag
        self.starts.add(other.starts)
