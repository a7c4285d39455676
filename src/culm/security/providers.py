"""The door to key-encryption keys: all that sealing asks of whoever keeps them.

A key-encryption key (KEK) never leaves its provider. It wraps the keys of subjects, which are kept
in the database in this form alone. Files keep them now (`files`); a hardware module or a cloud's
key service has the same two calls.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from culm.kernel import errors


class SealBroken(errors.CulmError):
    """What is sealed, or a key that is wrapped, is not what was written, or is of another place."""

    code = "seal_broken"


class KeyRefused(errors.CulmError):
    """A key-encryption key is missing, damaged, misplaced, or open to others."""

    code = "sealing_key_refused"


class Wrapped(NamedTuple):
    """A key under a key-encryption key, which is named."""

    kek: str
    text: bytes


class Provider(Protocol):
    """Who keeps key-encryption keys. `about` says whose key it is: the same to wrap and unwrap."""

    async def current(self) -> str:
        """The name of the key-encryption key that wraps from now on."""

    async def wrap(self, key: bytes, about: bytes) -> Wrapped:
        """A key, wrapped with the current key-encryption key. Raises `KeyRefused`."""

    async def unwrap(self, wrapped: Wrapped, about: bytes) -> bytes:
        """The key again. Raises `KeyRefused`, `SealBroken`."""
