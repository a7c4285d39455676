"""A TCP proxy whose line can be cut, stalled, or left open at one end: what networks do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Proxy:
    """Stands between a client and a server on loopback."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self.passed = 0
        """Bytes that went through in either direction."""
        self._target_port = target_port
        self._flows = asyncio.Event()
        self._flows.set()
        self._open = True
        self._half = False
        self._left: int | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Close every connection; new ones are taken."""
        for writer in self._writers:
            writer.transport.abort()

    def close(self) -> None:
        """Cut, and take no new ones until `reopen`."""
        self._open = False
        self.cut()

    def reopen(self) -> None:
        """Take connections, and let everything flow."""
        self._open, self._half = True, False
        self._flows.set()

    def stall(self) -> None:
        """Keep connections, and let nothing through in either direction, until `reopen`."""
        self._flows.clear()

    def leave_half_open(self) -> None:
        """Let what the client sends through, and nothing back, until `reopen`."""
        self._half = True

    def cut_in_answer(self, after: int) -> None:
        """Let so many bytes of the next answer through, then cut its connection."""
        self._left = after

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        if not self._open:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        for source, sink, back in ((reader, far_writer, False), (far_reader, writer, True)):
            task = asyncio.create_task(self._pump(source, sink, back=back))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                if back and self._half:
                    continue
                if back and self._left is not None:
                    writer.write(data[: self._left])
                    await writer.drain()
                    self._left = None
                    break
                writer.write(data)
                self.passed += len(data)
                await writer.drain()
        writer.transport.abort()

    async def end(self) -> None:
        """Close everything."""
        self.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def before(target_port: int) -> AsyncIterator[Proxy]:
    """A proxy in front of a port of 127.0.0.1, until the block ends."""
    proxy = Proxy(target_port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()
