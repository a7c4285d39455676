"""The receiver of the guide takes what is sent to it, and nothing else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from culm.webhooks.reads import endpoints
from tests.webhooks.conftest import World

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "receive-webhooks.md"


@contextmanager
def guided(server: HTTPServer, secret: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The guide's own code, behind this server."""
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(code.splitlines()) < 32
    known: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code, "receiver.py", "exec", dont_inherit=True), known)
    server.RequestHandlerClass = known["Receiver"]
    known["Receiver"].log_message = lambda *_: None
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield known["seen"]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_the_receiver_of_the_guide_verifies_and_takes_each_event_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.clock.now = datetime.now(UTC)
    server = HTTPServer(("127.0.0.1", 0), None)  # type: ignore[arg-type]  # the guide's, below
    made = await world.endpoint(f"http://127.0.0.1:{server.server_port}/")
    found = await endpoints.by_id(world.ledger.db, partition=0, endpoint=made.id)
    assert found is not None
    secret = world.post.keys.shown(found, world.clock.now).secret or ""
    with guided(server, secret, monkeypatch) as seen:
        happened = await world.happen(2)
        await world.deliver()
        answer = await world.post.sender.send(
            found.url,
            {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"},
            b"{}",
        )
    assert seen == set(happened)
    assert [status for _, status, _ in await world.attempts()] == [204, 204]
    assert answer.status == 401
