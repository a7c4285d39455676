"""`culm parked`: facts that reactors were not done with, and what is to become of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final

import click
import msgspec
from rich.console import Console
from rich.table import Table

from culm import app
from culm.commands import ledger
from culm.facts import cloudevent
from culm.kernel import clock, errors, ids, pages, settings
from culm.work import case, commands, reads, tables, types, views

ACTOR: Final = "cli"


@click.group()
@click.option("--tenant", help="Only what is parked of this tenant (default: of all).")
@click.pass_context
def parked(ctx: click.Context, tenant: str | None) -> None:
    """Facts that reactors were not done with."""
    config: settings.Settings = ctx.obj
    ctx.obj = ledger.Session(config, tenant or "")


@parked.command("list")
@click.option("--reactor", help="Only what this reactor has parked.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.pass_obj
def list_(session: ledger.Session, reactor: str | None, limit: int) -> None:
    """Show what is parked, the earliest facts first."""

    async def read(platform: app.Platform) -> list[types.Parked]:
        return [one async for one in _waiting(platform, session, reactor, limit)]

    table = Table(box=None, pad_edge=False)
    table.add_column("parked", no_wrap=True)
    for name in ("tenant", "type", "why", "attempts", "state", "since"):
        table.add_column(name, overflow="fold")
    for one in session.look(read):
        since = clock.timestamp(one.parked)
        tried = str(one.attempts)
        table.add_row(one.id, one.tenant, one.type, one.code, tried, one.state, since)
    Console(markup=False, emoji=False).print(table)


@parked.command()
@click.argument("parked_id", metavar="PARKED")
@click.pass_obj
def show(session: ledger.Session, parked_id: str) -> None:
    """Show one, with the fact itself and what the reactor said: PARKED is reactor:evt_…"""

    async def read(platform: app.Platform) -> tuple[views.ParkedFact, cloudevent.CloudEvent]:
        partition, found = await _find(platform, session, parked_id)
        place = ids.position_of(found.fact)
        rows = await platform.db.fetch(tables.QUERIES["facts_at"], partition, [place])
        row = case.row_of(rows[0])
        return found, cloudevent.of(row, platform.settings.origin)

    found, fact = session.look(read)
    for name, value in msgspec.to_builtins(found).items():
        click.echo(f"{name:<10} {'' if value is None else value}")
    click.echo(msgspec.json.format(cloudevent.encode(fact), indent=2).decode())


@parked.command()
@click.argument("parked_ids", metavar="[PARKED]...", nargs=-1)
@click.option("--reactor", help="With --all: of this reactor.")
@click.option("--all", "every", is_flag=True, help="Everything that can be tried now.")
@click.pass_obj
def retry(
    session: ledger.Session, parked_ids: tuple[str, ...], reactor: str | None, every: bool
) -> None:
    """Have the reactor try PARKED once more; of an aggregate, the earliest first."""
    _do(session, parked_ids, reactor, every, lambda one: commands.RetryParked(id=one), "retrying")


@parked.command()
@click.argument("parked_ids", metavar="[PARKED]...", nargs=-1)
@click.option("--reactor", help="With --all: of this reactor.")
@click.option("--all", "every", is_flag=True, help="Everything that is parked.")
@click.pass_obj
def drop(
    session: ledger.Session, parked_ids: tuple[str, ...], reactor: str | None, every: bool
) -> None:
    """Give PARKED up: the reactor will not react to it."""
    _do(session, parked_ids, reactor, every, lambda one: commands.DropParked(id=one), "dropped")


def _do(
    session: ledger.Session,
    parked_ids: tuple[str, ...],
    reactor: str | None,
    every: bool,
    command_for: Callable[[str], commands.Command],
    done: str,
) -> None:
    if bool(parked_ids) == every or (reactor is not None and not every):
        raise click.UsageError("Name what is parked, or say --all, with --reactor or without.")

    async def ask(platform: app.Platform) -> None:
        for parked_id in parked_ids:
            _, found = await _find(platform, session, parked_id)
            await _submit(platform, command_for(parked_id), found.tenant)
            click.echo(f"{parked_id}: {done}")
        if every:
            click.echo(f"{await _ask_all(platform, session, reactor, command_for)} {done}")

    session.run(ask)


async def _ask_all(
    platform: app.Platform,
    session: ledger.Session,
    reactor: str | None,
    command_for: Callable[[str], commands.Command],
) -> int:
    """Ask for everything that is parked; how many could be. The others wait for an earlier one, or
    are being tried."""
    count = 0
    async for one in _waiting(platform, session, reactor):
        try:
            await _submit(platform, command_for(one.id), one.tenant)
        except errors.Rejection:
            continue
        count += 1
    return count


async def _submit(platform: app.Platform, command: commands.Command, tenant: str) -> None:
    await platform.submit(command, tenant=tenant, actor=ACTOR)


async def _find(
    platform: app.Platform, session: ledger.Session, parked_id: str
) -> tuple[int, views.ParkedFact]:
    """A parked fact, and its partition. Raises `ParkedNotFound`."""
    parts = types.parts(parked_id)
    partition = ids.partition_of(parts[1]) if parts else 0
    found = await reads.parked(
        platform.db, partition=partition, tenant=session.tenant or None, parked=parked_id
    )
    return partition, found


async def _waiting(
    platform: app.Platform, session: ledger.Session, reactor: str | None, limit: int | None = None
) -> AsyncIterator[types.Parked]:
    """What waits, in all partitions."""
    left = limit
    for partition in range(len(platform.books)):
        last: types.Parked | None = None
        while left is None or left > 0:
            some = await reads.everywhere(
                platform.db,
                partition=partition,
                tenant=session.tenant or None,
                reactor=reactor,
                after=last,
                limit=pages.MAX_LIMIT if left is None else min(pages.MAX_LIMIT, left),
            )
            for last in some:
                yield last
            left = None if left is None else left - len(some)
            if len(some) < pages.MAX_LIMIT:
                break
