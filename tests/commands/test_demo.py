"""The demonstration shows what it says, and fails when it does not."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner
from standardwebhooks import webhooks

from culm.commands import demo, hooked


def test_everything_comes_as_the_demonstration_says() -> None:
    done = CliRunner().invoke(demo.demo)

    assert done.exit_code == 0, done.output
    assert "accepted: 100,199 transactions posted from 200 of 200 batches" in done.output
    assert "rejected: insufficient_funds" in done.output
    assert "ledger.hold_placed: 500.00; the signature is right" in done.output
    assert "nothing is wrong" in done.output
    assert "NOT AS IT WAS WRITTEN" in done.output
    assert f"book_log, position {demo.FLIPPED}" in done.output
    before, after = re.findall(r'in the log: "-?(\d+)","USD" becomes "-?(\d+)","USD"', done.output)[
        0
    ]
    assert len(before) == len(after)
    assert before[1:] == after[1:]
    assert before[0] != after[0]
    assert "It has failed" not in done.output


def test_it_fails_when_something_comes_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the files, with a transfer that is possible, and a byte that stays as it was."""

    async def without_files(self: demo.Demo) -> None:
        self.expect(await self.take_in(demo.INVALID) is not None, "the debits were refused")
        await self.post(demo.COMPANY, demo.MERCHANT, 99_999_999, "enough")

    async def untouched(_: asyncpg.Connection[Any]) -> tuple[str, str]:
        return "1", "9"

    monkeypatch.setattr(demo.Demo, "files", without_files)
    monkeypatch.setattr(demo, "flip", untouched)

    done = CliRunner().invoke(demo.demo)

    assert done.exit_code == 1
    assert re.findall("It has failed: (.*)\\.", done.output) == [
        "the debits were refused",
        "a transfer without funds was posted",
        "the flipped byte was not found in the log",
    ]


SECRET = "whsec_" + base64.b64encode(b"0123456789" * 3).decode()
BODY = b'{"type":"ledger.hold_placed","timestamp":"2026-03-02T09:00:00Z","data":{}}'


def signed(secret: str, *, at: datetime | None = None) -> dict[str, str]:
    """The headers of a delivery, by an implementation that is not ours."""
    now = at or datetime.now(UTC)
    signature = webhooks.Webhook(secret).sign("evt_1", now, BODY.decode())
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": f"v1,other {signature}",
    }


def test_its_receiver_believes_what_was_signed_with_its_secret_lately_and_nothing_else() -> None:
    def taken(secret: str, headers: dict[str, str], body: bytes = BODY) -> HTTPStatus:
        receiver = hooked.Receiver()
        receiver.secret = secret
        status = receiver.take(headers, body)
        assert receiver.received.qsize() + receiver.forged == 1
        return status

    assert taken(SECRET, signed(SECRET)) == HTTPStatus.NO_CONTENT
    old = datetime.now(UTC) - timedelta(minutes=6)
    for secret, headers, body in (
        (SECRET, signed(SECRET), BODY + b" "),
        (SECRET, signed("whsec_" + "A" * 40), BODY),
        ("", signed(SECRET), BODY),
        (SECRET, signed(SECRET, at=old), BODY),
    ):
        assert taken(secret, headers, body) == HTTPStatus.UNAUTHORIZED
