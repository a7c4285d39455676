"""Two passes over a file: first survey all of it, then take the entries that may be used.

Nothing of a file is used before its last line was read: the totals that vouch for an entry stand
behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach import parse
from culm.rails.ach.addenda import AddendaRecord
from culm.rails.ach.entry import Entry
from culm.rails.ach.entry_details import EntryRecord
from culm.rails.ach.lines import blocks
from culm.rails.ach.reader import Reader
from culm.rails.ach.records import BatchHeaderRecord
from culm.rails.ach.report import Report
from culm.rails.ach.sec_codes import Sec
from culm.rails.ach.source import Readable, Source


class ContentChangedError(Exception):
    """The second pass did not read what the first surveyed: its entries must not be used."""


def survey(stream: Readable) -> Report:
    """Reads the whole file and says what it holds and all that is wrong with it."""
    reader = Reader(stream)
    for _ in reader:
        pass
    return reader.report


def entries(stream: Readable, report: Report) -> Iterator[Entry]:
    """The entries of the report's readable batches, in order, each with its addenda.

    `stream` begins where the survey's did. Raises `ContentChangedError` at the end when the
    content is not the one that was surveyed: what came before must then be undone.
    """
    source = Source(stream)
    yield from _entries(source, report)
    if source.sha256 != report.sha256:
        raise ContentChangedError("The file is not the one that was surveyed.")


def _entries(source: Source, report: Report) -> Iterator[Entry]:
    readable = {b.ordinal: b.header for b in report.batches if b.readable}
    line = ordinal = 0
    header: BatchHeaderRecord | None = None
    sec: Sec | None = None
    sec_code = ""
    entry_type: type[EntryRecord] = EntryRecord
    detail: EntryRecord | None = None
    addenda: list[AddendaRecord] = []
    for block in blocks(source):
        for text in block.lines:
            line += 1
            kind = text[:1]
            # What surrounds a readable batch is known to be in order: this need not judge.
            if kind == "7" and header is not None:
                addenda.append(parse.addenda(text, line, ordinal, sec))
            elif kind in "568" and kind:
                if detail is not None:
                    yield Entry(detail, tuple(addenda), sec_code)
                    addenda = []
                    detail = None
                if kind == "6" and header is not None:
                    detail = entry_type(text, line, ordinal)
                elif kind == "8":
                    header = None
                elif kind == "5":
                    ordinal += 1
                    header = readable.get(ordinal)
                    if header is not None:
                        sec = parse.sec_of(header)
                        sec_code = header.sec.upper()
                        entry_type = parse.entry_type(sec)
