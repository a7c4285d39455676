"""Every enabled endpoint is a reactor of its own, made while the platform runs. So it has a queue,
a place in it, and a few connections at a time, and one that is slow or away delays only itself."""

from __future__ import annotations

from typing import Any, Final

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.facts import fact as fact_
from culm.kernel import ids
from culm.webhooks import commands, delivering, events, told, types
from culm.webhooks.reads import endpoints, history, queries
from culm.work import reactor

Events = tuple[type[event_.Event], ...]

CONCURRENCY: Final = 8
"""How many deliveries to one endpoint are under way at once in a process."""

TIMEOUT_SECONDS: Final = 30.0

CONTROL: Final[Events] = (
    events.Test,
    events.DeliveryDue,
    events.ReplayBegun,
    events.ReplayMoved,
)
"""What every endpoint's reactor listens to beside the facts that were chosen."""

CHANGES: Final[Events] = (
    events.EndpointCreated,
    events.EndpointUpdated,
    events.EndpointEnabled,
    events.EndpointDisabled,
    events.EndpointDeleted,
)
"""After these, `current` gives other reactors than before."""


async def current(
    db: queries.Database, catalog: catalog_.Catalog, post: delivering.Post
) -> list[reactor.Reactor]:
    """The reactors of all endpoints that are enabled at present."""
    return [of(endpoint, catalog, post) for endpoint in await endpoints.enabled(db)]


def of(
    endpoint: types.Endpoint, catalog: catalog_.Catalog, post: delivering.Post
) -> reactor.Reactor:
    """The reactor of an endpoint."""

    async def react(fact: fact_.Fact[Any], means: reactor.Means) -> reactor.Commands:
        return await _react(endpoint.id, fact, means, post)

    return reactor.Reactor(
        name=name_of(endpoint.id),
        tenant=endpoint.tenant,
        on=_on(endpoint, catalog),
        react=react,
        concurrency=CONCURRENCY,
        timeout_seconds=TIMEOUT_SECONDS,
        begins=ids.position_of(endpoint.id) + 1,
    )


def name_of(endpoint_id: str) -> str:
    """The name of an endpoint's reactor, and so of its queue."""
    return f"webhook-{endpoint_id}"


def _on(endpoint: types.Endpoint, catalog: catalog_.Catalog) -> Events:
    if not endpoint.event_types:
        return ()
    wanted = [event for event in catalog.applies if told.wanted(endpoint, event.TYPE)]
    return (*sorted(wanted, key=lambda event: event.TYPE), *CONTROL)


async def _react(
    endpoint_id: str, fact: fact_.Fact[Any], means: reactor.Means, post: delivering.Post
) -> reactor.Commands:
    """What a fact means to an endpoint, as it is now: its reactor may be of before a change."""
    if isinstance(fact.event, CONTROL) and getattr(fact.event, "endpoint", "") != endpoint_id:
        return None  # it is about another endpoint
    endpoint = await endpoints.by_id(means.db, partition=fact.partition, endpoint=endpoint_id)
    if endpoint is None or endpoint.tenant != fact.tenant:
        return None
    match fact.event:
        case events.DeliveryDue(event=event, attempt=attempt):
            return await delivering.again(endpoint, event, attempt, fact.partition, means, post)
        case events.ReplayBegun(id=replay) | events.ReplayMoved(id=replay):
            return await _slice(endpoint, replay, fact, means)
    if _is_told(endpoint, fact):
        return await delivering.first(endpoint, fact.id, fact.partition, means, post)
    return None


def _is_told(endpoint: types.Endpoint, fact: fact_.Fact[Any]) -> bool:
    """Whether an endpoint is to hear of a fact. A replay is for what it missed while disabled."""
    if endpoint.state != "enabled" or fact.position <= endpoint.since:
        return False
    return isinstance(fact.event, events.Test) or told.wanted(endpoint, type(fact.event).TYPE)


async def _slice(
    endpoint: types.Endpoint, replay_id: str, fact: fact_.Fact[Any], means: reactor.Means
) -> reactor.Commands:
    """The next slice of a replay, unless it has gone on since this fact."""
    replay = await history.replay(means.db, endpoint, partition=fact.partition)
    place = getattr(fact.event, "place", -1)
    if replay is None or not replay.running or (replay.id, replay.place) != (replay_id, place):
        return None
    found = await history.slice_(means.db, endpoint, replay, partition=fact.partition)
    return commands.AdvanceReplay(
        endpoint=endpoint.id, replay=replay.id, place=place, to=found.to, events=found.events
    )
