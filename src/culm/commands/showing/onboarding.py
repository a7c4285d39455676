"""Who takes part: a key for the tenant, two customers and a merchant, their wallets and banks."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from culm import client
from culm.client import errors, types
from culm.commands.showing import stage as stage_

OPENING: Final = datetime(2026, 11, 30, 15, tzinfo=UTC)
"""Monday at 10:00 in New York: where the tenant's clock begins."""
TUESDAY: Final = datetime(2026, 12, 1, 15, tzinfo=UTC)
"""What was sent on Monday has settled by then."""
SCOPES: Final[tuple[Literal["read", "write"], ...]] = ("read", "write")
ROUTING: Final = "990000013"
"""No bank has it: numbers that begin with 99 are nobody's."""
NUMBER: Final = "123456789"
"""An account of the sandbox bank with which nothing goes wrong."""
EVERYDAY, TAKINGS = "Everyday", "Shop takings"
"""What wallets are called: what for, and never whose, since names stand in the log in clear."""
DEPOSITS: Final = (32, 45)
"""What a holder finds on a statement of the sandbox bank."""


class Party(msgspec.Struct, frozen=True):
    """A customer, what they are called, their wallet and their account elsewhere."""

    name: str
    customer: str
    wallet: str
    bank: str


class Cast(msgspec.Struct, frozen=True):
    """Everybody who takes part."""

    ann: Party
    ben: Party
    shop: Party

    @property
    def everybody(self) -> tuple[Party, ...]:
        """All three."""
        return self.ann, self.ben, self.shop


async def begin(stage: stage_.Stage, url: str) -> None:
    """Books, a clock that moves when it is told to, and a key that opens them and nothing else."""
    stage.title("A tenant of the sandbox, with a clock and a key of its own")
    await stage.operator.ledger.tenants.create(name="Demo bank", sandbox=True, clock=OPENING)
    issued = await stage.operator.keys.create(name="demonstration", scopes=SCOPES)
    stage.culm = client.AsyncClient(issued.secret, url=url)
    stage.say(f"{issued.key.id}  {issued.key.begins}..., shown once; may {' and '.join(SCOPES)}")
    stage.say(f"its clock stands at {OPENING:%A %d %B %Y %H:%M} UTC")


async def onboard(stage: stage_.Stage) -> Cast:
    """Two persons and a business, each with a wallet and a verified bank account."""
    stage.title("Two customers and a merchant, each with a wallet and a bank account")
    cast = Cast(
        ann=await _person(stage, "Ann", "Marsh"),
        ben=await _person(stage, "Ben", "Okoro"),
        shop=await _business(stage, "Corner Shop"),
    )
    await _verify(stage, *cast.everybody)
    return cast


async def _person(stage: stage_.Stage, given: str, family: str) -> Party:
    customer = await stage.culm.customers.create(
        person={"given_name": given, "family_name": family},
        email=f"{given.lower()}@example.com",
        reference=f"demo-{given.lower()}",
    )
    return await _party(stage, customer, given, f"{given} {family}", EVERYDAY)


async def _business(stage: stage_.Stage, name: str) -> Party:
    customer = await stage.culm.customers.create(
        business={"legal_name": f"{name} LLC", "trading_name": name}, tier="merchant"
    )
    return await _party(stage, customer, name, f"{name} LLC", TAKINGS)


async def _party(
    stage: stage_.Stage, customer: types.Customer, name: str, holder: str, label: str
) -> Party:
    await stage.culm.customers.activate(customer.id)
    wallet = await stage.culm.wallets.create(customer=customer.id, currencies=["USD"], name=label)
    account = await stage.culm.bank_accounts.link(
        customer=customer.id, routing=ROUTING, account=NUMBER, holder_name=holder
    )
    stage.say(f"{customer.id}  {holder}, a {customer.kind} of the tier {customer.tier}")
    return Party(name, customer.id, wallet.id, account.id)


async def _verify(stage: stage_.Stage, *parties: Party) -> None:
    """Two small amounts to each bank account; whoever can tell them has it."""
    for party in parties:
        await stage.culm.bank_accounts.send_micro_deposits(party.bank)
    await stage.advance(TUESDAY)
    for party in parties:
        verified = await stage.until(functools.partial(_tell, stage, party.bank), bool)
        stage.expect(verified, f"the bank account of {party.name} was not verified")
    found = " and ".join(map(stage_.usd, DEPOSITS))
    stage.say(f"they find {found} on Tuesday's statements, and tell us: accounts verified")


async def _tell(stage: stage_.Stage, bank: str) -> bool:
    """Tell the amounts; False as long as the deposits are on their way, which costs no try."""
    try:
        account = await stage.culm.bank_accounts.verify(bank, amounts=DEPOSITS)
    except errors.Conflict as early:
        if early.code != "deposits_pending":
            raise
        return False
    return account.state == "verified"
