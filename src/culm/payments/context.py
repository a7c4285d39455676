"""What payments bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.payments import apply, commands, examples, tables, views
from culm.payments.decisions import (
    capturing,
    confirming,
    disputing,
    lookup,
    making,
    news,
    pricing,
    refunding,
)

_PAYMENT: Final = views.Payment
_DISPUTE: Final = views.Dispute
_SCHEDULE: Final = views.FeeSchedule
_NOTED: Final = commands.Noted


def _many(command: news.Many) -> int:
    return max(1, len(command.transfers))


PAYMENTS: Final = Context(
    name="payments",
    tables=(
        tables.PAYMENTS,
        tables.REFUNDS,
        tables.DISPUTES,
        tables.SCHEDULES,
        tables.PRICES,
    ),
    journals=(tables.PARTIES,),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreatePayment, _PAYMENT, making.create_payment, making.want_new),
        Command(commands.ConfirmPayment, _PAYMENT, confirming.confirm_payment, lookup.want_payment),
        Command(commands.CapturePayment, _PAYMENT, capturing.capture_payment, lookup.want_payment),
        Command(commands.VoidPayment, _PAYMENT, capturing.void_payment, lookup.want_payment),
        Command(commands.ExpirePayment, _PAYMENT, capturing.expire_payment, lookup.want_payment),
        Command(
            commands.RefundPayment, views.Refund, refunding.refund_payment, lookup.want_payment
        ),
        Command(commands.TryRefund, views.Refund, refunding.try_refund, refunding.want_trial),
        Command(commands.OpenDispute, _DISPUTE, disputing.open_dispute, disputing.want_opening),
        Command(
            commands.ResolveDispute, _DISPUTE, disputing.resolve_dispute, disputing.want_ending
        ),
        Command(commands.AcceptDispute, _DISPUTE, disputing.accept_dispute, disputing.want_ending),
        Command(
            commands.CreateFeeSchedule,
            _SCHEDULE,
            pricing.create_fee_schedule,
            pricing.want_currency,
        ),
        Command(
            commands.RetireFeeSchedule,
            _SCHEDULE,
            pricing.retire_fee_schedule,
            pricing.want_schedule,
        ),
        Command(commands.NoteSettled, _NOTED, news.note_settled, news.want_many, weight=_many),
        Command(commands.NoteRefused, _NOTED, news.note_refused, news.want_many, weight=_many),
        Command(commands.NoteReturned, _NOTED, news.note_returned, news.want_payment),
        Command(commands.NoteReversal, _NOTED, news.note_reversal, news.want_payment),
        Command(commands.NoteDoubted, _NOTED, news.note_doubted, news.want_many, weight=_many),
    ),
    examples=examples.EXAMPLES,
)
