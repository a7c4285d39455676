"""Keys without the API: a Book that makes them, and the admission that lets requests in by them."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from culm.access import admission, commands, issuing, keeping, types
from culm.kernel import database
from culm.ledger import commands as ledger_commands
from tests.conftest import Clock, Ledger


class Door(NamedTuple):
    """A route."""

    context: str = "ledger"
    writes: bool = False
    meter: str = "read"
    operation: str = "list_accounts"


class World:
    """A tenant's keys, and as many processes that let requests in as are asked for."""

    def __init__(self, ledger: Ledger, kept: keeping.Kept) -> None:
        self.ledger = ledger
        self.kept = kept
        self.clock = ledger.clock
        self.opened: list[admission.Admission] = []

    async def submit(self, command: Any, *, tenant: str = "acme", actor: str = "operator") -> Any:
        return await self.ledger.book.submit(command, tenant=tenant, actor=actor)

    async def key(self, *scopes: str, actor: str = "operator", **more: Any) -> Any:
        """A key, with its secret."""
        made, digest = issuing.secret(self.kept)
        more = {"name": "test", "rate": types.Rate(5, 10), **more}
        command = commands.CreateKey(scopes=scopes or ("read", "write"), digest=digest, **more)
        return issuing.shown(await self.submit(command, actor=actor), made, digest)

    def process(self, clock: Callable[[], datetime] | None = None) -> admission.Admission:
        """Another process, on connections of its own. Time is the test's."""
        connect = functools.partial(database.connect, self.ledger.url)
        opened = admission.Admission(connect, self.kept, clock or (lambda: self.clock.now))
        self.opened.append(opened)
        return opened


class Answer(NamedTuple):
    """What came of a request: the refusal's code or `ok`, and what was said of it."""

    code: str
    said: dict[str, str]
    retry_after: int | None


async def ask(
    by: admission.Admission,
    secret: str | None,
    *,
    door: Door | None = None,
    address: str | None = "192.0.2.7",
    tenant: str | None = None,
) -> Answer:
    """One request."""
    said: list[tuple[bytes, bytes]] = []
    code, retry_after = "ok", None
    try:
        await by.admit(secret, door=door or Door(), tenant=tenant, address=address, said=said)
    except Exception as error:
        code = getattr(error, "code", repr(error))
        retry_after = getattr(error, "retry_after_seconds", None)
    return Answer(code, {name.decode(): value.decode() for name, value in said}, retry_after)


@pytest.fixture
async def world(ledger: Ledger, tmp_path: Path) -> AsyncIterator[World]:
    """The tenant acme, of the sandbox, and nobody's keys."""
    opened = World(ledger, keeping.Kept(tmp_path / "keys"))
    await opened.submit(ledger_commands.CreateTenant(name="Acme", sandbox=True))
    yield opened
    for process in opened.opened:
        await process.close()


@pytest.fixture
async def process(world: World) -> admission.Admission:
    """A process that lets requests in."""
    return world.process()


@pytest.fixture
def clock(world: World) -> Clock:
    """The time, for the Book and for all processes."""
    return world.clock
