"""The demonstration's own server: it takes webhooks, and believes none that it has not verified."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from culm.client import webhooks


class Receiver:
    """What came in, verified, in `received`. Nothing is believed before `secret` is set."""

    def __init__(self) -> None:
        self.url = ""
        self.secret = ""
        self.received: queue.Queue[webhooks.Event] = queue.Queue()
        self.forged = 0

    def take(self, headers: Mapping[str, str], body: bytes) -> HTTPStatus:
        """The answer to a delivery."""
        try:
            event = webhooks.verify(self.secret, headers, body)
        except webhooks.SignatureInvalid:
            self.forged += 1
            return HTTPStatus.UNAUTHORIZED
        self.received.put(event)
        return HTTPStatus.NO_CONTENT


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver on a free port of this machine, until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(headers, body))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the demonstration shows what came."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
