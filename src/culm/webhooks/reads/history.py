"""What webhooks read of the log: the facts to be sent, and where a replay goes on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from culm.book import event as event_
from culm.facts import cloudevent
from culm.kernel import ids
from culm.webhooks import commands, rejections, tables, types
from culm.webhooks.reads import queries

WINDOW: int = 20_000
"""How many events of a partition a slice of a replay looks through at most."""


class Slice(NamedTuple):
    """The facts of a replay between its place and `to`, where it goes on."""

    events: tuple[str, ...]
    to: int


async def row(
    db: queries.Database, *, partition: int, tenant: str, event: str
) -> event_.LogRow | None:
    """One of the tenant's own events as the log has it."""
    number = queries.number(event, tables.EVENT_PREFIX, partition)
    if number < 0:
        return None
    position = ids.position_of(event)
    found = await db.fetchrow(queries.QUERIES["event"], partition, position, tenant)
    return None if found is None else event_.LogRow(*found)


async def require_own(db: queries.Database, *, partition: int, tenant: str, event: str) -> None:
    """Refuse an event that is not one of the tenant's, with `EventNotFound`."""
    if await row(db, partition=partition, tenant=tenant, event=event) is None:
        raise rejections.EventNotFound("There is no such event.", field="event")


async def replay(
    db: queries.Database, endpoint: types.Endpoint, *, partition: int
) -> types.Replay | None:
    """The newest replay of an endpoint."""
    found = await db.fetchrow(queries.QUERIES["replay"], partition, endpoint.number)
    return None if found is None else tables.read_replay(found)[1]


async def slice_(
    db: queries.Database, endpoint: types.Endpoint, replay: types.Replay, *, partition: int
) -> Slice:
    """The next facts of a replay."""
    place = replay.place
    if place < 0:
        place = await first_since(db, partition=partition, since=replay.since, until=replay.until)
    end = min(replay.until, place + WINDOW)
    rows = await db.fetch(
        queries.QUERIES["slice"],
        partition,
        place,
        end,
        endpoint.tenant,
        list(endpoint.event_types),
        replay.again,
        endpoint.number,
        commands.MAX_SLICE,
    )
    positions = [found["position"] for found in rows]
    to = positions[-1] + 1 if len(positions) == commands.MAX_SLICE else end
    return Slice(tuple(cloudevent.id_of(partition, position) for position in positions), to)


async def first_since(db: queries.Database, *, partition: int, since: datetime, until: int) -> int:
    """The position of the first event from a time on, `until` where there is none before it.

    Times grow with positions, so twenty looks find it among a million.
    """
    low, high = 0, until
    while low < high:
        middle = (low + high) // 2
        time = await db.fetchval(queries.QUERIES["time_at"], partition, middle)
        low, high = (middle + 1, high) if time < since else (low, middle)
    return low
