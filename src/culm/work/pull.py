"""Pulling messages from a JetStream consumer: as many as there is room for, asked for before they
are there, so that a fact is on its way to its reactor the moment that it is published.

Source: NATS ADR-13, pull subscriptions.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from nats import errors as nats_errors
from nats.aio import client as client_
from nats.aio import msg as msg_

EXPIRES_SECONDS: Final = 30
HEARTBEAT_SECONDS: Final = 2
SILENCE_SECONDS: Final = 5.0
"""A consumer that was asked, and has not been heard for so long, is not there any more."""

TICK_SECONDS: Final = 0.25
"""How often it is looked whether there is more room, and whether the connection was interrupted."""

_NANOSECONDS: Final = 1_000_000_000
_LATE: Final = frozenset({"404", "408"})
"""Statuses by which a request ends that was not, or not wholly, answered in its time."""


class Ended(Exception):
    """The consumer sends nothing more, or messages may have been lost on the way: begin anew."""


class Pull:
    """Messages of one consumer. `room` says how many could be taken in hand now."""

    def __init__(
        self, client: client_.Client, *, stream: str, consumer: str, room: Callable[[], int]
    ) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._inbox = client.new_inbox()
        self._room = room
        self._asked = 0
        self._came: asyncio.Queue[msg_.Msg | Ended] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._reconnects = client.stats["reconnects"]
        self._heard = _now()

    async def next(self) -> msg_.Msg:
        """The next message. Raises `Ended`."""
        message = await self._came.get()
        if isinstance(message, Ended):
            raise message
        return message

    def nudge(self) -> None:
        """There may be more room now."""
        self._changed.set()

    def left_over(self) -> list[msg_.Msg]:
        """What has come and was not taken."""
        found = []
        while not self._came.empty():
            message = self._came.get_nowait()
            if not isinstance(message, Ended):
                found.append(message)
        return found

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Ask for messages, until the block ends."""
        subscription = await self._client.subscribe(self._inbox, cb=self._take)
        asking = asyncio.create_task(self._ask())
        try:
            yield
        finally:
            asking.cancel()
            with contextlib.suppress(nats_errors.Error, OSError):
                await subscription.unsubscribe()

    async def _take(self, message: msg_.Msg) -> None:
        self._heard = _now()
        if message.reply:
            self._asked -= 1
            self._came.put_nowait(message)
            return
        headers = message.headers or {}
        status = headers.get("Status", "")
        if status in _LATE:
            self._asked -= int(headers.get("Nats-Pending-Messages", "0"))
            self._changed.set()
        elif status != "100":
            self._end(f"{status} {headers.get('Description', '')}")

    async def _ask(self) -> None:
        try:
            while True:
                self._check()
                if (more := self._room() - self._came.qsize() - self._asked) > 0:
                    await self._request(more)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(TICK_SECONDS):
                        await self._changed.wait()
                self._changed.clear()
        except (nats_errors.Error, OSError) as error:
            self._end(repr(error))

    async def _request(self, count: int) -> None:
        if self._asked <= 0:
            self._asked, self._heard = 0, _now()
        self._asked += count
        body = {
            "batch": count,
            "expires": EXPIRES_SECONDS * _NANOSECONDS,
            "idle_heartbeat": HEARTBEAT_SECONDS * _NANOSECONDS,
        }
        await self._client.publish(self._subject, msgspec.json.encode(body), reply=self._inbox)

    def _check(self) -> None:
        if self._client.stats["reconnects"] != self._reconnects:
            self._reconnects = self._client.stats["reconnects"]
            self._end("the connection was interrupted")
        elif self._asked > 0 and _now() - self._heard > SILENCE_SECONDS:
            self._heard = _now()
            self._end(f"nothing was heard for {SILENCE_SECONDS:g} s")

    def _end(self, reason: str) -> None:
        self._came.put_nowait(Ended(reason))


def _now() -> float:
    return asyncio.get_running_loop().time()
