"""How a context declares a projection: the tables, the events it is made from, and how."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from culm.book import event as event_
from culm.book import stream

SCHEMA: Final = "projection"
"""Where the tables are. The platform's role owns it, and nothing else."""

PROGRESS: Final = "progress"
"""The one table there that is of no projection."""

_NAME: Final = re.compile(r"[a-z][a-z_]{0,39}")


class Fact(NamedTuple):
    """One event of the log, with what the log says of it."""

    position: int
    time: datetime
    tenant: str
    event: event_.Event


class Tables:
    """The tables of one generation, in one partition, inside one transaction."""

    def __init__(
        self,
        connection: stream.Connection,
        queries: Mapping[str, str],
        *,
        partition: int,
    ) -> None:
        self._connection = connection
        self._queries = queries
        self.partition = partition

    async def execute(self, query: str, *arguments: object) -> None:
        """Run a named query of the projection; $1 is always the partition."""
        await self._connection.execute(self._queries[query], self.partition, *arguments)


Project = Callable[[Tables, Sequence[Fact]], Awaitable[None]]


@dataclass(frozen=True)
class Projection:
    """A projection. Its `version` is raised with every change that would make other rows of the
    same log: then it is rebuilt at the next start.

    `queries` hold `create`, the DDL of its tables with a `culm_guard` for each, and what `project`
    runs. In all of them `:name` stands for the table of that name in whichever generation is
    written; a reader names the view `projection.name`, which always shows the live one. `project`
    takes the events of types `on` in the order of the log, some thousands at once, each exactly
    once; it does not look at the clock, and keeps nothing in memory from one call to the next.
    """

    name: str
    version: int
    tables: tuple[str, ...]
    queries: Mapping[str, str]
    on: tuple[type[event_.Event], ...]
    project: Project

    def __post_init__(self) -> None:
        """Names become parts of SQL: a wrong one is a defect."""
        for name in (self.name, *self.tables):
            if not _NAME.fullmatch(name) or name == PROGRESS:
                raise ValueError(f"{name!r} cannot name a projection or a table of one")

    @property
    def types(self) -> list[str]:
        """The types of the events that it is made from."""
        return [event.TYPE for event in self.on]

    def queries_of(self, generation: int) -> dict[str, str]:
        """The queries, on the tables of one generation."""
        here = re.compile(rf"(?<!:):({'|'.join(self.tables)})\b")

        def named(match: re.Match[str]) -> str:
            return table_of(match[1], generation)

        return {name: here.sub(named, query) for name, query in self.queries.items()}


def table_of(table: str, generation: int) -> str:
    """Where one generation keeps a table."""
    return f"{SCHEMA}.{table}_{generation}"


def view_of(table: str) -> str:
    """Where readers find it."""
    return f"{SCHEMA}.{table}"
