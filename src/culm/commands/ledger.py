"""`culm ledger`: set up books, look at balances, submit a NACHA file."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from culm import app
from culm.commands import verify
from culm.kernel import errors, money, settings
from culm.ledger import commands, reads, views
from culm.rails.ach import intake
from culm.rails.ach.deviation import Deviation
from culm.rails.ach.report import Report

UNITS: Final[dict[intake.Step, str]] = {"reading": "bytes", "posting": "entries"}
CLEARING = "assets:ach:clearing"
"""The account that stands for the ACH operator, unless another is named."""


class FileUnreadable(errors.Invalid):
    """The file cannot be opened or read."""

    code = "file_unreadable"


@click.group()
@click.option("--tenant", help="Whose books (default: CULM_DEFAULT_TENANT).")
@click.pass_context
def ledger(ctx: click.Context, tenant: str | None) -> None:
    """Books of a tenant: accounts, balances, payment files."""
    config: settings.Settings = ctx.obj
    ctx.obj = Session(config, tenant or config.default_tenant)


class Session:
    """The settings and the tenant that the subcommands work with."""

    def __init__(self, config: settings.Settings, tenant: str) -> None:
        self.config = config
        self.tenant = tenant

    def run(self, work: Callable[[app.Platform], Awaitable[Any]]) -> Any:
        """Open the platform, do one thing, close it again."""

        async def within(url: str) -> Any:
            async with app.open_platform(self.config, url) as platform:
                return await work(platform)

        with app.database_url(self.config) as url:
            return asyncio.run(within(url))

    def look(self, work: Callable[[app.Platform], Awaitable[Any]]) -> Any:
        """Read one thing; nothing is made, migrated or changed."""

        async def within() -> Any:
            async with verify.at_rest(self.config) as platform:
                return await work(platform)

        return asyncio.run(within())


@ledger.command()
@click.option("--name", default="", help="The tenant's name (default: its id).")
@click.pass_obj
def tenant(session: Session, name: str) -> None:
    """Begin books for the tenant."""
    command = commands.CreateTenant(name=name or session.tenant)
    session.run(lambda platform: platform.submit(command, tenant=session.tenant))
    click.echo(f"{session.tenant}: books begun")


@ledger.command("open")
@click.argument("code")
@click.option("--currency", default="USD", show_default=True)
@click.option("--minimum", help="The lowest balance in minor units: 0, or an overdraft like -5000.")
@click.option("--maximum", help="The highest balance in minor units.")
@click.pass_obj
def open_(
    session: Session, code: str, currency: str, minimum: str | None, maximum: str | None
) -> None:
    """Open an account under a code path like liabilities:customers:acme."""
    command = commands.OpenAccount(code=code, currency=currency, minimum=minimum, maximum=maximum)
    account = session.run(lambda platform: platform.submit(command, tenant=session.tenant))
    click.echo(f"{account.id} {account.code} {account.currency}, normal side {account.side}")


@ledger.command()
@click.option("--from", "source", required=True, help="The account to credit.")
@click.option("--to", "target", required=True, help="The account to debit.")
@click.argument("amount")
@click.option("--reference", default="")
@click.pass_obj
def post(session: Session, source: str, target: str, amount: str, reference: str) -> None:
    """Book AMOUNT minor units: credit one account, debit another."""
    postings = (
        commands.Posting(target, "debit", amount),
        commands.Posting(source, "credit", amount),
    )
    command = commands.PostTransaction(postings=postings, reference=reference)
    posted = session.run(lambda platform: platform.submit(command, tenant=session.tenant))
    click.echo(posted.id)


@ledger.command()
@click.argument("account")
@click.pass_obj
def balance(session: Session, account: str) -> None:
    """Show what is posted, held and available on ACCOUNT."""

    async def read(platform: app.Platform) -> tuple[views.Balance, int]:
        db, tenant = platform.db, session.tenant
        partition = platform.partition_of(tenant)
        found = await reads.balance(db, partition=partition, tenant=tenant, account=account)
        scale = await reads.scale(db, partition=partition, tenant=tenant, currency=found.currency)
        return found, scale

    found, scale = session.look(read)
    for name in ("posted", "held_in", "held_out", "available"):
        amount = money.format_minor(int(getattr(found, name)), scale)
        click.echo(f"{name:<10} {amount:>24} {found.currency}")


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "account", required=True, help="The company's account, by code or id.")
@click.option("--clearing", default=CLEARING, show_default=True, help="The account opposite.")
@click.option("--accept-readable", is_flag=True, help="Take the readable batches of a bad file.")
@click.pass_obj
def submit(
    session: Session, file: Path, account: str, clearing: str, accept_readable: bool
) -> None:
    """Take in a NACHA file (plain or .gz) and post one transaction an entry."""
    console = Console(stderr=True)

    async def take_in(platform: app.Platform) -> intake.Intake:
        with console_progress(console) as bar, file.open("rb") as stream:
            return await intake.submit(
                stream,
                name=file.name,
                tenant=session.tenant,
                account=account,
                clearing=clearing,
                accept_readable=accept_readable,
                send=platform.submit,
                progress=progress_on(bar),
            )

    began = time.perf_counter()
    try:
        taken: intake.Intake = session.run(take_in)
    except intake.FileRefused as refused:
        print_problems(Console(emoji=False), refused.report)
        click.echo(f"culm: {refused.message}; nothing was posted [{refused.code}]", err=True)
        sys.exit(1)
    except OSError as error:
        raise FileUnreadable(f"{file} cannot be read: {error.strerror or error}") from error
    print_intake(Console(emoji=False), taken, time.perf_counter() - began)


def console_progress(console: Console) -> Progress:
    """A progress bar on a terminal, nothing anywhere else."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def progress_on(bar: Progress, indent: str = "") -> intake.Progress:
    """A line on the bar for each step of taking in a file."""
    tasks: dict[str, TaskID] = {}

    def show(step: intake.Step, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = bar.add_task(indent + step, total=total, unit=UNITS[step])
        bar.update(tasks[step], completed=done)

    return show


def print_intake(console: Console, taken: intake.Intake, seconds: float) -> None:
    """What became of a file, in a few lines."""
    report = taken.report
    batches = f"{len(report.readable_batches)} of {len(report.batches)} batches"
    already = f"{taken.already:,} were posted before, " if taken.already else ""
    rate = f" ({seconds:.1f} s, {taken.posted / seconds:,.0f} entries/s)" if taken.posted else ""
    verdict = taken.verdict.replace("_", " ")
    console.print(
        f"  {verdict}: {taken.posted:,} transactions posted from {batches}, "
        f"{already}{taken.passed_over:,} entries carry no money{rate}",
        soft_wrap=True,
    )
    if report.credit_minor is not None and report.debit_minor is not None:
        console.print(
            f"  credits {money.format_minor(report.credit_minor, 2)} USD, "
            f"debits {money.format_minor(report.debit_minor, 2)} USD, sha256 {report.sha256[:16]}",
            soft_wrap=True,
        )
    if report.deviations:
        print_problems(console, report)


def print_problems(console: Console, report: Report) -> None:
    """Every deviation of a file, with the rule that it breaks."""
    for deviation in report.deviations:
        print_problem(console, deviation)
    print_batches(console, report)
    readable = ", ".join(str(ordinal) for ordinal in sorted(report.readable_batches)) or "none"
    console.print(f"{len(report.deviations)} deviations; readable batches: {readable}")


def print_batches(console: Console, report: Report) -> None:
    """Which batches can be used and which are refused, where some are."""
    if all(batch.readable for batch in report.batches):
        return
    for batch in report.batches:
        entries = f"{batch.entry_count:,} entries"
        said = f"usable, {entries}"
        if not batch.readable:
            said = f"refused, {batch.readable_entry_count:,} of {entries} readable"
        console.print(f"  batch {batch.ordinal}: {said}", soft_wrap=True)


def print_problem(console: Console, deviation: Deviation) -> None:
    """One deviation: where it is, what is wrong, and which rule says so."""
    batch = "" if deviation.batch is None else f", batch {deviation.batch}"
    field = f" {deviation.field}" if deviation.field else ""
    console.print(
        f"  line {deviation.line}{batch}{field}: {deviation.message} "
        f"({deviation.severity} {deviation.code})",
        markup=False,
        soft_wrap=True,
    )
    console.print(f"    {deviation.rule}", style="dim", markup=False, soft_wrap=True)
