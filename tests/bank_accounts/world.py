"""Books of a tenant whose customers link bank accounts, and short words for what is asked."""

from __future__ import annotations

from typing import Any

import msgspec

from culm import app
from culm.bank_accounts import api, checks, commands, known, reactors, tables, types, views
from culm.book import catalog
from culm.book.unit import Unit
from culm.customers import commands as customers
from culm.customers import views as customer_views
from culm.ledger import commands as ledger
from culm.rails.ach import reactors as ach
from culm.rails.ach.odfi import commands as odfi
from culm.work import reactor
from tests.rails.ach.sending import orders
from tests.rails.ach.sending import world as sending


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """Ask whether an account may be used, as a payment does."""

    bank_account: str
    direction: types.Direction


def use(unit: Unit, command: Use) -> str:
    """The routing number, if it may."""
    account = api.usable(unit, command.bank_account, direction=command.direction, field="source")
    return api.payee(account).routing


def want_use(unit: Unit, command: Use) -> None:
    """What that reads."""
    api.want_bank_accounts(unit, command.bank_account)


def with_use() -> catalog.Catalog:
    """Every context, and what stands above bank accounts in these tests."""
    asking = catalog.Context(
        name="uses",
        tables=(),
        journals=(),
        applies={},
        commands=(catalog.Command(Use, str, use, want_use),),
    )
    return catalog.Catalog((*app.catalog().contexts, orders.TRIAL, asking))


class World(sending.World):
    """The tenant acme, its customers and their bank accounts."""

    REACTORS: tuple[reactor.Reactor, ...] = (*ach.REACTORS, *reactors.REACTORS)

    tenant = "acme"

    async def begin(self, tenant: str, *, sandbox: bool) -> None:
        """From now on, ask for another tenant, which has told of its bank."""
        self.tenant = tenant
        await self.ask(ledger.CreateTenant(name="Other", sandbox=sandbox))
        await self.ask(
            odfi.Configure(odfi="990000000", company_name="ACME", company_id="1210428822")
        )

    async def ask(self, command: msgspec.Struct, **more: Any) -> Any:
        """Have a command decided."""
        return await self.ledger.book.submit(command, tenant=self.tenant, **more)

    async def customer(self, kind: str = "person", *, active: bool = True) -> customer_views.Record:
        """A customer of whom nothing is known."""
        subject = await self.sealing.subject(self.tenant)
        sealed = subject.key.seal(b"{}", "customer")
        made: customer_views.Record = await self.ask(
            customers.CreateCustomer(kind=kind, subject=subject.id, sealed=sealed)  # type: ignore[arg-type]
        )
        if active:
            made = await self.ask(customers.ActivateCustomer(customer=made.id))
        return made

    async def link(
        self, account: str = "123456789", owner: customer_views.Record | None = None, **more: Any
    ) -> views.Record:
        """A linked account, of a new customer unless one is named."""
        owner = owner or await self.customer()
        key = (await self.sealing.keys(self.tenant, [owner.subject]))[owner.subject]
        given: dict[str, Any] = {
            "customer": owner.id,
            "subject": owner.subject,
            "sealed": known.seal(key, known.Known(account, "Ada Lovelace")),
            "routing": "021200025",
            "kind": "checking",
            "last4": checks.shown(account),
        }
        made: views.Record = await self.ask(commands.LinkBankAccount(**{**given, **more}))
        return made

    async def deposits(self, account: str) -> views.Record:
        """Micro-deposits on their way."""
        sent: views.Record = await self.ask(
            commands.SendDeposits(bank_account=account, amounts=(17, 58))
        )
        return sent

    async def tell(self, account: str, *amounts: int) -> views.Record:
        """The amounts that the holder has read."""
        told: views.Record = await self.ask(
            commands.VerifyBankAccount(bank_account=account, amounts=amounts)
        )
        return told

    async def remove(self, account: str) -> views.Record:
        """No more of it."""
        removed: views.Record = await self.ask(commands.RemoveBankAccount(bank_account=account))
        return removed

    async def account(self, account: str) -> types.BankAccount:
        """As it is kept."""
        found = await self.ledger.store.load(tables.BANK_ACCOUNTS, 0, [account])
        one: types.BankAccount = found[account]
        return one

    async def known(self, account: str) -> known.Known:
        """What is known of it."""
        row = await self.account(account)
        key = (await self.sealing.keys(self.tenant, [row.subject]))[row.subject]
        return known.open_(key, row.sealed)

    async def may(self, direction: types.Direction, account: str) -> bool:
        """Whether it may be paid to, or collected from. Raises why not."""
        return bool(await self.ask(Use(bank_account=account, direction=direction)))
