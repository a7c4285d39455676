"""`culm sandbox`: the simulated outside world."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import click
import msgspec

from culm.commands import stopping, verify
from culm.kernel import clock, settings
from culm.sandbox import times
from culm.sandbox.bank import bank as bank_
from culm.sandbox.bank import ledger, running, sftp

_directory = click.option(
    "--directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where files come in and go out; made when it is missing.",
)


@click.group()
def sandbox() -> None:
    """A bank that is not there: it takes payment files and answers by test account numbers."""


@sandbox.command()
@_directory
@click.option(
    "--sftp", "port", type=click.IntRange(0, 65535), help="Serve it by SFTP, too (0: any port)."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where SFTP listens.")
@click.option("--tenant", help="Keep this tenant's time (default: real time).")
@click.pass_obj
def bank(
    config: settings.Settings, directory: Path, port: int | None, host: str, tenant: str | None
) -> None:
    """Run a bank over a directory until Ctrl-C or SIGTERM."""
    with stopping.signals() as signals, bank_.Bank(directory.absolute()) as ours:
        asyncio.run(_run(ours, config, directory.absolute(), port, host, tenant, signals))
    click.echo("stopped")


@sandbox.command()
@click.option(
    "--directory",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the bank is.",
)
def paid(directory: Path) -> None:
    """The ledger of a bank, as JSON: what it paid and collected, and what came to it twice."""
    found = ledger.read(directory.absolute())
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


async def _run(
    ours: bank_.Bank,
    config: settings.Settings,
    directory: Path,
    port: int | None,
    host: str,
    tenant: str | None,
    signals: stopping.Signals,
) -> None:
    signals.cancel(asyncio.current_task())
    async with _clock(config, tenant) as now, _door(directory, host, port):
        click.echo(f"bank      {directory}")
        click.echo("stop with Ctrl-C")
        await running.keep(ours, now)


@asynccontextmanager
async def _clock(config: settings.Settings, tenant: str | None) -> AsyncIterator[running.Clock]:
    """The tenant's clock, or this machine's."""

    async def real() -> datetime:
        return clock.utc_now()

    if tenant is None:
        yield real
        return
    async with verify.at_rest(config) as platform:
        yield lambda: times.of(platform, tenant)


@asynccontextmanager
async def _door(directory: Path, host: str, port: int | None) -> AsyncIterator[None]:
    """The bank's SFTP server, where one is asked for."""
    if port is None:
        yield
        return
    async with sftp.serve(directory, host=host, port=port) as address:
        click.echo(f"SFTP      {address.url}")
        click.echo(f"key       {address.client_key}")
        click.echo(f"known     {address.known_hosts}")
        yield
