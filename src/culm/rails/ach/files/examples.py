"""Examples of the facts about windows, batches and files: one file, and what may become of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from culm.book.event import Event
from culm.rails.ach import terms
from culm.rails.ach.files import events
from culm.rails.ach.odfi import events as odfi
from culm.rails.ach.odfi import types as odfi_types
from culm.rails.ach.windows import events as windows

_WINDOW: Final = "win_00000000000000a2"
_FILE: Final = "fil_00000000000000b1"
_NAME: Final = f"20260302-A-{_FILE}.ach"
_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_CLOSES: Final = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
_SETTLES: Final = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)

EXAMPLES: Final[tuple[Event, ...]] = (
    odfi.Configured(terms=odfi_types.SANDBOX),
    windows.WindowOpened(
        id=_WINDOW,
        service="standard",
        closes=_CLOSES,
        effective=date(2026, 3, 3),
        settles=_SETTLES,
    ),
    windows.WindowClosed(id=_WINDOW, transfers=2, terms=odfi_types.SANDBOX),
    events.BatchCut(
        id="abt_00000000000000b0",
        window=_WINDOW,
        sec="WEB",
        direction="debit",
        description="TOPUP",
        effective=date(2026, 3, 3),
        first_trace="990000000000412",
        transfers=(
            terms.Item("tfr_00000000000000a4", "pay_00000000000000a1", "125000"),
            terms.Item("tfr_00000000000000a8", "pay_00000000000000a5", "4999"),
        ),
    ),
    events.FileCut(
        id=_FILE,
        name=_NAME,
        window=_WINDOW,
        batches=("abt_00000000000000b0",),
        entries=2,
        debit="129999",
        credit="0",
        created=_CLOSES,
        modifier="A",
        effective=date(2026, 3, 3),
        settles=_SETTLES,
        sandbox=True,
    ),
    events.EntriesLeftOut(id=_FILE, batches=(events.LeftOut("abt_00000000000000b0", 1),)),
    events.FileSending(id=_FILE, sha256=_SHA256, size=950, part=f"{_NAME}.5f1c09.part"),
    events.FileSent(id=_FILE, name=_NAME),
    events.FileSendUnknown(id=_FILE, name=_NAME, reason="the connection was lost"),
    events.FileAccepted(id=_FILE, name=_NAME, refused=(2,), code="R21", reason="Company not known"),
    events.FileRejected(id=_FILE, name=_NAME, code="F01", reason="File control out of balance"),
    events.AcknowledgementUnmatched(
        name="20260302-Z.ach", sha256=_SHA256, problem="unknown", verdict="accepted"
    ),
    events.SettlementDue(id=_FILE),
)
