"""Secrets of endpoints: derived from one master key, so that neither log nor database holds any.

The master key is a file beside the signing key, made at the first start. Whoever has it can sign as
this platform; whoever has lost it has to give every endpoint's owner a new secret.
"""

from __future__ import annotations

import base64
import functools
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.kdf import hkdf

from culm.kernel import errors, private_file
from culm.webhooks import types, views

FILE_NAME: Final = "webhooks.key"
MASTER_BYTES: Final = 32
SECRET_BYTES: Final = 32
"""Standard Webhooks asks for 24 to 64."""

_INFO: Final = "culm-webhook/1"


class MasterKeyRefused(errors.CulmError):
    """The key that webhooks' secrets come from is damaged, misplaced, or open to others."""

    code = "webhook_key_refused"


class Keys:
    """The secrets of every endpoint. The master key is read, or made, when it is first needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._master: bytes | None = None

    def secret(self, endpoint: types.Endpoint, generation: int) -> bytes:
        """An endpoint's secret of a generation: an HMAC key, or the seed of an Ed25519 key.

        HKDF-SHA256 (RFC 5869); the info names what the secret is for. Raises `MasterKeyRefused`.
        """
        parts = (_INFO, endpoint.signature, endpoint.tenant, endpoint.id, str(generation))
        derived = hkdf.HKDF(
            algorithm=hashes.SHA256(),
            length=SECRET_BYTES,
            salt=None,
            info="\n".join(parts).encode(),
        )
        return derived.derive(self._key())

    def valid(self, endpoint: types.Endpoint, now: datetime) -> list[bytes]:
        """The secrets that sign at a time, the newest first."""
        found = [self.secret(endpoint, endpoint.generation)]
        if _overlaps(endpoint, now):
            found.append(self.secret(endpoint, endpoint.generation - 1))
        return found

    def shown(self, endpoint: types.Endpoint, now: datetime) -> views.Secret:
        """What an endpoint's owner verifies deliveries with."""
        shown = [public(endpoint.signature, secret) for secret in self.valid(endpoint, now)]
        overlaps = len(shown) > 1
        hmac = endpoint.signature == "hmac"
        return views.Secret(
            signature=endpoint.signature,
            generation=endpoint.generation,
            secret=shown[0] if hmac else None,
            public_key=None if hmac else shown[0],
            previous=shown[1] if overlaps else None,
            previous_until=endpoint.previous_until if overlaps else None,
        )

    def _key(self) -> bytes:
        if self._master is None:
            self._master = _load_or_make(self._directory)
        return self._master


@functools.cache
def of(directory: Path) -> Keys:
    """The secrets that come from the master key in a directory."""
    return Keys(directory)


def public(signature: types.Signature, secret: bytes) -> str:
    """What of a secret its endpoint's owner is shown, as Standard Webhooks writes it."""
    if signature == "hmac":
        return "whsec_" + base64.b64encode(secret).decode()
    key = ed25519.Ed25519PrivateKey.from_private_bytes(secret).public_key()
    return "whpk_" + base64.b64encode(key.public_bytes_raw()).decode()


def _overlaps(endpoint: types.Endpoint, now: datetime) -> bool:
    return endpoint.previous_until is not None and now < endpoint.previous_until


def _load_or_make(directory: Path) -> bytes:
    private_file.make_directory(directory, MasterKeyRefused)
    path = directory / FILE_NAME
    if not private_file.exists(path):
        fresh = base64.b64encode(secrets.token_bytes(MASTER_BYTES))
        private_file.make(path, fresh + b"\n", MasterKeyRefused)
    try:
        key = base64.b64decode(private_file.read(path, MasterKeyRefused).strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != MASTER_BYTES:
        raise MasterKeyRefused(f"{path} is damaged. Restore it from a backup.")
    return key
