"""The description of the API (OpenAPI 3.1), made from the routes and the structs they speak in."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import litestar
from litestar import routes
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from culm.gateway import (
    answers,
    doors,
    expansions,
    headers,
    limits,
    operation,
    parameters,
    problems,
    responses,
    schemas,
    versions,
)

Json = dict[str, Any]

DESCRIPTION: Final = """\
Amounts are whole numbers of minor units: an integer, or its digits as a text. Answers give them as
texts, so that no reader loses digits. Times are RFC 3339 with an offset.

Every POST, PATCH and PUT may carry an `Idempotency-Key`: the same key with the same content answers
what it answered before, and does nothing twice. Every error is a problem document (RFC 9457) with a
stable `code`, and `field` names what of the request is at fault. What is answered has been
committed.
"""
_KEY: Final = "key"
_SCHEME: Final[Json] = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key: `ck_test_...` in the sandbox, `ck_live_...` where money is real.",
}


class _Route(NamedTuple):
    path: str
    method: str
    handler: HTTPRouteHandler
    parameters: frozenset[str]


def document(app: litestar.Litestar) -> Json:
    """The whole description."""
    found = sorted(_routes(app), key=lambda route: (route.path, route.method))
    types = schemas.Schemas(_types(found))
    paths: Json = {}
    for route in found:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, types)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Culm",
            "version": versions.CURRENT,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "x-culm-versions": app.opt["versions"].told(),
        },
        "servers": [{"url": "/"}],
        "tags": _tags(found),
        "paths": paths,
        "components": {
            "schemas": types.components,
            "parameters": _header_parameters(),
            "securitySchemes": {_KEY: _SCHEME},
        },
    }


def places(document: Json) -> dict[str, list[problems.Place]]:
    """Where each kind of problem can occur, by code, as a description says."""
    found: dict[str, list[problems.Place]] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            place = problems.Place(described["operationId"], method.upper(), path)
            for response in described["responses"].values():
                content = response["content"].get(problems.MEDIA_TYPE, {})
                for code in content.get("examples", {}):
                    found.setdefault(code, []).append(place)
    return found


def closed(document: Json) -> frozenset[str]:
    """The names of the operations that a key is needed for, as a description says."""
    return frozenset(
        described["operationId"]
        for methods in document["paths"].values()
        for described in methods.values()
        if described["security"]
    )


def _routes(app: litestar.Litestar) -> Iterator[_Route]:
    for route in app.routes:
        if not isinstance(route, routes.HTTPRoute):
            continue
        for handler in route.route_handlers:
            if handler.resolve_include_in_schema():
                for method in handler.http_methods:
                    names = frozenset(route.path_parameters)
                    yield _Route(route.path_format, str(method), handler, names)


def _types(found: Iterable[_Route]) -> list[Any]:
    """Every type that goes in or out."""
    types: list[Any] = [problems.Problem]
    for route in found:
        data = route.handler.parsed_data_field
        types += [one.type for one in operation.expanded_by(route.handler).values()]
        types += [operation.returned_by(route.handler), *([data.annotation] if data else [])]
    return types


def _for_tenants(route: _Route) -> bool:
    return doors.of(route.handler) is not None


def _tags(found: Iterable[_Route]) -> list[Json]:
    names = dict.fromkeys(tag for route in found for tag in route.handler.resolve_tags())
    return [{"name": name} for name in names]


def _operation(route: _Route, types: schemas.Schemas) -> Json:
    handler = route.handler
    text = inspect.getdoc(handler.fn) or ""
    summary, _, description = text.partition("\n\n")
    closed = _for_tenants(route)
    described: Json = {
        "operationId": handler.operation_id,
        "tags": handler.resolve_tags(),
        "summary": " ".join(summary.split()).rstrip("."),
        "description": " ".join(text.split()) if description else " ".join(summary.split()),
        "parameters": list(_parameters(route)),
        "responses": responses.responses(handler, types, for_tenants=closed),
        "security": [{_KEY: []}] if closed else [],
    }
    if handler.opt.get(operation.DEPRECATED):
        described["deprecated"] = True
    if method := operation.method_of(handler):
        described["x-culm-method"] = method
    if handler.parsed_data_field is not None:
        described["requestBody"] = _body(handler, handler.parsed_data_field, types)
    elif taken := operation.taken_by(handler):
        described["requestBody"] = _upload(handler, taken)
    return described


def _parameters(route: _Route) -> Iterator[Json]:
    for name, field in parameters.fields(route.handler).items():
        described = _parameter(name, field, in_path=name in route.parameters)
        if name == expansions.PARAMETER:
            described |= _expand(operation.expanded_by(route.handler))
        yield described
    if _for_tenants(route):
        names = [headers.TENANT, headers.REQUEST_ID, headers.VERSION]
        if operation.has_body(route.handler):
            names.append(headers.KEY)
        yield from ({"$ref": f"#/components/parameters/{name}"} for name in names)


def _parameter(name: str, field: FieldDefinition, *, in_path: bool) -> Json:
    schema = schemas.plain(field.annotation)
    if schemas.text(schema):
        schema |= {"minLength": int(in_path), "maxLength": limits.MAX_PARAMETER_LENGTH}
    described: Json = {
        "name": parameters.public_name(name, field),
        "in": "path" if in_path else "query",
    }
    described["required"] = in_path or not field.has_default
    definition = field.kwarg_definition
    if isinstance(definition, ParameterKwarg):
        limits_ = {
            "minimum": definition.ge,
            "maximum": definition.le,
            "maxLength": definition.max_length,
            "pattern": definition.pattern,
        }
        schema |= {key: value for key, value in limits_.items() if value is not None}
        schema |= definition.schema_extra or {}
        if definition.description:
            described["description"] = definition.description
    if field.has_default and field.default is not None:
        schema["default"] = field.default
    return described | {"schema": schema}


def _expand(known: Iterable[str]) -> Json:
    """A list of names with commas between, each once (OpenAPI 3.1 §4.8.12.6)."""
    choice = {"type": "string", "enum": sorted(known)}
    schema = {"type": "array", "items": choice, "uniqueItems": True, "minItems": 1}
    return {"style": "form", "explode": False, "schema": schema}


def _body(handler: HTTPRouteHandler, field: FieldDefinition, types: schemas.Schemas) -> Json:
    content: Json = {"schema": types.of(schemas.without_none(field.annotation))}
    if example := operation.example_of(handler):
        content["example"] = example
    return {"required": not field.has_default, "content": {answers.JSON: content}}


def _upload(handler: HTTPRouteHandler, taken: Iterable[str]) -> Json:
    content: Json = {"schema": {"type": "string"}}
    if example := operation.example_of(handler):
        content["example"] = example
    most = operation.max_bytes_of(handler)
    return {
        "description": f"At most {most} bytes.",
        "required": True,
        "content": dict.fromkeys(taken, content),
    }


def _header_parameters() -> Json:
    texts = {
        headers.TENANT: (
            "Whose books the request is about: the key's own tenant, whether it is named or not.",
            "[a-z0-9][a-z0-9_-]{0,63}",
        ),
        headers.KEY: (
            "Makes the request safe to repeat: 1 to 255 printable ASCII characters.",
            r"[\x20-\x7e]{1,255}",
        ),
        headers.REQUEST_ID: (
            "Names the request in answers, logs and events. One is made up where none is given.",
            f"[A-Za-z0-9._:@/+=-]{{1,{limits.MAX_REQUEST_ID_LENGTH}}}",
        ),
    }
    described: Json = {
        name: {
            "name": name,
            "in": "header",
            "description": description,
            "required": False,
            "schema": {"type": "string", "pattern": f"^{pattern}$"},
        }
        for name, (description, pattern) in texts.items()
    }
    described[headers.VERSION] = {
        "name": headers.VERSION,
        "in": "header",
        "description": "The version of the API that the request is written in: the newest, unless "
        "another is named. Older ones are deprecated, and work until their sunset.",
        "required": False,
        "schema": {
            "type": "string",
            "enum": [versions.CURRENT, *sorted(versions.SUNSETS, reverse=True)],
        },
    }
    return described
