"""Too much at once is refused early, and what takes too long is given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from litestar import get, post

from culm.gateway import bodies, doors, load, server
from culm.gateway import request as request_
from culm.gateway.operation import operation

SECONDS = 0.5


class Work:
    """A route that takes until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.cut = 0
        self.go = asyncio.Event()

    async def done(self) -> bodies.Nothing:
        """Wait to be let go."""
        self.begun.release()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cut += 1
            raise
        return bodies.Nothing()


@asynccontextmanager
async def opened(work: Work, **limits: Any) -> AsyncIterator[httpx.AsyncClient]:
    """An API with that work, and limits of its own."""

    @get("/slow", **operation("slow", open_=True), tags=["Work"])
    async def slow() -> bodies.Nothing:
        """Take long."""
        return await work.done()

    @get("/fast", **operation("fast", open_=True), tags=["Work"])
    async def fast() -> bodies.Nothing:
        """Take no time."""
        return bodies.Nothing()

    @post("/take", **operation("take", open_=True, takes=("text/csv",)), tags=["Work"])
    async def take(request: request_.Request) -> bodies.Nothing:
        """Take a file."""
        await request.upload()
        return bodies.Nothing()

    app = server.application(None, [slow, fast, take])  # type: ignore[arg-type]  # no platform
    app.opt["load"] = load.Load(**limits)
    transport: Any = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get("/fast")).status_code == 200  # the first takes longer
        yield client


async def begin(client: httpx.AsyncClient, work: Work, number: int) -> list[asyncio.Task[Any]]:
    """So many slow requests, on their way."""
    tasks = [asyncio.create_task(client.get("/slow")) for _ in range(number)]
    async with asyncio.timeout(20):
        for _ in tasks:
            await work.begun.acquire()
    return tasks


def refused(answer: httpx.Response) -> None:
    """The answer is a whole problem document that says when to come again."""
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "busy"
    assert problem["request_id"] == answer.headers["request-id"] != ""
    assert answer.headers["retry-after"] == str(problem["retry_after_seconds"])


async def test_when_even_the_fastest_takes_too_long_more_is_refused_until_it_is_better() -> None:
    """What is refused for another reason, as what is not there, does not pass for fast."""
    work = Work()
    async with opened(work, crowd=3, seconds=SECONDS) as client:
        row = await begin(client, work, 3)
        assert (await client.get("/nothing")).status_code == 404  # the crowd has just formed
        await asyncio.sleep(1.2 * SECONDS)
        refused(await client.get("/nothing"))
        refused(await client.post("/take", content=_never(), headers={"Content-Type": "text/csv"}))
        assert (await client.get("/health")).status_code == 200
        work.go.set()
        assert {(await task).status_code for task in row} == {200}
        assert (await client.get("/fast")).status_code == 200


async def test_a_crowd_that_is_served_fast_is_no_reason_to_refuse() -> None:
    work = Work()
    async with opened(work, crowd=3, seconds=SECONDS) as client:
        row = await begin(client, work, 3)
        for _ in range(4):
            assert (await client.get("/fast")).status_code == 200
            await asyncio.sleep(0.4 * SECONDS)
        work.go.set()
        await asyncio.gather(*row)


async def test_there_is_a_number_that_is_too_many_at_once() -> None:
    work = Work()
    async with opened(work, crowd=2, most=4) as client:
        row = await begin(client, work, 4)
        refused(await client.get("/fast"))
        work.go.set()
        await asyncio.gather(*row)
        assert (await client.get("/fast")).status_code == 200


async def test_a_request_that_takes_too_long_is_given_up_and_told_so() -> None:
    work = Work()
    async with opened(work, deadline=2 * SECONDS) as client:
        first = await begin(client, work, 1)
        await asyncio.sleep(SECONDS)
        second = await begin(client, work, 2)
        for task in (*first, *second):
            answer = await task
            assert (answer.status_code, answer.json()["code"]) == (503, "deadline_exceeded")
            assert answer.headers["retry-after"] == "5"
        assert work.cut == 3
        assert (await client.get("/fast")).status_code == 200


async def test_one_that_is_cut_off_by_its_caller_stays_cut_off() -> None:
    work = Work()
    async with opened(work) as client:
        [task] = await begin(client, work, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert work.cut == 1


async def test_what_a_route_asks_for_is_found_out_once() -> None:
    async with opened(Work()) as client:
        known = doors.of.cache_info().currsize
        for _ in range(5):
            await client.get("/fast")
        assert doors.of.cache_info().currsize == known


async def _never() -> AsyncIterator[bytes]:
    yield _read()


def _read() -> bytes:
    raise AssertionError("nobody reads this")
