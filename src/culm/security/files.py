"""Key-encryption keys in files of their own, `kek-1.key` and on: the newest one wraps.

They stand beside the signing key, are made when they are first needed, and are never overwritten.
Whoever has one and a copy of the database can read what is sealed; whoever has lost it has lost
everything that is sealed under it.
"""

from __future__ import annotations

import base64
import functools
import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import exceptions
from cryptography.hazmat.primitives.ciphers import aead

from culm.kernel import private_file
from culm.security import providers

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12

_FILE: Final = re.compile(r"kek-([1-9][0-9]{0,8})\.key")
_KEK: Final = re.compile(r"kek-([1-9][0-9]{0,8}):[0-9a-f]{16}")


class Kek(NamedTuple):
    """One key-encryption key. Its name holds a digest of it, so that a wrong file is noticed."""

    generation: int
    name: str
    key: bytes


class Files:
    """The provider that keeps its keys in the files of a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: dict[int, Kek] = {}

    async def current(self) -> str:
        """The name of the key that wraps from now on."""
        return self._newest().name

    async def wrap(self, key: bytes, about: bytes) -> providers.Wrapped:
        """A key, wrapped with the newest key-encryption key, by AES-256-GCM.

        Nonces are random: NIST SP 800-38D §8.3 allows 2^32 wraps under one key. Raises
        `KeyRefused`.
        """
        kek, nonce = self._newest(), secrets.token_bytes(NONCE_BYTES)
        return providers.Wrapped(kek.name, nonce + aead.AESGCM(kek.key).encrypt(nonce, key, about))

    async def unwrap(self, wrapped: providers.Wrapped, about: bytes) -> bytes:
        """The key again. Raises `KeyRefused`, `SealBroken`."""
        kek, text = self._named(wrapped.kek), wrapped.text
        try:
            return aead.AESGCM(kek.key).decrypt(text[:NONCE_BYTES], text[NONCE_BYTES:], about)
        except (exceptions.InvalidTag, ValueError):
            raise providers.SealBroken("A wrapped key is not what was written.") from None

    async def renew(self) -> str:
        """Make a key-encryption key that wraps from now on, in every process; its name."""
        self._make(self._newest().generation + 1)
        return self._newest().name

    async def renewed(self) -> datetime:
        """When the newest key-encryption key was made."""
        made = self._path(self._newest().generation).stat().st_mtime
        return datetime.fromtimestamp(made, UTC)

    async def remove(self, name: str) -> None:
        """Delete a key-encryption key that is not the newest. Raises `KeyRefused`."""
        kek = self._named(name)
        if kek.generation == self._newest().generation:
            raise providers.KeyRefused("The newest key-encryption key is in use.")
        del self._known[kek.generation]
        private_file.remove(self._path(kek.generation), providers.KeyRefused)

    def _newest(self) -> Kek:
        """The newest key. Files are looked at each time: another process may have made one."""
        private_file.make_directory(self._directory, providers.KeyRefused)
        found = [match[1] for path in self._directory.iterdir() if (match := _is_kek(path))]
        if not found:
            self._make(1)
        return self._read(max(map(int, found), default=1))

    def _named(self, name: str) -> Kek:
        match = _KEK.fullmatch(name)
        if match and private_file.exists(self._path(int(match[1]))):
            kek = self._read(int(match[1]))
            if kek.name == name:
                return kek
        raise providers.KeyRefused(
            f"The key-encryption key {name} is not in {self._directory}: restore its file."
        )

    def _read(self, generation: int) -> Kek:
        kek = self._known.get(generation)
        if kek is None:
            key = _decode(self._path(generation))
            name = f"kek-{generation}:{sha256(key).hexdigest()[:16]}"
            kek = self._known[generation] = Kek(generation, name, key)
        return kek

    def _make(self, generation: int) -> None:
        fresh = base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
        private_file.make(self._path(generation), fresh, providers.KeyRefused)

    def _path(self, generation: int) -> Path:
        return self._directory / f"kek-{generation}.key"


@functools.cache
def of(directory: Path) -> Files:
    """The provider of a directory's keys."""
    return Files(directory)


def _is_kek(path: Path) -> re.Match[str] | None:
    return _FILE.fullmatch(path.name)


def _decode(path: Path) -> bytes:
    content = private_file.read(path, providers.KeyRefused).strip()
    try:
        key = base64.b64decode(content, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise providers.KeyRefused(f"{path} is damaged. Restore it from a backup.")
    return key
