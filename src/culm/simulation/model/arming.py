"""Timers as they are kept: armed by what happens, and over when it has an end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from culm.simulation.model.state import Row, State


def arm(
    state: State, timer_id: str, *, due: datetime, command: str, body: str, schedule: Any = None
) -> Row:
    """Keep a timer that the newest event has set."""
    timer = {
        "id": timer_id,
        "tenant": state.asking,
        "clock": state.asking if state.asking in state.clocks else "",
        "due": due,
        "state": "armed",
        "command": command,
        "body": body,
        "schedule": schedule,
        "event": len(state.log) - 1,
        "correlation": state.attempt,
        "set": state.now,
        "fired": 0,
        "last": None,
        "outcome": None,
    }
    state.timers[timer_id] = timer
    tell(state, timer)
    return timer


def tell(state: State, timer: Row) -> None:
    """A clock counts the timers that it will come past, or stands past already."""
    clock = state.clocks.get(timer["clock"])
    if clock is not None and timer["due"] <= (clock["target"] or clock["now"]):
        clock["news"] += 1


def expiry(state: State, hold: Row) -> None:
    """A hold that has been placed expires by a timer."""
    if hold["expires"] is not None:
        body = msgspec.json.encode({"holds": [hold["id"]]}).decode()
        name = f"{hold['id']}:expiry"
        arm(state, name, due=hold["expires"], command="ledger.expire_holds", body=body)


def ended(state: State, hold: Row) -> None:
    """A hold that has ended expires no more."""
    timer = state.timers.get(f"{hold['id']}:expiry")
    if timer is not None and timer["state"] == "armed" and hold["state"] != "open":
        timer["due"] = None
        timer["state"] = "fired" if hold["state"] == "expired" else "cancelled"
