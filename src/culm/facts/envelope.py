"""The schema of the CloudEvent around every event: `cloudevent.CloudEvent` as others read it.

It keeps to what JSON Schema draft-07 and 2020-12 have in common.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]


def _text(description: str, **rest: object) -> Json:
    return {"type": "string", "description": description, **rest}


_ATTRIBUTES: Final[Json] = {
    "specversion": _text("The version of CloudEvents.", const="1.0"),
    "id": _text("The id of the fact, of its place in the log. A repeated delivery has the same."),
    "source": _text("The log of one partition of one platform.", format="uri-reference"),
    "type": _text("The event's type and version: `culm.ledger.hold_placed.v1`."),
    "subject": _text("The tenant."),
    "time": _text("When it was recorded, in UTC.", format="date-time"),
    "datacontenttype": _text("Of `data`.", const="application/json"),
    "dataschema": _text("The name of the schema of `data`.", format="uri"),
    "dataref": _text(
        "Where `data` is, when it is more than the bus carries.", format="uri-reference"
    ),
}
_EXTENSIONS: Final[Json] = {
    "tenant": _text("Whose books it is about."),
    "actor": _text("Who caused it."),
    "correlation": _text("The conversation that it belongs to: the id of the request."),
    "causation": _text("The fact that it follows from, if it follows from one."),
    "partition": {"type": "integer", "minimum": 0, "description": "The partition of the log."},
    "sequence": _text(
        "The place in the log of the partition, in 20 digits: in order, and without a gap.",
        pattern="^[0-9]{20}$",
    ),
}
_SOMETIMES: Final = ("causation", "dataref")

SCHEMA: Final[Json] = {
    "title": "CloudEvent",
    "description": "One fact, as CloudEvents 1.0 in structured JSON. `data` or `dataref` is there.",
    "type": "object",
    "properties": {**_ATTRIBUTES, **_EXTENSIONS, "data": {"description": "The event itself."}},
    "required": [name for name in (*_ATTRIBUTES, *_EXTENSIONS) if name not in _SOMETIMES],
    "oneOf": [{"required": ["data"]}, {"required": ["dataref"]}],
}
