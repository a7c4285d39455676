"""`culm problems`: every error that the API answers with, as the reference has it."""

from __future__ import annotations

import click

from culm import serving


@click.command()
def problems() -> None:
    """Print the reference of all problems (docs/reference/problems.md)."""
    click.echo(serving.problems(), nl=False)
