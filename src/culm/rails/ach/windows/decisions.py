"""Finding the window that a transfer waits for, and closing it."""

from __future__ import annotations

from typing import Final

from culm.book.unit import Unit
from culm.rails.ach.odfi import decisions as odfi
from culm.rails.ach.odfi import types as odfi_types
from culm.rails.ach.windows import commands, cutoffs, events, rejections, types
from culm.rails.ach.windows.tables import CURRENT, WINDOWS
from culm.timers import api as timers

CLOSE: Final = "close"
"""The purpose of the timer that closes a window."""


def current(unit: Unit, terms: odfi_types.AchTerms, service: types.Service) -> types.Window:
    """The window that what is sent now waits for; opened, if nothing waits for it yet.

    Raises `SameDayNotOffered`.
    """
    now = timers.now(unit)
    window_id = unit.get(CURRENT, (unit.origin.tenant, service))
    window = unit.get(WINDOWS, window_id) if window_id else None
    if window is not None and window.state == "open" and window.closes > now:
        return window
    following = cutoffs.next_cutoff(terms, service, now)
    if following is None:
        raise rejections.SameDayNotOffered("the bank takes no same-day transfers", field="same_day")
    window_id = unit.new_id("win")
    unit.record(events.WindowOpened(window_id, service, *following))
    return window_of(unit, window_id)


def close_window(unit: Unit, command: commands.CloseWindow) -> types.Window:
    """Close a window whose cut-off has come. One that is closed stays so."""
    window = window_of(unit, command.window)
    if window.state == "open" and window.closes <= timers.now(unit):
        unit.record(events.WindowClosed(window.id, window.waiting, odfi.terms_of(unit)))
    return window_of(unit, window.id)


def window_of(unit: Unit, window_id: str) -> types.Window:
    """One of the tenant's windows. Raises `WindowNotFound`."""
    window = unit.get(WINDOWS, window_id)
    if window is None or window.tenant != unit.origin.tenant:
        raise rejections.WindowNotFound("there is no such window", field="window")
    return window


def want_current(unit: Unit, service: types.Service) -> None:
    """Ask for the window that was opened last."""
    timers.want_clock(unit)
    key = (unit.origin.tenant, service)
    unit.want(CURRENT, (key,))
    if window_id := unit.peek(CURRENT, key):
        unit.want(WINDOWS, (window_id,))


def known(unit: Unit, window_id: str) -> types.Window | None:
    """A window, if it is in memory, for asking for what follows from it."""
    return unit.peek(WINDOWS, window_id)


def want_windows(unit: Unit, *window_ids: str) -> None:
    """Ask for windows, before a decision changes what waits in them."""
    unit.want(WINDOWS, window_ids)


def want_window(unit: Unit, command: commands.CloseWindow) -> None:
    """Ask for what closing a window reads."""
    odfi.want_terms(unit)
    unit.want(WINDOWS, (command.window,))
    timers.want_timers(unit, timers.timer_id(command.window, CLOSE))
