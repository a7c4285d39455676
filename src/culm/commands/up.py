"""`culm up`: the embedded PostgreSQL and the HTTP API, in the foreground."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import suppress

import click

from culm import app, serving
from culm.commands import stopping
from culm.kernel import errors, secrets, settings


class NotLoopback(errors.CulmError):
    """The API has no authentication yet, so it listens on loopback addresses only."""

    code = "not_loopback"


class PortTaken(errors.CulmError):
    """Somebody listens on the API's port already."""

    code = "port_taken"


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="The API's port (default: 8260).")
@click.pass_obj
def up(settings_: settings.Settings, port: int | None) -> None:
    """Start everything, print where it is, and run until Ctrl-C, SIGTERM or SIGHUP.

    A second signal does not wait for requests that are being answered.
    """
    require_loopback(settings_.host)
    port = settings_.port if port is None else port
    with stopping.signals() as signals, app.database_url(settings_, attach=False) as url:
        asyncio.run(_serve(settings_, url, port, signals))
    click.echo("stopped")


def require_loopback(host: str) -> None:
    """Refuse to listen where others could reach an API without authentication."""
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    raise NotLoopback(
        f"{host} is not a loopback address, and the API has no authentication yet: "
        "it listens on 127.0.0.1 or ::1 only.",
        field="CULM_HOST",
    )


async def _serve(
    settings_: settings.Settings, url: str, port: int, signals: stopping.Signals
) -> None:
    signals.cancel(asyncio.current_task())
    port = take_port(settings_.host, port)
    async with app.open_platform(settings_, url) as platform, serving.api(platform, port) as api:
        click.echo(f"API       {api}  (loopback only: there is no authentication yet)")
        click.echo(f"reference {api}/docs")
        click.echo(f"database  {secrets.masked_url(url)}")
        click.echo("stop with Ctrl-C")
        await serving.keep(platform)


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
