"""What holds for every file: built ones are right, damaged ones are refused, no bytes break it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from culm.rails.ach.building import build
from culm.rails.ach.digits import check_digit
from culm.rails.ach.new_file import NewBatch, NewEntry, NewFile, PaymentText
from culm.rails.ach.reader import Reader
from culm.rails.ach.survey import entries, survey
from culm.rails.ach.tally import OpenBatch
from culm.rails.ach.writer import write

DATA = Path(__file__).parent / "data"

printable = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
words = st.text(st.characters(min_codepoint=0x41, max_codepoint=0x5A), min_size=1, max_size=10)
dates = st.integers(0, 20_000).map(lambda n: date(2000, 1, 1) + timedelta(n))


def with_check_digit(rdfi: int) -> str:
    return f"{rdfi:08}" + check_digit(f"{rdfi:08}")


routing_numbers = st.integers(1, 99_999_999).map(with_check_digit)


@st.composite
def new_entries(draw: st.DrawFn, sec: str, code: str) -> NewEntry:
    most = {"CTX": 20, "TEL": 0}.get(sec, 1)
    texts = draw(st.lists(st.text(printable, max_size=80), max_size=most))
    return NewEntry(
        transaction_code=code,
        routing_number=draw(routing_numbers),
        account=draw(words),
        amount_minor=draw(st.integers(1, 9_999_999_999)),
        name=draw(words),
        identification=draw(st.text(printable, max_size=15)),
        addenda=tuple(map(PaymentText, texts)),
    )


@st.composite
def new_batches(draw: st.DrawFn) -> NewBatch:
    sec = draw(st.sampled_from(["PPD", "CCD", "WEB", "TEL", "CTX"]))
    codes = st.sampled_from(["27", "37"] if sec == "TEL" else ["22", "27", "32", "37", "42", "47"])
    listed = draw(st.lists(codes.flatmap(lambda c: new_entries(sec, c)), min_size=1, max_size=8))
    return NewBatch(
        sec=sec,
        company_name=draw(words),
        company_id=draw(words),
        entry_description=draw(words),
        effective_on=draw(dates),
        odfi=draw(routing_numbers)[:8],
        entries=tuple(listed),
    )


new_files = st.builds(
    NewFile,
    destination=routing_numbers,
    origin=routing_numbers,
    created_on=dates,
    batches=st.lists(new_batches(), min_size=1, max_size=4).map(tuple),
)


def written(new: NewFile) -> bytes:
    out = io.BytesIO()
    write(build(new), out)
    return out.getvalue()


def rewritten(content: bytes) -> bytes:
    reader = Reader(io.BytesIO(content))
    events = list(reader)
    out = io.BytesIO()
    write(events, out, reader.report.layout)
    return out.getvalue()


@given(new_files)
@settings(max_examples=60, deadline=None)
def test_a_built_file_is_valid_and_comes_back_as_it_went(new: NewFile) -> None:
    content = written(new)
    report = survey(io.BytesIO(content))
    assert not report.deviations
    assert rewritten(content) == content
    amounts = [e.amount_minor for b in new.batches for e in b.entries]
    assert [e.amount_minor for e in entries(io.BytesIO(content), report)] == amounts
    texts = [
        a.text.rstrip()
        for b in new.batches
        for e in b.entries
        for a in e.addenda
        if isinstance(a, PaymentText)
    ]
    read = [a.text[3:83].rstrip() for e in entries(io.BytesIO(content), report) for a in e.addenda]
    assert read == texts


GOVERNED: dict[bytes, list[tuple[int, int]]] = {
    b"5": [(1, 3), (50, 52), (79, 93)],
    b"6": [(3, 11), (29, 38), (78, 86)],
    b"7": [(1, 2), (83, 93)],
    b"8": [(1, 43), (79, 93)],
    b"9": [(1, 54)],
}
"""Columns, from 0 and inclusive, in which every digit is vouched for by another record."""


def governed_positions(content: bytes) -> list[int]:
    found: list[int] = []
    start = 0
    for line in content.split(b"\n"):
        if line != b"9" * 94:
            for low, high in GOVERNED.get(line[:1], []):
                found += range(start + low, start + high + 1)
        start += len(line) + 1
    return found


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_changed_digit_in_what_controls_vouch_for_is_refused(data: st.DataObject) -> None:
    content = written(data.draw(new_files))
    at = data.draw(st.sampled_from(governed_positions(content)))
    digit = data.draw(st.sampled_from(sorted(set(b"0123456789") - {content[at]})))
    damaged = content[:at] + bytes([digit]) + content[at + 1 :]
    assert not survey(io.BytesIO(damaged)).valid


def never_breaks(content: bytes) -> None:
    report = survey(io.BytesIO(content))
    assert rewritten(content) == content
    given = list(entries(io.BytesIO(content), report))
    assert len(given) == sum(b.entry_count for b in report.batches if b.readable)
    for entry in given:
        assert entry.amount_minor >= 0
        assert entry.direction in ("in", "out", None)


def real_files() -> st.SearchStrategy[bytes]:
    paths = sorted(p for p in DATA.iterdir() if p.suffix in (".ach", ".txt"))
    return st.sampled_from(paths).map(Path.read_bytes)


@given(real_files(), st.data())
@settings(max_examples=200, deadline=None)
def test_any_byte_in_a_real_file_may_be_any_other(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255))
    never_breaks(content[:at] + bytes([byte]) + content[at + 1 :])


@given(real_files(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_real_file_may_be_cut_and_joined_anywhere(content: bytes, data: st.DataObject) -> None:
    first, second = (data.draw(st.integers(0, len(content))) for _ in range(2))
    never_breaks(content[:first] + content[second:])


@given(st.binary(max_size=600).filter(lambda content: not content.startswith(b"\x1f\x8b")))
@settings(max_examples=200, deadline=None)
def test_any_bytes_at_all_are_read_and_written_back(content: bytes) -> None:
    never_breaks(content)


def damaged_where_quick_looks(content: bytes, data: st.DataObject) -> bytes:
    """Some bytes of entry records changed, within what a record may hold."""
    lines = content.split(b"\n")
    entries_at = [n for n, line in enumerate(lines) if line[:1] == b"6" and len(line) == 94]
    for _ in range(data.draw(st.integers(1, 3)) if entries_at else 0):
        n = data.draw(st.sampled_from(entries_at))
        at = data.draw(st.integers(1, 93))
        byte = data.draw(st.sampled_from(b" 0123456789ARST#"))
        lines[n] = lines[n][:at] + bytes([byte]) + lines[n][at + 1 :]
    return b"\n".join(lines)


@given(real_files(), st.data())
@settings(max_examples=300, deadline=None)
def test_the_quick_look_at_an_entry_finds_what_the_slow_one_finds(
    content: bytes, data: st.DataObject
) -> None:
    damaged = damaged_where_quick_looks(content, data)
    quick = survey(io.BytesIO(damaged))
    with mock.patch.object(OpenBatch, "quick", return_value=False):
        slow = survey(io.BytesIO(damaged))
    assert quick == slow


shapes: list[Callable[[bytes], bytes]] = [
    lambda content: content.replace(b"\n", b"\r\n"),
    lambda content: content.replace(b"\n", b""),
    lambda content: b"\n".join(line.rstrip() for line in content.split(b"\n")),
]


@given(new_files, st.sampled_from(shapes))
@settings(max_examples=40, deadline=None)
def test_a_built_file_in_another_shape_is_as_valid(
    new: NewFile, shape: Callable[[bytes], bytes]
) -> None:
    content = shape(written(new))
    assert survey(io.BytesIO(content)).valid
    assert rewritten(content) == content
