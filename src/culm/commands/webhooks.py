"""`culm webhooks`: endpoints, what was tried, and sending it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from culm import app
from culm.commands import ledger
from culm.kernel import clock, pages, settings
from culm.webhooks import commands
from culm.webhooks.reads import attempts, endpoints, history

MAX_ROWS = 500
"""Of one listing: the newest."""


@click.group()
@click.option("--tenant", help="Whose endpoints (default: CULM_DEFAULT_TENANT).")
@click.pass_context
def webhooks(ctx: click.Context, tenant: str | None) -> None:
    """Webhooks of a tenant: endpoints, attempts, replays."""
    config: settings.Settings = ctx.obj
    ctx.obj = ledger.Session(config, tenant or config.default_tenant)


@webhooks.command("list")
@click.pass_obj
def list_(session: ledger.Session) -> None:
    """Show the tenant's endpoints, newest first."""

    async def read(platform: app.Platform) -> Sequence[Sequence[str]]:
        partition = platform.partition_of(session.tenant)
        page = await endpoints.endpoints(
            platform.db, partition=partition, tenant=session.tenant, limit=pages.MAX_LIMIT
        )
        return [
            (one.id, one.reason or one.state, ", ".join(one.event_types) or "everything", one.url)
            for one in page.items
        ]

    _show(session.look(read), "endpoint", "state", "told of", "url")


@webhooks.command("attempts")
@click.argument("endpoint")
@click.option("--event", help="Only attempts to deliver this event.")
@click.option("--failed", is_flag=True, help="Only attempts that failed.")
@click.option("--limit", type=click.IntRange(1, MAX_ROWS), default=50, show_default=True)
@click.pass_obj
def attempts_(
    session: ledger.Session, endpoint: str, event: str | None, failed: bool, limit: int
) -> None:
    """Show the newest attempts at ENDPOINT."""

    async def read(platform: app.Platform) -> Sequence[Sequence[str]]:
        page = await attempts.attempts(
            platform.db,
            partition=platform.partition_of(session.tenant),
            tenant=session.tenant,
            endpoint=endpoint,
            event=event,
            outcome="failed" if failed else None,
            limit=limit,
        )
        return [
            (
                clock.timestamp(one.time),
                one.event,
                str(one.attempt),
                str(one.status or ""),
                one.failure or "delivered",
                f"{one.latency_ms:,} ms",
            )
            for one in page.items
        ]

    _show(session.look(read), "time", "event", "attempt", "status", "outcome", "latency")


@webhooks.command()
@click.argument("endpoint")
@click.option("--event", help="This event only.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="Every event since this time."
)
@click.option("--again", is_flag=True, help="With --since: those too that were delivered.")
@click.pass_obj
def replay(
    session: ledger.Session, endpoint: str, event: str | None, since: datetime | None, again: bool
) -> None:
    """Send one event, or all since a time, to ENDPOINT again."""
    if event is not None and since is None:
        command: commands.Command = commands.ReplayDelivery(endpoint=endpoint, event=event)
    elif since is not None and event is None:
        command = commands.ReplaySince(endpoint=endpoint, since=since, again=again)
    else:
        raise click.UsageError("Say what to send: --event or --since.")

    async def ask(platform: app.Platform) -> None:
        tenant = session.tenant
        if event is not None:
            partition = platform.partition_of(tenant)
            await history.require_own(platform.db, partition=partition, tenant=tenant, event=event)
        await platform.submit(command, tenant=tenant, actor="cli")

    session.run(ask)
    click.echo("it will be sent by the platform's workers")


def _show(rows: Sequence[Sequence[str]], *columns: str) -> None:
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(markup=False, emoji=False).print(table)
