"""`culm drill`: break the platform on purpose, under load, and see that nothing is lost."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

import click

from culm.commands import verify
from culm.drills import crash, facts
from culm.drills.paying import drill as paying
from culm.kernel import settings


@click.group()
def drill() -> None:
    """Drills on a platform of their own, in a temporary directory."""


@drill.command("crash")
@click.option("--seconds", type=click.FloatRange(min=1), default=20.0, show_default=True)
@click.option("--seed", type=int, help="The order of the kills (default: a random one, printed).")
def crash_(seconds: float, seed: int | None) -> None:
    """Kill PostgreSQL and the platform's processes again and again, then look what is there.

    Then the same with NATS, the relay and the workers, while facts go out and are reacted to; and
    with the API and all that is behind it, while people pay.
    """
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    click.echo(f"seed {seed}: {seconds:g} s of load under SIGKILL")
    with tempfile.TemporaryDirectory(prefix="culm-drill-") as directory:
        outcome = crash.run(Path(directory), seconds=seconds, seed=seed)
        _print(outcome)
        told = facts.run(Path(directory), seconds=seconds, seed=seed)
        _print_facts(told)
        paid = paying.run(Path(directory), seconds=seconds, seed=seed)
        _print_payments(paid)
        verified = asyncio.run(verify.run(settings.Settings(data_dir=directory)))
    sys.exit(0 if outcome.passed and told.passed and paid.passed and verified else 1)


def _print(outcome: crash.Outcome) -> None:
    click.echo(
        f"kills        {outcome.platform_kills} platform, {outcome.fleet_kills} all platforms, "
        f"{outcome.backend_kills} backends, {outcome.postmaster_kills} postmaster, "
        f"{outcome.joint_kills} everything at once, {outcome.service_kills} culm up"
    )
    click.echo(f"acknowledged {outcome.acknowledged} transactions")
    click.echo(f"left open    {outcome.left_open} requests, sent again under their keys")
    _print_found(outcome, "lost", "duplicated", "torn", "strange", "hung")


def _print_facts(outcome: facts.Outcome) -> None:
    click.echo(
        f"kills        {outcome.nats_kills} NATS, {outcome.relay_kills} relay, "
        f"{outcome.worker_kills} workers, {outcome.backend_kills} backends"
    )
    click.echo(f"holds        {outcome.holds}, {outcome.refused} webhooks refused at first")
    _print_found(outcome, "unanswered", "doubled", "disordered", "parked", "strange")


def _print_payments(outcome: paying.Outcome) -> None:
    kills = ", ".join(f"{count} {kind}" for kind, count in outcome.kills.items())
    click.echo(f"kills        {kills}")
    click.echo(
        f"payments     {outcome.payments}, {outcome.refunds} refunds, {outcome.batches} batches"
    )
    click.echo(
        f"transfers    {outcome.transfers} in {outcome.files} files for the bank, "
        f"{outcome.returned} returned"
    )
    click.echo(f"asked again  {outcome.again} times, under the same keys")
    _print_found(outcome.verdict, "lost", "doubled", "wrong", "stuck")
    _print_found(outcome, "strange")


def _print_found(outcome: object, *names: str) -> None:
    for name in names:
        found: list[str] = getattr(outcome, name)
        click.echo(f"{name:<12} {len(found)}{': ' + ', '.join(found[:5]) if found else ''}")
