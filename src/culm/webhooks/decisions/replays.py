"""Replays: all that happened since a time, made due slice by slice.

A slice and the place after it are one commit, so a replay goes on where it stood whatever stops.
"""

from __future__ import annotations

from culm.book.unit import Unit
from culm.kernel import errors
from culm.webhooks import checks, commands, events, rejections, types, views
from culm.webhooks.decisions import deliveries, lookup
from culm.webhooks.tables import DELIVERIES, REPLAYS


def replay_since(unit: Unit, command: commands.ReplaySince) -> views.WebhookReplay:
    """Begin a replay up to here; what comes after is told anyway."""
    checks.past(command.since, unit.now)
    endpoint = lookup.enabled(unit, command.endpoint)
    running = unit.get(REPLAYS, endpoint.id)
    if running is not None and running.running:
        raise rejections.ReplayRunning("A replay is under way.", field="endpoint")
    event = events.ReplayBegun(
        id=unit.new_id("rpl"),
        endpoint=endpoint.id,
        since=command.since,
        until=unit.position,
        again=command.again,
    )
    unit.record(event)
    return _view(unit, endpoint.id)


def advance_replay(unit: Unit, command: commands.AdvanceReplay) -> views.WebhookReplay | None:
    """Make a slice due, and go on or end. A slice that was taken before is not taken again."""
    _check(unit, command)
    replay = unit.get(REPLAYS, command.endpoint)
    if replay is None or not _is_next(unit, replay, command):
        return None
    for event in command.events:
        deliveries.begin(unit, command.endpoint, event)
    if command.to < replay.until:
        unit.record(events.ReplayMoved(command.replay, command.endpoint, command.to))
    else:
        unit.record(events.ReplayEnded(command.replay, command.endpoint))
    return _view(unit, command.endpoint)


def _check(unit: Unit, command: commands.AdvanceReplay) -> None:
    if command.to < command.place:
        raise errors.Invalid("A replay does not go back.", field="to")
    known = {event for event in command.events if lookup.is_event(unit, event)}
    if len(command.events) > commands.MAX_SLICE or not known.issuperset(command.events):
        raise errors.Invalid(
            f"A slice is up to {commands.MAX_SLICE} events of the log.", field="events"
        )


def _is_next(unit: Unit, replay: types.Replay, command: commands.AdvanceReplay) -> bool:
    named = (replay.id, replay.place) == (command.replay, command.place)
    return named and replay.running and replay.tenant == unit.origin.tenant


def _view(unit: Unit, endpoint: str) -> views.WebhookReplay:
    replay = unit.get(REPLAYS, endpoint)
    if replay is None:
        raise LookupError("an event did not do what it says")
    return views.replay(replay)


def want_slice(unit: Unit, command: commands.AdvanceReplay) -> None:
    """Ask for a replay, and the deliveries of a slice."""
    lookup.want_endpoint(unit, command)
    unit.want(DELIVERIES, {(command.endpoint, event) for event in command.events})
