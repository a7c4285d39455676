"""Files for the bank, and somebody at its counter."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path

import msgspec

from culm.rails.ach import building, calendar, survey, writer
from culm.rails.ach.entry import Entry
from culm.rails.ach.new_file import NewAddenda, NewBatch, NewEntry, NewFile
from culm.sandbox.bank import bank, ledger, types

MONDAY = date(2026, 3, 2)
ODFI = "990000000"
RDFI = "021200025"


def at(day: date, wall: str) -> datetime:
    """A moment of the bank's day, Eastern."""
    return calendar.moment(day, wall)


def entry(account: str, amount: int = 12_500, *, code: str = "22", sequence: int = 1) -> NewEntry:
    return NewEntry(
        code, RDFI, account, amount, "ADA LOVELACE", identification="A-1", sequence_number=sequence
    )


def entries(*accounts: str, code: str = "22", first: int = 1) -> tuple[NewEntry, ...]:
    """An entry to each account, of the first amount or a cent more each."""
    return tuple(
        entry(account, 12_500 + place, code=code, sequence=first + place)
        for place, account in enumerate(accounts)
    )


def batch(listed: tuple[NewEntry, ...], *, effective: date = date(2026, 3, 3)) -> NewBatch:
    return NewBatch("PPD", "ACME", "1210428822", "PAYROLL", effective, ODFI[:8], listed)


def file_of(*batches: NewBatch, day: date = MONDAY, wall: str = "09:30", mod: str = "A") -> NewFile:
    clock = time.fromisoformat(wall)
    return NewFile(ODFI, "9990000001", day, batches, created_at=clock, modifier=mod)


def dispute(notice: NewAddenda, *, amount: int = 12_500, code: str = "21") -> NewBatch:
    """A batch with one dishonoured return."""
    line = NewEntry(code, RDFI, "990000001", amount, "ADA LOVELACE", addenda=(notice,))
    return batch((line,))


def text(new: NewFile) -> bytes:
    out = io.BytesIO()
    writer.write(building.build(new), out)
    return out.getvalue()


def read(content: bytes) -> list[Entry]:
    """The entries of a file, which must have nothing wrong with it."""
    report = survey.survey(io.BytesIO(content))
    assert not [d for d in report.deviations if d.code != "file-header.destination-check-digit"]
    return list(survey.entries(io.BytesIO(content), report))


class Counter:
    """Somebody at the bank's counter: hands in files and takes what lies there."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.bank = bank.Bank(directory)

    def hand_in(self, name: str, content: bytes | NewFile) -> None:
        data = content if isinstance(content, bytes) else text(content)
        (self.directory / "in" / name).write_bytes(data)

    def restart(self) -> None:
        """The bank's process dies and another begins."""
        self.bank.close()
        self.bank = bank.Bank(self.directory)

    def ledger(self) -> ledger.Ledger:
        return ledger.read(self.directory)

    def acknowledged(self, name: str) -> types.Acknowledgement:
        content = (self.directory / "out" / f"{name}.ack.json").read_bytes()
        return msgspec.json.decode(content, type=types.Acknowledgement)

    def take(self) -> list[tuple[str, bytes]]:
        """The files of answers that lie there, taken away: names and contents."""
        found = []
        for path in sorted((self.directory / "out").glob("*.ach")):
            found.append((path.name, path.read_bytes()))
            path.rename(self.directory / "out" / "done" / path.name)
        return found

    def answers(self) -> list[Entry]:
        """The entries of all answers that lie there."""
        return [one for _, content in self.take() for one in read(content)]
