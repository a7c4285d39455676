"""A request, as routes see it: its caller, its body, and the platform that it is for."""

from __future__ import annotations

import sys
from typing import Any, Final, NamedTuple, TypedDict, TypeVar, cast

import litestar
import msgspec
from litestar.types import Empty

from culm.book import idempotency
from culm.gateway import (
    bodies,
    doors,
    expansions,
    headers,
    operation,
    parameters,
    refusals,
    target,
    versions,
)
from culm.gateway import intake as intake_
from culm.gateway import platform as platform_
from culm.kernel import database, denials

T = TypeVar("T")

_REQUEST_ID: Final = "culm_request_id"
_CALLER: Final = "culm_caller"
_ADMITTED: Final = "culm_admitted"


class Books(TypedDict):
    """What every read takes beside its own question."""

    partition: int
    tenant: str


class Upload(NamedTuple):
    """A body that is a file: one of the types that the operation takes, and its bytes."""

    media_type: str
    body: bytes


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

    def _older_version(self) -> str | None:
        """The version of the API that is asked for where it is not the newest; the answer is told.
        Raises `VersionUnknown`."""
        text = self.fields.get(headers.VERSION)
        if text is None or (older := versions.asked(text)) is None:
            return None
        cast(dict[str, Any], self.scope)[versions.ASKED] = older
        return older

    @property
    def caller(self) -> headers.Caller:
        """Who asks. A route that is open to everybody does not know it: a `KeyError` there."""
        found: headers.Caller = cast(dict[str, Any], self.scope)[_CALLER]
        return found

    def let_in(self, admitted: doors.Admitted) -> None:
        """Note who asks, and check what every route relies on: sound headers, path and query. The
        only tenant that is open to who asks is known to be the one that is named.

        Raises `HeaderInvalid`, `ParameterInvalid`, `TargetTooLong`.
        """
        headers.require_host(self.fields, self.scope)
        self._older_version()
        target.require_short(self.scope["raw_path"], self.scope["query_string"])
        if self.scope["path_params"] or self.scope["query_string"]:
            forms = parameters.forms(self.route_handler)
            for name, value in self.scope["path_params"].items():
                target.require_sound(name, value, forms[name])
            if self.scope["query_string"]:
                target.require_known(self.query_params.multi_items(), forms)
        scope = cast(dict[str, Any], self.scope)
        scope[_ADMITTED] = admitted
        scope[_CALLER] = headers.caller(
            self.fields,
            actor=admitted.actor,
            tenant=admitted.tenant or self.platform.settings.default_tenant,
            request_id=self.request_id,
        )

    @property
    def operations(self) -> frozenset[str]:
        """The names of the operations that keys open."""
        known: frozenset[str] = self.scope["litestar_app"].opt["operations"]
        return known

    @property
    def db(self) -> database.Reader:
        """The reads of the caller's tenant: the database shows them nobody else's rows, whatever
        they ask. Raises what `caller` raises."""
        return self.platform.reads_of(self.caller.tenant)

    @property
    def books(self) -> Books:
        """Whose books are read, and where: `reads.hold(request.db, **request.books, ...)`."""
        tenant = self.caller.tenant
        return Books(partition=self.platform.partition_of(tenant), tenant=tenant)

    @property
    def partition(self) -> int:
        """The partition of the caller's tenant."""
        return self.books["partition"]

    async def submit(
        self, command: msgspec.Struct, _result: type[T], *, said: idempotency.Said | None = None
    ) -> T:
        """Have a command decided for the caller, under its key; the result, once it is durable.
        `said` is what the caller said, where the command holds something else.

        Raises the command's rejections, and what `Book.submit` raises.
        """
        caller = self.caller
        result = await self.platform.submit(
            command,
            tenant=caller.tenant,
            key=caller.key,
            actor=caller.actor,
            correlation=caller.request_id,
            said=said,
        )
        return cast(T, result)

    def require_write(self, context: str, *, field: str) -> None:
        """Refuse to have changed what the key may not change itself, with `ScopeMissing`: for
        routes by which another context's commands are asked for."""
        admitted: doors.Admitted = cast(dict[str, Any], self.scope)[_ADMITTED]
        if not admitted.may_write(context):
            raise denials.ScopeMissing(f"The key has no scope {context}:write.", field=field)

    async def expanded(self, answer: T, expand: str | None) -> T:
        """An answer with what `expand` names in place of its ids, as the operation `expands` them.
        Raises `ParameterInvalid`, and `ScopeMissing` for what the key may not read by itself."""
        if expand is None:
            return answer
        known = operation.expanded_by(self.route_handler)
        wanted = expansions.names(expand, known)
        admitted: doors.Admitted = cast(dict[str, Any], self.scope)[_ADMITTED]
        expansions.require_open(wanted, known, admitted.may_read)
        found = await expansions.expanded(answer, wanted, known, self.db, **self.books)
        return cast(T, found)

    async def json(self) -> Any:
        """The body as what the route's `data` is annotated with."""
        field = self.route_handler.parsed_data_field
        raw = await self.body()
        if older := self._older_version():
            known: versions.Versions = self.scope["litestar_app"].opt["versions"]
            raw = known.up(older, self.route_handler.operation_id, raw)
        return bodies.decode(raw, field.annotation if field else Any)

    async def upload(self) -> Upload:
        """The body of an operation that `takes` files, in one of the types that it declares.

        Raises `MediaTypeUnsupported`, `HeaderInvalid`, and what `Intake.read` raises.
        """
        await self.body()
        return Upload(headers.media_type(self.fields), cast(bytes, self._body))

    async def body(self) -> bytes:
        """The whole body. Raises `MediaTypeUnsupported`, `HeaderInvalid`, and what `Intake.read`
        raises."""
        if self._body is Empty:
            intake: intake_.Intake = self.scope["litestar_app"].opt["intake"]
            scope = cast(dict[str, Any], self.scope)
            handler = self.route_handler
            taken = operation.taken_by(handler)
            if taken:
                self._require_type(taken)
            most = operation.max_bytes_of(handler)
            self._body = await intake.read(scope, self.receive, self._announced(), most)
            if self._body and not taken:
                self._require_type((headers.JSON,))
        return self._body

    def _announced(self) -> int | None:
        """The length that the header tells, if it does."""
        text = self.fields.get("Content-Length")
        if text is None:
            return None
        if not (text.isascii() and text.isdecimal()):
            raise refusals.HeaderInvalid("A length is decimal digits.", field="Content-Length")
        return int(text) if len(text) < 16 else sys.maxsize

    def _require_type(self, taken: tuple[str, ...]) -> None:
        fields = self.fields
        if not headers.is_one_of(fields.get("Content-Type", ""), taken):
            raise refusals.MediaTypeUnsupported(
                f"The body must be declared as {' or '.join(taken)}, in UTF-8.",
                field="Content-Type",
            )
        if fields.get("Content-Encoding", "identity").lower() != "identity":
            raise refusals.MediaTypeUnsupported(
                "The body must not be compressed.", field="Content-Encoding"
            )
