"""Scopes: what a key may do. `read` and `write` are for everything but keys; `ledger:read` and its
like for one context. Whoever may write may read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

CONTEXTS: Final = (
    "access",
    "bank_accounts",
    "batches",
    "customers",
    "events",
    "fx",
    "ledger",
    "payments",
    "rails",
    "recurring",
    "timers",
    "wallets",
    "webhooks",
    "work",
)

READ: Final = "read"
WRITE: Final = "write"
OWN: Final = "access"
"""The context of keys: `read` and `write` do not open it, it has to be named."""

ALL: Final = frozenset(
    {READ, WRITE, *(f"{context}:{right}" for context in CONTEXTS for right in (READ, WRITE))}
)


def allow(scopes: Collection[str], context: str, *, writes: bool) -> bool:
    """Whether scopes let their key read, or write, in a context."""
    if f"{context}:{WRITE}" in scopes or (not writes and f"{context}:{READ}" in scopes):
        return True
    return context != OWN and (WRITE in scopes or (not writes and READ in scopes))


def cover(own: Collection[str], given: Collection[str]) -> bool:
    """Whether whoever has scopes of his own may give these: none allows what his do not."""
    return all(_covers(own, scope) for scope in given)


def _covers(own: Collection[str], scope: str) -> bool:
    context, _, right = scope.rpartition(":")
    if context:
        return allow(own, context, writes=right == WRITE)
    return WRITE in own or (scope == READ and READ in own)
