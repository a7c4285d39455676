"""Values that are planted in every field that says something of a person, and looked for since."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from msgspec import inspect

from culm.customers.routes import bodies

Json = dict[str, Any]

PUBLIC = {"tier", "country"}
"""Members that are no secret: a tier, and two letters that many words hold."""


class Planter:
    """Bodies in which every field of its type has a value that occurs nowhere else."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self._numbers = itertools.count(1)

    def body(self, type_: Any = bodies.NewCustomer, *, without: str) -> Json:
        """A body with all members but one: a customer is a person or a business."""
        info = inspect.type_info(type_)
        assert isinstance(info, inspect.StructType)
        return self._struct(info, without={without} | PUBLIC - {"country"})

    def of(self, member: str) -> str:
        """A new value that a member may have."""
        number = next(self._numbers)
        match member:
            case "email":
                value = f"Planted{number:03}@secret-{number:03}.example"
            case "phone":
                value = f"+49151{number:03}8675309"
            case "birth_date":
                value = (date(1903, 5, 17) + timedelta(days=number)).isoformat()
            case "account":
                value = f"48151{number:03}2342"
            case "country":
                return "ZW"
            case _:
                value = f"Planted{number:03} Quokka{number:03}"
        self.values.add(value)
        return value

    def _struct(self, info: inspect.StructType, without: set[str]) -> Json:
        members = (field for field in info.fields if field.encode_name not in without)
        return {one.encode_name: self._value(one.type, one.encode_name) for one in members}

    def _value(self, info: Any, member: str) -> Any:
        if isinstance(info, inspect.Metadata):
            return self._value(info.type, member)
        if isinstance(info, inspect.UnionType):
            (info,) = (one for one in info.types if not isinstance(one, inspect.NoneType))
            return self._value(info, member)
        if isinstance(info, inspect.StructType):
            return self._struct(info, set())
        if isinstance(info, inspect.VarTupleType):
            return [self._value(info.item_type, member) for _ in range(2)]
        if isinstance(info, inspect.DictType):
            return {f"note{n}": self.of(member) for n in range(2)}
        assert isinstance(info, inspect.StrType | inspect.DateType), (member, info)
        return self.of(member)


def leaves(body: Json) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a body, and the way to it."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from (((name, *path), leaf) for path, leaf in leaves(value))
        else:
            yield (name,), value


def replaced(body: Json, path: tuple[Any, ...], value: Any) -> Json:
    """A body with another value in one place."""
    name, *rest = path
    return body | {name: replaced(body[name], tuple(rest), value) if rest else value}


class Search:
    """Looks for planted values, however they are written."""

    def __init__(self, values: set[str]) -> None:
        self._forms = {form: value for value in values for form in _forms(value)}

    def found(self, text: bytes) -> set[str]:
        """The values that stand somewhere."""
        lower = text.lower()
        return {value for form, value in self._forms.items() if form.lower() in lower}


def _forms(value: str) -> Iterator[bytes]:
    """In clear, in hexadecimal digits, as URLs have it, and in base64 wherever it begins."""
    raw = value.encode()
    yield raw
    yield raw.hex().encode()
    yield value.replace(" ", "%20").replace("@", "%40").replace("+", "%2B").encode()
    for shift in range(3):
        skipped, padding = (0, 2, 3)[shift], (len(raw) + shift) % 3
        encoded = base64.b64encode(bytes(shift) + raw)
        yield encoded[skipped : len(encoded) - (4 if padding else 0)]


async def tables(db: asyncpg.Connection[Any]) -> dict[str, bytes]:
    """All that is in every table of a database, as text; bytes in hexadecimal digits."""
    names = await db.fetch(
        """select c.oid::regclass::text from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
        """
    )
    query = "select string_agg(t::text, chr(10)) from {} t"
    found = {row[0]: await db.fetchval(query.format(row[0])) for row in names}
    return {name: (text or "").encode() for name, text in found.items()}


def files(directory: Path) -> dict[str, bytes]:
    """All that is in every file of a directory."""
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
