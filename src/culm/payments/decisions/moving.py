"""How the money of payments between wallets moves: the payment itself, its fee, and what others
than the payee get of it, each as a transaction that says what it is."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.kernel import errors
from culm.ledger import api as ledger
from culm.payments import events, sharing, types
from culm.payments.decisions import exchanging, lookup
from culm.rails.wallet import api as rail


def pay(unit: Unit, payment: types.Payment) -> None:
    """Move everything at once."""
    if payment.exchange is None:
        rail.originate(unit, order_of(payment, payment.amount))
    else:
        exchanging.move(unit, payment, payment.exchange)
    fee = 0 if payment.fee is None else payment.fee.amount
    if fee:
        charge(unit, payment, fee)
    shares = tuple([part.amount for part in payment.parts])
    distribute(unit, payment, shares)
    record(unit, payment, payment.amount, fee=fee, shares=shares)


def take(unit: Unit, payment: types.Payment, amount: int, *, last: bool) -> None:
    """Move a part of what is held; with it come its parts of the fee and of the splits."""
    rail.settle(unit, payment.hold, order=order_of(payment, amount), last=last)
    of = payment.uncaptured
    fee = 0
    if payment.fee is not None:
        left = payment.fee.amount - payment.fee.taken
        fee = sharing.portion(amount, of=of, left=left)
        _take_fee(unit, payment, fee, last=last)
    shares = tuple(
        sharing.portion(amount, of=of, left=part.amount - part.captured) for part in payment.parts
    )
    distribute(unit, payment, shares)
    record(unit, payment, amount, fee=fee, shares=shares, more=not last)


def _take_fee(unit: Unit, payment: types.Payment, fee: int, *, last: bool) -> None:
    """A fee that the payer bears is held, as the payment is; one of the payee's is not."""
    if not payment.fee_hold:
        if fee:
            charge(unit, payment, fee)
    elif fee:
        rail.settle(unit, payment.fee_hold, order=fee_order(unit, payment, fee), last=last)
    elif last:
        rail.cancel(unit, payment.fee_hold)


def record(
    unit: Unit,
    payment: types.Payment,
    amount: int,
    *,
    fee: int = 0,
    shares: tuple[int, ...] = (),
    more: bool = False,
) -> None:
    """Record what was captured."""
    unit.record(
        events.PaymentCaptured(
            payment.id,
            str(amount),
            payment.currency,
            str(fee),
            tuple([str(share) for share in shares]),
            more,
        )
    )


def charge(unit: Unit, payment: types.Payment, fee: int) -> None:
    """Take a fee from whoever bears it."""
    payer = payment.fee is not None and payment.fee.bearer == "payer"
    with errors.named("source" if payer else "destination"):
        rail.originate(unit, fee_order(unit, payment, fee))


def give_back_fee(unit: Unit, payment: types.Payment, fee: int) -> None:
    """Give a fee back to whoever bore it."""
    order = fee_order(unit, payment, fee)
    bearer = receiver(unit, order.giver, payment.currency)
    rail.originate(unit, rail.Order(order.purpose, fee, order.receiver, bearer, "fee"))


def receiver(unit: Unit, account_id: str, currency: str) -> str:
    """Where money goes that is somebody's again: to their wallet, or aside for them when that is
    closed by now or may not receive."""
    account = ledger.account(unit, account_id, "payment")
    if account.closed or account.freeze in ("in", "both"):
        return ledger.house_account(unit, f"liabilities:suspense:{currency.lower()}", currency)
    return account_id


def distribute(unit: Unit, payment: types.Payment, shares: tuple[int, ...]) -> None:
    """Hand on what is not the payee's, in one transaction."""
    if total := sum(shares):
        pairs = zip(payment.parts, shares, strict=True)
        lines = [(part.account, -share) for part, share in pairs if share]
        giver = (payment.destination_account, total)
        with errors.named("splits"):
            ledger.post(unit, [giver, *lines], kind="split", reference=payment.id)


def order_of(payment: types.Payment, amount: int) -> rail.Order:
    """An amount of a payment on its way from the payer to the payee."""
    return rail.Order(
        payment.id,
        amount,
        payment.source_account,
        payment.destination_account,
        payment.kind,
        payment.description,
    )


def fee_order(unit: Unit, payment: types.Payment, fee: int) -> rail.Order:
    """A fee on its way from whoever bears it to us."""
    payer = payment.fee is not None and payment.fee.bearer == "payer"
    giver = payment.source_account if payer else payment.destination_account
    income = ledger.house_account(unit, lookup.income(payment.currency), payment.currency)
    return rail.Order(payment.id, fee, giver, income, "fee")
