"""The directory over which files are exchanged.

`in/` is where files are put for the bank, `out/` where it puts what it answers, `.bank/` what it
keeps. A file stands in `in/` until its acknowledgement is in `out/`, so that who has lost its
connection can always see what became of it; then it stands in `in/done/`. A name that ends in
`.part`, or begins with a dot, is not there yet; one that is no printable ASCII, or so long that no
answer could be called after it, is not looked at.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

PRIVATE: Final = ".bank"
"""The directory of what is the bank's own."""

_NAME: Final = re.compile(r"(?!\.)[ -~]{1,200}")


class Place:
    """A bank's directory, made when it is missing."""

    def __init__(self, directory: Path) -> None:
        self.incoming = directory / "in"
        self.outgoing = directory / "out"
        self.private = directory / PRIVATE
        self.store = self.private / "bank.sqlite"
        self._taken = self.incoming / "done"
        for one in (self._taken, self.outgoing / "done"):
            one.mkdir(parents=True, exist_ok=True)
        self.private.mkdir(mode=0o700, exist_ok=True)

    def arrived(self) -> list[Path]:
        """The files that stand in `in/`, in the order of their names."""
        return sorted(
            path
            for path in self.incoming.iterdir()
            if _NAME.fullmatch(path.name)
            and path.suffix != ".part"
            and path.is_file()
            and not path.is_symlink()
        )

    def put(self, name: str, content: bytes) -> None:
        """Put an answer into `out/`, unless it is there, or was read there: all of it at once, and
        durably."""
        final = self.outgoing / name
        if final.exists() or (self.outgoing / "done" / name).exists():
            return
        part = self.outgoing / f".{name}.part"
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(final)
        _sync(self.outgoing)

    def set_aside(self, name: str, number: int) -> None:
        """An incoming file has been answered."""
        path, done = self.incoming / name, self._taken / name
        if not path.exists():
            return
        path.rename(done if not done.exists() else self._taken / f"{name}.{number}")
        _sync(self.incoming)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
