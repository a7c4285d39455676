"""`culm keys`: who may use the API. Secrets are printed once, alone on standard output."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, get_args

import click

from culm import app, serving
from culm.access import checks, commands, issuing, keeping, scopes, types, views
from culm.access.reads import keys as reads
from culm.commands.ledger import Session
from culm.kernel import clock, pages, settings

ACTOR: Final = "cli"


def _routes(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> dict[str, types.Route]:
    """Operations, and how often a key may be used for each, as in `create_payment=50/100/10000`."""
    found = {}
    for text in given:
        operation, _, rates = text.partition("=")
        parts = rates.split("/")
        if len(parts) > 3 or not all(part.isascii() and part.isdecimal() for part in parts):
            raise click.BadParameter("A route is written as in create_payment=50/100/10000.")
        per_second, *more = map(int, parts)
        burst = more[0] if more else 2 * per_second
        found[operation] = types.Route(per_second, burst, *more[1:])
    return found


@click.group()
@click.option("--tenant", help="Whose keys (default: CULM_DEFAULT_TENANT).")
@click.pass_context
def keys(ctx: click.Context, tenant: str | None) -> None:
    """API keys of a tenant: make, list, rotate, revoke."""
    config: settings.Settings = ctx.obj
    ctx.obj = Session(config, tenant or config.default_tenant)


@keys.command()
@click.option("--name", required=True, help="What the key is called.")
@click.option(
    "--scope",
    "scopes_",
    multiple=True,
    type=click.Choice(sorted(scopes.ALL)),
    default=("write",),
    show_default=True,
    help="What it may do; may be repeated.",
    metavar="SCOPE",
)
@click.option("--address", multiple=True, help="A network it may be used from; may be repeated.")
@click.option("--per-second", type=int, default=types.DEFAULT_RATE.per_second, show_default=True)
@click.option("--burst", type=int, help="Requests at once (default: those of two seconds).")
@click.option("--daily-quota", type=int, help="Requests on one day.")
@click.option(
    "--route",
    "routes",
    multiple=True,
    callback=_routes,
    metavar="NAME=PER_SECOND[/BURST[/QUOTA]]",
    help="A rate of its own for one operation, as in create_payment=50/100/10000; may be repeated.",
)
@click.option("--days", type=int, help="Days until it expires.")
@click.pass_obj
def create(
    session: Session,
    name: str,
    scopes_: tuple[str, ...],
    address: tuple[str, ...],
    per_second: int,
    burst: int | None,
    daily_quota: int | None,
    routes: dict[str, types.Route],
    days: int | None,
) -> None:
    """Make a key and print its secret, which is not shown again."""

    if routes:
        checks.served(routes, serving.operations())

    async def ask(platform: app.Platform) -> views.IssuedKey:
        made, digest = issuing.secret(_kept(platform))
        command = commands.CreateKey(
            name=name,
            scopes=scopes_,
            digest=digest,
            addresses=address,
            rate=types.Rate(per_second, 2 * per_second if burst is None else burst),
            daily_quota=daily_quota,
            routes=routes,
            expires=None if days is None else platform.clock() + timedelta(days=days),
        )
        issued = await platform.submit(command, tenant=session.tenant, actor=ACTOR)
        return issuing.shown(issued, made, digest)

    _print(session.run(ask))


@keys.command("list")
@click.option("--state", type=click.Choice(get_args(types.State)), help="Only those in a state.")
@click.pass_obj
def list_(session: Session, state: types.State | None) -> None:
    """Show the tenant's keys, newest first, and when each was last used."""

    async def read(platform: app.Platform) -> Sequence[views.KeyInUse]:
        page = await reads.keys(
            platform.db,
            partition=platform.partition_of(session.tenant),
            tenant=session.tenant,
            state=state,
            limit=pages.MAX_LIMIT,
        )
        return page.items

    for key in session.look(read):
        click.echo(_line(key))


@keys.command()
@click.argument("key")
@click.option(
    "--overlap-seconds",
    type=int,
    default=commands.DEFAULT_OVERLAP_SECONDS,
    show_default=True,
    help="How long the secret before opens as well.",
)
@click.pass_obj
def rotate(session: Session, key: str, overlap_seconds: int) -> None:
    """Give KEY a new secret and print it; it is not shown again."""

    async def ask(platform: app.Platform) -> views.IssuedKey:
        made, digest = issuing.secret(_kept(platform))
        command = commands.RotateKey(key=key, digest=digest, overlap_seconds=overlap_seconds)
        issued = await platform.submit(command, tenant=session.tenant, actor=ACTOR)
        return issuing.shown(issued, made, digest)

    _print(session.run(ask))


@keys.command()
@click.argument("key")
@click.pass_obj
def revoke(session: Session, key: str) -> None:
    """End KEY, for good."""
    command = commands.RevokeKey(key=key)
    ended: Any = session.run(
        lambda platform: platform.submit(command, tenant=session.tenant, actor=ACTOR)
    )
    click.echo(f"{ended.id} {ended.name}: revoked")


def _print(issued: views.IssuedKey) -> None:
    click.echo(issued.secret)
    click.echo(
        f"{issued.key.id} {issued.key.name}: keep the secret, it is not shown again", err=True
    )


def _kept(platform: app.Platform) -> keeping.Kept:
    return keeping.of(platform.settings.data_path / "keys")


def _line(key: views.KeyInUse) -> str:
    """A key on one line, its name last."""
    parts = [key.id, key.state, ",".join(key.scopes)]
    if key.expires is not None:
        parts.append(f"expires {clock.timestamp(key.expires)}")
    if key.last_used is not None:
        parts.append(f"used {clock.timestamp(key.last_used)}")
    return "  ".join([*parts, key.name])
