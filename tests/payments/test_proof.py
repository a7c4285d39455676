"""Payments are a fold of the log, as everything is."""

from __future__ import annotations

from pathlib import Path

from tests.book.conftest import Books
from tests.conftest import Ledger
from tests.payments.world import World


async def test_books_with_payments_are_proven(ledger: Ledger, tmp_path: Path) -> None:
    world = await World(ledger).begin()
    ann, bob = await world.wallet(10_000), await world.wallet()
    for amount in (2_500, 300):
        await world.pay(ann, bob, amount)
    books = Books(ledger, tmp_path / "keys")
    await books.seal()
    report = await books.verify()
    assert report.ok, report.finding
    row = "delete from payment_party where ctid = (select min(ctid) from payment_party)"
    spoilt = await books.verify_after(row)
    assert spoilt.finding is not None
    assert spoilt.finding.table == "payment_party"
