"""Bodies that are files: of the types and sizes that an operation declares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import msgspec
import pytest
from litestar import post

from culm.gateway import limits, openapi, server
from culm.gateway import request as request_
from culm.gateway.operation import operation

TYPES = ("text/csv", "application/x-nacha")
MOST = 20 * 1024 * 1024


class Received(msgspec.Struct):
    """What came in."""

    media_type: str
    size: int
    sha256: str


@post(
    "/files",
    **operation("upload", open_=True, takes=TYPES, max_bytes=MOST, example="name,amount"),
    tags=["Files"],
)
async def files(request: request_.Request) -> Received:
    """Take a file."""
    media_type, body = await request.upload()
    return Received(media_type, len(body), sha256(body).hexdigest())


APP = server.application(None, [files])  # type: ignore[arg-type]  # no platform is asked


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API that takes files."""
    transport: Any = httpx.ASGITransport(APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as opened:
        yield opened


@pytest.mark.parametrize(
    "declared",
    ["text/csv", "Text/CSV; charset=UTF-8", "text/csv; header=present", "application/x-nacha"],
)
async def test_a_file_of_a_declared_type_is_taken_as_it_is(
    client: httpx.AsyncClient, declared: str
) -> None:
    body = b"name,amount\r\nAnn,1\r\n"
    answer = await client.post("/files", content=body, headers={"Content-Type": declared})
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "media_type": declared.partition(";")[0].lower(),
        "size": len(body),
        "sha256": sha256(body).hexdigest(),
    }


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"Content-Type": "application/json"}, "Content-Type"),
        ({"Content-Type": "text/csv; charset=latin-1"}, "Content-Type"),
        ({}, "Content-Type"),
        ({"Content-Type": "text/csv", "Content-Encoding": "gzip"}, "Content-Encoding"),
    ],
)
async def test_another_type_is_refused_before_it_is_read(
    client: httpx.AsyncClient, headers: dict[str, str], field: str
) -> None:
    answer = await client.post("/files", content=_never(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")
    assert answer.json()["field"] == field


async def test_an_operation_may_take_more_than_others_and_no_more_than_it_says(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Content-Type": "text/csv"}
    large = b"x" * (limits.MAX_BODY_BYTES + 1)
    assert (await client.post("/files", content=large, headers=headers)).json()["size"] == len(
        large
    )
    for body in (b"x" * (MOST + 1), _pieces(MOST + 1)):
        answer = await client.post("/files", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_description_says_what_is_taken() -> None:
    described = openapi.document(APP)["paths"]["/files"]["post"]
    assert set(described["requestBody"]["content"]) == set(TYPES)
    assert str(MOST) in described["requestBody"]["description"]
    assert {"408", "413", "415"} <= set(described["responses"])


async def _never() -> AsyncIterator[bytes]:
    yield _read()


def _read() -> bytes:
    raise AssertionError("nobody reads this")


async def _pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65_536 + 1):
        yield b"x" * 65_536
