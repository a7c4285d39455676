"""What can go wrong with a call: one tree, by what the caller can do about it.

Programs branch on the class, and where that is not enough on `code`, which is stable. No message
holds what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
from pyreqwest.bytes import Bytes


class CulmError(Exception):
    """Everything that a call can raise, but for arguments that no request can be made of
    (`ValueError`, `TypeError`)."""

    def __init__(self, message: str, *, request_id: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id
        """The id of the request, by which whoever runs the platform finds it."""


class NoAnswer(CulmError):
    """No answer came, however often it was tried: no connection, one that broke, or silence.

    Whether the request had an effect is not known. Made again with the same `idempotency_key`, it
    has it once.
    """


class AnswerUnreadable(CulmError):
    """The answer is not what the API's description says. The request may have had its effect."""


class Problem(CulmError):
    """The platform refused, or could not: a problem document (RFC 9457)."""

    status: int
    """The HTTP status."""

    code: str
    """What it is, for programs: `insufficient_funds`."""

    title: str
    """What it is, for people, in two or three words."""

    detail: str
    """A sentence about it."""

    type: str
    """Where a page about it is, from the API's own address on."""

    field: str | None
    """What of the request is at fault: `postings[0].account`, a parameter, a header."""

    retry_after_seconds: float | None
    """After how long the same request makes sense again, where the platform says so."""

    document: dict[str, Any]
    """The whole document."""

    STATUSES: ClassVar[tuple[int, ...]] = ()

    def __init__(self, document: dict[str, Any], *, retry_after: float | None = None) -> None:
        self.document = document
        self.status = document["status"]
        self.code = document["code"]
        self.title = document.get("title", "")
        self.detail = document.get("detail", "")
        self.type = document.get("type", "about:blank")
        self.field = document.get("field")
        told: float | None = document.get("retry_after_seconds")
        self.retry_after_seconds = told if retry_after is None else retry_after
        where = f" ({self.field})" if self.field else ""
        super().__init__(
            f"{self.detail or self.title}{where} [{self.code}]",
            request_id=document.get("request_id", ""),
        )


class Invalid(Problem):
    """400 and its kin: the request is not well formed, too large, or not for this route."""

    STATUSES = (400, 405, 406, 408, 413, 414, 415, 431)


class Unauthenticated(Problem):
    """401: there is no key, or one that does not hold."""

    STATUSES = (401,)


class Forbidden(Problem):
    """403: the key may not do this."""

    STATUSES = (403,)


class NotFound(Problem):
    """404: there is nothing of this name, or it is somebody else's."""

    STATUSES = (404, 410)


class Conflict(Problem):
    """409, 412: it does not go with how things stand, or with what the same key said before."""

    STATUSES = (409, 412)


class Refused(Problem):
    """422: a rule says no, as things stand: `insufficient_funds`, `account_frozen`."""

    STATUSES = (422,)


class RateLimited(Problem):
    """429: too many requests, or more than the quota; later again."""

    STATUSES = (429,)


class Unavailable(Problem):
    """502, 503, 504: the platform cannot at the moment. With `outcome_unknown` it may have."""

    STATUSES = (502, 503, 504)


class Failed(Problem):
    """500: something failed on the platform's side."""

    STATUSES = (500,)


_KINDS = {status: kind for kind in Problem.__subclasses__() for status in kind.STATUSES}


def problem(status: int, header: Callable[[str], str | None], body: Bytes) -> Problem:
    """The error that an answer is. One that is no problem document, as a proxy between may send,
    has the code `http_NNN`."""
    try:
        document = msgspec.json.decode(body, type=dict[str, Any])
        document["status"], document["code"]
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError):
        document = {"status": status, "code": f"http_{status}", "title": f"HTTP {status}"}
        document["request_id"] = header("request-id") or ""
    kind = _KINDS.get(status) or (Failed if status >= 500 else Invalid)
    return kind(document, retry_after=_seconds(header("retry-after")))


def _seconds(text: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110 §10.2.3); a date is left to one's own patience."""
    return float(text) if text and text.isascii() and text.isdecimal() else None
