"""What the contexts bring to the Book: their state, their events and their commands."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from culm.book import event as event_
from culm.book import table as table_
from culm.book import versions as versions_

if TYPE_CHECKING:
    from culm.book import unit as unit_

Apply = Callable[["unit_.Unit", Any, int], None]
Decide = Callable[["unit_.Unit", Any], Any]
Needs = Callable[["unit_.Unit", Any], None]


@dataclass(frozen=True)
class Command:
    """How one type of command is decided.

    `decide(unit, command)` returns a `result`, or raises a rejection. `needs` asks for
    (`unit.want`) the state that it is sure to read. It is asked when a decision of the turn missed
    something, and again before every other try, when more is in memory that tells what is needed;
    `weight` says how many ordinary commands it is worth, for the limits on queue and turn.
    """

    type: type[msgspec.Struct]
    result: Any
    decide: Decide
    needs: Needs
    weight: Callable[[Any], int] = lambda _command: 1


@dataclass(frozen=True)
class Context:
    """One context's contribution. `applies` says what each event does to the state.

    Events are applied, and recorded, in their newest version; `upcasts` lead there from the
    others. `examples` show each version of each event once, for those who read them elsewhere.
    """

    name: str
    tables: tuple[table_.Table[Any], ...]
    journals: tuple[table_.Journal, ...]
    applies: dict[type[event_.Event], Apply]
    commands: tuple[Command, ...]
    upcasts: tuple[versions_.Upcast[Any, Any], ...] = ()
    examples: tuple[event_.Event, ...] = ()

    @functools.cached_property
    def versions(self) -> versions_.Versions:
        """The context's events. Raises `ValueError` where a version has no way up."""
        return versions_.Versions(self.applies, self.upcasts)


class Catalog:
    """All contexts together, looked up by what the Book has in hand.

    Raises `ValueError` where two structs are one version of an event, or a version has no way up.
    """

    def __init__(self, contexts: Iterable[Context]) -> None:
        self.contexts = tuple(contexts)
        self.tables = tuple(table for c in self.contexts for table in c.tables)
        self.journals = tuple(journal for c in self.contexts for journal in c.journals)
        self.applies = {type_: f for c in self.contexts for type_, f in c.applies.items()}
        self._commands = {command.type: command for c in self.contexts for command in c.commands}
        self.versions = versions_.Versions(
            (type_ for c in self.contexts for type_ in c.applies),
            (upcast for c in self.contexts for upcast in c.upcasts),
        )

    def command(self, command: msgspec.Struct) -> Command:
        """How to decide this command. A KeyError is a defect: no context brought it."""
        return self._commands[type(command)]

    def __iter__(self) -> Iterator[Context]:
        return iter(self.contexts)

    def decode(self, type_: str, version: int, body: str | bytes) -> event_.Event:
        """The event behind a log row, as its newest version has it.

        Raises what `Versions.decode` raises.
        """
        return self.versions.decode(type_, version, body)
