"""`culm migrate`: bring the database's schema up to date, and nothing else."""

from __future__ import annotations

import click

from culm import app
from culm.kernel import settings


@click.command()
@click.pass_obj
def migrate(settings_: settings.Settings) -> None:
    """Apply the migrations that the database has not seen, as the owner of the database."""
    with app.database_url(settings_):
        click.echo("the schema is up to date")
