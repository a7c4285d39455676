"""Every course that a payment by a bank can take, in whatever order the news of it comes, is the
one that a model of a page foretells."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import msgspec
import pytest

from culm.bank_accounts import commands as bank_commands
from culm.bank_accounts import tables as bank_tables
from culm.kernel import ids
from culm.payments import commands, rejections, transitions, types
from culm.payments.decisions import news
from culm.rails.ach.odfi import commands as odfi
from culm.rails.ach.transfers import tables as rail_tables
from culm.rails.ach.transfers import types as rail
from tests.payments.courses import need, play
from tests.payments.desk import Desk

AMOUNT, FEE, FUNDS = 3, 1, 10
DEPTH: Final = 20
BANK_KINDS: Final[tuple[types.Kind, ...]] = ("top_up", "withdrawal", "payout")

WAYS: Final = {
    ("created", "confirm"): "processing",
    ("created", "void"): "voided",
    ("created", "expire"): "expired",
    ("processing", "void"): "voided",
    ("processing", "settle"): "captured",
    ("processing", "refuse"): "failed",
    ("processing", "doubt"): "unknown",
    ("unknown", "settle"): "captured",
    ("unknown", "refuse"): "failed",
    ("processing", "return"): "returned",
    ("unknown", "return"): "returned",
    ("captured", "return"): "returned",
}
"""Where steps lead that change something, but for what the rail says of reversals."""

NEVER: Final = ("capture", "refund", "dispute")
"""What is never asked of such a payment with success."""

STEPS: Final = (
    *("confirm", "void", "expire", "leave"),
    *("settle", "refuse", "doubt", "return"),
    *("collect", "bounce", "hear"),
    *("stray", *NEVER),
)
"""`leave`: the file with it has left. `collect`: the rail has settled a reversal of it, `bounce`:
that came back, of which one can `hear` whenever that is. `stray`: news of another transfer."""


@dataclass(frozen=True)
class Model:
    """What a payment by a bank should be."""

    kind: types.Kind
    state: str = "created"
    left: bool = False
    reversal: str = ""
    failure: str = ""
    taken: int = 0
    back: int = 0
    held: bool = False

    @property
    def arrived(self) -> bool:
        return self.state in ("captured", "returned")

    def after(self, step: str) -> Model:
        """What a step makes of it."""
        match step:
            case "leave":
                return replace(self, left=self.left or self.held)
            case "collect" | "bounce":
                return self._reversal(step)
            case "hear":
                return self._hear()
            case "stray":
                return self
            case _ if step in NEVER:
                need(False, rejections.PaymentState)
            case "confirm" | "void":
                need((self.state, step) in WAYS, rejections.PaymentState)
                need(not (step == "void" and self.left), rejections.PaymentSent)
        return self._go(step)

    def _go(self, step: str) -> Model:
        if step == "return" and self.failure == news.REVERSED:  # its reversal cannot have lasted
            return replace(self, failure="R01")
        to = WAYS.get((self.state, step))
        return self if to is None else self._in(to, "R01" if step in ("refuse", "return") else "")

    def _in(self, state: str, failure: str = "") -> Model:
        """In another state, its fee taken or given back on the way."""
        taken, back, held = self.taken, self.back, self.held
        if state == "processing":
            held, taken = True, 0 if self.kind == "top_up" else FEE
        elif state in ("captured", "returned") and self.kind == "top_up":
            taken = FEE
        elif state in ("voided", "failed"):
            back, held = taken, held and state != "voided"
        return replace(self, state=state, failure=failure, taken=taken, back=back, held=held)

    def _reversal(self, step: str) -> Model:
        """The rail's own: what was collected can come back, and comes back once."""
        now = {"collect": "", "bounce": "settled"}[step]
        to = {"collect": "settled", "bounce": "returned"}[step]
        return replace(self, reversal=to) if self.left and self.reversal == now else self

    def _hear(self) -> Model:
        if not self.reversal:
            return self
        arrived = self._go("settle")
        if self.reversal == "settled" and arrived.state == "captured":
            return arrived._in("returned", news.REVERSED)
        if self.reversal == "returned" and arrived.failure == news.REVERSED:
            return arrived._in("captured")
        return arrived


@dataclass
class Course:
    """A payment by a bank on its way, on a desk where every step can be taken back."""

    desk: Desk
    wallet: str
    payment: str

    def aside(self) -> AbstractContextManager[None]:
        return self.desk.aside()

    def foretold(self, step: str, model: Model) -> Model:
        return model.after(step)

    def ask(self, step: str) -> None:
        match step:
            case "leave" | "collect" | "bounce":
                self._on_the_rail(step)
            case "settle" | "refuse" | "doubt" | "return" | "hear" | "stray":
                self.desk.decide(self._news(step))
            case _:
                if step == "expire":
                    self.desk.now += timedelta(days=8)
                self.desk.decide(self._command(step))

    def _command(self, step: str) -> msgspec.Struct:
        payment = self.payment
        asked: dict[str, msgspec.Struct] = {
            "confirm": commands.ConfirmPayment(payment=payment),
            "void": commands.VoidPayment(payment=payment),
            "expire": commands.ExpirePayment(payment=payment),
            "capture": commands.CapturePayment(payment=payment),
            "refund": commands.RefundPayment(payment=payment),
            "dispute": commands.OpenDispute(payment=payment, reason="other"),
        }
        return asked[step]

    def _news(self, step: str) -> msgspec.Struct:
        transfer = self.desk.payment(self.payment).transfer or NOT_OURS
        carried = ((self.payment, transfer),)
        told: dict[str, msgspec.Struct] = {
            "settle": commands.NoteSettled(transfers=carried * 2),
            "refuse": commands.NoteRefused(transfers=carried, reason="R01"),
            "doubt": commands.NoteDoubted(transfers=carried),
            "return": commands.NoteReturned(payment=self.payment, transfer=transfer, reason="R01"),
            "hear": commands.NoteReversal(payment=self.payment, reversal=REVERSAL),
            "stray": commands.NoteSettled(transfers=((self.payment, NOT_OURS),)),
        }
        return told[step]

    def _on_the_rail(self, step: str) -> None:
        """Have the rail's transfer, or its reversal, be in another state."""
        name = self.desk.payment(self.payment).transfer
        transfer = self.desk.unit.get(rail_tables.TRANSFERS, name) if name else None
        if transfer is None or transfer.state == "cancelled":
            return
        if step == "leave":
            self._put(transfer, state="batched")
        elif transfer.state != "batched":
            return
        elif step == "collect" and not transfer.followed:
            self._put(transfer, **_reversal(transfer))
            self._put(transfer, followed=REVERSAL)
        elif step == "bounce" and transfer.followed:
            came_back = {"state": "returned", "reason": "R01"}
            self._put(transfer, **_reversal(transfer) | came_back)

    def _put(self, transfer: rail.Transfer, **changes: Any) -> None:
        changed = msgspec.structs.replace(transfer, **changes)
        self.desk.unit.put(rail_tables.TRANSFERS, changed.id, changed)

    def compare(self, step: str, model: Model) -> None:
        payment = self.desk.payment(self.payment)
        assert transitions.is_sound(payment)
        assert payment.fee is not None
        returned = AMOUNT if model.state == "returned" else 0
        assert (
            payment.state,
            payment.failure,
            payment.captured,
            payment.returned,
            payment.fee.taken,
            payment.fee.refunded,
        ) == (
            model.state,
            model.failure,
            AMOUNT if model.arrived else 0,
            returned,
            model.taken,
            model.back,
        ), step
        self._conserve(model)

    def _conserve(self, model: Model) -> None:
        """News moves nothing but fees: what it is about, the rail has booked by itself."""
        wallet, fees = self.desk.balance(self.wallet), self.desk.posted("income:fees:usd")
        assert fees == model.taken - model.back
        assert wallet.posted == FUNDS - fees
        held = wallet.held_in if model.kind == "top_up" else wallet.held_out
        assert held == (AMOUNT if model.held else 0)


NOT_OURS: Final = "tfr_0000000000000001"
REVERSAL: Final = "tfr_00000000000000ff"


def _reversal(transfer: rail.Transfer) -> dict[str, Any]:
    """What the reversal of a transfer has of its own."""
    return {
        "id": REVERSAL,
        "number": ids.number_of(REVERSAL),
        "kind": "reversal",
        "direction": "credit" if transfer.direction == "debit" else "debit",
        "state": "settled",
    }


def begun(kind: types.Kind) -> Course:
    """A payment that was made and not confirmed."""
    desk = Desk()
    desk.decide(odfi.Configure(odfi="021000021", company_name="ACME", company_id="1234567890"))
    bearer: Any = "payee" if kind == "top_up" else "payer"
    desk.decide(
        commands.CreateFeeSchedule(
            name="fee",
            currency="USD",
            kinds=(kind,),
            bearer=bearer,
            tiers=(commands.Tier(fixed=FEE),),
        )
    )
    customer = desk.customer()
    wallet, account = desk.wallet(FUNDS, of=customer), linked(desk, customer)
    source, destination = (account, wallet) if kind == "top_up" else (wallet, account)
    asked = commands.CreatePayment(
        kind=kind,
        amount=AMOUNT,
        currency="USD",
        source=source,
        destination=destination,
        confirm=False,
    )
    return Course(desk, wallet, desk.decide(asked).id)


def linked(desk: Desk, customer: str) -> str:
    """A bank account that may be collected from."""
    asked = bank_commands.LinkBankAccount(
        customer=customer,
        subject="sub_" + "a" * 26,
        sealed="v1." + "A" * 60,
        routing="021000021",
        kind="checking",
        last4="6789",
    )
    name: str = desk.decide(asked).id
    account = desk.unit.get(bank_tables.BANK_ACCOUNTS, name)
    assert account is not None
    verified = msgspec.structs.replace(account, state="verified")
    desk.unit.put(bank_tables.BANK_ACCOUNTS, name, verified)
    return name


@pytest.mark.parametrize("kind", BANK_KINDS)
def test_every_course_of_a_payment_by_a_bank_is_as_the_model_foretells(kind: types.Kind) -> None:
    assert play(begun(kind), STEPS, Model(kind), DEPTH) > 500


@pytest.mark.parametrize("kind", BANK_KINDS)
def test_the_model_knows_all_that_the_table_has_of_such_a_payment(kind: types.Kind) -> None:
    """Every happening of the kind changes something in some course."""
    happenings = {
        "confirm": "submit",
        "refuse": "fail",
        "void": "void",
        "expire": "expire",
        "settle": "settle",
        "doubt": "doubt",
        "return": "return",
    }
    known = {happenings[step] for _, step in WAYS}
    assert known == transitions.BY_KIND[kind] - {"restore"}
