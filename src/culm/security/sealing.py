"""Sealing: a key for each subject, what is sealed with it, and the end of both.

A subject is whom data is about. What is sealed with its key stands in events, in state and in
stored answers, and can be read only as long as the key is there: destroying the key erases the
subject everywhere at once, and leaves the log and its proofs as they are.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from cryptography import exceptions
from cryptography.hazmat.primitives.ciphers import aead

from culm.kernel import places, settings
from culm.security import blind, files, providers
from culm.security import sealed as sealed_
from culm.security.reads import indexes, queries
from culm.security.reads import keys as reads

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
SUBJECT_BYTES: Final = 16

PREFIX: Final = "sub_"

ROOT: Final = "root"
"""The name under which a tenant's own secret is kept, among its subjects."""

ROOTS_HELD: Final = 1_000
"""Tenants whose secret a process remembers at most."""

SealBroken = providers.SealBroken
KeyRefused = providers.KeyRefused


class Key:
    """A subject's key, unwrapped. It is passed on and never kept."""

    __slots__ = ("_cipher", "_place")

    def __init__(self, tenant: str, subject: str, key: bytes) -> None:
        self._place = f"{tenant}\n{subject}\n"
        self._cipher = aead.AESGCM(key)

    def seal(self, plain: bytes, about: str) -> str:
        """Sealed text. It opens only for the same tenant, subject and `about` (what it is)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = nonce + self._cipher.encrypt(nonce, plain, self._bound(about))
        return sealed_.VERSION + base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    def open(self, sealed: str, about: str) -> bytes:
        """What was sealed. Raises `SealBroken`."""
        try:
            text = _decode(sealed)
            nonce, rest = text[:NONCE_BYTES], text[NONCE_BYTES:]
            return self._cipher.decrypt(nonce, rest, self._bound(about))
        except (exceptions.InvalidTag, ValueError):
            raise SealBroken("What is sealed is not what was written.") from None

    def _bound(self, about: str) -> bytes:
        return (self._place + about).encode()


class Subject(NamedTuple):
    """A new subject, and its key."""

    id: str
    key: Key


class Sealing:
    """The keys of subjects. Made by `of`."""

    def __init__(
        self, db: queries.Database, provider: providers.Provider, *, partitions: int
    ) -> None:
        self._db = db
        self._provider = provider
        self._partitions = partitions
        self._roots: dict[str, blind.Root] = {}

    async def subject(self, tenant: str, *, hint: str = "") -> Subject:
        """A new subject, whose wrapped key is durable; `hint` says of what kind it is, no more."""
        random = base64.b32encode(secrets.token_bytes(SUBJECT_BYTES)).decode()
        subject = PREFIX + random.rstrip("=").lower()
        return Subject(subject, Key(tenant, subject, await self._make(tenant, subject, hint)))

    async def keys(self, tenant: str, subjects: Iterable[str]) -> dict[str, Key]:
        """The keys of these subjects of a tenant; those that are erased are missing."""
        found = await self._load(tenant, set(subjects) - {ROOT})
        return {subject: Key(tenant, subject, key) for subject, key in found.items()}

    async def destroy(self, tenant: str, subject: str) -> None:
        """Delete a subject's key for ever, and the indexes of what it seals. One that is not there
        is destroyed already."""
        await reads.delete(self._db, **self._place(tenant), subject=subject)

    async def root(self, tenant: str) -> blind.Root:
        """A tenant's own secret, for blind indexes and pepper. It is made when first needed, never
        changes, and is remembered: unlike a subject's, nobody destroys it."""
        if (known := self._roots.get(tenant)) is not None:
            return known
        found = await self._load(tenant, {ROOT})
        if ROOT not in found:
            await self._make(tenant, ROOT, "")
            found = await self._load(tenant, {ROOT})  # another process may have been first
        if len(self._roots) >= ROOTS_HELD:
            self._roots.clear()
        root = self._roots[tenant] = blind.Root(found[ROOT])
        return root

    async def index(
        self, tenant: str, subject: str, sealed: str, values: Mapping[str, str]
    ) -> None:
        """Have sealed text found by the values of some of its fields, in `security_index`, until
        `unindex`, or the end of its subject."""
        root = await self.root(tenant)
        digests = {field: root.index(field, value) for field, value in values.items()}
        place, seal = self._place(tenant), sealed_.seal_of(sealed)
        await indexes.insert(self._db, **place, subject=subject, seal=seal, digests=digests)

    async def unindex(self, tenant: str, subject: str, sealed: str) -> None:
        """Have sealed text found no longer."""
        await indexes.delete(
            self._db, **self._place(tenant), subject=subject, seal=sealed_.seal_of(sealed)
        )

    async def check(self) -> None:
        """Make sure that every key-encryption key in use is there, before the first one is made: it
        could stand in the place of a lost one. Raises `KeyRefused`, `SealBroken`."""
        for row in await reads.one_of_each(self._db):
            await self._provider.unwrap(row.wrapped, whose(row.tenant, row.subject))
        await self._provider.current()

    async def _make(self, tenant: str, subject: str, hint: str) -> bytes:
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = await self._provider.wrap(key, whose(tenant, subject))
        place = self._place(tenant)
        await reads.insert(self._db, **place, subject=subject, hint=hint, wrapped=wrapped)
        return key

    async def _load(self, tenant: str, subjects: set[str]) -> dict[str, bytes]:
        found = await reads.load(self._db, **self._place(tenant), subjects=subjects)
        return {
            subject: await self._provider.unwrap(wrapped, whose(tenant, subject))
            for subject, wrapped in found.items()
        }

    def _place(self, tenant: str) -> queries.Place:
        return {"partition": places.partition_of(tenant, self._partitions), "tenant": tenant}


def of(db: queries.Database, settings_: settings.Settings) -> Sealing:
    """The keys of the subjects in a database, wrapped by the keys in the data directory."""
    provider = files.of(settings_.data_path / "keys")
    return Sealing(db, provider, partitions=settings_.partitions)


def whose(tenant: str, subject: str) -> bytes:
    """What a wrapped key is bound to: taken to another place, it does not unwrap."""
    return f"culm-wrap/1\n{tenant}\n{subject}".encode()


def _decode(sealed: str) -> bytes:
    text = sealed.removeprefix(sealed_.VERSION)
    if text == sealed:
        raise ValueError("not of this version")
    padded = text + "=" * (-len(text) % 4)
    return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
