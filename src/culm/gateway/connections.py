"""Connections: HTTP/1.1 as it comes from the network, before there is a request.

uvicorn reads and writes it (docs/decisions/0038). Here stands what it leaves open: how large a head
may be, how long one is waited for, how many connections there are; and that whoever sends what is
no HTTP is answered with a problem, like everybody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

import msgspec
import uvicorn
from uvicorn.protocols.http import httptools_impl

from culm.gateway import headers, limits, problems, refusals
from culm.kernel import deadline, errors

BACKLOG: Final = 1_024
"""Connections that may wait to be accepted."""

LOOK_TICKS: Final = 10
"""How often the server looks at what waits, in ticks of 0.1 s."""

STOP_SECONDS: Final = 5.0
"""How long the requests that are being answered may take when the API stops. Whoever has not sent
or read everything by then is cut off."""

_encode: Final = msgspec.json.Encoder().encode


class Connection(httptools_impl.HttpToolsProtocol):
    """One connection. It works on a request, or waits for the whole head of one; what is left of a
    body whose request was answered before it had come is read and dropped."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.waits_since: float | None = None
        self._head_bytes = 0
        self._in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has come; whoever is too many is told so."""
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > limits.MAX_CONNECTIONS:
            self._refuse(errors.Busy("There are too many connections.", retry_after_seconds=2))

    def data_received(self, data: bytes) -> None:
        """Something has come: of a head only so much. What a head begins with may stand behind the
        end of a body; that is let pass."""
        in_head = self._in_head
        super().data_received(data)
        if in_head and self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > limits.MAX_HEAD_BYTES:
                self._refuse(refusals.HeadTooLarge("The head of the request is too large."))

    def on_message_begin(self) -> None:
        """A head begins; at times before the request ahead of it was answered."""
        if self.waits_since is None:
            self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """There is a request."""
        self.waits_since, self._in_body = None, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the request has come; at times after it was answered."""
        self._in_body = False
        if not self.is_busy:
            self._wait()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request was answered: the next one is waited for, if it is not there already."""
        super().on_response_complete()
        if not self.is_busy:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """What has come is no HTTP/1.1."""
        self._refuse(refusals.RequestMalformed("What was sent is no request of HTTP/1.1."))

    @property
    def is_busy(self) -> bool:
        """Whether a request is being worked on."""
        cycle: httptools_impl.RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    @property
    def _in_head(self) -> bool:
        return self.waits_since is not None and not self._in_body

    def _wait(self) -> None:
        self.waits_since, self._head_bytes = self.loop.time(), 0

    def _refuse(self, error: errors.CulmError) -> None:
        """Answer without a request, and hang up; a whole request ahead of it gets its answer first.
        One whose body is what cannot be read gets none but this, unless it has one."""
        if self.transport.is_closing():
            return
        if self.is_busy and not self._in_body:
            self.cycle.keep_alive = False
            self.transport.pause_reading()
            return
        answered = self._in_body and (not self.is_busy or self.cycle.response_started)
        if not answered and not self.pipeline:
            self._tell(error)
        self.transport.close()

    def _tell(self, error: errors.CulmError) -> None:
        problem = problems.problem(error, request_id=headers.new_request_id())
        body = _encode(problem)
        fields = [
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"request-id", problem.request_id.encode()),
            (b"connection", b"close"),
        ]
        if problem.retry_after_seconds is not None:
            fields.append((b"retry-after", b"%d" % problem.retry_after_seconds))
        phrase = HTTPStatus(problem.status).phrase.encode()
        lines = [b"HTTP/1.1 %d %b" % (problem.status, phrase)]
        lines += [b"%b: %b" % field for field in (*self.server_state.default_headers, *fields)]
        self.transport.write(b"\r\n".join([*lines, b"", body]))


class Server(uvicorn.Server):
    """All connections of a process."""

    async def on_tick(self, counter: int) -> bool:
        """Hang up on who does not come to the point."""
        if counter % LOOK_TICKS == 0:
            latest = asyncio.get_running_loop().time() - limits.HEAD_SECONDS
            for one in self.server_state.connections:
                if isinstance(one, Connection) and (one.waits_since or latest) < latest:
                    one.transport.close()
        return await super().on_tick(counter)


@asynccontextmanager
async def serving(app: Any, host: str, port: int) -> AsyncIterator[None]:
    """Serve an application until the block ends. Raises `Unavailable` when it cannot listen.

    `uvicorn.Server.serve` does the same, but takes the signals to itself.
    """
    config = uvicorn.Config(
        app,
        http=Connection,
        interface="asgi3",
        ws="none",
        lifespan="off",
        backlog=BACKLOG,
        timeout_keep_alive=int(limits.HEAD_SECONDS),
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    sockets = [_listener(host, port)]
    await server.startup(sockets)
    ticking = asyncio.create_task(server.main_loop())
    try:
        yield
    finally:
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await deadline.within(STOP_SECONDS, server.shutdown(sockets))
        for one in list(server.server_state.connections):
            one.transport.abort()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named does asyncio turn off what holds small writes back.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise errors.Unavailable(
            f"The API cannot listen on {host}:{port}; is the port taken?"
        ) from error
    return listener
