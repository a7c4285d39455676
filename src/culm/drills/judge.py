"""The judgement on a drill: what was acknowledged and what was sent, against what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from culm import app
from culm.drills import load
from culm.kernel import sql

QUERIES: Final = sql.load_queries("culm.drills")

ENTRIES: Final = 2
"""Of a transaction of the drill."""


class Posted(NamedTuple):
    """How often a reference was posted, and how many entries belong to it."""

    events: int = 0
    entries: int = 0


class Journals(NamedTuple):
    """What was sent and what was acknowledged: by key, the number of transactions."""

    sent: dict[str, int]
    done: dict[str, int]

    @property
    def left_open(self) -> list[str]:
        """What nobody was answered."""
        return [key for key in self.sent if key not in self.done]


class Verdict(msgspec.Struct, frozen=True):
    """References that are missing, that are there more than once, and requests or transactions
    that are there in part."""

    lost: list[str]
    duplicated: list[str]
    torn: list[str]


def read(journals: Iterable[Path]) -> Journals:
    """Every line of every life."""
    found = Journals({}, {})
    for journal in journals:
        for line in journal.read_text().splitlines():
            word, key, size = line.split()
            (found.sent if word == "sent" else found.done)[key] = int(size)
    return found


async def judge(platform: app.Platform, journals: Journals) -> Verdict:
    """Look at what is there, send what was left open again under its keys, and look again."""
    before = await _posted(platform)
    for key in journals.left_open:
        command = load.command(key, journals.sent[key])
        await platform.submit(command, tenant=load.TENANT, key=key)
    return compare(journals, before, await _posted(platform))


def compare(
    journals: Journals, before: Mapping[str, Posted], after: Mapping[str, Posted]
) -> Verdict:
    """The verdict on what was there before the open requests were sent again, and after it.

    What was acknowledged must be there before; everything that was sent, after; each once, with
    all its entries, and every request wholly or not at all.
    """
    lost = [r for r in _members(journals.done) if r not in before]
    lost += [r for r in _members(journals.sent) if r not in after and r not in lost]
    halves = [r for r, posted in after.items() if posted.entries != ENTRIES * posted.events]
    torn = [key for key, size in journals.sent.items() if _in_part(key, size, before)]
    return Verdict(
        lost=lost,
        duplicated=[r for r, posted in after.items() if posted.events > 1],
        torn=torn + halves,
    )


def _in_part(key: str, size: int, there: Mapping[str, Posted]) -> bool:
    """Whether some transactions of a request are there, and others not."""
    return len({reference in there for reference in _members({key: size})}) > 1


def _members(requests: Mapping[str, int]) -> list[str]:
    """The references of all transactions of these requests."""
    return [load.reference(key, index) for key, size in requests.items() for index in range(size)]


async def _posted(platform: app.Platform) -> dict[str, Posted]:
    partition = platform.partition_of(load.TENANT)
    made = await platform.db.fetch(QUERIES["entries"], partition)
    entries = {row["event"]: row["entries"] for row in made}
    posted: dict[str, Posted] = {}
    for row in await platform.db.fetch(QUERIES["referenced"], partition, load.TENANT):
        events, lines = posted.get(row["reference"], Posted())
        lines += entries.get(row["event"], 0)
        posted[row["reference"]] = Posted(events + 1, lines)
    return posted
