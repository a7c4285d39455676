"""`culm sealing`: the keys that wrap the keys of sealed data."""

from __future__ import annotations

import click

from culm import app
from culm.commands import ledger
from culm.kernel import clock, settings
from culm.security import files, rewrapping
from culm.security.reads import keys as reads


@click.group()
@click.pass_context
def sealing(ctx: click.Context) -> None:
    """The keys under which personal data is sealed."""
    ctx.obj = ledger.Session(ctx.obj, "")


@sealing.command()
@click.pass_obj
def status(session: ledger.Session) -> None:
    """Show how many keys each key-encryption key wraps."""

    async def read(platform: app.Platform) -> dict[str, int]:
        return await reads.by_kek(platform.db)

    for name, keys in session.look(read).items():
        click.echo(f"{name}  {keys:,} keys")


@sealing.command()
@click.option("--renew", is_flag=True, help="Make a new key-encryption key first.")
@click.pass_obj
def rewrap(session: ledger.Session, renew: bool) -> None:
    """Wrap every key with the newest key-encryption key, while the platform runs."""
    kept = _files(session.config)

    async def ask(platform: app.Platform) -> int:
        if renew:
            await kept.renew()
        return await rewrapping.rewrap(platform.db, kept)

    count = session.run(ask)
    click.echo(f"{count:,} keys were wrapped anew")


@sealing.command()
@click.argument("name")
@click.pass_obj
def retire(session: ledger.Session, name: str) -> None:
    """Delete the key-encryption key NAME, which wraps nothing any more, for good."""

    async def ask(platform: app.Platform) -> None:
        kept = _files(session.config)
        await rewrapping.retire(platform.db, kept, name, now=clock.utc_now())

    session.run(ask)
    click.echo(f"{name} is deleted")


def _files(config: settings.Settings) -> files.Files:
    return files.of(config.data_path / "keys")
