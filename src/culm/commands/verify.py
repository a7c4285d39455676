"""`culm verify`: prove that the log is whole and that the state is what the log makes of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from culm import app
from culm.book import double_entry, note, seals
from culm.book import verify as verify_
from culm.kernel import clock, database, errors, settings


class EvidenceUnreadable(errors.Invalid):
    """A checkpoint or key that was brought along is no file of text."""

    code = "evidence_unreadable"


@click.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A signed checkpoint that was kept elsewhere: the log must begin with what it covers.",
)
@click.option(
    "--key",
    help="The public key of one partition's log, or a file with it, in the signing key's place.",
)
@click.pass_obj
def verify(settings_: settings.Settings, checkpoints: tuple[Path, ...], key: str | None) -> None:
    """Prove the log, its seals, and every row of state. Exits 1 at the first thing wrong."""
    held = [_read(path) for path in checkpoints]
    text = _read(Path(key)) if key and Path(key).is_file() else key
    sys.exit(0 if asyncio.run(run(settings_, held=held, key=text)) else 1)


async def run(
    settings_: settings.Settings, *, held: Sequence[str] = (), key: str | None = None
) -> bool:
    """Prove the platform of these settings and say what came of it; whether all is well."""
    async with at_rest(settings_) as platform:
        report = await prove(platform, held=held, key=key)
    show(Console(highlight=False), report)
    return report.ok


@asynccontextmanager
async def at_rest(settings_: settings.Settings) -> AsyncIterator[app.Platform]:
    """The platform, not taking turns: it is looked at as it is, however damaged. Nothing is made
    or migrated, so that it may be a standby.

    Raises `NoPlatform`, `SchemaDiffers`, `Unavailable`.
    """
    with app.database_url_to_read(settings_) as url:
        await app.require_schema(url)
        async with database.pools(url) as pools:
            yield app.Platform(settings_, pools, url, clock.utc_now, make_key=False)


async def prove(
    platform: app.Platform, *, held: Sequence[str] = (), key: str | None = None
) -> verify_.Report:
    """Prove an open platform, with a progress bar where somebody is looking."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        proof = verify_.Proof(
            catalog=platform.catalog,
            verifier=seals.verifiers(key) if key else platform.seals.verifier,
            audits=[double_entry.audit],
            held=held,
            progress=_Steps(bar).tell,
        )
        return await verify_.verify(platform.db, proof)


def show(console: Console, report: verify_.Report) -> None:
    """What was proven, and what is wrong. Nothing that the database says is read as markup."""
    for done in report.partitions:
        held = f"{done.checkpoints:,} checkpoints, {done.rows:,} rows, {done.answers:,} answers"
        counts = f"{done.events:,} events in {done.turns:,} turns, {held}"
        root = f"  root {note.encode_base64(done.root)}"
        _print(console, f"partition {done.partition}: {counts}", root)
    seconds = f"({report.seconds:.1f} s)"
    if report.finding is None:
        proven = "nothing is wrong" if report.partitions else "there is no partition yet"
        _print(console, f"{proven} {seconds}")
    else:
        _print(console, f"NOT AS IT WAS WRITTEN {seconds}", style="bold red")
        _print(console, *str(report.finding).splitlines())


def _print(console: Console, *lines: str, style: str = "") -> None:
    for line in lines:
        console.print(Text(f"  {line}", style=style), soft_wrap=True)


class _Steps:
    """One line a partition in a progress bar."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[int, TaskID] = {}

    def tell(self, partition: int, done: int, total: int) -> None:
        """So many events of a partition are done."""
        if partition not in self._tasks:
            self._tasks[partition] = self._bar.add_task(f"partition {partition}")
        self._bar.update(self._tasks[partition], completed=done, total=total)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceUnreadable(f"{path} cannot be read: {error}") from error
