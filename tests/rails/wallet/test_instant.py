"""The instant rail: its table is what the ledger does with a hold, to the last pair."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Final

import pytest

from culm.kernel import errors
from culm.ledger import api as ledger
from culm.ledger import commands as ledger_commands
from culm.rails.wallet import api, transitions
from tests.payments.desk import BANK, Desk

ANN: Final = "liabilities:ann"


class Trial:
    """A transfer of 10 from Ann to the bank, on its way."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.desk.decide(ledger_commands.OpenAccount(code=ANN, currency="USD", minimum=0))
        self.desk.book(BANK, ANN, 10)
        self.transfer = ""
        self.settled = False

    @property
    def state(self) -> transitions.State:
        """As the ledger has it."""
        if not self.transfer:
            return "settled" if self.settled else "new"
        hold = ledger.hold(self.desk.unit, self.transfer)
        if hold.state == "open":
            return "reserved"
        return "settled" if hold.captured else "released"

    def order(self, amount: int) -> api.Order:
        unit = self.desk.unit
        giver, receiver = (ledger.account(unit, code, "account").id for code in (ANN, BANK))
        return api.Order("pay_0000000000000001", amount, giver, receiver, "transfer", "words")

    def originate(self) -> None:
        api.originate(self.desk.unit, self.order(10))
        self.settled = True

    def reserve(self) -> None:
        self.transfer = api.reserve(self.desk.unit, self.order(10))

    def settle(self) -> None:
        api.settle(self.desk.unit, self.transfer, order=self.order(4), last=False)

    def finish(self) -> None:
        api.settle(self.desk.unit, self.transfer, order=self.order(2), last=True)

    def release(self) -> None:
        if not api.cancel(self.desk.unit, self.transfer):
            raise LookupError("nothing is reserved")


PATHS: Final[dict[transitions.State, tuple[transitions.Happening, ...]]] = {
    "new": (),
    "reserved": ("reserve",),
    "settled": ("reserve", "settle", "finish"),
    "released": ("reserve", "release"),
}


def _do(trial: Trial, happening: transitions.Happening) -> None:
    steps: dict[str, Callable[[], Any]] = {
        name: getattr(trial, name) for name in transitions.HAPPENINGS
    }
    steps[happening]()


@pytest.mark.parametrize(
    ("state", "happening"),
    [
        pair
        for pair in itertools.product(transitions.STATES, transitions.HAPPENINGS)
        if pair[1] not in ("originate", "reserve") or pair[0] == "new"
    ],
)
def test_what_the_table_has_happens_and_the_rest_is_refused(
    state: transitions.State, happening: transitions.Happening
) -> None:
    trial = Trial()
    for step in PATHS[state]:
        _do(trial, step)
    assert trial.state == state
    to = transitions.TABLE.get((state, happening))
    if to is None:
        with pytest.raises((errors.Rejection, LookupError)):
            _do(trial, happening)
        assert trial.state == state
    else:
        _do(trial, happening)
        assert trial.state == to


def test_the_last_of_a_transfer_lets_go_of_the_rest() -> None:
    trial = Trial()
    for step in PATHS["settled"]:
        _do(trial, step)
    found = trial.desk.balance(ANN)
    assert (found.posted, found.held_out) == (4, 0)
