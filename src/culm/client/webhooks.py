"""Webhooks, at the receiver: who sent this, and what it tells (Standard Webhooks,
github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md)."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from culm.client import errors

TOLERANCE_SECONDS: Final = 300
"""How far a timestamp may be from one's own clock: an older delivery may be a replayed one."""

_LONGEST_TIMESTAMP: Final = 12


class SignatureInvalid(errors.CulmError):
    """A delivery is not signed with this secret, or not lately, or not at all: believe nothing of
    it, and answer 401."""


class Event(msgspec.Struct, frozen=True):
    """What happened. `data` is the event's content, or only an id where the endpoint asked for
    thin payloads."""

    type: str
    timestamp: datetime
    data: dict[str, Any]
    id: str = ""
    version: int = 1
    tenant: str = ""


def verify(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float | None = None,
    tolerance_seconds: float = TOLERANCE_SECONDS,
) -> Event:
    """The event that a delivery tells of, once it is sure that it comes from the holder of the
    secret (`whsec_...`), or of the private part of a public key (`whpk_...`).

    `headers` are all of the request's, in any case; `body` its very bytes. `now` is the time in
    seconds since 1970, by default the machine's. Take each `webhook-id` once: deliveries may come
    again. Raises `SignatureInvalid`.
    """
    named = {name.lower(): value for name, value in headers.items()}
    sent = named.get("webhook-timestamp", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= _LONGEST_TIMESTAMP):
        raise SignatureInvalid("the delivery has no timestamp")
    if abs((time.time() if now is None else now) - int(sent)) > tolerance_seconds:
        raise SignatureInvalid("the delivery was signed at another time")
    signed = b"%b.%b.%b" % (named.get("webhook-id", "").encode(), sent.encode(), body)
    signatures = named.get("webhook-signature", "").split(" ")
    if not any(_is_of(secret, signature, signed) for signature in signatures):
        raise SignatureInvalid("no signature is of this secret")
    return msgspec.json.decode(body, type=Event)


def _is_of(secret: str, signature: str, signed: bytes) -> bool:
    kind, _, text = secret.partition("_")
    version, _, encoded = signature.partition(",")
    try:
        key = base64.b64decode(text, validate=True)
        given = base64.b64decode(encoded, validate=True)
        if not key:
            return False
        if (kind, version) == ("whsec", "v1"):
            return hmac.compare_digest(hmac.digest(key, signed, "sha256"), given)
        if (kind, version) == ("whpk", "v1a"):
            ed25519.Ed25519PublicKey.from_public_bytes(key).verify(given, signed)
            return True
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return False
