"""Files to read: real ones by name, and a small correct one that tests then damage."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from culm.rails import ach
from culm.rails.ach.building import build
from culm.rails.ach.new_file import NewBatch, NewEntry, NewFile, PaymentText
from culm.rails.ach.report import Report
from culm.rails.ach.survey import survey
from culm.rails.ach.writer import write

DATA = Path(__file__).parent / "data"
SAMPLES = Path(ach.__file__).parent / "samples"

PAYROLL = NewFile(
    destination="231380104",
    origin="121042882",
    created_on=date(2026, 3, 2),
    created_at=time(9, 30),
    destination_name="Federal Reserve Bank",
    origin_name="My Bank",
    batches=(
        NewBatch(
            sec="PPD",
            company_name="ACME",
            company_id="1210428822",
            entry_description="SALARY",
            effective_on=date(2026, 3, 3),
            odfi="12104288",
            entries=(
                NewEntry("22", "231380104", "744-1", 250_000, "A", addenda=(PaymentText("March"),)),
                NewEntry("32", "021200025", "744-2", 1, "B"),
            ),
        ),
    ),
)
"""Lines: 1 file header, 2 batch header, 3 entry, 4 its addenda, 5 entry, 6 and 7 controls, 8 to 10
nines."""


@pytest.fixture
def real() -> Callable[[str], bytes]:
    """A real file by name."""

    def read(name: str) -> bytes:
        path = DATA / name
        return (path if path.exists() else SAMPLES / name).read_bytes()

    return read


@pytest.fixture
def written() -> Callable[[NewFile], bytes]:
    """The bytes of a new file."""

    def to_bytes(new: NewFile) -> bytes:
        out = io.BytesIO()
        write(build(new), out)
        return out.getvalue()

    return to_bytes


@pytest.fixture
def payroll(written: Callable[[NewFile], bytes]) -> bytes:
    """A correct file of one batch, ten lines long."""
    return written(PAYROLL)


@pytest.fixture
def surveyed() -> Callable[[bytes], Report]:
    """The report on some bytes."""

    def read(content: bytes) -> Report:
        return survey(io.BytesIO(content))

    return read
