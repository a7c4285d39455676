"""What the ACH rail brings to the Book."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.rails.ach import commands, decisions, events, examples, tables
from culm.rails.ach.files import apply as files
from culm.rails.ach.files import commands as file_commands
from culm.rails.ach.files import examples as file_examples
from culm.rails.ach.files import tables as file_tables
from culm.rails.ach.files import types as file_types
from culm.rails.ach.files import views as file_views
from culm.rails.ach.files.decisions import cutting, sending, settling
from culm.rails.ach.inbox import commands as inbox_commands
from culm.rails.ach.inbox import decisions as inbox
from culm.rails.ach.inbox import events as inbox_events
from culm.rails.ach.inbox import examples as inbox_examples
from culm.rails.ach.inbox import tables as inbox_tables
from culm.rails.ach.inbox import types as inbox_types
from culm.rails.ach.odfi import commands as odfi_commands
from culm.rails.ach.odfi import decisions as odfi
from culm.rails.ach.odfi import events as odfi_events
from culm.rails.ach.odfi import tables as odfi_tables
from culm.rails.ach.odfi import types as odfi_types
from culm.rails.ach.transfers import apply as transfers
from culm.rails.ach.transfers import commands as transfer_commands
from culm.rails.ach.transfers import examples as transfer_examples
from culm.rails.ach.transfers import tables as transfer_tables
from culm.rails.ach.transfers import views as transfer_views
from culm.rails.ach.transfers.decisions import dishonouring, returning, reversing
from culm.rails.ach.windows import apply as windows
from culm.rails.ach.windows import commands as window_commands
from culm.rails.ach.windows import decisions as window_decisions
from culm.rails.ach.windows import tables as window_tables
from culm.rails.ach.windows import types as window_types


def _weight(command: commands.PostEntries) -> int:
    return max(1, len(command.items))


def _entries(
    command: file_commands.CutBatch
    | file_commands.SettleBatch
    | file_commands.RejectBatch
    | file_commands.DoubtBatch,
) -> int:
    return max(1, len(command.transfers))


def _lost(command: file_commands.BeginSending | file_commands.LeaveOut) -> int:
    return 1 + sum(len(one.transfers) for one in command.lost)


_FILE: Final = file_types.File
_TOLD: Final = file_commands.Told


ACH: Final = Context(
    name="ach",
    tables=(
        tables.FILES,
        odfi_tables.TERMS,
        window_tables.WINDOWS,
        window_tables.CURRENT,
        transfer_tables.TRANSFERS,
        transfer_tables.TRACES,
        transfer_tables.APART,
        transfer_tables.DISHONOURS,
        file_tables.BATCHES,
        file_tables.FILES,
        file_tables.NAMES,
        file_tables.COUNTERS,
        inbox_tables.BANK_FILES,
    ),
    journals=(),
    applies={
        events.FileReceived: decisions.file_received,
        odfi_events.Configured: odfi.configured,
        **windows.APPLIES,
        **transfers.APPLIES,
        **files.APPLIES,
        inbox_events.BankFileTaken: inbox.taken,
    },
    commands=(
        Command(commands.ReceiveFile, tables.File, decisions.receive_file, decisions.want_file),
        Command(
            commands.PostEntries,
            commands.Posted,
            decisions.post_entries,
            decisions.want_entries,
            weight=_weight,
        ),
        Command(odfi_commands.Configure, odfi_types.AchTerms, odfi.configure, odfi.want_terms),
        Command(
            window_commands.CloseWindow,
            window_types.Window,
            window_decisions.close_window,
            window_decisions.want_window,
        ),
        Command(
            file_commands.CutBatch, file_commands.Cut, cutting.cut_batch, cutting.want_cut, _entries
        ),
        Command(
            file_commands.FinishFile, file_commands.Cut, cutting.finish_file, cutting.want_finish
        ),
        Command(
            file_commands.BeginSending,
            _FILE,
            sending.begin_sending,
            sending.want_writing,
            _lost,
        ),
        Command(file_commands.LeaveOut, _FILE, sending.leave_out, sending.want_writing, _lost),
        Command(file_commands.NoteSent, _FILE, sending.note_sent, sending.want_file),
        Command(file_commands.NoteUnknown, _FILE, sending.note_unknown, sending.want_file),
        Command(
            file_commands.Acknowledge,
            _FILE | None,
            sending.acknowledge,
            sending.want_acknowledged,
        ),
        Command(
            file_commands.ResolveFile,
            file_views.AchFile,
            sending.resolve_file,
            sending.want_file,
        ),
        Command(file_commands.SettleFile, _FILE, sending.settle_file, sending.want_file),
        Command(
            file_commands.SettleBatch, _TOLD, settling.settle_batch, settling.want_batch, _entries
        ),
        Command(
            file_commands.RejectBatch, _TOLD, settling.reject_batch, settling.want_batch, _entries
        ),
        Command(
            file_commands.DoubtBatch, _TOLD, sending.doubt_batch, settling.want_batch, _entries
        ),
        Command(
            transfer_commands.TakeReturns,
            transfer_commands.Taken,
            settling.take_returns,
            settling.want_returns,
            lambda command: max(1, len(command.returns)),
        ),
        Command(
            transfer_commands.TakeChanges,
            transfer_commands.Taken,
            returning.take_changes,
            returning.want_changes,
        ),
        Command(
            transfer_commands.ReverseTransfer,
            transfer_views.AchTransfer,
            reversing.reverse_transfer,
            reversing.want_reversal,
        ),
        Command(
            transfer_commands.DishonourReturn,
            transfer_views.AchTransfer,
            dishonouring.dishonour_return,
            dishonouring.want_dishonour,
        ),
        Command(
            inbox_commands.FinishBankFile,
            inbox_types.BankFile | None,
            inbox.finish,
            inbox.want,
        ),
    ),
    examples=(
        *examples.EXAMPLES,
        *file_examples.EXAMPLES,
        *transfer_examples.EXAMPLES,
        *inbox_examples.EXAMPLES,
    ),
)
