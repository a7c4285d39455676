"""Returns that somebody does not accept: the dishonour reaches the other bank, and its money is
where the return had taken it from."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from culm.kernel import errors
from culm.rails.ach.addenda import DishonoredReturnAddenda
from culm.rails.ach.transfers import commands, events, types, views
from tests.rails.ach.sending.desk import ANN, BANK, CASH, SUSPENSE, Balance, returned
from tests.rails.ach.sending.test_files import read
from tests.rails.ach.sending.world import World

BACK = ("2026-03-04", "09:00")


async def dishonour(
    world: World, transfer: str, code: commands.DishonourCode, *wrong: commands.Wrong
) -> views.AchTransfer:
    """Do not accept what came back of a transfer."""
    asked = commands.DishonourReturn(transfer=transfer, code=code, wrong=wrong)
    found: views.AchTransfer = await world.ask(asked)
    return found


async def refused(world: World, transfer: str, code: Any, *wrong: commands.Wrong) -> str:
    """The code with which that is refused."""
    before = await world.transfer(transfer)
    with pytest.raises(errors.CulmError) as raised:
        await dishonour(world, transfer, code, *wrong)
    assert await world.transfer(transfer) == before
    return raised.value.code


async def said(world: World, day: str) -> tuple[str, int, DishonoredReturnAddenda]:
    """What the file of a day in March says: transaction code, amount, and addenda."""
    await world.until(f"2026-03-{day}", "20:00")
    (path,) = [one for one in world.files("in/done") if one.name.startswith(f"202603{day}")]
    _, (entry,) = read(path.read_bytes())
    assert isinstance(entry.returned, DishonoredReturnAddenda)
    return entry.detail.transaction_code, entry.amount_minor, entry.returned


async def came_back(world: World, account: str, direction: str = "debit") -> types.Transfer:
    """A transfer that the sandbox bank has returned on the fourth."""
    transfer = await world.pay(account, 4_000, direction=direction)
    await world.until(*BACK)
    found = await world.transfer(transfer)
    assert found.state == "returned"
    return found


@pytest.mark.parametrize(
    ("account", "code", "wrong", "information"),
    [
        ("990000001", "R61", (), ""),
        ("990000001", "R69", ("amount", "account"), "01*03"),
        ("990000006", "R70", (), ""),
        ("990000031", "R70", (), ""),
    ],
)
async def test_a_debit_that_came_back_wrongly_is_collected_again(
    world: World, account: str, code: Any, wrong: Any, information: str
) -> None:
    transfer = await came_back(world, account)
    assert await world.balance(ANN) == Balance(100_000)
    made = await dishonour(world, transfer.id, code, *wrong)
    assert (made.kind, made.direction, made.original) == ("dishonour", "debit", transfer.id)
    assert await world.balance(ANN) == Balance(100_000, 4_000)
    (fact,) = await world.facts_of(events.ReturnDishonoured)
    assert (fact.id, fact.reason, fact.dishonour) == (transfer.id, code, made.id)
    entry, amount, addenda = await said(world, "04")
    assert (entry, amount, addenda.reason) == ("26", 4_000, code)
    assert addenda.information.rstrip() == information
    assert (addenda.original_trace, addenda.return_trace) == (
        transfer.trace,
        transfer.return_trace,
    )
    assert (addenda.return_reason_code, addenda.return_settlement_date) == (account[-2:], "063")
    await world.until("2026-03-10", "12:00")
    assert (await world.transfer(transfer.id)).state == "dishonoured"
    assert await world.balance(ANN) == Balance(104_000)
    assert await world.balance(BANK) == Balance(4_000)


async def test_a_credit_that_came_back_wrongly_is_paid_again_from_what_the_account_has(
    world: World,
) -> None:
    transfer = await came_back(world, "990000003", "credit")
    await world.move(ANN, CASH, 96_001)
    assert await refused(world, transfer.id, "R61") == "insufficient_funds"
    await world.move(CASH, ANN, 1)
    await dishonour(world, transfer.id, "R61")
    assert await world.balance(ANN) == Balance(4_000, 0, 4_000)
    entry, amount, addenda = await said(world, "04")
    assert (entry, amount, addenda.reason) == ("21", 4_000, "R61")
    await world.until("2026-03-05", "08:30")
    assert await world.balance(ANN) == Balance(0)
    assert await world.balance(BANK) == Balance(-4_000)


async def test_a_credit_that_came_back_late_is_paid_again_where_somebody_has_lost_by_it(
    world: World,
) -> None:
    transfer = await world.pay("991000003", 4_000)
    await world.until("2026-03-09", "09:00")
    await dishonour(world, transfer, "R68")
    entry, _, addenda = await said(world, "09")
    assert (entry, addenda.reason) == ("21", "R68")


async def test_a_reversal_that_came_back_is_collected_again(world: World) -> None:
    payment = await world.pay("111", 4_000)
    await world.until("2026-03-03", "08:30")
    reversal = (await world.ask(commands.ReverseTransfer(transfer=payment))).id
    await world.until("2026-03-04", "08:30")
    await world.ask(returned(await world.transfer(reversal), reason="R10"))
    assert await refused(world, payment, "R62") == "ach_not_returned"
    await dishonour(world, reversal, "R62")
    assert await world.balance(ANN) == Balance(96_000, 4_000)
    entry, _, addenda = await said(world, "04")
    assert (entry, addenda.reason) == ("26", "R62")
    await world.until("2026-03-05", "08:30")
    assert await world.balance(ANN) == Balance(100_000)


async def test_a_debit_that_came_back_after_it_was_paid_back_is_collected_again(
    world: World,
) -> None:
    debit = await world.pay("111", 4_000, direction="debit")
    await world.until("2026-03-03", "08:30")
    reversal = (await world.ask(commands.ReverseTransfer(transfer=debit))).id
    await world.until("2026-03-04", "08:30")
    back = returned(await world.transfer(debit), reason="R10", returned_on=date(2026, 3, 4))
    await world.ask(back)
    assert await world.balance(SUSPENSE) == Balance(-4_000)
    assert await refused(world, debit, "R67") == "ach_not_dishonourable"
    await dishonour(world, debit, "R62")
    found = await world.transfer(debit)
    assert (found.state, found.followed) == ("settled", reversal)
    assert await refused(world, debit, "R62") == "ach_not_returned"
    entry, _, addenda = await said(world, "04")
    assert (entry, addenda.reason, addenda.return_reason_code) == ("26", "R62", "10")
    assert addenda.return_trace == back.returns[0].return_trace
    await world.until("2026-03-10", "12:00")
    assert await world.balance(SUSPENSE) == Balance(0)
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)


@pytest.mark.parametrize(
    ("direction", "code", "apart"), [("debit", "26", -4_000), ("credit", "21", 4_000)]
)
async def test_what_came_back_twice_is_dishonoured_once_with_the_money_that_was_set_apart(
    world: World, direction: str, code: str, apart: int
) -> None:
    transfer = await world.pay("993000003", 4_000, direction=direction)
    await world.until("2026-03-05", "09:00")
    first = await world.transfer(transfer)
    (second,) = await world.facts_of(events.ReturnUnmatched)
    assert (second.problem, second.answerable) == ("duplicate", True)
    assert await world.balance(SUSPENSE) == Balance(apart)
    await dishonour(world, transfer, "R67")
    assert (await world.transfer(transfer)).state == "returned"
    entry, _, addenda = await said(world, "05")
    assert (entry, addenda.reason, addenda.return_trace) == (code, "R67", second.return_trace)
    assert addenda.return_trace != first.return_trace
    await world.until("2026-03-10", "12:00")
    assert await world.balance(SUSPENSE) == Balance(0)
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)
    assert await refused(world, transfer, "R67") == "ach_not_dishonourable"


async def test_a_return_of_another_amount_is_sent_away_whole(world: World) -> None:
    transfer = await world.pay("995000003", 4_000)
    await world.until(*BACK)
    assert await world.balance(SUSPENSE) == Balance(4_001)
    await dishonour(world, transfer, "R69", "amount")
    entry, amount, addenda = await said(world, "04")
    assert (entry, amount, addenda.information.rstrip()) == ("21", 4_001, "03")
    await world.until("2026-03-05", "08:30")
    assert await world.balance(SUSPENSE) == Balance(0)
    assert (await world.transfer(transfer)).state == "settled"


async def test_the_other_bank_may_contest_it_and_that_is_the_end(world: World) -> None:
    transfer = await came_back(world, "990000101")
    made = await dishonour(world, transfer.id, "R61")
    await world.until("2026-03-05", "08:30")
    assert await world.balance(ANN) == Balance(104_000)
    await world.until("2026-03-05", "09:00")
    (fact,) = await world.facts_of(events.ReturnContested)
    assert (fact.id, fact.reason, fact.apart) == (transfer.id, "R71", False)
    assert (await world.transfer(transfer.id)).state == "contested"
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)
    assert (await world.transfer(made.id)).state == "returned"
    for one in (transfer.id, made.id):
        assert await refused(world, one, "R61") == "ach_not_returned"


async def test_a_credit_whose_dishonour_is_contested_comes_back_again(world: World) -> None:
    transfer = await came_back(world, "990000603", "credit")
    await dishonour(world, transfer.id, "R69", "trace")
    await world.until("2026-03-05", "08:30")
    assert await world.balance(ANN) == Balance(96_000)
    await world.until("2026-03-05", "09:00")
    (fact,) = await world.facts_of(events.ReturnContested)
    assert (fact.id, fact.reason) == (transfer.id, "R76")
    assert await world.balance(ANN) == Balance(100_000)
    assert await world.balance(BANK) == Balance(0)


async def test_money_that_was_set_apart_is_so_again_when_its_dishonour_is_contested(
    world: World,
) -> None:
    transfer = await world.pay("993000503", 4_000)
    await world.until("2026-03-05", "09:00")
    await dishonour(world, transfer, "R67")
    await world.until("2026-03-06", "09:00")
    (fact,) = await world.facts_of(events.ReturnContested)
    assert (fact.id, fact.reason, fact.apart) == (transfer, "R75", True)
    assert (await world.transfer(transfer)).state == "returned"
    assert await world.balance(SUSPENSE) == Balance(4_000)
    assert await world.balance(ANN) == Balance(100_000)


async def test_what_the_code_does_not_fit_is_not_dishonoured(world: World) -> None:
    debit = await came_back(world, "990000001")
    settled = await world.pay("111", 1_000)
    await world.until("2026-03-05", "08:30")
    assert await refused(world, debit.id, "R69") == "ach_dishonour_invalid"
    assert await refused(world, debit.id, "R61", "amount") == "ach_dishonour_invalid"
    assert await refused(world, debit.id, "R69", "amount", "amount") == "ach_dishonour_invalid"
    for code in ("R62", "R67", "R68", "R70"):
        assert await refused(world, debit.id, code) == "ach_not_dishonourable"
    assert await refused(world, settled, "R61") == "ach_not_returned"
    made = await dishonour(world, debit.id, "R61")
    assert await refused(world, debit.id, "R61") == "ach_not_returned"
    assert await refused(world, made.id, "R61") == "ach_not_returned"


@pytest.mark.parametrize(("wall", "late"), [("19:59", False), ("20:00", True)])
async def test_it_leaves_on_the_fifth_banking_day_after_the_return_at_the_latest(
    world: World, wall: str, late: bool
) -> None:
    transfer = await came_back(world, "990000001")
    await world.until("2026-03-11", wall)
    if late:
        assert await refused(world, transfer.id, "R61") == "ach_dishonour_too_late"
    else:
        await dishonour(world, transfer.id, "R61")


def test_a_command_names_only_codes_of_dishonours() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"transfer": "tfr_1", "code": "R01"}, commands.DishonourReturn)
