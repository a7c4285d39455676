"""Webhooks: endpoints, what is told of attempts, replays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from culm.simulation.making.scene import Scene
from culm.simulation.model.state import Row
from culm.webhooks import commands

URLS: Final = (
    "https://hooks.example.com/culm",
    "https://hooks.example.com:8443/a?b=c",
    "http://127.0.0.1:9000/",
    "https://xn--bcher-kva.example",
)
WRONG_URLS: Final = (
    "",
    "ftp://hooks.example.com/",
    "https://user@hooks.example.com/",
    "https://hooks.example.com/#here",
    "https://hooks.example.com:0/",
    "https://0x7f.1/",
    "https://127.1/",
    "https://b\u00fccher.example/",
    "https://hooks.example.com/\x00",
    "https://hooks.example.com./",
    "https://hooks.example.com/" + "a" * 2_048,
)
TYPES: Final = ("ledger.*", "ledger.hold_placed", "ach.file_received", "webhooks.endpoint_disabled")
WRONG_TYPES: Final = ("*", "ledger.nothing", "webhooks.test", "webhooks.delivery_due", "")
WRONG_EVENTS: Final = ("", "evt_1", "evt_7fffffffffffffff", "txn_0000000000000000", "\x00")


def create(scene: Scene, _tenant: str) -> commands.CreateEndpoint:
    """An endpoint."""
    dice = scene.dice
    return commands.CreateEndpoint(
        url=_url(scene),
        event_types=_types(scene),
        payload=dice.one(("full", "thin")),
        signature=dice.one(("hmac", "ed25519")),
        description=dice.one(("", "orders"))
        if dice.chance(0.97)
        else dice.one(("\x00", "x" * 201)),
    )


def update(scene: Scene, tenant: str) -> commands.UpdateEndpoint:
    """Some of an endpoint changes."""
    dice, changes = scene.dice, dict[str, Any]()
    if dice.chance(0.3):
        changes["url"] = _url(scene)
    if dice.chance(0.3):
        changes["event_types"] = _types(scene)
    if dice.chance(0.3):
        changes["payload"] = dice.one(("full", "thin"))
    if dice.chance(0.2):
        changes["description"] = dice.one(("", "orders", "\x1b"))
    return commands.UpdateEndpoint(endpoint=_endpoint(scene, tenant), **changes)


def state(scene: Scene, tenant: str) -> msgspec.Struct:
    """An endpoint is enabled, disabled or, rarely, deleted."""
    kinds = (commands.EnableEndpoint, commands.EnableEndpoint, commands.DisableEndpoint)
    kind = commands.DeleteEndpoint if scene.dice.chance(0.08) else scene.dice.one(kinds)
    return kind(endpoint=_endpoint(scene, tenant))


def ask(scene: Scene, tenant: str) -> msgspec.Struct:
    """A test, or a new secret."""
    endpoint = _endpoint(scene, tenant)
    if scene.dice.chance(0.4):
        return commands.SendTest(endpoint=endpoint)
    seconds = scene.dice.one((0, 60, 86_400, 604_800, 604_801, -1))
    return commands.RotateSecret(endpoint=endpoint, overlap_seconds=seconds)


def replay(scene: Scene, tenant: str) -> msgspec.Struct:
    """One event, or all since a time."""
    endpoint = _endpoint(scene, tenant)
    if scene.dice.chance(0.6):
        return commands.ReplayDelivery(endpoint=endpoint, event=_event(scene))
    since: datetime = scene.now - timedelta(seconds=scene.dice.rng.randrange(-2, 50))
    if scene.dice.chance(0.05):
        since = scene.dice.one((since.replace(tzinfo=None), since.replace(year=1969)))
    return commands.ReplaySince(endpoint=endpoint, since=since, again=scene.dice.chance(0.5))


def advance(scene: Scene, tenant: str) -> commands.AdvanceReplay:
    """The next slice of a replay, mostly of one that is under way."""
    dice = scene.dice
    running = [r for r in scene.state.replays.values() if r["running"] and r["tenant"] == tenant]
    found: Row | None = dice.one(running) if running and dice.chance(0.9) else None
    place = found["place"] if found and dice.chance(0.9) else dice.rng.randrange(-1, 3)
    events = tuple(_event(scene) for _ in range(dice.rng.randrange(4)))
    return commands.AdvanceReplay(
        endpoint=found["endpoint"] if found else _endpoint(scene, tenant),
        replay=found["id"] if found else "rpl_0000000000000001",
        place=place,
        to=place + dice.rng.randrange(-1, 300),
        events=events if dice.chance(0.97) else events[:1] * 101,
    )


def told(scene: Scene, tenant: str) -> msgspec.Struct:
    """How an attempt ended, mostly one that is under way."""
    named = _attempt(scene, tenant, "due")
    dice = scene.dice
    if dice.chance(0.25):
        return commands.RecordSuccess(**named)
    if dice.chance(0.07):
        return commands.GiveUp(**named)
    return commands.RecordFailure(
        **named,
        jitter_percent=dice.rng.randrange(-12, 13),
        retry_after_seconds=dice.one((None, None, 0, 60, 10_000)),
        gone=dice.chance(0.03),
        last_success=scene.now if dice.chance(0.5) else None,
    )


def again(scene: Scene, tenant: str) -> commands.DeliverAgain:
    """The next attempt, mostly of a delivery that waits."""
    return commands.DeliverAgain(**_attempt(scene, tenant, "waiting"))


def _attempt(scene: Scene, tenant: str, state: str) -> dict[str, Any]:
    dice, deliveries = scene.dice, scene.state.deliveries.values()
    known = [d for d in deliveries if d["tenant"] == tenant and d["state"] == state][-20:]
    if known and dice.chance(0.75):
        delivery = dice.one(known)
        attempt = delivery["attempt"] + (dice.rng.randrange(2) if dice.chance(0.1) else 0)
        return {"endpoint": delivery["endpoint"], "event": delivery["event"], "attempt": attempt}
    attempt = 1 if dice.chance(0.9) else dice.rng.randrange(5)
    return {"endpoint": _endpoint(scene, tenant), "event": _event(scene), "attempt": attempt}


def _endpoint(scene: Scene, tenant: str) -> str:
    """Mostly one of the tenant's own that is not deleted."""
    dice, known = scene.dice, list(scene.state.endpoints.values())
    if not dice.chance(0.02):
        known = [e for e in known if e["tenant"] == tenant and e["state"] != "deleted"]
    if not known or dice.chance(0.02):
        return dice.one(("", "whe_1", "whe_7fffffffffffffff", scene.state.next_id("whe"), "\x00"))
    found: str = dice.one(known)["id"]
    return found


def _event(scene: Scene) -> str:
    """Mostly one of the newest."""
    size = len(scene.state.log)
    if not size or scene.dice.chance(0.02):
        return scene.dice.one(WRONG_EVENTS)
    position = max(0, size - 1 - int(scene.dice.rng.random() ** 3 * 60) + scene.dice.chance(0.02))
    return f"evt_{scene.state.number(position):016x}"


def _url(scene: Scene) -> str:
    return scene.dice.one(URLS if scene.dice.chance(0.95) else WRONG_URLS)


def _types(scene: Scene) -> tuple[str, ...]:
    dice = scene.dice
    if dice.chance(0.03):
        return dice.one((("ledger.*",) * 2, WRONG_TYPES[:1], WRONG_TYPES[1:3], WRONG_TYPES[3:]))
    return tuple(t for t in TYPES if dice.chance(0.3))
