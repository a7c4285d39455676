"""What an endpoint is sent: one fact as Standard Webhooks shapes it, whole or by its name alone."""

from __future__ import annotations

from typing import Final

import msgspec

from culm.book import event as event_
from culm.facts import cloudevent
from culm.kernel import clock
from culm.webhooks import types

CONTENT_TYPE: Final = "application/json"

MAX_BODY_BYTES: Final = 256 * 1024
"""A full body that is larger is sent as a thin one: the receiver fetches the fact."""


class Reference(msgspec.Struct, frozen=True):
    """The name of a fact that its receiver may ask for."""

    id: str


class Thin(msgspec.Struct, frozen=True):
    """That something of a type has happened."""

    type: str
    timestamp: str
    data: Reference


class Full(msgspec.Struct, frozen=True):
    """What has happened: `data` is the event's JSON, byte for byte as the log has it; `version`
    is that of its schema."""

    type: str
    timestamp: str
    id: str
    version: int
    tenant: str
    data: msgspec.Raw


_encode: Final = msgspec.json.Encoder().encode


def body(row: event_.LogRow, kind: types.Payload) -> bytes:
    """The exact bytes that are sent for a log row, the same in every attempt."""
    id_, time = cloudevent.id_of(row.partition, row.position), clock.timestamp(row.time)
    if kind == "full":
        data = msgspec.Raw(row.body.encode())
        whole = _encode(Full(row.type, time, id_, row.version, row.tenant, data))
        if len(whole) <= MAX_BODY_BYTES:
            return whole
    return _encode(Thin(row.type, time, Reference(id_)))
