"""A payroll of a hundred thousand, by one file: from its upload to the last payment made of it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

from bench import web

TENANT: Final = "payroll"
FUNDS: Final = 10**12
LIMIT_SECONDS: Final = 180.0


def measure(served: web.Served, content: bytes) -> float:
    """Entries a second. The clock of the tenant stands: nothing is sent to a bank meanwhile."""
    with served.operator(TENANT) as culm:
        monday = datetime(2026, 11, 30, 15, tzinfo=UTC)
        culm.ledger.tenants.create(name="Payroll", sandbox=True, clock=monday)
        culm.ledger.accounts.open(code="assets:bank", currency="USD")
        payer = culm.customers.create(business={"legal_name": "Payroll"})
        culm.customers.activate(payer.id)
        wallet = culm.wallets.create(customer=payer.id, currencies=["USD"])
        code = f"liabilities:wallets:{wallet.id[4:]}:usd"
        culm.ledger.accounts.open(code=code, currency="USD", minimum=0)
        culm.ledger.transactions.post(
            postings=[
                {"account": "assets:bank", "side": "debit", "amount": FUNDS},
                {"account": code, "side": "credit", "amount": FUNDS},
            ]
        )
        began = time.perf_counter()
        batch = culm.batches.files.upload(
            content=content, media_type="text/plain", source=wallet.id, format="nacha"
        )
        while batch.state in ("received", "processing"):
            time.sleep(0.1)
            batch = culm.batches.get(batch.id)
            if time.perf_counter() - began > LIMIT_SECONDS:
                raise RuntimeError(f"the batch is still {batch.state}")
        if batch.refused or batch.state != "processed":
            raise RuntimeError(f"{batch.refused} entries were refused")
        return batch.accepted / (time.perf_counter() - began)
