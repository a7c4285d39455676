"""`culm up`, `culm serve`, `culm work`: the platform in one process, or its halves in many."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import click

from culm import app, serving, working
from culm.access import keeping
from culm.commands import stopping
from culm.facts import bus as bus_
from culm.facts import wake
from culm.kernel import errors, secrets, settings


class PortTaken(errors.CulmError):
    """Somebody listens on the API's port already."""

    code = "port_taken"


_port = click.option(
    "--port", type=click.IntRange(0, 65535), help="The API's port (default: 8260)."
)


@click.command()
@_port
@click.pass_obj
def up(settings_: settings.Settings, port: int | None) -> None:
    """Start everything, print where it is, and run until Ctrl-C, SIGTERM or SIGHUP.

    A second signal does not wait for requests that are being answered.
    """
    port = settings_.port if port is None else port
    with (
        stopping.signals() as signals,
        app.database_url(settings_, attach=False) as url,
        app.nats_url(settings_) as nats_url,
    ):
        asyncio.run(_up(settings_, url, nats_url, port, signals))
    click.echo("stopped")


@click.command()
@_port
@click.pass_obj
def serve(settings_: settings.Settings, port: int | None) -> None:
    """Serve the API alone; run any number of these, and `culm work` beside them."""
    port = settings_.port if port is None else port
    with (
        stopping.signals() as signals,
        app.database_url(settings_) as url,
        app.nats_url(settings_) as nats_url,
    ):
        asyncio.run(_serve(settings_, url, nats_url, port, signals))
    click.echo("stopped")


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="Only this work; may be repeated.")
@click.pass_obj
def work(settings_: settings.Settings, only: tuple[str, ...]) -> None:
    """Do the work behind the API: publish facts, react to them, keep time.

    Run any number of these, on one machine or many; each takes over what another leaves.
    """
    with (
        stopping.signals() as signals,
        app.database_url(settings_) as url,
        app.nats_url(settings_) as nats_url,
    ):
        asyncio.run(_work(settings_, url, nats_url, only, signals))
    click.echo("stopped")


async def _up(
    settings_: settings.Settings, url: str, nats_url: str, port: int, signals: stopping.Signals
) -> None:
    signals.cancel(asyncio.current_task())
    port = take_port(settings_.host, port)
    async with (
        app.open_platform(settings_, url) as platform,
        _bus(settings_, nats_url) as bus,
        serving.api(platform, port) as api,
    ):
        _say_where(settings_, api, url, nats_url)
        await working.work(platform, bus)


async def _serve(
    settings_: settings.Settings, url: str, nats_url: str, port: int, signals: stopping.Signals
) -> None:
    signals.cancel(asyncio.current_task())
    port = take_port(settings_.host, port)
    async with (
        app.open_platform(settings_, url) as platform,
        _bus(settings_, nats_url) as bus,
        serving.api(platform, port) as api,
    ):
        _say_where(settings_, api, url, nats_url)
        await bus.use(lambda client: wake.share(client, platform.bells))


async def _work(
    settings_: settings.Settings,
    url: str,
    nats_url: str,
    only: Collection[str],
    signals: stopping.Signals,
) -> None:
    signals.cancel(asyncio.current_task())
    async with app.open_platform(settings_, url) as platform, _bus(settings_, nats_url) as bus:
        click.echo(f"working   {', '.join(only) or 'on everything'}")
        _say_servers(url, nats_url)
        await working.work(platform, bus, only=only)


@asynccontextmanager
async def _bus(settings_: settings.Settings, url: str) -> AsyncIterator[bus_.Bus]:
    """The connection to NATS, kept until the block ends."""
    bus = bus_.Bus(url, credentials=settings_.nats_credentials)
    keeping = asyncio.create_task(bus.run())
    try:
        yield bus
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


def _say_where(settings_: settings.Settings, api: str, url: str, nats_url: str) -> None:
    click.echo(f"API       {api}")
    click.echo(f"reference {api}/docs")
    click.echo(f"operator  {settings_.data_path / 'keys' / keeping.OPERATOR_FILE}")
    _say_servers(url, nats_url)


def _say_servers(url: str, nats_url: str) -> None:
    click.echo(f"database  {secrets.masked_url(url)}")
    click.echo(f"NATS      {secrets.masked_servers(nats_url)}")
    click.echo("stop with Ctrl-C")


def take_port(host: str, port: int) -> int:
    """The port, if nobody listens on it yet; a free one for 0. Raises `PortTaken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"{host}:{port} cannot be listened on: {error.strerror}.") from error
        taken: int = probe.getsockname()[1]
        return taken
