"""A tenant whose customers are in all kinds of trouble, with something of every kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from culm import client as culm
from culm.client import errors, types
from tests.http.conftest import Api
from tests.http.wire import Wire

MONDAY: Final = datetime(2026, 3, 2, 15, tzinfo=UTC)
NOBODY: Final = "wal_00000000000fffff"
NUMBER: Final = "123456789"


class World:
    """A tenant whose customers are in all kinds of trouble."""

    def __init__(self, api: Api, operator: culm.AsyncClient, key: str) -> None:
        self.api = api
        self.operator = operator
        self.url = api.url
        self.culm = self.client(key)
        self.things: dict[str, str] = {}
        self.secrets: dict[str, str] = {}

    def client(self, key: str, **more: Any) -> culm.AsyncClient:
        """A client with a key, that tries once."""
        return culm.AsyncClient(key, url=self.url, retries=culm.NEVER, **more)

    def __getitem__(self, name: str) -> str:
        return self.things[name]

    async def customer(self, name: str, *, activate: bool = True) -> str:
        """Somebody new."""
        person: types.PersonRequest = {"given_name": name, "family_name": "Marsh"}
        made = (await self.culm.customers.create(person=person)).id
        if activate:
            await self.culm.customers.activate(made)
        self.things[name] = made
        return made

    async def wallet(self, name: str, owner: str, funds: int = 0) -> str:
        """A wallet in dollars, with something in it."""
        made = await self.culm.wallets.create(customer=owner, currencies=["USD"], name=name)
        self.things[name] = made.id
        if funds:
            await self.fund(made, funds)
        return made.id

    async def fund(self, wallet: types.Wallet, amount: int) -> None:
        """Put money into a wallet past all payments."""
        code = wallet.balances[0].account
        await self.culm.ledger.accounts.open(code=code, currency="USD", minimum=0)
        await self.culm.ledger.transactions.post(
            postings=[
                {"account": "assets:bank", "side": "debit", "amount": amount},
                {"account": code, "side": "credit", "amount": amount},
            ]
        )

    async def link(self, name: str, owner: str) -> str:
        """A bank account."""
        made = await self.culm.bank_accounts.link(
            customer=owner, routing="990000013", account=NUMBER, holder_name="Ann Marsh"
        )
        self.things[name] = made.id
        return made.id

    async def pay(self, **more: Any) -> types.Payment:
        """A payment from Ann to Ben, unless something else is said."""
        asked: dict[str, Any] = {"kind": "transfer", "amount": 100, "currency": "USD"}
        asked |= {"source": self["anns"], "destination": self["bens"]}
        return await self.culm.payments.create(**(asked | more))

    async def send(self, path: str, content: bytes, headers: dict[str, str]) -> None:
        """A POST of one's own making; raises the problem that it is answered with."""
        headers = {"Authorization": f"Bearer {self.secrets['all']}", **headers}
        async with Wire(self.api) as wire:
            answer = await wire.post(path, content=content, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"
        raise errors.Problem(answer.json())


async def populated(world: World) -> World:
    """Everybody and everything that the cases need."""
    culm_ = world.culm
    await culm_.ledger.accounts.open(code="assets:bank", currency="USD")
    ann, ben = await world.customer("ann"), await world.customer("ben")
    await world.wallet("anns", ann, 10_000)
    await world.wallet("bens", ben)
    await world.wallet("closed", ann)
    await culm_.wallets.close(world["closed"])
    await world.wallet("frozen", ann, 500)
    await culm_.wallets.freeze(world["frozen"], directions="both", reason="requested")
    await world.wallet("restricted", await world.customer("rob"), 500)
    await culm_.customers.restrict(world["rob"], reason="review")
    await world.customer("new", activate=False)
    await culm_.customers.close(await world.customer("gone"))
    await world.link("anns bank", ann)
    await world.link("bens bank", ben)
    await culm_.bank_accounts.remove(await world.link("removed bank", ann))
    world.things["paid"] = (await world.pay(kind="purchase")).id
    world.things["held"] = (await world.pay(kind="purchase", capture="manual")).id
    world.things["void"] = (await world.pay(confirm=False)).id
    await culm_.payments.void(world["void"])
    dispute = await culm_.payments.open_dispute(world["paid"], reason="duplicate", amount=10)
    world.things["lost"] = (await culm_.disputes.accept(dispute.id)).id
    fee = await culm_.fee_schedules.create(name="old", currency="USD", tiers=[{"fixed": 1}])
    world.things["retired"] = (await culm_.fee_schedules.retire(fee.id)).id
    dear = await culm_.fee_schedules.create(
        name="dear", currency="USD", tiers=[{"fixed": 500}], bearer="payee"
    )
    world.things["dear"] = dear.id
    await culm_.wallet_limits.set(tier="basic", currency="USD", direction="out", per_payment=9_500)
    return world


@asynccontextmanager
async def opened(api: Api) -> AsyncIterator[World]:
    """The tenant, with keys of several kinds."""
    async with (
        culm.AsyncClient(api.operator, url=api.url, tenant="shop") as operator,
        culm.AsyncClient(api.operator, url=api.url, tenant="other") as other,
    ):
        await operator.ledger.tenants.create(name="Shop", sandbox=True, clock=MONDAY)
        await other.ledger.tenants.create(name="Other")
        keys = operator.keys
        all_ = (await keys.create(name="all", scopes=["read", "write"])).secret or ""
        world = World(api, operator, all_)
        world.secrets = {
            "all": all_,
            "read": (await keys.create(name="read", scopes=["read"])).secret or "",
            "revoked": "",
            "other": (await other.keys.create(name="o", scopes=["read", "write"])).secret or "",
        }
        revoked = await keys.create(name="revoked", scopes=["read"])
        await keys.revoke(revoked.key.id)
        world.secrets["revoked"] = revoked.secret or ""
        far = await keys.create(name="far", scopes=["read"], addresses=["192.0.2.0/24"])
        world.secrets["far"] = far.secret or ""
        daily = await keys.create(name="daily", scopes=["read"], daily_quota=1)
        world.secrets["daily"] = daily.secret or ""
        await world.client(world.secrets["daily"]).clock.get()
        yield await populated(world)
        await world.culm.close()
