"""The root of every error that Culm raises on purpose.

Each error has a stable `code` that callers may branch on, one human sentence, the field at fault
where there is one, and the HTTP status (RFC 9110 §15) that its kind maps to at the door.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class CulmError(Exception):
    """Anything that Culm refuses or fails to do, said in one sentence."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    advice: ClassVar[str] = ""
    """What whoever meets it should do, in a sentence or two. Empty: what is right for its kind."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(CulmError):
    """The input is malformed: it could not be right in any state of the platform."""

    code = "invalid"
    status = 400


class ParameterInvalid(Invalid):
    """A part of the path, or of the query, has not the form that it should have; or the cursor is
    not one that this list gave for this question."""

    code = "parameter_invalid"
    advice = (
        "Correct the parameter that `field` names: an unknown one is refused too, since a misspelt "
        "filter would go unheard. Encode what is not a letter or digit. Take a cursor as it was "
        "given, to the same list with the same filters; without one the list begins anew."
    )


class Rejection(CulmError):
    """The rules do not allow the command in the present state. Nothing has changed."""

    code = "rejected"
    status = 422


class NotFound(CulmError):
    """What was asked for does not exist, or belongs to somebody else."""

    code = "not_found"
    status = 404


class Busy(CulmError):
    """There is more to do than can be done. Nothing was done: send it again after
    `retry_after_seconds`."""

    code = "busy"
    status = 503
    advice = (
        "Wait as long as Retry-After says, and longer each time; a key makes it safe to repeat."
    )

    def __init__(self, message: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(CulmError):
    """A part that Culm needs cannot be reached. Nothing was done."""

    code = "unavailable"
    status = 503
    retry_after_seconds = 1


class OutcomeUnknown(CulmError):
    """The connection died during the commit and the head could not be read since.

    Ask again with the same idempotency key: it answers what happened, and never does it twice.
    """

    code = "outcome_unknown"
    status = 503
    advice = (
        "Send the same request under the same Idempotency-Key after Retry-After: it answers what "
        "came of the first one. Without a key, look whether anything changed before you repeat it."
    )
    retry_after_seconds = 5


class InProgress(CulmError):
    """A command with this idempotency key is being decided right now."""

    code = "in_progress"
    status = 409
    advice = "Ask again in a moment, with the same key: it answers what came of the first request."


class KeyConflict(CulmError):
    """The idempotency key was used before, with other content; `field` names what differs."""

    code = "idempotency_conflict"
    status = 409
    advice = "Use a new key for another request; the same key is for the same one, sent again."


@contextmanager
def named(field: str, *, but: frozenset[str] = frozenset()) -> Iterator[None]:
    """Whatever is refused within names this member of what was asked: it did not name what would be
    named otherwise, unless that is one of these."""
    try:
        yield
    except CulmError as error:
        if re.split(r"[.\[]", error.field or "")[0] not in but:
            error.field = field
        raise
