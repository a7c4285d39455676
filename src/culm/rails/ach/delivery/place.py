"""The bank's place, where files are exchanged: a directory of this machine, or one by SFTP.

`in/` is where files are put for the bank, and `out/` where it puts what it answers. What we have
taken in from there is moved to `out/done/`. A name that ends in `.part` does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec

IN: Final = "in"
OUT: Final = "out"
DONE: Final = "done"
PART: Final = ".part"
ACKNOWLEDGED: Final = ".ack.json"

MAX_BYTES: Final = 1_000_000_000
"""Of a file that is fetched."""


class Unreachable(Exception):
    """The bank's place cannot be reached, or the connection was lost. What was under way may have
    had its effect."""


class Seen(msgspec.Struct, frozen=True):
    """What became of a file that was put there.

    `staged`: it lies there under its name that does not count. `arrived`: under the one that does,
    or the bank has acknowledged it.
    """

    staged: bool
    arrived: bool


class Found(msgspec.Struct, frozen=True):
    """A file that the bank has put there."""

    name: str
    size: int


class Place(Protocol):
    """What is done at the bank's place. Everything raises `Unreachable`."""

    async def stage(self, path: Path, part: str) -> None:
        """Put a file there under a name that does not count, whole and durable."""

    async def release(self, part: str, name: str) -> None:
        """Give a staged file the name that counts. Done twice, the second fails."""

    async def look(self, part: str, name: str) -> Seen:
        """What became of a file."""

    async def answers(self) -> Sequence[Found]:
        """The files of the bank that were not put away yet, by name."""

    async def fetch(self, name: str, path: Path) -> None:
        """Copy a file of the bank to this machine."""

    async def put_away(self, name: str) -> None:
        """Move a file of the bank to those that were taken in."""


def counts(name: str) -> bool:
    """Whether a file of the bank is whole."""
    return not (name.endswith(PART) or name.startswith("."))
