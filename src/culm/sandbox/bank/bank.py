"""The bank itself: it is told the time, and does what is to be done by then."""

from __future__ import annotations

import itertools
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

import msgspec

from culm.kernel import held
from culm.rails.ach import calendar
from culm.sandbox.bank import intake, place, returning, types
from culm.sandbox.bank.store import Store

LATE: Final = timedelta(hours=1)
"""How late an acknowledgement is that a test account wants late."""


class Bank:
    """A bank over a directory (see `place`). One process at a time has it.

    Whatever moment it dies in, it goes on where it was: files are taken in and answered once, and
    under the same names.
    """

    def __init__(self, directory: Path) -> None:
        """Raises `AlreadyRunning` when another process has this bank."""
        self.place = place.Place(directory)
        self._lock = held.take(self.place.private)
        self._store = Store(self.place.store)
        self._looked_through: dict[str, tuple[int, int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the directory."""
        self._store.close()
        os.close(self._lock)

    def advance(self, now: datetime) -> list[str]:
        """It is `now` (a moment not before the one that was told last): take in what has arrived,
        and send what is due. The names of what was put into `out/`."""
        for path in self.place.arrived():
            self._take(path, now)
        self._gather(now)
        sent = self._send(now)
        self._set_aside()
        return sent

    def has_arrivals(self) -> bool:
        """Whether a file has come that was not looked through yet; cheap to ask."""
        return any(self._looked_through.get(p.name) != _mark(p) for p in self.place.arrived())

    def next_due(self) -> datetime | None:
        """When something is to be sent next; cheap to ask."""
        return self._store.next_due()

    def _take(self, path: Path, now: datetime) -> None:
        mark = _mark(path)
        if self._looked_through.get(path.name) == mark:
            return
        digest = intake.sha256(path)
        if not self._store.is_standing(path.name, digest):
            taken = intake.take(path, digest, now=now, known=self._known, returned=self._returned)
            self._keep(taken)
        self._looked_through[path.name] = mark

    def _keep(self, taken: intake.Taken) -> None:
        ack = taken.acknowledgement
        times = self._store.times_named(ack.file)
        name = f"{ack.file}.{times + 1}.ack.json" if times else f"{ack.file}.ack.json"
        due = ack.received + LATE if taken.is_late else ack.received
        with self._store.change():
            number = self._store.add_file(ack, taken.identity)
            self._store.add_entries(number, taken.paid)
            self._store.add_answers(taken.answers)
            self._store.add_outgoing(name, due, msgspec.json.encode(ack), file=number)

    def _gather(self, now: datetime) -> None:
        """Make files of the answers that are due."""
        due = self._store.answers_due(now)
        due.sort(key=lambda one: (returning.group_of(one[1]), one[0]))
        for _, group in itertools.groupby(due, lambda one: returning.group_of(one[1])):
            answers = list(group)
            first = answers[0][1]
            day = calendar.day_of(first.due)
            begins, ends = (calendar.moment(d, "00:00") for d in (day, day + timedelta(days=1)))
            count = self._store.files_between(begins, ends)
            name = returning.name_of(first, count=count)
            content = returning.compose(answers, count=count)
            with self._store.change():
                outgoing = self._store.add_outgoing(name, first.due, content)
                self._store.file_answers([number for number, _ in answers], outgoing)

    def _send(self, now: datetime) -> list[str]:
        sent = []
        for number, name, content in self._store.outgoing_due(now):
            self.place.put(name, content)
            self._store.delivered(number)
            sent.append(name)
        return sent

    def _set_aside(self) -> None:
        for number, name, digest in self._store.to_move():
            path = self.place.incoming / name
            if path.exists() and intake.sha256(path) == digest:
                self.place.set_aside(name, number)
            self._store.moved(number)
            self._looked_through.pop(name, None)

    def _known(self, sha256: str, identity: str) -> tuple[types.Earlier, bool] | None:
        return self._store.accepted(sha256=sha256, identity=identity)

    def _returned(self, trace: str) -> types.Answer | None:
        answer = self._store.answer(returning.number_of(trace))
        if answer is None or answer.kind != "return" or not trace.startswith(answer.heading.rdfi):
            return None
        return answer


def _mark(path: Path) -> tuple[int, int, int]:
    """By what a file that waits for its acknowledgement is known again without reading it."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
