"""What the bank remembers: an SQLite file of its own, so that it stands without a server."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from culm.kernel import clock, sql
from culm.rails.ach.new_file import ChangeNotice, ContestNotice, ReturnNotice
from culm.sandbox.bank import types

QUERIES: Final = sql.load_queries("culm.sandbox.bank", "store.sql")

BUSY_SECONDS: Final = 10.0

_NOTICES: Final = {"return": ReturnNotice, "change": ChangeNotice, "contest": ContestNotice}


class Store:
    """The bank's memory. One thread at a time may use it."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(QUERIES["schema"])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """All that is changed in the block is durable at its end, or none of it."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def accepted(self, *, sha256: str, identity: str) -> tuple[types.Earlier, bool] | None:
        """The accepted file with the same content, or the same identity for the bank, and whether
        it is the content."""
        row = self._one("accepted", sha256=sha256, identity=identity)
        if row is None:
            return None
        earlier = types.Earlier(row["name"], row["verdict"], _moment(row["received"]))
        return earlier, row["sha256"] == sha256

    def is_standing(self, name: str, sha256: str) -> bool:
        """Whether a file was looked through before, and stands where it came in since then."""
        return self._one("standing", name=name, sha256=sha256) is not None

    def times_named(self, name: str) -> int:
        """How many files came under a name."""
        return int(self._value("times_named", name=name))

    def add_file(self, ack: types.Acknowledgement, identity: str) -> int:
        """Keep what was made of a file; its number."""
        return self._insert(
            "add_file",
            name=ack.file,
            sha256=ack.sha256,
            identity=identity,
            received=clock.timestamp(ack.received),
            verdict=ack.verdict,
            code=ack.code,
        )

    def add_entries(self, file: int, entries: Sequence[types.Paid]) -> None:
        """Keep what a file pays and collects."""
        rows = [
            {
                "file": file,
                "batch": one.batch,
                "trace": one.trace,
                "side": one.side,
                "amount": one.amount_minor,
                "settles": clock.timestamp(one.settles),
                "returned": one.returned,
            }
            for one in entries
        ]
        self._db.executemany(QUERIES["add_entry"], rows)

    def add_answers(self, answers: Sequence[types.Answer]) -> None:
        """Keep answers until they are due."""
        for one in answers:
            text = {
                name: msgspec.json.encode(getattr(one, name)).decode()
                for name in ("heading", "line", "notice")
            }
            self._insert(
                "add_answer",
                kind=one.kind,
                due=clock.timestamp(one.due),
                bank=one.bank,
                settled=clock.timestamp(one.settled),
                contest=one.contest,
                **text,
            )

    def answer(self, number: int) -> types.Answer | None:
        """An answer by its number."""
        row = self._one("answer", id=number)
        return None if row is None else _answer(row)

    def answers_due(self, now: datetime) -> list[tuple[int, types.Answer]]:
        """The answers that are due and in no file yet, with their numbers."""
        rows = self._all("answers_due", now=clock.timestamp(now))
        return [(row["id"], _answer(row)) for row in rows]

    def add_outgoing(
        self, name: str, due: datetime, content: bytes, *, file: int | None = None
    ) -> int:
        """Keep what goes out when it is due: the acknowledgement of a `file`, or answers."""
        at = clock.timestamp(due)
        return self._insert("add_outgoing", name=name, due=at, content=content, file=file)

    def file_answers(self, answers: Sequence[int], outgoing: int) -> None:
        """These answers are in a file that goes out."""
        rows = [{"id": one, "outgoing": outgoing} for one in answers]
        self._db.executemany(QUERIES["file_answer"], rows)

    def files_between(self, first: datetime, last: datetime) -> int:
        """How many files of answers have been made that are due from one moment to another."""
        said = {"first": clock.timestamp(first), "last": clock.timestamp(last)}
        return int(self._value("files_of_day", **said))

    def outgoing_due(self, now: datetime) -> list[tuple[int, str, bytes]]:
        """What is to go out now, in order: number, name, content."""
        rows = self._all("outgoing_due", now=clock.timestamp(now))
        return [(row["id"], row["name"], row["content"]) for row in rows]

    def delivered(self, outgoing: int) -> None:
        """It has gone out."""
        self._db.execute(QUERIES["delivered"], {"id": outgoing})

    def to_move(self) -> list[tuple[int, str, str]]:
        """Answered files that may stand where they came in: number, name, SHA-256."""
        return [(row["id"], row["name"], row["sha256"]) for row in self._all("to_move")]

    def moved(self, file: int) -> None:
        """A file stands no more where it came in."""
        self._db.execute(QUERIES["moved"], {"id": file})

    def next_due(self) -> datetime | None:
        """When something goes out next."""
        found = self._value("next_due")
        return None if found is None else _moment(found)

    def paid(self) -> list[types.Paid]:
        """The ledger, in the order of receipt."""
        return [
            types.Paid(
                file=row["file"],
                batch=row["batch"],
                trace=row["trace"],
                side=row["side"],
                amount_minor=row["amount"],
                settles=_moment(row["settles"]),
                returned=row["returned"],
            )
            for row in self._all("paid")
        ]

    def paid_twice(self) -> list[str]:
        """Trace numbers under which one amount was paid more than once."""
        return [row["trace"] for row in self._all("paid_twice")]

    def duplicates(self) -> int:
        """How many files were refused because they had been accepted before."""
        return int(self._value("duplicates"))

    def _all(self, query: str, **said: Any) -> list[sqlite3.Row]:
        return self._db.execute(QUERIES[query], said).fetchall()

    def _one(self, query: str, **said: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(QUERIES[query], said).fetchone()
        return row

    def _value(self, query: str, **said: Any) -> Any:
        row = self._one(query, **said)
        return None if row is None else row[0]

    def _insert(self, query: str, **said: Any) -> int:
        return int(self._db.execute(QUERIES[query], said).lastrowid or 0)


def _answer(row: sqlite3.Row) -> types.Answer:
    return types.Answer(
        kind=row["kind"],
        due=_moment(row["due"]),
        bank=row["bank"],
        heading=msgspec.json.decode(row["heading"], type=types.Heading),
        line=msgspec.json.decode(row["line"], type=types.Line),
        notice=msgspec.json.decode(row["notice"], type=_NOTICES[row["kind"]]),
        settled=_moment(row["settled"]),
        contest=row["contest"],
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
