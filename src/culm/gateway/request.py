"""A request, as routes see it: its caller, its body, and the platform that it is for."""

from __future__ import annotations

import re
from typing import Any, Final, TypedDict, TypeVar, cast

import asyncpg
import litestar
import msgspec
from litestar.types import Empty

from culm.gateway import bodies, headers, limits, parameters, refusals, target
from culm.gateway import platform as platform_

T = TypeVar("T")

ACTOR: Final = "api"
"""Who acts, in events, as long as there is no authentication."""

_REQUEST_ID: Final = "culm_request_id"
_JSON: Final = re.compile(r'application/json *(; *charset="?utf-8"? *)?', re.IGNORECASE)


class Books(TypedDict):
    """What every read takes beside its own question."""

    partition: int
    tenant: str


class Request(litestar.Request[Any, Any, Any]):
    """Litestar's request, with strict bodies and what every route of ours asks it for."""

    __slots__ = ("_fields",)

    @property
    def platform(self) -> platform_.Platform:
        """The platform of this process."""
        return cast(platform_.Platform, self.scope["litestar_app"].opt["platform"])

    @property
    def request_id(self) -> str:
        """The request's id: the caller's own, or a new one. Always well formed."""
        scope = cast(dict[str, Any], self.scope)
        known: str | None = scope.get(_REQUEST_ID)
        if known is None:
            known = scope[_REQUEST_ID] = headers.request_id(scope["headers"])
        return known

    @property
    def fields(self) -> headers.Fields:
        """The header fields that the door reads. Raises `HeaderInvalid`."""
        try:
            return self._fields
        except AttributeError:
            self._fields: headers.Fields = headers.read(self.scope["headers"])
            return self._fields

    @property
    def caller(self) -> headers.Caller:
        """Who asks; also checks what every route relies on: a local caller, sound headers, path
        and query.

        Raises `OriginForbidden`, `HeaderInvalid`, `ParameterInvalid`, `TargetTooLong`.
        """
        headers.require_local(self.fields)
        target.require_short(self.scope["raw_path"], self.scope["query_string"])
        for name, value in self.scope["path_params"].items():
            target.require_sound(name, value)
        if self.scope["query_string"]:
            known = parameters.names(self.route_handler).values()
            target.require_known(self.query_params.multi_items(), known)
        return headers.caller(
            self.fields,
            default_tenant=self.platform.settings.default_tenant,
            request_id=self.request_id,
        )

    @property
    def db(self) -> asyncpg.Pool[Any]:
        """Connections for reads."""
        return self.platform.db

    @property
    def books(self) -> Books:
        """Whose books are read, and where they are: `reads.hold(request.db, **request.books, ...)`.

        Raises what `caller` raises.
        """
        tenant = self.caller.tenant
        return Books(partition=self.platform.partition_of(tenant), tenant=tenant)

    @property
    def partition(self) -> int:
        """The partition of the caller's tenant."""
        return self.books["partition"]

    async def submit(self, command: msgspec.Struct, _result: type[T]) -> T:
        """Have a command decided for the caller, under its key; the result, once it is durable.

        Raises the command's rejections, and what `Book.submit` raises.
        """
        caller = self.caller
        result = await self.platform.submit(
            command,
            tenant=caller.tenant,
            key=caller.key,
            actor=ACTOR,
            correlation=caller.request_id,
        )
        return cast(T, result)

    async def json(self) -> Any:
        """The body as what the route's `data` is annotated with."""
        field = self.route_handler.parsed_data_field
        return bodies.decode(await self.body(), field.annotation if field else Any)

    async def body(self) -> bytes:
        """The whole body. Raises `BodyTooLarge`, `MediaTypeUnsupported`, `HeaderInvalid`."""
        if self._body is Empty:
            self._body = await self._read()
            if self._body:
                self._require_json()
        return self._body

    async def _read(self) -> bytes:
        """Read the body. It is complete when it is as long as announced: waiting for the server to
        say so as well would cost another round through the event loop."""
        announced = self._announced()
        chunks, length = [], 0
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise refusals.JsonMalformed("The body was cut off.", field=bodies.BODY)
            chunks.append(message["body"])
            length += len(chunks[-1])
            if length > limits.MAX_BODY_BYTES:
                raise _too_large()
            if length == announced or not message.get("more_body"):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _announced(self) -> int | None:
        """The length that the header tells, if it does."""
        text = self.fields.get("Content-Length")
        if text is None:
            return None
        if not (text.isascii() and text.isdecimal()):
            raise refusals.HeaderInvalid("A length is decimal digits.", field="Content-Length")
        if len(text) > 15 or int(text) > limits.MAX_BODY_BYTES:
            raise _too_large()
        return int(text)

    def _require_json(self) -> None:
        fields = self.fields
        kind = fields.get("Content-Type", "")
        if kind != "application/json" and not _JSON.fullmatch(kind):
            raise refusals.MediaTypeUnsupported(
                "The body must be declared as application/json.", field="Content-Type"
            )
        if fields.get("Content-Encoding", "identity").lower() != "identity":
            raise refusals.MediaTypeUnsupported(
                "The body must not be compressed.", field="Content-Encoding"
            )


def _too_large() -> refusals.BodyTooLarge:
    return refusals.BodyTooLarge(
        f"A body has at most {limits.MAX_BODY_BYTES} bytes.", field=bodies.BODY
    )
