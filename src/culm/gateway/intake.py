"""Bodies on their way in: each so large and in so much time, and all together so many bytes."""

from __future__ import annotations

import asyncio
import math
from typing import Any, Final

from litestar.types import Receive

from culm.gateway import limits, refusals
from culm.kernel import errors

BODY: Final = "body"
"""What `field` says when the whole body is at fault."""

HELD: Final = "culm_held_bytes"
"""Where a request's scope says how much of its body is held."""

Scope = dict[str, Any]


class Intake:
    """The bodies of a process that are being received or worked on."""

    def __init__(self) -> None:
        self._held_bytes = 0
        self._receiving: dict[asyncio.Task[Any] | None, float] = {}
        self._late: set[asyncio.Task[Any] | None] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._next = math.inf

    async def read(
        self,
        scope: Scope,
        receive: Receive,
        announced: int | None,
        max_bytes: int = limits.MAX_BODY_BYTES,
    ) -> bytes:
        """The whole body, of which `announced` bytes were announced; `release` lets go of it.

        Raises `BodyTooLarge`, `BodyTimeout`, `JsonMalformed` when it is cut off, and `Busy`.
        """
        if announced is not None and announced > max_bytes:
            raise too_large(max_bytes)
        # One timer looks after all bodies: one for each would cost more than reading most of them.
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        seconds = limits.BODY_SECONDS * max(1.0, max_bytes / limits.MAX_BODY_BYTES)
        self._receiving[task] = deadline = loop.time() + seconds
        if deadline < self._next:
            self._watch_at(deadline, loop)
        chunks, length = [], 0
        try:
            # It is complete when it is as long as announced: waiting for the server to say so as
            # well would cost another round through the event loop.
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise refusals.JsonMalformed("The body was cut off.", field=BODY)
                chunks.append(message["body"])
                length += len(chunks[-1])
                self._hold(scope, len(chunks[-1]), length, max_bytes)
                if length == announced or not message.get("more_body"):
                    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
        except asyncio.CancelledError:
            if task is None or task not in self._late:
                raise
            self._late.discard(task)
            task.uncancel()
            raise refusals.BodyTimeout("The body did not come in time.", field=BODY) from None
        finally:
            del self._receiving[task]

    def release(self, scope: Any) -> None:
        """The request of this scope has been worked on."""
        self._held_bytes -= scope.pop(HELD)

    def _hold(self, scope: Scope, more: int, length: int, max_bytes: int) -> None:
        scope[HELD] = length
        self._held_bytes += more
        if length > max_bytes:
            raise too_large(max_bytes)
        if self._held_bytes > limits.MAX_HELD_BYTES:
            raise errors.Busy("Too many bytes are being worked on; nothing was done.")

    def _watch_at(self, time: float, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next, self._timer = time, loop.call_at(time, self._watch, loop)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up the bodies whose time is over."""
        now = loop.time()
        self._next, self._timer = math.inf, None
        for task, deadline in self._receiving.items():
            if deadline <= now and task is not None and task not in self._late:
                self._late.add(task)
                task.cancel()
        if waiting := [deadline for deadline in self._receiving.values() if deadline > now]:
            self._watch_at(min(waiting), loop)


def too_large(max_bytes: int) -> refusals.BodyTooLarge:
    """The refusal of a body past the limit."""
    return refusals.BodyTooLarge(f"A body has at most {max_bytes} bytes here.", field=BODY)
