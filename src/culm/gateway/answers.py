"""Answers: a struct encoded once, straight into the two messages that the server wants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import litestar
import msgspec
from litestar.types import Receive, Scope, Send

from culm.gateway import headers as headers_
from culm.gateway import intake, operation, problems, refusals, versions
from culm.gateway import request as request_
from culm.kernel import denials

TEXT: Final = "text/plain; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
JSON: Final = headers_.JSON

_MEDIA_TYPES: Final = {"text/plain": TEXT, None: JSON, "": JSON}
"""What Litestar calls the type of an answer, and what it says about it beside."""

HTTP_REFUSED: Final = 400
_CHALLENGE: Final = b'Bearer realm="culm"'

Header = tuple[bytes, bytes]

_encode: Final = msgspec.json.Encoder().encode


class Answer(litestar.Response[Any]):
    """What a route returned, on its way out: texts as they are, everything else as JSON.

    Takes the arguments that Litestar gives to a response and uses those that say something here.
    """

    __slots__ = ("_extra", "_request_id")

    def __init__(
        self,
        content: Any,
        *,
        status_code: int | None = None,
        media_type: str | None = None,
        extra: Iterable[Header] = (),
        **_unused: Any,
    ) -> None:
        self.content = content
        self.status_code = status_code or 200
        self.media_type = _MEDIA_TYPES.get(media_type, media_type)
        self._extra = extra
        self._request_id = b""

    def to_asgi_response(  # type: ignore[override]  # an ASGI application, as Litestar needs
        self, app: object, request: litestar.Request[Any, Any, Any], **_unused: Any
    ) -> Answer:
        """Itself: nothing of the request matters but its id."""
        if isinstance(request, request_.Request):
            self._request_id = request.request_id.encode()
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, let go of the body that it answers, and count it."""
        opt = scope["litestar_app"].opt
        if intake.HELD in scope:
            opt["intake"].release(scope)
        body = self.content
        if isinstance(body, str):
            body = body.encode()
        elif not isinstance(body, bytes):
            body = _encode(body)
        headers = [
            (b"content-type", str(self.media_type).encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"request-id", self._request_id),
            versions.SAID,
            *scope.get(headers_.SAID, ()),  # type: ignore[misc]
            *self._extra,
        ]
        status = self.status_code or 200
        handler: Any = scope.get("route_handler")
        if older := scope.get(versions.ASKED):
            if self.media_type == JSON and status < HTTP_REFUSED:  # problems are the same in all
                body = opt["versions"].down(older, handler.operation_id, body)
                headers[1] = (b"content-length", b"%d" % len(body))
            headers[5:6] = opt["versions"].headers(older)
        elif handler is not None and (deprecated := handler.opt.get(operation.DEPRECATED)):
            headers += deprecated.headers()
        opt["requests"].end(scope, status)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def refusal(problem: problems.Problem, *, extra: Iterable[Header] = ()) -> Answer:
    """A problem as an answer, with Retry-After (RFC 9110 §10.2.3) where it makes sense, and the
    end of the connection where the rest of the request will not be read (§15.5.9). Who asks
    without a key is told that one is needed (§11.6.1)."""
    if problem.status == refusals.BodyTimeout.status:
        extra = (*extra, (b"connection", b"close"))
    if problem.status == denials.Unauthenticated.status:
        extra = (*extra, (b"www-authenticate", _CHALLENGE))
    if problem.retry_after_seconds is not None:
        extra = (*extra, (b"retry-after", b"%d" % problem.retry_after_seconds))
    answer = Answer(
        problem, status_code=problem.status, media_type=problems.MEDIA_TYPE, extra=extra
    )
    answer._request_id = problem.request_id.encode()
    return answer
