"""The demonstration's own server: it takes webhooks, and believes none that it has not verified."""

from __future__ import annotations

import base64
import hmac
import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

TOLERANCE_SECONDS: Final = 300


class Receiver:
    """What came in, verified, in `received`. Nothing is believed before `secret` is set."""

    def __init__(self) -> None:
        self.url = ""
        self.secret = ""
        self.received: queue.Queue[dict[str, Any]] = queue.Queue()
        self.forged = 0

    def take(self, headers: Mapping[str, str], body: bytes) -> HTTPStatus:
        """The answer to a delivery."""
        if not verified(self.secret, headers, body):
            self.forged += 1
            return HTTPStatus.UNAUTHORIZED
        self.received.put(json.loads(body))
        return HTTPStatus.NO_CONTENT


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a delivery was signed with a secret (`whsec_…`), and lately: Standard Webhooks'
    `v1` signatures, as any receiver verifies them. Nothing of the sender's code is used."""
    sent = headers["webhook-timestamp"]
    if not secret or abs(time.time() - int(sent)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b"%b.%b.%b" % (headers["webhook-id"].encode(), sent.encode(), body)
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return any(
        hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split()
    )


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
