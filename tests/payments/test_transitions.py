"""The transition table, exhausted: what it says, that the document says the same, that what it does
not have is refused, and that every course of a purchase that commands can take is the one that a
model of ten lines foretells."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
import pytest

from culm.payments import commands, rejections, tables, transitions, types
from tests.payments.courses import need, play
from tests.payments.desk import Desk

KINDS: Final[tuple[types.Kind, ...]] = get_args(types.Kind)
CONCEPTS: Final = Path(__file__).parents[2] / "docs" / "concepts" / "payments.md"

AMOUNT: Final = 3
DEPTH: Final = 8

ENDED: Final = {"failed", "voided", "expired", "returned"}


# -- the table itself


def test_every_state_and_happening_of_every_kind_is_decided() -> None:
    assert set(transitions.MEANINGS) == set(transitions.HAPPENINGS)
    assert set(transitions.BY_KIND) == set(KINDS)
    cases = itertools.product(KINDS, transitions.STATES, transitions.HAPPENINGS)
    for kind, state, happening in cases:
        to = transitions.after(kind, state, happening)
        assert to is None or to in transitions.STATES
        if state in ENDED and happening != "restore":
            assert to is None, "what has ended has ended"
        if to == "created":
            pytest.fail("nothing leads back to the beginning")


@pytest.mark.parametrize("kind", KINDS)
def test_from_every_state_that_a_kind_reaches_there_is_a_way_to_an_end(kind: types.Kind) -> None:
    def onward(state: types.State) -> set[types.State]:
        found = [transitions.after(kind, state, one) for one in transitions.HAPPENINGS]
        return {to for to in found if to is not None and to != state}

    def reached(state: types.State) -> set[types.State]:
        seen, new = {state}, {state}
        while new := set().union(*map(onward, new)) - seen:
            seen |= new
        return seen

    states = reached("created")
    if kind == "exchange":  # it is never left waiting
        assert states == {"created", "captured"}
        return
    assert {"captured", "voided", "expired"} <= states
    by_bank = kind not in ("transfer", "purchase")
    assert (states >= {"failed", "unknown"}) == by_bank
    for state in states:
        assert reached(state) & (ENDED | {"captured"})


def test_every_row_of_the_table_happens_to_some_kind() -> None:
    for state, happening in transitions.TABLE:
        assert any(happening in of for of in transitions.BY_KIND.values()), (state, happening)


def test_the_document_shows_the_table() -> None:
    lines = ["| in state | what happens | leads to |", "| --- | --- | --- |"]
    for (state, happening), to in transitions.TABLE.items():
        lines.append(f"| {state} | {happening} | {to} |")
    assert "\n".join(lines) in CONCEPTS.read_text()


def test_the_document_says_what_each_happening_is() -> None:
    text = CONCEPTS.read_text()
    for happening, meaning in transitions.MEANINGS.items():
        assert f"| {happening} | {meaning} |" in text


def test_the_document_says_what_cannot_happen_to_each_kind() -> None:
    lines = ["| kind | what cannot happen to it |", "| --- | --- |"]
    for kind, can in transitions.BY_KIND.items():
        cannot = ", ".join(one for one in transitions.HAPPENINGS if one not in can)
        if len(can) == 1:
            cannot = f"everything but {', '.join(can)}"
        lines.append(f"| {kind} | {cannot} |")
    assert "\n".join(lines) + "\n\n" in CONCEPTS.read_text()


# -- every course that a purchase can take


@dataclass(frozen=True)
class Model:
    """What a purchase should be."""

    state: str = "created"
    captured: int = 0
    refunded: int = 0
    contested: tuple[int, ...] = ()
    lost: int = 0

    @property
    def room(self) -> int:
        return self.captured - self.refunded - sum(self.contested) - self.lost


@dataclass(frozen=True)
class Step:
    """Something that is asked, and what the model makes of it."""

    name: str
    amount: int | None = None
    final: bool = False

    def foretold(self, model: Model) -> Model:
        foretellings: dict[str, Callable[[Model], Model]] = {
            "confirm": self._confirm,
            "capture": self._capture,
            "void": lambda m: self._end(m, "voided"),
            "expire": lambda m: m if m.state not in OPEN else self._end(m, "expired"),
            "refund": self._refund,
            "dispute": self._dispute,
            "win": lambda m: self._resolve(m, 0),
            "lose": lambda m: self._resolve(m, 1),
            "accept": lambda m: self._resolve(m, 1),
        }
        return foretellings[self.name](model)

    def _confirm(self, model: Model) -> Model:
        need(model.state == "created", rejections.PaymentState)
        return replace(model, state="authorised")

    def _capture(self, model: Model) -> Model:
        need(model.state == "authorised", rejections.PaymentState)
        left = AMOUNT - model.captured
        amount = self.amount or left
        need(amount <= left, rejections.CaptureExceedsAuthorised)
        last = self.final or amount == left
        captured = model.captured + amount
        return replace(model, state="captured" if last else model.state, captured=captured)

    def _end(self, model: Model, state: str) -> Model:
        need(model.state in OPEN, rejections.PaymentState)
        return replace(model, state="captured" if model.captured else state)

    def _refund(self, model: Model) -> Model:
        return replace(model, refunded=model.refunded + self._of_captured(model))

    def _dispute(self, model: Model) -> Model:
        return replace(model, contested=(*model.contested, self._of_captured(model)))

    def _of_captured(self, model: Model) -> int:
        need(model.state in ("authorised", "captured"), rejections.PaymentState)
        amount = model.room if self.amount is None else self.amount
        need(0 < amount <= model.room, rejections.RefundExceedsCaptured)
        return amount

    def _resolve(self, model: Model, lost: int) -> Model:
        need(bool(model.contested), rejections.DisputeNotFound)
        first, *others = model.contested
        return replace(model, contested=tuple(others), lost=model.lost + lost * first)


OPEN: Final = ("created", "authorised")
STEPS: Final = (
    Step("confirm"),
    Step("capture", 1),
    Step("capture"),
    Step("capture", 1, final=True),
    Step("capture", AMOUNT + 1),
    Step("void"),
    Step("expire"),
    Step("refund", 1),
    Step("refund"),
    Step("dispute", 1),
    Step("win"),
    Step("lose"),
    Step("accept"),
)


@dataclass
class Course:
    """A purchase on its way, on a desk where every step can be taken back."""

    desk: Desk
    payer: str
    payee: str
    payment: str
    disputes: list[str] = field(default_factory=list)

    @contextmanager
    def aside(self) -> Iterator[None]:
        known = list(self.disputes)
        with self.desk.aside():
            yield
        self.disputes = known

    def foretold(self, step: Step, model: Model) -> Model:
        return step.foretold(model)

    def compare(self, step: Step, model: Model) -> None:
        payment = self.desk.payment(self.payment)
        assert transitions.is_sound(payment)
        assert (payment.state, payment.captured, payment.refunded) == (
            model.state,
            model.captured,
            model.refunded,
        ), step
        assert payment.disputed == sum(model.contested) + model.lost
        self._conserve(model)

    def _conserve(self, model: Model) -> None:
        """Where the money is follows from the model alone."""
        back = model.refunded + model.lost
        contested = sum(model.contested)
        payer = self.desk.balance(self.payer)
        assert payer.posted == 10 - model.captured + back
        held = AMOUNT - model.captured if model.state == "authorised" else 0
        assert payer.held_out == held
        assert self.desk.posted(self.payee) == model.captured - back - contested
        assert self.desk.posted("liabilities:disputes:usd") == contested

    def ask(self, step: Step) -> None:
        payment = self.payment
        dispute = self.disputes[0] if self.disputes else "dis_0000000000000001"
        asked: dict[str, msgspec.Struct] = {
            "confirm": commands.ConfirmPayment(payment=payment),
            "capture": commands.CapturePayment(
                payment=payment, amount=step.amount, final=step.final
            ),
            "void": commands.VoidPayment(payment=payment),
            "expire": commands.ExpirePayment(payment=payment),
            "refund": commands.RefundPayment(payment=payment, amount=step.amount),
            "dispute": commands.OpenDispute(
                payment=payment, amount=step.amount, reason="not_received"
            ),
            "win": commands.ResolveDispute(dispute=dispute, outcome="won"),
            "lose": commands.ResolveDispute(dispute=dispute, outcome="lost"),
            "accept": commands.AcceptDispute(dispute=dispute),
        }
        if step.name == "expire":
            self.desk.now += timedelta(days=8)
        answer = self.desk.decide(asked[step.name])
        if step.name == "dispute":
            self.disputes = [*self.disputes, answer.id]
        elif step.name in ("win", "lose", "accept"):
            self.disputes = self.disputes[1:]


def begun() -> Course:
    """A purchase that was made and not confirmed."""
    desk = Desk()
    payer, payee = desk.wallet(10), desk.wallet()
    made: Any = desk.decide(
        commands.CreatePayment(
            kind="purchase",
            amount=AMOUNT,
            currency="USD",
            source=payer,
            destination=payee,
            capture="manual",
            confirm=False,
        )
    )
    return Course(desk, payer, payee, made.id)


def test_every_course_of_a_purchase_is_as_the_model_foretells() -> None:
    assert play(begun(), STEPS, Model(), DEPTH) > 30_000


# -- what the table does not have

ASKED: Final[dict[str, tuple[transitions.Happening, ...]]] = {
    "confirm": ("pay", "authorise", "submit"),
    "capture": ("capture", "complete"),
    "void": ("void", "close"),
    "expire": ("expire", "close"),
    "refund": ("refund",),
    "dispute": ("dispute",),
    "settle": ("settle",),
    "refuse": ("fail",),
    "doubt": ("doubt",),
    "return": ("return", "settle"),
}
"""What is asked of payments or told of them, and what can happen to them then. The rest is asked of
refunds and disputes, and of reversals of the rail."""


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_table_does_not_have_is_refused_and_passed_over_as_news(kind: types.Kind) -> None:
    course = begun()
    made = course.desk.payment(course.payment)
    cases = [
        (state, asked)
        for state, (asked, happenings) in itertools.product(transitions.STATES, ASKED.items())
        if not any(transitions.after(kind, state, one) for one in happenings)
    ]
    assert len(cases) > 30
    for state, asked in cases:
        with course.aside():
            put = msgspec.structs.replace(
                made, expires=None, kind=kind, state=state, transfer="tfr_0000000000000001"
            )
            course.desk.unit.put(tables.PAYMENTS, put.id, put)
            refused_or_passed_over(course, asked)
            assert course.desk.payment(put.id) == put, (state, asked)


def refused_or_passed_over(course: Course, asked: str) -> None:
    """Commands are refused, news is passed over, and what does not wait for its end is left."""
    payment, carried = course.payment, ((course.payment, "tfr_0000000000000001"),)
    news: dict[str, msgspec.Struct] = {
        "settle": commands.NoteSettled(transfers=carried),
        "refuse": commands.NoteRefused(transfers=carried, reason="R01"),
        "doubt": commands.NoteDoubted(transfers=carried),
        "return": commands.NoteReturned(payment=payment, transfer=carried[0][1], reason="R01"),
    }
    if asked in news:
        assert course.desk.decide(news[asked]) == commands.Noted(0)
    elif asked == "expire":
        course.ask(Step("expire"))
    else:
        with pytest.raises(rejections.PaymentState):
            course.ask(Step(asked))
