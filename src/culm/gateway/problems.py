"""Problem details (RFC 9457): every error of the platform as one small JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from culm.gateway import refusals
from culm.kernel import errors

MEDIA_TYPE: Final = "application/problem+json"
PATH: Final = "/problems"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong. `type` is stable and leads to a page about it; programs branch on `code`.

    `field` is what of the request is at fault: a member of the body as a path, a parameter, or a
    header. `retry_after_seconds` is there when the same request may be sent again.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    field: str | None = None
    retry_after_seconds: int | None = None


class Kind(msgspec.Struct, frozen=True):
    """One kind of problem: what its page says."""

    type: str
    title: str
    status: int
    code: str
    description: str


def problem(error: errors.CulmError, *, request_id: str) -> Problem:
    """The document for an error. What is wrong on our side is told in general words only."""
    if error.status == refusals.Internal.status:
        error = refusals.Internal("")
    ours = error.status >= refusals.Internal.status
    return Problem(
        type=type_of(error.code),
        title=title_of(error.code),
        status=error.status,
        code=error.code,
        detail=_sentence(type(error)) if ours else error.message,
        request_id=request_id,
        field=error.field,
        retry_after_seconds=getattr(error, "retry_after_seconds", None),
    )


def kind(error: type[errors.CulmError]) -> Kind:
    """What is known of an error before it happens."""
    return Kind(
        type=type_of(error.code),
        title=title_of(error.code),
        status=error.status,
        code=error.code,
        description=_sentence(error),
    )


def kinds() -> dict[str, Kind]:
    """Every kind of problem that this process can answer with, by code, from the error tree."""
    found = {error.code: kind(error) for error in _tree(errors.CulmError) if error.status != 500}
    found[refusals.Internal.code] = kind(refusals.Internal)
    return dict(sorted(found.items()))


def type_of(code: str) -> str:
    """The URI reference that identifies a kind of problem (RFC 9457 §3.1.1)."""
    return f"{PATH}/{code}"


def title_of(code: str) -> str:
    """The short name of a kind of problem, for people."""
    return code.replace("_", " ").capitalize()


def _sentence(error: type[errors.CulmError]) -> str:
    return " ".join((error.__doc__ or title_of(error.code)).split())


def _tree(error: type[errors.CulmError]) -> Iterator[type[errors.CulmError]]:
    for child in error.__subclasses__():
        if "code" in vars(child):
            yield child
        yield from _tree(child)
