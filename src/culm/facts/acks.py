"""Publishing many messages to a stream before the first is acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from nats.aio import client as client_
from nats.aio import msg as msg_

SILENCE_SECONDS: Final = 5.0
"""When nothing was acknowledged for so long, it is taken for lost."""


class Refused(Exception):
    """The stream did not take a message, or does not answer."""


class _Error(msgspec.Struct):
    description: str = ""
    code: int = 0


class _Answer(msgspec.Struct):
    """What JetStream says of a published message."""

    seq: int = 0
    error: _Error | None = None


_decode = msgspec.json.Decoder(_Answer).decode


class Window:
    """How many messages were sent, and how many of them the stream has.

    Since it takes them in one order alone, an acknowledged one stands for all before it.
    """

    def __init__(self, inbox: str, size: int) -> None:
        self.sent = 0
        self.acked = 0
        self._inbox = inbox
        self._size = size
        self._refused = ""
        self._moved = asyncio.Event()
        self._heard = _now()

    @property
    def outstanding(self) -> int:
        """Messages that were sent and not acknowledged yet."""
        return self.sent - self.acked

    async def send(
        self,
        publish: Callable[..., Awaitable[None]],
        subject: str,
        body: bytes,
        headers: dict[str, str],
        *,
        asked: bool = True,
    ) -> None:
        """Send the next message, as soon as there is room for it; with `asked`, so that it is
        acknowledged. Raises `Refused`."""
        while self.outstanding >= self._size:
            await self._progress(SILENCE_SECONDS)
            self.check()
        if not self.outstanding:
            self._heard = _now()
        await publish(subject, body, self._inbox if asked else "", headers)
        self.sent += 1

    def check(self) -> None:
        """Raise `Refused` if a message was, or if nothing has been heard for too long."""
        if self._refused:
            raise Refused(self._refused)
        if self.outstanding and _now() - self._heard > SILENCE_SECONDS:
            raise Refused(f"no answer for {SILENCE_SECONDS:g} s")

    async def settle(self, seconds: float) -> None:
        """Wait so long for everything to be acknowledged. Raises `Refused`."""
        deadline = _now() + seconds
        while self.outstanding and (left := deadline - _now()) > 0:
            await self._progress(left)
        self.check()

    async def answered(self, message: msg_.Msg) -> None:
        """Take in an answer of the stream."""
        answer = _decode(message.data)
        if answer.error is not None:
            self._refused = self._refused or answer.error.description or "no reason given"
        else:
            self.acked = max(self.acked, answer.seq)
        self._heard = _now()
        self._moved.set()

    async def _progress(self, seconds: float) -> None:
        self._moved.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._moved.wait()


def _now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def window(client: client_.Client, size: int) -> AsyncIterator[Window]:
    """A window of so many messages, with an inbox of its own for the answers."""
    inbox = client.new_inbox()
    opened = Window(inbox, size)
    subscription = await client.subscribe(inbox, cb=opened.answered)
    try:
        yield opened
    finally:
        if not client.is_closed:
            await subscription.unsubscribe()
