"""Schemas of events in JSON Schema draft-07, which is what readers of AsyncAPI understand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from culm.book import event as event_
from culm.facts import schemas

Json = dict[str, Any]

PLACE: Final = "#/components/schemas/"
"""Where they are in the document."""


def key(struct: type[event_.Event]) -> str:
    """The name of a version among the parts of the document."""
    return f"{struct.TYPE}.v{struct.VERSION}"


def components(structs: Iterable[type[event_.Event]]) -> Json:
    """The schemas of all versions and of their parts, each under a name of its own."""
    found: Json = {}
    for struct in structs:
        schema, own = schemas.of(struct), key(struct)
        parts = schema.pop("$defs", {})
        whole = {key: schema[key] for key in schema if key not in ("$schema", "$id")}
        found[own] = _told(whole, own)
        found |= {f"{own}.{name}": _told(part, own) for name, part in parts.items()}
    return found


def _told(schema: Any, own: str) -> Any:
    """Tuples as draft-07 has them, and references to where the parts are now."""
    if isinstance(schema, list):
        return [_told(item, own) for item in schema]
    if not isinstance(schema, dict):
        return schema
    here = {key: _told(value, own) for key, value in schema.items()}
    if "prefixItems" in here:
        here["additionalItems"] = here.pop("items", True)
        here["items"] = here.pop("prefixItems")
    if isinstance(reference := here.get("$ref"), str):
        here["$ref"] = f"{PLACE}{own}.{reference.removeprefix(schemas.DEFS)}"
    return here
