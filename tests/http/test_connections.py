"""What comes over a connection that is no request, or none yet."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from culm.gateway import limits
from tests.http.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /v1/payments HTTP/1.1\r\nHost: localhost\r\n"
LAST = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

TOO_LONG = b"GET /".ljust(limits.MAX_HEAD_BYTES + 1, b"a")
"""The beginning of a head, one byte longer than one may be."""

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def line(api: Api) -> AsyncIterator[Line]:
    """A connection of one's own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the other side hangs up."""
    async with asyncio.timeout(10):
        return await reader.read()


async def said(api: Api, *sent: bytes) -> bytes:
    """What is answered to this, until the other side hangs up."""
    async with line(api) as (reader, writer):
        with contextlib.suppress(ConnectionError):
            for part in sent:
                writer.write(part)
                await writer.drain()
        return await rest(reader)


def problem(answer: bytes, status: int, code: str) -> None:
    """It is a problem, and the last that is said on its connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0].startswith(f"http/1.1 {status} ")
    assert {"content-type: application/problem+json", "connection: close"} <= set(lines)
    found = json.loads(body)
    assert (found["code"], found["status"]) == (code, status)
    assert f"request-id: {found['request_id']}" in lines


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"EHLO localhost\r\n",
        b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        # Two ways to say where the body ends: what one of us takes for the next request.
        POST
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_told_so_and_hung_up_on(api: Api, sent: bytes) -> None:
    problem(await said(api, sent), 400, "request_malformed")


async def test_who_is_answered_before_the_body_has_come_may_send_the_rest_of_it(api: Api) -> None:
    body = b"a" * 300_000
    async with line(api) as (reader, writer):
        writer.write(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body[:100_000])
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 401 ")
        writer.write(body[100_000:] + LAST)
        answers = await rest(reader)
    assert answers.count(b"HTTP/1.1 ") == 1
    assert b"HTTP/1.1 200 OK" in answers


async def test_the_rest_of_such_a_body_is_no_head(api: Api) -> None:
    async with line(api) as (reader, writer):
        writer.write(POST + b"Content-Length: 200000\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401 ")
        for _ in range(2):
            writer.write(b"a" * 100_000)
            await writer.drain()
            await asyncio.sleep(0.05)  # so that nothing else comes with it
        writer.write(TOO_LONG)
        answers = await rest(reader)
    problem(answers[answers.rindex(b"HTTP/1.1 ") :], 431, "head_too_large")


async def test_a_body_that_cannot_be_read_is_told_so_at_once(api: Api) -> None:
    head = (
        b"POST /v1/ledger/assets HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\nAuthorization: Bearer " + api.operator.encode()
    )
    problem(await said(api, head + b"\r\n\r\n2\r\n{}\r\nnonsense\r\n"), 400, "request_malformed")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\n" + (b"X-Much: " + b"a" * 8_000 + b"\r\n") * 9,
        b"GET /health HTTP/1.1\r\nX-Endless: " + b"a" * limits.MAX_HEAD_BYTES,
        TOO_LONG,
    ],
)
async def test_a_head_has_an_end(api: Api, head: bytes) -> None:
    whole = head[: len(TOO_LONG)]  # not a byte more, which would be left unread
    problem(await said(api, whole[:30_000], whole[30_000:]), 431, "head_too_large")


async def test_a_connection_that_sends_no_head_is_closed_in_time(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HEAD_SECONDS", 0.2)
    for sent in (b"", b"GET /health HTTP/1.1\r\nHost: local", HEALTH + b"\r\n"):
        assert (await said(api, sent)).count(b"HTTP/1.1 200") == sent.count(HEALTH)


async def test_too_many_connections_are_told_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CONNECTIONS", 0)
    answer = await said(api)
    problem(answer, 503, "busy")
    assert b"retry-after: 2" in answer


async def test_requests_that_come_at_once_are_answered_in_order(api: Api) -> None:
    answers = await said(api, HEALTH + b"HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + LAST)
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.count(b"connection: close") == 1


async def test_what_is_no_request_does_not_cut_off_the_answer_to_the_one_before(api: Api) -> None:
    answers = await said(api, HEALTH + b"nonsense\r\n\r\n")
    assert answers.startswith(b"HTTP/1.1 200 OK")


async def test_a_body_may_wait_until_it_is_asked_for(api: Api) -> None:
    head = (
        b"POST /v1/ledger/assets HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n"
        b"Authorization: Bearer " + api.operator.encode() + b"\r\n\r\n"
    )
    async with line(api) as (reader, writer):
        writer.write(head)
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"{}")
        assert (await rest(reader)).startswith(b"HTTP/1.1 4")
