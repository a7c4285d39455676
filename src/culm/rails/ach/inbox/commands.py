"""What is asked by the inbox."""

from __future__ import annotations

from culm.rails.ach import commands
from culm.rails.ach.inbox import types


class FinishBankFile(commands.Command, frozen=True):
    """Say that all of a file was taken in."""

    name: str
    sha256: str
    kind: types.Kind
    returns: int = 0
    changes: int = 0
    reason: str = ""
