"""Random values: mostly sensible ones, some at the edges, some wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Final, TypeVar

from culm.simulation.model.state import LARGEST

T = TypeVar("T")

HOSTILE_TEXTS: Final = ("a\x00b", "x" * 201, "line\nend", "\x7f", "")
WRONG_AMOUNTS: Final[tuple[int | str, ...]] = (
    0, -1, LARGEST + 1, "0", "007", "-5", "1.5", "", "1e3", str(LARGEST + 1), "99\n", "٣",
)  # fmt: skip
WRONG_LIMITS: Final[tuple[int | str, ...]] = (LARGEST + 1, -LARGEST - 1, "x", "1.0", "", "+1")
WRONG_KINDS: Final = ("", "Transfer", "1st", "a" * 65, "a b", "a\n", "é")
WRONG_REFERENCES: Final = ("r" * 141, "a\x00", "tab\t", "\x1b[2J")
WRONG_METADATA: Final[tuple[dict[str, str], ...]] = (
    {f"k{n}": "" for n in range(51)},
    {"": "no name"},
    {"k" * 65: ""},
    {"k": "v" * 501},
    {"k": "\x00"},
    {"k\n": ""},
)
METADATA: Final[tuple[dict[str, str], ...]] = (
    {"order": "7", "café": "ŝ €\\\"'"},
    {"k" * 64: "v" * 500},
    {},
)
ZONE: Final = timezone(timedelta(hours=5, minutes=30))


class Values:
    """A source of values, from one source of randomness."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def chance(self, likelihood: float) -> bool:
        """True as often as said."""
        return self.rng.random() < likelihood

    def one(self, choices: Sequence[T]) -> T:
        """One of these."""
        return choices[int(self.rng.random() * len(choices))]

    def amount(self) -> int | str:
        """An amount: mostly small, sometimes huge, rarely no amount at all."""
        dice = self.rng.random()
        if dice < 0.80:
            return 1 + int(self.rng.random() ** 2 * 300)
        if dice < 0.90:
            return str(self.rng.randrange(1, 100_000))
        if dice < 0.96:
            return str(self.rng.randrange(1, 10 ** self.rng.randrange(6, 38)))
        if dice < 0.985:
            return str(self.one((LARGEST, LARGEST - 1, LARGEST // 2, LARGEST // 2 + 1)))
        return self.one(WRONG_AMOUNTS)

    def minimum(self) -> int | str | None:
        """A minimum."""
        dice = self.rng.random()
        if dice < 0.4:
            return None
        if dice < 0.7:
            return 0
        if dice < 0.96:
            return -self.rng.randrange(1, 500)
        return self.one((str(-LARGEST), 1, *WRONG_LIMITS))

    def maximum(self) -> int | str | None:
        """A maximum."""
        dice = self.rng.random()
        if dice < 0.6:
            return None
        if dice < 0.95:
            return str(self.rng.randrange(0, 2000))
        return self.one((LARGEST, 0, -1, *WRONG_LIMITS))

    def kind(self, usual: str) -> str:
        """A kind of transaction."""
        dice = self.rng.random()
        if dice < 0.9:
            return usual
        return "fee.card_v-2" if dice < 0.985 else self.one(WRONG_KINDS)

    def reference(self) -> str:
        """A reference."""
        dice = self.rng.random()
        if dice < 0.7:
            return ""
        if dice < 0.985:
            return f"ref {self.rng.randrange(50)} \\N \u20ac"
        return self.one(WRONG_REFERENCES)

    def metadata(self) -> dict[str, str]:
        """Metadata."""
        dice = self.rng.random()
        if dice < 0.85:
            return {}
        return self.one(METADATA) if dice < 0.985 else self.one(WRONG_METADATA)

    def time(self, now: datetime, *, likelihood: float) -> datetime | None:
        """Mostly none; else a time near now, far away, or none that could be kept."""
        if not self.chance(likelihood):
            return None
        dice = self.rng.random()
        if dice < 0.85:
            near = timedelta(seconds=self.rng.randrange(-7200, 7200))
            moment = now + (near if dice < 0.5 else near / 600)
            if dice > 0.7:
                moment = now + timedelta(microseconds=self.rng.randrange(1, 30))
            return moment.astimezone(ZONE) if dice < 0.1 else moment
        if dice < 0.93:
            return now.replace(year=self.one((1970, 1999, 2500, 9998)))
        return self.one((now.replace(tzinfo=None), now.replace(year=1969), now.replace(year=9999)))
