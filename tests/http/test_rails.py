"""The ACH rail over HTTP: terms with the bank, transfers and what is done about them, doubts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import pytest
import pytest_asyncio

from culm.client import errors, types
from culm.kernel import ids
from culm.rails.ach import calendar
from culm.rails.ach.files import commands, plan, reads
from culm.rails.ach.transfers import change_codes
from culm.rails.ach.transfers import commands as transfer_commands
from culm.timers import firing
from tests.http.conftest import Api, Tenant
from tests.refusals import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

TERMS: Final[dict[str, Any]] = {
    "odfi": "021000021",
    "company_name": "ACME",
    "company_id": "1234567890",
}
MONDAY: Final = datetime(2030, 1, 7, 15, tzinfo=UTC)
SHA: Final = "0" * 64


class Payer(Tenant):
    """A tenant of the sandbox with a wallet of 1,000.00 USD and a linked account."""

    def __init__(self, of: Api, tenant: str) -> None:
        super().__init__(of, tenant)
        self.ach = self.api.rails.ach
        self.wallet = self.bank = ""

    async def begin(self) -> None:
        """Be there."""
        await self.api.ledger.tenants.create(name="Rails", sandbox=True, clock=MONDAY)
        customers = self.api.customers
        customer = await customers.create(person={"given_name": "Ann", "family_name": "Doe"})
        await customers.activate(customer.id)
        wallet = await self.api.wallets.create(customer=customer.id, currencies=["USD"])
        await self.open(wallet.balances[0].account, "USD")
        await self.open("assets:cash", "USD")
        await self.pay("assets:cash", wallet.balances[0].account, 100_000)
        linked = await self.api.bank_accounts.link(
            customer=customer.id, routing="021000021", account="123456", holder_name="Ann Doe"
        )
        self.wallet, self.bank = wallet.id, linked.id

    async def withdraw(self) -> types.AchTransfer:
        """The newest transfer: a withdrawal of 10.00."""
        payment = await self.api.payments.create(
            kind="withdrawal",
            amount=1_000,
            currency="USD",
            source=self.wallet,
            destination=self.bank,
        )
        [transfer] = [one async for one in self.ach.transfers.list(purpose=payment.id)]
        return transfer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def payer(api: Api) -> Payer:
    """Somebody who has money sent to banks."""
    payer = Payer(api, "rails")
    await payer.begin()
    return payer


async def until(api: Api, payer: Payer, day: str, wall: str) -> None:
    await payer.api.clock.advance(to=calendar.moment(date.fromisoformat(day), wall))
    while await firing.fire_due(api.platform, 0):
        pass


async def sent(api: Api, payer: Payer, transfer: types.AchTransfer) -> str:
    """The file of a transfer after its cut-off, sent."""
    window, partition = transfer.window, api.platform.partition_of(payer.id)
    rows = await reads.window_rows(api.platform.db, partition=partition, window=window)
    made = [await ask(api, payer, step) for step in plan.steps(window, rows)]
    file: str = made[-1].id
    sending = commands.BeginSending(
        file=file, sha256=SHA, size=1, part="x.part", entries=made[-1].transfers
    )
    await ask(api, payer, sending)
    await ask(api, payer, commands.NoteSent(file=file))
    return file


async def ask(api: Api, payer: Payer, command: msgspec.Struct) -> Any:
    """What reactors do."""
    return await api.platform.submit(command, tenant=payer.id)


async def test_the_sandbox_has_ready_made_terms_until_others_are_set(payer: Payer) -> None:
    ready = await payer.ach.terms()
    assert (ready.odfi, ready.standard.closes) == ("990000000", "20:00")
    terms = await payer.ach.configure(
        **TERMS, standard={"closes": "19:00", "settles": "08:30"}, same_day=[]
    )
    assert (terms.destination, terms.origin) == ("021000021", "1234567890")
    assert await payer.ach.terms() == terms
    await payer.ach.configure(**TERMS)


async def test_who_has_no_terms_is_told_so(api: Api) -> None:
    live = api.tenant("live-rails").api
    await live.ledger.tenants.create(name="Live")
    with refused("ach_not_configured"):
        await live.rails.ach.terms()
    with refused("ach_terms_invalid", "odfi"):
        await live.rails.ach.configure(**(TERMS | {"odfi": "021000022"}))
    await live.rails.ach.configure(**TERMS)
    assert (await live.rails.ach.terms()).company_name == "ACME"


async def test_a_transfer_is_seen_from_its_order_to_its_reversal(api: Api, payer: Payer) -> None:
    transfers, transfer = payer.ach.transfers, await payer.withdraw()
    assert (transfer.state, transfer.amount, transfer.direction) == ("queued", 1_000, "credit")
    shown = await payer.get(f"/v1/rails/ach/transfers/{transfer.id}")
    assert "sealed" not in shown
    with refused("ach_not_settled"):
        await transfers.reverse(transfer.id)
    await until(api, payer, "2030-01-07", "20:00")
    file = await sent(api, payer, transfer)
    found = await transfers.get(transfer.id)
    assert (found.state, found.file) == ("sent", file)
    assert [one.id async for one in transfers.list(state="sent")] == [transfer.id]
    assert (await payer.ach.files.resolve(file, outcome="accepted")).state == "accepted"
    await until(api, payer, "2030-01-08", "09:00")
    settle = commands.SettleBatch(batch=found.batch, transfers=(transfer.id,))
    await ask(api, payer, settle)
    assert (await transfers.get(transfer.id)).state == "settled"
    reversal = await transfers.reverse(transfer.id)
    assert (reversal.kind, reversal.direction) == ("reversal", "debit")
    assert reversal.original == transfer.id
    assert (await transfers.get(transfer.id)).followed == reversal.id
    with refused("ach_already_reversed"):
        await transfers.reverse(transfer.id)
    assert (await transfers.list(limit=1).page()).items == (reversal,)
    with pytest.raises(errors.Refused) as raised:
        await transfers.reverse(reversal.id)
    assert raised.value.code == "ach_not_reversible"


async def test_a_payment_is_reversed_within_five_banking_days(api: Api, payer: Payer) -> None:
    transfers, transfer = payer.ach.transfers, await payer.withdraw()
    await until(api, payer, "2030-01-08", "20:00")
    file = await sent(api, payer, transfer)
    await payer.ach.files.resolve(file, outcome="accepted")
    await until(api, payer, "2030-01-17", "09:00")  # six banking days after the ninth
    batch = (await transfers.get(transfer.id)).batch
    await ask(api, payer, commands.SettleBatch(batch=batch, transfers=(transfer.id,)))
    with refused("ach_reversal_too_late"):
        await transfers.reverse(transfer.id)


async def test_a_file_that_the_bank_never_had_is_resolved_once(api: Api, payer: Payer) -> None:
    files, transfer = payer.ach.files, await payer.withdraw()
    await until(api, payer, "2030-01-17", "20:00")
    file = await sent(api, payer, transfer)
    with refused("ach_sent_file_not_open"):
        await files.resolve(file, outcome="arrived")
    reason = "They have no such file."
    lost = await files.resolve(file, outcome="lost", reason=reason)
    assert (lost.state, lost.code, lost.reason) == ("rejected", "lost", reason)
    assert await files.get(file) == lost
    with refused("ach_sent_file_not_open"):
        await files.resolve(file, outcome="accepted")
    assert [one.id async for one in files.list(state="rejected")] == [file]
    with refused("ach_reason_invalid"):
        await files.resolve(file, outcome="lost", reason="x" * 201)


async def test_what_is_not_there_is_not_found(payer: Payer) -> None:
    for asked in (
        payer.ach.transfers.get("tfr_00000000000fffff"),
        payer.ach.transfers.get("x"),
        payer.ach.files.get("x"),
    ):
        with pytest.raises(errors.NotFound) as raised:
            await asked
        assert raised.value.code.endswith("_not_found")


async def test_keys_of_the_platform_are_not_for_callers(payer: Payer) -> None:
    """Nobody can use up the key under which a return will be taken in."""
    with refused("header_invalid"):
        await payer.ach.configure(**TERMS, idempotency_key=f"culm:ach-inbox:{SHA}:r0")


async def test_files_are_told_of_by_state(api: Api, payer: Payer) -> None:
    partition = api.platform.partition_of(payer.id)
    counts = await reads.counts(api.platform.db, partition=partition)
    listed = [one.state async for one in payer.ach.files.list()]
    assert {one.state: one.files for one in counts} == Counter(listed)
    assert {one.sandbox for one in counts} == {True}


async def test_a_return_that_is_not_accepted_is_dishonoured(api: Api, payer: Payer) -> None:
    transfers, transfer = payer.ach.transfers, await payer.withdraw()
    with refused("ach_not_returned"):
        await transfers.dishonour(transfer.id, code="R61")
    await until(api, payer, "2030-01-18", "20:00")
    await payer.ach.files.resolve(await sent(api, payer, transfer), outcome="accepted")
    await until(api, payer, "2030-01-22", "09:00")  # the 21st is a holiday
    found = await transfers.get(transfer.id)
    await ask(api, payer, commands.SettleBatch(batch=found.batch, transfers=(transfer.id,)))
    back = transfer_commands.Returned(
        trace=found.trace,
        amount=1_000,
        direction="credit",
        reason="R03",
        returned_on=date(2030, 1, 22),
        return_trace="021000020000001",
    )
    await ask(api, payer, transfer_commands.TakeReturns(returns=(back,)))
    with refused("ach_dishonour_invalid", "wrong"):
        await transfers.dishonour(transfer.id, code="R69")
    with pytest.raises(errors.Refused) as raised:
        await transfers.dishonour(transfer.id, code="R70")
    assert raised.value.code == "ach_not_dishonourable"
    made = await transfers.dishonour(transfer.id, code="R69", wrong=["account", "amount"])
    assert (made.kind, made.direction, made.original) == ("dishonour", "credit", transfer.id)
    assert (await transfers.get(transfer.id)).state == "dishonoured"


async def test_what_the_other_bank_wants_corrected_is_shown(api: Api, payer: Payer) -> None:
    transfers, transfer = payer.ach.transfers, await payer.withdraw()
    assert transfer.change == ""
    with refused("ach_change_not_found"):
        await transfers.change(transfer.id)
    partition = api.platform.partition_of(payer.id)
    subject = await api.platform.db.fetchval(
        "select subject from ach_transfer where partition = $1 and id = $2",
        partition,
        ids.number_of(transfer.id),
    )
    key = (await api.platform.sealing.keys(payer.id, [subject]))[subject]
    sealed = key.seal(b'{"account":"8800000006","kind":"savings"}', change_codes.ABOUT)
    change = transfer_commands.Change(transfer.id, "C06", sealed)
    await ask(api, payer, transfer_commands.TakeChanges(changes=(change,)))
    assert (await transfers.get(transfer.id)).change == "C06"
    shown = await transfers.change(transfer.id)
    assert (shown.transfer, shown.code) == (transfer.id, "C06")
    # The account is linked: it is corrected by itself, and its number is not shown.
    assert shown.corrected == types.Corrected(kind="savings")
    assert sealed not in str(await payer.get(f"/v1/rails/ach/transfers/{transfer.id}"))
    other = api.tenant("other-rails").api
    await other.ledger.tenants.create(name="Other")
    with refused("ach_transfer_not_found"):
        await other.rails.ach.transfers.change(transfer.id)
