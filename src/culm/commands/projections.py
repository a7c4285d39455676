"""`culm projections`: how far they are behind the log, and rebuilding one from it."""

from __future__ import annotations

import asyncio
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from culm import app
from culm.commands import verify
from culm.facts.projections import declaration, generations, projector, types
from culm.kernel import clock, database, settings

POLL_SECONDS: Final = 0.2
"""How often it is looked how far another process is with a rebuild."""


@click.group()
def projections() -> None:
    """Tables made from the log: how far behind they are, and how to make one again."""


@projections.command("list")
@click.pass_obj
def list_(settings_: settings.Settings) -> None:
    """Every projection, in every partition, and its lag."""

    async def read() -> list[types.Progress]:
        async with verify.at_rest(settings_) as platform:
            return await generations.progress(platform.db)

    rows = asyncio.run(read())
    if not rows:
        click.echo("no projection was built yet: `culm up` builds them")
        return
    Console(highlight=False).print(table(rows))


def table(rows: list[types.Progress]) -> Table:
    """How far each generation is in each partition."""
    now = clock.utc_now()
    made = Table(box=None, pad_edge=False, collapse_padding=True)
    for heading in ("projection", "state"):
        made.add_column(heading, overflow="fold")
    for heading in ("generation", "version", "partition", "position", "lag", "seconds"):
        made.add_column(heading, justify="right")
    for row in rows:
        lag = row.lag(now)
        numbers = (row.generation, row.version, row.partition, f"{row.position:,}")
        made.add_row(
            row.projection,
            row.state,
            *map(str, numbers),
            f"{lag.events:,}",
            f"{lag.seconds:,.1f}",
        )
    return made


@projections.command("rebuild")
@click.argument("name")
@click.pass_obj
def rebuild(settings_: settings.Settings, name: str) -> None:
    """Make the projection NAME again from the whole log, and swap it in when it has caught up.

    Readers see the old one meanwhile. A rebuild that was interrupted is dropped, and begun anew by
    this command; left alone, `culm up` goes on with it.
    """
    projection = named(name)
    generation = asyncio.run(_rebuild(settings_, projection))
    click.echo(f"{name}: generation {generation} is live")


def named(name: str) -> declaration.Projection:
    """A projection of this release. Raises `ProjectionUnknown`."""
    known = {projection.name: projection for projection in app.PROJECTIONS}
    if name not in known:
        raise types.ProjectionUnknown(
            f"there is no projection {name}, but {', '.join(known)}", field="name"
        )
    return known[name]


async def _rebuild(settings_: settings.Settings, projection: declaration.Projection) -> int:
    with app.database_url_to_read(settings_) as url:
        await app.require_schema(url)

        async def connect() -> projector.Connection:
            return await database.connect(url)

        connection = await connect()
        try:
            generation = await generations.begin(connection, projection)
        finally:
            connection.terminate()
        builder = projector.Projector(connect, app.catalog(), [projection])
        try:
            await _build(builder, projection.name, generation)
        finally:
            builder.close()
    return generation


async def _build(builder: projector.Projector, name: str, generation: int) -> None:
    """Build until the generation is live: ourselves, or watching the process that leads."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        task = bar.add_task(name)
        while True:
            moved = await builder.step()
            rows = [row for row in await builder.progress() if row.projection == name]
            ours = [row for row in rows if row.generation == generation]
            if not [row for row in ours if row.state == "building"]:
                _require_live(ours, name)
                return
            done, total = (sum(n) for n in zip(*((r.position, r.size) for r in ours), strict=True))
            bar.update(task, completed=done, total=total)
            if not moved:
                await asyncio.sleep(POLL_SECONDS)


def _require_live(rows: list[types.Progress], name: str) -> None:
    """Refuse to call done what somebody else dropped meanwhile, to begin anew."""
    if not rows:
        raise types.RebuildReplaced(
            f"another rebuild of {name} was begun, and took this one's place"
        )
