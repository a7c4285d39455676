"""Idempotency: the same key with the same content gives the stored answer, and nothing twice.

A fingerprint is one short digest a field of the command, so that a conflict can name the field
that differs without the content being kept.
"""

from __future__ import annotations

import functools
from hashlib import blake2b, sha256
from typing import Any, Final, NamedTuple

import msgspec

from culm.kernel import errors

DIGEST_BYTES: Final = 8
_DIGEST_OF_UNSET: Final = bytes(DIGEST_BYTES)
MAX_KEY_LENGTH: Final = 255
REQUEST_DIGITS: Final = 32

FORMS_HELD: Final = 1_024
"""Structs, each with its pepper, whose defaults' digests a process remembers at most: every tenant
has a pepper of its own."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class Said(NamedTuple):
    """What a request said, as far as its key remembers it: the names of its fields, and a digest of
    each.

    `bodies` are the digests one after the other; those of defaults serve for fields that are newer
    than a stored key.
    """

    names: tuple[str, ...]
    bodies: bytes
    defaults: tuple[bytes, ...]


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


def said(request: msgspec.Struct, *, pepper: bytes = b"") -> Said:
    """A digest of each field, in the order of the struct.

    A command that holds what is made up anew for each attempt (a secret's hash, sealed text) is not
    what its caller said. Who submits it gives what was said instead, with a `pepper` of up to 64
    secret bytes where that is personal: without it nobody can try out values.
    """
    names, defaults, digests = _fields(type(request), pepper)
    parts = []
    for name, default, digest_of_default in zip(names, defaults, digests, strict=True):
        value = getattr(request, name)
        parts.append(digest_of_default if value == default else _digest(value, pepper))
    return Said(names, b"".join(parts), digests)


def request(tenant: str, key: str, command: str, fingerprint_: bytes) -> str:
    """The digest by which the log knows a request under a key: half of a SHA-256, in hexadecimal.

    PostgreSQL can make the same of a stored answer (`unanswered` in verify.sql), so that answers
    are proven where they are. No part but the last holds a line end.
    """
    named = f"{tenant}\n{key}\n{command}\n".encode()
    return sha256(named + fingerprint_).hexdigest()[:REQUEST_DIGITS]


@functools.lru_cache(maxsize=FORMS_HELD)
def _fields(
    type_: type[msgspec.Struct], pepper: bytes
) -> tuple[tuple[str, ...], tuple[Any, ...], tuple[bytes, ...]]:
    """The names of a struct's fields, their defaults, and the digests of those, which need not be
    made again."""
    fields = msgspec.structs.fields(type_)
    defaults = [
        field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
        for field in fields
    ]
    digests = [b"" if one is msgspec.NODEFAULT else _digest(one, pepper) for one in defaults]
    return tuple(field.name for field in fields), tuple(defaults), tuple(digests)


def _digest(value: Any, pepper: bytes) -> bytes:
    if value is msgspec.UNSET:
        return _DIGEST_OF_UNSET
    try:
        encoded = _encode(value)
    except (UnicodeEncodeError, TypeError, OverflowError) as error:
        raise errors.Invalid(f"the request holds what JSON cannot say: {error}") from error
    return blake2b(encoded, digest_size=DIGEST_BYTES, key=pepper).digest()


def check(command: str, said_: Said, stored: Answer) -> None:
    """Raise `KeyConflict`, naming the first field that differs, unless the content is the same."""
    if stored.command != command:
        raise errors.KeyConflict(
            f"this key was used for {stored.command}, not for {command}",
            field="Idempotency-Key",
        )
    for index, (name, digest_of_default) in enumerate(
        zip(said_.names, said_.defaults, strict=True)
    ):
        part = slice(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
        before = stored.fingerprint[part] or digest_of_default  # a field that is newer than the key
        if said_.bodies[part] != before:
            raise errors.KeyConflict(
                f"this key was used before with another {name}; a new request needs a new key",
                field=name,
            )
