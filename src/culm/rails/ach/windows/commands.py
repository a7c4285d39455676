"""What may be asked about windows."""

from __future__ import annotations

from culm.rails.ach import commands


class CloseWindow(commands.Command, frozen=True):
    """Let nothing more into a window: its cut-off has come."""

    window: str
