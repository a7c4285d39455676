"""`python -m bench`: the table of figures, printed and written to bench/results/latest.json."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import socket
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import click
import msgspec
import uvloop
from rich.console import Console
from rich.table import Table

from bench import batches, books, facts, load, measure, paying, web, yardstick
from culm import app, cli
from culm.kernel import embedded, migrations, pg_cluster, settings
from culm.ledger import commands
from culm.rails.ach import intake

RESULTS = Path(__file__).parent / "results" / "latest.json"
PAYROLL = app.MIGRATIONS.parent / "rails/ach/samples/PPD-200-batches-100000-entries.ach.gz"
SMALL_ENTRIES = 100_000
LARGE_ENTRIES = 5_000_000
WEB_ACCOUNTS = 10_000

Rates = dict[str, float]


@click.command()
@click.option("--quick", is_flag=True, help="Short runs, for a look: the figures are not kept.")
def main(quick: bool) -> None:
    """Measure everything on one embedded server in one run."""
    gc.set_threshold(*cli.GC_THRESHOLDS)
    sys.setswitchinterval(cli.SWITCH_INTERVAL_SECONDS)
    with tempfile.TemporaryDirectory(prefix="culm-bench-") as directory:
        config = settings.Settings(data_dir=directory)
        with embedded.Server.start(config.data_path) as server:
            pgbench = yardstick.run(server, 3 if quick else 10)
            click.echo(f"pgbench: {pgbench}")
            rates = uvloop.run(_measure(config, server, quick=quick))
            rates |= _facts(config, server, quick=quick)
            rates |= _over_http(config, server, quick=quick)
            rates |= _batches(config, server)
    figures = _figures(pgbench, rates)
    _print(figures)
    if not quick:
        _write(figures, pgbench)
    sys.exit(0 if all(figure.reached for figure in figures) else 1)


async def _measure(config: settings.Settings, server: embedded.Server, *, quick: bool) -> Rates:
    migrations.migrate(server.url, app.MIGRATIONS)
    rates: Rates = {}
    async with app.open_platform(config, server.url) as platform:
        accounts = await books.open_accounts(platform)
        await books.bulk(platform, accounts, 4 if quick else 15)  # warm: all accounts in memory
        turns, seconds = (8, 3) if quick else (40, 10)
        await _settle(server)
        rates["one"] = await books.callers(platform, accounts, 1, seconds)
        rates["many"] = await books.callers(platform, accounts, 64, seconds)
        await _settle(server)
        rates["bulk"] = await books.bulk(platform, accounts, turns)
        await _settle(server)
        rates["hot"] = await books.bulk(platform, accounts, turns, hot=accounts[0])
        await _settle(server)
        rates["payroll"] = await _payroll(platform)
    rates |= await _growth(config, server, 400_000 if quick else LARGE_ENTRIES)
    rates["memory"] = measure.peak_megabytes()
    return rates


async def _settle(server: embedded.Server) -> None:
    """Finish the checkpoint that the last measurement left behind, so that the next one does not
    pay for it."""
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute("checkpoint")
    finally:
        await connection.close()


async def _payroll(platform: app.Platform) -> float:
    """Entries a second, from opening the file to the sealed log."""
    tenant = "payroll"
    await platform.submit(commands.CreateTenant(name="Payroll"), tenant=tenant)
    for code in ("assets:ach:clearing", "liabilities:customers:acme"):
        await platform.submit(commands.OpenAccount(code=code, currency="USD"), tenant=tenant)
    began = time.perf_counter()
    with PAYROLL.open("rb") as stream:
        taken = await intake.submit(
            stream,
            name=PAYROLL.name,
            tenant=tenant,
            account="liabilities:customers:acme",
            clearing="assets:ach:clearing",
            accept_readable=False,
            send=platform.submit,
        )
    return taken.posted / (time.perf_counter() - began)


async def _growth(config: settings.Settings, server: embedded.Server, large: int) -> Rates:
    """Microseconds a transaction with few and with many entries in a ledger of its own."""
    url = server.url_for(pg_cluster.SUPERUSER, "growth")
    migrations.migrate(url, app.MIGRATIONS)
    turns = 30  # some seconds: vacuum comes and goes, as it does in production
    async with app.open_platform(config, url) as platform:
        accounts = await books.open_accounts(platform)
        await books.bulk(platform, accounts, SMALL_ENTRIES // (2 * books.TURN))
        small = await books.bulk(platform, accounts, turns)
        while (there := await _entries(url)) < large:
            missing = (large - there) // (2 * books.TURN) + 1
            await books.bulk(platform, accounts, min(missing, 40))
        grown = await books.bulk(platform, accounts, turns)
    return {"small": 1e6 / small, "large": 1e6 / grown, "entries": float(there)}


async def _entries(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("select count(*) from ledger_entry"))
    finally:
        await connection.close()


def _facts(config: settings.Settings, server: embedded.Server, *, quick: bool) -> Rates:
    asyncio.run(_settle(server))
    fresh = server.url_for(pg_cluster.SUPERUSER, "reacting")
    migrations.migrate(fresh, app.MIGRATIONS)
    return facts.run(server.url, fresh, config.data_path, quick=quick)


def _over_http(config: settings.Settings, server: embedded.Server, *, quick: bool) -> Rates:
    """On books of their own: whoever serves them publishes and projects what is posted, and nothing
    that others have left behind."""
    url = server.url_for(pg_cluster.SUPERUSER, "web")
    migrations.migrate(url, app.MIGRATIONS)
    accounts = uvloop.run(_open_accounts(config, url))
    rates: Rates = {}
    wallets: list[str] = []
    seconds = 4.0 if quick else 12.0
    for how in ("up", "serve"):
        asyncio.run(_settle(server))
        with (
            paying.receiver() as hooks,
            web.served(how, url, config.data_path, _free_port()) as served,
        ):
            key = served.key(books.TENANT)
            plan = load.Plan("transactions", served.port, key, accounts, seconds)
            rates[f"http_{how}"] = load.run(plan).rate
            with served.operator(paying.TENANT) as culm:
                wallets = wallets or paying.prepare(culm)
                told = culm.webhooks.endpoints.create(
                    url=hooks, event_types=["payments.payment_captured"]
                )
                if how == "up":
                    rates["paying_p99"] = paying.steady(served, wallets, seconds).p99_ms
                rates[f"paying_{how}"] = paying.measure(served, wallets, seconds).rate
                culm.webhooks.endpoints.delete(told.id)
            rates[f"http_{how}_memory"] = served.megabytes
    return rates


def _batches(config: settings.Settings, server: embedded.Server) -> Rates:
    """On books of their own: a payroll file, from its upload to the last payment made of it."""
    url = server.url_for(pg_cluster.SUPERUSER, "batches")
    migrations.migrate(url, app.MIGRATIONS)
    asyncio.run(_settle(server))
    with web.served("up", url, config.data_path / "batches", _free_port()) as served:
        rate = batches.measure(served, gzip.decompress(PAYROLL.read_bytes()))
        return {"batches": rate, "batches_memory": served.megabytes}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _open_accounts(config: settings.Settings, url: str) -> list[str]:
    async with app.open_platform(config, url) as platform:
        return await books.open_accounts(platform, WEB_ACCOUNTS)


def _figures(pgbench: dict[int, float], rates: Rates) -> list[measure.Figure]:
    best, alone = max(pgbench.values()), pgbench[1]
    figure = measure.Figure
    growth = rates["large"] / rates["small"]
    memory = max(rates["memory"], rates["http_serve_memory"], rates["http_up_memory"])
    memory = max(memory, rates["batches_memory"])
    return [
        figure("pgbench, best of 1, 16, 64 clients", best, "tx/s"),
        figure("pgbench, one client", alone, "tx/s"),
        figure("bulk, uniform", rates["bulk"], "tx/s", rates["bulk"] / best, least=10),
        figure(
            "bulk, one hot account", rates["hot"], "tx/s", rates["hot"] / rates["bulk"], least=0.9
        ),
        figure("64 callers", rates["many"], "tx/s", rates["many"] / best, least=3),
        figure("one caller", rates["one"], "tx/s", rates["one"] / alone, least=0.6),
        figure(
            "HTTP, 64 connections, culm serve",
            rates["http_serve"],
            "tx/s",
            rates["http_serve"] / best,
            least=1,
        ),
        figure(
            "HTTP, 64 connections, culm up: with all work behind it",
            rates["http_up"],
            "tx/s",
            rates["http_up"] / best,
        ),
        figure(
            "payments between wallets over HTTP, 64 connections, culm serve",
            rates["paying_serve"],
            "payments/s",
            rates["paying_serve"] / best,
            least=0.5,
        ),
        figure(
            "the same, culm up: each told to a webhook",
            rates["paying_up"],
            "payments/s",
            rates["paying_up"] / best,
        ),
        figure(
            f"a payment at {paying.STEADY:g} a second, culm up, 99th of 100",
            rates["paying_p99"],
            "ms",
            most=40,
        ),
        figure(
            f"cost at {rates['entries']:,.0f} entries against {SMALL_ENTRIES:,}",
            rates["large"],
            "us/tx",
            growth,
            most=1.25,
        ),
        figure("payroll file, read to sealed", rates["payroll"], "entries/s", least=10_000),
        figure(
            "payout batch of 100,199 entries, upload to processed, culm up",
            rates["batches"],
            "entries/s",
            least=4_000,
        ),
        figure("memory of the platform's process", memory, "MB", most=512),
        figure(
            "commit to reaction at 1,000 events/s, 99th of 100", rates["react_p99"], "ms", most=50
        ),
        figure("NATS alone, one Python client, pipelined", rates["nats"], "msg/s"),
        figure(
            "relay, acknowledged by JetStream",
            rates["relay"],
            "events/s",
            rates["relay"] / rates["nats"],
            least=0.5,
        ),
        figure(
            f"memory that {rates['relay_events']:,.0f} events of backlog cost the relay",
            rates["relay_growth"],
            "MB",
            most=16,
        ),
    ]


def _print(figures: list[measure.Figure]) -> None:
    table = Table("figure", "measured", "ratio", "must reach", "")
    for one in figures:
        ratio = "" if one.ratio is None else f"{one.ratio:.2f} x"
        unit = "" if one.ratio is not None else f" {one.unit}"
        bound = "" if one.least is None else f">= {one.least:,g}{unit}"
        bound = bound if one.most is None else f"<= {one.most:,g}{unit}"
        verdict = "" if not bound else "reached" if one.reached else "MISSED"
        table.add_row(one.name, f"{one.value:,.0f} {one.unit}", ratio, bound, verdict)
    Console(width=110).print(table)


def _write(figures: list[measure.Figure], pgbench: dict[int, float]) -> None:
    document = {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": measure.machine(),
        "postgresql": dict(pg_cluster.DEFAULT_SETTINGS),
        "pgbench": {str(clients): rate for clients, rate in pgbench.items()},
        "figures": [{**msgspec.structs.asdict(f), "reached": f.reached} for f in figures],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
