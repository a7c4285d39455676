"""Is a File Header Record as the Rules want it? (Appendix Three, File Header Record)"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach.check_fields import upper_case
from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import are_digits, check_digit, is_blank_or_zero
from culm.rails.ach.records import FileHeader


def file_header(header: FileHeader) -> Iterator[Finding]:
    """Everything that deviates in a file header."""
    yield from _constants(header)
    yield from _destination(header)
    yield from _origin(header)
    yield from _creation(header)
    yield from _modifier(header)


def _constants(header: FileHeader) -> Iterator[Finding]:
    if header.priority_code != "01":
        yield Finding("file-header.priority-code", "priority_code", "The priority code is not 01.")
    if header.record_size != "094":
        yield Finding("file-header.record-size", "record_size", "The record size is not 094.")
    if header.blocking_factor != "10":
        yield Finding(
            "file-header.blocking-factor", "blocking_factor", "The blocking factor is not 10."
        )
    if header.format_code != "1":
        yield Finding("file-header.format-code", "format_code", "The format code is not 1.")


def _destination(header: FileHeader) -> Iterator[Finding]:
    text = header.immediate_destination
    routing = text.strip()
    if not are_digits(routing) or len(routing) < 9 or is_blank_or_zero(text):
        yield Finding(
            "file-header.destination",
            "immediate_destination",
            "The immediate destination is not a routing number.",
        )
    elif check_digit(routing[-9:-1]) != routing[-1]:
        yield Finding(
            "file-header.destination-check-digit",
            "immediate_destination",
            "The check digit of the immediate destination is wrong.",
        )


def _origin(header: FileHeader) -> Iterator[Finding]:
    # A leading blank announces a routing number (bTTTTAAAAC); ten characters without one are an
    # identification that the sender has agreed with its bank, whatever they are.
    text = header.immediate_origin
    origin = text.strip()
    routing = are_digits(origin) and len(origin) >= 9
    if is_blank_or_zero(text) or (text.startswith(" ") and not routing):
        yield Finding(
            "file-header.origin",
            "immediate_origin",
            "The immediate origin is not a routing number, nor an agreed identification.",
        )
    elif not routing:
        yield Finding(
            "file-header.origin-agreed",
            "immediate_origin",
            "The immediate origin is not a routing number.",
        )


def _creation(header: FileHeader) -> Iterator[Finding]:
    if header.created_on is None:
        yield Finding(
            "file-header.creation-date", "file_creation_date", "The creation date is no date."
        )
    if header.created_at is None and header.file_creation_time.strip():
        yield Finding(
            "file-header.creation-time", "file_creation_time", "The creation time is no time."
        )


def _modifier(header: FileHeader) -> Iterator[Finding]:
    modifier = header.file_id_modifier
    if not (modifier.isascii() and modifier.isalnum()):
        yield Finding(
            "file-header.modifier",
            "file_id_modifier",
            "The file ID modifier is neither a letter nor a digit.",
        )
    else:
        yield from upper_case("file_id_modifier", modifier)
