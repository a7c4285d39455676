"""Rows as lines of text, so that what the database holds and what it should hold can be compared
byte by byte, and quickly. Each kind of column has one text for one value, on both sides."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from culm.book import finding, reading, stream
from culm.kernel import clock, sql

QUERIES: Final = sql.load_queries("culm.book", "verify.sql")

NULL: Final = "\\N"
"""No value. A backslash in a value is doubled, so no value reads like this."""

_PLAIN: Final = {"smallint", "integer", "bigint", "date", "uuid", "bytea"}
_TEXT: Final = {"text", "character varying", "json"}
_MOMENT: Final = "timestamp with time zone"
_WHOLE: Final = re.compile(r"numeric\(\d+,0\)")
_TIMESTAMP_LENGTH: Final = 27  # of `clock.timestamp`


class Lines:
    """How rows of one table read as lines: some of its columns, its key among them."""

    def __init__(self, table: str, types: Mapping[str, str], key: Sequence[str]) -> None:
        self.table = table
        self.columns = tuple(types)
        self.key = key
        self._places = [self.columns.index(name) for name in key]
        self._types = tuple(types.values())
        self._template = "\t".join(["%s"] * len(types))

    @classmethod
    async def of(cls, connection: stream.Connection, table: str, columns: Sequence[str]) -> Lines:
        """The lines of these columns of a table. A ValueError is a defect of its context: columns
        that the table does not have, that do not name its rows, or that cannot be compared."""
        with reading.reading(connection, None, table):
            records = await connection.fetch(QUERIES["columns"], table)
        types = {name: type_ for name, type_, _ in records}
        key = [name for name, _, in_key in records if in_key and name in columns]
        if not key or not set(columns) <= set(types):
            raise ValueError(f"{table} has no rows that are named by {', '.join(columns)}")
        return cls(table, {name: types[name] for name in columns}, key)

    def query(self, name: str, rows: str) -> str:
        """The query that reads the rows as lines."""
        pairs = zip(self.columns, self._types, strict=True)
        texts = ", ".join(_sql(f'r."{column}"', type_) for column, type_ in pairs)
        return QUERIES[name].replace(":texts", texts).replace(":rows", rows)

    def expected(self, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
        """Rows as the platform writes them, as lines."""
        places = ((place, _form(type_)) for place, type_ in enumerate(self._types))
        forms = [(place, form) for place, form in places if form is not None]
        template = self._template
        for row in rows:
            values = list(row)
            for place, form in forms:
                if values[place] is not None:
                    values[place] = form(values[place])
            if None in values:
                values = [NULL if value is None else value for value in values]
            yield template % tuple(values)

    def key_of(self, line: str) -> tuple[str, ...]:
        """The texts of the columns that name the row."""
        values = line.split("\t")
        return tuple([values[place] for place in self._places])

    def differ(
        self, partition: int, expected: Iterable[str], found: Iterable[str]
    ) -> finding.Damaged:
        """What is wrong first, between two sets of lines that are not the same."""
        wanted, there = Counter(expected), Counter(found)
        missing, extra = list((wanted - there).elements()), list((there - wanted).elements())
        if not missing:
            return self._damaged(partition, extra[0], "no event has made this row", found=extra[0])
        like = {self.key_of(line): line for line in extra}.get(self.key_of(missing[0]))
        if like is None:
            what = "the row is missing"
            other = extra[0] if extra else None
            return self._damaged(partition, missing[0], what, expected=missing[0], found=other)
        values = zip(self.columns, missing[0].split("\t"), like.split("\t"), strict=True)
        column, want, got = next(three for three in values if three[1] != three[2])
        return finding.damaged(
            partition,
            self.table,
            "the value is not what the events make of it",
            key=_pairs(self.key, self.key_of(like)),
            column=column,
            expected=want,
            found=got,
        )

    def _damaged(
        self,
        partition: int,
        line: str,
        what: str,
        *,
        expected: str | None = None,
        found: str | None = None,
    ) -> finding.Damaged:
        """A whole row that is wrong."""
        rows = [row and _pairs(self.columns, row.split("\t")) for row in (expected, found)]
        key = _pairs(self.key, self.key_of(line))
        return finding.damaged(
            partition, self.table, what, key=key, expected=rows[0], found=rows[1]
        )


def _pairs(names: Sequence[str], values: Sequence[str]) -> str:
    """Columns and their values for people."""
    pairs = zip(names, values, strict=True)
    return ", ".join(f"{name} {value}" for name, value in pairs if name != "partition")


def _sql(column: str, type_: str) -> str:
    """The SQL that makes a column's text."""
    if type_ in _TEXT:
        text = rf"replace(replace({column}::text, '\', '\\'), E'\t', '\t')"
    elif type_.endswith("[]"):
        # Bounds that do not begin at 1 stand before the values, and are in no value of ours.
        bounds = f"case when array_lower({column}, 1) <> 1 then {column}::text else '' end"
        text = f"{bounds} || to_json({column})::text"
    elif type_ in _PLAIN or type_ in (_MOMENT, "boolean") or _WHOLE.fullmatch(type_):
        text = f"{column}::text"
    elif type_.startswith("numeric"):
        text = f"trim_scale({column})::text"
    else:
        raise ValueError(f"columns of type {type_} cannot be compared")
    return rf"coalesce({text}, '\N')"


def _form(type_: str) -> Callable[[Any], str] | None:
    """What makes the same text of a value that the platform writes; None: it is that text."""
    if type_ in _TEXT:
        return _escaped
    if type_.endswith("[]"):
        return functools.partial(_array, quoted=type_.removesuffix("[]") in _TEXT)
    if type_ == _MOMENT:
        return _moment
    if type_ == "boolean":
        return _truth
    if type_.startswith("numeric") and not _WHOLE.fullmatch(type_):
        return _number
    return None


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t")


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _number(value: str | int) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _array(value: Sequence[Any], *, quoted: bool) -> str:
    return msgspec.json.encode(value).decode() if quoted else f"[{','.join(map(str, value))}]"


@functools.lru_cache(maxsize=8_192)
def _moment(text: str) -> str:
    """`2026-11-23T10:00:00.120000Z` as PostgreSQL writes it: `2026-11-23 10:00:00.12+00`."""
    if len(text) != _TIMESTAMP_LENGTH or text[-1] != "Z":
        text = clock.timestamp(datetime.fromisoformat(text))
    return f"{text[:10]} {text[11:-1].rstrip('0').rstrip('.')}+00"


async def compare_table(
    connection: stream.Connection,
    partition: int,
    lines: Lines,
    rows: str,
    expected: Iterable[str],
) -> int:
    """Compare all rows of a query with what is expected; how many there are. Raises `Damaged`."""
    wanted = {lines.key_of(line): line for line in expected}
    count = len(wanted)
    found = reading.rows(connection, partition, lines.table, lines.query("table_lines", rows))
    while batch := await found.batch():
        for (line,) in batch:
            want = wanted.pop(lines.key_of(line), None)
            if want != line:
                raise lines.differ(partition, [want] if want else [], [line])
    if wanted:
        raise lines.differ(partition, wanted.values(), [])
    return count
