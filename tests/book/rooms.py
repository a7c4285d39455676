"""Something in every table of the contexts above the ledger, for the tests of what proves them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from culm.access import commands as access
from culm.bank_accounts import commands as bank_accounts
from culm.bank_accounts import tables as bank_account_tables
from culm.batches import commands as batches
from culm.customers import commands as customers
from culm.fx import commands as fx
from culm.ledger import commands as ledger
from culm.payments import commands as payments
from culm.rails.ach.files import commands as files
from culm.rails.ach.files import tables as file_tables
from culm.rails.ach.inbox import commands as inbox
from culm.rails.ach.odfi import commands as odfi
from culm.rails.ach.transfers import commands as transfers
from culm.rails.ach.transfers import tables as transfer_tables
from culm.rails.ach.windows import commands as windows
from culm.recurring import commands as recurring
from culm.timers import types as timers
from culm.wallets import commands as wallets
from tests import conftest
from tests.payments.world import World

SUBJECT = "sub_" + "a" * 26
TENANTS = ("acme", "other")


async def fill(books: conftest.Ledger) -> None:
    """Something of everything; what the names of the commands say."""
    await books.submit(ledger.CreateTenant(name="Other"), tenant="other")
    world = await World(books).begin()
    await let_in(books)
    await serve(books)
    await pay(world)
    await change(books)
    await plan(world)
    await scatter(world)
    await carry(books)


async def let_in(books: conftest.Ledger) -> None:
    """Keys, one rotated, one revoked."""
    submit = books.submit
    keys = [
        await submit(
            access.CreateKey(
                name=f"key {number}",
                scopes=("read", "timers:write"),
                digest=f"{number:064x}",
                addresses=("192.0.2.0/24", "2001:db8::/32"),
                daily_quota=1_000,
                expires=books.clock.now + timedelta(days=number),
            )
        )
        for number in (1, 2, 3)
    ]
    await submit(access.RotateKey(key=keys[1].key.id, digest="f" * 64))
    await submit(access.RevokeKey(key=keys[2].key.id))
    await submit(access.CreateKey(name="key", scopes=("write",), digest="0" * 64), tenant="other")


async def serve(books: conftest.Ledger) -> None:
    """Customers, and what they consent to."""
    submit = books.submit
    made = []
    for number in range(3):
        made.append(await customer(books, "acme", number))
        for purpose in ("marketing", "terms"):
            given = customers.GiveConsent(customer=made[-1], purpose=purpose, version=f"{number}")
            await submit(given)
    *_, restricted, erased = made
    await submit(customers.RestrictCustomer(customer=restricted, reason="review"))
    await submit(customers.WithdrawConsent(customer=erased, purpose="terms"))
    await submit(customers.CloseCustomer(customer=erased))
    await submit(customers.EraseCustomer(customer=erased))


async def customer(books: conftest.Ledger, tenant: str, number: int) -> str:
    """A customer who may be served."""
    sealed = f"v1.{number}" + "A" * 80
    new = customers.CreateCustomer(kind="person", subject=SUBJECT, sealed=sealed)
    made: str = (await books.submit(new, tenant=tenant)).id
    await books.submit(customers.ActivateCustomer(customer=made), tenant=tenant)
    return made


async def pay(world: World) -> None:
    """Purchases of which a part is captured, and a part of that refunded and disputed."""
    submit = world.submit
    for number, tier in enumerate(("basic", "gold", "silver")):
        limits = wallets.SetLimits(
            tier=tier, currency="USD", direction="out", per_payment=9_000 + number, month_count=90
        )
        await submit(limits)
    schedules = [
        await world.price(tiers=[{"fixed": fee}], maximum=9, kinds=["purchase"])
        for fee in (3, 4, 5)
    ]
    await world.price(tiers=[{"fixed": 1}], kinds=["transfer"])
    ann, bob, carl = await world.wallet(50_000), await world.wallet(), await world.wallet()
    await world.pay(ann, carl, 70)
    await submit(wallets.FreezeWallet(wallet=carl, reason="lost"))
    disputes = list[str]()
    for amount in (3_000, 4_000, 5_000, 6_000):
        bought = await world.buy(ann, bob, amount, capture="manual", reference="inv")
        await submit(payments.CapturePayment(payment=bought.id, amount=amount - 1_000))
        await submit(payments.RefundPayment(payment=bought.id, amount=amount // 100))
        contested = payments.OpenDispute(
            payment=bought.id, amount=amount // 200, reason="not_received"
        )
        disputes.append((await submit(contested)).id)
    await submit(payments.ResolveDispute(dispute=disputes[-1], outcome="lost"))
    await submit(payments.RetireFeeSchedule(schedule=schedules[0].id))


async def scatter(world: World) -> None:
    """Batches: each has entries that are refused, and one of them one that is paid."""
    payer, payee = await world.wallet(12), await world.wallet()
    for number in (1, 2, 3):
        received = await world.submit(
            batches.ReceiveBatch(
                source=payer,
                currency="USD",
                format="csv",
                sha256=f"{number:064x}",
                subject=SUBJECT,
                content=f"{number:032x}",
                reference="wages",
            )
        )
        entries = (
            batches.Entry(line=2, amount=90 + number, to=payee),
            batches.Entry(line=3, amount=10 + number, to=payee),
            batches.Entry(line=4, amount=5, code="batch_entry_invalid", field="to"),
        )
        judged = batches.JudgeEntries(batch=received.batch.id, part=1, parts=1, entries=entries)
        await world.submit(judged)


async def change(books: conftest.Ledger) -> None:
    """Rates, and prices that were promised."""
    for counter, rate in (("EUR", "0.9012"), ("GBP", "0.78"), ("JPY", "151")):
        until = books.clock.now + timedelta(days=1)
        await books.submit(fx.SetRate(base="USD", counter=counter, rate=rate, valid_until=until))
        await books.submit(fx.CreateQuote(sell_currency="USD", buy_currency=counter, amount=5_000))


async def plan(world: World) -> None:
    """Mandates, of which each collects; schedules: a run that is paid, one that is tried again, one
    that is skipped."""
    ann, bob = await world.wallet(39), await world.wallet()
    for days in (1, 2):
        allowed = recurring.CreateMandate(
            kind="transfer",
            source=ann,
            destination=bob,
            currency="USD",
            agreed="online",
            text="terms",
            given=world.clock.now - timedelta(days=days),
            maximum=20,
            monthly=30,
        )
        mandate = (await world.submit(allowed)).id
        await world.submit(recurring.Collect(mandate=mandate, amount=14 + days))
    for amount in (5, 6, 7):
        made = await world.submit(
            recurring.CreateSchedule(
                kind="transfer",
                amount=amount,
                currency="USD",
                source=ann,
                destination=bob,
                schedule=timers.Schedule(every_seconds=60),
                retries=(1, 3),
                stop_after=9,
            )
        )
        if amount == 7:
            await world.submit(recurring.SkipOccurrence(schedule=made.id))
            return
        world.clock.now = made.due
        await world.submit(recurring.RunSchedule(schedule=made.id, occurrence=made.next))


async def carry(books: conftest.Ledger) -> None:
    """Micro-deposits of two tenants, sent in files, of which some settle and some come back."""
    sent = {tenant: await deposit(books, tenant) for tenant in TENANTS}
    books.clock.advance(days=1)
    for tenant, windowful in sent.items():
        await settle(books, tenant, windowful)
    for number, tenant in enumerate((*TENANTS, *TENANTS)):
        taken = inbox.FinishBankFile(
            name=f"{number}.ach", sha256=f"{number:064x}", kind="entries", returns=number
        )
        await books.submit(taken, tenant=tenant)


async def deposit(books: conftest.Ledger, tenant: str) -> tuple[str, list[str]]:
    """Bank accounts that wait to be verified; the window that their deposits wait in, and those."""

    async def submit(command: Any) -> Any:
        return await books.submit(command, tenant=tenant)

    terms = odfi.Configure(odfi="990000000", company_name=tenant, company_id="1210428822")
    await submit(terms)
    deposits = list[str]()
    for number in range(2 + (tenant == "other")):
        linked = await submit(
            bank_accounts.LinkBankAccount(
                customer=await customer(books, tenant, number),
                subject=SUBJECT,
                sealed=f"v1.{number}" + "B" * 80,
                routing="021200025",
                kind="checking",
                last4=f"432{number}",
            )
        )
        asked = bank_accounts.SendDeposits(bank_account=linked.id, amounts=(17 + number, 58))
        await submit(asked)
        table = bank_account_tables.BANK_ACCOUNTS
        deposits += (await books.store.load(table, 0, [linked.id]))[linked.id].deposits
    found = await books.store.load(transfer_tables.TRANSFERS, 0, deposits)
    return found[deposits[0]].window, deposits


async def settle(books: conftest.Ledger, tenant: str, sent: tuple[str, list[str]]) -> None:
    """The file of a window is accepted and settles; the last of its transfers comes back, and once
    more, which is not accepted."""

    async def submit(command: Any) -> Any:
        return await books.submit(command, tenant=tenant)

    window, waiting = sent
    await submit(windows.CloseWindow(window=window))
    batches = [
        (await submit(files.CutBatch(window=window, transfers=tuple(part)))).id
        for part in (waiting[:1], waiting[1:])
    ]
    file = (await submit(files.FinishFile(window=window))).id
    await submit(
        files.BeginSending(
            file=file, sha256="b" * 64, size=940, part=f"{file}.part", entries=len(waiting)
        )
    )
    name = (await books.store.load(file_tables.FILES, 0, [file]))[file].name
    accepted = files.Acknowledge(name=name, sha256="b" * 64, verdict="accepted")
    settles = (await submit(accepted)).settles
    books.clock.now = max(books.clock.now, settles)
    await submit(files.SettleFile(file=file))
    await submit(files.SettleBatch(batch=batches[1], transfers=tuple(waiting[1:])))
    last = (await books.store.load(transfer_tables.TRANSFERS, 0, waiting))[waiting[-1]]
    came_back = transfers.Returned(
        trace=last.trace,
        amount=last.amount,
        direction=last.direction,
        reason="R03",
        returned_on=settles.date(),
        return_trace="021200020000001",
    )
    await submit(transfers.TakeReturns(returns=(came_back,)))
    trace = f"02120002000000{2 + TENANTS.index(tenant)}"
    again = msgspec.structs.replace(came_back, return_trace=trace)
    await submit(transfers.TakeReturns(returns=(again,)))
    await submit(transfers.DishonourReturn(transfer=last.id, code="R67"))
