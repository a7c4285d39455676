"""What becomes of payments themselves: made, authorised, captured, ended."""

from __future__ import annotations

from sys import intern
from typing import Any

import msgspec

from culm.book.unit import Unit
from culm.kernel import ids
from culm.payments import events, terms, transitions, types
from culm.payments.apply import found
from culm.payments.tables import PARTIES, PAYMENTS
from culm.timers import api as timers


def payment_created(unit: Unit, event: events.PaymentCreated, _position: int) -> None:
    """Keep the payment, and who takes part in it."""
    payment = types.Payment(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        kind=event.kind,
        state="created",
        amount=int(event.amount),
        currency=intern(event.currency),
        source=event.source,
        destination=event.destination,
        source_account=event.source_account,
        destination_account=event.destination_account,
        method=event.method,
        fee=None if event.fee is None else _fee(event.fee),
        parts=tuple([types.Part(one.wallet, one.account, int(one.amount)) for one in event.parts]),
        same_day=event.same_day,
        expires=event.expires,
        reference=event.reference,
        description=event.description,
        metadata=event.metadata,
        exchange=None if event.exchange is None else _exchange(event.exchange),
        created=timers.now(unit),
        updated=timers.now(unit),
    )
    unit.put(PAYMENTS, payment.id, payment)
    if payment.expires is not None:
        found.arm(unit, payment, payment.expires)
    _index(unit, event, payment)


def _exchange(exchange: terms.Exchange) -> types.Exchange:
    return types.Exchange(exchange.quote, int(exchange.amount), intern(exchange.currency))


def _index(unit: Unit, event: events.PaymentCreated, payment: types.Payment) -> None:
    """Have the payment found by everybody who takes part in it."""
    named = {event.source, event.destination, event.payer, event.payee}
    for part in event.parts:
        named |= {part.wallet, part.customer}
    named.discard("")
    position = ids.position_of(payment.id)
    for number in sorted(map(ids.number_of, named)):
        row = (unit.partition, payment.tenant, number, payment.number, position)
        unit.insert(PARTIES, row)


def payment_authorised(unit: Unit, event: events.PaymentAuthorised, _position: int) -> None:
    """The whole amount is held."""
    payment = found.move(
        unit,
        found.payment(unit, event.id),
        "authorise",
        authorised=int(event.amount),
        hold=event.hold,
        fee_hold=event.fee_hold,
        expires=event.expires,
        confirmed=timers.now(unit),
    )
    found.arm(unit, payment, event.expires)
    found.count(unit, payment)


def payment_submitted(unit: Unit, event: events.PaymentSubmitted, _position: int) -> None:
    """The rail has it."""
    payment = found.payment(unit, event.id)
    found.disarm(unit, payment)
    payment = found.move(
        unit,
        payment,
        "submit",
        authorised=payment.amount,
        transfer=event.transfer,
        expires=None,
        confirmed=timers.now(unit),
        fee=_charged(payment.fee, event.fee),
    )
    found.count(unit, payment)


def payment_captured(unit: Unit, event: events.PaymentCaptured, _position: int) -> None:
    """Money has moved: all of a payment that is confirmed only now, or a part of it."""
    payment = found.payment(unit, event.id)
    amount = int(event.amount)
    changes: dict[str, Any] = {"captured": payment.captured + amount}
    if event.fee != "0":
        changes["fee"] = _charged(payment.fee, event.fee)
    if event.parts:
        changes["parts"] = _captured(payment.parts, event.parts)
    if payment.expires is not None and not event.more:
        found.disarm(unit, payment)
        changes["expires"] = None
    if payment.state == "created":
        changes |= {"authorised": payment.amount, "confirmed": timers.now(unit)}
        found.count(unit, found.move(unit, payment, "pay", **changes))
    elif payment.state != "authorised":
        found.move(unit, payment, "settle", **changes)
    elif event.more:
        found.move(unit, payment, "capture", **changes)
    else:
        payment = found.move(unit, payment, "complete", **changes)
        if payment.uncaptured:
            found.uncount(unit, payment, times=0)


def payment_closed(unit: Unit, event: events.PaymentClosed, _position: int) -> None:
    """What was captured stays; the rest is let go."""
    payment = found.payment(unit, event.id)
    found.uncount(unit, payment, times=0)
    found.end(unit, payment, "close", fired=event.expired)


def payment_voided(unit: Unit, event: events.PaymentVoided, _position: int) -> None:
    """As far as the wallets are concerned, it never was."""
    _undo(unit, found.payment(unit, event.id), "void", event.fee)


def payment_expired(unit: Unit, event: events.PaymentExpired, _position: int) -> None:
    """As far as the wallets are concerned, it never was."""
    _undo(unit, found.payment(unit, event.id), "expire", fired=True)


def payment_failed(unit: Unit, event: events.PaymentFailed, _position: int) -> None:
    """As far as the wallets are concerned, it never was; it is known why."""
    _undo(unit, found.payment(unit, event.id), "fail", event.fee, failure=event.reason)


def _undo(
    unit: Unit,
    payment: types.Payment,
    happening: transitions.Happening,
    fee: str = "0",
    *,
    fired: bool = False,
    **changes: Any,
) -> None:
    found.uncount(unit, payment, times=1)
    if payment.fee is not None and fee != "0":
        changes["fee"] = _replace(payment.fee, refunded=payment.fee.refunded + int(fee))
    found.end(unit, payment, happening, fired=fired, **changes)


def payment_doubted(unit: Unit, event: events.PaymentDoubted, _position: int) -> None:
    """Wait to be told."""
    found.move(unit, found.payment(unit, event.id), "doubt")


def payment_returned(unit: Unit, event: events.PaymentReturned, _position: int) -> None:
    """The rail has taken the money back already."""
    payment = found.payment(unit, event.id)
    found.move(unit, payment, "return", returned=int(event.amount), failure=event.reason)


def payment_restored(unit: Unit, event: events.PaymentRestored, _position: int) -> None:
    """The receiver keeps the money after all."""
    found.move(unit, found.payment(unit, event.id), "restore", returned=0, failure="")


def _fee(fee: terms.Fee) -> types.Fee:
    return types.Fee(fee.schedule, fee.bearer, fee.refunds, int(fee.amount))


def _charged(fee: types.Fee | None, more: str) -> types.Fee | None:
    return None if fee is None else _replace(fee, taken=fee.taken + int(more))


def _captured(parts: tuple[types.Part, ...], more: tuple[str, ...]) -> tuple[types.Part, ...]:
    pairs = zip(parts, more, strict=True)
    return tuple([_replace(part, captured=part.captured + int(amount)) for part, amount in pairs])


_replace = msgspec.structs.replace
