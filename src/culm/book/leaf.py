"""A leaf read back: what its bytes say of the event, for whoever has only a receipt or a file."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from culm.book import checkpoint as checkpoint_
from culm.book import event as event_
from culm.book import note, proof, seals
from culm.kernel import clock, errors

HEADER_LINE_ENDS: Final = 9
"""Line ends before the body, and one more with a request: a column that held one would make two
leaves read the same."""

_LINES: Final = {event_.WITHOUT_REQUEST: 8, event_.WITH_REQUEST: 9}
"""By the format: lines of header, behind which an empty one and the body stand."""
_PLACE: Final = re.compile(r"(0|[1-9][0-9]{0,4})/(0|[1-9][0-9]{0,18})")
_TYPE: Final = re.compile(r"([^/]+)/(0|[1-9][0-9]{0,4})")


class LeafMalformed(errors.Invalid):
    """The bytes of a leaf are not those of an event of ours."""

    code = "leaf_malformed"


class Proven(msgspec.Struct, frozen=True):
    """What a receipt proves: this event stands in the log that was signed."""

    event: event_.LogRow
    checkpoint: checkpoint_.Checkpoint


def check_receipt(text: str, verifier: note.Verifier) -> Proven:
    """What a receipt proves, by the log's public key alone. Raises `ProofError`."""
    receipt = proof.Receipt.from_text(text)
    checkpoint = proof.check(receipt, verifier)
    try:
        row = parse(receipt.leaf)
    except LeafMalformed as error:
        raise proof.ProofError(
            f"A leaf is in the log, but is no event. {error.message}", field="leaf"
        ) from error
    if (row.partition, row.position) != (seals.partition_of(checkpoint.origin), receipt.index):
        raise proof.ProofError("The leaf says that it stands somewhere else.", field="leaf")
    return Proven(row, checkpoint)


def parse(data: bytes) -> event_.LogRow:
    """The event that a leaf seals. Raises `LeafMalformed`."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise LeafMalformed("A leaf is UTF-8.") from error
    header = _LINES.get(text.partition("\n")[0], 0)
    lines = text.split("\n", header + 1)
    if not header or len(lines) != header + 2 or lines[header]:
        raise LeafMalformed("A leaf is a known format, its lines, an empty line, and the body.")
    body, request = lines[header + 1], lines[8]
    if header == _LINES[event_.WITH_REQUEST] and not request:
        raise LeafMalformed("A leaf of this format names a request.")
    place, type_ = _PLACE.fullmatch(lines[1]), _TYPE.fullmatch(lines[3])
    if place is None or type_ is None:
        raise LeafMalformed("A leaf names partition/position and type/version.")
    return event_.LogRow(
        partition=int(place[1]),
        position=int(place[2]),
        time=moment(lines[2]),
        type=type_[1],
        version=int(type_[2]),
        tenant=lines[4],
        actor=lines[5],
        correlation=lines[6],
        causation=lines[7],
        body=body,
        request=request,
    )


def moment(text: str) -> datetime:
    """A time exactly as leaves write it. Raises `LeafMalformed`."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None and clock.timestamp(time) == text:
            return time
    except (ValueError, OverflowError):
        pass
    raise LeafMalformed(f"Not a time as the log writes it: {text[:50]!r}.")
