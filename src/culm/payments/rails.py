"""Which rail carries a payment. What goes between wallets is the instant rail's, in the decision
that confirms it; what goes to or comes from a bank is given to the rail of that bank, ACH."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from culm.bank_accounts import api as bank_accounts
from culm.book.unit import Unit
from culm.payments import types
from culm.rails.ach import api as ach
from culm.rails.wallet import api as wallet

CURRENCY: Final = "USD"
"""What goes by a bank is in dollars."""


DIGITS: Final = 15
"""What an entry has room for, of our number for it."""


class Outsider(NamedTuple):
    """Who is paid out to without a bank account linked here: the account, sealed, and the class of
    entry that its holder gets (`PPD` a person, `CCD` a business). `identification` is the payer's
    number for them, up to 15 characters."""

    payee: ach.Payee
    sec: Literal["PPD", "CCD"] = "PPD"
    identification: str = ""


class Authority(NamedTuple):
    """By what a bank account is collected from that its holder does not ask for just now: a
    mandate, or a schedule of the holder's own. It says how the holder agreed, in writing (`PPD`),
    online (`WEB`) or by telephone (`TEL`), and whether to more than one payment. `own` allows only
    what the holder could ask for."""

    sec: Literal["PPD", "WEB", "TEL"]
    recurring: bool
    own: bool = False


By = Outsider | Authority | None
"""By what a payment with a bank on the other side is made, beside the wish of a wallet's owner."""


class Route(NamedTuple):
    """How payments of a kind go: by which rail, and for a bank's which way, and what the holder
    of the bank account reads."""

    rail: str
    direction: bank_accounts.Direction | None = None
    words: str = ""


INSTANT: Final = wallet.NAME
ACH: Final = "ach"

ROUTES: Final[dict[types.Kind, Route]] = {
    "transfer": Route(INSTANT),
    "purchase": Route(INSTANT),
    "top_up": Route(ACH, "debit", "TOP UP"),
    "withdrawal": Route(ACH, "credit", "WITHDRAWAL"),
    "payout": Route(ACH, "credit", "PAYOUT"),
    "exchange": Route(INSTANT),
}


def bank_of(payment: types.Payment) -> str:
    """The bank account outside, of a payment that has one."""
    return payment.source if payment.kind == "top_up" else payment.destination


def submit(unit: Unit, payment: types.Payment, by: By = None) -> str:
    """Give a payment to the bank's rail. Returns what the rail calls it.

    Raises the rejections of an order, and of a bank account that may not be used.
    """
    if isinstance(by, Outsider):
        return ach.originate(unit, _outside(payment, by))
    return ach.originate(unit, _order(unit, payment, by))


def withdraw(unit: Unit, payment: types.Payment) -> bool:
    """Take a payment back from its rail; whether that was still possible."""
    return ach.cancel(unit, payment.transfer)


def reversal(unit: Unit, payment: types.Payment) -> ach.Transfer | None:
    """What collects a payment back from whom it was sent to, as it is now."""
    return ach.reversal(unit, payment.transfer) if payment.transfer else None


def usable(unit: Unit, kind: types.Kind, account_id: str, field: str) -> bank_accounts.BankAccount:
    """A bank account that payments of this kind may go to or come from. Raises those of
    `bank_accounts.USABLE`, and what is wrong with its customer."""
    direction = ROUTES[kind].direction or "credit"
    return bank_accounts.usable(unit, account_id, direction=direction, field=field)


def _order(unit: Unit, payment: types.Payment, by: Authority | None) -> ach.Order:
    route = ROUTES[payment.kind]
    field = "source" if payment.kind == "top_up" else "destination"
    account = usable(unit, payment.kind, bank_of(payment), field)
    collects = route.direction == "debit"
    return ach.Order(
        purpose=payment.id,
        direction="debit" if collects else "credit",
        amount=payment.amount,
        account=payment.source_account or payment.destination_account,
        payee=bank_accounts.payee(account),
        sec=_agreed(by) if collects and account.sec == "PPD" else account.sec,
        same_day=payment.same_day,
        description=route.words,
        identification=payment.id[-DIGITS:],
        recurring=collects and by is not None and by.recurring,
        metadata=_said(payment),
    )


def _agreed(by: Authority | None) -> Literal["PPD", "WEB", "TEL"]:
    """The class of a debit of a person. Who asks for it themselves does so over the internet."""
    return "WEB" if by is None else by.sec


def _outside(payment: types.Payment, outsider: Outsider) -> ach.Order:
    return ach.Order(
        purpose=payment.id,
        direction="credit",
        amount=payment.amount,
        account=payment.source_account,
        payee=outsider.payee,
        sec=outsider.sec,
        same_day=payment.same_day,
        description=ROUTES[payment.kind].words,
        identification=outsider.identification or payment.id[-DIGITS:],
        metadata=_said(payment),
    )


def _said(payment: types.Payment) -> dict[str, str]:
    """What the history of the wallet says of it."""
    said: dict[str, str] = {"kind": payment.kind}
    if payment.description:
        said["description"] = payment.description
    return said


def want_new(
    unit: Unit, kind: types.Kind, source: str, destination: str, *, same_day: bool
) -> None:
    """Ask for what giving a new payment to its rail reads, beside its wallet."""
    if ROUTES[kind].rail == ACH:
        if bank := source if kind == "top_up" else destination:
            bank_accounts.want_bank_accounts(unit, bank)
        ach.want_order(unit, _BLANK[same_day])


def want_known(unit: Unit, payment: types.Payment) -> None:
    """Ask for what confirming a payment, taking it back, or hearing of it reads."""
    if payment.transfer:
        ach.want_transfers(unit, payment.transfer)
    else:
        want_new(unit, payment.kind, payment.source, payment.destination, same_day=payment.same_day)


_NOBODY: Final = ach.Payee(subject="", sealed="", routing="", kind="checking")
_BLANK: Final = {
    same_day: ach.Order(
        purpose="", direction="credit", amount=0, account="", payee=_NOBODY, same_day=same_day
    )
    for same_day in (False, True)
}
"""Orders that say what can be said before it is known who is paid."""
