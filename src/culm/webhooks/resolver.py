"""Names to addresses, in threads of our own: a name server that never answers keeps waiting only
those who ask it, and neither those who share a pool of threads with them nor the end of the
process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import Any, Final

from aiohttp import abc

LOOK_UPS: Final = 256
"""Names that are looked up at once. Past it a look-up fails, and its delivery is tried again."""

Found = list[tuple[Any, ...]]
"""What `socket.getaddrinfo` gives."""


class Resolver(abc.AbstractResolver):
    """The system's resolver. Those who ask for the same name at the same time share a thread."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, int], asyncio.Future[Found]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[abc.ResolveResult]:
        """The addresses of a name. Raises `OSError` where there are none."""
        found = await asyncio.shield(self._look_up(host, family))
        return [
            abc.ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """A thread that still waits ends with its look-up, or with the process."""

    def _look_up(self, host: str, family: int) -> asyncio.Future[Found]:
        key = (host, family)
        if (looking := self._under_way.get(key)) is not None:
            return looking
        if len(self._under_way) >= LOOK_UPS:
            raise OSError("too many names are being looked up")
        loop = asyncio.get_running_loop()
        looking = self._under_way[key] = loop.create_future()
        looking.add_done_callback(lambda done: self._looked(key, done))
        asking = (host, family, looking, loop)
        threading.Thread(target=_ask, args=asking, name="webhook-dns", daemon=True).start()
        return looking

    def _looked(self, key: tuple[str, int], done: asyncio.Future[Found]) -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # it may be that nobody waits for it any more


def _ask(
    host: str, family: int, looking: asyncio.Future[Found], loop: asyncio.AbstractEventLoop
) -> None:
    """In a thread: ask, and tell the loop, if that still runs."""
    found, failure = Found(), None
    try:
        found = socket.getaddrinfo(host, 0, family, socket.SOCK_STREAM)
    except Exception as error:
        failure = error
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(_tell, looking, found, failure)


def _tell(looking: asyncio.Future[Found], found: Found, failure: Exception | None) -> None:
    if looking.done():
        return
    if failure is None:
        looking.set_result(found)
    else:
        looking.set_exception(failure)
