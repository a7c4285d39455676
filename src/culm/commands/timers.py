"""`culm timers`: look at timers, try again what has failed, cancel what is no more wanted."""

from __future__ import annotations

from typing import Any, get_args

import click
import msgspec

from culm.commands.ledger import Session
from culm.kernel import settings
from culm.timers import commands, reads, types, views


@click.group()
@click.option("--tenant", help="Whose timers (default: CULM_DEFAULT_TENANT).")
@click.pass_context
def timers(ctx: click.Context, tenant: str | None) -> None:
    """Commands that are decided at a time or on a schedule."""
    config: settings.Settings = ctx.obj
    ctx.obj = Session(config, tenant or config.default_tenant)


@timers.command("list")
@click.option("--state", type=click.Choice(get_args(types.State)), help="Only those in a state.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@click.pass_obj
def list_(session: Session, state: types.State | None, limit: int) -> None:
    """Timers, those that were set last first."""

    async def read(platform: Any) -> Any:
        partition = platform.partition_of(session.tenant)
        return await reads.timers(
            platform.db, partition=partition, tenant=session.tenant, state=state, limit=limit
        )

    page = session.look(read)
    for timer in page.items:
        click.echo(_line(timer))
    if page.next_cursor:
        click.echo(f"and more: only the newest {limit} are shown")


@timers.command()
@click.argument("timer")
@click.pass_obj
def show(session: Session, timer: str) -> None:
    """Everything about one timer, as JSON."""

    async def read(platform: Any) -> Any:
        partition = platform.partition_of(session.tenant)
        return await reads.timer(
            platform.db, partition=partition, tenant=session.tenant, timer=timer
        )

    click.echo(msgspec.json.format(msgspec.json.encode(session.look(read))))


@timers.command()
@click.argument("timer")
@click.pass_obj
def retry(session: Session, timer: str) -> None:
    """Have the command of a timer that failed, or was refused, decided again."""
    _ask(session, commands.RetryTimer(timer=timer))


@timers.command()
@click.argument("timer")
@click.pass_obj
def cancel(session: Session, timer: str) -> None:
    """Let a timer not fire any more."""
    _ask(session, commands.CancelTimer(timer=timer))


def _ask(session: Session, command: commands.Command) -> None:
    click.echo(_line(session.run(lambda platform: platform.submit(command, tenant=session.tenant))))


def _line(timer: views.Timer) -> str:
    due = "" if timer.due is None else f" due {timer.due:%Y-%m-%dT%H:%M:%SZ}"
    outcome = "" if timer.outcome is None else f", the last time {timer.outcome}"
    return f"{timer.id} {timer.state}{due} {timer.command}, fired {timer.fired} times{outcome}"
