"""What a context declares about its state, so that the Book can load it, cache it and write it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

R = TypeVar("R")

Key = str | tuple[str, ...]
SqlValue = str | int | bool | list[str] | None
SqlRow = Mapping[str, Any]


def columns_of(keys: Collection[Key]) -> list[list[Any]]:
    """Keys as one array a key part."""
    parts = [(key,) if isinstance(key, str) else key for key in keys]
    return [list(column) for column in zip(*parts, strict=True)]


@dataclass(frozen=True, eq=False)
class Table(Generic[R]):
    """State rows by key: decisions read them with `unit.get`, `apply` replaces them with `put`.

    `load` is a query of the partition and of what `parameters` makes of the keys; `read` turns
    a record of it into a key and a row. `save` is an insert from `:rows`, a JSON array of what
    `write` makes of a row. A table without `save` is an index over what is kept elsewhere: it is
    loaded, never written.
    `is_key` tells what can be a key from what cannot: the latter is neither looked for nor
    remembered, however large it is.
    `list_all` reads every row of a partition, for the proof that state is the fold of the log.
    """

    name: str
    load: str
    read: Callable[[SqlRow], tuple[Any, R]]
    save: str | None = None
    write: Callable[[int, Any, R], dict[str, SqlValue]] | None = None
    list_all: str | None = None
    parameters: Callable[[Collection[Any]], list[list[Any]]] = columns_of
    is_key: Callable[[Any], bool] = lambda _key: True


@dataclass(frozen=True, eq=False)
class Journal:
    """Rows that are only ever inserted, and never read by a decision (ledger entries).

    Rows are tuples in the order of `columns`, in PostgreSQL's text form. Columns that may be None,
    or hold a tab, a line end or a backslash, are named in `free_text`; the others go to COPY as
    they are.
    `sort_by` is the place of the column that the primary key distinguishes rows by: a large row
    set is sorted by it, so that the index is walked once from left to right.
    """

    name: str
    columns: Sequence[str]
    save: str
    list_all: str
    free_text: frozenset[str] = field(default_factory=frozenset)
    sort_by: int | None = None
