"""What is known of a file on its way, and what the bank says of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from culm.book.unit import Unit
from culm.rails.ach import calendar
from culm.rails.ach.files import commands, events, rejections, transitions, types, views
from culm.rails.ach.files.decisions import lookup, settling
from culm.rails.ach.files.tables import BATCHES, FILES
from culm.rails.ach.transfers import events as transfer_events
from culm.timers import api as timers


def begin_sending(unit: Unit, command: commands.BeginSending) -> types.File:
    """Write down that a file may be at the bank from now on. Who comes second, or has written it
    before more was left out of it, changes nothing."""
    file, found = _writable(unit, command)
    batches = [lookup.batch(unit, one) for one in file.batches]
    left = sum([one.entries - one.left_out for one in batches])
    written = command.entries + sum([len(lost.transfers) for lost in command.lost])
    if transitions.after(file.state, "begin") and written == left:
        _reject(unit, found)
        if command.part:
            unit.record(events.FileSending(file.id, command.sha256, command.size, command.part))
    return lookup.file(unit, file.id)


def leave_out(unit: Unit, command: commands.LeaveOut) -> types.File:
    """Reject transfers before their file is written, which is done anew then."""
    file, found = _writable(unit, command)
    if transitions.after(file.state, "begin"):
        told = tuple([one for one in _reject(unit, found) if one.transfers])
        if told:
            unit.record(events.EntriesLeftOut(file.id, told))
    return lookup.file(unit, file.id)


def _writable(
    unit: Unit, command: commands.BeginSending | commands.LeaveOut
) -> tuple[types.File, list[tuple[types.Batch, tuple[str, ...]]]]:
    """A file, and the transfers that are to be left out of it, by their batches."""
    file = lookup.file(unit, command.file)
    found = [(lookup.batch(unit, lost.batch), lost.transfers) for lost in command.lost]
    if any(batch.file != file.id for batch, _ in found):
        raise rejections.BatchInvalid("the batch is not of the file", field="lost")
    if sum(len(transfers) for _, transfers in found) > types.MAX_LOST:
        raise rejections.BatchInvalid("at most 1,000 are left out at once", field="lost")
    return file, found


def _reject(unit: Unit, found: list[tuple[types.Batch, tuple[str, ...]]]) -> list[events.LeftOut]:
    return [
        events.LeftOut(batch.id, settling.reject(unit, batch, transfers, code="payee").transfers)
        for batch, transfers in found
    ]


def note_sent(unit: Unit, command: commands.NoteSent) -> types.File:
    """Write down that the bank has a file, unless more is known of it already."""
    file = lookup.file(unit, command.file)
    if transitions.after(file.state, "arrive"):
        unit.record(events.FileSent(file.id, file.name))
    return lookup.file(unit, file.id)


def note_unknown(unit: Unit, command: commands.NoteUnknown) -> types.File:
    """Write down that nobody knows, unless somebody does by now."""
    file = lookup.file(unit, command.file)
    if transitions.after(file.state, "doubt"):
        unit.record(events.FileSendUnknown(file.id, file.name, command.reason))
    return lookup.file(unit, file.id)


def acknowledge(unit: Unit, command: commands.Acknowledge) -> types.File | None:
    """Take in what the bank says of a file.

    What it says again changes nothing; what does not fit our file is kept for somebody to look at.
    """
    file = lookup.named(unit, command.name)
    problem = _problem(file, command)
    if file is None or problem is not None:
        unmatched = events.AcknowledgementUnmatched(
            command.name, command.sha256, problem or "unknown", command.verdict
        )
        unit.record(unmatched)
        return file
    if file.state in ("accepted", "rejected"):
        return file
    if command.verdict == "rejected":
        unit.record(events.FileRejected(file.id, file.name, command.code, command.reason))
    else:
        refused = [one for one in command.batches if one.verdict == "rejected"]
        first = refused[0] if refused else commands.BatchVerdict(0, "accepted")
        numbers = tuple(sorted({one.number for one in refused}))
        settles = _settles(unit, file, command.received)
        unit.record(
            events.FileAccepted(file.id, file.name, numbers, first.code, first.reason, settles)
        )
    return lookup.file(unit, file.id)


def _settles(unit: Unit, file: types.File, received: datetime | None) -> datetime | None:
    """When a file settles that the bank received only after its entries were to settle: with those
    of the next banking day. None for one that came in time."""
    if received is None or (at := min(received, timers.now(unit))) <= file.settles:
        return None
    return calendar.moment(calendar.after(calendar.day_of(at), 1), file.terms.standard.settles)


def _problem(file: types.File | None, command: commands.Acknowledge) -> str | None:
    """Why an acknowledgement is not one of our file; None where it is."""
    if file is None:
        return "unknown"
    if command.verdict == "accepted" and command.sha256 != file.sha256:
        return "content"  # what is not whole, or not ours, may be rejected, but not accepted
    if any(not 1 <= one.number <= len(file.batches) for one in command.batches):
        return "content"
    if file.state == "cut" or _contradicts(file, command):
        return "state"
    return None


def _contradicts(file: types.File, command: commands.Acknowledge) -> bool:
    """Whether the bank takes back what it has said."""
    said = file.state if file.state in ("accepted", "rejected") else command.verdict
    return said != command.verdict


_RESOLVES: Final[dict[commands.Outcome, transitions.Happening]] = {
    "arrived": "arrive",
    "accepted": "accept",
    "lost": "reject",
}
"""What somebody says who has asked the bank, and what it is to the file."""

LOST: Final = "lost"
"""The code of a file that never came to the bank."""


def resolve_file(unit: Unit, command: commands.ResolveFile) -> views.AchFile:
    """Take in what somebody says who has asked the bank about a file."""
    if len(command.reason) > commands.MAX_REASON or not command.reason.isprintable():
        raise rejections.ReasonInvalid("a reason has at most 200 characters", field="reason")
    file = lookup.file(unit, command.file)
    happening = _RESOLVES[command.outcome]
    if file.state not in ("sent", "unknown") or not transitions.after(file.state, happening):
        raise rejections.FileNotOpen("what became of the file is known", field="file")
    match command.outcome:
        case "arrived":
            unit.record(events.FileSent(file.id, file.name))
        case "accepted":
            unit.record(events.FileAccepted(file.id, file.name, reason=command.reason))
        case "lost":
            unit.record(events.FileRejected(file.id, file.name, LOST, command.reason))
    return views.file(lookup.file(unit, file.id))


def settle_file(unit: Unit, command: commands.SettleFile) -> types.File:
    """Say that the time of an accepted file's settlement has come."""
    file = lookup.file(unit, command.file)
    if file.state != "accepted" or timers.now(unit) < file.settles:
        raise rejections.FileNotDue("the file does not settle yet", field="file")
    unit.record(events.SettlementDue(file.id))
    return file


def doubt_batch(unit: Unit, command: commands.DoubtBatch) -> commands.Told:
    """Tell of each transfer that nobody knows whether the bank has it."""
    batch = lookup.batch(unit, command.batch)
    if not batch.file or lookup.file(unit, batch.file).state != "unknown":
        return commands.Told(0)
    items = lookup.items(unit, batch, command.transfers, "batched")
    if items:
        unit.record(transfer_events.TransfersInDoubt(batch.id, items))
    return commands.Told(len(items))


def want_writing(unit: Unit, command: commands.BeginSending | commands.LeaveOut) -> None:
    """Ask for what is read about a file that was written, and what is left out of it."""
    lookup.want_file(unit, command.file)
    if file := unit.peek(FILES, command.file):
        unit.want(BATCHES, file.batches)
    for lost in command.lost:
        lookup.want_batch(unit, lost.batch, lost.transfers)


def want_file(
    unit: Unit,
    command: commands.ResolveFile | commands.NoteSent | commands.NoteUnknown | commands.SettleFile,
) -> None:
    """Ask for what one file's command reads."""
    lookup.want_file(unit, command.file)


def want_acknowledged(unit: Unit, command: commands.Acknowledge) -> None:
    """Ask for what an acknowledgement reads."""
    lookup.want_name(unit, command.name)
