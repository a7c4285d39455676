"""What facts do to windows: those of windows, and of transfers that come into them and leave."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import ids
from culm.rails.ach.windows import commands, decisions, events, types
from culm.rails.ach.windows.tables import CURRENT, WINDOWS
from culm.timers import api as timers


def window_opened(unit: Unit, event: events.WindowOpened, _position: int) -> None:
    """Keep the window, and have it closed at its cut-off."""
    tenant = unit.origin.tenant
    window = types.Window(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=tenant,
        service=event.service,
        closes=event.closes,
        effective=event.effective,
        settles=event.settles,
    )
    unit.put(WINDOWS, window.id, window)
    unit.put(CURRENT, (tenant, window.service), window.id)
    timer = timers.timer_id(window.id, decisions.CLOSE)
    timers.arm(unit, timer, due=window.closes, command=commands.CloseWindow(window=window.id))


def window_closed(unit: Unit, event: events.WindowClosed, _position: int) -> None:
    """Let nothing more in."""
    change(unit, event.id, state="closed", terms=event.terms)
    timers.disarm(unit, timers.timer_id(event.id, decisions.CLOSE), fired=True)


def wait(unit: Unit, window_id: str, count: int) -> None:
    """For other facts: so many transfers more wait in a window, or fewer."""
    window = decisions.window_of(unit, window_id)
    change(unit, window_id, waiting=window.waiting + count)


def change(unit: Unit, window_id: str, **changes: Any) -> None:
    """For other facts: replace what may change of a window."""
    window = decisions.window_of(unit, window_id)
    unit.put(WINDOWS, window_id, msgspec.structs.replace(window, **changes))


APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.WindowOpened: window_opened,
    events.WindowClosed: window_closed,
}
