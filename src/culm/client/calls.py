"""One call, without the network: what is sent, and what an answer means."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from pyreqwest import exceptions
from pyreqwest.bytes import Bytes

from culm.client import errors

T = TypeVar("T")

Value = str | int | bool | datetime | date | Sequence[str] | None
Query = Mapping[str, Value]

JSON: Final = "application/json"

_SAFE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""Methods that are safe to repeat (RFC 9110 §9.2.2)."""

_ID_BYTES: Final = 16

_encode: Final = msgspec.json.Encoder().encode


class Call(msgspec.Struct, frozen=True, gc=False):
    """A request, as it is sent as often as it takes."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    repeatable: bool


def call(
    method: str,
    path: str,
    *,
    query: Query | None = None,
    body: object = None,
    media_type: str = JSON,
    key: str | None = None,
    request_id: str | None = None,
) -> Call:
    """A request. `key` is its idempotency key, which is kept however often it is sent; `body` is
    what JSON is made of, or bytes and texts as they are."""
    headers = {"Request-Id": request_id or unique()}
    if key is not None:
        headers["Idempotency-Key"] = key
    encoded = None
    if body is not None:
        headers["Content-Type"] = media_type
        encoded = _bytes(body) if media_type != JSON else _encode(body)
    target = path + _query(query) if query else path
    return Call(method, target, headers, encoded, key is not None or method in _SAFE)


def unique() -> str:
    """A text that there is only once, by chance."""
    return os.urandom(_ID_BYTES).hex()


def segment(value: object) -> str:
    """A value as one segment of a path. Raises `ValueError` for one that cannot be: the empty text
    would name the list, and dots the level above."""
    text = str(value)
    if text in ("", ".", ".."):
        raise ValueError(f"{text!r} names nothing")
    return quote(text, safe=":@")


def result(answer: type[T], body: Bytes, *, request_id: str) -> T:
    """What the body of a good answer says. Raises `AnswerUnreadable`."""
    if answer is bytes:
        return bytes(body)  # type: ignore[return-value]  # which is T
    try:
        if answer is str:
            return bytes(body).decode()  # type: ignore[return-value]
        found: T = _decoder(answer).decode(body)  # type: ignore[arg-type]  # mypy: not hashable
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise errors.AnswerUnreadable(
            f"the answer is not a {getattr(answer, '__name__', answer)}: {error}",
            request_id=request_id,
        ) from None
    return found


def unanswered(error: exceptions.RequestError, *, url: str, request_id: str) -> errors.NoAnswer:
    """The error that a failed attempt is: the API's address that was tried, and the words of the
    innermost cause. Those before it name the whole URL, and that may tell of somebody."""
    causes = error.details.get("causes") or []
    said = causes[-1]["message"] if len(causes) > 1 else error.message
    address = re.sub(r"//[^/]*@", "//", url)  # a password may stand in it
    return errors.NoAnswer(f"no answer from {address}: {said}", request_id=request_id)


@functools.cache
def _decoder(answer: type[T]) -> msgspec.json.Decoder[T]:
    """Numbers may come as texts, as all amounts do; members that are not known are passed over."""
    return msgspec.json.Decoder(answer, strict=False)


def _bytes(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    raise TypeError(f"this body is bytes or a text, not {type(body).__name__}")


def _query(query: Query) -> str:
    pairs = [(name, _text(value)) for name, value in query.items() if value is not None]
    return "?" + urlencode(pairs) if pairs else ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Sequence):
        return ",".join(value)
    return str(value)
