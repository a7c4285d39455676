"""The header fields that the door reads: who asks, under which key, in which conversation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from culm.gateway import limits, refusals

AUTHORIZATION: Final = "Authorization"
FORWARDED_FOR: Final = "X-Forwarded-For"
TENANT: Final = "Culm-Tenant"
KEY: Final = "Idempotency-Key"
REQUEST_ID: Final = "Request-Id"
VERSION: Final = "Culm-Version"
JSON: Final = "application/json"

SAID: Final = "culm_said"
"""Where a request's scope has the header fields that were said of it before its route was asked."""

_READ: Final = {
    name.lower().encode(): name
    for name in (
        AUTHORIZATION,
        FORWARDED_FOR,
        TENANT,
        KEY,
        REQUEST_ID,
        VERSION,
        "Content-Type",
        "Content-Length",
        "Content-Encoding",
        "Host",
    )
}
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_KEY: Final = re.compile(r"[\x20-\x7e]{1,255}")
_OURS: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}:evt_[0-7][0-9a-f]{15}(:\d+)?|culm:.*")
"""The keys of commands that follow from facts, or from what others have sent us: nobody may use one
up before the platform does."""

_REQUEST_ID: Final = re.compile(rf"[A-Za-z0-9._:@/+=-]{{1,{limits.MAX_REQUEST_ID_LENGTH}}}")

Fields = dict[str, str]


class Caller(msgspec.Struct, frozen=True, gc=False):
    """Who asks. `actor` is how events name it, `key` the idempotency key; `request_id` names the
    request in logs and events."""

    actor: str
    tenant: str
    key: str | None
    request_id: str


def read(raw: Iterable[tuple[bytes, bytes]]) -> Fields:
    """The fields that we know, by name. Raises `HeaderInvalid` for one that is given twice."""
    fields: Fields = {}
    for lower, value in raw:
        name = _READ.get(lower)
        if name is None:
            continue
        text = value.decode("latin-1")
        if name in fields:
            if name != FORWARDED_FOR:  # the one of ours that is a list (RFC 9110 §5.3)
                raise refusals.HeaderInvalid(f"The header {name} is given twice.", field=name)
            text = f"{fields[name]},{text}"
        fields[name] = text
    return fields


def require_host(fields: Fields, scope: Any) -> None:
    """Refuse a request without the Host that HTTP/1.1 requires (RFC 9112 §3.2), with
    `HeaderInvalid`."""
    if not fields.get("Host") and scope["http_version"] == "1.1":
        raise refusals.HeaderInvalid("The header Host is missing.", field="Host")


def is_one_of(kind: str, taken: Iterable[str]) -> bool:
    """Whether a media type is one of those taken, in UTF-8. Parameters other than a charset mean
    nothing to them (RFC 8259 §11, RFC 4180 §3)."""
    if kind in taken:
        return True
    name, *parameters = kind.lower().split(";")
    pairs = (parameter.strip(" \t").partition("=") for parameter in parameters)
    charsets = {value.strip('"') for key, _, value in pairs if key == "charset"}
    return name.strip(" \t") in taken and charsets <= {"utf-8"}


def media_type(fields: Fields) -> str:
    """What the body is declared as, without parameters."""
    return fields.get("Content-Type", "").partition(";")[0].strip(" \t").lower()


def caller(fields: Fields, *, actor: str, tenant: str, request_id: str) -> Caller:
    """Who asks, for the `tenant` where the request names none. Raises `HeaderInvalid`."""
    tenant = fields.get(TENANT, tenant)
    if not _TENANT.fullmatch(tenant):
        raise refusals.HeaderInvalid(
            "A tenant's id is 1 to 64 lower-case letters, digits, '-' or '_'.", field=TENANT
        )
    key = fields.get(KEY)
    if key is not None and not _KEY.fullmatch(key):
        raise refusals.HeaderInvalid(
            "An idempotency key is 1 to 255 printable ASCII characters.", field=KEY
        )
    if key is not None and _OURS.fullmatch(key):
        raise refusals.HeaderInvalid("Keys of this form are for the platform itself.", field=KEY)
    if fields.get(REQUEST_ID, request_id) != request_id:
        raise refusals.HeaderInvalid(
            f"A request id is 1 to {limits.MAX_REQUEST_ID_LENGTH} letters, digits or any of "
            "- . _ : @ / + = and no others.",
            field=REQUEST_ID,
        )
    return Caller(actor, tenant, key, request_id)


def request_id(raw: Iterable[tuple[bytes, bytes]]) -> str:
    """The caller's own request id when it is well formed, else a new one."""
    for lower, value in raw:
        if lower == b"request-id":
            given = value.decode("latin-1")
            if _REQUEST_ID.fullmatch(given):
                return given
            break
    return new_request_id()


def new_request_id() -> str:
    """The id of a request that brings none."""
    return os.urandom(16).hex()
