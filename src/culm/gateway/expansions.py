"""`expand=debit,credit`: what an answer names by id, given with it, in the id's place.

A route declares which members of its answer can be expanded, and by which read. All ids of a page
are read at once; what is not found, or is not the tenant's, stays an id.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from culm.kernel import denials, errors

PARAMETER: Final = "expand"

Json = dict[str, Any]


class Expansion(NamedTuple):
    """What stands behind an id: its type, and the read that finds many by their ids, called as
    `read(db, partition=..., tenant=..., ids=[...])`. It shows what is `of` other contexts than the
    type's own, where that is said."""

    type: Any
    read: Callable[..., Awaitable[Mapping[str, Any]]]
    of: tuple[str, ...] = ()

    @property
    def contexts(self) -> tuple[str, ...]:
        """Whose it is: who may not read there sees no more than the id."""
        module: str = self.type.__module__
        return self.of or (module.split(".")[1],)


Expansions = Mapping[str, Expansion]
"""The members of an answer that can be expanded."""


def names(text: str, known: Expansions) -> list[str]:
    """The members that a request wants expanded. Raises `ParameterInvalid`."""
    wanted = text.split(",")
    if not set(wanted) <= known.keys() or len(set(wanted)) != len(wanted):
        raise errors.ParameterInvalid(
            f"Here one may expand {', '.join(sorted(known))}, each once, with commas between.",
            field=PARAMETER,
        )
    return wanted


def require_open(wanted: Iterable[str], known: Expansions, may_read: Callable[[str], bool]) -> None:
    """Refuse to show what a key may not read by itself, with `ScopeMissing`."""
    for context in dict.fromkeys(one for name in wanted for one in known[name].contexts):
        if not may_read(context):
            raise denials.ScopeMissing(f"The key has no scope {context}:read.", field=PARAMETER)


async def expanded(
    answer: Any, wanted: Sequence[str], known: Expansions, *asked: Any, **of: Any
) -> Json:
    """An answer, or a page of them, with the members `wanted` in place of their ids."""
    tree: Json = msgspec.to_builtins(answer)
    items: list[Json] = tree["items"] if "next_cursor" in tree else [tree]
    for expansion in {known[name].read: known[name] for name in wanted}.values():
        members = [name for name in wanted if known[name].read is expansion.read]
        ids = {item[name] for item in items for name in members if item[name] is not None}
        found = await expansion.read(*asked, **of, ids=sorted(ids)) if ids else {}
        for item in items:
            for name in members:
                item[name] = found.get(item[name], item[name])
    return tree
