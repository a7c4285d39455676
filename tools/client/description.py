"""What the API's description says of its operations, as the client needs it."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from tools.client import naming, shapes

Json = dict[str, Any]

JSON = "application/json"
KEY = "#/components/parameters/Idempotency-Key"
METHOD = "x-culm-method"
"""What an operation is called in clients, where its own name does not say."""

EXPANDABLE = "Expandable"
"""What the name of a type ends with some of whose members may be given in place of their ids."""

_RESERVED = {"self", "cursor", "idempotency_key", "request_id", "content", "media_type"}
_MODULES = {"bodies", "calls", "pages", "transport", "types"}
"""Names that an argument cannot have."""


@dataclass(frozen=True, kw_only=True)
class Argument:
    """A parameter of a path or a query, or a member of a body."""

    wire: str
    schema: Json
    required: bool
    text: str = ""

    @property
    def name(self) -> str:
        """What it is called in Python."""
        return naming.python(self.wire)

    @property
    def null_means_something(self) -> bool:
        """Whether null is not the same as to leave it out."""
        return not self.required and shapes.nullable(self.schema) and "default" not in self.schema


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation: where it stands, what it takes, what it answers."""

    id: str
    method: str
    path: str
    group: tuple[str, ...]
    name: str
    text: str
    refusals: tuple[str, ...]
    segments: tuple[Argument, ...]
    query: tuple[Argument, ...]
    paged: bool
    keyed: bool
    body: str
    """The name of the body's schema, if it has one."""
    members: tuple[Argument, ...]
    uploads: tuple[str, ...]
    """Media types of a body that is not JSON."""
    answer: Json
    """The schema of a JSON answer; else what `raw` says."""
    raw: str
    """`str` for texts, `bytes` for what has several forms or is no text; else empty."""
    items: str
    """The member of a page that holds what is in it."""

    @property
    def expands(self) -> bool:
        """Whether the answer depends on what is expanded."""
        return any(one.wire == "expand" for one in self.query)


class Description:
    """The description, read."""

    def __init__(self, document: Json) -> None:
        self.schemas: dict[str, Json] = document["components"]["schemas"]
        self._document = document
        self.operations = tuple(sorted(self._operations(), key=lambda one: (one.group, one.id)))
        self._require_distinct()

    @functools.cached_property
    def answered(self) -> frozenset[str]:
        """The schemas that come in answers, with those that are not expanded."""
        found = self._all_of(shapes.references([one.answer for one in self.operations]))
        plain = {name.replace(EXPANDABLE, "") for name in found}
        return self._all_of(plain | found)

    @functools.cached_property
    def asked(self) -> frozenset[str]:
        """The schemas that are members of bodies, or of members."""
        bodies = {one.body for one in self.operations if one.body}
        return self._all_of(
            shapes.references(
                [argument.schema for one in self.operations for argument in one.members]
            )
        ) - (bodies - shapes.references([self.schemas[body]["properties"] for body in bodies]))

    def _all_of(self, names: Collection[str]) -> frozenset[str]:
        """Schemas, and all that they refer to."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += shapes.references(self.schemas[one])
        return frozenset(found)

    def _operations(self) -> Iterator[Operation]:
        paths = self._document["paths"]
        for path, methods in paths.items():
            for method, described in methods.items():
                yield self._operation(
                    method,
                    path,
                    described,
                    naming.place(method, path, described["operationId"], paths),
                )

    def _operation(self, method: str, path: str, described: Json, place: naming.Place) -> Operation:
        parameters = [one for one in described["parameters"] if "in" in one]
        body, uploads = _body(described)
        answer, raw = _answer(described)
        query = [one for one in parameters if one["in"] == "query"]
        paged = bool(answer) and any(one["name"] == "cursor" for one in query)
        return Operation(
            id=described["operationId"],
            method=method.upper(),
            path=path,
            group=place.group,
            name=described.get(METHOD) or place.name,
            text=described["description"],
            refusals=self._refusals(path, described),
            segments=tuple(_argument(one) for one in parameters if one["in"] == "path"),
            query=tuple(_argument(one) for one in query if one["name"] != "cursor"),
            paged=paged,
            keyed={"$ref": KEY} in described["parameters"],
            body=body,
            members=tuple(self._members(body)) if body else (),
            uploads=uploads,
            answer=answer,
            raw=raw,
            items=self._items(answer) if paged else "",
        )

    def _members(self, body: str) -> Iterator[Argument]:
        schema = self.schemas[body]
        for name, member in schema.get("properties", {}).items():
            yield Argument(
                wire=name,
                schema=member,
                required=name in schema.get("required", ()),
                text=member.get("description", ""),
            )

    def _items(self, answer: Json) -> str:
        """The one list of a page."""
        properties = self.schemas[shapes.name(answer["$ref"])]["properties"]
        (name,) = (name for name, one in properties.items() if one.get("type") == "array")
        return str(name)

    def _refusals(self, path: str, described: Json) -> tuple[str, ...]:
        """The codes that not every operation may answer with."""
        return tuple(code for code in _codes(described) if code not in self._usual)

    @functools.cached_property
    def _usual(self) -> frozenset[str]:
        """The codes that all operations with a body share."""
        found = [
            set(_codes(described))
            for path, methods in self._document["paths"].items()
            for described in methods.values()
            if path.startswith("/v1/") and "requestBody" in described
        ]
        return frozenset(set.intersection(*found))

    def _require_distinct(self) -> None:
        named: dict[tuple[tuple[str, ...], str], str] = {}
        for one in self.operations:
            other = named.setdefault((one.group, one.name), one.id)
            if other != one.id:
                where = ".".join(("client", *one.group, one.name))
                raise ValueError(
                    f"{other} and {one.id} would both be {where}: "
                    "give one of them another name, operation(..., method=...)"
                )
            taken = [argument.name for argument in (*one.segments, *one.query, *one.members)]
            if len(set(taken)) != len(taken) or {*taken} & (_RESERVED | _MODULES):
                raise ValueError(f"{one.id} has arguments that are named alike: {sorted(taken)}")


def _argument(parameter: Json) -> Argument:
    return Argument(
        wire=parameter["name"],
        schema=parameter["schema"],
        required=parameter["required"],
        text=parameter.get("description", ""),
    )


def _body(described: Json) -> tuple[str, tuple[str, ...]]:
    content = dict(described.get("requestBody", {}).get("content", {}))
    json = content.pop(JSON, None)
    return shapes.name(json["schema"]["$ref"]) if json else "", tuple(content)


def _answer(described: Json) -> tuple[Json, str]:
    (status,) = (status for status in described["responses"] if status.startswith("2"))
    content: Json = described["responses"][status].get("content", {})
    if set(content) == {JSON}:
        return content[JSON]["schema"], ""
    texts = len(content) == 1 and next(iter(content)).startswith("text/plain")
    return {}, "str" if texts else "bytes"


def _codes(described: Json) -> list[str]:
    return [
        code
        for status, response in described["responses"].items()
        if status >= "4"
        for content in response["content"].values()
        for code in content.get("examples", ())
    ]
