"""What is published, over HTTP: events, their schemas, and the AsyncAPI document."""

from __future__ import annotations

import functools
from typing import Annotated, Any, Final

import msgspec
from litestar import Router, get
from litestar.params import FromPath, PathParameter
from litestar.types import ControllerRouterHandler

from culm.book import catalog as catalog_
from culm.facts import asyncapi, cloudevent, logged, schemas
from culm.gateway import request as request_
from culm.gateway.operation import OPEN, operation
from culm.kernel import errors

MAX_VERSION: Final = 2**15 - 1

SCOPES: Final = "events"
"""What a key's scopes call what is here."""

Version = Annotated[
    int, PathParameter(ge=1, le=MAX_VERSION, description="The version of the event.")
]


class SchemaNotFound(errors.NotFound):
    """There is no such event, or it has no such version."""

    code = "schema_not_found"


class EventNotFound(errors.NotFound):
    """There is no such event, or it is of somebody else's books."""

    code = "event_not_found"


class EventSchema(msgspec.Struct, frozen=True):
    """One version of an event. `newest` is what is recorded now; the others were once. `id` is
    what the `dataschema` of a CloudEvent says, and `path` where the schema is."""

    type: str
    version: int
    newest: bool
    summary: str
    id: str
    path: str


class EventSchemas(msgspec.Struct, frozen=True):
    """Every version of every event."""

    schemas: tuple[EventSchema, ...]


@get("/asyncapi.json", opt={OPEN: True}, include_in_schema=False, media_type="application/json")
async def description(request: request_.Request) -> bytes:
    """The description of what is published (AsyncAPI 3.0)."""
    return _asyncapi(request.platform.catalog)


@get("/schemas", **operation("list_event_schemas", context=SCOPES))
async def list_schemas(request: request_.Request) -> EventSchemas:
    """Every version of every event that is recorded, or ever was, and where its schema is."""
    return _listed(request.platform.catalog)


@get(
    "/schemas/{type:str}/{version:str}",
    **operation(
        "get_event_schema",
        SchemaNotFound,
        context=SCOPES,
        answer={
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "ledger.hold_released",
            "type": "object",
        },
    ),
)
async def get_schema(
    type: FromPath[str],  # noqa: A002  # what it is called in the path
    version: Version,
    request: request_.Request,
) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one version of an event: what `data` of its CloudEvent is."""
    found = _document(request.platform.catalog).get(type, {}).get(str(version))
    if found is None:
        raise SchemaNotFound("There is no such version of such an event.", field="type")
    return found


@get("/{event:str}", **operation("get_event", EventNotFound, context=SCOPES))
async def get_event(event: FromPath[str], request: request_.Request) -> cloudevent.CloudEvent:
    """One event, as it is published: what the `dataref` of a very large one leads to."""
    books = request.books
    row = await logged.find(request.db, event, **books)
    if row is None:
        raise EventNotFound("There is no such event.", field="event")
    return cloudevent.of(row, request.platform.settings.origin)


ROUTES: Final[list[ControllerRouterHandler]] = [
    description,
    Router("/v1/events", tags=["Events"], route_handlers=[list_schemas, get_schema, get_event]),
]


@functools.lru_cache(maxsize=1)
def _asyncapi(catalog: catalog_.Catalog) -> bytes:
    return msgspec.json.encode(asyncapi.document(catalog))


@functools.lru_cache(maxsize=1)
def _document(catalog: catalog_.Catalog) -> schemas.Document:
    return schemas.document(catalog.versions)


@functools.lru_cache(maxsize=1)
def _listed(catalog: catalog_.Catalog) -> EventSchemas:
    newest = catalog.versions.newest
    return EventSchemas(
        tuple(
            EventSchema(
                type=struct.TYPE,
                version=struct.VERSION,
                newest=struct in newest,
                summary=schemas.summary(struct),
                id=cloudevent.schema_of(struct.TYPE, struct.VERSION),
                path=f"/v1/events/schemas/{struct.TYPE}/{struct.VERSION}",
            )
            for struct in catalog.versions.all
        )
    )
