"""Events: past-tense, versioned facts, and the exact bytes by which the log seals them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final, NamedTuple

import msgspec

from culm.kernel import clock

encode: Final = msgspec.json.Encoder(order="deterministic").encode
"""The exact JSON of an event."""

WITHOUT_REQUEST: Final = "culm-event/1"
WITH_REQUEST: Final = "culm-event/2"
"""The formats of a leaf; they differ by the line of the request."""


class Event(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A fact of one context. `TYPE` and `VERSION` name its schema for ever.

    The body in the log is the JSON of the struct. It holds no personal data in clear.
    """

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    COUNTED_BY: ClassVar[str] = ""
    """The field by whose value such facts are counted apart, if any: one of few values, which no
    caller makes up."""


class Origin(msgspec.Struct, frozen=True):
    """Who caused an event, in which conversation, and for which request: part of every leaf.

    `request` is the digest of a request under an idempotency key (`idempotency.request`), so that
    the log proves what was answered under which key; empty where there was no key.
    """

    tenant: str
    actor: str
    correlation: str
    causation: str
    request: str = ""


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
    request: str = ""
    leaf: bytes = b""

    def sealed_bytes(self) -> bytes:
        """What the leaf hash covers: every column, in one unambiguous text."""
        frame = leaf_frame(
            time=clock.timestamp(self.time),
            type_=self.type,
            version=self.version,
            origin=self.origin,
        )
        return leaf_bytes(self.partition, self.position, frame, self.body.encode())

    @property
    def origin(self) -> Origin:
        """Who caused it, in which conversation, and for which request."""
        return Origin(self.tenant, self.actor, self.correlation, self.causation, self.request)


class Frame(NamedTuple):
    """What the leaves of one command's events of one type share: all but place and body."""

    format: bytes
    header: bytes


def leaf_frame(*, time: str, type_: str, version: int, origin: Origin) -> Frame:
    """The frame of a leaf. An event of a request under a key has one line of header more, under
    a format of its own.

    None of the fields may hold a line end; the Book refuses commands whose fields do.
    """
    tenant, actor, correlation, causation, request = msgspec.structs.astuple(origin)
    lines = [time, f"{type_}/{version}", tenant, actor, correlation, causation]
    if request:
        lines.append(request)
    format_ = WITH_REQUEST if request else WITHOUT_REQUEST
    return Frame(format_.encode(), "\n".join(lines).encode() + b"\n\n")


def leaf_bytes(partition: int, position: int, frame: Frame, body: bytes) -> bytes:
    """A leaf: the name of its very format, header lines, an empty line, the body."""
    return b"%b\n%d/%d\n%b%b" % (frame.format, partition, position, frame.header, body)
