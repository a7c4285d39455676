"""Seeds that are run every time: no divergence, everything happens, and the same again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from culm.ledger import context, rejections
from culm.rails.ach import commands as ach_commands
from culm.rails.ach import context as ach_context
from culm.rails.ach import rejections as ach_rejections
from culm.simulation import report, run
from culm.timers import context as timers
from culm.timers import rejections as timer_rejections
from culm.webhooks import context as webhooks_context
from culm.webhooks import rejections as webhooks_rejections
from culm.work import context as work_context
from culm.work import rejections as work_rejections

TURNS = 2_000
SEEDS = (1, 2, 5, 19)

FAULTS = {
    "clock_set",
    "deployed",
    "killed",
    "killed_while_writing",
    "late",
    "late_landed",
    "lock_lost",
    "locked",
    "lost_after",
    "lost_before",
    "lost_during",
    "outage",
    "poisoned",
    "refused",
    "refused_to_read",
    "slow",
    "unreachable",
}
"""Every kind of fault that is counted."""

NOT_PLAYED = {one.type for one in ach_context.ACH.commands} - {
    ach_commands.ReceiveFile,
    ach_commands.PostEntries,
}
"""What goes out by the ACH rail is judged by a state machine of its own (tests/rails/ach/sending):
the model would have to know the bank's calendar, and the bank."""

OF_CONTEXTS_ABOVE = {rejections.HoldInUse.code}
"""What only a hold of a payment or of a transfer can be answered with (tests/payments)."""


@pytest.fixture(scope="module")
def reports() -> dict[int, report.Report]:
    """One run a seed."""
    return {seed: run.Simulation(seed=seed, turns=TURNS).run() for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_platform_and_model_agree(reports: dict[int, report.Report], seed: int) -> None:
    done = reports[seed]
    assert done.divergence is None, f"{done.divergence}\nagain: {done.reproduce}"
    assert done.turns >= TURNS
    assert done.checked["audits"] > 0
    assert done.checked["memories"] > 0


def test_every_code_every_command_and_every_fault_occurs(
    reports: dict[int, report.Report],
) -> None:
    codes, commands, faults, heard = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for done in reports.values():
        codes.update(done.outcomes)
        commands.update(done.commands)
        faults.update(done.faults)
        heard.update(done.heard)
    ours = [one for one in vars(rejections).values() if isinstance(one, type)]
    known = {one.code for one in ours if issubclass(one, rejections.LedgerRejection)}
    known |= {one.code for one in vars(ach_rejections).values() if hasattr(one, "code")}
    known |= {one.code for one in vars(timer_rejections).values() if hasattr(one, "code")}
    known -= {timer_rejections.TimersRejection.code}
    asked = {one.code for one in vars(webhooks_rejections).values() if hasattr(one, "code")}
    known |= asked - {webhooks_rejections.ReplayNotFound.code}  # that one is for a read
    known |= {one.code for one in vars(work_rejections).values() if hasattr(one, "code")}
    assert known - {rejections.LedgerRejection.code} - OF_CONTEXTS_ABOVE <= codes.keys()
    assert {"accepted", "answered before", "idempotency_conflict"} <= codes.keys()
    contexts = (
        timers.TIMERS,
        context.LEDGER,
        ach_context.ACH,
        webhooks_context.WEBHOOKS,
        work_context.WORK,
    )
    asked_of = {one.type for each in contexts for one in each.commands}
    assert set(commands) == {one.__name__ for one in asked_of - NOT_PLAYED}
    assert faults.keys() == FAULTS
    assert {"busy", "in_progress", "unavailable", "OutcomeUnknown", "Died"} <= heard.keys()


def test_a_seed_is_the_whole_story(reports: dict[int, report.Report]) -> None:
    again = run.Simulation(seed=SEEDS[0], turns=TURNS).run()
    assert again.trace == reports[SEEDS[0]].trace
    assert again.outcomes == reports[SEEDS[0]].outcomes
    assert reports[SEEDS[1]].trace != again.trace


def test_a_seed_tells_the_same_story_in_another_process() -> None:
    """The order of sets of texts differs between processes, and must not matter."""
    program = (
        "from culm.simulation import run; print(run.Simulation(seed=9, turns=300).run().trace)"
    )
    traces = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert traces == {run.Simulation(seed=9, turns=300).run().trace + "\n"}
