"""Reacting: the reactors of this platform at work in this process.

They are those of its contexts, one for each endpoint of webhooks, and those that the setting
CULM_REACTORS names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

import structlog

from culm import app
from culm.bank_accounts import reactors as bank_accounts
from culm.batches import reactors as batches
from culm.customers import reactors as customers
from culm.facts import bus as bus_
from culm.facts import lead
from culm.payments import reactors as payments
from culm.rails.ach import reactors as ach
from culm.recurring import reactors as recurring
from culm.webhooks import delivering, keys, reactors, sender
from culm.work import crew, loading, reactor

log = structlog.get_logger(__name__)

REFRESH_SECONDS: Final = 1.0
"""How soon an endpoint that was made, changed or deleted is known to those who work."""

CONTEXTS: Final[tuple[reactor.Reactor, ...]] = (
    *customers.REACTORS,
    *ach.REACTORS,
    *bank_accounts.REACTORS,
    *payments.REACTORS,
    *batches.REACTORS,
    *recurring.REACTORS,
)
"""The reactors of the contexts, each declared in the `reactors.py` of its own."""

ALL: Final = "reactors"
"""The name of all reactors together, among the kinds of work."""


async def react(
    platform: app.Platform,
    bus: bus_.Bus,
    leads: lead.Leads,
    own: Sequence[reactor.Reactor],
    *,
    only: Collection[str] = (),
) -> None:
    """Have every reactor react, or only those that are named, until cancelled."""
    working = crew.Crew(platform, bus=bus, leads=leads, partitions=len(platform.books))
    platform.crew = working
    async with sender.Sender(platform.settings.webhook_targets) as sending:
        post = delivering.Post(sending, keys.Keys(platform.settings.data_path / "keys"))
        crewing = asyncio.create_task(working.run())
        try:
            while not crewing.done():
                await _refresh(platform, working, own, post, only)
                await asyncio.sleep(REFRESH_SECONDS)
            crewing.result()
        finally:
            crewing.cancel()
            await asyncio.wait({crewing})


def own(platform: app.Platform) -> tuple[reactor.Reactor, ...]:
    """The reactors that do not change while the platform runs. Raises `ReactorsInvalid`, and
    `ReactorTwice`."""
    found = (*CONTEXTS, *loading.load(platform.settings.reactors))
    crew.require_distinct(found)
    return found


async def _refresh(
    platform: app.Platform,
    working: crew.Crew,
    own: Sequence[reactor.Reactor],
    post: delivering.Post,
    only: Collection[str],
) -> None:
    try:
        endpoints = await reactors.current(platform.db, platform.catalog, post)
    except Exception as error:  # they go on as they are
        log.warning("the endpoints of webhooks cannot be read", error=repr(error))
        return
    everything = [*own, *endpoints]
    working.set_reactors([one for one in everything if not only or one.name in only])
