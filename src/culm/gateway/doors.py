"""Doors: what a route asks of a key, and who decides whether a key opens it."""

from __future__ import annotations

import functools
from typing import Final, NamedTuple, Protocol

from litestar.handlers import HTTPRouteHandler

from culm.gateway import operation

_READS: Final = frozenset({"GET", "HEAD"})


class Door(NamedTuple):
    """What a route asks of a key: a scope of the context, and a place in one of its meters, or in
    that of the operation where the key has one."""

    context: str
    writes: bool
    meter: operation.Meter
    operation: str


class Admitted(Protocol):
    """Who was let in."""

    @property
    def actor(self) -> str:
        """How events name who asks."""

    @property
    def tenant(self) -> str | None:
        """Whose books are open to who asks; None where the request says it."""

    def may_read(self, context: str) -> bool:
        """Whether what is a context's may be shown to who asks."""

    def may_write(self, context: str) -> bool:
        """Whether what is a context's may be changed for who asks."""


class Admission(Protocol):
    """Who decides which requests are let in."""

    async def admit(
        self,
        token: str | None,
        *,
        door: Door,
        tenant: str | None,
        address: str | None,
        said: list[tuple[bytes, bytes]],
    ) -> Admitted:
        """Let in a request that names a `tenant`, or none. `said` is given the header fields that
        every answer to it has, a refusal too.

        Raises one of `denials.ALL`, or `Unavailable`.
        """


@functools.cache
def of(handler: HTTPRouteHandler) -> Door | None:
    """What a route asks of a key; None for a route that is open to everybody.

    A route is of the context whose package it is in, and asks for a place in the meter of reads or
    of writes by its methods, unless `operation` says otherwise: one that is metered as a read does
    nothing else, though it may be a POST.
    """
    said = handler.opt
    if said.get(operation.OPEN):
        return None
    meter: operation.Meter | None = said.get(operation.METER)
    writes = not _READS.issuperset(map(str, handler.http_methods))
    writes = writes and meter != "read"
    context = said.get(operation.CONTEXT) or handler.fn.__module__.split(".")[1]
    kind: operation.Meter = meter or ("write" if writes else "read")
    return Door(context, writes, kind, str(handler.operation_id))
