"""The reference of events, as a page of Markdown: docs/reference/events.md is what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.facts import cloudevent, schemas, shown, subject

Json = dict[str, Any]

_HEAD: Final = """\
# Events

Every event that Culm records and publishes, made of the code by `culm events reference`; a test
holds the two equal. `data` of the CloudEvent is what is described here;
[events and their versions](../concepts/events.md) tells of the rest and of what may change.
A field that may be left out shows what it then means.
"""

_KINDS: Final = {
    "array": "list",
    "boolean": "true or false",
    "integer": "whole number",
    "null": "null",
    "number": "number",
    "object": "map",
    "string": "text",
}


def page(catalog: catalog_.Catalog) -> str:
    """The whole page."""
    examples = shown.examples(catalog)
    newest = catalog.versions.newest
    parts = [_HEAD]
    for context in catalog:
        parts.append(f"## {context.name}\n")
        parts += ["\n".join(_event(s, s in newest, examples.get(s))) for s in context.versions.all]
    return "\n".join(parts)


def _event(struct: type[event_.Event], newest: bool, example: Json | None) -> Iterator[str]:
    schema = schemas.of(struct)
    yield f"### {struct.TYPE}, version {struct.VERSION}\n"
    yield f"{schema['description']}\n"
    if not newest:
        yield "Recorded by earlier releases only.\n"
    type_ = cloudevent.type_of(struct.TYPE, struct.VERSION)
    yield f"Type `{type_}`, subject `{subject.ROOT}.{{tenant}}.{struct.TYPE}`.\n"
    yield from _fields(schema)
    for name, part in schema.get("$defs", {}).items():
        yield f"\n`{name}`: {part['description']}\n"
        yield from _fields(part)
    if example is not None:
        yield f"\n```json\n{_json(example['data'])}\n```\n"


def _fields(schema: Json) -> Iterator[str]:
    required = schema.get("required", ())
    yield "| field | type | meaning | left out |"
    yield "| --- | --- | --- | --- |"
    for name, field in schema["properties"].items():
        absent = "" if name in required else f"`{_json(field.get('default'), indent=-1)}`"
        yield f"| `{name}` | {_type(field)} | {schemas.description(field)} | {absent} |"


def _type(schema: Json) -> str:
    """What values a schema allows, in a few words."""
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "$ref" in schema:
        return f"`{schema['$ref'].removeprefix(schemas.DEFS)}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "prefixItems" in schema:
        return f"({', '.join(map(_type, schema['prefixItems']))})"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("format") == "date-time":
        return "time"
    return _KINDS.get(schema.get("type", ""), "anything")


def _json(value: Any, indent: int = 2) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
