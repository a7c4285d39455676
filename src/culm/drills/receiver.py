"""A receiver of webhooks that refuses some deliveries when it first hears of them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

REFUSED: Final = 0.15
"""The share of deliveries that are answered with 500 the first time."""


class Receiver:
    """What was delivered, by `webhook-id`: how often it was taken, and how often refused."""

    def __init__(self, seed: int) -> None:
        self.taken: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.url = ""
        self._chance = random.Random(seed)  # noqa: S311 - not for secrets
        self._one_at_a_time = threading.Lock()

    def answer(self, webhook_id: str) -> HTTPStatus:
        """The status for a delivery."""
        with self._one_at_a_time:
            new = webhook_id not in self.refused
            if new and self._chance.random() < REFUSED:
                self.refused[webhook_id] += 1
                return HTTPStatus.INTERNAL_SERVER_ERROR
            self.taken[webhook_id] += 1
            return HTTPStatus.NO_CONTENT


@contextmanager
def listening(seed: int) -> Iterator[Receiver]:
    """A receiver on a free port of this machine, until the block ends."""
    receiver = Receiver(seed)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.answer(self.headers["webhook-id"]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: what matters is counted."""

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
