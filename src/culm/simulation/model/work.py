"""Parked facts: set aside once, tried again in order, settled or given up."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from culm.simulation.model.state import Rejected, Row, State
from culm.work import commands

REASONS = r"timeout|undecodable|behind|(error|rejected):[A-Za-z0-9_.-]{1,128}"


def park(state: State, command: commands.Park) -> Row:
    """Set a fact aside, if it is new, or the retry that is under way has failed."""
    _form(state, command)
    name = f"{command.reactor}:{command.fact}"
    row = state.parked.get(name)
    if row is not None and (row["state"], row["round"]) != ("retrying", command.round):
        return dict(row)
    code = command.code
    if code == "behind":
        before = _waiting(state, command.reactor, command.lane)
        if not before:
            raise Rejected("lane_free", "lane")
        code = f"behind:{before[0]['fact']}"
    said = {"type": command.type, "code": code, "attempts": command.attempts}
    said |= {"lane": row["lane"] if row else command.lane, "round": command.round}
    state.record("work.parked", reactor=command.reactor, fact=command.fact, **said)
    state.parked[name] = {
        "id": name,
        "tenant": state.asking,
        "reactor": command.reactor,
        "fact": command.fact,
        **said,
        "state": "parked",
        "parked": state.now,
        "changed": state.now,
    }
    return dict(state.parked[name])


def retry(state: State, command: commands.RetryParked) -> Row:
    """Only what waits, and of an aggregate only the earliest."""
    row = _row(state, command.id)
    if row["state"] != "parked":
        raise Rejected("parked_not_waiting", "parked")
    if row["lane"] and _waiting(state, row["reactor"], row["lane"])[0] is not row:
        raise Rejected("parked_behind", "parked")
    _try(state, row)
    return dict(row)


def drop(state: State, command: commands.DropParked) -> Row:
    """Whatever is not over yet."""
    row = _row(state, command.id)
    if row["state"] in ("settled", "dropped"):
        raise Rejected("parked_not_waiting", "parked")
    _end(state, row, "dropped")
    return dict(row)


def settle(state: State, command: commands.SettleParked) -> Row:
    """The retry that is under way has done it."""
    row = _row(state, command.id)
    if (row["state"], row["round"]) == ("retrying", command.round):
        _end(state, row, "settled", round=row["round"])
    return {"waiting": len(_waiting(state, row["reactor"], row["lane"]))}


def _end(state: State, row: Row, how: str, **more: Any) -> None:
    line = _waiting(state, row["reactor"], row["lane"])
    first = bool(line) and line[0] is row
    state.record(f"work.{how}", reactor=row["reactor"], fact=row["fact"], **more)
    row |= {"state": how, "changed": state.now}
    if first and len(line) > 1 and line[1]["state"] == "parked":
        _try(state, line[1])


def _try(state: State, row: Row) -> None:
    number = row["round"] + 1
    state.record("work.retried", reactor=row["reactor"], fact=row["fact"], round=number)
    row |= {"state": "retrying", "round": number, "changed": state.now}


def _waiting(state: State, reactor: str, lane: str) -> list[Row]:
    """What waits of one aggregate, the earliest fact first."""
    return sorted(
        (
            row
            for row in state.parked.values()
            if lane
            and (row["reactor"], row["lane"]) == (reactor, lane)
            and row["state"] in ("parked", "retrying")
        ),
        key=lambda row: int(row["fact"][4:], 16),
    )


def _row(state: State, name: str) -> Row:
    row = state.parked.get(name)
    if row is None or row["tenant"] != state.asking:
        raise Rejected("parked_not_found", "parked")
    return row


def _form(state: State, command: commands.Park) -> None:
    known = {f"evt_{state.number(position):016x}" for position in _near(state, command.fact)}
    for field, sound in (
        ("reactor", re.fullmatch("[a-z][a-z0-9_-]{0,62}", command.reactor)),
        ("fact", command.fact in known),
        ("type", re.fullmatch("[a-z][a-z0-9_.]{0,127}", command.type)),
        ("code", re.fullmatch(REASONS, command.code)),
        ("attempts", 0 <= command.attempts < 2**31),
        ("lane", re.fullmatch("([0-9a-f]{16})?", command.lane)),
        ("round", 0 <= command.round < 2**31),
    ):
        if not sound:
            raise Rejected("parked_invalid", field)


def _near(state: State, fact: str) -> range:
    """The one position of the log that an id can speak of, if it is there."""
    if not re.fullmatch("evt_[0-9a-f]{16}", fact):
        return range(0)
    position = int(fact[4:], 16) - state.number(0)
    return range(position, position + 1) if 0 <= position < len(state.log) else range(0)


RULES: dict[type[msgspec.Struct], Callable[[State, Any], Row]] = {
    commands.Park: park,
    commands.RetryParked: retry,
    commands.DropParked: drop,
    commands.SettleParked: settle,
}
