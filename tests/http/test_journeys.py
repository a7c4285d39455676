"""Journeys through the API, as its callers make them: with the client."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from culm.book import merkle, note, proof
from culm.client import errors, types
from tests.http.conftest import Api, Tenant, postings
from tests.refusals import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

BANK, ANN, BOB = "assets:bank", "liabilities:ann", "liabilities:bob"


async def test_a_tenant_opens_accounts_and_moves_money(acme: Tenant) -> None:
    ledger = acme.api.ledger
    booked = await acme.pay(BANK, ANN, 12_500, reference="INV-1")
    bank = await ledger.accounts.get(BANK)
    assert booked.postings[0] == types.Posting(
        account=bank.id, side="debit", amount=12_500, currency="EUR"
    )
    assert await ledger.transactions.get(booked.id) == booked
    assert [one async for one in ledger.transactions.list(reference="INV-1")] == [booked]
    assert await acme.posted(ANN) == 12_500
    trial = await ledger.trial_balance()
    assert [(one.debit, one.credit) for one in trial.currencies] == [(12_500, 12_500)]


async def test_what_is_refused_says_why_and_which_field(acme: Tenant) -> None:
    with pytest.raises(errors.Refused) as raised:
        await acme.api.request(
            "POST",
            "/v1/ledger/transactions",
            body={"postings": postings(ANN, BANK, 1)},
            request_id="req-77",
        )
    assert raised.value.document == {
        "type": "/problems/insufficient_funds",
        "title": "Insufficient funds",
        "status": 422,
        "code": "insufficient_funds",
        "detail": "The account's available balance would fall below its minimum.",
        "request_id": "req-77",
        "field": "postings[0].account",
    }
    page = await acme.api.problems.get("insufficient_funds")
    assert page.description == raised.value.detail
    assert page in (await acme.api.problems.list()).problems


async def test_every_answer_names_its_request(acme: Tenant) -> None:
    answer = await acme.api.request("GET", "/v1/ledger/accounts", request_id="req-78")
    assert answer.headers["request-id"] == "req-78"
    with pytest.raises(errors.NotFound) as raised:
        await acme.api.ledger.accounts.get("assets:no", request_id="req-79")
    assert raised.value.request_id == "req-79"


async def test_the_same_key_answers_the_same_and_does_nothing_twice(acme: Tenant) -> None:
    transactions, five = acme.api.ledger.transactions, postings(BANK, ANN, 5)
    first = await transactions.post(postings=five, idempotency_key="once")
    assert await transactions.post(postings=five, idempotency_key="once") == first
    assert await acme.posted(BANK) == 5
    with refused("idempotency_conflict", "reference"):
        await transactions.post(postings=five, reference="x", idempotency_key="once")


async def test_a_hold_is_captured_in_part_and_the_rest_given_back(acme: Tenant) -> None:
    holds = acme.api.ledger.holds
    await acme.open(BOB)
    await acme.pay(BANK, ANN, 100)
    hold = await holds.place(debit=ANN, credit=BOB, amount=60)
    balance = await acme.api.ledger.accounts.balance(ANN)
    assert (balance.held_out, balance.available) == (60, 40)
    captured = await holds.capture(hold.id, amount=45)
    assert captured.hold == hold.id
    assert [one async for one in holds.list(state="open", account=BOB)] == [
        await holds.get(hold.id)
    ]
    released = await holds.release(hold.id)
    assert (released.state, released.released) == ("released", 15)
    with refused("hold_not_open", "hold"):
        await holds.capture(hold.id, amount=1)
    assert await acme.posted(BOB) == 45


async def test_releasing_takes_no_amount_so_nobody_believes_it_was_heard(acme: Tenant) -> None:
    await acme.pay(BANK, ANN, 10)
    hold = await acme.api.ledger.holds.place(debit=ANN, credit=BANK, amount=10)
    body = await acme.post(f"/holds/{hold.id}/release", {"amount": 5}, status=400)
    assert (body["code"], body["field"]) == ("invalid", "amount")
    await acme.api.ledger.holds.release(hold.id)


async def test_a_transaction_is_reversed_in_two_parts_and_no_further(acme: Tenant) -> None:
    transactions = acme.api.ledger.transactions
    booked = await acme.pay(BANK, ANN, 100)
    assert (await transactions.reverse(booked.id, amount=30)).reverses == booked.id
    assert (await transactions.reverse(booked.id)).postings[0].amount == 70
    with refused("already_reversed"):
        await transactions.reverse(booked.id)
    assert await acme.posted(BANK) == 0


async def test_many_transactions_at_once_have_a_result_each(acme: Tenant) -> None:
    def line(account: str, side: str, amount: int) -> dict[str, object]:
        return {"account": account, "side": side, "amount": amount}

    good: types.PostTransaction = {"postings": postings(BANK, ANN, 3)}
    bad: types.PostTransaction = {"postings": [good["postings"][0], postings(BANK, ANN, 4)[1]]}
    bulk = acme.api.ledger.transactions.post_bulk
    each = await bulk(transactions=[good, bad, good])
    assert [one.code for one in each.results] == [None, "unbalanced", None]
    assert await acme.posted(BANK) == 6
    with refused("unbalanced", "transactions[1].postings"):
        await bulk(transactions=[good, bad], mode="all")
    assert await acme.posted(BANK) == 6


async def test_ten_thousand_transactions_fit_into_one_request(acme: Tenant) -> None:
    one: types.PostTransaction = {
        "postings": postings(BANK, ANN, 1),
        "reference": "a reference of a usual length",
        "metadata": {"order": "0123456789"},
    }
    done = await acme.api.ledger.transactions.post_bulk(transactions=[one] * 10_000)
    assert len(done.results) == 10_000
    assert await acme.posted(ANN) == 10_000


async def test_an_exchange_is_one_transaction_through_both_positions(acme: Tenant) -> None:
    await acme.open("liabilities:ann:usd", "USD")
    await acme.open("liabilities:fx:eur")
    await acme.open("liabilities:fx:usd", "USD")
    await acme.pay(BANK, ANN, 10_000)

    async def exchange(buy_account: str = "liabilities:ann:usd") -> types.Transaction:
        return await acme.api.ledger.exchanges.create(
            sell_account=ANN,
            sell=10_000,
            buy_account=buy_account,
            buy=10_850,
            sell_position="liabilities:fx:eur",
            buy_position="liabilities:fx:usd",
        )

    booked = await exchange()
    assert booked.kind == "fx"
    assert [line.side for line in booked.postings] == ["debit", "credit", "debit", "credit"]
    assert await acme.posted(ANN) == 0
    assert await acme.posted("liabilities:fx:eur") == 10_000
    assert await acme.posted("liabilities:fx:usd") == -10_850
    assert await acme.posted("liabilities:ann:usd") == 10_850
    with refused("insufficient_funds", "sell_account"):
        await exchange()
    with refused("account_not_found", "buy_account"):
        await exchange("assets:no")


async def test_selling_from_an_asset_account_lowers_it_too(acme: Tenant) -> None:
    await acme.open("assets:bank:usd", "USD")
    await acme.open("assets:fx:eur")
    await acme.open("assets:fx:usd", "USD")
    await acme.pay(BANK, ANN, 500)
    await acme.api.ledger.exchanges.create(
        sell_account=BANK,
        sell="500",
        buy_account="assets:bank:usd",
        buy="540",
        sell_position="assets:fx:eur",
        buy_position="assets:fx:usd",
    )
    assert await acme.posted(BANK) == 0
    assert await acme.posted("assets:bank:usd") == 540
    assert await acme.posted("assets:fx:eur") == 500
    assert await acme.posted("assets:fx:usd") == -540


async def test_an_account_is_frozen_then_emptied_then_closed(acme: Tenant) -> None:
    accounts = acme.api.ledger.accounts
    await acme.pay(BANK, ANN, 10)
    changed = await accounts.update(ANN, freeze="out", metadata={"tier": "2"})
    assert (changed.freeze, changed.minimum) == ("out", 0)
    with refused("account_frozen", "debit"):
        await acme.api.ledger.holds.place(debit=ANN, credit=BANK, amount=1)
    await accounts.update(ANN, freeze="none", minimum=None)
    with refused("account_not_empty", "account"):
        await accounts.close(ANN)
    await acme.pay(ANN, BANK, 10)
    assert (await accounts.close(ANN)).closed


async def test_a_key_makes_a_change_of_an_account_safe_to_repeat(acme: Tenant) -> None:
    accounts, key = acme.api.ledger.accounts, "change-1"
    first = await accounts.update(ANN, freeze="in", idempotency_key=key)
    await accounts.update(ANN, freeze="none")
    assert await accounts.update(ANN, freeze="in", idempotency_key=key) == first
    assert (await accounts.get(ANN)).freeze == "none"


async def test_a_closed_period_takes_nothing_more(acme: Tenant) -> None:
    april = datetime(2026, 4, 1, tzinfo=UTC)
    await acme.pay(BANK, ANN, 10, effective=april - timedelta(days=2))
    closed = await acme.api.ledger.periods.close(before=april)
    assert closed.closed_before == april
    assert await acme.api.ledger.tenants.get(acme.id) == closed
    with refused("period_closed", "effective"):
        await acme.pay(BANK, ANN, 1, effective=april - timedelta(seconds=1))


async def test_a_statement_and_a_balance_of_the_past(acme: Tenant) -> None:
    accounts = acme.api.ledger.accounts
    march = datetime(2026, 3, 1, tzinfo=UTC)
    await acme.pay(BANK, ANN, 10, effective=march + timedelta(days=9))
    await acme.pay(BANK, ANN, 20, effective=march + timedelta(days=19))
    then = await accounts.balance(ANN, effective=march + timedelta(days=14))
    assert then.posted == 10
    end = march + timedelta(days=31)
    statement = accounts.statement(ANN, start=march + timedelta(days=10), end=end)
    page = await statement.page()
    assert (page.opening, page.closing) == (10, 30)
    assert [line.amount async for line in statement] == [20]
    entries = accounts.entries(ANN, limit=1, newest_first=False)
    assert [entry.posted async for entry in entries] == [10, 30]


async def test_accounts_come_page_by_page(acme: Tenant) -> None:
    for number in range(5):
        await acme.open(f"income:fees:{number}")
    listed = acme.api.ledger.accounts.list(prefix="income:", limit=2)
    pages = [[account.code for account in page.items] async for page in listed.pages()]
    codes = [f"income:fees:{number}" for number in range(5)]
    assert pages == [codes[:2], codes[2:4], codes[4:]]


async def test_an_asset_of_the_tenants_own_is_a_currency(acme: Tenant) -> None:
    asset = await acme.api.ledger.assets.register(code="USDC", scale=6)
    assert [one async for one in acme.api.ledger.assets.list()] == [asset]
    await acme.open("assets:usdc", "USDC")
    await acme.open("equity:usdc", "USDC")
    huge = "9" * 38
    booked = await acme.pay("assets:usdc", "equity:usdc", huge)
    assert booked.postings[0].amount == int(huge)


async def test_a_receipt_can_be_checked_with_nothing_but_the_key(acme: Tenant) -> None:
    ledger = acme.api.ledger
    booked = await acme.pay(BANK, ANN, 7)
    key = (await ledger.checkpoints.key()).verifier
    receipt = proof.Receipt.from_text(await ledger.transactions.receipt(booked.id))
    checkpoint = proof.check(receipt, note.Verifier.parse(key))
    assert booked.id.encode() in receipt.leaf
    later = await ledger.checkpoints.get()
    assert await ledger.checkpoints.of_size(int(later.splitlines()[1])) == later
    await acme.pay(BANK, ANN, 8)
    size = int((await ledger.checkpoints.get()).splitlines()[1])
    found = await ledger.checkpoints.consistency(old=checkpoint.size, new=size)
    assert merkle.verify_consistency(
        old_size=checkpoint.size,
        new_size=size,
        old_root=checkpoint.root,
        new_root=note.decode_base64((await ledger.checkpoints.get()).splitlines()[2]),
        proof=[note.decode_base64(hash_) for hash_ in found.hashes],
    )
    with refused("not_in_tree"):
        await ledger.checkpoints.consistency(old=1, new=size + 1_000)


async def test_tenants_do_not_see_one_another(api: Api, acme: Tenant) -> None:
    booked = await acme.pay(BANK, ANN, 7)
    account = booked.postings[0].account
    other = api.tenant(f"{acme.id}-rival")
    await other.api.ledger.tenants.create(name="Rival")
    theirs = other.api.ledger
    for asked in (
        theirs.transactions.get(booked.id),
        theirs.transactions.receipt(booked.id),
        theirs.accounts.get(account),
        theirs.accounts.balance(account),
        theirs.accounts.get(BANK),
        theirs.tenants.get(acme.id),
        theirs.transactions.reverse(booked.id),
    ):
        with pytest.raises(errors.NotFound):
            await asked
    assert [one async for one in theirs.accounts.list()] == []
    with refused("tenant_not_found", "Culm-Tenant"):
        await api.tenant("nobody-here").api.ledger.accounts.list().page()


async def test_without_a_header_the_request_is_for_the_default_tenant(api: Api) -> None:
    tenants = api.client().ledger.tenants
    made = await tenants.create(name="Everybody")
    assert made.id == "default"
    assert await tenants.get("default") == made


async def test_a_request_id_of_ones_own_is_in_the_log(acme: Tenant, api: Api) -> None:
    opened = await acme.api.ledger.accounts.open(
        code="assets:cash", currency="EUR", request_id="order/4711"
    )
    found = await api.platform.db.fetchval(
        "select correlation from book_log where type = 'ledger.account_opened'"
        " and body like '%' || $1 || '%'",
        opened.id,
    )
    assert found == "order/4711"


async def test_callers_at_once_each_get_their_own_answer(acme: Tenant) -> None:
    booked = await asyncio.gather(*(acme.pay(BANK, ANN, amount) for amount in range(1, 51)))
    assert [one.postings[0].amount for one in booked] == list(range(1, 51))
    assert len({one.id for one in booked}) == 50
    assert await acme.posted(BANK) == sum(range(1, 51))


async def test_the_platform_says_that_it_is_alive_and_ready(acme: Tenant) -> None:
    await acme.open("assets:safe")
    assert (await acme.api.health()).status == "ok"
    ready = await acme.api.ready()
    assert ready.status == "ready"
    assert ready.facts.waiting > 0, "nobody publishes them in this test"
    assert ready.facts.oldest_seconds > 0


async def test_a_hold_with_an_end_shows_it(acme: Tenant) -> None:
    await acme.pay(BANK, ANN, 10)
    end = datetime.now(UTC) + timedelta(hours=1)
    hold = await acme.api.ledger.holds.place(debit=ANN, credit=BANK, amount=10, expires=end)
    assert hold.expires == end
