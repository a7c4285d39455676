"""`culm simulate`: the whole platform in memory, under faults, against a reference model."""

from __future__ import annotations

import random
import sys

import click
import msgspec

from culm.simulation import report, run


@click.command()
@click.option("--seed", type=int, help="What decides everything (default: a random one, printed).")
@click.option("--turns", type=click.IntRange(min=1), default=10_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def simulate(seed: int | None, turns: int, as_json: bool) -> None:
    """Run the platform in memory while everything fails that can, and compare every outcome with
    a model of the ledger. Exits 1 at the first one that differs."""
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    if not as_json:
        click.echo(f"seed {seed}: {turns:,} turns")
    done = run.Simulation(seed=seed, turns=turns).run()
    if as_json:
        click.echo(msgspec.json.encode(done))
    else:
        _print(done)
    sys.exit(0 if done.divergence is None else 1)


def _print(done: report.Report) -> None:
    rate = f"{done.turns_per_second:,} a second"
    click.echo(f"turns     {done.turns:,} in {done.seconds:.1f} s, {rate}; {done.events:,} events")
    for name in ("commands", "outcomes", "heard", "faults", "checked"):
        click.echo(f"{name:<9} {_counts(getattr(done, name))}")
    click.echo(f"trace     {done.trace}")
    if done.divergence is not None:
        click.secho(f"DIVERGENCE in turn {done.turns:,}", fg="red", bold=True)
        click.echo(done.divergence)
        click.echo(f"again: {done.reproduce}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
