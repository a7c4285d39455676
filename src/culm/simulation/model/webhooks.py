"""Webhooks: endpoints, attempts that are told of, and replays."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from culm.simulation.model.state import Rejected, Row, State
from culm.webhooks import commands

TOLD = {
    "ledger.tenant_created",
    "ledger.asset_registered",
    "ledger.account_opened",
    "ledger.account_updated",
    "ledger.account_closed",
    "ledger.transaction_posted",
    "ledger.hold_placed",
    "ledger.hold_released",
    "ledger.hold_expired",
    "ledger.period_closed",
    "ach.file_received",
    "timers.timer_set",
    "timers.timer_cancelled",
    "timers.timer_fired",
    "timers.timer_retried",
    "timers.clock_started",
    "timers.clock_advanced",
    "timers.clock_moved",
    "timers.clock_reached",
    "webhooks.endpoint_disabled",
}
"""What endpoints can be told of."""

WAITS = (5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 72_000)


def create(state: State, command: commands.CreateEndpoint) -> Row:
    """An endpoint that is told of what comes after this."""
    _form(command)
    alive = [e for e in state.endpoints.values() if e["state"] != "deleted"]
    if sum(e["tenant"] == state.asking for e in alive) >= 20:
        raise Rejected("webhook_too_many_endpoints", None)
    asked = msgspec.structs.asdict(command)
    endpoint_id = state.next_id("whe")
    position = state.record("webhooks.endpoint_created", id=endpoint_id, **asked)
    state.endpoints[endpoint_id] = {
        "id": endpoint_id,
        "tenant": state.asking,
        **asked,
        "state": "enabled",
        "reason": None,
        "since": position,
        "generation": 1,
        "previous_until": None,
        "created": state.now,
        "disabled": None,
    }
    return _shown(state, endpoint_id)


def update(state: State, command: commands.UpdateEndpoint) -> Row:
    """What is given changes."""
    _form(command)
    endpoint = _endpoint(state, command.endpoint)
    names = ("url", "event_types", "payload", "description")
    asked = {name: getattr(command, name) for name in names}
    asked = {name: value for name, value in asked.items() if value is not msgspec.UNSET}
    after = {name: endpoint[name] for name in names} | asked
    if any(endpoint[name] != value for name, value in after.items()):
        state.record("webhooks.endpoint_updated", id=endpoint["id"], **after)
        endpoint.update(after)
    return _shown(state, endpoint["id"])


def enable(state: State, command: commands.EnableEndpoint) -> Row:
    """Told again, of what comes after this."""
    endpoint = _endpoint(state, command.endpoint)
    if endpoint["state"] == "disabled":
        since = state.record("webhooks.endpoint_enabled", id=endpoint["id"])
        endpoint.update(state="enabled", reason=None, since=since, disabled=None)
    return _shown(state, endpoint["id"])


def disable(state: State, command: commands.DisableEndpoint) -> Row:
    """Told no more."""
    endpoint = _endpoint(state, command.endpoint)
    if endpoint["state"] == "enabled":
        _disable(state, endpoint, "owner")
    return _shown(state, endpoint["id"])


def delete(state: State, command: commands.DeleteEndpoint) -> Row:
    """Gone."""
    endpoint = _endpoint(state, command.endpoint)
    state.record("webhooks.endpoint_deleted", id=endpoint["id"])
    endpoint["state"] = "deleted"
    _stop(state, endpoint["id"])
    return _shown(state, endpoint["id"])


def rotate(state: State, command: commands.RotateSecret) -> Row:
    """The next secret."""
    if not 0 <= command.overlap_seconds <= 604_800:
        raise Rejected("webhook_overlap_invalid", "overlap_seconds")
    endpoint = _endpoint(state, command.endpoint)
    after = {
        "generation": endpoint["generation"] + 1,
        "previous_until": state.now + timedelta(seconds=command.overlap_seconds),
    }
    state.record("webhooks.secret_rotated", id=endpoint["id"], **after)
    endpoint.update(after)
    return _shown(state, endpoint["id"])


def test(state: State, command: commands.SendTest) -> Row:
    """An event that is for one endpoint."""
    endpoint = _enabled(state, command.endpoint)
    event = state.next_id("evt")
    state.record("webhooks.test", endpoint=endpoint["id"])
    return {"event": event}


def replay_one(state: State, command: commands.ReplayDelivery) -> Row:
    """One event once more, unless it is being sent."""
    _enabled(state, command.endpoint)
    position = _position(state, command.event)
    if position is None or state.log[position]["type"] not in TOLD:
        raise Rejected("webhook_event_not_found", "event")
    _begin(state, command.endpoint, command.event)
    return _delivery(state.deliveries[command.endpoint, command.event])


def replay_since(state: State, command: commands.ReplaySince) -> Row:
    """All events of some time."""
    since = command.since
    if since.tzinfo is None or since.year < 1970 or since >= state.now:
        raise Rejected("webhook_time_invalid", "since")
    endpoint = _enabled(state, command.endpoint)
    before = state.replays.get(endpoint["id"])
    if before and before["running"]:
        raise Rejected("webhook_replay_running", "endpoint")
    replay = {
        "tenant": state.asking,
        "endpoint": endpoint["id"],
        "id": state.next_id("rpl"),
        "since": since,
        "place": -1,
        "until": len(state.log),
        "again": command.again,
        "running": True,
    }
    state.replays[endpoint["id"]] = replay
    named = ("id", "endpoint", "since", "until", "again")
    state.record("webhooks.replay_begun", **{name: replay[name] for name in named})
    return _replay(replay)


def advance(state: State, command: commands.AdvanceReplay) -> Row | None:
    """A slice of a replay."""
    if command.to < command.place:
        raise Rejected("invalid", "to")
    if len(command.events) > 100 or None in [_position(state, e) for e in command.events]:
        raise Rejected("invalid", "events")
    replay = state.replays.get(command.endpoint)
    if replay is None or not replay["running"] or replay["tenant"] != state.asking:
        return None
    if (replay["id"], replay["place"]) != (command.replay, command.place):
        return None
    for event in command.events:
        _begin(state, command.endpoint, event)
    named = {"id": replay["id"], "endpoint": command.endpoint}
    if command.to < replay["until"]:
        state.record("webhooks.replay_moved", **named, place=command.to)
        replay["place"] = command.to
    else:
        state.record("webhooks.replay_ended", **named)
        replay["running"] = False
    return _replay(replay)


def failed(state: State, command: commands.RecordFailure) -> Row | None:
    """An attempt that has failed: there is another, or it is over."""
    endpoint = state.endpoints.get(command.endpoint)
    if endpoint is None or endpoint["tenant"] != state.asking:
        return None
    if _position(state, command.event) is None:
        return None
    key = (command.endpoint, command.event)
    delivery = state.deliveries.get(key)
    expected = 1 if delivery is None else delivery["attempt"]
    if command.attempt != expected or (delivery and delivery["state"] != "due"):
        return None if delivery is None else _delivery(delivery)
    if delivery is None:
        delivery = {
            "tenant": state.asking,
            "endpoint": command.endpoint,
            "event": command.event,
            "attempt": 1,
            "first": 1,
            "since": state.now,
        }
    working = endpoint["state"] == "enabled"
    wait = _wait(command, command.attempt - delivery["first"])
    over = command.gone or wait is None or not working
    due = None if over or wait is None else state.now + timedelta(seconds=wait)
    state.deliveries[key] = delivery | {"state": "given_up" if over else "waiting", "due": due}
    state.record(
        "webhooks.delivery_failed",
        endpoint=command.endpoint,
        event=command.event,
        attempt=command.attempt,
        due=due,
    )
    took = command.last_success is not None and command.last_success >= delivery["since"]
    if over and working and (command.gone or not took):
        _disable(state, endpoint, "gone" if command.gone else "failing")
    return _delivery(state.deliveries[key])


def succeeded(state: State, command: commands.RecordSuccess) -> Row | None:
    """An attempt that has succeeded."""
    return _end(state, command, "due", "delivered", "webhooks.delivery_succeeded")


def give_up(state: State, command: commands.GiveUp) -> Row | None:
    """An attempt that cannot be made."""
    return _end(state, command, "due", "given_up", "webhooks.delivery_given_up")


def again(state: State, command: commands.DeliverAgain) -> Row | None:
    """A delivery whose time may have come."""
    delivery = state.deliveries.get((command.endpoint, command.event))
    if delivery is None or delivery["tenant"] != state.asking:
        return None
    ripe = delivery["state"] == "waiting" and delivery["due"] <= state.now
    if not ripe or delivery["attempt"] != command.attempt:
        return _delivery(delivery)
    if state.endpoints[command.endpoint]["state"] != "enabled":
        return _end(state, command, "waiting", "given_up", "webhooks.delivery_given_up")
    named = {"endpoint": command.endpoint, "event": command.event}
    state.record("webhooks.delivery_due", **named, attempt=command.attempt + 1)
    delivery.update(attempt=command.attempt + 1, state="due", due=None)
    return _delivery(delivery)


def _end(
    state: State,
    command: commands.RecordSuccess | commands.GiveUp | commands.DeliverAgain,
    before: str,
    after: str,
    fact: str,
) -> Row | None:
    delivery = state.deliveries.get((command.endpoint, command.event))
    if delivery is None or delivery["tenant"] != state.asking:
        return None
    if delivery["state"] == before and delivery["attempt"] == command.attempt:
        state.record(fact, **msgspec.structs.asdict(command))
        delivery.update(state=after, due=None)
    return _delivery(delivery)


def _begin(state: State, endpoint: str, event: str) -> None:
    delivery = state.deliveries.get((endpoint, event))
    if delivery is not None and delivery["state"] == "due":
        return
    attempt = 2 if delivery is None else delivery["attempt"] + 1
    named = {"endpoint": endpoint, "event": event, "attempt": attempt}
    state.record("webhooks.delivery_due", **named, begins=True)
    state.deliveries[endpoint, event] = {
        "tenant": state.asking,
        **named,
        "first": attempt,
        "since": state.now,
        "state": "due",
        "due": None,
    }


def _wait(command: commands.RecordFailure, before: int) -> int | None:
    if before >= len(WAITS):
        return None
    percent = 100 + max(-10, min(10, command.jitter_percent))
    wait = max(1, WAITS[before] * percent // 100)
    return max(wait, min(command.retry_after_seconds or 0, 3_600))


def _disable(state: State, endpoint: Row, reason: str) -> None:
    named = {"id": endpoint["id"], "url": endpoint["url"], "reason": reason}
    state.record("webhooks.endpoint_disabled", **named)
    endpoint.update(state="disabled", reason=reason, disabled=state.now)
    _stop(state, endpoint["id"])


def _stop(state: State, endpoint: str) -> None:
    if endpoint in state.replays:
        state.replays[endpoint]["running"] = False


def _endpoint(state: State, endpoint_id: str) -> Row:
    found = state.endpoints.get(endpoint_id)
    if found is None or found["tenant"] != state.asking or found["state"] == "deleted":
        raise Rejected("webhook_endpoint_not_found", "endpoint")
    return found


def _enabled(state: State, endpoint_id: str) -> Row:
    found = _endpoint(state, endpoint_id)
    if found["state"] != "enabled":
        raise Rejected("webhook_endpoint_disabled", "endpoint")
    return found


def _position(state: State, event: str) -> int | None:
    """Where an event stands, if it is there."""
    for prefix in re.findall("^evt_(?=[0-9a-f]{16}$)", event):
        position = int(event[len(prefix) :], 16) - state.number(0)
        if 0 <= position < len(state.log):
            return position
    return None


def _form(command: commands.CreateEndpoint | commands.UpdateEndpoint) -> None:
    if command.url is not msgspec.UNSET and not _is_url(command.url):
        raise Rejected("webhook_url_invalid", "url")
    if command.event_types is not msgspec.UNSET:
        _types(command.event_types)
    if command.description is not msgspec.UNSET:
        text = command.description
        if len(text) > 200 or not text.isprintable():
            raise Rejected("webhook_description_invalid", "description")


def _types(given: tuple[str, ...]) -> None:
    if len(given) > 100 or len(given) != len(set(given)):
        raise Rejected("webhook_types_invalid", "event_types")
    all_of = {"ledger.*", "ach.*", "timers.*", "webhooks.*"}
    for index, name in enumerate(given):
        if name not in TOLD | all_of:
            raise Rejected("webhook_types_invalid", f"event_types[{index}]")


def _is_url(text: str) -> bool:
    """Whether a URL has a clear meaning, read part by part."""
    if len(text) > 2048 or re.search(r"[^!-~]|[\\#\"<>^`{|}\[\]]", text):
        return False
    if not text.startswith(("http://", "https://")):
        return False
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or port == 0 or parts.netloc.endswith(":"):
        return False
    return _is_host(host)


def _is_host(host: str) -> bool:
    labels = host.split(".")
    if re.fullmatch("[0-9]+|0x[0-9a-f]*", labels[-1]):
        try:
            return bool(ipaddress.IPv4Address(host))
        except ValueError:
            return False
    good = [re.fullmatch("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels]
    return len(host) <= 253 and all(good)


def _shown(state: State, endpoint_id: str) -> Row:
    hidden = ("tenant", "since")
    row = state.endpoints[endpoint_id]
    return {name: value for name, value in row.items() if name not in hidden}


def _delivery(row: Row) -> Row:
    return {n: row[n] for n in ("endpoint", "event", "attempt", "since", "state", "due")}


def _replay(row: Row) -> Row:
    return {name: row[name] for name in ("id", "endpoint", "since", "again", "running")}


RULES: dict[type[msgspec.Struct], Any] = {
    commands.CreateEndpoint: create,
    commands.UpdateEndpoint: update,
    commands.EnableEndpoint: enable,
    commands.DisableEndpoint: disable,
    commands.DeleteEndpoint: delete,
    commands.RotateSecret: rotate,
    commands.SendTest: test,
    commands.ReplayDelivery: replay_one,
    commands.ReplaySince: replay_since,
    commands.AdvanceReplay: advance,
    commands.RecordFailure: failed,
    commands.RecordSuccess: succeeded,
    commands.DeliverAgain: again,
    commands.GiveUp: give_up,
}
"""By the type of the command."""
