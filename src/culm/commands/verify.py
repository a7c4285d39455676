"""`culm verify`: prove that the log is whole and that the state is what the log makes of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich import console, progress

from culm import app
from culm.book import double_entry, note, seals
from culm.book import verify as verify_
from culm.kernel import database, settings


@click.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A signed checkpoint that was kept elsewhere: the log must begin with what it covers.",
)
@click.pass_obj
def verify(settings_: settings.Settings, checkpoints: tuple[Path, ...]) -> None:
    """Prove the log, its seals, and every row of state. Exits 1 at the first thing wrong."""
    held = [_read(path) for path in checkpoints]
    with app.database_url(settings_) as url, _bar() as bar:
        report = asyncio.run(_verify(settings_, url, held, bar))
    for done in report.partitions:
        click.echo(_line(done))
    if report.finding is not None:
        click.echo(f"NOT AS THE LOG SAYS, after {report.seconds:.1f} s:", err=True)
        click.echo(str(report.finding), err=True)
        sys.exit(1)
    events = sum(done.events for done in report.partitions)
    click.echo(f"verified {events:,} events in {report.seconds:.1f} s: nothing is wrong")


async def _verify(
    settings_: settings.Settings, url: str, held: list[str], bar: verify_.Progress | None
) -> verify_.Report:
    db = await database.pool(url)
    try:
        sealed = seals.Seals(db, settings_.data_path / "keys", settings_.origin)
        proof = verify_.Proof(
            catalog=app.catalog(),
            verifier=sealed.verifier,
            audits=[double_entry.audit],
            held=held,
            progress=bar,
        )
        return await verify_.verify(db, proof)
    finally:
        await db.close()


def _line(done: verify_.PartitionReport) -> str:
    return (
        f"partition {done.partition}: {done.events:,} events, {done.turns:,} turns, "
        f"{done.checkpoints:,} checkpoints, {done.rows:,} rows, {done.answers:,} answers\n"
        f"  root {note.encode_base64(done.root)}"
    )


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read as a checkpoint: {error}") from error


@contextmanager
def _bar() -> Iterator[verify_.Progress | None]:
    """A progress bar, where somebody is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    with progress.Progress(console=console.Console(stderr=True), transient=True) as shown:
        tasks: dict[int, progress.TaskID] = {}

        def tell(partition: int, done: int, total: int) -> None:
            if partition not in tasks:
                tasks[partition] = shown.add_task(f"partition {partition}")
            shown.update(tasks[partition], completed=done, total=total)

        yield tell
