"""Asking the API, again and again under one key until it answers, and noting what it said."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, TypeVar

from culm import client
from culm.client import errors

RETRY_SECONDS: Final = 0.05
LIMIT_SECONDS: Final = 10.0
"""How long one attempt may take."""


class Made(Protocol):
    """Whatever is made has an id."""

    @property
    def id(self) -> str:
        """Its id."""


M = TypeVar("M", bound=Made)


Call = Callable[[client.AsyncClient, str], Awaitable[M]]
"""A call under a key, by whichever process of the platform."""


class Notes:
    """What was asked for, by key, and what came of it."""

    def __init__(self) -> None:
        self.done: dict[str, str] = {}
        """What was acknowledged, by key: the id in the answer."""
        self.refused: dict[str, str] = {}
        """What was refused, and the code of why."""
        self.again = 0
        """How often something was asked once more, because there was no answer."""
        self.captured: dict[str, int] = {}
        """By payment, what was acknowledged as captured of it."""
        self.refunded: dict[str, int] = {}
        """By payment, what was acknowledged as refunded of it."""
        self.entries: dict[str, int] = {}
        """By batch, how many payouts it asks for."""


class Asker:
    """Asks one process of the platform after the other."""

    def __init__(self, doors: Sequence[client.AsyncClient], notes: Notes) -> None:
        self.notes = notes
        self._doors = itertools.cycle(doors)

    async def ask(self, key: str, call: Call[M]) -> M | None:
        """What a call with this key answers; None where a rule refuses it. Raises
        `client.errors.CulmError` where it comes to nothing else."""
        while True:
            try:
                made = await call(next(self._doors), key)
            except (errors.NoAnswer, errors.RateLimited, errors.Unavailable):
                self.notes.again += 1
            except (errors.Conflict, errors.Refused) as no:
                if no.code != "in_progress":
                    self.notes.refused[key] = no.code
                    return None
                self.notes.again += 1
            else:
                self.notes.done[key] = made.id
                return made
            await asyncio.sleep(RETRY_SECONDS)
