"""The file of the signing key."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from culm.book import note
from culm.kernel import errors, private_file

FILE_NAME: Final = "log.key"
SEED_BYTES: Final = 32


class SigningKeyRefused(errors.CulmError):
    """The signing key, or the directory it lies in, is damaged, misnamed, or open to others."""

    code = "signing_key_refused"


def load(directory: Path, name: str) -> note.Signer:
    """The signer of this directory. Raises `SigningKeyRefused`, also where there is none."""
    path = directory / FILE_NAME
    if not private_file.exists(path):
        raise SigningKeyRefused(
            f"there is no signing key in {directory}: it is made when the platform first starts"
        )
    private_file.require_directory(directory, SigningKeyRefused)
    return _checked(path, name)


def load_or_make(directory: Path, name: str) -> note.Signer:
    """The signer of this directory; a new one, under `name`, where there is none yet.

    Any number of processes may do this at the same time: all get the same key. Raises
    `SigningKeyRefused`; the message never quotes the key.
    """
    private_file.make_directory(directory, SigningKeyRefused)
    path = directory / FILE_NAME
    if not private_file.exists(path):
        signer = note.Signer.from_seed(name, secrets.token_bytes(SEED_BYTES))
        private_file.make(path, signer.secret().encode() + b"\n", SigningKeyRefused)
    return _checked(path, name)


def _checked(path: Path, name: str) -> note.Signer:
    signer = _parse(path, private_file.read(path, SigningKeyRefused))
    if signer.name != name:
        raise SigningKeyRefused(
            f"The key in {path} signs as {signer.name}, not as {name}: a log keeps its name."
        )
    return signer


def _parse(path: Path, data: bytes) -> note.Signer:
    try:
        signer = note.Signer.parse(data.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, note.KeyMalformed):
        raise SigningKeyRefused(
            f"{path} is damaged. Restore it from a backup: nothing else can sign for this log."
        ) from None
    return signer
