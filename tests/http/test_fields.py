"""What a problem names is a member of the request, whichever context found the fault."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest
import pytest_asyncio

from tests.http import troubled
from tests.http.conftest import Api
from tests.http.troubled import NOBODY, World
from tests.refusals import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

NONE: Final = "psc_00000000000fffff"


class Case(NamedTuple):
    """A request that is refused."""

    name: str
    ask: Callable[[World], Awaitable[Any]]
    code: str
    field: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(api: Api) -> AsyncIterator[World]:
    """Everybody in all kinds of trouble."""
    async with troubled.opened(api) as world:
        culm = world.culm
        later = await world.pay(amount=9_400, confirm=False)
        world.things["later"] = later.id
        given = datetime(2026, 3, 1, tzinfo=UTC)
        await world.wallet("empty", world["ann"])
        for name, source in (("mandate", "empty"), ("stopped", "frozen")):
            made = await culm.mandates.create(
                kind="transfer",
                source=world[source],
                destination=world["bens"],
                currency="USD",
                agreed="online",
                text="v1",
                given=given,
            )
            world.things[name] = made.id
        planned = await culm.payment_schedules.create(
            kind="transfer",
            amount=1,
            currency="USD",
            source=world["anns"],
            destination=world["bens"],
            at=troubled.MONDAY + timedelta(days=9),
        )
        world.things["planned"] = planned.id
        await culm.payment_schedules.cancel(planned.id)
        hesitant = await world.wallet("hesitant", world["ann"], 1)
        account = (await culm.wallets.get(hesitant)).balances[0].account
        await culm.ledger.accounts.update(account, freeze="out")
        await culm.wallet_limits.set(
            tier="basic", currency="USD", direction="in", per_payment=9_300
        )
        yield world


CASES = [
    Case(
        "a batch of a wallet that is not there",
        lambda w: w.culm.batches.create(source=NOBODY, entries=[{"amount": 1, "to": w["bens"]}]),
        "wallet_not_found",
        "source",
    ),
    Case(
        "a file of a wallet that is not there",
        lambda w: w.culm.batches.files.upload(
            content=b"amount,to\n", source=NOBODY, media_type="text/csv"
        ),
        "wallet_not_found",
        "source",
    ),
    Case(
        "a batch of a frozen wallet",
        lambda w: w.culm.batches.create(
            source=w["frozen"], entries=[{"amount": 1, "to": w["bens"]}]
        ),
        "wallet_frozen",
        "source",
    ),
    Case(
        "a payment that is confirmed past a limit",
        lambda w: w.culm.payments.confirm(w["later"]),
        "limit_exceeded",
        "payment",
    ),
    Case(
        "a fee of a payee who may not pay",
        lambda w: w.pay(
            kind="purchase", amount=600, destination=w["hesitant"], fee_schedule=w["dear"]
        ),
        "account_frozen",
        "destination",
    ),
    Case(
        "a collection from a frozen wallet",
        lambda w: w.culm.mandates.collect(w["stopped"], amount=1),
        "wallet_frozen",
        "mandate",
    ),
    Case(
        "a collection of more than there is",
        lambda w: w.culm.mandates.collect(w["mandate"], amount=9),
        "insufficient_funds",
        "mandate",
    ),
    Case(
        "a collection past a limit",
        lambda w: w.culm.mandates.collect(w["mandate"], amount=9_301),
        "limit_exceeded",
        "amount",
    ),
    Case(
        "a collection with metadata that is too long",
        lambda w: w.culm.mandates.collect(w["mandate"], amount=1, metadata={"a": "x" * 501}),
        "metadata_invalid",
        "metadata.a",
    ),
    Case(
        "a schedule that is not there",
        lambda w: w.culm.payment_schedules.get(NONE),
        "recurring_schedule_not_found",
        "payment_schedule",
    ),
    Case(
        "a schedule that was cancelled",
        lambda w: w.culm.payment_schedules.skip(w["planned"]),
        "recurring_schedule_state",
        "payment_schedule",
    ),
    Case(
        "a parked fact that is not there",
        lambda w: w.culm.parked.retry("prk_00000000000fffff"),
        "parked_not_found",
        "parked",
    ),
    Case(
        "books that there are already",
        lambda w: w.operator.ledger.tenants.create(name="Shop"),
        "tenant_exists",
        "Culm-Tenant",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_at_fault_is_named_as_the_request_names_it(world: World, case: Case) -> None:
    with refused(case.code, case.field):
        await case.ask(world)


async def test_a_file_that_is_another_under_the_same_key_is_what_differs(world: World) -> None:
    async def send(content: bytes) -> None:
        await world.culm.batches.files.upload(
            content=content, source=world["anns"], media_type="text/csv", idempotency_key="file"
        )

    await send(f"amount,to\n0.01,{world['bens']}\n".encode())
    with refused("idempotency_conflict", "body"):
        await send(f"amount,to\n0.02,{world['bens']}\n".encode())
