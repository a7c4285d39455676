"""Letting requests in: what the gateway asks for each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from culm.access import keeping, limits, scopes, tokens, types
from culm.access.reads import gathering
from culm.kernel import denials, ids

OPERATOR: Final = "operator"
"""Who acts, in events, where the operator's token is used."""


class Door(Protocol):
    """What a route asks of a key."""

    @property
    def context(self) -> str:
        """The context whose scopes open it."""

    @property
    def writes(self) -> bool:
        """Whether reading alone does not."""

    @property
    def meter(self) -> str:
        """What it is counted as, unless the key has a rate for the operation itself."""

    @property
    def operation(self) -> str:
        """What it is called."""


class Admitted(NamedTuple):
    """Who was let in: a key, or the operator, whose requests say themselves which tenant's books
    they are about."""

    actor: str
    tenant: str | None
    scopes: Collection[str]

    def may_read(self, context: str) -> bool:
        """Whether what is a context's may be shown to who asks."""
        return scopes.allow(self.scopes, context, writes=False)

    def may_write(self, context: str) -> bool:
        """Whether what is a context's may be changed for who asks."""
        return scopes.allow(self.scopes, context, writes=True)


_OPERATOR: Final = Admitted(OPERATOR, None, (scopes.WRITE,))


class Admission:
    """Who lets requests in, in one process. `clock` is for tests: by default time is the
    database's, which is the same for all processes."""

    def __init__(
        self,
        connect: gathering.Connect,
        kept: keeping.Kept,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._kept = kept
        self._gathering = gathering.Gathering(connect, clock)

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
        if token is None:
            raise denials.Unauthenticated("A key is needed.", field="Authorization")
        if token.startswith(tokens.OPERATOR):
            if not self._kept.is_operator(token):
                raise _unknown()
            return _OPERATOR
        parts = tokens.parse(token)
        if parts is None:
            raise _unknown()
        digest = self._kept.digest(parts.secret)
        question = gathering.Question(parts.number, digest, address, door.meter, door.operation)
        found = await self._gathering.ask(question)
        if found is None or found.sandbox != (parts.mode == "test"):
            raise _unknown()
        _require_usable(found)
        limits.tell(said, found)
        limits.require(found)
        if not scopes.allow(found.scopes, door.context, writes=door.writes):
            scope = f"{door.context}:{scopes.WRITE if door.writes else scopes.READ}"
            raise denials.ScopeMissing(f"The key has no scope {scope}.", field="Authorization")
        if tenant is not None and tenant != found.tenant:
            raise denials.TenantForbidden(
                "The key is of another tenant than the one that is named.", field="Culm-Tenant"
            )
        return Admitted(ids.from_number(types.PREFIX, parts.number), found.tenant, found.scopes)

    def open(self) -> None:
        """Make sure of the pepper and the operator's token: they are made at the first start.

        Raises `ApiKeyRefused`.
        """
        _ = self._kept.pepper, self._kept.operator

    async def close(self) -> None:
        """Let go of the database."""
        await self._gathering.close()


def _require_usable(found: gathering.Found) -> None:
    """Refuse a key that is at its end, or used from elsewhere."""
    if found.refused == "revoked":
        raise denials.KeyRevoked("The key was revoked.", field="Authorization")
    if found.refused == "expired":
        raise denials.KeyExpired("The key's time is over.", field="Authorization")
    if found.refused:
        raise denials.AddressForbidden(
            "The key may not be used from this address.", field="Authorization"
        )


def _unknown() -> denials.Unauthenticated:
    """What is said of every key that is not known, whatever is wrong with it."""
    return denials.Unauthenticated("The key is not known.", field="Authorization")
