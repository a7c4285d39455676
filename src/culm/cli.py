"""The front door: `culm` and its subcommands."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from typing import NoReturn

import click
import msgspec
import uvloop

from culm.commands import (
    demo,
    drill,
    export,
    facts,
    keys,
    ledger,
    log,
    migrate,
    parked,
    problems,
    projections,
    sandbox,
    sealing,
    simulate,
    timers,
    up,
    verify,
    webhooks,
)
from culm.kernel import errors, logs, settings

GC_THRESHOLDS = (400_000, 50, 100)
"""What a turn makes is many small objects without cycles, gone when it is written: Python need not
look through them before."""

SWITCH_INTERVAL_SECONDS = 0.0005
"""How soon the thread that feeds a COPY gets the interpreter from the one that decides."""


class CulmGroup(click.Group):
    """Says what went wrong in one line, and exits 1, for every error that Culm raises."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except errors.CulmError as error:
            _fail(error)
        except BrokenPipeError:
            sys.exit(1)


@click.group(cls=CulmGroup)
@click.version_option(package_name="culm")
@click.option("--data-dir", help="Where the embedded server keeps its data (default: .culm).")
@click.pass_context
def culm(ctx: click.Context, data_dir: str | None) -> None:
    """A fintech backend: ledger, payments, and proof that nobody tampered with them."""
    logs.configure()
    gc.set_threshold(*GC_THRESHOLDS)
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    read = settings.from_environment()
    ctx.obj = msgspec.structs.replace(read, data_dir=data_dir) if data_dir else read


for command in (
    up.up,
    up.serve,
    up.work,
    parked.parked,
    demo.demo,
    ledger.ledger,
    verify.verify,
    log.log,
    log.checkpoint,
    log.proof,
    export.export,
    facts.events,
    keys.keys,
    timers.timers,
    projections.projections,
    webhooks.webhooks,
    sandbox.sandbox,
    problems.problems,
    sealing.sealing,
    simulate.simulate,
    drill.drill,
    migrate.migrate,
):
    culm.add_command(command)


def main() -> None:
    """The entry point of the console script.

    SIGTERM ends a command as an exception does, so that it stops what it has started; `culm up`
    has its own way to stop.
    """
    signal.signal(signal.SIGTERM, _terminated)
    culm()


def _terminated(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _fail(error: errors.CulmError) -> NoReturn:
    field = f" ({error.field})" if error.field else ""
    click.echo(f"culm: {error.message}{field} [{error.code}]", err=True)
    sys.exit(1)
