"""Signatures of webhooks, made and verified as Standard Webhooks has it
(github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md).

What is signed is `id.timestamp.body`, so neither can be exchanged. Several signatures stand side by
side while a secret is being rotated.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from culm.kernel import errors
from culm.webhooks import types

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"

TOLERANCE_SECONDS: Final = 300
"""How far a timestamp may be from the receiver's clock: an older message may be a replayed one."""


class SignatureInvalid(errors.Invalid):
    """A delivery was not signed with this secret, or at another time, or not at all."""

    code = "webhook_signature_invalid"


def headers(
    kind: types.Signature, secrets: Sequence[bytes], *, id_: str, now: datetime, body: bytes
) -> dict[str, str]:
    """The headers of a delivery, signed with each of these secrets."""
    timestamp = str(int(now.timestamp()))
    content = _content(id_, timestamp, body)
    signatures = [_sign(kind, secret, content) for secret in secrets]
    return {ID: id_, TIMESTAMP: timestamp, SIGNATURE: " ".join(signatures)}


def verify(key: str, received: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Make sure that a delivery comes from the holder of a secret (`whsec_…`) or of the private
    part of a public key (`whpk_…`), and that it is not an old one. Raises `SignatureInvalid`.
    """
    named = {name.lower(): value for name, value in received.items()}
    timestamp = named.get(TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 13):
        raise SignatureInvalid("The delivery has no timestamp.", field=TIMESTAMP)
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise SignatureInvalid("The delivery was signed at another time.", field=TIMESTAMP)
    content = _content(named.get(ID, ""), timestamp, body)
    signatures = named.get(SIGNATURE, "").split(" ")
    if not any(_is_of(key, signature, content) for signature in signatures):
        raise SignatureInvalid("No signature is of this secret.", field=SIGNATURE)


def _content(id_: str, timestamp: str, body: bytes) -> bytes:
    return b"%b.%b.%b" % (id_.encode(), timestamp.encode(), body)


def _sign(kind: types.Signature, secret: bytes, content: bytes) -> str:
    if kind == "hmac":
        return "v1," + base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    return "v1a," + base64.b64encode(key.sign(content)).decode()


def _is_of(key: str, signature: str, content: bytes) -> bool:
    kind, _, text = key.partition("_")
    version, _, encoded = signature.partition(",")
    try:
        secret, signed = base64.b64decode(text, validate=True), base64.b64decode(encoded)
        if (kind, version) == ("whsec", "v1"):
            return hmac.compare_digest(hmac.digest(secret, content, "sha256"), signed)
        if (kind, version) == ("whpk", "v1a"):
            ed25519.Ed25519PublicKey.from_public_bytes(secret).verify(signed, content)
            return True
    except (ValueError, InvalidSignature):
        pass
    return False
