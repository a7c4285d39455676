"""Idempotency: the same key with the same content gives the stored answer, and nothing twice.

A fingerprint is one short digest a field of the command, so that a conflict can name the field
that differs without the content being kept.
"""

from __future__ import annotations

import functools
from hashlib import blake2b, sha256
from typing import Any, Final

import msgspec

from culm.kernel import errors

DIGEST_BYTES: Final = 8
_DIGEST_OF_UNSET: Final = bytes(DIGEST_BYTES)
MAX_KEY_LENGTH: Final = 255
REQUEST_DIGITS: Final = 32

_encode = msgspec.json.Encoder(order="deterministic").encode


class Answer(msgspec.Struct, frozen=True):
    """The stored outcome of an accepted command. `result` is the exact JSON of what it answered."""

    tenant: str
    key: str
    command: str
    fingerprint: bytes
    result: str
    time: str = ""


def check_key(key: str) -> None:
    """Refuse a key that is empty, too long, or not printable ASCII."""
    if not (0 < len(key) <= MAX_KEY_LENGTH and key.isascii() and key.isprintable()):
        raise errors.Invalid(
            f"an idempotency key is 1 to {MAX_KEY_LENGTH} printable ASCII characters",
            field="Idempotency-Key",
        )


def fingerprint(command: msgspec.Struct) -> bytes:
    """A digest of each field, in the order of the struct."""
    parts = []
    for name, default, digest_of_default in _fields(type(command)):
        value = getattr(command, name)
        parts.append(digest_of_default if value == default else _digest(value))
    return b"".join(parts)


def request(tenant: str, key: str, command: str, fingerprint_: bytes) -> str:
    """The digest by which the log knows a request under a key: half of a SHA-256, in hexadecimal.

    PostgreSQL can make the same of a stored answer (`unanswered` in verify.sql), so that answers
    are proven where they are. No part but the last holds a line end.
    """
    named = f"{tenant}\n{key}\n{command}\n".encode()
    return sha256(named + fingerprint_).hexdigest()[:REQUEST_DIGITS]


@functools.cache
def _fields(type_: type[msgspec.Struct]) -> tuple[tuple[str, Any, bytes], ...]:
    """The fields of a struct with their defaults, whose digests need not be made again."""
    fields = []
    for field in msgspec.structs.fields(type_):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        known = b"" if default is msgspec.NODEFAULT else _digest(default)
        fields.append((field.name, default, known))
    return tuple(fields)


def _digest(value: Any) -> bytes:
    if value is msgspec.UNSET:
        return _DIGEST_OF_UNSET
    try:
        encoded = _encode(value)
    except (UnicodeEncodeError, TypeError, OverflowError) as error:
        raise errors.Invalid(f"the request holds what JSON cannot say: {error}") from error
    return blake2b(encoded, digest_size=DIGEST_BYTES).digest()


def check(command: msgspec.Struct, fingerprint_: bytes, stored: Answer) -> None:
    """Raise `KeyConflict`, naming the first field that differs, unless the content is the same."""
    if stored.command != type(command).__name__:
        raise errors.KeyConflict(
            f"this key was used for {stored.command}, not for {type(command).__name__}",
            field="Idempotency-Key",
        )
    for index, (name, _, digest_of_default) in enumerate(_fields(type(command))):
        part = slice(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
        before = stored.fingerprint[part] or digest_of_default  # a field that is newer than the key
        if fingerprint_[part] != before:
            raise errors.KeyConflict(
                f"this key was used before with another {name}; a new request needs a new key",
                field=name,
            )
