"""The state of wallets is the fold of the log, and `culm verify` sees to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from culm.book import seals, verify
from culm.payments import commands as payments
from culm.wallets import commands
from tests.wallets import trial
from tests.wallets.conftest import World


async def life(world: World) -> None:
    """Everything that can happen to wallets."""
    wallet, empty = await world.wallet("USD", "EUR"), await world.wallet()
    await world.limit(day_sum=500, month_count=9)
    await world.pay_in(wallet.id, 100)
    paid = await world.pay(wallet.id, 60)
    await world.pay(wallet.id, 7)
    world.clock.advance(days=1)
    await world.submit(trial.Void(paid))
    await world.submit(commands.AddCurrency(wallet=wallet.id, currency="GBP"))
    await world.submit(commands.UpdateWallet(wallet=wallet.id, metadata={"b": "1", "a": "é"}))
    await world.submit(
        payments.CreatePayment(
            kind="transfer", amount=1, currency="USD", source=wallet.id, destination=empty.id
        )
    )
    await world.pay(empty.id, 1)
    await world.submit(commands.FreezeWallet(wallet=wallet.id, directions="out", reason="lost"))
    await world.submit(commands.CloseWallet(wallet=empty.id))


async def proven(world: World, directory: Path) -> verify.Report:
    sealed = seals.Seals(world.ledger.db, directory / "keys", "culm.test")
    await sealed.checkpoint(0)
    proof = verify.Proof(catalog=world.ledger.catalog, verifier=sealed.verifier)
    return await verify.verify(world.ledger.db, proof)


async def test_nothing_is_wrong_with_what_nobody_touched(world: World, tmp_path: Path) -> None:
    await life(world)
    assert (await proven(world, tmp_path)).finding is None


@pytest.mark.parametrize(
    "change",
    [
        "update wallet set customer = 'cus_0000000000000001x'",
        "update wallet set name = 'Mine'",
        "delete from wallet_limits",
        "update wallet_use set day_sum = 0, day_count = 0",
        "update wallet_use set month_sum = month_sum - 1",
    ],
)
async def test_what_is_changed_past_the_log_is_found(
    world: World, tmp_path: Path, change: str
) -> None:
    await life(world)
    await world.ledger.admin.execute(change)
    report = await proven(world, tmp_path)
    assert report.finding is not None
    assert report.finding.table in change
