"""`culm events`: what is recorded and published, described for those who read it."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from culm import app
from culm.commands import publishing
from culm.facts import asyncapi as asyncapi_
from culm.facts import compatibility, released, schemas
from culm.facts import reference as reference_


@click.group()
def events() -> None:
    """The events that are recorded and published: their schemas, and what may change."""


events.add_command(publishing.tail_)
events.add_command(publishing.replay_)


@events.command("schemas")
def print_schemas() -> None:
    """Print the JSON Schema of every version of every event."""
    click.echo(released.text(schemas.document(app.catalog().versions)), nl=False)


@events.command("asyncapi")
def print_asyncapi() -> None:
    """Print the description of what is published, in AsyncAPI 3.0."""
    document = msgspec.json.encode(asyncapi_.document(app.catalog()))
    click.echo(msgspec.json.format(document, indent=2))


@events.command("reference")
def print_reference() -> None:
    """Print the reference of events as Markdown: docs/reference/events.md."""
    click.echo(reference_.page(app.catalog()), nl=False)


@events.command("check")
@click.argument("file", type=click.Path(path_type=Path), default=released.FILE)
@click.option("--accept", is_flag=True, help="Write FILE anew when every change is compatible.")
def check(file: Path, accept: bool) -> None:
    """Compare the events' schemas with those of the last release, in FILE.

    Exits 1 when what was recorded could not be read any more, or what is recorded now not by those
    who know the last release.
    """
    present = schemas.document(app.catalog().versions)
    before = {} if accept and not file.exists() else released.read(file)
    changes = compatibility.changes(before, present)
    released.require_compatible(changes)
    for change in changes:
        click.echo(f"{change.code:16}{change.sentence}")
    if accept:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(released.text(present), encoding="utf-8")
    click.echo(f"{file}: {'written' if accept else 'every change is compatible'}")
