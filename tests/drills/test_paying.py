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
from culm.drills.paying import asking, drill, judge, rail, town
from culm.kernel import settings
from culm.sandbox.bank import ledger
from culm.sandbox.bank import types as bank_types

GOOD = judge.Verdict(lost=[], doubled=[], wrong=[], stuck=[])
CALM = drill.Outcome(
    seconds=1,
    kills={"API": 1},
    payments=1,
    refunds=0,
    batches=0,
    transfers=1,
    returned=0,
    files=1,
    again=0,
    verdict=GOOD,
    strange=[],
)


def test_every_payment_is_there_once_with_all_its_money_whatever_is_killed(tmp_path: Path) -> None:
    outcome = drill.run(tmp_path, seconds=5, seed=20261125)

    assert len(outcome.kills) == 7
    assert all(outcome.kills.values()), outcome.kills
    assert outcome.payments > 0
    assert outcome.refunds > 0
    assert outcome.transfers > 0
    assert outcome.batches > 0
    assert outcome.files > 1
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
PLACE = town.Town(people=(town.Party("wal_a"), town.Party("wal_b")), shop=town.Party("wal_s"))
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
TOP_UP = msgspec.structs.replace(
    TRANSFER,
    id="pay_4",
    kind="top_up",
    source="bac_a",
    destination="wal_a",
    amount=700,
    authorised=700,
    captured=700,
    transfer="tfr_4",
    reference="k4",
)
WITHDRAWAL = msgspec.structs.replace(
    TRANSFER,
    id="pay_5",
    kind="withdrawal",
    state="returned",
    source="wal_b",
    destination="bac_b",
    amount=400,
    authorised=400,
    captured=400,
    returned=400,
    failure="R03",
    transfer="tfr_5",
    reference="k5",
)
PAYOUT = msgspec.structs.replace(
    TRANSFER,
    id="pay_8",
    kind="payout",
    source="wal_a",
    destination="",
    amount=250,
    authorised=250,
    captured=250,
    transfer="tfr_8",
    reference="bat_1",
)
SALARY = msgspec.structs.replace(
    TRANSFER, id="pay_9", amount=50, authorised=50, captured=50, reference="bat_1"
)
BATCH = types.Batch(
    id="bat_1",
    state="processed",
    source="wal_a",
    currency="USD",
    format="json",
    mode="each",
    same_day=False,
    reference="k8",
    accepted=2,
    refused=1,
    accepted_amount=300,
    refused_amount=10,
    reason=None,
    line=None,
    created=NOON,
    updated=NOON,
)
DEBIT = rail.Transfer("tfr_4", "pay_4", "settled", "debit", 700, "1")
CREDIT = rail.Transfer("tfr_5", "pay_5", "returned", "credit", 400, "2")
DEPOSIT = rail.Transfer("tfr_6", "bac_a", "settled", "credit", 32, "3")
OUTWARD = rail.Transfer("tfr_8", "pay_8", "settled", "credit", 250, "4")


def paid(transfer: rail.Transfer, *, returned: int = 0) -> bank_types.Paid:
    """What the bank says of a transfer."""
    side, amount = transfer.direction, transfer.amount
    return bank_types.Paid("A.ach", 1, transfer.trace, side, amount, NOON, returned)


PAID = [paid(DEBIT), paid(CREDIT, returned=1), paid(DEPOSIT), paid(OUTWARD)]
RAIL = rail.Seen((DEBIT, CREDIT, DEPOSIT, OUTWARD), ledger.Ledger(PAID, [], 0))
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
    payments=[PURCHASE, TRANSFER, TOP_UP, WITHDRAWAL, PAYOUT, SALARY],
    refunds=[REFUND],
    batches=[BATCH],
    wallets=[wallet(name) for name in PLACE.wallets],
    balances={
        town.CASH: -3 * town.FUNDS,
        A: town.FUNDS - 300 - 800 + 700 - 250 - 50,
        B: town.FUNDS + 300 + 80 + 50,
        S: town.FUNDS + 800 - 80 - 30,
        town.FEES: 30,
        town.BANK: -700 + 32 + 250,
        town.VERIFYING: -32,
    },
    rail=RAIL,
)


def noted() -> asking.Notes:
    """What was acknowledged of it."""
    notes = asking.Notes()
    notes.done = {
        "k1": "pay_1",
        "k2": "pay_2",
        "k3": "ref_1",
        "k4": "pay_4",
        "k5": "pay_5",
        "k8": "bat_1",
    }
    notes.captured = {"pay_1": 300, "pay_2": 1_000}
    notes.refunded = {"pay_2": 200}
    notes.entries = {"bat_1": 3}
    return notes


def without(payment: types.Payment, *instead: types.Payment) -> list[types.Payment]:
    """All payments but one."""
    return [*(one for one in RIGHT.payments if one is not payment), *instead]


def judged(**changes: Any) -> judge.Verdict:
    """The verdict where something is otherwise."""
    return judge.judge(PLACE, noted(), msgspec.structs.replace(RIGHT, **changes))


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    assert judged() == GOOD


def test_the_judge_notices_what_is_lost() -> None:
    assert judged(payments=without(TRANSFER)).lost == ["k1"]
    assert judged(refunds=[]).lost == ["k3"]
    assert judged(batches=[]).lost == ["k8"]


def test_the_judge_notices_what_is_there_twice() -> None:
    twin = msgspec.structs.replace(TRANSFER, id="pay_3")

    assert judged(payments=[*RIGHT.payments, twin]).doubled == ["k1"]


@pytest.mark.parametrize(("name", "amount"), [("captured", 299), ("refunded", 1)])
def test_the_judge_notices_another_amount_than_was_acknowledged(name: str, amount: int) -> None:
    other = msgspec.structs.replace(TRANSFER, **{name: amount})
    found = judged(payments=without(TRANSFER, other)).wrong

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

    assert judged(payments=without(TRANSFER, other)).stuck == [f"pay_1 {state}"]


def test_the_judge_notices_a_refund_that_waits_and_money_that_is_held() -> None:
    waits = msgspec.structs.replace(REFUND, state="pending")

    assert judged(refunds=[waits]).stuck == ["ref_1 pending"]
    assert judged(wallets=[wallet("wal_a", held=5)]).stuck == ["wal_a has 5 held, 0 pending"]
    assert judged(wallets=[wallet("wal_a", pending=5)]).stuck == ["wal_a has 0 held, 5 pending"]


def test_the_judge_notices_a_fact_that_a_reactor_has_given_up_on() -> None:
    parked = types.Parked(
        id="prk_1",
        tenant="town",
        reactor="payments-settled",
        fact="evt_1",
        type="ach.batch_settled",
        lane="",
        code="timeout",
        attempts=9,
        round=1,
        state="parked",
        parked=NOON,
        changed=NOON,
    )

    found = judged(parked=[parked])

    assert found.stuck == ["payments-settled gave up on ach.batch_settled: timeout"]
    assert not found.is_good


def at_the_rail(**changes: Any) -> judge.Verdict:
    """The verdict where the rail or the bank says something else."""
    return judged(rail=msgspec.structs.replace(RAIL, **changes))


def at_the_bank(*paid: bank_types.Paid, twice: list[str] | None = None, again: int = 0) -> Any:
    """The verdict where the bank has another ledger."""
    return at_the_rail(bank=ledger.Ledger(list(paid), twice or [], again))


def test_the_judge_notices_what_the_bank_got_twice() -> None:
    assert at_the_bank(*PAID, again=1).doubled == ["the bank got 1 files again"]
    assert at_the_bank(*PAID, twice=["1"]).doubled == ["trace 1 was paid twice"]
    twin = msgspec.structs.replace(DEBIT, id="tfr_7", trace="7")
    both = at_the_rail(
        transfers=(*RAIL.transfers, twin), bank=ledger.Ledger([*PAID, paid(twin)], [], 0)
    )
    assert both.doubled == ["pay_4"]


def test_the_judge_notices_what_the_bank_has_done_and_we_have_not_and_the_other_way_round() -> None:
    assert "trace 3: credit of 32 that the bank has not" in at_the_bank(*PAID[:2], PAID[3]).wrong
    missing = at_the_rail(transfers=(DEBIT, CREDIT, OUTWARD))
    assert "trace 3: credit of 32 that we have not" in missing.wrong
    other = at_the_bank(*PAID[:2], msgspec.structs.replace(PAID[2], amount_minor=33), PAID[3])
    assert "trace 3: credit of 33 that we have not" in other.wrong
    assert "the bank has 417 of ours, by our books 418" in other.wrong


def test_the_judge_notices_a_return_that_has_not_come_to_us() -> None:
    came_back = at_the_bank(paid(DEBIT, returned=1), *PAID[1:])
    assert "trace 1: came back, for one of us" in came_back.wrong


@pytest.mark.parametrize("state", ["queued", "batched"])
def test_the_judge_notices_a_transfer_that_has_not_ended(state: str) -> None:
    waits = msgspec.structs.replace(DEBIT, state=state)
    assert at_the_rail(transfers=(waits, CREDIT, DEPOSIT, OUTWARD)).stuck == [f"tfr_4 {state}"]


def test_the_judge_notices_a_payment_without_its_transfer_or_in_another_state() -> None:
    assert "pay_4: has no transfer of its own" in at_the_rail(transfers=RAIL.transfers[1:]).wrong
    refused = msgspec.structs.replace(DEBIT, state="rejected")
    found = at_the_rail(transfers=(refused, *RAIL.transfers[1:])).wrong
    assert "pay_4 is captured, its transfer rejected" in found


def test_what_a_wallet_could_not_give_back_is_owed() -> None:
    """A return that was not covered: the difference stands elsewhere, and only there."""
    back = msgspec.structs.replace(TOP_UP, state="returned", returned=700)
    transfer = msgspec.structs.replace(DEBIT, state="returned", shortfall=500)
    seen = msgspec.structs.replace(
        RIGHT,
        payments=without(TOP_UP, back),
        rail=rail.Seen((transfer, *RAIL.transfers[1:]), ledger.Ledger([], [], 0)),
    )
    expected = judge.expected_balances(PLACE, seen)
    assert expected[town.OWED] == -500
    assert expected[A] == RIGHT.balances[A] - 700 + 500
    assert expected[town.BANK] == 32 + 250


def test_the_judge_notices_a_batch_of_which_an_entry_is_missing_or_was_paid_twice() -> None:
    lacking = msgspec.structs.replace(BATCH, refused=0)
    assert judged(batches=[lacking]).wrong == ["bat_1: not every entry was judged"]
    twice = [*RIGHT.payments, msgspec.structs.replace(SALARY, id="pay_10")]
    assert "bat_1: 3 payments of 350, and it says otherwise" in judged(payments=twice).wrong
    assert judged(batches=[BATCH, msgspec.structs.replace(BATCH, id="bat_2")]).doubled == ["k8"]


@pytest.mark.parametrize("state", ["received", "processing", "refused"])
def test_the_judge_notices_a_batch_that_has_not_ended_well(state: Any) -> None:
    other = msgspec.structs.replace(BATCH, state=state)
    assert judged(batches=[other]).stuck == [f"bat_1 {state}"]
