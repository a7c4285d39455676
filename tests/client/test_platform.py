"""The client and the platform, with what lies between them in trouble."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from culm import client as culm
from culm.client import errors, types
from tests import proxy
from tests.http.conftest import Api, api

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

BANK, ANN = "assets:bank", "liabilities:ann"
FAST = culm.Retries(times=8, first_seconds=0.01, longest_seconds=1)

_tenants = itertools.count(1)


def postings(amount: int | str = 250) -> list[types.PostingRequest]:
    return [
        {"account": BANK, "side": "debit", "amount": amount},
        {"account": ANN, "side": "credit", "amount": amount},
    ]


def tenant() -> str:
    return f"client-{next(_tenants)}"


async def acme(api: Api, port: int | None = None, named: str | None = None) -> culm.AsyncClient:
    """A client for a new tenant with two accounts, perhaps by way of another port."""
    url = f"http://127.0.0.1:{port or api.port}"
    made = culm.AsyncClient(
        api.operator, url=url, tenant=named or tenant(), retries=FAST, timeout_seconds=2
    )
    await made.ledger.tenants.create(name="Acme")
    await made.ledger.accounts.open(code=BANK, currency="EUR")
    await made.ledger.accounts.open(code=ANN, currency="EUR", minimum=0)
    return made


@pytest.mark.parametrize("after", [0, 1, 40, 400])
async def test_an_answer_that_breaks_off_is_asked_for_again_and_has_one_effect(
    api: Api, after: int
) -> None:
    async with proxy.before(api.port) as line, await acme(api, line.port) as client:
        line.cut_in_answer(after)
        booked = await client.ledger.transactions.post(postings=postings())
        assert (await client.ledger.accounts.balance(ANN)).posted == 250
        assert (await client.ledger.transactions.get(booked.id)) == booked


async def test_many_callers_over_a_line_that_is_cut_again_and_again(api: Api) -> None:
    async with proxy.before(api.port) as line, await acme(api, line.port) as client:

        async def pay(amount: int) -> str:
            return (await client.ledger.transactions.post(postings=postings(amount))).id

        paying = [asyncio.create_task(pay(amount)) for amount in range(1, 101)]
        while not all(task.done() for task in paying):
            await asyncio.sleep(0.02)
            line.cut()
            if sum(task.done() for task in paying) > 50:
                break
        ids = await asyncio.gather(*paying)
        assert len(set(ids)) == 100
        assert (await client.ledger.accounts.balance(ANN)).posted == sum(range(1, 101))


async def test_a_platform_that_is_away_for_a_moment_is_waited_for(api: Api) -> None:
    async with proxy.before(api.port) as line, await acme(api, line.port) as client:
        line.close()
        asking = asyncio.create_task(client.ledger.accounts.get(ANN))
        await asyncio.sleep(0.05)
        line.reopen()
        assert (await asking).code == ANN


async def test_silence_is_given_up_and_asked_again_under_the_same_key(api: Api) -> None:
    name = tenant()
    async with (
        proxy.before(api.port) as line,
        await acme(api, line.port, name) as client,
        culm.AsyncClient(api.operator, url=api.url, tenant=name) as direct,
    ):

        async def booked() -> int:
            return (await direct.ledger.accounts.balance(ANN)).posted

        line.leave_half_open()
        paying = asyncio.create_task(client.ledger.transactions.post(postings=postings()))
        while await booked() == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        line.reopen()
        line.cut()
        await paying
        assert await booked() == 250


async def test_a_list_is_gone_through_page_by_page(api: Api) -> None:
    async with await acme(api) as client:
        for number in range(7):
            await client.ledger.accounts.open(code=f"income:{number}", currency="EUR")
        listed = client.ledger.accounts.list(prefix="income:", limit=3)
        expected = [f"income:{number}" for number in range(7)]
        assert [account.code async for account in listed] == expected
        assert [len(page.items) async for page in listed.pages()] == [3, 3, 1]
        first = await listed.page()
        rest = client.ledger.accounts.list(prefix="income:", limit=3, cursor=first.next_cursor)
        assert [account.code async for account in rest] == expected[3:]


async def test_a_statement_has_its_balances_and_is_a_list_of_its_lines(api: Api) -> None:
    async with await acme(api) as client:
        start = datetime.now(UTC) - timedelta(hours=1)
        for _ in range(3):
            await client.ledger.transactions.post(postings=postings())
        end = datetime.now(UTC) + timedelta(hours=1)
        statement = client.ledger.accounts.statement(ANN, start=start, end=end, limit=2)
        page = await statement.page()
        assert (page.opening, page.closing, len(page.lines)) == (0, 750, 2)
        assert [line.amount async for line in statement] == [250, 250, 250]


async def test_what_is_left_out_stays_and_none_takes_away(api: Api) -> None:
    async with await acme(api) as client:
        changed = await client.ledger.accounts.update(ANN, freeze="out")
        assert (changed.minimum, changed.freeze) == (0, "out")
        changed = await client.ledger.accounts.update(ANN, minimum=None)
        assert (changed.minimum, changed.freeze) == (None, "out")


async def test_amounts_are_integers_however_large(api: Api) -> None:
    async with await acme(api) as client:
        huge = str(10**37)
        booked = await client.ledger.transactions.post(postings=postings(huge))
        assert [line.amount for line in booked.postings] == [10**37, 10**37]


async def test_what_is_refused_says_why(api: Api) -> None:
    async with await acme(api) as client:
        with pytest.raises(errors.Refused) as raised:
            await client.ledger.holds.place(debit=ANN, credit=BANK, amount=1, request_id="order/7")
    assert (raised.value.code, raised.value.field) == ("insufficient_funds", "debit")
    assert raised.value.request_id == "order/7"
    assert raised.value.document["type"] == "/problems/insufficient_funds"


async def test_threads_share_a_client(api: Api) -> None:
    name = tenant()
    async with await acme(api, named=name):

        def pay(client: culm.Client) -> None:
            client.ledger.transactions.post(postings=postings())

        def total(client: culm.Client) -> list[int]:
            accounts = client.ledger.accounts.list(limit=1)
            return [client.ledger.accounts.balance(one.id).posted for one in accounts]

        with culm.Client(api.operator, url=api.url, tenant=name) as client:
            await asyncio.gather(*(asyncio.to_thread(pay, client) for _ in range(20)))
            assert await asyncio.to_thread(total, client) == [5_000, 5_000]
            text = await asyncio.to_thread(client.ledger.checkpoints.get)
            assert text.startswith("culm.local/partition/0\n")
            answer = await asyncio.to_thread(client.request, "GET", "/v1/ledger/tenants/" + name)
            assert (answer.status, answer.json()["name"]) == (200, "Acme")
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["request-id"]


async def test_what_is_expanded_is_given_in_place_of_its_id(api: Api) -> None:
    async with await acme(api) as client:
        holds, ann = client.ledger.holds, await client.ledger.accounts.get(ANN)
        await client.ledger.transactions.post(postings=postings())
        placed = await holds.place(debit=ANN, credit=BANK, amount=5)
        assert await holds.get(placed.id) == placed
        expanded = await holds.get(placed.id, expand=["debit"])
        assert (expanded.debit, expanded.credit) == (ann, placed.credit)
        assert [one async for one in holds.list(expand=["debit"])] == [expanded]
        assert [one async for one in holds.list()] == [placed]
