"""Problem details (RFC 9457): every error of the platform as one small JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


class Place(msgspec.Struct, frozen=True):
    """An operation of the API that may answer with a problem."""

    operation: str
    method: str
    path: str


class Kind(msgspec.Struct, frozen=True):
    """One kind of problem: what its page says. `advice` is what to do about it, `places` where it
    can occur."""

    type: str
    title: str
    status: int
    code: str
    description: str
    advice: str
    places: tuple[Place, ...] = ()


_ADVICE: Final = {
    400: "Correct what `field` names. The same request would be refused again.",
    401: "Send a key that is valid: Authorization: Bearer ck_...",
    403: "Use a key that may do this, or have the key's rights changed.",
    404: "Check the id, and that the key is one of the tenant whose it is.",
    405: "Use one of the methods that the header Allow lists.",
    409: "Look at how the thing named stands now; a request that fits its state goes through.",
    414: "Ask with fewer or shorter parameters.",
    422: "Nothing has changed. Ask for what the rules allow, or change what they look at.",
    429: "Wait as long as Retry-After says before the next request.",
    503: "Send the same request again after Retry-After; an Idempotency-Key makes that safe.",
}
"""What is right for most errors of a status; an error that says more has an `advice` of its own."""

_APART: Final = ("culm.commands.", "culm.drills.", "culm.sandbox.", "culm.simulation.")
"""What is not behind the API: its errors are for people at a terminal."""


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
        advice=error.advice or _ADVICE.get(error.status, ""),
    )


def kinds(places: Mapping[str, Sequence[Place]] | None = None) -> dict[str, Kind]:
    """Every kind of problem of this release, by code, from the error tree, with the `places` where
    each can occur."""
    found = [error for error in _tree(errors.CulmError) if _is_told(error)]
    by_code = {one.code: one for one in map(kind, [*found, refusals.Internal])}
    return {
        code: msgspec.structs.replace(one, places=tuple((places or {}).get(code, ())))
        for code, one in sorted(by_code.items())
    }


def _is_told(error: type[errors.CulmError]) -> bool:
    """Whether callers of the API may be told of an error."""
    ours = error.__module__.startswith("culm.") and not error.__module__.startswith(_APART)
    return ours and error.status != refusals.Internal.status


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
