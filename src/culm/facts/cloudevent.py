"""Facts as the world sees them: CloudEvents 1.0 in structured JSON.

Sources: CloudEvents 1.0.2 (attributes), its JSON event format, and its documented extensions
`sequence`, `partition` and `dataref`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from culm.book import event as event_
from culm.kernel import clock, ids

CONTENT_TYPE: Final = "application/cloudevents+json"
SEQUENCE_DIGITS: Final = 20
"""Sequences are texts that sort as their numbers do."""

ID_PREFIX: Final = "evt"


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact. `data` is the event's JSON, byte for byte as the log has it; left out when that is
    more than the bus carries, and `dataref` says where it is."""

    specversion: str = ""
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = ""
    dataschema: str
    tenant: str
    actor: str
    correlation: str
    causation: str = ""
    partition: int
    sequence: str
    dataref: str = ""
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET

    @property
    def position(self) -> int:
        """The fact's place in the log of its partition."""
        return int(self.sequence)

    @property
    def event_type(self) -> str:
        """The event's type in the log: `ledger.hold_placed`."""
        return self.dataschema.rsplit(":", 2)[1]

    @property
    def event_version(self) -> int:
        """The version of the event's schema."""
        return int(self.dataschema.rsplit(":", 1)[1])


encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(CloudEvent).decode


def of(row: event_.LogRow, origin: str, *, inline: bool = True) -> CloudEvent:
    """A log row as a CloudEvent. `origin` is the name of the platform (`settings.origin`)."""
    return CloudEvent(
        specversion="1.0",
        id=id_of(row.partition, row.position),
        source=source(origin, row.partition),
        type=type_of(row.type, row.version),
        subject=row.tenant,
        time=clock.timestamp(row.time),
        datacontenttype="application/json",
        dataschema=schema_of(row.type, row.version),
        tenant=row.tenant,
        actor=row.actor,
        correlation=row.correlation,
        causation=row.causation,
        partition=row.partition,
        sequence=f"{row.position:0{SEQUENCE_DIGITS}}",
        dataref="" if inline else f"/v1/events/{id_of(row.partition, row.position)}",
        data=msgspec.Raw(row.body.encode()) if inline else msgspec.UNSET,
    )


def id_of(partition: int, position: int) -> str:
    """The public id of a fact."""
    return ids.format_id(ID_PREFIX, partition, position)


def source(origin: str, partition: int) -> str:
    """Who says so: the log of one partition of one platform."""
    return f"urn:culm:{origin}:partition:{partition}"


def type_of(type_: str, version: int) -> str:
    """The CloudEvents type: `ledger.hold_placed`, 1 -> `culm.ledger.hold_placed.v1`."""
    return f"culm.{type_}.v{version}"


def schema_of(type_: str, version: int) -> str:
    """The name of the schema of `data`."""
    return f"urn:culm:event:{type_}:{version}"


def time_of(cloud_event: CloudEvent) -> datetime:
    """When the fact was recorded, in UTC."""
    return datetime.fromisoformat(cloud_event.time)
