"""Versions of events: each that was ever recorded can be read, and is carried up to the newest.

A struct that is no longer recorded stays in the code, as the schema of the rows that have it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from culm.book import event as event_

Old = TypeVar("Old", bound=event_.Event)
New = TypeVar("New", bound=event_.Event)

Struct = type[event_.Event]


@dataclass(frozen=True)
class Upcast(Generic[Old, New]):
    """How a fact of an old version is told in the next one. `carry` is pure, and fails for no
    event that was ever recorded."""

    old: type[Old]
    new: type[New]
    carry: Callable[[Old], New]


class UnknownEvent(Exception):
    """The log holds an event that no context of this release knows."""


class Versions:
    """The events of some contexts in all their versions.

    `newest` are those that are recorded and applied. Raises `ValueError` for versions that leave a
    row of the log without one way up to the newest.
    """

    def __init__(self, newest: Iterable[Struct], upcasts: Iterable[Upcast[Any, Any]]) -> None:
        applied, steps = tuple(newest), tuple(upcasts)
        self.newest = frozenset(applied)
        self.all = _by_version([*applied, *(step.old for step in steps)])
        known = {_name(struct): struct for struct in self.all}
        ways = {step.old: step for step in steps}
        for step in steps:
            _require_step(step, known)
        _require_ways(self.all, ways)
        self._read = {_name(struct): (struct, tuple(_way(struct, ways))) for struct in self.all}

    def decode(self, type_: str, version: int, body: str | bytes) -> event_.Event:
        """The event behind a log row, as its newest version has it.

        Raises `UnknownEvent` for a type or version that is not ours, `msgspec.DecodeError` or
        `msgspec.ValidationError` for a body that is not of its schema, and whatever an upcast
        raises for one that was never recorded.
        """
        try:
            struct, way = self._read[type_, version]
        except KeyError:
            raise UnknownEvent(f"no context knows the event {type_} version {version}") from None
        event: event_.Event = msgspec.json.decode(body, type=struct)
        for carry in way:
            event = carry(event)
        return event


def _name(struct: Struct) -> tuple[str, int]:
    return struct.TYPE, struct.VERSION


def _said(struct: Struct) -> str:
    return f"{struct.TYPE} version {struct.VERSION} ({struct.__qualname__})"


def _by_version(structs: Iterable[Struct]) -> tuple[Struct, ...]:
    """The structs by type and version, of which each is there once."""
    ordered = sorted(structs, key=_name)
    for one, next_ in itertools.pairwise(ordered):
        if _name(one) == _name(next_):
            raise ValueError(f"{_said(one)} is there twice: {next_.__qualname__} is it too")
    return tuple(ordered)


def _require_step(step: Upcast[Any, Any], known: Mapping[tuple[str, int], Struct]) -> None:
    """An upcast leads one version up, to a struct that is ours."""
    old, new = step.old, step.new
    if new.TYPE != old.TYPE:
        raise ValueError(f"the upcast of {_said(old)} leads to another type, {_said(new)}")
    if new.VERSION != old.VERSION + 1:
        raise ValueError(f"the upcast of {_said(old)} does not lead to the next version")
    if known.get(_name(new)) is not new:
        raise ValueError(f"the upcast of {_said(old)} leads to {_said(new)}, which is not applied")


def _require_ways(ordered: tuple[Struct, ...], ways: Collection[Struct]) -> None:
    """Versions count from 1 without a gap, and each but the last has a way up."""
    for type_, group in itertools.groupby(ordered, key=lambda struct: struct.TYPE):
        structs = list(group)
        found = [struct.VERSION for struct in structs]
        if found != list(range(1, len(found) + 1)):
            raise ValueError(f"{type_} has the versions {found}, not those from 1 without a gap")
        for struct in structs[:-1]:
            if struct not in ways:
                raise ValueError(f"{_said(struct)} is not the newest, and has no upcast")


def _way(struct: Struct, ways: Mapping[Struct, Upcast[Any, Any]]) -> Iterator[Callable[..., Any]]:
    """The steps from a version up to the newest."""
    while struct in ways:
        yield ways[struct].carry
        struct = ways[struct].new
