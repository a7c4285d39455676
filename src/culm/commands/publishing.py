"""`culm events tail` and `culm events replay`: facts as they come, and facts once more."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import asyncpg
import click
import nats
from nats.aio import client as client_
from nats.js import errors as js_errors

from culm import app
from culm.book import event as event_
from culm.commands import stopping
from culm.facts import cloudevent, moment, replay, subject, tail
from culm.kernel import database, errors, secrets, settings

CONNECT_SECONDS: Final = 5

Place = int | datetime


class NoStream(errors.CulmError):
    """Nothing was published yet."""

    code = "no_stream"


def place(_context: click.Context, option: click.Parameter, text: str | None) -> Place | None:
    """A position in the log, or a moment (RFC 3339 with an offset)."""
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        name = option.opts[0]
        raise click.BadParameter(f"{name} is a position, or a time like 2026-03-01T09:00:00Z")
    return found


_from: Final = click.option(
    "--from", "start", callback=place, help="A position in the log, or a time; else from now on."
)
_tenant: Final = click.option("--tenant", help="Only facts of this tenant.")
_partition: Final = click.option(
    "--partition", type=click.IntRange(min=0), default=0, show_default=True
)


def _types(_context: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> Any:
    known = {type_.TYPE: type_ for type_ in app.catalog().versions.newest}
    for name in names:
        if name not in known:
            raise click.BadParameter(f"there is no event {name!r}: see `culm events schemas`")
    return tuple(known[name] for name in names)


_type: Final = click.option(
    "--type", "types", multiple=True, callback=_types, help="Only facts of this type; repeatable."
)


@click.command("tail")
@_from
@_tenant
@_type
@_partition
@click.option("--count", type=click.IntRange(min=1), help="Stop after so many facts.")
@click.pass_obj
def tail_(
    config: settings.Settings,
    start: Place | None,
    tenant: str | None,
    types: tuple[type[event_.Event], ...],
    partition: int,
    count: int | None,
) -> None:
    """Print facts as they are published, a CloudEvent a line, until Ctrl-C."""
    subjects = [subject.of_type(type_, tenant) for type_ in types] or [subject.of_all(tenant)]

    async def work(client: client_.Client, db: asyncpg.Pool[Any]) -> None:
        begin = await _position(db, partition, start)
        numbers = itertools.count(1)
        following = tail.follow(client, partition, subjects, start=begin)
        with suppress(StopAsyncIteration):
            while True:
                found = await anext(following)
                click.echo(cloudevent.encode(found))
                if next(numbers) == count:
                    return

    with stopping.signals() as signals:
        try:
            _run(config, work, signals)
        except js_errors.NotFoundError as error:
            raise NoStream(
                "nothing was published yet: start the platform with `culm up`"
            ) from error


@click.command("replay")
@_from
@click.option("--to", "end", callback=place, help="Up to before this position or time.")
@click.option("--to-subject", "to", required=True, help="The NATS subject to publish to.")
@_tenant
@_type
@_partition
@click.pass_obj
def replay_(
    config: settings.Settings,
    start: Place | None,
    end: Place | None,
    to: str,
    tenant: str | None,
    types: tuple[type[event_.Event], ...],
    partition: int,
) -> None:
    """Publish facts from the log once more, in order, to a subject of your own."""
    replay.check_subject(to)

    async def work(client: client_.Client, db: asyncpg.Pool[Any]) -> None:
        wanted = replay.Wanted(
            start=await _position(db, partition, start) or 0,
            end=await _position(db, partition, end),
            tenant=tenant,
            types=frozenset(type_.TYPE for type_ in types),
        )
        count = await replay.replay(client, db, partition, wanted, to=to, origin=config.origin)
        click.echo(f"{count} facts published to {to}")

    with stopping.signals() as signals:
        _run(config, work, signals)


async def _position(db: asyncpg.Pool[Any], partition: int, at: Place | None) -> int | None:
    if isinstance(at, datetime):
        return await moment.position_at(db, partition, at)
    return at


def _run(
    config: settings.Settings,
    work: Callable[[client_.Client, asyncpg.Pool[Any]], Coroutine[Any, Any, None]],
    signals: stopping.Signals,
) -> None:
    """Do something with NATS and the database of a platform that was made before."""

    async def within(url: str, nats_url: str) -> None:
        signals.cancel(asyncio.current_task())
        await app.require_schema(url)
        db = await database.pool(url)
        try:
            client = await _connect(config, nats_url)
            try:
                await work(client, db)
            finally:
                await client.close()
        finally:
            db.terminate()

    with app.database_url_to_read(config) as url, app.nats_url(config) as nats_url:
        asyncio.run(within(url, nats_url))


async def _connect(config: settings.Settings, url: str) -> client_.Client:
    options: dict[str, Any] = {}
    if config.nats_credentials:
        options["user_credentials"] = config.nats_credentials
    try:
        return await nats.connect(
            url.split(","),
            allow_reconnect=False,
            connect_timeout=CONNECT_SECONDS,
            error_cb=_quiet,
            **options,
        )
    except (OSError, nats.errors.Error, TimeoutError) as error:
        said = secrets.masked_servers(f"{url}: {error!r}")
        raise errors.Unavailable(f"NATS cannot be reached at {said}") from error


async def _quiet(_error: Exception) -> None:
    """What is wrong is raised as well."""
