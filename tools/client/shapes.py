"""JSON Schemas as types of Python: what comes in answers, and what callers give."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}
_FORMATS = {"date-time": "datetime", "date": "date", "minor-units": "int"}

REFERENCE = "#/components/schemas/"


def name(reference: str) -> str:
    """The name of the schema that is referred to."""
    return reference.removeprefix(REFERENCE)


def references(schema: Any) -> set[str]:
    """The names of all schemas that one refers to."""
    if isinstance(schema, dict):
        own = {name(schema["$ref"])} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(references, schema.values()))
    if isinstance(schema, list):
        return set().union(*map(references, schema))
    return set()


class Shapes:
    """How schemas are written as types, on one side of the API.

    On the way in an amount may be a number or a text, lists and mappings may be of any kind, and a
    choice is one of its values. On the way out lists are tuples.
    """

    def __init__(
        self, *, out: bool, prefix: str = "", renamed: dict[str, str] | None = None
    ) -> None:
        self.out = out
        self._prefix = prefix
        self._renamed = renamed or {}

    def of(self, schema: Json) -> str:
        """The type of a schema's values."""
        if "$ref" in schema:
            return self.named(name(schema["$ref"]))
        if "anyOf" in schema or "oneOf" in schema:
            options = [self.of(one) for one in schema.get("anyOf") or schema["oneOf"]]
            return self._union(options)
        if "enum" in schema:
            values = ", ".join(repr(value).replace("'", '"') for value in schema["enum"])
            return f"Literal[{values}]"
        kind = schema.get("type")
        if isinstance(kind, list):
            return self._union([self.of({**schema, "type": one}) for one in kind])
        if kind == "array":
            return self._list(schema)
        if kind == "object":
            return self._mapping(schema)
        if kind is None:
            return "Any"
        return _FORMATS.get(schema.get("format", ""), _PLAIN[kind])

    def named(self, name: str) -> str:
        """The type that a component is."""
        if name.startswith("Page_"):
            return f"pages.Page[{self.named(name[5:].removesuffix('_'))}]"
        return self._prefix + self._renamed.get(name, name)

    def _list(self, schema: Json) -> str:
        if "prefixItems" in schema:
            return f"tuple[{', '.join(map(self.of, schema['prefixItems']))}]"
        item = self.of(schema.get("items") or {})
        return f"tuple[{item}, ...]" if self.out else f"Sequence[{item}]"

    def _mapping(self, schema: Json) -> str:
        values = schema.get("additionalProperties")
        value = self.of(values) if isinstance(values, dict) else "Any"
        return f"dict[str, {value}]" if self.out else f"Mapping[str, {value}]"

    def _union(self, options: list[str]) -> str:
        """None last, and nothing twice."""
        distinct = sorted(dict.fromkeys(options), key=lambda one: one == "None")
        return "Any" if "Any" in distinct else " | ".join(distinct)


def nullable(schema: Json) -> bool:
    """Whether null is a value."""
    kinds = schema.get("type")
    return (
        any(one.get("type") == "null" for one in schema.get("anyOf", ()))
        or kinds == "null"
        or (isinstance(kinds, list) and "null" in kinds)
    )
