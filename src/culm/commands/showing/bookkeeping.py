"""Books in bulk: files of entries taken in at once, and what stands on every account."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from rich.table import Table

from culm.commands import ledger as printing
from culm.commands.showing import stage as stage_
from culm.rails.ach import intake

SAMPLES: Final = Path(intake.__file__).parent / "samples"
PAYROLL: Final = SAMPLES / "PPD-200-batches-100000-entries.ach.gz"
INVALID: Final = SAMPLES / "20110729A-invalid.ach"

BANK: Final = "assets:bank:operating"
CLEARING: Final = "assets:ach:clearing"
COMPANY: Final = "liabilities:companies:acme"
FEES: Final = "income:fees:usd"
"""Where the fees of payments stand, too."""
ACCOUNTS: Final = ((BANK, None), (CLEARING, None), (COMPANY, 0))
"""The accounts of the file; the company's may not fall below zero."""

FUNDING: Final = 20_200_000_000
"""What the company brings along for its payroll, in cents."""
PROBLEMS_SHOWN: Final = 2
POSTINGS: Final = 50_000
"""More than so many come of the payroll."""


async def files(stage: stage_.Stage) -> None:
    """A payroll, the payroll again, and a file that is refused."""
    stage.title(f"In bulk, into the ledger: {PAYROLL.name}")
    await open_accounts(stage)
    stage.expect(await take_in(stage, PAYROLL) is not None, "the payroll was refused")
    stage.title("The same file again posts nothing twice")
    entries = await _count(stage)
    await take_in(stage, PAYROLL)
    same = await _count(stage)
    stage.say(f"entries in the ledger before {entries:,}, after {same:,}")
    stage.expect(entries == same > POSTINGS, "the payroll was posted twice, or not at all")
    stage.title(f"A file that breaks the rules: {INVALID.name}")
    stage.expect(await take_in(stage, INVALID) is None, "an invalid file was taken in")


async def open_accounts(stage: stage_.Stage) -> None:
    """The accounts of the file, and the money that the company brings along."""
    for code, minimum in ACCOUNTS:
        await stage.culm.ledger.accounts.open(code=code, currency="USD", minimum=minimum)
    await post(stage, BANK, COMPANY, FUNDING, "opening deposit")


async def post(stage: stage_.Stage, debit: str, credit: str, amount: int, reference: str) -> str:
    """Book one transaction of two postings; its id."""
    posted = await stage.culm.ledger.transactions.post(
        postings=[
            {"account": debit, "side": "debit", "amount": amount},
            {"account": credit, "side": "credit", "amount": amount},
        ],
        reference=reference,
    )
    return posted.id


async def take_in(stage: stage_.Stage, file: Path) -> intake.Intake | None:
    """Submit a file from the company's account, and say what became of it."""
    began = time.perf_counter()
    try:
        with printing.console_progress(stage.console) as bar, file.open("rb") as stream:
            taken = await intake.submit(
                stream,
                name=file.name,
                tenant=stage_.TENANT,
                account=COMPANY,
                clearing=CLEARING,
                accept_readable=False,
                send=stage.platform.submit,
                progress=printing.progress_on(bar, indent="  "),
            )
    except intake.FileRefused as refused:
        stage.say(f"{refused.message}; nothing posted; the first of them:")
        for deviation in refused.report.errors[:PROBLEMS_SHOWN]:
            printing.print_problem(stage.console, deviation)
        return None
    printing.print_intake(stage.console, taken, time.perf_counter() - began)
    return taken


async def _count(stage: stage_.Stage) -> int:
    return int(await stage.platform.db.fetchval("select count(*) from ledger_entry"))


async def trial_balance(stage: stage_.Stage) -> None:
    """Every account, debits against credits."""
    stage.title("Trial balance: every account of the demonstration, wallets included")
    trial = await stage.culm.ledger.trial_balance()
    table = Table(box=None, pad_edge=False)
    table.add_column("  account")
    table.add_column("debit", justify="right")
    table.add_column("credit", justify="right")
    for currency in trial.currencies:
        for row in currency.accounts:
            table.add_row(f"  {row.code}", stage_.usd(row.debit), stage_.usd(row.credit))
        total = stage_.usd(currency.debit), stage_.usd(currency.credit)
        table.add_row(f"  [bold]total {currency.currency}[/bold]", *total)
        stage.expect(currency.debit == currency.credit, "debits are not credits")
    stage.console.print(table)
