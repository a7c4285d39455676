"""Pages: how much of a list is read at once, and the cursor that says where the next part begins.

A cursor holds the key of the last item given, and a digest of the question, so that it is not
taken to another one. It is opaque but no secret: whoever alters it only misleads himself.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from culm.kernel import errors

MAX_LIMIT: Final = 500
DEFAULT_LIMIT: Final = 50

NEWEST: Final = 2**63 - 1
"""A version, position or id that comes after all others."""

Number = Annotated[int, msgspec.Meta(ge=0, le=NEWEST)]
"""The key of lists ordered by a version, position or id."""

Code = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[A-Za-z0-9:._-]*$")]
"""The key of lists ordered by a code."""

_MAX_CURSOR: Final = 1_000

R = TypeVar("R")
T = TypeVar("T")


class Span(NamedTuple):
    """A span of time: from one moment on, and before another; None is no bound."""

    since: datetime | None = None
    before: datetime | None = None


EVER: Final = Span()

_EARLIEST: Final = datetime(1, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 30, tzinfo=UTC)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list. `next_cursor` asks for the part after it; None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None


def check_limit(limit: int) -> None:
    """Refuse a page size out of range, with `ParameterInvalid`."""
    if type(limit) is not int or not 1 <= limit <= MAX_LIMIT:
        raise errors.ParameterInvalid(f"A page has 1 to {MAX_LIMIT} items.", field="limit")


def check_span(span: Span, *, of: str = "created") -> Span:
    """The span, if its times have an offset and can be kept. Raises `ParameterInvalid`, naming
    `created_from` or `created_before`."""
    for name, value in ((f"{of}_from", span.since), (f"{of}_before", span.before)):
        if value is not None and (value.tzinfo is None or not _EARLIEST <= value <= _LATEST):
            raise errors.ParameterInvalid(
                "A time has an offset, as in 2026-01-31T09:30:00Z.", field=name
            )
    return span


def key_of(cursor: str, question: Sequence[Any], key: Any) -> Any:
    """The key, of the type `key`, in a cursor that was given for this question.

    Raises `ParameterInvalid` for anything else.
    """
    if len(cursor) > _MAX_CURSOR:
        raise malformed()
    try:
        text = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
        digest, found = msgspec.json.decode(text, type=tuple[str, msgspec.Raw])
        decoded = msgspec.json.decode(found, type=key)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        raise malformed() from None
    if digest != _digest(question):
        raise malformed()
    return decoded


def cursor_of(question: Sequence[Any], key: Any) -> str:
    """The cursor that goes on after the item with this key."""
    text = msgspec.json.encode((_digest(question), key))
    return base64.urlsafe_b64encode(text).decode()


def page(
    rows: Sequence[R],
    *,
    limit: int,
    question: Sequence[Any],
    key: Callable[[R], Any],
    item: Callable[[R], T],
) -> Page[T]:
    """A page of at most `limit` of these rows; a row beyond them says that there is more."""
    kept = rows[:limit]
    following = cursor_of(question, key(kept[-1])) if len(rows) > limit else None
    return Page(tuple(map(item, kept)), following)


def malformed() -> errors.ParameterInvalid:
    """What a cursor is answered that this list did not give."""
    return errors.ParameterInvalid("The cursor is not one that this list gave.", field="cursor")


def _digest(question: Sequence[Any]) -> str:
    return sha256(repr(question).encode()).hexdigest()[:12]
