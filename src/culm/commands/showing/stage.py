"""Where the demonstration plays: an open platform, a client of its API, and what is said of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeVar

from rich.console import Console

from culm import app, client
from culm.kernel import money

TENANT: Final = "demo"
WAIT_SECONDS: Final = 30.0
"""How long anything may take that happens behind the API."""
LOOK_SECONDS: Final = 0.05

T = TypeVar("T")


class Stage:
    """The platform, the tenant's client, and the surprises so far."""

    def __init__(
        self, platform: app.Platform, operator: client.AsyncClient, console: Console
    ) -> None:
        self.platform = platform
        self.operator = operator
        self.culm = operator
        """Who asks: the operator, until the tenant has a key of its own."""
        self.console = console
        self.surprises: list[str] = []

    def expect(self, as_it_should_be: bool, what: str) -> None:
        """Note what came otherwise than the demonstration says: it has failed then."""
        if not as_it_should_be:
            self.surprises.append(what)

    def title(self, text: str) -> None:
        """Say what comes next."""
        self.console.print(f"\n[bold]{text}[/bold]")

    def say(self, text: str) -> None:
        """Say a line of what comes to pass."""
        self.console.print(f"  {text}", markup=False)

    async def advance(self, to: datetime) -> None:
        """Let the tenant's clock go on, and everything that is due by then happen."""
        await self.culm.clock.advance(to=to)
        clock = await self.until(self.culm.clock.get, lambda clock: clock.target is None)
        self.expect(clock.now == to, "the clock did not come to where it should")

    async def until(
        self, look: Callable[[], Awaitable[T]], found: Callable[[T], bool], what: str = ""
    ) -> T:
        """Look again and again until it is so; what was seen last. A surprise after 30 s."""
        ends = time.monotonic() + WAIT_SECONDS
        seen = await look()
        while not found(seen) and time.monotonic() < ends:
            await asyncio.sleep(LOOK_SECONDS)
            seen = await look()
        self.expect(found(seen), what or "the clock does not come to where it should")
        return seen


def usd(amount: int | None) -> str:
    """Cents as dollars."""
    return "" if amount is None else money.format_minor(amount, 2)
