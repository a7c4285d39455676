"""What a customer of ours may ask in vain: they are told why, by a code that is documented where
they ask, with a page that says what to do."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest
import pytest_asyncio

from culm.client import errors
from culm.gateway import limits
from tests.http import troubled
from tests.http.conftest import Api
from tests.http.troubled import MONDAY, NOBODY, NUMBER, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(api: Api) -> AsyncIterator[World]:
    """The tenant, with keys of several kinds."""
    async with troubled.opened(api) as world:
        yield world


class Case(NamedTuple):
    """Something that is asked in vain, of an operation, and what is answered."""

    operation: str
    ask: Callable[[World], Awaitable[Any]]
    code: str
    status: int
    field: str | None


def paid(code: str, status: int, field: str | None, **more: Any) -> Case:
    """A payment that is not made. Names with an @ are things of the world."""
    return Case("create_payment", functools.partial(_pay, more), code, status, field)


async def _pay(more: dict[str, Any], world: World) -> None:
    named = {name: _named(world, value) for name, value in more.items()}
    await world.pay(**named)


def _named(world: World, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return world[value[1:]]
    if isinstance(value, list):
        return [_named(world, one) for one in value]
    if isinstance(value, dict):
        return {name: _named(world, one) for name, one in value.items()}
    return value


def split(wallet: str, **share: int) -> dict[str, Any]:
    return {"wallet": wallet, **share}


BUY: Final[dict[str, Any]] = {"kind": "purchase"}
OUT: Final[dict[str, Any]] = {"kind": "withdrawal", "destination": "@anns bank"}

PAYMENTS = (
    paid("invalid", 400, "amount", amount=0),
    paid("invalid", 400, "amount", amount=-5),
    paid("amount_invalid", 400, "amount", amount=10**38),
    paid("invalid", 400, "amount", amount="12.50"),
    paid("wallet_currency_not_held", 422, "source", currency="EUR"),
    paid("wallet_currency_not_held", 422, "source", currency="DOGE"),
    paid("payment_currency_invalid", 422, "currency", **OUT, currency="EUR"),
    paid("wallet_not_found", 404, "source", source=NOBODY),
    paid("wallet_closed", 409, "source", source="@closed"),
    paid("wallet_closed", 409, "destination", destination="@closed"),
    paid("wallet_frozen", 422, "source", source="@frozen"),
    paid("wallet_frozen", 422, "destination", destination="@frozen"),
    paid("customer_restricted", 409, "source", source="@restricted"),
    paid("customer_restricted", 409, "destination", destination="@restricted"),
    paid("insufficient_funds", 422, "source", source="@bens", destination="@anns", amount=9_000),
    paid("limit_exceeded", 422, "amount", amount=9_501),
    paid("payment_parties_invalid", 400, "destination", destination="@anns"),
    paid("payment_parties_invalid", 400, "destination", destination="@anns bank"),
    paid("payment_option_invalid", 400, "capture", capture="manual"),
    paid("payment_option_invalid", 400, "same_day", same_day=True),
    paid("payment_option_invalid", 400, "splits", splits=[split("@frozen", amount=1)]),
    paid("payment_splits_invalid", 422, "splits[0]", **BUY, splits=[split("@frozen")]),
    paid(
        "payment_splits_invalid", 422, "splits[0].wallet", **BUY, splits=[split("@anns", amount=1)]
    ),
    paid("wallet_closed", 409, "splits[0].wallet", **BUY, splits=[split("@closed", amount=1)]),
    paid("payment_fee_exceeds_amount", 422, "amount", fee_schedule="@dear"),
    paid("fee_schedule_unusable", 422, "fee_schedule", fee_schedule="@retired"),
    paid("fee_schedule_not_found", 404, "fee_schedule", fee_schedule="fee_00000000000fffff"),
    paid("payment_expiry_invalid", 422, "expires", expires=MONDAY, confirm=False),
    paid("payment_description_invalid", 400, "description", description="x" * 201),
    paid("bank_account_removed", 409, "destination", kind="payout", destination="@removed bank"),
    paid(
        "payment_not_own_account", 422, "destination", kind="withdrawal", destination="@bens bank"
    ),
    paid(
        "bank_account_not_verified",
        409,
        "source",
        kind="top_up",
        source="@anns bank",
        destination="@anns",
    ),
)

AFTERWARDS = (
    Case(
        "capture_payment",
        lambda w: w.culm.payments.capture(w["held"], amount=101),
        "capture_exceeds_authorised",
        422,
        "amount",
    ),
    Case(
        "capture_payment",
        lambda w: w.culm.payments.capture(w["paid"]),
        "payment_state",
        409,
        "payment",
    ),
    Case(
        "void_payment", lambda w: w.culm.payments.void(w["paid"]), "payment_state", 409, "payment"
    ),
    Case(
        "confirm_payment",
        lambda w: w.culm.payments.confirm(w["void"]),
        "payment_state",
        409,
        "payment",
    ),
    Case(
        "refund_payment",
        lambda w: w.culm.payments.refund(w["paid"], amount=91),
        "refund_exceeds_captured",
        422,
        "amount",
    ),
    Case(
        "refund_payment",
        lambda w: w.culm.payments.refund(w["void"]),
        "payment_state",
        409,
        "payment",
    ),
    Case(
        "open_dispute",
        lambda w: w.culm.payments.open_dispute(w["paid"], reason="other", amount=91),
        "refund_exceeds_captured",
        422,
        "amount",
    ),
    Case(
        "resolve_dispute",
        lambda w: w.culm.disputes.resolve(w["lost"], outcome="won"),
        "dispute_ended",
        409,
        "dispute",
    ),
    Case(
        "create_payment",
        lambda w: again(w, "twice"),
        "idempotency_conflict",
        409,
        "amount",
    ),
    Case(
        "close_wallet", lambda w: w.culm.wallets.close(w["anns"]), "wallet_has_holds", 409, "wallet"
    ),
    Case(
        "close_wallet",
        lambda w: w.culm.wallets.close(w["frozen"]),
        "wallet_not_empty",
        409,
        "wallet",
    ),
    Case(
        "freeze_wallet",
        lambda w: w.culm.wallets.freeze(w["closed"]),
        "wallet_closed",
        409,
        "wallet",
    ),
    Case(
        "create_wallet",
        lambda w: w.culm.wallets.create(customer=w["ann"], currencies=[]),
        "wallet_currencies_invalid",
        400,
        "currencies",
    ),
    Case(
        "create_wallet",
        lambda w: w.culm.wallets.create(customer=w["new"], currencies=["USD"]),
        "customer_not_active",
        409,
        "customer",
    ),
    Case(
        "create_wallet",
        lambda w: w.culm.wallets.create(customer=w["rob"], currencies=["USD"]),
        "customer_restricted",
        409,
        "customer",
    ),
    Case(
        "create_wallet",
        lambda w: w.culm.wallets.create(customer=w["gone"], currencies=["USD"]),
        "customer_closed",
        409,
        "customer",
    ),
    Case(
        "close_customer",
        lambda w: w.culm.customers.close(w["ann"]),
        "customer_in_use",
        409,
        "customer",
    ),
    Case(
        "erase_customer",
        lambda w: w.culm.customers.erase(w["ann"]),
        "customer_not_closed",
        409,
        "customer",
    ),
    Case(
        "create_customer",
        lambda w: w.culm.customers.create(person={"given_name": "", "family_name": "x"}),
        "customer_invalid",
        400,
        "person.given_name",
    ),
    Case(
        "activate_customer",
        lambda w: w.culm.customers.activate(w["gone"]),
        "customer_closed",
        409,
        "customer",
    ),
    Case(
        "link_bank_account",
        lambda w: w.culm.bank_accounts.link(
            customer=w["ann"], routing="123456789", account=NUMBER, holder_name="Ann"
        ),
        "routing_number_invalid",
        400,
        "routing",
    ),
    Case(
        "verify_bank_account",
        lambda w: w.culm.bank_accounts.verify(w["anns bank"], amounts=[32, 45]),
        "verification_not_begun",
        409,
        "bank_account",
    ),
    Case(
        "advance_clock",
        lambda w: w.culm.clock.advance(to=MONDAY - timedelta(days=1)),
        "clock_not_later",
        409,
        "to",
    ),
    Case(
        "create_fee_schedule",
        lambda w: w.culm.fee_schedules.create(name="none", currency="USD", tiers=[]),
        "fee_schedule_invalid",
        400,
        "tiers",
    ),
    Case(
        "create_webhook_endpoint",
        lambda w: w.culm.webhooks.endpoints.create(url="http://127.0.0.1/hook"),
        "webhook_url_invalid",
        400,
        "url",
    ),
    Case(
        "get_payment",
        lambda w: w.client(w.secrets["other"]).payments.get(w["paid"]),
        "payment_not_found",
        404,
        "payment",
    ),
    Case(
        "create_payment",
        lambda w: w.client(w.secrets["other"]).payments.create(
            kind="transfer", amount=1, currency="USD", source=w["anns"], destination=w["bens"]
        ),
        "wallet_not_found",
        404,
        "source",
    ),
    Case(
        "get_clock",
        lambda w: w.client(w.secrets["other"]).clock.get(),
        "virtual_clock_not_found",
        404,
        None,
    ),
)


async def again(world: World, key: str) -> None:
    """Two payments that are not the same, under one key."""
    await world.pay(amount=1, idempotency_key=key)
    await world.pay(amount=2, idempotency_key=key)


KEYS = (
    Case(
        "get_clock",
        lambda w: w.client("ck_test_nonsense").clock.get(),
        "unauthenticated",
        401,
        "Authorization",
    ),
    Case(
        "get_clock",
        lambda w: w.client(w.secrets["all"][:-1] + "!").clock.get(),
        "unauthenticated",
        401,
        "Authorization",
    ),
    Case(
        "get_clock",
        lambda w: w.client(w.secrets["revoked"]).clock.get(),
        "key_revoked",
        401,
        "Authorization",
    ),
    Case(
        "get_clock",
        lambda w: w.client(w.secrets["far"]).clock.get(),
        "address_forbidden",
        403,
        "Authorization",
    ),
    Case(
        "get_clock", lambda w: w.client(w.secrets["daily"]).clock.get(), "quota_exceeded", 429, None
    ),
    Case(
        "get_clock",
        lambda w: w.client(w.secrets["all"], tenant="other").clock.get(),
        "tenant_forbidden",
        403,
        "Culm-Tenant",
    ),
    Case(
        "get_clock",
        lambda w: w.client(w.secrets["all"], version="1999-01-01").clock.get(),
        "version_unknown",
        400,
        "Culm-Version",
    ),
    Case(
        "close_wallet",
        lambda w: w.client(w.secrets["read"]).wallets.close(w["anns"]),
        "scope_missing",
        403,
        "Authorization",
    ),
)

JSON: Final = {"Content-Type": "application/json"}


TWICE: Final = (
    b'{"kind": "transfer", "kind": "purchase", "amount": 1, "currency": "USD", '
    b'"source": "wal_1", "destination": "wal_2"}'
)


def body(code: str, status: int, field: str | None, content: bytes, **headers: str) -> Case:
    """A body that is none, where a payment is expected."""

    async def send(world: World) -> None:
        await world.send("/v1/payments", content, {**JSON, **headers})

    return Case("create_payment", send, code, status, field)


BODIES = (
    Case(
        "create_payment",
        lambda w: w.pay(description="x" * limits.MAX_BODY_BYTES),
        "body_too_large",
        413,
        "body",
    ),
    body("json_malformed", 400, "body", b""),
    body("json_malformed", 400, "body", b"\xff\xfe"),
    body("json_malformed", 400, "body", b'{"kind": "transfer"'),
    body("invalid", 400, "body", b"[" * 100_000),
    body("member_repeated", 400, "kind", TWICE),
    body("invalid", 400, "body", b"[]"),
    body("invalid", 400, "amount", b'{"kind": "transfer", "amount": 1.5}'),
    body("invalid", 400, "tip", b'{"tip": 1}'),
    body("media_type_unsupported", 415, "Content-Type", b"{}", **{"Content-Type": "text/xml"}),
    body("media_type_unsupported", 415, "Content-Encoding", b"{}", **{"Content-Encoding": "gzip"}),
    body("header_invalid", 400, "Idempotency-Key", b"{}", **{"Idempotency-Key": "x" * 300}),
)


@pytest.mark.parametrize(
    "case",
    [*PAYMENTS, *AFTERWARDS, *KEYS, *BODIES],
    ids=lambda case: f"{case.operation}-{case.code}",
)
async def test_it_is_told_why(world: World, case: Case) -> None:
    with pytest.raises(errors.Problem) as raised:
        await case.ask(world)
    problem = raised.value
    told = (problem.code, problem.status, problem.field)
    assert told == (case.code, case.status, case.field), problem.detail
    assert problem.request_id
    page = await world.operator.problems.get(case.code)
    assert (page.status, page.type) == (case.status, f"/problems/{case.code}")
    assert page.description
    assert page.advice
    assert case.operation in {place.operation for place in page.places}
