"""The file of the signing key: made once, readable by its owner alone, never overwritten."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from culm.book import note
from culm.kernel import errors

FILE_NAME: Final = "log.key"
SEED_BYTES: Final = 32

_MAX_BYTES: Final = 4096
_OTHERS: Final = 0o077


class SigningKeyRefused(errors.CulmError):
    """The signing key, or the directory it lies in, is damaged, misnamed, or open to others."""

    code = "signing_key_refused"


def load(directory: Path, name: str) -> note.Signer:
    """The signer of this directory. Raises `SigningKeyRefused`, also where there is none."""
    path = directory / FILE_NAME
    if not path.is_symlink() and not path.exists():
        raise SigningKeyRefused(
            f"there is no signing key in {directory}: it is made when the platform first starts"
        )
    _require_private_directory(directory)
    return _checked(path, name)


def load_or_make(directory: Path, name: str) -> note.Signer:
    """The signer of this directory; a new one, under `name`, where there is none yet.

    Any number of processes may do this at the same time: all get the same key. Raises
    `SigningKeyRefused`; the message never quotes the key.
    """
    _make_private(directory)
    path = directory / FILE_NAME
    if not path.is_symlink() and not path.exists():
        _make(path, note.Signer.from_seed(name, secrets.token_bytes(SEED_BYTES)))
    return _checked(path, name)


def _checked(path: Path, name: str) -> note.Signer:
    signer = _parse(path, _read(path))
    if signer.name != name:
        raise SigningKeyRefused(
            f"The key in {path} signs as {signer.name}, not as {name}: a log keeps its name."
        )
    return signer


def _make_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SigningKeyRefused(f"{directory} cannot be used: {error.strerror}.") from error
    _require_private_directory(directory)


def _require_private_directory(directory: Path) -> None:
    try:
        found = directory.lstat()
    except OSError as error:
        raise SigningKeyRefused(f"{directory} cannot be used: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise SigningKeyRefused(f"{directory} is not a directory.")
    _require_private(directory, found)


def _make(path: Path, signer: note.Signer) -> None:
    """Write the key beside its place, then link it there: whole or not at all, and only once."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(signer.secret().encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its key counts
                os.link(draft, path)
        finally:
            draft.unlink()
        _sync(path.parent)
    except OSError as error:
        raise SigningKeyRefused(f"{path} cannot be written: {error.strerror}.") from error


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        # Not blocking: a pipe in the key's place must not hold us up.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SigningKeyRefused(f"{path} cannot be read: {error.strerror}.") from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise SigningKeyRefused(f"{path} is not a file.")
        _require_private(path, found)
        return os.read(handle, _MAX_BYTES)
    finally:
        os.close(handle)


def _parse(path: Path, data: bytes) -> note.Signer:
    try:
        signer = note.Signer.parse(data.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, note.KeyMalformed):
        raise SigningKeyRefused(
            f"{path} is damaged. Restore it from a backup: nothing else can sign for this log."
        ) from None
    return signer


def _require_private(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise SigningKeyRefused(f"{path} belongs to another user.")
    if found.st_mode & _OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise SigningKeyRefused(
            f"{path} is open to others (mode {mode:04o}): chmod go-rwx it, if nobody has read it."
        )
