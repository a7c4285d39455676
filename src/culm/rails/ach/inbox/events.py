"""The fact of the inbox."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.rails.ach import terms
from culm.rails.ach.inbox import types


class BankFileTaken(Event, frozen=True):
    """All of a file of the bank's was taken in. One that is unreadable waits at the bank's place,
    among those that are done, for somebody to look at it."""

    TYPE: ClassVar[str] = "ach.bank_file_taken"
    name: terms.Name
    sha256: Annotated[str, Meta(description="The SHA-256 of what it holds, in hexadecimal.")]
    kind: Annotated[types.Kind, Meta(description="What it is.")]
    returns: Annotated[int, Meta(description="How many entries came back by it.")] = 0
    changes: Annotated[int, Meta(description="How many notifications of change it has.")] = 0
    reason: Annotated[str, Meta(description="Why it cannot be read.")] = ""
