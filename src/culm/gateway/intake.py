"""Bodies on their way in: each so large and in so much time, and all together so many bytes."""

from __future__ import annotations

import asyncio
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
        self._watching = False

    async def read(self, scope: Scope, receive: Receive, announced: int | None) -> bytes:
        """The whole body, of which `announced` bytes were announced; `release` lets go of it.

        Raises `BodyTooLarge`, `BodyTimeout`, `JsonMalformed` when it is cut off, and `Busy`.
        """
        if announced is not None and announced > limits.MAX_BODY_BYTES:
            raise too_large()
        # One timer looks after all bodies: one for each would cost more than reading most of them.
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        self._receiving[task] = loop.time() + limits.BODY_SECONDS
        if not self._watching:
            self._watching = True
            loop.call_later(limits.BODY_SECONDS, self._watch, loop)
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
                self._hold(scope, len(chunks[-1]), length)
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

    def _hold(self, scope: Scope, more: int, length: int) -> None:
        scope[HELD] = length
        self._held_bytes += more
        if length > limits.MAX_BODY_BYTES:
            raise too_large()
        if self._held_bytes > limits.MAX_HELD_BYTES:
            raise errors.Busy("Too many bytes are being worked on; nothing was done.")

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up the bodies whose time is over. They stand in the order of their deadlines."""
        now = loop.time()
        for task, deadline in self._receiving.items():
            if deadline > now:
                loop.call_at(deadline, self._watch, loop)
                return
            if task is not None and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._watching = False


def too_large() -> refusals.BodyTooLarge:
    """The refusal of a body past the limit."""
    return refusals.BodyTooLarge(f"A body has at most {limits.MAX_BODY_BYTES} bytes.", field=BODY)
