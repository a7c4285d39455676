"""The bank's place as a directory of this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from culm.rails.ach.delivery import place

P = ParamSpec("P")
T = TypeVar("T")


class Directory:
    """A place in a directory. It is made where it is not there."""

    def __init__(self, root: Path) -> None:
        self._in = root / place.IN
        self._out = root / place.OUT
        self._done = self._out / place.DONE

    async def stage(self, path: Path, part: str) -> None:
        """Put a file there under a name that does not count."""
        await _do(self._stage, path, part)

    async def release(self, part: str, name: str) -> None:
        """Give it the name that counts."""
        await _do(self._release, part, name)

    async def look(self, part: str, name: str) -> place.Seen:
        """What became of a file."""
        return await _do(self._look, part, name)

    async def answers(self) -> Sequence[place.Found]:
        """The files of the bank that were not put away yet."""
        return await _do(self._answers)

    async def fetch(self, name: str, path: Path) -> None:
        """Copy a file of the bank."""
        await _do(shutil.copyfile, self._out / name, path)

    async def put_away(self, name: str) -> None:
        """Move a file of the bank to those that were taken in."""
        await _do(self._put_away, name)

    def _stage(self, path: Path, part: str) -> None:
        self._in.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as source, (self._in / part).open("wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        _sync(self._in)

    def _release(self, part: str, name: str) -> None:
        (self._in / part).rename(self._in / name)
        _sync(self._in)

    def _look(self, part: str, name: str) -> place.Seen:
        acknowledged = name + place.ACKNOWLEDGED
        # In this order: a bank acknowledges a file before it moves it, and we put its
        # acknowledgement away after it was there.
        places = (
            self._in / name,
            self._in / place.DONE / name,
            self._out / acknowledged,
            self._done / acknowledged,
        )
        staged = (self._in / part).exists()
        return place.Seen(staged=staged, arrived=any(path.exists() for path in places))

    def _answers(self) -> list[place.Found]:
        if not self._out.is_dir():
            return []
        found = (path for path in self._out.iterdir() if place.counts(path.name))
        files = (path for path in found if path.is_file())
        return sorted(
            (place.Found(path.name, path.stat().st_size) for path in files),
            key=lambda one: one.name,
        )

    def _put_away(self, name: str) -> None:
        self._done.mkdir(parents=True, exist_ok=True)
        (self._out / name).rename(self._done / name)
        _sync(self._done)


async def _do(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(work, *given, **named)
    except OSError as error:
        raise place.Unreachable(str(error)) from error


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
