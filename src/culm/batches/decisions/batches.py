"""Batches: received, judged part by part, processed or refused."""

from __future__ import annotations

from culm.batches import checks, commands, events, rejections, types, views
from culm.batches.tables import BATCHES, SEEN
from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.wallets import api as wallets


def receive(unit: Unit, command: commands.ReceiveBatch) -> views.Record:
    """Keep a batch for its entries to be judged."""
    checks.received(command)
    ledger.check_reference(command.reference)
    ledger.tenant(unit)
    wallets.account(unit, command.source, command.currency, direction="out", field="source")
    _require_new(unit, command)
    event = events.BatchReceived(
        id=unit.new_id(types.PREFIX),
        source=command.source,
        currency=command.currency,
        format=command.format,
        sha256=command.sha256,
        subject=command.subject,
        content=command.content,
        mode=command.mode,
        same_day=command.same_day,
        reference=command.reference,
    )
    unit.record(event)
    return view(unit, event.id)


def _require_new(unit: Unit, command: commands.ReceiveBatch) -> None:
    """The same content is not paid twice by mistake. One that was refused was not paid."""
    before = unit.get(SEEN, (unit.origin.tenant, command.sha256))
    if before is None or command.again or batch_of(unit, before).state == "refused":
        return
    raise rejections.BatchDuplicate(
        "again", message=f"The same content came before, as {before}. If it is meant, say again."
    )


def refuse(unit: Unit, command: commands.RefuseBatch) -> views.Record:
    """Refuse a batch of which nothing was judged yet; one that was is left alone."""
    if batch_of(unit, command.batch).state == "received":
        unit.record(events.BatchRefused(command.batch, command.reason, command.line))
    return view(unit, command.batch)


def batch_of(unit: Unit, batch_id: str) -> types.Batch:
    """One of the tenant's batches. Raises `BatchNotFound`."""
    found = unit.get(BATCHES, batch_id)
    if found is None or found.tenant != unit.origin.tenant:
        raise rejections.BatchNotFound("batch")
    return found


def view(unit: Unit, batch_id: str) -> views.Record:
    """A batch as its commands answer it."""
    found = batch_of(unit, batch_id)
    return views.Record(views.batch(found), found.content)


def want_new(unit: Unit, command: commands.ReceiveBatch) -> None:
    """Ask for what receiving a batch reads."""
    wallets.want_wallets(unit, command.source)
    key = (unit.origin.tenant, command.sha256)
    unit.want(SEEN, [key])
    if before := unit.peek(SEEN, key):
        unit.want(BATCHES, [before])


def want_known(unit: Unit, command: commands.RefuseBatch) -> None:
    """Ask for a batch."""
    unit.want(BATCHES, [command.batch])
