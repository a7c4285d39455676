"""What a stretch of a run is like: how many processes and clients, how bad the weather is.

Not everything goes wrong all the time: some faults are found only where others are absent.
"""

from __future__ import annotations

from random import Random

import msgspec

from culm.book import book as book_
from culm.simulation import weather as weather_


class Season(msgspec.Struct, frozen=True):
    """How a stretch of a run goes. `trouble_seconds` is the mean time between two accidents."""

    processes: int = 1
    clients: int = 8
    weather: weather_.Weather = weather_.Weather()
    trouble_seconds: float = 1.0
    outages: bool = False


def season(rng: Random) -> Season:
    """Some season. A third of them is calm."""
    stormy = rng.random() < 0.66

    def rate(most: float) -> float:
        return most * rng.random() ** 2 if stormy and rng.random() < 0.6 else 0.0

    return Season(
        processes=rng.choice((1, 1, 1, 2, 3)),
        clients=rng.choice((1, 2, 4, 4, 8, 20)),
        weather=weather_.Weather(
            wait=rng.choice((0.02, 0.1, 0.4)),
            unreachable=rate(0.05),
            lost_before=rate(0.05),
            lost_during=rate(0.1),
            lost_after=rate(0.1),
            refused=rate(0.04),
        ),
        trouble_seconds=rng.choice((0.1, 0.3, 1.0)),
        outages=stormy,
    )


def limits(rng: Random) -> book_.Limits:
    """Limits so small that turns are split, queues are full, and state is dropped and loaded."""
    return book_.Limits(
        queue_weight=rng.choice((8, 16, 1_000)),
        turn_weight=rng.choice((1, 4, 8, 100)),
        overlap_weight=rng.choice((1, 2, 4, 64)),
        cache_rows=rng.choice((8, 60, 300, 10_000, 10_000)),
        recovery_seconds=rng.choice((0.5, 5.0, 30.0)),
        contended_turns=rng.choice((0, 1, 4, 16)),
        interruptions=rng.choice((1, 2, 8)),
    )
