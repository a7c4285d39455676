"""The caps of a payment hold, however many processes serve the API."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack
from typing import Final

from culm import client as culm
from culm.client import errors, types
from tests.commands.test_apart import Place, place
from tests.commands.test_up import Up

__all__ = ["place"]

AT_ONCE: Final = 64
PAID, PART, FUNDS = 1_000, 37, 10_000
BACK: Final = PAID // PART * PART


async def wallet(client: culm.AsyncClient, funds: int) -> types.Wallet:
    """A customer's wallet with something in it."""
    customer = await client.customers.create(person={"given_name": "Ann", "family_name": "Marsh"})
    await client.customers.activate(customer.id)
    made = await client.wallets.create(customer=customer.id, currencies=["USD"])
    code = made.balances[0].account
    await client.ledger.accounts.open(code=code, currency="USD", minimum=0)
    await client.ledger.transactions.post(
        postings=[
            {"account": "assets:bank", "side": "debit", "amount": funds},
            {"account": code, "side": "credit", "amount": funds},
        ]
    )
    return made


async def refund(client: culm.AsyncClient, payment: str) -> types.Refund | str:
    """Give a part back: the refund, or the code that it is refused with."""
    try:
        return await client.payments.refund(payment, amount=PART)
    except errors.Refused as refused:
        return refused.code


async def available(client: culm.AsyncClient, wallet: types.Wallet) -> int:
    """What can be spent."""
    return (await client.wallets.get(wallet.id)).balances[0].available


def test_the_caps_hold_against_64_refunds_at_once_through_two_processes(place: Place) -> None:
    with ExitStack() as stack:
        served = [Up(*stack.enter_context(place.culm("serve", "--port", "0"))) for _ in range(2)]
        asyncio.run(_refund_at_once(served))


async def _refund_at_once(served: list[Up]) -> None:
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(
                culm.AsyncClient(of.operator, url=of.url, tenant="acme")
            )
            for of in served
        ]
        await one.ledger.tenants.create(name="Acme")
        await one.ledger.accounts.open(code="assets:bank", currency="USD")
        ann, shop = await wallet(one, PAID), await wallet(other, FUNDS)
        paid = await other.payments.create(
            kind="purchase", amount=PAID, currency="USD", source=ann.id, destination=shop.id
        )

        asked = [refund((one, other)[number % 2], paid.id) for number in range(AT_ONCE)]
        answers = await asyncio.gather(*asked)

        given = [answer for answer in answers if isinstance(answer, types.Refund)]
        refused = [answer for answer in answers if not isinstance(answer, types.Refund)]
        assert len(given) == PAID // PART
        assert set(refused) == {"refund_exceeds_captured"}
        assert {answer.state for answer in given} == {"succeeded"}
        for client in (one, other):
            seen = await client.payments.get(paid.id)
            assert (seen.captured, seen.refunded) == (PAID, BACK)
            listed = [found async for found in client.refunds.list(payment=paid.id)]
            assert {found.id for found in listed} == {found.id for found in given}
            assert await available(client, ann) == BACK
            assert await available(client, shop) == FUNDS + PAID - BACK
            [books] = (await client.ledger.trial_balance()).currencies
            assert books.debit == books.credit
