"""The description of what Culm publishes: AsyncAPI 3.0, made from the contexts' events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.facts import cloudevent, draft_07, envelope, schemas, shown, subject

Json = dict[str, Any]

DESCRIPTION: Final = """\
Every fact that the platform records is published once it is durable: in the order of the log of its
partition, at least once, on a NATS subject that tells tenant, context and event. Readers know a
repeated fact by its `id`, a lost one by a gap in `sequence`, and ignore members that they do not
know: a version of an event may get optional ones. Whatever else changes is a new version, told by
`type`; facts that were recorded before keep theirs.
"""

_VERSION: Final = "1"
_TENANT: Final = "{tenant}"
_ENVELOPE: Final = "CloudEvent"


def document(catalog: catalog_.Catalog) -> Json:
    """The whole description."""
    structs = catalog.versions.all
    examples = shown.examples(catalog)
    newest = {struct.TYPE: struct for struct in structs}  # which are in the order of versions
    return {
        "asyncapi": "3.0.0",
        "info": _info(newest),
        "servers": {"nats": _SERVER},
        "defaultContentType": cloudevent.CONTENT_TYPE,
        "channels": {type_: _channel(newest[type_], structs) for type_ in newest},
        "operations": {type_: _operation(newest[type_], structs) for type_ in newest},
        "components": {
            "messages": {draft_07.key(s): _message(s, examples, newest[s.TYPE]) for s in structs},
            "parameters": {"tenant": {"description": "The tenant, by id.", "examples": ["acme"]}},
            "correlationIds": {"request": _CORRELATION},
            "schemas": {_ENVELOPE: envelope.SCHEMA} | draft_07.components(structs),
        },
    }


_SERVER: Final[Json] = {
    "host": "{host}",
    "protocol": "nats",
    "description": "NATS with JetStream. The stream `CULM_0` holds the facts of partition 0, and so"
    " on.",
    "variables": {"host": {"default": "127.0.0.1:4222", "description": "Host and port."}},
}
_CORRELATION: Final[Json] = {
    "description": "The id of the request that it all began with.",
    "location": "$message.payload#/correlation",
}
_HEADERS: Final[Json] = {
    "type": "object",
    "properties": {
        "Nats-Msg-Id": {
            "type": "string",
            "description": "Partition and position: JetStream drops what it has seen already.",
            "pattern": "^[0-9]+-[0-9]+$",
        }
    },
    "required": ["Nats-Msg-Id"],
}


def _info(types: Iterable[str]) -> Json:
    return {
        "title": "Culm: events",
        "version": _VERSION,
        "description": DESCRIPTION,
        "license": {
            "name": "Apache-2.0",
            "url": "https://www.apache.org/licenses/LICENSE-2.0",
        },
        "tags": [{"name": name} for name in dict.fromkeys(map(_context, types))],
    }


def _channel(newest: type[event_.Event], structs: Iterable[type[event_.Event]]) -> Json:
    type_ = newest.TYPE
    mine = [struct for struct in structs if type_ == struct.TYPE]
    return {
        "address": f"{subject.ROOT}.{_TENANT}.{type_}",
        "title": type_,
        "description": schemas.summary(newest),
        "messages": {
            f"v{s.VERSION}": {"$ref": f"#/components/messages/{draft_07.key(s)}"} for s in mine
        },
        "parameters": {"tenant": {"$ref": "#/components/parameters/tenant"}},
        "tags": [{"name": _context(type_)}],
    }


def _operation(newest: type[event_.Event], structs: Iterable[type[event_.Event]]) -> Json:
    """What Culm does with a channel: it sends. Who reads, receives."""
    channel = f"#/channels/{newest.TYPE}"
    mine = [struct for struct in structs if newest.TYPE == struct.TYPE]
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "summary": schemas.summary(newest),
        "messages": [{"$ref": f"{channel}/messages/v{struct.VERSION}"} for struct in mine],
        "tags": [{"name": _context(newest.TYPE)}],
    }


def _message(
    struct: type[event_.Event],
    examples: dict[type[event_.Event], Json],
    newest: type[event_.Event],
) -> Json:
    type_ = cloudevent.type_of(struct.TYPE, struct.VERSION)
    message: Json = {
        "name": type_,
        "title": f"{struct.TYPE}, version {struct.VERSION}",
        "summary": schemas.summary(struct),
        "contentType": cloudevent.CONTENT_TYPE,
        "headers": _HEADERS,
        "correlationId": {"$ref": "#/components/correlationIds/request"},
        "payload": {"allOf": [{"$ref": draft_07.PLACE + _ENVELOPE}, _payload(struct)]},
        "tags": [{"name": _context(struct.TYPE)}],
    }
    if struct is not newest:
        message["description"] = "Only what earlier releases have recorded is of this version."
    if struct in examples:
        message["examples"] = [_example(examples[struct])]
    return message


def _payload(struct: type[event_.Event]) -> Json:
    """What the envelope says for one version of an event."""
    return {
        "type": "object",
        "properties": {
            "type": {"const": cloudevent.type_of(struct.TYPE, struct.VERSION)},
            "dataschema": {"const": cloudevent.schema_of(struct.TYPE, struct.VERSION)},
            "data": {"$ref": draft_07.PLACE + draft_07.key(struct)},
        },
    }


def _example(published: Json) -> Json:
    position = int(published["sequence"])
    return {
        "name": published["id"],
        "headers": {"Nats-Msg-Id": f"{published['partition']}-{position}"},
        "payload": published,
    }


def _context(type_: str) -> str:
    return type_.partition(".")[0]
