"""What the bank answers, and what becomes of the money: all that its test accounts can do."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from culm.ledger import commands as ledger
from culm.rails.ach import calendar
from culm.rails.ach.files import events as file_events
from culm.rails.ach.inbox import events as inbox_events
from culm.rails.ach.transfers import change_codes, events, rejections
from culm.rails.ach.transfers import commands as transfer_commands
from culm.rails.ach.transfers import reads as transfer_reads
from culm.rails.ach.transfers import views as transfer_views
from culm.timers import commands as timers
from tests.rails.ach.sending.desk import ANN, BANK, CASH, OWED, SUSPENSE, Balance
from tests.rails.ach.sending.world import World

FROM, SETTLED, NEXT_DAY = ("2026-03-02", "20:00"), ("2026-03-03", "08:30"), ("2026-03-04", "09:00")


async def test_a_returned_credit_is_given_back(world: World) -> None:
    transfer = await world.pay("990000003", 10_000)
    await world.until(*SETTLED)
    assert await world.balance(ANN) == Balance(90_000)
    await world.until(*NEXT_DAY)
    returned = await world.transfer(transfer)
    assert (returned.state, returned.reason, returned.late) == ("returned", "R03", False)
    assert str(returned.returned_on) == "2026-03-04"
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)


async def test_a_returned_debit_is_taken_back(world: World) -> None:
    await world.pay("990000001", 4_000, direction="debit")
    await world.until(*SETTLED)
    assert await world.balance(ANN) == Balance(104_000)
    await world.until(*NEXT_DAY)
    assert await world.balance(ANN) == Balance(100_000)
    (fact,) = await world.facts_of(events.TransferReturned)
    assert (fact.purpose, fact.amount, fact.reason, fact.settled_before) == (
        "pay_1",
        "4000",
        "R01",
        True,
    )
    assert (fact.shortfall, fact.unclaimed) == ("0", "0")


async def test_what_the_account_cannot_give_back_is_owed(world: World) -> None:
    await world.pay("990000001", 4_000, direction="debit")
    await world.until(*SETTLED)
    await world.move(ANN, CASH, 101_000)
    await world.until(*NEXT_DAY)
    assert await world.balance(ANN) == Balance(0)
    assert await world.balance(OWED) == Balance(1_000)
    assert await world.balance(BANK) == Balance(0)
    (fact,) = await world.facts_of(events.TransferReturned)
    assert fact.shortfall == "1000"


@pytest.mark.parametrize("direction", ["credit", "debit"])
async def test_a_frozen_account_does_not_hold_up_what_the_bank_has_done(
    world: World, direction: str
) -> None:
    transfer = await world.pay("990000001", 4_000, direction=direction)
    await world.until(*FROM)
    await world.ask(ledger.UpdateAccount(account=ANN, freeze="both"))
    await world.until(*SETTLED)
    assert (await world.transfer(transfer)).state == "settled"
    await world.until(*NEXT_DAY)
    assert (await world.transfer(transfer)).state == "returned"
    assert await world.balance(ANN) == Balance(100_000)


async def test_what_a_closed_account_cannot_take_is_set_apart(world: World) -> None:
    await world.pay("990000003", 10_000)
    await world.until(*SETTLED)
    await world.move(ANN, CASH, 90_000)
    await world.ask(ledger.CloseAccount(account=ANN))
    await world.until(*NEXT_DAY)
    assert await world.balance(SUSPENSE) == Balance(10_000)
    (fact,) = await world.facts_of(events.TransferReturned)
    assert fact.unclaimed == "10000"


async def test_what_a_closed_account_cannot_give_is_owed(world: World) -> None:
    await world.pay("990000001", 4_000, direction="debit")
    await world.until(*SETTLED)
    await world.move(ANN, CASH, 104_000)
    await world.ask(ledger.CloseAccount(account=ANN))
    await world.until(*NEXT_DAY)
    assert await world.balance(OWED) == Balance(4_000)


async def test_what_comes_back_before_it_has_settled_only_gives_back_what_is_held(
    world: World,
) -> None:
    transfer = await world.pay("992000003", 10_000)
    await world.until("2026-03-02", "20:30")
    assert (await world.transfer(transfer)).state == "returned"
    assert await world.balance(ANN) == Balance(100_000)
    await world.until(*NEXT_DAY)
    (fact,) = await world.facts_of(events.TransferReturned)
    assert not fact.settled_before
    assert await world.balance(BANK) == Balance(0)


@pytest.mark.parametrize("direction", ["credit", "debit"])
async def test_what_has_settled_and_come_back_is_told_in_that_order_whatever_is_read_first(
    world: World, direction: str
) -> None:
    transfer = await world.pay("990000001", 4_000, direction=direction)
    await world.until(*FROM)
    await world.ask(timers.AdvanceClock(to=calendar.moment(date(2026, 3, 4), "09:00")))
    await world.fire()  # that it has settled is known, and booked by nobody yet
    assert world.bank is not None
    world.bank.advance(await world.now())
    await world.read_inbox()
    assert (await world.transfer(transfer)).state == "returned"
    await world.settle_down()
    (settled,) = await world.facts_of(events.BatchSettled)
    (returned,) = await world.facts_of(events.TransferReturned)
    assert [(one.transfer, one.amount) for one in settled.transfers] == [(transfer, "4000")]
    assert returned.settled_before
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)


async def test_a_late_return_of_a_credit_is_welcome(world: World) -> None:
    transfer = await world.pay("991000003", 10_000)
    await world.until("2026-03-12", "12:00")
    assert ((await world.transfer(transfer)).state, (await world.transfer(transfer)).late) == (
        "returned",
        True,
    )
    assert not await world.facts_of(events.ReturnDishonoured)
    assert await world.balance(ANN) == Balance(100_000)


async def test_a_late_return_of_a_debit_is_dishonoured(world: World) -> None:
    transfer = await world.pay("991000001", 4_000, direction="debit")
    await world.until(*SETTLED)
    await world.move(ANN, CASH, 103_000)
    await world.until("2026-03-09", "09:00")  # four banking days after
    assert (await world.transfer(transfer)).state == "dishonoured"
    assert await world.balance(OWED) == Balance(3_000)
    assert await world.balance(ANN) == Balance(0, 4_000)  # pending again
    (fact,) = await world.facts_of(events.ReturnDishonoured)
    assert (fact.id, fact.reason) == (transfer, "R68")
    await world.until("2026-03-10", "08:30")
    assert (await world.transfer(fact.dishonour)).state == "settled"
    assert await world.balance(OWED) == Balance(0)
    assert await world.balance(ANN) == Balance(1_000)
    assert await world.balance(BANK) == Balance(4_000)
    assert (await world.transfer(transfer)).state == "dishonoured"


async def test_a_contested_dishonour_is_the_end_of_it(world: World) -> None:
    transfer = await world.pay("991000301", 4_000, direction="debit")
    await world.until("2026-03-09", "09:00")
    assert await world.balance(ANN) == Balance(100_000, 4_000)
    await world.until("2026-03-10", "08:30")
    assert await world.balance(ANN) == Balance(104_000)
    await world.until("2026-03-10", "09:00")
    assert (await world.transfer(transfer)).state == "contested"
    (fact,) = await world.facts_of(events.ReturnContested)
    assert (fact.id, fact.reason, fact.amount) == (transfer, "R73", "4000")
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)
    (dishonour,) = await world.facts_of(events.ReturnDishonoured)
    assert (await world.transfer(dishonour.dishonour)).state == "returned"


async def test_sixty_days_are_given_where_the_customer_did_not_authorise(world: World) -> None:
    early = await world.pay("990000010", 1_000, direction="debit")
    late = await world.pay("991000010", 2_000, direction="debit")
    await world.until("2026-05-18", "12:00")
    assert ((await world.transfer(early)).state, (await world.transfer(early)).late) == (
        "returned",
        False,
    )
    assert ((await world.transfer(late)).state, (await world.transfer(late)).late) == (
        "dishonoured",
        True,
    )


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (
            ("2026-03-16", "19:59"),
            "dishonoured",
        ),  # leaves on the fifth banking day after the return
        (("2026-03-16", "20:00"), "returned"),  # would leave on the sixth
        (("2026-03-17", "12:00"), "returned"),
    ],
)
async def test_a_late_return_is_dishonoured_if_that_leaves_in_time(
    world: World, found: tuple[str, str], state: str
) -> None:
    transfer = await world.pay("991000001", 4_000, direction="debit")
    await world.until(*found)
    assert ((await world.transfer(transfer)).state, (await world.transfer(transfer)).late) == (
        state,
        True,
    )


async def test_what_comes_back_twice_is_booked_once_and_the_rest_set_apart(world: World) -> None:
    await world.pay("993000003", 10_000)
    await world.until("2026-03-06", "12:00")
    assert len(await world.facts_of(events.TransferReturned)) == 1
    (fact,) = await world.facts_of(events.ReturnUnmatched)
    assert fact.problem == "duplicate"
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(SUSPENSE) == Balance(10_000)


async def test_a_return_of_something_unknown_is_set_apart(world: World) -> None:
    transfer = await world.pay("994000001", 4_000, direction="debit")
    await world.until(*SETTLED)
    await world.ask(ledger.UpdateAccount(account=BANK, freeze="both"))
    await world.until("2026-03-06", "12:00")
    (fact,) = await world.facts_of(events.ReturnUnmatched)
    assert (fact.problem, fact.transfer) == ("unknown", "")
    assert (await world.transfer(transfer)).state == "settled"
    assert await world.balance(SUSPENSE) == Balance(-4_000)


async def test_a_return_of_another_amount_is_set_apart(world: World) -> None:
    transfer = await world.pay("995000003", 10_000)
    await world.until("2026-03-06", "12:00")
    (fact,) = await world.facts_of(events.ReturnUnmatched)
    assert (fact.problem, fact.transfer, fact.amount) == ("amount", transfer, "10001")
    assert await world.balance(SUSPENSE) == Balance(10_001)


async def test_a_dishonour_is_no_return(world: World) -> None:
    transfer = await world.pay("111", 4_000)
    await world.until(*SETTLED)
    dishonour = transfer_commands.Returned(
        trace=(await world.transfer(transfer)).trace,
        amount=4_000,
        direction="credit",
        reason="R68",
        returned_on=date(2026, 3, 3),
        return_trace="021000020000001",
    )
    await world.ask(transfer_commands.TakeReturns(returns=(dishonour,)))
    assert (await world.transfer(transfer)).state == "settled"
    (fact,) = await world.facts_of(events.ReturnUnmatched)
    assert (fact.problem, fact.reason) == ("unknown", "R68")
    assert (await world.balance(ANN), await world.balance(SUSPENSE)) == (
        Balance(96_000),
        Balance(4_000),
    )


@pytest.mark.parametrize(("day", "wall", "late"), [("09", "19:59", False), ("09", "20:00", True)])
async def test_a_reversal_is_with_the_other_bank_five_banking_days_after_the_settlement(
    world: World, day: str, wall: str, late: bool
) -> None:
    transfer = await world.pay("111", 4_000)
    await world.until(*SETTLED)
    await world.until(f"2026-03-{day}", wall)
    # The third is a Tuesday: what waits for the cut-off of the next Monday settles on the tenth.
    reverse = transfer_commands.ReverseTransfer(transfer=transfer)
    if late:
        with pytest.raises(rejections.ReversalTooLate):
            await world.ask(reverse)
    else:
        await world.ask(reverse)


CHANGES = {
    "980000001": {"account": "8800000001"},
    "980000002": {"routing": "990000013"},
    "980000003": {"routing": "990000013", "account": "8800000003"},
    "980000005": {"kind": "savings"},
    "980000006": {"account": "8800000006", "kind": "savings"},
    "980000007": {"routing": "990000013", "account": "8800000007", "kind": "savings"},
    "980000009": {"identification": "CORRECTED-ID"},
}


async def test_notifications_of_change_say_what_to_correct_under_seal(world: World) -> None:
    transfers = {await world.pay(account, 1_000): account for account in CHANGES}
    await world.until(*NEXT_DAY)
    noticed = {fact.id: fact for fact in await world.facts_of(events.ChangeNoticed)}
    assert noticed.keys() == transfers.keys()
    for transfer, fact in noticed.items():
        account = transfers[transfer]
        keys = await world.sealing.keys("acme", {fact.subject})
        plain = msgspec.json.decode(keys[fact.subject].open(fact.sealed, "change"))
        assert plain == CHANGES[account]
        assert fact.code == f"C{account[-2:]}"
        kept = await world.transfer(transfer)
        assert (kept.state, kept.change, kept.corrected) == ("settled", fact.code, fact.sealed)
        shown = await changed(world, transfer)
        assert shown.corrected == transfer_views.Corrected(**plain)
        assert (shown.transfer, shown.code) == (transfer, fact.code)
        assert shown.meaning.endswith(".")
    everything = await world.db.fetchval("select string_agg(body, ' ') from book_log")
    assert "8800000001" not in everything
    assert "Ann Doe" not in everything


async def test_the_newest_notification_counts_and_ends_with_the_payee(world: World) -> None:
    payee = await world.payee("980000001")
    transfer = await world.send(1_000, payee=payee)
    await world.until(*FROM)
    with pytest.raises(rejections.ChangeNotFound):
        await changed(world, transfer)
    await world.until(*NEXT_DAY)
    key = (await world.sealing.keys("acme", {payee.subject}))[payee.subject]
    newer = key.seal(b'{"name": "Ann Doe-Lee"}', change_codes.ABOUT)
    change = transfer_commands.Change(transfer, "C04", newer)
    await world.ask(transfer_commands.TakeChanges(changes=(change,)))
    shown = await changed(world, transfer)
    assert (shown.code, shown.corrected) == ("C04", transfer_views.Corrected(name="Ann Doe-Lee"))
    await world.sealing.destroy("acme", payee.subject)
    gone = await changed(world, transfer)
    assert (gone.code, gone.meaning, gone.corrected) == ("C04", shown.meaning, None)


async def test_the_number_of_an_account_that_is_linked_is_not_shown(world: World) -> None:
    payee = await world.payee("980000007", bank_account="bac_0000000000000001")
    transfer = await world.send(1_000, payee=payee)
    await world.until(*NEXT_DAY)
    assert (await changed(world, transfer)).corrected == transfer_views.Corrected(
        routing="990000013", kind="savings"
    )


async def changed(world: World, transfer: str) -> transfer_views.AchChange:
    """What the API shows."""
    return await transfer_reads.change(
        world.db, world.sealing, partition=0, tenant="acme", transfer=transfer
    )


async def test_a_refused_file_gives_back_what_was_held(world: World) -> None:
    bad = await world.pay("9700000001", 1_000)
    good = await world.pay("111", 2_000)
    await world.until(*FROM)
    assert {(await world.transfer(one)).state for one in (bad, good)} == {"rejected"}
    (fact,) = await world.facts_of(file_events.FileRejected)
    assert fact.code == "test_account"
    (told,) = await world.facts_of(events.TransfersRejected)
    assert [one.transfer for one in told.transfers] == [bad, good]
    assert await world.balance(ANN) == Balance(100_000)
    await world.until(*NEXT_DAY)
    assert not await world.facts_of(events.BatchSettled)


async def test_a_refused_batch_is_not_carried_out_and_the_others_are(world: World) -> None:
    bad = await world.pay("9700000005", 1_000, description="BAD")
    good = await world.pay("111", 2_000, description="GOOD")
    await world.until(*SETTLED)
    assert (await world.transfer(bad)).state == "rejected"
    assert (await world.transfer(good)).state == "settled"
    assert await world.balance(ANN) == Balance(98_000)


async def test_a_payee_who_was_erased_is_left_out_and_the_rest_is_sent(world: World) -> None:
    payee = await world.payee("111")
    gone = await world.send(1_000, payee=payee)
    alone = await world.send(2_000, payee=payee, description="ALONE")
    good = await world.pay("222", 3_000, description="GOOD")
    await world.sealing.destroy("acme", payee.subject)
    await world.until(*SETTLED)
    states = [(await world.transfer(one)).state for one in (gone, alone, good)]
    assert states == ["rejected", "rejected", "settled"]
    assert {fact.code for fact in await world.facts_of(events.TransfersRejected)} == {"payee"}
    assert await world.balance(ANN) == Balance(97_000)


async def test_a_file_of_nobody_is_not_sent(world: World) -> None:
    payee = await world.payee("111")
    await world.send(1_000, payee=payee)
    await world.sealing.destroy("acme", payee.subject)
    await world.until(*NEXT_DAY)
    assert not world.files("in") + world.files("in/done")
    assert await world.balance(ANN) == Balance(100_000)


async def test_an_answer_that_cannot_be_read_is_kept_and_told(world: World) -> None:
    await world.pay("111")
    await world.until(*FROM)
    (world.root / "out" / "20260303-returns.ach").write_text("What is this?\n")
    (world.root / "out" / "odd.ack.json").write_text("{}")
    await world.read_inbox()
    unreadable = [
        fact
        for fact in await world.facts_of(inbox_events.BankFileTaken)
        if fact.kind == "unreadable"
    ]
    assert {fact.name for fact in unreadable} == {"20260303-returns.ach", "odd.ack.json"}
    assert all(fact.reason for fact in unreadable)
    assert {path.name for path in world.files("out/done")} >= {"odd.ack.json"}


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file": "other.ach"}])
async def test_an_acknowledgement_of_something_else_accepts_nothing(
    world: World, change: dict[str, str]
) -> None:
    world.bank = None
    transfer = await world.pay("111")
    await world.until(*FROM)
    (sending,) = await world.facts_of(file_events.FileSending)
    (sent,) = await world.facts_of(file_events.FileSent)
    said = {"file": sent.name, "sha256": sending.sha256, "verdict": "accepted"} | change
    (world.root / "out" / "x.ack.json").write_bytes(msgspec.json.encode(said))
    await world.until(*NEXT_DAY)
    assert len(await world.facts_of(file_events.AcknowledgementUnmatched)) == 1
    assert (await world.transfer(transfer)).state == "batched"


async def test_the_same_file_of_the_bank_again_changes_nothing(world: World) -> None:
    await world.pay("994000003", 10_000)
    await world.until("2026-03-06", "12:00")
    before = len(await world.log())
    for path in world.files("out/done"):
        path.rename(world.root / "out" / f"again-{path.name}")
    assert await world.read_inbox() == 2
    assert len(await world.log()) == before


ODD = {
    "what cannot be kept": b'{"file": "a.ach", "sha256": "'
    + b"0" * 64
    + b'", "verdict": "\\u0000"}',
    "a name that is none": b'{"file": "a\\u0000", "sha256": "'
    + b"0" * 64
    + b'", "verdict": "accepted"}',
    "too deep": b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "too long": b'{"file": "' + b"x" * 1_000_000 + b'"}',
}


@pytest.mark.parametrize("said", ODD.values(), ids=ODD.keys())
async def test_whatever_a_bank_says_the_next_file_is_read(world: World, said: bytes) -> None:
    transfer = await world.pay("111")
    await world.until(*FROM)
    (world.root / "out" / "0.ack.json").write_bytes(said)
    await world.until(*NEXT_DAY)
    (odd,) = [one for one in await world.facts_of(inbox_events.BankFileTaken) if one.reason]
    assert (odd.name, odd.kind) == ("0.ack.json", "unreadable")
    assert (await world.transfer(transfer)).state == "settled"


async def test_what_a_bank_says_in_words_is_kept_as_far_as_it_prints(world: World) -> None:
    world.bank = None
    await world.pay("111")
    await world.until(*FROM)
    (sent,) = await world.facts_of(file_events.FileSent)
    said = {"file": sent.name, "sha256": "0" * 64, "verdict": "rejected", "reason": "no\x00" * 999}
    (world.root / "out" / "x.ack.json").write_bytes(msgspec.json.encode(said))
    await world.settle_down()
    (rejected,) = await world.facts_of(file_events.FileRejected)
    assert rejected.reason == ("no " * 999)[:200]


async def test_a_file_that_cannot_be_taken_in_holds_up_no_other(world: World) -> None:
    transfer = await world.pay("990000003")
    await world.until(*FROM)
    too_large = world.root / "out" / "0.ach"
    with too_large.open("wb") as file:
        file.truncate(1_000_000_001)
    await world.until(*NEXT_DAY)
    assert (await world.transfer(transfer)).state == "returned"
    assert too_large.exists()


@pytest.mark.parametrize(
    ("received", "settles"),
    [
        ("2026-03-03T13:30:00Z", "2026-03-03 08:30"),
        ("2026-03-03T13:30:01Z", "2026-03-04 08:30"),
        ("2099-01-01T00:00:00Z", "2026-03-04 08:30"),
        (None, "2026-03-03 08:30"),
    ],
)
async def test_what_reaches_the_bank_too_late_settles_on_the_next_day(
    world: World, received: str | None, settles: str
) -> None:
    world.bank = None
    transfer = await world.pay("111")
    await world.until(*FROM)
    (sending,) = await world.facts_of(file_events.FileSending)
    (sent,) = await world.facts_of(file_events.FileSent)
    said = {"file": sent.name, "sha256": sending.sha256, "verdict": "accepted"}
    await world.until("2026-03-03", "09:00")
    (world.root / "out" / "x.ack.json").write_bytes(
        msgspec.json.encode(said | {"received": received})
    )
    await world.settle_down()
    late = settles.startswith("2026-03-04")
    assert (await world.transfer(transfer)).state == ("batched" if late else "settled")
    await world.until("2026-03-04", "08:30")
    settled = await world.transfer(transfer)
    assert (settled.state, f"{settled.effective} 08:30") == ("settled", settles)
