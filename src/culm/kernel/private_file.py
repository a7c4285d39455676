"""Files of keys: made once, readable by their owner alone, never overwritten.

Whoever keeps a key says with which error (`refused`) a file is refused that is damaged, misplaced,
or open to others. No message quotes what is in a file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from culm.kernel import errors

Refused = type[errors.CulmError]

MAX_BYTES: Final = 4096
_OTHERS: Final = 0o077


def exists(path: Path) -> bool:
    """Whether there is anything in this place, a dangling link included."""
    return path.is_symlink() or path.exists()


def make_directory(directory: Path, refused: Refused) -> None:
    """Make a directory for its owner alone, or make sure that it is one."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refused(f"{directory} cannot be used: {error.strerror}.") from error
    require_directory(directory, refused)


def require_directory(directory: Path, refused: Refused) -> None:
    """Refuse a directory that is none, or is open to others."""
    try:
        found = directory.lstat()
    except OSError as error:
        raise refused(f"{directory} cannot be used: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise refused(f"{directory} is not a directory.")
    _require_private(directory, found, refused)


def make(path: Path, content: bytes, refused: Refused) -> None:
    """Write a file beside its place, then link it there: whole or not at all, and only once.

    Of any number of processes that do so at the same time, the first one's content counts.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its key counts
                os.link(draft, path)
        finally:
            draft.unlink()
        _sync(path.parent)
    except OSError as error:
        raise refused(f"{path} cannot be written: {error.strerror}.") from error


def read(path: Path, refused: Refused) -> bytes:
    """What is in a private file, up to `MAX_BYTES`."""
    try:
        # Not blocking: a pipe in the key's place must not hold us up.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise refused(f"{path} cannot be read: {error.strerror}.") from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise refused(f"{path} is not a file.")
        _require_private(path, found, refused)
        return os.read(handle, MAX_BYTES)
    finally:
        os.close(handle)


def remove(path: Path, refused: Refused) -> None:
    """Delete a file of a key, for good."""
    try:
        path.unlink()
        _sync(path.parent)
    except OSError as error:
        raise refused(f"{path} cannot be deleted: {error.strerror}.") from error


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _require_private(path: Path, found: os.stat_result, refused: Refused) -> None:
    if found.st_uid != os.geteuid():
        raise refused(f"{path} belongs to another user.")
    if found.st_mode & _OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise refused(
            f"{path} is open to others (mode {mode:04o}): chmod go-rwx it, if nobody has read it."
        )
