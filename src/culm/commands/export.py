"""`culm export`: a tenant's ledger in a file that other tools read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from culm.commands import verify
from culm.kernel import clock, settings
from culm.ledger.export import file


def moment(text: str) -> datetime:
    """A time with its offset from UTC, as in RFC 3339."""
    with suppress(ValueError):
        read = datetime.fromisoformat(text)
        if read.tzinfo is not None:
            return read
    raise click.BadParameter("A time looks like 2026-01-31T23:59:59Z, with its offset from UTC.")


@click.command()
@click.option("--tenant", help="Whose ledger (default: CULM_DEFAULT_TENANT).")
@click.option(
    "--format",
    "format_",
    type=click.Choice(get_args(file.Format)),
    default="csv",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--effective", type=moment, help="Only what is effective by then (default: all).")
@click.option("--recorded", type=moment, help="Only what was recorded by then (default: now).")
@click.pass_obj
def export(
    settings_: settings.Settings,
    tenant: str | None,
    format_: file.Format,
    output: Path,
    effective: datetime | None,
    recorded: datetime | None,
) -> None:
    """Write a tenant's ledger to a file: every posting, with both of its times."""

    async def run() -> file.Exported:
        async with verify.at_rest(settings_) as platform:
            owner = tenant or settings_.default_tenant
            return await file.export(
                platform.db,
                partition=platform.partition_of(owner),
                tenant=owner,
                format=format_,
                output=output,
                effective=effective,
                recorded=recorded,
            )

    done = asyncio.run(run())
    click.echo(f"{output}: {done.lines:,} postings recorded by {clock.timestamp(done.recorded)}")
