"""Bank accounts are linked, verified by micro-deposits, corrected and blocked by their banks."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from culm.bank_accounts import checks, commands, events, rejections, transitions, types
from culm.customers import commands as customers
from culm.customers import rejections as customer_rejections
from culm.ledger import commands as ledger
from culm.rails.ach.transfers import commands as transfer_commands
from culm.rails.ach.transfers import events as transfer_events
from tests.bank_accounts.world import World

HOUSE = "expenses:verification:usd"


async def test_an_account_is_linked_and_its_number_stands_nowhere_in_clear(world: World) -> None:
    linked = await world.link("987654321")
    assert (linked.state, linked.last4, linked.routing) == ("new", "4321", "021200025")
    assert (await world.known(linked.id)).account == "987654321"
    rows = await world.db.fetch("select t::text as row from bank_account t")
    logged = await world.db.fetch("select body::text as row from book_log")
    for row in [*rows, *logged]:
        assert "987654321" not in row["row"]
        assert "Lovelace" not in row["row"]


async def test_entries_to_persons_and_businesses_are_of_different_classes(world: World) -> None:
    person = await world.link(owner=await world.customer("person"))
    business = await world.link(owner=await world.customer("business"))
    assert [(await world.account(one.id)).sec for one in (person, business)] == ["PPD", "CCD"]


@pytest.mark.parametrize(
    "routing", ["021200026", "02120002", "0212000255", "000000000", "02120002x"]
)
async def test_a_routing_number_is_checked_by_its_last_digit(world: World, routing: str) -> None:
    with pytest.raises(rejections.RoutingNumberInvalid):
        await world.link(routing=routing)


@pytest.mark.parametrize(
    ("number", "shown"), [("1234", "34"), ("1234567", "567"), ("12345678", "5678")]
)
def test_never_more_than_half_of_a_number_is_shown(number: str, shown: str) -> None:
    assert checks.shown(number) == shown


async def test_an_account_is_linked_only_under_the_key_of_its_customer(world: World) -> None:
    owner, other = await world.customer(), await world.customer()
    with pytest.raises(rejections.BankAccountInvalid):
        await world.link(owner=owner, subject=other.subject)
    for changed in ({"sealed": "123456789"}, {"last4": "123456789"}):
        with pytest.raises(rejections.BankAccountInvalid):
            await world.link(owner=owner, **changed)


async def test_only_a_customer_who_may_be_served_links_an_account(world: World) -> None:
    with pytest.raises(customer_rejections.CustomerNotActive):
        await world.link(owner=await world.customer(active=False))


async def test_micro_deposits_verify_an_account(world: World) -> None:
    linked = await world.link()
    assert await world.may("credit", linked.id)
    with pytest.raises(rejections.BankAccountNotVerified):
        await world.may("debit", linked.id)
    sent = await world.deposits(linked.id)
    assert (sent.state, sent.tries_left, sent.round) == ("verifying", 3, 1)
    with pytest.raises(rejections.DepositsPending):
        await world.tell(linked.id, 32, 45)
    await world.until("2026-03-03", "08:30")
    entries = (await world.facts_of(transfer_events.TransferQueued))[-2:]
    assert [(one.amount, one.description, one.sec) for one in entries] == [
        ("32", "ACCTVERIFY", "PPD"),
        ("45", "ACCTVERIFY", "PPD"),
    ]
    assert (await world.balance(HOUSE)).posted == 77
    verified = await world.tell(linked.id, 45, 32)
    assert (verified.state, verified.expires) == ("verified", None)
    assert await world.may("debit", linked.id)
    with pytest.raises(rejections.BankAccountVerified):
        await world.deposits(linked.id)
    await world.until("2026-04-01", "12:00")
    assert (await world.account(linked.id)).state == "verified"


async def test_the_third_wrong_answer_ends_a_verification_and_three_rounds_end_them_all(
    world: World,
) -> None:
    linked = await world.link()
    for round_, day in enumerate(("2026-03-03", "2026-03-04", "2026-03-05"), 1):
        assert (await world.deposits(linked.id)).round == round_
        await world.until(day, "08:30")
        for left in (2, 1):
            missed = await world.tell(linked.id, 32, 46)
            assert (missed.state, missed.tries_left) == ("verifying", left)
        failed = await world.tell(linked.id, 32, 32)
        assert (failed.state, failed.reason) == ("failed", "answers")
        with pytest.raises(rejections.VerificationNotBegun):
            await world.tell(linked.id, 32, 45)
        with pytest.raises(rejections.BankAccountNotVerified):
            await world.may("credit", linked.id)
    with pytest.raises(rejections.TooManyVerifications):
        await world.deposits(linked.id)


async def test_a_verification_waits_ten_days(world: World) -> None:
    linked = await world.link()
    await world.deposits(linked.id)
    with pytest.raises(rejections.VerificationUnderWay):
        await world.deposits(linked.id)
    await world.until("2026-03-12", "09:59")
    assert (await world.account(linked.id)).state == "verifying"
    await world.until("2026-03-12", "11:00")  # summer time has begun
    found = await world.account(linked.id)
    assert (found.state, found.reason) == ("failed", "expired")
    await world.deposits(linked.id)
    await world.until("2026-03-13", "08:30")
    assert (await world.tell(linked.id, 32, 45)).state == "verified"


@pytest.mark.parametrize("amounts", [(), (32,), (32, 45, 1), (0, 45), (32, 100), (-32, 45)])
async def test_answers_are_two_amounts_of_less_than_a_dollar(
    world: World, amounts: tuple[int, ...]
) -> None:
    linked = await world.link()
    await world.deposits(linked.id)
    with pytest.raises(rejections.DepositAmountsInvalid):
        await world.tell(linked.id, *amounts)


async def test_a_live_tenants_deposits_are_the_amounts_that_were_made_up(world: World) -> None:
    await world.begin("live", sandbox=False)
    linked = await world.link()
    await world.deposits(linked.id)
    sent = await world.facts_of(transfer_events.TransferQueued)
    assert [one.amount for one in sent] == ["17", "58"]


@pytest.mark.parametrize(
    ("account", "state", "reason"),
    [
        ("990000002", "blocked", "R02"),
        ("990000003", "blocked", "R03"),
        ("990000004", "blocked", "R04"),
        ("990000016", "blocked", "R16"),
        ("990000020", "blocked", "R20"),
        ("992000003", "blocked", "R03"),
        ("990000001", "failed", "returned"),
    ],
)
async def test_what_its_bank_returns_blocks_an_account_or_ends_its_verification(
    world: World, account: str, state: str, reason: str
) -> None:
    linked = await world.link(account)
    await world.deposits(linked.id)
    await world.until("2026-03-04", "09:00")
    found = await world.account(linked.id)
    assert (found.state, found.reason, found.expires) == (state, reason, None)
    assert len(await world.facts_of(transfer_events.TransferReturned)) == 2
    if state == "blocked":
        with pytest.raises(rejections.BankAccountBlocked):
            await world.may("credit", linked.id)
        with pytest.raises(rejections.BankAccountBlocked):
            await world.deposits(linked.id)


async def test_deposits_that_the_bank_refuses_end_a_verification(world: World) -> None:
    linked = await world.link("9700000001")
    await world.deposits(linked.id)
    await world.until("2026-03-02", "20:01")
    found = await world.account(linked.id)
    assert (found.state, found.reason) == ("failed", "returned")
    assert (await world.balance(HOUSE)).held_out == 0


@pytest.mark.parametrize(
    ("account", "code", "changed"),
    [
        ("980000001", "C01", ("8800000001", "021200025", "checking")),
        ("980000002", "C02", ("980000002", "990000013", "checking")),
        ("980000003", "C03", ("8800000003", "990000013", "checking")),
        ("980000005", "C05", ("980000005", "021200025", "savings")),
        ("980000006", "C06", ("8800000006", "021200025", "savings")),
        ("980000007", "C07", ("8800000007", "990000013", "savings")),
    ],
)
async def test_a_notification_of_change_corrects_an_account(
    world: World, account: str, code: str, changed: tuple[str, str, str]
) -> None:
    linked = await world.link(account)
    await world.deposits(linked.id)
    await world.until("2026-03-04", "09:00")
    found = await world.account(linked.id)
    told = await world.known(linked.id)
    assert (told.account, found.routing, found.kind) == changed
    assert (found.last4, told.name) == (changed[0][-4:], "Ada Lovelace")
    assert [one.code for one in await world.facts_of(events.BankAccountCorrected)] == [code] * 2
    assert (await world.tell(linked.id, 32, 45)).state == "verified"


@pytest.mark.parametrize(
    ("code", "change", "field"),
    [
        ("C02", {"routing": "990000014"}, "routing"),
        ("C03", {"routing": "12", "account": "8800000003"}, "routing"),
        ("C01", {"account": "1"}, "account"),
        ("C01", {"account": "12/3*4"}, "account"),
        ("C01", {}, "all"),
    ],
)
async def test_a_correction_that_cannot_be_right_is_noted_and_changes_nothing(
    world: World, code: str, change: dict[str, str], field: str
) -> None:
    linked = await world.link("123456789")
    await world.deposits(linked.id)
    await world.until("2026-03-04", "09:00")
    before = await world.account(linked.id)
    *_, deposit = await world.facts_of(transfer_events.TransferQueued)
    keys = await world.sealing.keys("acme", {deposit.subject})
    sealed = keys[deposit.subject].seal(msgspec.json.encode(change), "change")
    noticed = transfer_commands.Change(deposit.id, code, sealed)
    await world.ask(transfer_commands.TakeChanges(changes=(noticed,)))
    await world.settle_down()
    (fact,) = await world.facts_of(events.CorrectionRefused)
    assert (fact.id, fact.code, fact.field) == (linked.id, code, field)
    assert await world.account(linked.id) == before


async def test_a_removed_account_takes_part_in_nothing_and_its_number_is_forgotten(
    world: World,
) -> None:
    owner = await world.customer()
    linked = await world.link("980000001", owner)
    await world.deposits(linked.id)
    await world.until("2026-03-02", "20:01")
    with pytest.raises(customer_rejections.CustomerInUse):
        await world.ask(customers.CloseCustomer(customer=owner.id))
    removed = await world.remove(linked.id)
    assert (removed.state, removed.sealed) == ("removed", "")
    assert (await world.remove(linked.id)).state == "removed"
    await world.until("2026-03-20", "12:00")  # its deposits settle, and a correction comes too late
    assert (await world.account(linked.id)).state == "removed"
    assert (await world.account(linked.id)).sealed == ""
    for ask in (
        world.may("credit", linked.id),
        world.deposits(linked.id),
        world.tell(linked.id, 1, 2),
    ):
        with pytest.raises(rejections.BankAccountRemoved):
            await ask
    await world.ask(customers.CloseCustomer(customer=owner.id))


async def test_a_restricted_customer_uses_no_account(world: World) -> None:
    owner = await world.customer()
    linked = await world.link(owner=owner)
    await world.ask(customers.RestrictCustomer(customer=owner.id, reason="review"))
    with pytest.raises(customer_rejections.CustomerRestricted):
        await world.may("credit", linked.id)
    with pytest.raises(customer_rejections.CustomerRestricted):
        await world.deposits(linked.id)


async def test_another_tenants_account_is_not_there(world: World) -> None:
    linked = await world.link()
    await world.ledger.book.submit(ledger.CreateTenant(name="Other"), tenant="other")
    for command in (
        commands.SendDeposits(bank_account=linked.id, amounts=(1, 2)),
        commands.VerifyBankAccount(bank_account=linked.id, amounts=(1, 2)),
        commands.RemoveBankAccount(bank_account=linked.id),
        commands.NoteReturn(bank_account=linked.id, transfer="tfr_0000000000000001", reason="R02"),
    ):
        with pytest.raises(rejections.BankAccountNotFound):
            await world.ledger.book.submit(command, tenant="other")


async def test_a_return_that_is_told_twice_blocks_once(world: World) -> None:
    linked = await world.link()
    told = commands.NoteReturn(
        bank_account=linked.id, transfer="tfr_0000000000000001", reason="R02"
    )
    assert (await world.ask(told)).state == "blocked"
    await world.ask(told)
    assert len(await world.facts_of(events.BankAccountBlocked)) == 1


def test_every_state_and_happening_is_in_the_table_or_cannot_be() -> None:
    table = {
        (state, happening): transitions.after(state, happening)
        for state, happening in product(transitions.STATES, transitions.HAPPENINGS)
    }
    assert {key: after for key, after in table.items() if after} == transitions.TABLE
    assert all(table["removed", happening] is None for happening in transitions.HAPPENINGS)
    reachable: set[types.State] = {"new"}
    for _ in transitions.STATES:
        reachable |= {
            after for (state, _), after in transitions.TABLE.items() if state in reachable
        }
    assert reachable == set(transitions.STATES)
    assert transitions.COLLECTABLE < transitions.PAYABLE < reachable
