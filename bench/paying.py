"""Payments over HTTP, as customers make them: between wallets, with a key, limits, a fee, an
idempotency key, and a webhook that is told of each."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from bench import load, web
from culm import client
from culm.client import types

TENANT: Final = "payments"
CUSTOMERS: Final = 200
WALLETS: Final = 5
FUNDS: Final = 10**12
STEADY: Final = 300.0
"""Requests a second at which the time of an answer is measured."""


def prepare(culm: client.Client) -> list[str]:
    """Customers with wallets, money in them, a fee and limits; the wallets."""
    culm.ledger.tenants.create(name="Payments")
    culm.ledger.accounts.open(code="assets:bank", currency="USD")
    culm.fee_schedules.create(
        name="Transfers",
        currency="USD",
        tiers=[{"fixed": 10, "basis_points": 25}],
        bearer="payer",
        kinds=["transfer"],
    )
    directions: tuple[Literal["out", "in"], ...] = ("out", "in")
    for direction in directions:
        culm.wallet_limits.set(
            tier="basic",
            currency="USD",
            direction=direction,
            per_payment=100_000,
            day_sum=FUNDS,
            day_count=10**9,
            month_sum=FUNDS,
        )
    wallets = []
    for number in range(CUSTOMERS):
        person = types.PersonRequest(given_name="Ann", family_name=f"Number {number}")
        customer = culm.customers.create(person=person)
        culm.customers.activate(customer.id)
        made = [
            culm.wallets.create(customer=customer.id, currencies=["USD"]) for _ in range(WALLETS)
        ]
        wallets += [one.id for one in made]
    _fund(culm, wallets)
    return wallets


def _fund(culm: client.Client, wallets: list[str]) -> None:
    """Put money into each, as a bank's statement would have it."""
    codes = [f"liabilities:wallets:{wallet[4:]}:usd" for wallet in wallets]
    for code in codes:
        culm.ledger.accounts.open(code=code, currency="USD", minimum=0)
    for code in codes:
        culm.ledger.transactions.post(
            postings=[
                {"account": "assets:bank", "side": "debit", "amount": FUNDS},
                {"account": code, "side": "credit", "amount": FUNDS},
            ]
        )


@contextmanager
def receiver() -> Iterator[str]:
    """Somebody's server that takes webhooks; its URL."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(_Receiver, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Receiver(asyncio.Protocol):
    """Reads a request, and says that all is well."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        marker = head.lower().index(b"content-length:") + 15
        length = int(head[marker : marker + 8].split(b"\r")[0])
        if len(body) >= length:
            self.buffer = body[length:]
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")  # type: ignore[attr-defined]


def measure(served: web.Served, wallets: list[str], seconds: float) -> load.Result:
    """Payments a second over 64 connections."""
    plan = load.Plan("payments", served.port, served.key(TENANT), wallets, seconds)
    return load.run(plan)


def steady(served: web.Served, wallets: list[str], seconds: float) -> load.Result:
    """How long payments take at a steady rate, each told to somebody's server."""
    key = served.key(TENANT)
    plan = load.Plan("payments", served.port, key, wallets, seconds, rate=STEADY)
    return load.run(plan)
