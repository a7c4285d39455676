"""Why windows say no. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class SameDayNotOffered(errors.Rejection):
    """The bank has no cut-offs for the same day."""

    code: ClassVar[str] = "ach_same_day_not_offered"


class WindowNotFound(errors.Rejection):
    """There is no such window."""

    code: ClassVar[str] = "ach_window_not_found"
    status: ClassVar[int] = 404


class WindowOpen(errors.Rejection):
    """The window is open: transfers may still come into it."""

    code: ClassVar[str] = "ach_window_open"
    status: ClassVar[int] = 409


class WindowWaiting(errors.Rejection):
    """There are transfers in the window that no batch has."""

    code: ClassVar[str] = "ach_window_waiting"
    status: ClassVar[int] = 409
