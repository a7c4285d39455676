"""Events: past-tense, versioned facts, and the exact bytes by which the log seals them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

import msgspec

from culm.kernel import clock

encode: Final = msgspec.json.Encoder(order="deterministic").encode
"""The exact JSON of an event."""


class Event(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A fact of one context. `TYPE` and `VERSION` name its schema for ever.

    The body in the log is the JSON of the struct. It holds no personal data in clear.
    """

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1


class Origin(msgspec.Struct, frozen=True):
    """Who caused an event and in which conversation: part of every leaf."""

    tenant: str
    actor: str
    correlation: str
    causation: str


class LogRow(msgspec.Struct, frozen=True):
    """One event as the log keeps it. `body` is the exact JSON; `leaf` its RFC 6962 leaf hash."""

    partition: int
    position: int
    time: datetime
    type: str
    version: int
    tenant: str
    actor: str
    correlation: str
    causation: str
    body: str
    leaf: bytes = b""

    def sealed_bytes(self) -> bytes:
        """What the leaf hash covers: every column, in one unambiguous text."""
        tail = leaf_tail(
            time=clock.timestamp(self.time),
            type_=self.type,
            version=self.version,
            origin=Origin(self.tenant, self.actor, self.correlation, self.causation),
        )
        return leaf_bytes(self.partition, self.position, tail, self.body.encode())


def leaf_tail(*, time: str, type_: str, version: int, origin: Origin) -> bytes:
    """The part of a leaf that the events of one command share.

    None of the fields may hold a line end; the Book refuses commands whose fields do.
    """
    lines = (time, f"{type_}/{version}", *msgspec.structs.astuple(origin))
    return "\n".join(lines).encode() + b"\n\n"


def leaf_bytes(partition: int, position: int, tail: bytes, body: bytes) -> bytes:
    """A leaf: header lines, an empty line, the body. `culm-event/1` names this very format."""
    return b"culm-event/1\n%d/%d\n%b%b" % (partition, position, tail, body)
