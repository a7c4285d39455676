"""Transfers are ordered, wait for a cut-off with their money held, and may be withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from culm.ledger import api as ledger
from culm.ledger import commands as ledger_commands
from culm.rails.ach.odfi import commands as odfi
from culm.rails.ach.odfi import rejections as odfi_rejections
from culm.rails.ach.odfi import tables as odfi_tables
from culm.rails.ach.odfi import types as odfi_types
from culm.rails.ach.transfers import rejections
from culm.rails.ach.windows import rejections as window_rejections
from tests.rails.ach.sending import desk as desks
from tests.rails.ach.sending.desk import ANN, BANK, Balance, Desk


async def test_a_credit_holds_money_on_its_way_out(either: Desk) -> None:
    transfer = await either.transfer(await either.send(10_000))
    assert (transfer.state, transfer.amount, transfer.purpose) == ("queued", 10_000, "pay_1")
    assert await either.balance(ANN) == Balance(100_000, 0, 10_000)
    assert await either.balance(BANK) == Balance(0, 0, 10_000)


async def test_a_debit_shows_as_pending(either: Desk) -> None:
    transfer = await either.send(7_000, direction="debit", sec="WEB")
    assert (await either.transfer(transfer)).direction == "debit"
    assert await either.balance(ANN) == Balance(100_000, 7_000, 0)
    assert await either.balance(BANK) == Balance(0, 7_000, 0)


async def test_what_is_ordered_before_a_cut_off_waits_together(either: Desk) -> None:
    first, second = await either.send(), await either.send()
    (window,) = await either.windows()
    assert {(await either.transfer(one)).window for one in (first, second)} == {window.id}
    assert window.closes == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # 20:00 in New York
    assert (window.effective, window.waiting) == (date(2026, 3, 3), 2)
    assert window.settles == datetime(2026, 3, 3, 13, 30, tzinfo=UTC)


async def test_what_is_to_settle_the_same_day_has_cut_offs_of_its_own(either: Desk) -> None:
    await either.send(same_day=True)
    await either.send()
    fast, slow = await either.windows()
    assert (fast.service, slow.service) == ("same_day", "standard")
    assert fast.closes == datetime(2026, 3, 2, 19, 15, tzinfo=UTC)  # 14:15 in New York
    assert (fast.effective, fast.settles) == (
        date(2026, 3, 2),
        datetime(2026, 3, 2, 22, 0, tzinfo=UTC),
    )


async def test_a_transfer_is_withdrawn_while_it_is_queued_and_only_once(either: Desk) -> None:
    transfer = await either.send(10_000)
    assert await either.withdraw(transfer)
    assert (await either.transfer(transfer)).state == "cancelled"
    assert await either.balance(ANN) == Balance(100_000)
    assert [window.waiting for window in await either.windows()] == [0]
    assert not await either.withdraw(transfer)
    with pytest.raises(rejections.TransferNotFound):
        await either.withdraw("tfr_00000000000fffff")


async def test_nothing_is_sent_that_is_not_there(small_desk: Desk) -> None:
    with pytest.raises(ledger.InsufficientFunds):
        await small_desk.send(100_001)
    assert await small_desk.windows() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 10_000_000_000}, "amount"),
        ({"purpose": ""}, "purpose"),
        ({"description": "LONGER THAN TEN"}, "description"),
        ({"description": "GEHÄLTER"}, "description"),
        ({"description": ""}, "description"),
        ({"identification": "x" * 16}, "identification"),
        ({"payee": msgspec.structs.replace(desks.PAYEE, routing="021000022")}, "routing"),
        ({"payee": msgspec.structs.replace(desks.PAYEE, routing="2100002")}, "routing"),
        ({"payee": msgspec.structs.replace(desks.PAYEE, sealed="")}, "sealed"),
    ],
)
async def test_what_no_entry_could_say_is_refused(
    small_desk: Desk, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(rejections.OrderInvalid) as refused:
        await small_desk.send(**change)
    assert refused.value.field == field


async def test_the_same_day_takes_a_million_dollars_at_most(small_desk: Desk) -> None:
    most = 100_000_000
    await small_desk.send(most, direction="debit", same_day=True)
    with pytest.raises(rejections.SameDayLimit):
        await small_desk.send(most + 1, direction="debit", same_day=True)
    await small_desk.send(most + 1, direction="debit")


async def test_only_dollars_are_sent(small_desk: Desk) -> None:
    await small_desk.ask(ledger_commands.OpenAccount(code="liabilities:eur", currency="EUR"))
    with pytest.raises(rejections.TransferCurrency):
        await small_desk.send(account="liabilities:eur")


TERMS = odfi.Configure(odfi="021000021", company_name="ACME", company_id="1234567890")


async def test_a_live_tenant_says_first_how_it_sends(memory_ledger: Any) -> None:
    await memory_ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    terms = await memory_ledger.submit(TERMS)
    assert terms.destination == "021000021"
    assert (terms.origin, terms.origin_name) == ("1234567890", "ACME")
    assert terms.same_day == odfi_types.SAME_DAY
    assert (await memory_ledger.store.load(odfi_tables.TERMS, 0, ["acme"]))["acme"] == terms


async def test_without_terms_a_live_tenant_sends_nothing(live_desk: Desk) -> None:
    with pytest.raises(odfi_rejections.AchNotConfigured):
        await live_desk.send()
    await live_desk.ask(TERMS)
    await live_desk.send()


async def test_where_the_bank_has_no_such_cut_offs_nothing_goes_the_same_day(
    small_desk: Desk,
) -> None:
    await small_desk.ask(msgspec.structs.replace(TERMS, same_day=()))
    with pytest.raises(window_rejections.SameDayNotOffered):
        await small_desk.send(same_day=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"odfi": "021000022"}, "odfi"),
        ({"destination": "x"}, "destination"),
        ({"company_name": "SEVENTEEN LETTERS"}, "company_name"),
        ({"company_id": " "}, "company_id"),
        ({"origin": "é"}, "origin"),
        ({"standard": odfi_types.Cutoff("24:00", "08:30")}, "standard"),
        ({"same_day": (odfi_types.Cutoff("10:30", "10:30"),)}, "same_day[0]"),
        ({"same_day": odfi_types.SAME_DAY * 4}, "same_day"),
    ],
)
async def test_terms_that_no_file_could_be_headed_with_are_refused(
    small_desk: Desk, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(odfi_rejections.TermsInvalid) as refused:
        await small_desk.ask(msgspec.structs.replace(TERMS, **change))
    assert refused.value.field == field
