"""Nothing that says whose a bank account is, or which, stands anywhere in clear but in the files
for the bank: values are planted in accounts that are linked, paid out to by calls and files, and
corrected by their bank, and looked for in all that the platform writes, sends and says."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import asyncpg

from culm.client import errors, types
from culm.rails.ach import building, new_file, writer
from tests.customers import planting
from tests.customers.conftest import World, at_work
from tests.facts.conftest import until

MONDAY: Final = datetime(2026, 3, 2, 15, tzinfo=UTC)
EVENING: Final = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
WEDNESDAY: Final = datetime(2026, 3, 4, 15, tzinfo=UTC)
THURSDAY: Final = datetime(2026, 3, 5, 20, tzinfo=UTC)

ROUTING: Final = "990000013"
CORRECTED, CORRECTION = "980000001", "8800000001"
"""The sandbox bank tells of the first that it is the second now."""
RETURNED: Final = "990000003"
COLUMNS: Final = "amount,routing,account,holder_name\n"


class Shop:
    """A customer with a funded wallet, who links accounts and pays others out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.api = world.tenant.api
        self.planter = world.planter
        self.customer = self.wallet = ""
        self.batches: list[types.Batch] = []

    async def begin(self) -> None:
        """Be there, with 1,000.00 dollars."""
        made = await self.world.customer(self.planter.body(without="business"))
        self.customer = made["id"]
        await self.api.customers.activate(self.customer)
        wallet = await self.api.wallets.create(customer=self.customer, currencies=["USD"])
        self.wallet, code = wallet.id, wallet.balances[0].account
        await self.world.tenant.open(code, "USD", minimum=0)
        await self.world.tenant.open("assets:cash", "USD")
        await self.world.tenant.pay("assets:cash", code, 100_000)

    def account(self, number: str = "", **more: Any) -> dict[str, Any]:
        """Whose an account is, and which."""
        if number:
            self.planter.values.add(number)
        number = number or self.planter.of("account")
        holder = self.planter.of("holder_name")
        return {"routing": ROUTING, "account": number, "holder_name": holder, **more}

    async def link(self, number: str = "") -> types.BankAccount:
        """A bank account on which two small amounts are on their way."""
        given = self.account(number)
        made = await self.api.bank_accounts.link(customer=self.customer, **given)
        assert made.holder_name == given["holder_name"]
        return await self.api.bank_accounts.send_micro_deposits(made.id)

    async def call(self, *outside: dict[str, Any]) -> None:
        """Pay out by a call."""
        entries: Any = [{"amount": 100 + n, "outside": one} for n, one in enumerate(outside)]
        self.batches.append(await self.api.batches.create(source=self.wallet, entries=entries))

    async def file(self, content: str | bytes, **more: Any) -> None:
        """Pay out by a file."""
        self.batches.append(
            await self.api.batches.files.upload(
                content=content,
                media_type="text/csv" if isinstance(content, str) else "text/plain",
                format="csv" if isinstance(content, str) else "nacha",
                source=self.wallet,
                **more,
            )
        )

    def line(self, **more: Any) -> str:
        """A line of a CSV file."""
        given = self.account() | more
        return f"1.00,{given['routing']},{given['account']},{given['holder_name']}\n"

    def nacha(self, *numbers: str) -> bytes:
        """A payroll as a payroll program writes it."""
        given = [self.account(number) for number in numbers]
        entries = tuple(
            new_file.NewEntry("22", ROUTING, one["account"], 100, one["holder_name"], f"E{n}")
            for n, one in enumerate(given)
        )
        batch = new_file.NewBatch(
            "PPD", "ACME", "1210428822", "PAYROLL", date(2026, 3, 3), ROUTING[:8], entries
        )
        built = new_file.NewFile("021000021", "121042882", date(2026, 3, 2), (batch,))
        out = io.BytesIO()
        writer.write(building.build(built), out)
        return out.getvalue()

    async def advance(self, to: datetime) -> None:
        """Let time pass, and all that is due by then happen."""
        await self.api.clock.advance(to=to)

        async def there() -> bool:
            return (await self.api.clock.get()).target is None

        await until(there)

    async def judged(self) -> None:
        """Wait until every batch was judged."""
        for batch in self.batches:

            async def ended(batch: str = batch.id) -> bool:
                return (await self.api.batches.get(batch)).state in ("processed", "refused")

            await until(ended)


async def pay(shop: Shop) -> types.BankAccount:
    """Everything as it should be; the account that its bank corrects."""
    corrected, _ = await shop.link(CORRECTED), await shop.link()
    await shop.call(shop.account(), shop.account(RETURNED))
    await shop.file(COLUMNS + shop.line() + shop.line(account=RETURNED))
    await shop.file(shop.nacha("", RETURNED))
    await shop.judged()
    for batch in shop.batches:
        assert (await shop.api.batches.get(batch.id)).accepted == 2
    return corrected


async def err(shop: Shop) -> None:
    """Say every value where it is wrong, in bodies, files, paths and queries."""
    world, api, planter = shop.world, shop.api, shop.planter
    for wrong in (
        {"account": planter.of("account") * 3},
        {"holder_name": planter.of("holder_name") + "\n"},
        {"holder_name": planter.of("holder_name") * 10},
        {"routing": planter.of("account")[:9]},
        {"kind": planter.of("kind")},
        {"account": [planter.of("account")]},
        {planter.of("member").replace(" ", "_"): 1},
    ):
        given = shop.account() | wrong
        linked = {"customer": shop.customer, **given}
        assert "code" in await world.ask("POST", "/v1/bank_accounts", linked)
        entry = {"amount": 1, "outside": given}
        answer = await world.ask("POST", "/v1/batches", {"source": shop.wallet, "entries": [entry]})
        if "code" not in answer:  # it is the entry alone that is refused
            shop.batches.append(await api.batches.get(answer["id"]))
    await shop.file(
        COLUMNS
        + shop.line(account=planter.of("account") * 3)
        + shop.line(holder_name=planter.of("holder_name") * 10)
        + shop.line(routing=planter.of("routing"))
        + f"{planter.of('amount')},,,\n"
        + shop.line().replace(",", ";")
    )
    await shop.file(shop.line())
    await shop.file(f"amount,{planter.of('column')}\n1.00,{planter.of('value')}\n")
    await shop.file(shop.nacha("").replace(b"0000000100", b"0000000900", 1))
    await shop.judged()
    asked = {"source": shop.wallet, "destination": shop.wallet, "kind": "transfer", "amount": 1}
    for name in ("source", "destination", "kind", "currency"):
        await world.ask("POST", "/v1/payments", asked | {name: planter.of(name)})
    mandate = {"kind": "top_up", "currency": "USD", "text": "terms", "given": f"{MONDAY:%FT%TZ}"}
    sides = {"destination": shop.wallet, "source": shop.wallet}
    mandate |= sides | {"agreed": planter.of("agreed")}
    await world.ask("POST", "/v1/mandates", mandate)
    for path in ("bank_accounts", "batches", "payments", "mandates", "rails/ach/transfers"):
        await world.ask("GET", f"/v1/{path}/{quote(planter.of('id'))}")
        for name in ("state", "customer", "cursor", "limit", "account"):
            await world.ask("GET", f"/v1/{path}?{name}={quote(planter.of(name))}")
    assert len(world.problems) > 40


async def fail(shop: Shop, owner: asyncpg.Connection[Any]) -> None:
    """Have the platform fail in the middle of it, in ways that end in its log."""
    api = shop.api
    for table in ("security_key", "batch_content"):
        await owner.execute(f"alter table {table} rename to gone")
        for failing in (
            api.bank_accounts.link(customer=shop.customer, **shop.account()),
            shop.call(shop.account()),
        ):
            with contextlib.suppress(errors.Failed):
                await shop.world.heard(failing)
        await owner.execute(f"alter table gone rename to {table}")
    await shop.judged()


async def come_back(shop: Shop, corrected: str) -> None:
    """Let the bank say what it has to say: the correction, and what comes back."""
    bank = shop.world.directory / "sandbox" / "bank" / "acme"
    await shop.advance(EVENING)
    await until(lambda: any(bank.glob("out/done/*.ack.json")))
    await shop.advance(WEDNESDAY)

    async def is_corrected() -> bool:
        return (await shop.api.bank_accounts.get(corrected)).last4 == CORRECTION[-4:]

    await until(is_corrected)
    await shop.advance(THURSDAY)

    async def are_returned() -> bool:
        states = [one.state async for one in shop.api.payments.list(kind="payout")]
        return states.count("returned") == 3

    await until(are_returned)


async def test_nothing_that_says_whose_an_account_is_stands_anywhere_in_clear(
    database_url: str, tmp_path: Path, logged: io.StringIO
) -> None:
    owner = await asyncpg.connect(database_url)
    async with at_work(database_url, tmp_path / "data", clock=MONDAY) as world:
        shop = Shop(world)
        await shop.begin()
        corrected = await pay(shop)
        await err(shop)
        await fail(shop, owner)
        await come_back(shop, corrected.id)
        world.planter.values.add(CORRECTION)
        places = {
            "the stream": await world.stream(),
            "webhooks": await world.told("bank_accounts", "batches", "payments"),
            "problems": b"\n".join(world.problems),
            "metrics": (await world.tenant.api.request("GET", "/metrics")).body,
        }
        written = await planting.tables(owner)
        places |= {f"table {name}": text for name, text in written.items()}
    bank = str(tmp_path / "data" / "sandbox" / "bank")
    files = planting.files(tmp_path / "data")
    places |= {path: text for path, text in files.items() if not path.startswith(bank)}
    places["the log of the process"] = logged.getvalue().encode()
    await owner.close()

    for table in ("bank_account", "ach_transfer", "batch_entry", "book_answer", "webhook_attempt"):
        assert written[table], table
    assert "a request failed" in logged.getvalue()
    assert b"ach.change_noticed" in places["the stream"]
    planted = planting.Search(world.planter.values)
    of_the_bank = b"\n".join(text for path, text in files.items() if path.startswith(bank))
    assert {CORRECTED, CORRECTION, RETURNED} <= planted.found(of_the_bank)
    assert {name: found for name, text in places.items() if (found := planted.found(text))} == {}
