"""How a file lies in its bytes does not change what it says, nor what it costs to read."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from culm.rails.ach import limits
from culm.rails.ach.entry import Entry
from culm.rails.ach.reader import Reader
from culm.rails.ach.report import Report
from culm.rails.ach.survey import ContentChangedError, entries, survey
from culm.rails.ach.writer import write

Survey = Callable[[bytes], Report]


def without_endings(content: bytes) -> bytes:
    return content.replace(b"\n", b"")


def zeros_between(first: bytes, second: bytes) -> bytes:
    return gzip.compress(first) + bytes(7) + gzip.compress(second)


LAYOUTS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("LF", lambda content: content),
    ("CRLF", lambda content: content.replace(b"\n", b"\r\n")),
    ("CR", lambda content: content.replace(b"\n", b"\r")),
    ("no endings", without_endings),
    ("no endings but a last one", lambda content: without_endings(content) + b"\r\n"),
    ("no last ending", lambda content: content.removesuffix(b"\n")),
    ("CRLF, no last ending", lambda content: content.replace(b"\n", b"\r\n")[:-2]),
    ("two records a line", lambda content: content.replace(b"\n", b"", 1)),
    ("blank lines before", lambda content: b"\n\n" + content),
    ("blank lines between", lambda content: content.replace(b"\n", b"\n\n")),
    ("a blank line before addenda", lambda content: content.replace(b"\n7", b"\n \n7")),
    ("blank lines after", lambda content: content + b"\n\n  \n"),
    ("trimmed", lambda content: b"\n".join(x.rstrip() for x in content.split(b"\n"))),
    ("blanks after", lambda content: content.replace(b"\n", b"    \n")),
    ("mixed", lambda content: content.replace(b"\n", b"\r\n", 4).replace(b"\n9", b"\r9")),
    ("no padding", lambda content: content[: content.index(b"\n" + b"9" * 94) + 1]),
    ("more padding", lambda content: content + b"9" * 94 + b"\n"),
    ("end of file mark", lambda content: content + b"\x1a"),
    ("compressed", gzip.compress),
    ("compressed, then zeros", lambda content: gzip.compress(content) + bytes(1_000)),
    ("compressed in two members with zeros between", lambda c: zeros_between(c[:300], c[300:])),
    ("compressed in two members", lambda c: gzip.compress(c[:300]) + gzip.compress(c[300:])),
]


@pytest.mark.parametrize(("name", "lay_out"), LAYOUTS)
def test_a_file_says_the_same_however_its_lines_end(
    name: str, lay_out: Callable[[bytes], bytes], payroll: bytes, surveyed: Survey
) -> None:
    plain, laid_out = surveyed(payroll), surveyed(lay_out(payroll))
    assert laid_out.valid, (name, laid_out.errors)
    assert laid_out.readable_batches == {1}
    assert (laid_out.entry_count, laid_out.credit_minor) == (2, plain.credit_minor)
    given = [e.detail.text for e in entries(io.BytesIO(payroll), plain)]
    stream = io.BytesIO(lay_out(payroll))
    assert [e.detail.text[:94] for e in entries(stream, laid_out)] == given


@pytest.mark.parametrize(("name", "lay_out"), LAYOUTS)
def test_a_file_is_written_as_its_bytes_lay(
    name: str, lay_out: Callable[[bytes], bytes], payroll: bytes
) -> None:
    content = lay_out(payroll)
    reader = Reader(io.BytesIO(content))
    events = list(reader)
    out = io.BytesIO()
    write(events, out, reader.report.layout)
    expected = gzip.decompress(content) if name.startswith("compressed") else content
    assert out.getvalue() == expected


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        self._rest = content
        self._size = size

    def read(self, size: int = -1, /) -> bytes:
        size = min(size, self._size) if size >= 0 else self._size
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


@pytest.mark.parametrize("size", [1, 2, 93, 94, 95, 1000])
@pytest.mark.parametrize(("name", "lay_out"), LAYOUTS)
def test_a_slow_stream_reads_the_same(
    name: str, lay_out: Callable[[bytes], bytes], size: int, payroll: bytes, surveyed: Survey
) -> None:
    content = lay_out(payroll)
    assert survey(Trickle(content, size)) == surveyed(content), name


def test_the_hash_is_of_the_content_whether_compressed_or_not(
    payroll: bytes, surveyed: Survey
) -> None:
    packed, plain = surveyed(gzip.compress(payroll)), surveyed(payroll)
    assert packed == plain
    assert plain.size_bytes == len(payroll)


def test_entries_of_another_file_than_the_surveyed_one_are_disowned(
    payroll: bytes, surveyed: Survey
) -> None:
    report = surveyed(payroll)
    other = payroll.replace(b"0000250000", b"0000250001")
    with pytest.raises(ContentChangedError):
        list(entries(io.BytesIO(other), report))


def test_events_come_with_their_lines_and_batches(payroll: bytes) -> None:
    seen = [
        (type(e).__name__, e.line, e.batch)
        for e in Reader(io.BytesIO(payroll))
        if type(e).__name__ != "Filler"
    ]
    assert seen == [
        ("FileHeader", 1, 0),
        ("BatchHeader", 2, 1),
        ("Entry", 3, 1),
        ("Entry", 5, 1),
        ("BatchControl", 6, 1),
        ("FileControl", 7, 0),
    ]


class Endless(io.RawIOBase):
    """A file of many entries in one batch, made as it is read."""

    def __init__(self, count: int) -> None:
        self._lines = self._all(count)
        self._rest = b""

    def _all(self, count: int) -> Iterator[bytes]:
        header = "101 231380104 1210428822603020930A094101Bank                   My Bank"
        yield header.ljust(94).encode()
        batch = "5220ACME                                1210428822PPDSALARY          260303   1"
        yield (batch + "121042880000001").encode()
        for n in range(1, count + 1):
            entry = "622231380104744-1            0000000001               A                     "
            yield f"{entry}  012104288{n:07}".encode()
        total = f"{count:06}{23138010 * count % 10**10:010}{0:012}{count:012}"
        yield f"8220{total}1210428822{'':25}121042880000001".encode()
        blocks = -(-(count + 4) // 10)
        control = f"9000001{blocks:06}00{total}"
        yield control.ljust(94).encode()
        for _ in range(-(count + 4) % 10):
            yield b"9" * 94

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size:
            line = next(self._lines, None)
            if line is None:
                break
            self._rest += line + b"\n"
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def test_a_batch_of_many_entries_reads_in_flat_memory() -> None:
    tracemalloc.start()
    report = survey(Endless(30_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.valid, report.errors
    assert report.entry_count == 30_000
    assert peak < 4_000_000  # the file has 2,850,000 bytes; a block of lines and its chunk remain


def test_a_decompression_bomb_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"0" * 20_000_000)
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1_000_000)
    tracemalloc.start()
    report = survey(io.BytesIO(bomb))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "file.too-large" in {d.code for d in report.deviations}
    assert not report.valid
    assert report.size_bytes < 2_000_000
    assert peak < 20_000_000


def test_reading_can_stop_early_and_the_report_then_vouches_for_nothing(payroll: bytes) -> None:
    reader = Reader(io.BytesIO(payroll))
    for event in reader:
        if isinstance(event, Entry):
            break
    assert not reader.report.valid
    assert not reader.report.readable_batches


def test_warnings_past_a_number_are_counted_rather_than_listed(
    payroll: bytes, surveyed: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_WARNINGS_PER_CODE", 2)
    report = surveyed(b"\n" * 5 + payroll)
    blank = [d.message for d in report.deviations if d.code == "line.blank"]
    assert blank == ["The line is blank.", "The line is blank.", "And 3 more like this."]
    assert report.valid


def test_addenda_past_those_that_are_kept_are_still_counted_and_written(
    real: Callable[[str], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ADDENDA", 1)
    content = real("ctx-debit.ach")
    reader = Reader(io.BytesIO(content))
    events = list(reader)
    out = io.BytesIO()
    write(events, out, reader.report.layout)
    assert out.getvalue() == content
    assert reader.report.addenda_count == 2
