"""An example of the ACH rail's fact: a file of which one batch is refused."""

from __future__ import annotations

from typing import Final

from culm.book.event import Event
from culm.rails.ach import commands, events

EXAMPLES: Final[tuple[Event, ...]] = (
    events.FileReceived(
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        name="payroll-2026-03-02.ach",
        verdict="accepted_in_part",
        batches=2,
        entries=120,
        credit="31245000",
        debit="0",
        refused_batches=(2,),
        problems=(
            commands.Problem(
                line=64,
                field="total_debit",
                code="batch-control.debit-total",
                severity="error",
                batch=2,
            ),
        ),
        account="acc_0000000000000003",
        clearing="acc_0000000000000002",
        accepted_credit="29120000",
        accepted_debit="0",
        problem_count=1,
    ),
)
