"""Judging the entries of a batch: each becomes a payment, or is refused with a code.

What the refusal of one entry had recorded is undone, and its neighbours are not disturbed.
"""

from __future__ import annotations

from culm.batches import checks, commands, events, rejections, terms, types, views
from culm.batches.decisions import batches
from culm.batches.tables import BATCHES
from culm.book.unit import Unit
from culm.kernel import errors
from culm.payments import api as payments


def judge(unit: Unit, command: commands.JudgeEntries) -> views.Record:
    """Make payments of a part's entries. When it is the last part, the batch is processed."""
    checks.part(command)
    batch = batches.batch_of(unit, command.batch)
    if batch.state not in ("received", "processing"):
        raise rejections.BatchInvalid("batch")
    mark = unit.mark()
    judged = []
    for entry in command.entries:
        judged.append(_judge(unit, batch, entry))
        if judged[-1].code and batch.mode == "all":
            unit.rewind(mark)
            unit.record(events.BatchRefused(batch.id, judged[-1].code, entry.line))
            return batches.view(unit, batch.id)
    unit.record(events.EntriesJudged(batch.id, command.part, command.parts, tuple(judged)))
    _end(unit, batches.batch_of(unit, batch.id))
    return batches.view(unit, batch.id)


def _judge(unit: Unit, batch: types.Batch, entry: commands.Entry) -> terms.Judged:
    """Make a payment of one entry, or say why not."""
    amount = str(entry.amount)
    if entry.code:
        return terms.Judged(entry.line, amount, code=entry.code, field=entry.field)
    mark = unit.mark()
    try:
        payment = payments.create(unit, _new(batch, entry), outsider=_outsider(entry))
    except errors.CulmError as refusal:
        unit.rewind(mark)
        field = refusal.field or ""
        return terms.Judged(entry.line, amount, code=refusal.code, field=field)
    return terms.Judged(entry.line, amount, payment)


def _new(batch: types.Batch, entry: commands.Entry) -> payments.New:
    to_wallet = entry.to.startswith("wal_")
    return payments.New(
        kind="transfer" if to_wallet else "payout",
        amount=entry.amount,
        currency=batch.currency,
        source=batch.source,
        destination=entry.to,
        same_day=batch.same_day and not to_wallet,
        reference=batch.id,
        description=entry.description,
    )


def _outsider(entry: commands.Entry) -> payments.Outsider | None:
    if entry.payee is None:
        return None
    return payments.Outsider(entry.payee, entry.sec, entry.identification)


def _end(unit: Unit, batch: types.Batch) -> None:
    if batch.taken == batch.parts:
        unit.record(
            events.BatchProcessed(
                id=batch.id,
                accepted=batch.accepted,
                refused=batch.refused,
                accepted_amount=str(batch.accepted_amount),
                refused_amount=str(batch.refused_amount),
            )
        )


def want_part(unit: Unit, command: commands.JudgeEntries) -> None:
    """Ask for a batch, and once it is there for what paying its entries reads."""
    unit.want(BATCHES, [command.batch])
    batch = unit.peek(BATCHES, command.batch)
    if batch is None:
        return
    asked: set[str] = set()
    for entry in command.entries:
        if entry.to not in asked and not entry.code:
            asked.add(entry.to)
            payments.want_new(unit, _new(batch, entry))
