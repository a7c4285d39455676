"""Calls over the network, from threads and from event loops. The two differ in how they wait, and
in nothing else: what is sent, what is tried again and what an answer means stands in `calls`,
`retries` and `errors`."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

import msgspec
from pyreqwest import client as http
from pyreqwest import exceptions
from pyreqwest.bytes import Bytes
from pyreqwest.response import Response, SyncResponse

from culm.client import calls, errors, pages
from culm.client import settings as settings_

T = TypeVar("T")
P = TypeVar("P", bound=pages.HasNext)

B = TypeVar("B", http.ClientBuilder, http.SyncClientBuilder)


class Answer(msgspec.Struct, frozen=True):
    """An answer as it came: for what the operations do not tell, such as header fields."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    def json(self) -> Any:
        """What the body says, as dicts and lists."""
        return msgspec.json.decode(self.body)

    @property
    def text(self) -> str:
        """The body as a text."""
        return self.body.decode()


class Transport:
    """Calls that block the thread. Any number of threads may share one."""

    def __init__(self, settings: settings_.Settings) -> None:
        self._settings = settings
        self._http = _configured(http.SyncClientBuilder(), settings).build()

    def send(self, call: calls.Call) -> tuple[SyncResponse, Bytes]:
        """The good answer to a call, and its body. Raises `NoAnswer` and `Problem`s."""
        tried = 0
        while True:
            request = self._http.request(call.method, self._settings.url + call.target)
            request = request.headers(call.headers)
            if call.body is not None:
                request = request.body_bytes(call.body)
            try:
                response = request.build().send()
                body = response.bytes()
            except exceptions.RequestError as error:
                failure = _unanswered(self._settings, call, error)
            else:
                if response.status < 300:
                    return response, body
                failure = errors.problem(response.status, response.get_header, body)
            tried += 1
            time.sleep(_pause(self._settings, call, failure, tried))

    def get(
        self,
        path: str,
        answer: type[T],
        *,
        query: calls.Query | None = None,
        request_id: str | None = None,
    ) -> T:
        """Read something."""
        call = calls.call("GET", path, query=query, request_id=request_id)
        return self._result(call, answer)

    def write(
        self,
        method: str,
        path: str,
        answer: type[T],
        *,
        body: object = None,
        query: calls.Query | None = None,
        media_type: str = calls.JSON,
        key: str | None = None,
        request_id: str | None = None,
    ) -> T:
        """Change something, under a key: the one given, or a new one."""
        call = calls.call(
            method,
            path,
            query=query,
            body=body,
            media_type=media_type,
            key=key or calls.unique(),
            request_id=request_id,
        )
        return self._result(call, answer)

    def pages(
        self,
        path: str,
        page: type[P],
        items: str,
        *,
        query: calls.Query,
        cursor: str | None,
        request_id: str | None,
    ) -> pages.Pages[P, Any]:
        """A list, whose pages have this type and their contents in this member."""

        def ask(cursor: str | None) -> P:
            asked = {**query, "cursor": cursor}
            return self.get(path, page, query=asked, request_id=request_id)

        return pages.Pages(ask, items, cursor)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _result(self, call: calls.Call, answer: type[T]) -> T:
        _, body = self.send(call)
        return calls.result(answer, body, request_id=call.headers["Request-Id"])


class AsyncTransport:
    """Calls that are awaited. Any number of tasks may share one."""

    def __init__(self, settings: settings_.Settings) -> None:
        self._settings = settings
        self._http = _configured(http.ClientBuilder(), settings).build()

    async def send(self, call: calls.Call) -> tuple[Response, Bytes]:
        """The good answer to a call, and its body. Raises `NoAnswer` and `Problem`s."""
        tried = 0
        while True:
            request = self._http.request(call.method, self._settings.url + call.target)
            request = request.headers(call.headers)
            if call.body is not None:
                request = request.body_bytes(call.body)
            try:
                response = await _unless_cancelled(request.build().send())
                body = await _unless_cancelled(response.bytes())
            except exceptions.RequestError as error:
                failure = _unanswered(self._settings, call, error)
            else:
                if response.status < 300:
                    return response, body
                failure = errors.problem(response.status, response.get_header, body)
            tried += 1
            await asyncio.sleep(_pause(self._settings, call, failure, tried))

    async def get(
        self,
        path: str,
        answer: type[T],
        *,
        query: calls.Query | None = None,
        request_id: str | None = None,
    ) -> T:
        """Read something."""
        call = calls.call("GET", path, query=query, request_id=request_id)
        return await self._result(call, answer)

    async def write(
        self,
        method: str,
        path: str,
        answer: type[T],
        *,
        body: object = None,
        query: calls.Query | None = None,
        media_type: str = calls.JSON,
        key: str | None = None,
        request_id: str | None = None,
    ) -> T:
        """Change something, under a key: the one given, or a new one."""
        call = calls.call(
            method,
            path,
            query=query,
            body=body,
            media_type=media_type,
            key=key or calls.unique(),
            request_id=request_id,
        )
        return await self._result(call, answer)

    def pages(
        self,
        path: str,
        page: type[P],
        items: str,
        *,
        query: calls.Query,
        cursor: str | None,
        request_id: str | None,
    ) -> pages.AsyncPages[P, Any]:
        """A list, whose pages have this type and their contents in this member."""

        async def ask(cursor: str | None) -> P:
            asked = {**query, "cursor": cursor}
            return await self.get(path, page, query=asked, request_id=request_id)

        return pages.AsyncPages(ask, items, cursor)

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    async def _result(self, call: calls.Call, answer: type[T]) -> T:
        _, body = await self.send(call)
        return calls.result(answer, body, request_id=call.headers["Request-Id"])


async def _unless_cancelled(work: Awaitable[T]) -> T:
    """What it comes to, unless the task is cancelled meanwhile: a request that is answered at that
    moment takes no notice, and the cancellation would be lost."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    done = await work
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
    return done


def answer(response: SyncResponse | Response, body: Bytes) -> Answer:
    """An answer as it came."""
    return Answer(response.status, dict(response.headers), bytes(body))


def _configured(builder: B, settings: settings_.Settings) -> B:
    """Redirects are not followed: no operation has one, and a key is for the API alone."""
    return (
        builder.default_headers(settings.headers)
        .user_agent(settings_.USER_AGENT)
        .timeout(settings.timeout)
        .connect_timeout(settings_.CONNECT_TIMEOUT)
        .follow_redirects(False)
        .referer(False)
    )


def _unanswered(
    settings: settings_.Settings, call: calls.Call, error: exceptions.RequestError
) -> errors.CulmError:
    return calls.unanswered(error, url=settings.url, request_id=call.headers["Request-Id"])


def _pause(
    settings: settings_.Settings, call: calls.Call, failure: errors.CulmError, tried: int
) -> float:
    """How long to wait before a call is made again; raises its failure where it is not."""
    pause = settings.retries.pause(failure, tried=tried, chance=random.random())  # noqa: S311
    if pause is None or not call.repeatable:
        if tried > 1:
            failure.add_note(f"tried {tried} times")
        raise failure
    return pause
