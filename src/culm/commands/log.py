"""`culm log`, `culm checkpoint`, `culm proof`: what leaves the platform as evidence, and its check.

The checks need neither a database nor settings: a file, and the public key of its log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import click
import msgspec

from culm import app
from culm.book import checkpoint as checkpoint_
from culm.book import double_entry, finding, leaf, logfile, note, seals, verify_file
from culm.book import proof as proof_
from culm.commands import verify
from culm.kernel import clock, ids, settings

T = TypeVar("T")

MAX_RECEIPT_BYTES: Final = 64 * 2**20

_DIGITS: Final = 19  # of the largest position

_PARTITION = click.option(
    "--partition",
    type=click.IntRange(0, seals.MAX_PARTITION),
    default=0,
    show_default=True,
    help="The partition whose log is meant.",
)
_KEY = click.option(
    "--key", required=True, help="The log's public key, as `culm checkpoint --key` prints it."
)


@click.group()
def log() -> None:
    """The log in a file that proves itself."""


@log.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@_PARTITION
@click.pass_obj
def export(settings_: settings.Settings, file: Path, partition: int) -> None:
    """Write a partition's log to FILE (compressed, if its name ends in .gz)."""
    done = _on_platform(
        settings_, lambda platform: logfile.export(platform.db, platform.seals, partition, file)
    )
    click.echo(f"{done.path}: {done.events:,} events of {done.origin}")
    click.echo(f"root {note.encode_base64(done.root)}")


@log.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@_KEY
def check(file: Path, key: str) -> None:
    """Prove that FILE is a whole, unaltered log. Exits 1 at the first thing wrong."""
    verifier = note.Verifier.parse(key)
    with logfile.open_(file) as opened:
        done = verify_file.check(opened, verifier, audit=double_entry.unbalanced)
    click.echo(f"{file}: {done.events:,} events of {done.origin}: nothing is wrong")
    click.echo(f"root {note.encode_base64(done.root)}")


@click.command()
@_PARTITION
@click.option("--key", is_flag=True, help="Print the log's public key instead.")
@click.pass_obj
def checkpoint(settings_: settings.Settings, partition: int, key: bool) -> None:
    """Sign what a partition's log holds now, and print the checkpoint."""
    if key:
        keys_dir = settings_.data_path / "keys"
        click.echo(str(seals.public_key(keys_dir, settings_.origin, partition)))
    else:
        signed = _on_platform(settings_, lambda platform: platform.seals.checkpoint(partition))
        click.echo(signed, nl=False)


@click.group()
def proof() -> None:
    """Receipts: proof that one event is in the log; and that the log only grew."""


@proof.command("make")
@click.argument("event")
@_PARTITION
@click.pass_obj
def make(settings_: settings.Settings, event: str, partition: int) -> None:
    """Print the receipt of EVENT: a position in the log, or the id of what it created."""
    if ids.is_any_id(event):
        partition, position = ids.partition_of(event), ids.position_of(event)
    elif event.isascii() and event.isdecimal() and len(event) <= _DIGITS:
        position = int(event)
    else:
        raise click.BadParameter("neither an id nor a position", param_hint="EVENT")
    made = _on_platform(settings_, lambda platform: platform.seals.receipt(partition, position))
    click.echo(made, nl=False)


@proof.command("check")
@click.argument("receipt", type=click.Path(path_type=Path))
@_KEY
def check_receipt(receipt: Path, key: str) -> None:
    """Check RECEIPT and print what it proves. Exits 1 if it proves nothing."""
    done = leaf.check_receipt(_read(receipt), note.Verifier.parse(key))
    event, signed = done.event, done.checkpoint
    click.echo(f"proven: this event is at position {event.position} of the log {signed.origin}")
    shown = {
        "time": clock.timestamp(event.time),
        "type": f"{event.type} version {event.version}",
        "tenant": event.tenant,
        "actor": event.actor,
        "correlation": event.correlation,
        "causation": event.causation,
        "request": event.request,
        "body": event.body,
        "checkpoint": f"{signed.size:,} events, root {note.encode_base64(signed.root)}",
    }
    for name, value in shown.items():
        click.echo(f"  {name:12}{finding.plain(value)}")


@proof.command("growth")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.pass_obj
def growth(settings_: settings.Settings, old: Path, new: Path) -> None:
    """Print the proof that the log only grew from checkpoint OLD to checkpoint NEW."""
    first, last = (_checkpoint(path) for path in (old, new))
    partition = seals.partition_of(first.origin)
    if partition is None:
        raise proof_.ProofError(f"{first.origin} is not the name of a partition's log")
    hashes = _on_platform(
        settings_, lambda platform: platform.seals.consistency(partition, first.size, last.size)
    )
    made = proof_.Consistency.of(first.size, last.size, hashes)
    click.echo(msgspec.json.encode(made))


@proof.command("consistency")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.argument("growth", type=click.Path(path_type=Path))
@_KEY
def check_consistency(old: Path, new: Path, growth: Path, key: str) -> None:
    """Check with GROWTH that the log of checkpoint NEW begins with that of checkpoint OLD."""
    verifier = note.Verifier.parse(key)
    first, last = (checkpoint_.open_(_read(path), verifier) for path in (old, new))
    try:
        made = msgspec.json.decode(_read(growth), type=proof_.Consistency)
    except msgspec.DecodeError as error:
        raise proof_.ProofError(f"{growth} is not a proof of consistency: {error}") from error
    proof_.check_consistency(made, first, last)
    click.echo(
        f"proven: the first {first.size:,} of the {last.size:,} events of {last.origin} "
        "are as they were"
    )


def _checkpoint(path: Path) -> checkpoint_.Checkpoint:
    """What a checkpoint says; whether it is ours is for whoever checks."""
    return checkpoint_.parse(note.parse(_read(path)).text)


def _read(path: Path) -> str:
    """Evidence from a file; its line ends are part of what was signed."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_RECEIPT_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise proof_.ProofError(f"{path} cannot be read: {error}") from error


def _on_platform(settings_: settings.Settings, work: Callable[[app.Platform], Awaitable[T]]) -> T:
    """Do one thing with the platform's database and keys, without taking turns."""

    async def within() -> T:
        async with verify.at_rest(settings_) as platform:
            return await work(platform)

    return asyncio.run(within())
