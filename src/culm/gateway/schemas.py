"""JSON Schemas of the structs that the API speaks in, as msgspec validates them."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

Json = dict[str, Any]

_REFERENCE: Final = "#/components/schemas/"


class Schemas:
    """The schemas of some types, as components that refer to one another."""

    def __init__(self, types_: Iterable[Any]) -> None:
        wanted = list(dict.fromkeys(without_none(type_) for type_ in types_))
        found, components = msgspec.json.schema_components(
            wanted, ref_template=_REFERENCE + "{name}"
        )
        _mark_times(wanted, components)
        names = _names(components)
        self.components: Json = {names[k]: _tidy(v, names) for k, v in sorted(components.items())}
        self._of = {
            type_: _tidy(schema, names) for type_, schema in zip(wanted, found, strict=True)
        }

    def of(self, type_: Any) -> Json:
        """The schema of one of the types, mostly a reference."""
        schema: Json = self._of[without_none(type_)]
        return schema

    def expandable(self, plain: Json, either: Mapping[str, list[Json]]) -> Json:
        """A component like another one, or like a page of it, in which some members may have other
        forms as well: a null stays possible where it was."""
        named = plain["$ref"].removeprefix(_REFERENCE)
        component, name_of_it = self.components[named], f"{named}Expandable"
        properties = dict(component["properties"])
        if "next_cursor" in properties:
            item = self.expandable(properties["items"]["items"], either)
            name_of_it = f"Page_{item['$ref'].removeprefix(_REFERENCE)}_"
            properties["items"] = properties["items"] | {"items": item}
        else:
            for name, forms in either.items():
                null = [{"type": "null"}] if _is_nullable(properties[name]) else []
                properties[name] = {"anyOf": [*forms, *null]}
        self.components[name_of_it] = component | {"properties": properties}
        return {"$ref": f"{_REFERENCE}{name_of_it}"}


def _is_nullable(schema: Json) -> bool:
    return any(one.get("type") == "null" for one in schema.get("anyOf", ()))


def text(schema: Json) -> bool:
    """Whether a schema is that of a text which may be anything."""
    return schema.get("type") == "string" and "format" not in schema


def plain(type_: Any) -> Json:
    """The schema of a parameter: a text, a number or a time."""
    bare = without_none(type_)
    if bare is datetime:
        return {"type": "string", "format": "date-time"}
    schema: Json = msgspec.json.schema(bare)
    return schema


def without_none(type_: Any) -> Any:
    """A type without its None: `str | None` is `str`."""
    if typing.get_origin(type_) in (typing.Union, types.UnionType):
        rest = [one for one in typing.get_args(type_) if one is not type(None)]
        if len(rest) == 1:
            return rest[0]
    return type_


def _short(name: str) -> str:
    """msgspec gives the whole path only to a name that there is twice: of these, what is asked
    with is a `PostingRequest`, and what is answered with a `Posting`."""
    module, _, bare = name.rpartition(".")
    return f"{bare}Request" if module.endswith(".commands") else bare


def _names(components: Mapping[str, Json]) -> dict[str, str]:
    """What each component is called: by its short name, or, where that of another says something
    else, by its context's as well: `LedgerAccepted`, `WebhooksAccepted`."""
    called: dict[str, list[str]] = {}
    for name in components:
        called.setdefault(_short(name), []).append(name)
    names = {}
    for short, twins in called.items():
        alike = all(components[twin] == components[twins[0]] for twin in twins)
        for twin in twins:
            context = "" if alike else twin.split(".")[1].title().replace("_", "")
            names[twin] = context + short.removesuffix("Request" if context else "")
    return names


def _tidy(schema: Any, names: Mapping[str, str]) -> Any:
    """References by short name, and docstrings as one paragraph."""
    if isinstance(schema, list | tuple):  # a default may be an empty tuple
        return [_tidy(item, names) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidy(value, names) for key, value in schema.items()}
    if isinstance(reference := tidy.get("$ref"), str):
        tidy["$ref"] = _REFERENCE + names[reference.removeprefix(_REFERENCE)]
    if isinstance(text := tidy.get("description"), str):
        tidy["description"] = " ".join(text.split())
    return tidy


def _mark_times(wanted: Iterable[Any], components: Mapping[str, Json]) -> None:
    """Say that times are times: msgspec does so only where it checks for an offset itself."""
    structs: dict[int, msgspec.inspect.StructType] = {}
    for info in msgspec.inspect.multi_type_info(list(wanted)):
        _collect(info, structs)
    for struct in structs.values():
        of = struct.cls
        component = components.get(of.__name__) or components.get(f"{of.__module__}.{of.__name__}")
        if component is not None:
            for field in filter(lambda field: _is_time(field.type), struct.fields):
                _mark(component["properties"][field.encode_name])


def _collect(info: Any, structs: dict[int, msgspec.inspect.StructType]) -> None:
    """Every struct that a type is made of."""
    if isinstance(info, msgspec.inspect.StructType):
        if id(info) not in structs:
            structs[id(info)] = info
            for field in info.fields:
                _collect(field.type, structs)
    elif isinstance(info, msgspec.inspect.UnionType):
        for member in info.types:
            _collect(member, structs)
    elif isinstance(info, msgspec.inspect.VarTupleType | msgspec.inspect.ListType):
        _collect(info.item_type, structs)


def _is_time(info: Any) -> bool:
    if isinstance(info, msgspec.inspect.UnionType):
        return any(_is_time(member) for member in info.types)
    return isinstance(info, msgspec.inspect.DateTimeType)


def _mark(schema: Json) -> None:
    for option in schema.get("anyOf", [schema]):
        if option.get("type") == "string":
            option["format"] = "date-time"
