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
