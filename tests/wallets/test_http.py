"""Wallets over HTTP, by the client."""

from __future__ import annotations

import io
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pypdf
import pytest
import pytest_asyncio

from culm import client as culm
from culm.client import errors, types
from tests.http.conftest import Api, api
from tests.wallets import camt

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BANK = "assets:bank:ach:usd"

_tenants = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="module")
async def acme(api: Api) -> AsyncIterator[culm.AsyncClient]:
    """A client of a new tenant whose clock stands at a day of March."""
    async with culm.AsyncClient(
        api.operator, url=api.url, tenant=f"wallets-{next(_tenants)}"
    ) as client:
        await client.ledger.tenants.create(name="Acme", sandbox=True, clock=DAY)
        await client.ledger.accounts.open(code=BANK, currency="USD")
        yield client


async def customer(client: culm.AsyncClient, name: str = "Ann") -> str:
    """A customer who may be served."""
    made = await client.customers.create(person={"given_name": name, "family_name": "Smith"})
    return (await client.customers.activate(made.id)).id


async def wallet(client: culm.AsyncClient, *currencies: str, of: str = "Ann") -> types.Wallet:
    return await client.wallets.create(
        customer=await customer(client, of), currencies=currencies or ("USD",), name="Everyday"
    )


async def top_up(client: culm.AsyncClient, of: types.Wallet, amount: int) -> None:
    """What a payment does; those are above wallets. The account is opened with the first."""
    account = of.balances[0].account
    try:
        await client.ledger.accounts.get(account)
    except errors.NotFound:
        await client.ledger.accounts.open(code=account, currency="USD", minimum=0)
    await client.ledger.transactions.post(
        postings=[
            {"account": BANK, "side": "debit", "amount": amount},
            {"account": account, "side": "credit", "amount": amount},
        ],
        kind="top_up",
        metadata={"description": "Salary"},
    )


async def test_the_life_of_a_wallet(acme: culm.AsyncClient) -> None:
    made = await wallet(acme, "USD")
    more = await acme.wallets.add_currency(made.id, currency="EUR")
    assert [one.currency for one in more.balances] == ["USD", "EUR"]
    assert (await acme.wallets.update(made.id, name="Holidays")).name == "Holidays"
    frozen = await acme.wallets.freeze(made.id, directions="out", reason="lost")
    assert (frozen.state, frozen.freeze) == ("frozen", "out")
    assert [one.id async for one in acme.wallets.list(state="frozen")] == [made.id]
    assert (await acme.wallets.unfreeze(made.id)).state == "active"
    await top_up(acme, made, 1)
    with pytest.raises(errors.Conflict) as refused:
        await acme.wallets.close(made.id)
    assert refused.value.code == "wallet_not_empty"
    empty = await wallet(acme)
    assert (await acme.wallets.close(empty.id)).state == "closed"
    now = await acme.wallets.get(made.id)
    assert (now.name, now.state, now.customer) == ("Holidays", "active", made.customer)


async def test_what_happened_is_read_as_history_statement_and_file(
    acme: culm.AsyncClient,
) -> None:
    made = await wallet(acme)
    for amount in (1_000, 250):
        await top_up(acme, made, amount)
    lines = [one async for one in acme.wallets.transactions(made.id, currency="USD")]
    assert [(one.title, one.description, one.amount, one.balance) for one in lines] == [
        ("Top-up from bank account", "Salary", 250, 1_250),
        ("Top-up from bank account", "Salary", 1_000, 1_000),
    ]
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    said = [
        one async for one in acme.wallets.statement(made.id, currency="USD", from_=first, to=last)
    ]
    assert [one.id for one in said] == [one.id for one in reversed(lines)]
    file = await acme.wallets.statement_file(
        made.id, currency="USD", from_=first, to=last, format="camt053"
    )
    root = camt.require_valid(file)
    assert list(camt.texts(root, "BkToCstmrStmt/Stmt/Bal/Amt")) == ["0.00", "12.50", "12.50"]


async def test_payments_read_well(acme: culm.AsyncClient) -> None:
    ann, shop = await wallet(acme), await wallet(acme, of="Corner")
    await top_up(acme, ann, 10_000)
    await acme.fee_schedules.create(
        name="Card", currency="USD", bearer="payee", tiers=[{"fixed": 30}], kinds=["purchase"]
    )
    paid = await acme.payments.create(
        kind="purchase",
        amount=2_500,
        currency="USD",
        source=ann.id,
        destination=shop.id,
        description="Coffee beans",
    )
    await acme.payments.refund(paid.id, amount=500)
    ours = [one async for one in acme.wallets.transactions(ann.id, limit=2)]
    theirs = [one async for one in acme.wallets.transactions(shop.id)]
    assert [(one.title, one.description, one.amount) for one in ours] == [
        ("Refund from Corner Smith", "", 500),
        ("Payment to Corner Smith", "Coffee beans", -2_500),
        ("Top-up from bank account", "Salary", 10_000),
    ]
    assert [(one.title, one.amount, one.balance) for one in theirs] == [
        ("Refund to Ann Smith", -500, 1_970),
        ("Fee", -30, 2_470),
        ("Payment received from Ann Smith", 2_500, 2_500),
    ]
    assert {one.payment for one in theirs} == {paid.id}


async def test_a_statement_names_its_holder(acme: culm.AsyncClient) -> None:
    made = await wallet(acme, of="Ада")
    file = await acme.wallets.statement_file(
        made.id, currency="USD", from_=date(2026, 3, 1), to=date(2026, 3, 2)
    )
    text = pypdf.PdfReader(io.BytesIO(file)).pages[0].extract_text()
    assert "Ада Smith" in text


@pytest.mark.parametrize(
    ("form", "media_type", "begins", "ending"),
    [
        ("pdf", "application/pdf", b"%PDF-", "pdf"),
        ("csv", "text/csv", b"row,", "csv"),
        ("camt053", "application/xml", b"<?xml", "xml"),
    ],
)
async def test_files_say_what_they_are(
    acme: culm.AsyncClient, form: str, media_type: str, begins: bytes, ending: str
) -> None:
    made = await wallet(acme)
    query = {"currency": "USD", "from": "2026-03-01", "to": "2026-03-31", "format": form}
    answer = await acme.request("GET", f"/v1/wallets/{made.id}/statement/file", query=query)
    assert answer.status == 200
    assert answer.headers["content-type"] == media_type
    named = f'attachment; filename="{made.id}-USD-2026-03-01-2026-03-31.{ending}"'
    assert answer.headers["content-disposition"] == named
    assert answer.body.startswith(begins)


async def test_limits_are_set_and_listed(acme: culm.AsyncClient) -> None:
    limits = acme.wallet_limits
    await limits.set(tier="plus", currency="USD", direction="out", day_sum=500)
    await limits.set(tier="basic", currency="USD", direction="out", day_sum=500)
    await limits.set(tier="basic", currency="USD", direction="in", day_sum=500)
    listed = [one async for one in acme.wallet_limits.list(limit=1)]
    assert [(one.tier, one.direction, one.day_sum) for one in listed] == [
        ("basic", "in", 500),
        ("basic", "out", 500),
        ("plus", "out", 500),
    ]
    assert [one.tier async for one in acme.wallet_limits.list(tier="plus")] == ["plus"]


async def test_what_is_left_of_the_limits_is_told(acme: culm.AsyncClient) -> None:
    """Nothing was paid yet: payments are above wallets."""
    made = await wallet(acme)
    await acme.wallet_limits.set(tier="basic", currency="USD", direction="out", day_sum=500)
    await acme.wallet_limits.set(tier="basic", currency="EUR", direction="out", day_sum=500)
    told = await acme.wallets.limits(made.id)
    assert told.tier == "basic"
    [use] = told.uses
    assert (use.day, use.day_sum, use.limits.day_sum) == (DAY.date(), 0, 500)


async def test_what_is_wrong_is_named(acme: culm.AsyncClient) -> None:
    made = await wallet(acme)
    with pytest.raises(errors.Invalid) as refused:
        await acme.wallets.statement_file(
            made.id, currency="USD", from_=date(2026, 3, 2), to=date(2026, 3, 1)
        )
    assert refused.value.code == "statement_period_invalid"
    with pytest.raises(errors.NotFound):
        await acme.wallets.get("wal_00000000000000ff")
