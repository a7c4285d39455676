"""Foreign exchange over HTTP, by the client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from culm import client as culm
from culm.client import errors
from tests.http.conftest import Api, api

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def acme(api: Api) -> Any:
    """A client of a tenant that exchanges euros and dollars, and whose clock stands."""
    async with culm.AsyncClient(api.operator, url=api.url, tenant="fx") as client:
        await client.ledger.tenants.create(name="Acme", sandbox=True, clock=DAY)
        until = DAY + timedelta(days=1)
        await client.fx.rates.set(base="EUR", counter="USD", rate="1.25", valid_until=until)
        await client.fx.rates.set(base="EUR", counter="CHF", rate="0.94", valid_until=until)
        yield client


async def wallet(client: culm.AsyncClient, funds: int) -> str:
    """A wallet with some dollars in it."""
    person = await client.customers.create(person={"given_name": "Ann", "family_name": "Smith"})
    customer = person.id
    await client.customers.activate(customer)
    made = await client.wallets.create(customer=customer, currencies=("USD", "EUR"))
    account = f"liabilities:wallets:{made.id[4:]}:usd"
    await client.ledger.accounts.open(code=account, currency="USD", minimum=0)
    bank = f"assets:bank:{made.id[4:]}"
    await client.ledger.accounts.open(code=bank, currency="USD")
    await client.ledger.transactions.post(
        postings=[
            {"account": bank, "side": "debit", "amount": funds},
            {"account": account, "side": "credit", "amount": funds},
        ]
    )
    return made.id


async def test_money_is_exchanged_by_a_quote_and_told_in_the_history(
    acme: culm.AsyncClient,
) -> None:
    ann = await wallet(acme, 10_000)
    quote = await acme.fx.quotes.create(sell_currency="USD", buy_currency="EUR", amount=5_000)
    paid = await acme.payments.create(
        kind="exchange",
        amount=quote.sell_amount,
        currency="USD",
        source=ann,
        destination=ann,
        quote=quote.id,
    )
    assert paid.state == "captured"
    assert (await acme.fx.quotes.get(quote.id)).payment == paid.id
    lines = [one async for one in acme.wallets.transactions(ann, limit=2)]
    told = {(line.title, line.amount, line.payment) for line in lines[:2]}
    assert told == {("Exchange from USD", 4_000, paid.id), ("Exchange to EUR", -5_000, paid.id)}
    with pytest.raises(errors.Conflict) as refused:
        await acme.payments.create(
            kind="exchange",
            amount=quote.sell_amount,
            currency="USD",
            source=ann,
            destination=ann,
            quote=quote.id,
        )
    assert refused.value.code == "fx_quote_used"


async def test_rates_and_quotes_are_listed_page_by_page(acme: culm.AsyncClient) -> None:
    rates = [one.counter async for one in acme.fx.rates.list(limit=1)]
    assert rates == ["CHF", "USD"]
    made = [
        await acme.fx.quotes.create(sell_currency="EUR", buy_currency="CHF", amount=amount)
        for amount in (100, 200)
    ]
    listed = [one.id async for one in acme.fx.quotes.list(limit=1)]
    assert listed[:2] == [one.id for one in reversed(made)]
