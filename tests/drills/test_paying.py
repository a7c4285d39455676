"""A short drill of payments with real processes and real SIGKILL, and a judge that must notice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from culm.client import types
from culm.commands import verify
from culm.drills.paying import asking, drill, judge, town
from culm.kernel import settings

GOOD = judge.Verdict(lost=[], doubled=[], wrong=[], stuck=[])
CALM = drill.Outcome(
    seconds=1, kills={"API": 1}, payments=1, refunds=0, again=0, verdict=GOOD, strange=[]
)


def test_every_payment_is_there_once_with_all_its_money_whatever_is_killed(tmp_path: Path) -> None:
    outcome = drill.run(tmp_path, seconds=5, seed=20261125)

    assert len(outcome.kills) == 5
    assert all(outcome.kills.values()), outcome.kills
    assert outcome.payments > 0
    assert outcome.refunds > 0
    assert outcome.again > 0
    assert outcome.verdict == GOOD
    assert outcome.strange == []
    assert outcome.passed
    assert asyncio.run(verify.run(settings.Settings(data_dir=str(tmp_path))))


def test_a_drill_without_payments_or_with_anything_wrong_has_not_passed() -> None:
    assert CALM.passed
    assert not msgspec.structs.replace(CALM, payments=0).passed
    assert not msgspec.structs.replace(CALM, strange=["x"]).passed
    for name in ("lost", "doubled", "wrong", "stuck"):
        found = msgspec.structs.replace(GOOD, **{name: ["x"]})
        assert not msgspec.structs.replace(CALM, verdict=found).passed


NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACE = town.Town(people=("wal_a", "wal_b"), shop="wal_s")
A, B, S = (town.code(wallet) for wallet in PLACE.wallets)

TRANSFER = types.Payment(
    id="pay_1",
    kind="transfer",
    state="captured",
    amount=300,
    currency="USD",
    source="wal_a",
    destination="wal_b",
    capture="automatic",
    authorised=300,
    captured=300,
    refunded=0,
    disputed=0,
    returned=0,
    fee=None,
    splits=(),
    exchange=None,
    transfer=None,
    same_day=False,
    expires=None,
    confirmed=NOON,
    failure=None,
    reference="k1",
    description="",
    metadata={},
    created=NOON,
    updated=NOON,
)
PURCHASE = msgspec.structs.replace(
    TRANSFER,
    id="pay_2",
    kind="purchase",
    destination="wal_s",
    amount=1_000,
    authorised=1_000,
    captured=1_000,
    refunded=200,
    fee=types.PaymentFee(
        schedule="fee_1", bearer="payee", refunds="kept", amount=30, taken=30, refunded=0
    ),
    splits=(types.PaymentSplit(wallet="wal_b", amount=100, captured=100, refunded=20),),
    reference="k2",
)
REFUND = types.Refund(
    id="ref_1",
    payment="pay_2",
    state="succeeded",
    amount=200,
    currency="USD",
    fee=0,
    reason="requested",
    reference="k3",
    created=NOON,
    updated=NOON,
)


def wallet(name: str, **amounts: int) -> types.Wallet:
    """One that has something held, or on its way."""
    found = {"available": 0, "held": 0, "pending": 0, "posted": 0, **amounts}
    balance = types.WalletBalance(currency="USD", account=town.code(name), **found)
    return types.Wallet(
        id=name,
        customer="cus_1",
        name="",
        state="active",
        freeze="none",
        reason=None,
        balances=(balance,),
        metadata={},
        created=NOON,
    )


RIGHT = judge.Seen(
    payments=[PURCHASE, TRANSFER],
    refunds=[REFUND],
    wallets=[wallet(name) for name in PLACE.wallets],
    balances={
        town.CASH: -3 * town.FUNDS,
        A: town.FUNDS - 300 - 800,
        B: town.FUNDS + 300 + 80,
        S: town.FUNDS + 800 - 80 - 30,
        town.FEES: 30,
    },
)


def noted() -> asking.Notes:
    """What was acknowledged of it."""
    notes = asking.Notes()
    notes.done = {"k1": "pay_1", "k2": "pay_2", "k3": "ref_1"}
    notes.captured = {"pay_1": 300, "pay_2": 1_000}
    notes.refunded = {"pay_2": 200}
    return notes


def judged(**changes: Any) -> judge.Verdict:
    """The verdict where something is otherwise."""
    return judge.judge(PLACE, noted(), msgspec.structs.replace(RIGHT, **changes))


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    assert judged() == GOOD


def test_the_judge_notices_what_is_lost() -> None:
    assert judged(payments=[PURCHASE]).lost == ["k1"]
    assert judged(refunds=[]).lost == ["k3"]


def test_the_judge_notices_what_is_there_twice() -> None:
    twin = msgspec.structs.replace(TRANSFER, id="pay_3")

    assert judged(payments=[PURCHASE, TRANSFER, twin]).doubled == ["k1"]


@pytest.mark.parametrize(("name", "amount"), [("captured", 299), ("refunded", 1)])
def test_the_judge_notices_another_amount_than_was_acknowledged(name: str, amount: int) -> None:
    other = msgspec.structs.replace(TRANSFER, **{name: amount})
    found = judged(payments=[PURCHASE, other]).wrong

    assert any(said.startswith(f"pay_1: {name} {amount}") for said in found)


def test_the_judge_notices_a_refund_that_does_not_count() -> None:
    more = msgspec.structs.replace(REFUND, amount=250)

    assert judged(refunds=[more]).wrong == ["pay_2: refunds 250, acknowledged 200"]


def test_the_judge_notices_a_cent_that_is_elsewhere() -> None:
    found = judged(balances={**RIGHT.balances, A: RIGHT.balances[A] + 1}).wrong

    assert [said.split(": ")[0] for said in found] == [A]


@pytest.mark.parametrize("state", ["created", "authorised", "processing", "unknown"])
def test_the_judge_notices_a_payment_that_has_not_ended(state: Any) -> None:
    other = msgspec.structs.replace(TRANSFER, state=state)

    assert judged(payments=[PURCHASE, other]).stuck == [f"pay_1 {state}"]


def test_the_judge_notices_a_refund_that_waits_and_money_that_is_held() -> None:
    waits = msgspec.structs.replace(REFUND, state="pending")

    assert judged(refunds=[waits]).stuck == ["ref_1 pending"]
    assert judged(wallets=[wallet("wal_a", held=5)]).stuck == ["wal_a has 5 held, 0 pending"]
    assert judged(wallets=[wallet("wal_a", pending=5)]).stuck == ["wal_a has 0 held, 5 pending"]
