"""How the client asks and what it makes of answers, before a server that answers from a script."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from culm import client
from culm.client import errors, retries
from tests.client import servers

FAST = client.Retries(times=3, first_seconds=0.001, longest_seconds=2.0)
OK = servers.answer(200, {"status": "ok"})
TENANT = servers.answer(
    201,
    {
        "id": "acme",
        "name": "Acme",
        "created": "2026-03-02T09:00:00Z",
        "closed_before": None,
        "sandbox": False,
    },
)


def opened(url: str, **more: Any) -> client.AsyncClient:
    return client.AsyncClient("ck_test_1", url=url, **{"retries": FAST, **more})


async def test_a_write_keeps_its_key_and_its_body_however_often_it_is_made() -> None:
    script = servers.scripted(
        servers.CUT,
        servers.problem(503, "busy"),
        servers.problem(409, "in_progress"),
        TENANT,
    )
    async with script as server, opened(server.url) as api:
        made = await api.ledger.tenants.create(name="Acme")
    assert made.id == "acme"
    assert len(server.asked) == 4
    assert len(set(server.keys)) == 1
    assert server.keys[0] is not None
    assert {body for _, _, body in server.asked} == {b'{"name":"Acme"}'}
    assert len({headers["request-id"] for _, headers, _ in server.asked}) == 1


async def test_two_calls_have_two_keys_and_ones_own_is_taken() -> None:
    async with servers.scripted(TENANT) as server, opened(server.url) as api:
        await api.ledger.tenants.create(name="Acme")
        await api.ledger.tenants.create(name="Acme")
        await api.ledger.tenants.create(name="Acme", idempotency_key="mine", request_id="r/1")
    assert len(set(server.keys)) == 3
    assert server.keys[2] == "mine"
    assert server.asked[2][1]["request-id"] == "r/1"


async def test_who_asks_and_in_which_version_is_in_every_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CULM_API_KEY", "ck_operator_2")
    async with servers.scripted(OK) as server:
        monkeypatch.setenv("CULM_API_URL", f"{server.url}/culm/")
        async with client.AsyncClient(tenant="acme") as api:
            await api.health()
    line, headers, _ = server.asked[0]
    assert line == "GET /culm/health HTTP/1.1"
    assert headers["authorization"] == "Bearer ck_operator_2"
    assert headers["culm-tenant"] == "acme"
    assert headers["culm-version"]
    assert headers["user-agent"].startswith("culm-python/")


async def test_only_as_often_as_was_said() -> None:
    async with servers.scripted(servers.CUT) as server, opened(server.url) as api:
        with pytest.raises(errors.NoAnswer) as raised:
            await api.health()
    assert len(server.asked) == 4
    assert raised.value.__notes__ == ["tried 4 times"]
    async with (
        servers.scripted(servers.problem(503, "unavailable")) as server,
        opened(server.url, retries=client.NEVER) as api,
    ):
        with pytest.raises(errors.Unavailable):
            await api.health()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Invalid),
        (401, errors.Unauthenticated),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.Invalid),
        (409, errors.Conflict),
        (413, errors.Invalid),
        (418, errors.Invalid),
        (422, errors.Refused),
    ],
)
async def test_what_is_refused_is_raised_at_once_by_its_kind(
    status: int, kind: type[errors.Problem]
) -> None:
    said = servers.problem(status, "some_code", field="name", request_id="r-1", title="Some code")
    async with servers.scripted(said) as server, opened(server.url) as api:
        with pytest.raises(kind) as raised:
            await api.ledger.tenants.create(name="Acme")
    found = raised.value
    assert (found.status, found.code, found.field) == (status, "some_code", "name")
    assert found.request_id == "r-1"
    assert str(found) == "No. (name) [some_code]"
    assert len(server.asked) == 1


async def test_an_error_of_something_between_is_a_problem_too() -> None:
    html = b"HTTP/1.1 502 Bad\r\nContent-Length: 6\r\n\r\n<html>"
    async with servers.scripted(html) as server, opened(server.url) as api:
        with pytest.raises(errors.Unavailable) as raised:
            await api.health()
    assert (raised.value.status, raised.value.code) == (502, "http_502")
    assert len(server.asked) == 4


async def test_the_pause_that_is_asked_for_is_made_unless_it_is_too_long() -> None:
    wait = servers.problem(429, "rate_limited")
    asked = wait.replace(b"HTTP/1.1 429 Said\r\n", b"HTTP/1.1 429 Said\r\nRetry-After: 1\r\n")
    async with servers.scripted(asked, OK) as server, opened(server.url) as api:
        began = asyncio.get_running_loop().time()
        await api.health()
        assert asyncio.get_running_loop().time() - began >= 1
    late = servers.problem(429, "quota_exceeded", retry_after_seconds=3_600)
    async with servers.scripted(late) as server, opened(server.url) as api:
        with pytest.raises(errors.RateLimited) as raised:
            await api.health()
    assert raised.value.retry_after_seconds == 3_600
    assert len(server.asked) == 1


def test_pauses_double_with_some_chance_up_to_a_limit() -> None:
    patience = client.Retries(times=9, first_seconds=0.1, longest_seconds=1.0)
    lost = errors.NoAnswer("no answer")
    shortest = [patience.pause(lost, tried=tried, chance=0.0) for tried in range(1, 7)]
    longest = [patience.pause(lost, tried=tried, chance=1.0) for tried in range(1, 7)]
    assert shortest == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.5, 0.5])
    assert longest == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])
    assert patience.pause(lost, tried=10, chance=0.0) is None
    assert retries.USUAL.pause(errors.AnswerUnreadable("x"), tried=1, chance=0.0) is None


async def test_a_request_of_ones_own_is_repeated_only_under_a_key() -> None:
    async with servers.scripted(servers.CUT) as server, opened(server.url) as api:
        with pytest.raises(errors.NoAnswer):
            await api.request("POST", "/v1/new", body={"a": 1})
        assert len(server.asked) == 1
    async with servers.scripted(servers.CUT, TENANT) as server, opened(server.url) as api:
        answer = await api.request("POST", "/v1/new", body={"a": 1}, idempotency_key="k")
        assert (answer.status, answer.json()["id"]) == (201, "acme")
        assert answer.headers["content-length"] == str(len(answer.body))
        assert len(server.asked) == 2


async def test_members_and_words_that_are_new_are_read_all_the_same() -> None:
    account: dict[str, Any] = {
        "id": "acc_1",
        "code": "assets:bank",
        "currency": "EUR",
        "side": "sideways",
        "minimum": None,
        "maximum": None,
        "freeze": "none",
        "closed": False,
        "metadata": {},
        "opened": "2026-03-02T09:00:00Z",
        "colour": "blue",
    }
    async with servers.scripted(servers.answer(200, account)) as server, opened(server.url) as api:
        found = await api.ledger.accounts.get("assets:bank")
    side: str = found.side
    assert side == "sideways"
    assert found.opened == datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_an_answer_that_is_none_says_so_and_is_not_asked_for_again() -> None:
    async with servers.scripted(servers.answer(200, {"id": 5})) as server, opened(server.url) as a:
        with pytest.raises(errors.AnswerUnreadable, match="Account"):
            await a.ledger.accounts.get("assets:bank")
    assert len(server.asked) == 1


async def test_redirects_are_not_followed() -> None:
    away = servers.answer(307, None, Location="http://127.0.0.1:1/")
    async with servers.scripted(away) as server, opened(server.url) as api:
        with pytest.raises(errors.Problem, match="http_307"):
            await api.health()


async def test_names_are_one_segment_of_a_path_and_nothing_else() -> None:
    async with servers.scripted(servers.problem(404, "x")) as server, opened(server.url) as api:
        for name in ("a/b", "a?b", "a%2Fb", "../x", "ä"):
            with pytest.raises(errors.NotFound):
                await api.ledger.accounts.get(name)
        for name in ("", ".", ".."):
            with pytest.raises(ValueError, match="names nothing"):
                await api.ledger.accounts.get(name)
    assert [line.split()[1].rpartition("/")[2] for line, _, _ in server.asked] == [
        "a%2Fb",
        "a%3Fb",
        "a%252Fb",
        "..%2Fx",
        "%C3%A4",
    ]


async def test_no_error_tells_what_was_asked_for() -> None:
    async with servers.scripted(servers.CUT) as server, opened(server.url) as api:
        with pytest.raises(errors.NoAnswer) as raised:
            await api.request("GET", "/v1/customers", query={"email": "ann@example.com"})
    shown = f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r}"
    assert "ann" not in shown
    assert "ck_test_1" not in shown


async def test_where_nobody_answers_the_address_that_was_tried_is_told() -> None:
    async with servers.scripted(servers.CUT) as server:
        address = server.url
    for tried in (address, f"{address}/", address.replace("//", "//ann:secret@")):
        async with opened(tried, retries=client.NEVER) as api:
            with pytest.raises(errors.NoAnswer, match=f"^no answer from {address}: "):
                await api.health()
    with (
        client.Client("ck_test_1", url=address, retries=client.NEVER) as plain,
        pytest.raises(errors.NoAnswer, match=f"^no answer from {address}: "),
    ):
        plain.health()


async def test_silence_ends_after_the_time_that_was_given() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with opened(url, timeout_seconds=0.2, retries=client.NEVER) as api:
        with pytest.raises(errors.NoAnswer, match="timed out"):
            await api.health()
    server.close()
    await ended.wait()


async def test_who_is_cancelled_as_the_answer_comes_is_cancelled() -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65_536)
            asked.set()
            may_answer.wait()
            connection.sendall(OK)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = asyncio.create_task(asyncio.to_thread(answer, listening))
        async with opened(f"http://127.0.0.1:{listening.getsockname()[1]}") as api:
            call = asyncio.create_task(api.health())
            await asyncio.to_thread(asked.wait)
            may_answer.set()
            time.sleep(0.2)  # noqa: ASYNC251 - the answer comes, and the loop cannot pass it on
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        await answering


async def test_from_threads_it_is_the_same() -> None:
    async with servers.scripted(servers.CUT, servers.problem(503, "busy"), TENANT) as server:

        def ask() -> str:
            with client.Client("ck_test_1", url=server.url, retries=FAST) as api:
                return api.ledger.tenants.create(name="Acme").id

        assert await asyncio.to_thread(ask) == "acme"
    assert len(server.asked) == 3
    assert len(set(server.keys)) == 1


async def test_an_address_that_is_none_is_refused_at_once() -> None:
    for url in ("127.0.0.1:8260", "ftp://x", "http://x?y", "http://"):
        with pytest.raises(ValueError, match="URL"):
            client.Client(url=url)
