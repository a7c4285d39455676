"""`culm sandbox`: the simulated outside world."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import click
import msgspec

from culm.commands import stopping, verify
from culm.kernel import clock, settings
from culm.sandbox import times
from culm.sandbox.bank import ledger, running, sftp


@click.group()
def sandbox() -> None:
    """A bank that is not there: it takes payment files and answers by test account numbers."""


@sandbox.command()
@click.option(
    "--directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where files come in and go out, each tenant's beneath it; made when it is missing.",
)
@click.option(
    "--sftp",
    "port",
    type=click.IntRange(0, 65535),
    help="Serve it by SFTP, too (0: any port).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where SFTP listens.")
@click.option(
    "--follow", is_flag=True, help="Keep the virtual clocks of the platform's tenants, where set."
)
@click.pass_obj
def bank(
    config: settings.Settings, directory: Path, port: int | None, host: str, follow: bool
) -> None:
    """Run a bank for every tenant with files in a directory, until Ctrl-C or SIGTERM."""
    with stopping.signals() as signals:
        asyncio.run(_run(config, directory.absolute(), port, host, follow, signals))
    click.echo("stopped")


@sandbox.command()
@click.option(
    "--directory",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the bank of a tenant is.",
)
def paid(directory: Path) -> None:
    """The ledger of a bank, as JSON: what it paid and collected, and what came to it twice."""
    found = ledger.read(directory.absolute())
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


async def _run(
    config: settings.Settings,
    root: Path,
    port: int | None,
    host: str,
    follow: bool,
    signals: stopping.Signals,
) -> None:
    signals.cancel(asyncio.current_task())
    async with _clock(config, follow) as clock_, _door(root, host, port):
        click.echo(f"banks     {root}")
        click.echo("stop with Ctrl-C")
        await running.keep_all(root, clock_)


@asynccontextmanager
async def _clock(config: settings.Settings, follow: bool) -> AsyncIterator[running.TenantClock]:
    """The clocks of tenants, or this machine's for all."""

    async def real(_tenant: str) -> datetime:
        return clock.utc_now()

    if not follow:
        yield real
        return
    async with verify.at_rest(config) as platform:
        yield functools.partial(times.of, platform)


@asynccontextmanager
async def _door(root: Path, host: str, port: int | None) -> AsyncIterator[None]:
    """The banks' SFTP server, where one is asked for."""
    if port is None:
        yield
        return
    async with sftp.serve(root, many=True, host=host, port=port) as address:
        click.echo(f"SFTP      {address.url}  CULM_ACH_SANDBOX_BANK")
        click.echo(f"key       {address.client_key}  CULM_ACH_KEY")
        click.echo(f"known     {address.known_hosts}  CULM_ACH_KNOWN_HOSTS")
        yield
