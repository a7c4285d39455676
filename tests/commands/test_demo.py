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

from culm.commands import demo
from culm.commands.showing import bookkeeping, hooked, onboarding, proving
from culm.commands.showing import stage as stage_


def test_everything_comes_as_the_demonstration_says() -> None:
    done = CliRunner().invoke(demo.demo)

    assert done.exit_code == 0, done.output
    for said in (
        "ck_test_0000000000000002_..., shown once",
        "accounts verified",
        "Wednesday, settled  Ann           available  500.00",
        "rejected: limit_exceeded at amount",
        "rejected: insufficient_funds at source",
        "authorised          Ann           available  395.00, held 80.00",
        "the fee is 1.35, Ben's part 7.50",
        "succeeded: 20.00; fees are kept",
        "Eve Sorel     602.50  returned by the bank with R03",
        "Finn Ames     572.50  failed by the bank with R04",
        "Friday, re-credited Corner Shop   available 1,353.15",
        "payments.payment_captured     75.00 USD",
        "payments.payment_returned    602.50 R03",
        "every signature is right: 11 events",
        "Payment to Corner Shop LLC           -75.00    400.00",
        "accepted: 100,199 transactions posted from 200 of 200 batches",
        "accepted: 0 transactions posted from 200 of 200 batches, 100,199 were posted before",
        "nothing is wrong",
        "NOT AS IT WAS WRITTEN",
        f"book_log, position {proving.FLIPPED}",
    ):
        assert said in done.output, said
    before, after = re.findall(r'in the log: "-?(\d+)","USD" becomes "-?(\d+)","USD"', done.output)[
        0
    ]
    assert len(before) == len(after)
    assert before[1:] == after[1:]
    assert before[0] != after[0]
    assert "It has failed" not in done.output


def test_it_fails_when_something_comes_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without most of it, with a file that is taken in, a clock that stands where it was, and a
    byte that stays as it was."""

    async def without(stage: stage_.Stage, receiver: hooked.Receiver) -> None:
        await bookkeeping.open_accounts(stage)
        stage.expect(await bookkeeping.take_in(stage, bookkeeping.INVALID) is not None, "refused")
        await stage.until(stage.culm.clock.get, lambda clock: clock.now > onboarding.OPENING)

    async def untouched(_: asyncpg.Connection[Any]) -> tuple[str, str]:
        return "1", "9"

    monkeypatch.setattr(demo, "story", without)
    monkeypatch.setattr(proving, "flip", untouched)
    monkeypatch.setattr(stage_, "WAIT_SECONDS", 0.2)

    done = CliRunner().invoke(demo.demo)

    assert done.exit_code == 1
    assert re.findall("It has failed: (.*)\\.", done.output) == [
        "refused",
        "the clock does not come to where it should",
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
