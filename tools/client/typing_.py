"""Writes `types.py`, what comes in answers and what is given in bodies, and `bodies.py`, the
bodies themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.client import description, naming, shapes, text

Json = dict[str, Any]

_TYPES = """
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict

import msgspec

from culm.client import pages
from culm.client.lenient import Literal
"""

_BODIES = """
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from culm.client import types
"""

_OWN = {"Problem"}
"""What `culm.client.errors` has."""


def renamed(described: description.Description) -> dict[str, str]:
    """What is given is named otherwise than what comes in answers."""
    return {name: f"{name}Request" for name in described.asked & described.answered}


def types(described: description.Description) -> str:
    """The module of types."""
    parts = [*_answered(described), *_asked(described)]
    return text.module("What the API answers, and what it is told.", _TYPES.strip("\n"), parts)


def bodies(described: description.Description) -> str:
    """The module of bodies."""
    wanted = sorted({one.body for one in described.operations if one.members})
    shape = shapes.Shapes(out=False, prefix="types.", renamed=renamed(described))
    parts = [_body(described, name, shape) for name in wanted]
    about = "The bodies of requests: what is left out is not sent."
    return text.module(about, _BODIES.strip("\n"), parts)


def _answered(described: description.Description) -> Iterator[str]:
    shape = shapes.Shapes(out=True)
    for name in sorted(described.answered - _OWN):
        if name.startswith("Page_"):
            continue
        schema = described.schemas[name]
        if "properties" not in schema:
            raise ValueError(f"the schema {name} is not that of an object")
        required = schema.get("required", ())
        lines = [f"class {name}(msgspec.Struct, frozen=True, kw_only=True):", _doc(name, schema)]
        for member, of in schema["properties"].items():
            default = "" if member in required else repr(_default(of))
            lines += _field(member, shape.of(of), default, of.get("description", ""))
        yield "\n".join(lines)


def _asked(described: description.Description) -> Iterator[str]:
    names = renamed(described)
    shape = shapes.Shapes(out=False, renamed=names)
    for name in sorted(described.asked):
        schema = described.schemas[name]
        lines = [f"class {names.get(name, name)}(TypedDict):", _doc(name, schema)]
        for member, of in schema.get("properties", {}).items():
            if naming.python(member) != member:
                raise ValueError(f"{name}.{member} cannot be a member of a class")
            needed = member in schema.get("required", ())
            type_ = shape.of(of)
            lines += _field(member, type_ if needed else f"NotRequired[{type_}]", "", "")
        yield "\n".join(lines)


def _body(described: description.Description, name: str, shape: shapes.Shapes) -> str:
    schema = described.schemas[name]
    lines = [
        f"class {name}(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):",
        _doc(name, schema),
    ]
    one = next(one for one in described.operations if one.body == name)
    for member in one.members:
        type_, default = annotated(member, shape)
        lines += _field(member.wire, type_, default, "")
    return "\n".join(lines)


def annotated(argument: description.Argument, shape: shapes.Shapes) -> tuple[str, str]:
    """The type and the default of what may be left out: None says so, where null says nothing
    else."""
    type_ = shape.of(argument.schema)
    if argument.required:
        return type_, ""
    if argument.null_means_something:
        return f"{type_.removesuffix(' | None')} | msgspec.UnsetType | None", "msgspec.UNSET"
    return type_ if type_.endswith("None") or type_ == "Any" else f"{type_} | None", "None"


def _field(wire: str, type_: str, default: str, about: str) -> list[str]:
    name = naming.python(wire)
    if name != wire:
        value = f'msgspec.field(name="{wire}"' + (f", default={default})" if default else ")")
    else:
        value = default
    lines = [f"    {name}: {type_}" + (f" = {value}" if value else "")]
    return [*lines, text.doc([about])] if about else lines


def _default(schema: Json) -> Any:
    """What is read where a member is not there."""
    default = schema.get("default")
    return tuple(default) if isinstance(default, list) else default


def _doc(name: str, schema: Json) -> str:
    return text.doc([schema.get("description") or f"{name}."])
