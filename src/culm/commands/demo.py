"""`culm demo`: the main job on real input, on a fresh platform, in under a minute."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
from rich.console import Console

from culm import app, client, serving, working
from culm.access import keeping
from culm.commands import up
from culm.commands.showing import (
    bookkeeping,
    hooked,
    onboarding,
    paying,
    payroll,
    proving,
    telling,
)
from culm.commands.showing import stage as stage_
from culm.facts import bus as bus_
from culm.kernel import clock, embedded, logs, migrations, nats_server, settings


@click.command()
def demo() -> None:
    """The main job on a fresh platform: customers pay by bank and by wallet, and all is proven."""
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    began = time.perf_counter()
    with logs.warnings_only(), tempfile.TemporaryDirectory(prefix="culm-demo-") as directory:
        config = settings.Settings(data_dir=directory, webhook_targets="any")
        with (
            embedded.Server.start(config.data_path) as server,
            nats_server.Server.start(config.data_path) as nats,
            hooked.listening() as receiver,
        ):
            migrations.migrate(server.url, app.MIGRATIONS)
            console.print(f"A fresh platform in {time.perf_counter() - began:.1f} s")
            surprises = asyncio.run(_play(config, server.url, nats.url, receiver, console))
            surprises += asyncio.run(proving.flipped(config, server, console))
    console.print(f"\nAll of it took {time.perf_counter() - began:.0f} s.")
    for surprise in surprises:
        console.print(f"[bold red]It has failed: {surprise}.[/bold red]")
    sys.exit(1 if surprises else 0)


async def _play(
    config: settings.Settings,
    url: str,
    nats_url: str,
    receiver: hooked.Receiver,
    console: Console,
) -> list[str]:
    async with (
        app.open_platform(config, url, clock_=clock.utc_now) as platform,
        _working(platform, nats_url),
        serving.api(platform, up.take_port(config.host, 0)) as api_url,
        client.AsyncClient(
            keeping.of(config.data_path / "keys").operator, url=api_url, tenant=stage_.TENANT
        ) as operator,
    ):
        stage = stage_.Stage(platform, operator, console)
        await onboarding.begin(stage, api_url)
        async with stage.culm:
            await story(stage, receiver)
        return stage.surprises


async def story(stage: stage_.Stage, receiver: hooked.Receiver) -> None:
    """What happens, in order."""
    cast = await onboarding.onboard(stage)
    await paying.terms(stage)
    await telling.subscribe(stage, receiver)
    await paying.top_ups(stage, cast)
    await paying.between_people(stage, cast)
    payment = await paying.purchase(stage, cast)
    await paying.refund(stage, cast, payment)
    await payroll.pay(stage, cast)
    await telling.told(stage, receiver)
    await telling.statements(stage, cast.ann)
    await bookkeeping.files(stage)
    await bookkeeping.trial_balance(stage)
    await proving.receipt(stage)
    await proving.all_of_it(stage)


@asynccontextmanager
async def _working(platform: app.Platform, nats_url: str) -> AsyncIterator[None]:
    """The work behind the platform, until the block ends."""
    bus = bus_.Bus(nats_url)
    tasks = [asyncio.create_task(bus.run()), asyncio.create_task(working.work(platform, bus))]
    try:
        yield
    finally:
        tasks[1].cancel()
        await asyncio.wait({tasks[1]})
        tasks[0].cancel()
        await asyncio.wait({tasks[0]})
