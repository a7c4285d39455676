"""Working: what goes on behind the API, in this process or in one of its own.

Each piece of work may run in any number of processes: what only one of them should do at a time is
led by one, and taken over by another when that one is gone.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import timedelta
from typing import Final

import structlog

from culm import app, reacting, sweeping
from culm.facts import bell, lead, relay, stream, trim, wake
from culm.facts import bus as bus_
from culm.kernel import errors
from culm.rails.ach.inbox import taking
from culm.sandbox import times
from culm.sandbox.bank import running
from culm.timers import firing
from culm.webhooks import reactors as reactors_
from culm.work import reactor

log = structlog.get_logger(__name__)

SEAL_SECONDS: Final = 10.0
"""How often a partition that has moved gets a signed checkpoint."""

TRIM_SECONDS: Final = 600.0
"""How often streams let go of what is old."""

RETRY_SECONDS: Final = 1.0
"""How often webhooks are looked through for those that are to be tried again."""

PRUNE_SECONDS: Final = 3_600.0
"""How often old attempts at webhooks, and what reactors once said, are deleted."""

INBOX_SECONDS: Final = 1.0
"""How often it is looked whether banks have answered."""

QUIET_SECONDS: Final = 3_600.0

Work = Callable[[], Awaitable[None]]


class UnknownWork(errors.CulmError):
    """There is no work of this name."""

    code = "unknown_work"


async def work(platform: app.Platform, bus: bus_.Bus, *, only: Collection[str] = ()) -> None:
    """Do all work there is, or only some of it, until cancelled. Raises `UnknownWork`."""
    leads = lead.Leads(platform.connect)
    own = reacting.own(platform)
    duties, reactors = _chosen(dict(_duties(platform, bus)), own, only)
    async with asyncio.TaskGroup() as beneath:  # ends after those who lead by it have ended
        keeping = beneath.create_task(leads.run())
        sharing = beneath.create_task(bus.use(lambda client: wake.share(client, platform.bells)))
        try:
            async with asyncio.TaskGroup() as tasks:
                for name, duty in duties.items():
                    tasks.create_task(leads.lead(name, duty))
                if reactors is not None:
                    tasks.create_task(reacting.react(platform, bus, leads, own, only=reactors))
        finally:
            keeping.cancel()
            sharing.cancel()


def _duties(platform: app.Platform, bus: bus_.Bus) -> Iterator[tuple[str, Work]]:
    """What one process leads at a time, by name."""
    layout = stream.Layout(len(platform.books), platform.settings.nats_replicas)
    for partition, bells in enumerate(platform.bells):
        relay_ = relay.Relay(
            partition,
            bus=bus,
            db=platform.db,
            bell=bells.news,
            origin=platform.settings.origin,
            layout=layout,
        )
        yield f"relay-{partition}", relay_.run
        yield f"trim-{partition}", functools.partial(_trim, platform, bus, partition)
        yield (
            f"timers-{partition}",
            functools.partial(firing.run, platform, partition, bells.news),
        )
        yield (
            f"ach-inbox-{partition}",
            functools.partial(_again, INBOX_SECONDS, functools.partial(_take, platform, partition)),
        )
    yield "projections", lambda: _project(platform)
    yield "sandbox", lambda: _bank(platform)
    yield "seals", lambda: _again(SEAL_SECONDS, platform.seal)
    yield "retries", lambda: _again(RETRY_SECONDS, lambda: sweeping.retry_deliveries(platform))
    yield "failures", lambda: _again(PRUNE_SECONDS, lambda: sweeping.prune_failures(platform))
    yield "attempts", lambda: _again(PRUNE_SECONDS, lambda: sweeping.prune_attempts(platform))


async def _trim(platform: app.Platform, bus: bus_.Bus, partition: int) -> None:
    async def once() -> None:
        jetstream = (await bus.client()).jetstream()
        before = platform.clock() - timedelta(days=platform.settings.facts_days)
        await trim.trim(jetstream, platform.db, partition, before)

    await _again(TRIM_SECONDS, once)


async def _project(platform: app.Platform) -> None:
    """Keep the projections up to date, woken by every commit."""
    woken = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(platform.projector.run(woken))
        for bells in platform.bells:
            tasks.create_task(_pass_on(bells.news, woken))


async def _take(platform: app.Platform, partition: int) -> None:
    await taking.take_all(platform, partition)


async def _bank(platform: app.Platform) -> None:
    """Run the bank of every sandbox tenant that has none of its own, on the tenant's clock."""
    root = platform.settings.data_path / "sandbox" / "bank"
    await running.keep_all(root, functools.partial(times.of, platform))


async def _pass_on(news: bell.Bell, woken: asyncio.Event) -> None:
    while True:
        rung = news.rung
        woken.set()
        await news.wait(rung, QUIET_SECONDS)


def _chosen(
    duties: dict[str, Work], own: Sequence[reactor.Reactor], only: Collection[str]
) -> tuple[dict[str, Work], Collection[str] | None]:
    """The duties that are named, and the reactors, if any: no names is all of them.

    `relay` is the relay of every partition, `reactors` every reactor.
    """
    if not only:
        return duties, ()
    reactors = {name for name in only if name in {one.name for one in own} or _is_endpoint(name)}
    unknown = [
        name
        for name in only
        if name not in reactors | {reacting.ALL} and not any(_is_of(duty, name) for duty in duties)
    ]
    if unknown:
        known = {duty.rstrip("0123456789").rstrip("-") for duty in duties} | {reacting.ALL}
        known |= {one.name for one in own}
        raise UnknownWork(f"there is no work {unknown[0]!r}, only {', '.join(sorted(known))}")
    named = {duty: work for duty, work in duties.items() if any(_is_of(duty, n) for n in only)}
    if reacting.ALL in only:
        return named, ()
    return named, reactors or None


def _is_endpoint(name: str) -> bool:
    return name.startswith(reactors_.name_of(""))


def _is_of(duty: str, name: str) -> bool:
    return duty == name or duty.rstrip("0123456789") == f"{name}-"


async def _again(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # whatever it was: the others go on, and so does this
            log.warning("housekeeping failed, and is tried again", error=repr(error))
        await asyncio.sleep(seconds)
