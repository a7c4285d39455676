"""A closed window becomes batches, and these become files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach import calendar
from culm.rails.ach.files import commands, events, rejections, traces, types
from culm.rails.ach.files.decisions import lookup
from culm.rails.ach.files.tables import BATCHES
from culm.rails.ach.transfers import types as transfers
from culm.rails.ach.transfers.decisions import originating
from culm.rails.ach.windows import decisions as windows
from culm.rails.ach.windows import rejections as window_rejections
from culm.rails.ach.windows import types as window_types

MODIFIERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""What tells the files of one day apart (Appendix Three, File Header Record: File ID Modifier)."""


def cut_batch(unit: Unit, command: commands.CutBatch) -> commands.Cut:
    """Make one batch of those of the transfers that are queued still."""
    window, odfi = _closed(unit, command.window)
    if len(command.transfers) > types.MAX_ENTRIES:
        raise rejections.BatchInvalid("a batch has at most 1,000 entries", field="transfers")
    found = [originating.transfer_of(unit, one) for one in command.transfers]
    queued = [one for one in found if one.state == "queued"]
    _check_alike(window, queued)
    if not queued:
        return commands.Cut("")
    batch_id = unit.new_id(window_types.BATCH)
    first = queued[0]
    unit.record(
        events.BatchCut(
            id=batch_id,
            window=window.id,
            sec=first.sec,
            direction=first.direction,
            description=first.description,
            effective=window.effective,
            first_trace=traces.first(odfi, lookup.counter(unit).sequence, len(queued)),
            transfers=tuple([lookup.item(one) for one in queued]),
        )
    )
    return commands.Cut(batch_id, len(queued))


def _closed(unit: Unit, window_id: str) -> tuple[window_types.Window, str]:
    """A window that is closed, and the routing number under which it is sent."""
    window = windows.window_of(unit, window_id)
    if window.terms is None:
        raise window_rejections.WindowOpen(
            "transfers may still come into the window", field="window"
        )
    return window, window.terms.odfi


def _check_alike(window: window_types.Window, found: Sequence[transfers.Transfer]) -> None:
    """What one batch header says, it says of all its entries."""
    if len({one.id for one in found}) < len(found) or any(o.window != window.id for o in found):
        raise rejections.BatchInvalid("a batch is of transfers of one window", field="transfers")
    headers = {(o.sec, o.direction, o.description, o.kind == "dishonour") for o in found}
    if len(headers) > 1:
        raise rejections.BatchInvalid("the entries of a batch are alike", field="transfers")
    if sum(one.amount for one in found) > types.MAX_TOTAL:
        raise rejections.BatchInvalid("the batch comes to more than it can say", field="transfers")


def finish_file(unit: Unit, command: commands.FinishFile) -> commands.Cut:
    """Make a file of the batches that no file has taken yet."""
    window, _ = _closed(unit, command.window)
    if command.last and window.waiting:
        raise window_rejections.WindowWaiting(
            "there are transfers that no batch has", field="window"
        )
    if not window.cut:
        return commands.Cut("")
    batches = [lookup.batch(unit, one) for one in window.cut]
    totals = {
        side: sum(one.amount for one in batches if one.direction == side)
        for side in ("debit", "credit")
    }
    if max(totals.values()) > types.MAX_TOTAL:
        raise rejections.BatchInvalid("the file comes to more than it can say", field="window")
    day = calendar.day_of(window.closes)
    counter = lookup.counter(unit)
    number = counter.files if counter.day == day else 0
    if number >= len(MODIFIERS):
        raise rejections.TooManyFiles("there are 36 files of this day already", field="window")
    file_id = unit.new_id(types.FILE)
    unit.record(
        events.FileCut(
            id=file_id,
            name=name_of(file_id, window.closes, MODIFIERS[number]),
            window=window.id,
            batches=window.cut,
            entries=sum(one.entries for one in batches),
            debit=str(totals["debit"]),
            credit=str(totals["credit"]),
            created=window.closes,
            modifier=MODIFIERS[number],
            effective=window.effective,
            settles=window.settles,
            sandbox=ledger.tenant(unit).sandbox,
        )
    )
    return commands.Cut(file_id, sum(one.entries for one in batches))


def name_of(file_id: str, created: datetime, modifier: str) -> str:
    """The name of a file at the bank's place: no other one ever has it."""
    return f"{calendar.day_of(created):%Y%m%d}-{modifier}-{file_id}.ach"


def want_cut(unit: Unit, command: commands.CutBatch) -> None:
    """Ask for what cutting a batch reads."""
    windows.want_windows(unit, command.window)
    lookup.want_counter(unit)
    originating.want_only(unit, *command.transfers)


def want_finish(unit: Unit, command: commands.FinishFile) -> None:
    """Ask for what finishing a file reads."""
    ledger.want_accounts(unit)
    windows.want_windows(unit, command.window)
    lookup.want_counter(unit)
    if window := windows.known(unit, command.window):
        unit.want(BATCHES, window.cut)
