"""From bytes to records' lines, whatever the line endings: LF, CRLF, CR, mixed, or none at all.

The Rules know no line endings, only records of 94 characters; banks add endings, drop the last
one, or trim trailing blanks. A line so long that it must hold several records is cut every 94
bytes. What was found is kept as a `PhysicalLayout`, so that a file can be written as it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from culm.rails.ach.limits import MAX_LINE_BYTES, RECORD_CHARS

_PRINTABLE = bytes(range(0x20, 0x7F))
_MERGED_BYTES = 2 * RECORD_CHARS


class PhysicalLayout(msgspec.Struct, frozen=True):
    """How a file's lines end: each pair says from which line (from 1) on an ending is used."""

    endings: tuple[tuple[int, str], ...] = ((1, "\n"),)


class Block(msgspec.Struct, frozen=True, gc=False):
    """Consecutive lines with the same ending."""

    lines: list[str]
    ending: str
    clean: bool
    """Every character is printable ASCII."""


def decode(line: bytes) -> str:
    """The line as text, so that `encode` gives back the same bytes whatever they were."""
    return line.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes that `decode` was given."""
    return text.encode("utf-8", "surrogateescape")


def blocks(chunks: Iterable[bytes]) -> Iterator[Block]:
    """The lines of the content, in blocks as large as the chunks allow."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        # A CR that ends the data may be half of a CRLF: it waits for what comes.
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
        yield from _split(data[:end])
        rest = data[end:]
        if len(rest) > MAX_LINE_BYTES:
            held = _held(rest)
            yield from _cut(rest, held)
            rest = rest[len(rest) - held :]
    yield from _split(rest)


def _held(rest: bytes) -> int:
    """How many bytes of an unended line to hold back: one record and what is begun after it, so
    that an ending that comes next still finds its record."""
    return RECORD_CHARS + len(rest) % RECORD_CHARS


def _split(data: bytes) -> Iterator[Block]:
    """Blocks of complete lines; the last one may lack its ending."""
    if not data:
        return
    if b"\r" not in data and data.endswith(b"\n"):
        lines = decode(data[:-1]).split("\n")
        if max(map(len, lines)) < _MERGED_BYTES:
            yield Block(lines, "\n", not data.translate(None, _PRINTABLE + b"\n"))
            return
    group: list[bytes] = []
    last = ""
    for whole in data.splitlines(keepends=True):
        line = whole.rstrip(b"\r\n")
        ending = whole[len(line) :].decode()
        if len(line) >= _MERGED_BYTES and _holds_several(line):
            yield from _block(group, last)
            group = []
            yield from _cut(line, len(line) % RECORD_CHARS or RECORD_CHARS)
            line = line[len(line) - (len(line) % RECORD_CHARS or RECORD_CHARS) :]
        if group and ending != last:
            yield from _block(group, last)
            group = []
        group.append(line)
        last = ending
    yield from _block(group, last)


def _holds_several(line: bytes) -> bool:
    """Whether a long line is records run together, rather than one with blanks after it."""
    return len(line) % RECORD_CHARS == 0 or len(line.rstrip(b" ")) >= _MERGED_BYTES


def _cut(data: bytes, held: int) -> Iterator[Block]:
    """Records of 94 bytes without endings, up to the last `held` bytes."""
    cuts = range(0, len(data) - held, RECORD_CHARS)
    yield from _block([data[at : at + RECORD_CHARS] for at in cuts], "")


def _block(lines: list[bytes], ending: str) -> Iterator[Block]:
    if lines:
        clean = not b"".join(lines).translate(None, _PRINTABLE)
        yield Block([decode(line) for line in lines], ending, clean)
