"""How it is decided what becomes of a parked fact. In an aggregate's lane only the earliest may be
tried again; when it is done with, or given up, the next one's turn has come, in the same commit."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from culm.book.unit import Unit
from culm.kernel import ids
from culm.work import commands, events, rejections, types
from culm.work.tables import LANE, LANES, PARKED

BEHIND: Final = "behind"
_NAME: Final = re.compile(types.NAME)
_TYPE: Final = re.compile(r"[a-z][a-z0-9_.]{0,127}")
_CODE: Final = re.compile(r"(timeout|undecodable|behind|(rejected|error):[A-Za-z0-9_.-]{1,128})")
_MOST: Final = 2**31 - 1


def park(unit: Unit, command: commands.Park) -> types.Parked:
    """Set a fact aside, unless it was before."""
    _check_form(unit, command)
    parked_id = types.id_of(command.reactor, command.fact)
    before = unit.get(PARKED, parked_id)
    if before is None or (before.state == "retrying" and before.round == command.round):
        lane = command.lane if before is None else before.lane
        unit.record(_parked(command, lane, _code(unit, command)))
    return _known(unit, parked_id)


def retry(unit: Unit, command: commands.RetryParked) -> types.Parked:
    """Have a parked fact tried again."""
    parked = _found(unit, command.id)
    if parked.state != "parked":
        raise rejections.ParkedNotWaiting("parked")
    if parked.lane and _lane(unit, parked)[0] != ids.number_of(parked.fact):
        raise rejections.ParkedBehind("parked")
    _retry(unit, parked)
    return _known(unit, command.id)


def drop(unit: Unit, command: commands.DropParked) -> types.Parked:
    """Give a parked fact up, whether it waits or is just being tried again."""
    parked = _found(unit, command.id)
    if parked.state not in types.OPEN:
        raise rejections.ParkedNotWaiting("parked")
    first = _is_first(unit, parked)
    unit.record(events.Dropped(parked.reactor, parked.fact))
    if first:
        _go_on(unit, parked)
    return _known(unit, command.id)


def settle(unit: Unit, command: commands.SettleParked) -> commands.Settlement:
    """End a retry that came to something. One that was dropped meanwhile stays so."""
    parked = _found(unit, command.id)
    if parked.state == "retrying" and parked.round == command.round:
        first = _is_first(unit, parked)
        unit.record(events.Settled(parked.reactor, parked.fact, parked.round))
        if first:
            _go_on(unit, parked)
    return commands.Settlement(len(_lane(unit, parked)))


def want_fact(unit: Unit, command: commands.Park) -> None:
    """Ask for what parking reads."""
    unit.want(PARKED, (types.id_of(command.reactor, command.fact),))
    if command.lane:
        unit.want(LANES, ((command.reactor, command.lane),))


def want_parked(
    unit: Unit, command: commands.RetryParked | commands.DropParked | commands.SettleParked
) -> None:
    """Ask for a parked fact, and for those of its aggregate once it is known."""
    unit.want(PARKED, (command.id,))
    parked = unit.peek(PARKED, command.id)
    if parked is not None and parked.lane:
        key = (parked.reactor, parked.lane)
        unit.want(LANES, (key,))
        lane = unit.peek(LANES, key)
        facts = lane.facts[:2] if lane else ()
        unit.want(PARKED, [_id(parked.reactor, fact) for fact in facts])


def _check_form(unit: Unit, command: commands.Park) -> None:
    sound = {
        "reactor": _NAME.fullmatch(command.reactor),
        "fact": ids.is_id("evt", command.fact)
        and ids.partition_of(command.fact) == unit.partition
        and ids.position_of(command.fact) < unit.position,
        "type": _TYPE.fullmatch(command.type),
        "code": _CODE.fullmatch(command.code),
        "attempts": 0 <= command.attempts <= _MOST,
        "lane": not command.lane or LANE.fullmatch(command.lane),
        "round": 0 <= command.round <= _MOST,
    }
    for field, good in sound.items():
        if not good:
            raise rejections.ParkedInvalid(field)


def _code(unit: Unit, command: commands.Park) -> str:
    """The code; one that says `behind` tells what it is behind. Raises `LaneFree`."""
    if command.code != BEHIND:
        return command.code
    lane = unit.get(LANES, (command.reactor, command.lane)) if command.lane else None
    if lane is None or not lane.facts:
        raise rejections.LaneFree("lane")
    return f"{BEHIND}:{ids.from_number('evt', lane.facts[0])}"


def _parked(command: commands.Park, lane: str, code: str) -> events.Parked:
    said = msgspec.structs.asdict(command)
    return events.Parked(**{**said, "lane": lane, "code": code})


def _retry(unit: Unit, parked: types.Parked) -> None:
    unit.record(events.Retried(parked.reactor, parked.fact, parked.round + 1))


def _is_first(unit: Unit, parked: types.Parked) -> bool:
    return _lane(unit, parked)[:1] == (ids.number_of(parked.fact),)


def _go_on(unit: Unit, parked: types.Parked) -> None:
    """Try the next of the aggregate, now that those before it are done with."""
    following = _lane(unit, parked)
    if following:
        next_one = _known(unit, _id(parked.reactor, following[0]))
        if next_one.state == "parked":
            _retry(unit, next_one)


def _lane(unit: Unit, parked: types.Parked) -> tuple[int, ...]:
    """The facts of the same aggregate that wait, the earliest first."""
    lane = unit.get(LANES, (parked.reactor, parked.lane)) if parked.lane else None
    return lane.facts if lane is not None else ()


def _found(unit: Unit, parked_id: str) -> types.Parked:
    """One of the tenant's parked facts. Raises `ParkedNotFound`."""
    parked = unit.get(PARKED, parked_id)
    if parked is None or parked.tenant != unit.origin.tenant:
        raise rejections.ParkedNotFound("parked")
    return parked


def _known(unit: Unit, parked_id: str) -> types.Parked:
    parked = unit.get(PARKED, parked_id)
    if parked is None:
        raise LookupError("an event did not do what it says")
    return parked


def _id(reactor: str, fact: int) -> str:
    return types.id_of(reactor, ids.from_number("evt", fact))
