"""The kinds of values that a JSON Schema allows: what msgspec makes of the types of fields."""

from __future__ import annotations

from typing import Any, Final

from culm.facts import schemas

Json = dict[str, Any]

_KIND: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "never": "nothing",
    "null": "null",
    "number": "a number",
    "string": "a text",
}


def resolved(schema: Json, parts: Json) -> Json:
    """A schema itself, where another refers to it."""
    if "$ref" not in schema:
        return schema
    part: Json = parts.get(schema["$ref"].removeprefix(schemas.DEFS), {})
    return part


def of(schema: Json | bool, parts: Json) -> dict[str, Json]:
    """The kinds of values that a schema allows, in words, with the schema of each."""
    if isinstance(schema, bool):
        schema = {} if schema else {"type": "never"}
    found: dict[str, Json] = {}
    options = [(option, resolved(option, parts)) for option in schema.get("anyOf", [schema])]
    several = sum(whole.get("type") == "object" for _, whole in options) > 1
    for option, whole in options:
        if None in (choices := values(whole)):
            found["null"] = {"type": "null"}
            rest = [choice for choice in choices if choice is not None]
            found[_kind(whole, tagged=several)] = {"enum": rest}
        else:
            found[_kind(whole, tagged=several)] = option
    return found


def values(schema: Json) -> list[Any]:
    """The values that a schema lists."""
    found: list[Any] = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return found


def _kind(schema: Json, *, tagged: bool) -> str:
    if values(schema):
        return "one of some values"
    if schema.get("type") == "object":
        return _object(schema, tagged=tagged)
    if "prefixItems" in schema:
        return "a tuple"
    return _KIND.get(schema.get("type", ""), "anything")


def _object(schema: Json, *, tagged: bool) -> str:
    """An object with fields; among several, each is told by a field of one value only."""
    if "properties" not in schema:
        return "a map"
    listed = [values(field) for field in schema["properties"].values()] if tagged else []
    return " ".join(["an object", *(repr(one[0]) for one in listed if len(one) == 1)])
