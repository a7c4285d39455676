"""The JSON Schema (2020-12) of every version of every event, made from its struct.

A schema tells readers what they may rely on. Readers ignore what they do not know: a version may
get optional fields, so its schema allows for more than it names.
"""

from __future__ import annotations

import inspect
from typing import Any, Final

import msgspec

from culm.book import event as event_
from culm.book import versions
from culm.facts import cloudevent

Json = dict[str, Any]
Document = dict[str, dict[str, Json]]
"""Schemas by type and version: `document["ledger.hold_placed"]["1"]`."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
DEFS: Final = "#/$defs/"


def of(struct: type[event_.Event]) -> Json:
    """The schema of one version. What it refers to is inside, under `$defs`."""
    (reference,), parts = msgspec.json.schema_components([struct], ref_template=DEFS + "{name}")
    parts = {name: _tidy(part) for name, part in sorted(parts.items())}
    schema = parts.pop(reference["$ref"].removeprefix(DEFS))
    head = {"$schema": DIALECT, "$id": cloudevent.schema_of(struct.TYPE, struct.VERSION)}
    whole = head | schema | ({"$defs": parts} if parts else {})
    found: Json = msgspec.json.decode(msgspec.json.encode(whole))  # a default may be a tuple
    return found


def document(events: versions.Versions) -> Document:
    """The schemas of all events, by type and version."""
    found: Document = {}
    for struct in events.all:
        found.setdefault(struct.TYPE, {})[str(struct.VERSION)] = of(struct)
    return found


def summary(struct: type[event_.Event]) -> str:
    """The first paragraph of what an event says of itself."""
    return " ".join((inspect.getdoc(struct) or "").partition("\n\n")[0].split())


def description(schema: Json) -> str:
    """What a schema says of its value; where it may also be null, what it says of the other."""
    options = [schema, *schema.get("anyOf", ())]
    return next((found for option in options if (found := option.get("description"))), "")


def _tidy(schema: Any) -> Any:
    """Docstrings as one paragraph, and objects open for what later releases add."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidy(value) for key, value in schema.items()}
    if tidy.get("additionalProperties") is False:
        del tidy["additionalProperties"]
    if isinstance(text := tidy.get("description"), str):
        tidy["description"] = " ".join(text.split())
    return tidy
