"""Who pays, who is paid, and what a refund or a mandate is about, given with the answer."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from culm import client as culm
from culm.client import types
from tests.http.conftest import Api, expanded

pytestmark = pytest.mark.asyncio(loop_scope="module")

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

_tenants = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="module")
async def acme(api: Api) -> AsyncIterator[culm.AsyncClient]:
    """A client of a new tenant."""
    name = f"expanding-{next(_tenants)}"
    async with culm.AsyncClient(api.operator, url=api.url, tenant=name) as client:
        await client.ledger.tenants.create(name="Acme", sandbox=True, clock=MONDAY)
        await client.ledger.accounts.open(code="assets:cash", currency="USD")
        yield client


async def wallet(client: culm.AsyncClient, funds: int = 0) -> types.Wallet:
    """A wallet of a new customer."""
    customer = await client.customers.create(person={"given_name": "Ann", "family_name": "Smith"})
    await client.customers.activate(customer.id)
    made = await client.wallets.create(customer=customer.id, currencies=["USD"])
    if funds:
        code = made.balances[0].account
        await client.ledger.accounts.open(code=code, currency="USD", minimum=0)
        await client.ledger.transactions.post(
            postings=[
                {"account": "assets:cash", "side": "debit", "amount": funds},
                {"account": code, "side": "credit", "amount": funds},
            ]
        )
    return await client.wallets.get(made.id)


async def bank_account(client: culm.AsyncClient, customer: str) -> types.BankAccount:
    """A bank account of a customer."""
    return await client.bank_accounts.link(
        customer=customer,
        routing="021000021",
        account="123456789",
        kind="checking",
        holder_name="Ann Smith",
    )


async def test_both_sides_of_payments_are_wallets_or_bank_accounts(
    acme: culm.AsyncClient,
) -> None:
    ann, ben = await wallet(acme, 10_000), await wallet(acme)
    account = await bank_account(acme, ann.customer)
    paid = await acme.payments.create(
        kind="transfer", amount=100, currency="USD", source=ann.id, destination=ben.id
    )
    sent = await acme.payments.create(
        kind="withdrawal", amount=200, currency="USD", source=ann.id, destination=account.id
    )
    listed = await acme.payments.list(expand=["source", "destination"]).page()
    out, inside = listed.items
    assert (out.id, inside.id) == (sent.id, paid.id)
    assert isinstance(out.source, types.PaymentParty)
    assert isinstance(out.destination, types.PaymentParty)
    assert isinstance(inside.destination, types.PaymentParty)
    assert out.source == inside.source
    assert out.source.wallet == await acme.wallets.get(ann.id)
    assert out.source.bank_account is None
    assert out.destination.wallet is None
    assert out.destination.bank_account is not None
    assert out.destination.bank_account.last4 == "6789"
    assert inside.destination.wallet == await acme.wallets.get(ben.id)
    one = await acme.payments.get(sent.id, expand=["destination"])
    assert one == expanded(types.PaymentExpandable, sent, destination=out.destination)


async def test_what_is_about_a_payment_can_show_it(acme: culm.AsyncClient) -> None:
    ann, shop = await wallet(acme, 10_000), await wallet(acme)
    paid = await acme.payments.create(
        kind="purchase", amount=1_000, currency="USD", source=ann.id, destination=shop.id
    )
    refund = await acme.payments.refund(paid.id, amount=100, reason="requested")
    dispute = await acme.payments.open_dispute(paid.id, amount=100, reason="not_received")
    now = await acme.payments.get(paid.id)
    shown = expanded(types.RefundExpandable, refund, payment=now)
    assert await acme.refunds.get(refund.id, expand=["payment"]) == shown
    assert (await acme.refunds.list(expand=["payment"]).page()).items == (shown,)
    contested = expanded(types.DisputeExpandable, dispute, payment=now)
    assert await acme.disputes.get(dispute.id, expand=["payment"]) == contested
    assert (await acme.disputes.list(expand=["payment"]).page()).items == (contested,)


async def test_mandates_and_schedules_show_who_takes_part(acme: culm.AsyncClient) -> None:
    ann, landlord = await wallet(acme, 10_000), await wallet(acme)
    account = await bank_account(acme, ann.customer)
    mandate = await acme.mandates.create(
        kind="top_up",
        source=account.id,
        destination=landlord.id,
        currency="USD",
        agreed="online",
        text="debits",
        given=MONDAY,
    )
    schedule = await acme.payment_schedules.create(
        kind="transfer",
        amount=100,
        currency="USD",
        source=ann.id,
        destination=landlord.id,
        schedule={"cron": "0 9 1 * *", "zone": "UTC"},
    )
    found = await acme.mandates.get(mandate.id, expand=["customer", "source", "destination"])
    assert isinstance(found.customer, types.CustomerInBrief)
    assert isinstance(found.source, types.PaymentParty)
    assert isinstance(found.destination, types.PaymentParty)
    assert found.customer.id == ann.customer
    assert found.source.bank_account is not None
    assert found.source.bank_account.id == account.id
    assert found.destination.wallet == await acme.wallets.get(landlord.id)
    [listed] = (await acme.payment_schedules.list(expand=["source", "destination"]).page()).items
    one = await acme.payment_schedules.get(schedule.id, expand=["source", "destination"])
    assert listed == one
    assert isinstance(one.source, types.PaymentParty)
    assert one.source.wallet == await acme.wallets.get(ann.id)


async def test_a_batch_shows_who_pays(
    acme: culm.AsyncClient,
) -> None:
    ann, ben = await wallet(acme, 10_000), await wallet(acme)
    batch = await acme.batches.create(
        source=ann.id, currency="USD", entries=[{"amount": 100, "to": ben.id}]
    )
    shown = await acme.batches.get(batch.id, expand=["source"])
    assert isinstance(shown.source, types.Wallet)
    assert shown.source.id == ann.id
    [listed] = (await acme.batches.list(expand=["source"]).page()).items
    assert listed == shown
