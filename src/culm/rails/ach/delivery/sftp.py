"""The bank's place by SFTP, which is how most banks exchange files."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh
import msgspec

from culm.rails.ach.delivery import place

SCHEME: Final = "sftp"
CONNECT_SECONDS: Final = 15.0
STEP_SECONDS: Final = 60.0
"""How long one step may take: a request, or a chunk of a file."""

CHUNK_BYTES: Final = 1_048_576

T = TypeVar("T")


class Address(msgspec.Struct, frozen=True):
    """Where a bank listens, as whom we log in, and the directory there."""

    host: str
    port: int
    user: str
    path: PurePosixPath


def address(url: str) -> Address:
    """The address in `sftp://user@host:port/path`. Raises `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME or not parts.hostname or not parts.username or parts.password:
        raise ValueError("a bank's place is sftp://user@host:port/path")
    path = PurePosixPath(unquote(parts.path) or "/")
    return Address(parts.hostname, parts.port or 22, unquote(parts.username), path)


@asynccontextmanager
async def connected(bank: Address, *, key: Path, known_hosts: Path) -> AsyncIterator[Sftp]:
    """The bank's place, over a connection of its own. Raises `Unreachable`.

    The server proves who it is by a key in `known_hosts`, and we by our own `key`.
    """
    with _steps():
        connection = await asyncssh.connect(
            bank.host,
            bank.port,
            username=bank.user,
            client_keys=[str(key)],
            known_hosts=str(known_hosts),
            agent_path=None,
            config=None,
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=CONNECT_SECONDS,
        )
    try:
        with _steps():
            client = await _within(connection.start_sftp_client())
        yield Sftp(client, bank.path)
    finally:
        connection.abort()
        with contextlib.suppress(TimeoutError, OSError, asyncssh.Error):
            await _within(connection.wait_closed())


class Sftp:
    """A place over a connection."""

    def __init__(self, client: asyncssh.SFTPClient, root: PurePosixPath) -> None:
        self._client = client
        self._in = root / place.IN
        self._out = root / place.OUT
        self._done = self._out / place.DONE

    async def stage(self, path: Path, part: str) -> None:
        """Put a file there under a name that does not count."""
        size = 0
        with _steps():
            async with self._client.open(str(self._in / part), "wb") as target:
                for chunk in _chunks(path):
                    size += await _within(target.write(chunk))
                with contextlib.suppress(asyncssh.SFTPOpUnsupported):
                    await _within(target.fsync())
            kept = (await _within(self._client.stat(str(self._in / part)))).size
        if kept != size:
            raise place.Unreachable("the bank has not kept all of the file")

    async def release(self, part: str, name: str) -> None:
        """Give it the name that counts."""
        with _steps():
            await _within(self._client.rename(str(self._in / part), str(self._in / name)))

    async def look(self, part: str, name: str) -> place.Seen:
        """What became of a file. The order is that of the directory's `look`."""
        acknowledged = name + place.ACKNOWLEDGED
        with _steps():
            staged = await self._is_there(self._in / part)
            for path in (
                self._in / name,
                self._in / place.DONE / name,
                self._out / acknowledged,
                self._done / acknowledged,
            ):
                if await self._is_there(path):
                    return place.Seen(staged=staged, arrived=True)
        return place.Seen(staged=staged, arrived=False)

    async def answers(self) -> Sequence[place.Found]:
        """The files of the bank that were not put away yet."""
        found = []
        with _steps():
            for one in await _within(self._client.readdir(str(self._out))):
                name = str(one.filename)
                if one.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and place.counts(name):
                    found.append(place.Found(name, one.attrs.size or 0))
        return sorted(found, key=lambda one: one.name)

    async def fetch(self, name: str, path: Path) -> None:
        """Copy a file of the bank."""
        with _steps():
            await _within(self._client.get(str(self._out / name), str(path)))

    async def put_away(self, name: str) -> None:
        """Move a file of the bank to those that were taken in."""
        with _steps():
            await _within(self._client.makedirs(str(self._done), exist_ok=True))
            await _within(self._client.rename(str(self._out / name), str(self._done / name)))

    async def _is_there(self, path: PurePosixPath) -> bool:
        return await _within(self._client.exists(str(path)))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


@contextlib.contextmanager
def _steps() -> Iterator[None]:
    """Whatever goes wrong with a connection is one thing for us."""
    try:
        yield
    except (OSError, asyncssh.Error) as error:  # a TimeoutError is an OSError
        raise place.Unreachable(f"{type(error).__name__}: {error}") from error


async def _within(step: Awaitable[T]) -> T:
    async with asyncio.timeout(STEP_SECONDS):
        return await step
