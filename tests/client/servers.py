"""A server on loopback that answers from a script: each request with the next of its answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

CUT = b""
"""Instead of an answer: the connection is cut."""


@dataclass
class Scripted:
    """What it was asked, and what it still has to say; the last answer is given for ever."""

    answers: list[bytes]
    url: str = ""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    serving: dict[asyncio.Task[Any], asyncio.StreamWriter] = field(default_factory=dict)

    @property
    def keys(self) -> list[str | None]:
        """The idempotency keys that came."""
        return [headers.get("idempotency-key") for _, headers, _ in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self.serving[task] = writer
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                pairs = (line.split(": ", 1) for line in head[1:] if line)
                headers = {name.lower(): value for name, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.asked.append((head[0], headers, body))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer == CUT:
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.transport.abort()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def answer(status: int, body: Any = None, **headers: str) -> bytes:
    """An answer with a JSON body."""
    text = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(text)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + text


def problem(status: int, code: str, **members: Any) -> bytes:
    """A problem as an answer."""
    return answer(status, {"status": status, "code": code, "detail": "No.", **members})


@asynccontextmanager
async def scripted(*answers: bytes) -> AsyncIterator[Scripted]:
    """A server with a script, until the block ends."""
    script = Scripted(list(answers))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield script
    finally:
        server.close()
        for writer in script.serving.values():
            writer.transport.abort()
        await asyncio.gather(*script.serving)
