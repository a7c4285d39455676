"""How the ACH rail decides: a file is recorded before its entries are posted, and the entries of
one command are posted all or none, so that a file can be taken up again where it was left."""

from __future__ import annotations

import re
from typing import Final

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach import commands, events, rejections
from culm.rails.ach.tables import FILES, File

MAX_ENTRIES: Final = 10_000
MAX_NAME: Final = 255
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def receive_file(unit: Unit, command: commands.ReceiveFile) -> File:
    """Record a file and its verdict. A refused file may later be accepted, never the reverse."""
    if not _SHA256.fullmatch(command.sha256):
        raise rejections.FileInvalid("a SHA-256 is 64 hexadecimal digits", field="sha256")
    if not 0 < len(command.name) <= MAX_NAME or not command.name.isprintable():
        raise rejections.FileInvalid("a file has a printable name", field="name")
    tenant = ledger.tenant(unit)
    key = (tenant.id, command.sha256)
    before = unit.get(FILES, key)
    if before is not None and before.verdict != "refused":
        return before
    event = events.FileReceived(
        sha256=command.sha256,
        name=command.name,
        verdict=command.verdict,
        batches=command.batches,
        entries=command.entries,
        credit=str(command.credit),
        debit=str(command.debit),
        refused_batches=command.refused_batches,
        problems=command.problems,
    )
    unit.record(event)
    return _file(unit, key)


def post_entries(unit: Unit, command: commands.PostEntries) -> commands.Posted:
    """Post entries of an accepted file."""
    tenant = ledger.tenant(unit)
    known = _SHA256.fullmatch(command.sha256) is not None
    file = unit.get(FILES, (tenant.id, command.sha256)) if known else None
    if file is None or file.verdict == "refused":
        raise rejections.FileNotAccepted(
            "the file was not received, or was refused", field="sha256"
        )
    if not 0 < len(command.items) <= MAX_ENTRIES or not all(i.change for i in command.items):
        raise rejections.EntriesInvalid(
            "entries come 1 to 10,000 at a time, and each moves money", field="items"
        )
    account = ledger.account(unit, command.account, "account")
    clearing = ledger.account(unit, command.clearing, "clearing")
    file_id = command.sha256[:16]
    ids = []
    for item in command.items:
        posted = ledger.move(
            unit,
            account=account,
            change=item.change,
            counter=clearing,
            kind=item.kind,
            reference=item.trace,
            effective=item.effective,
            metadata={"file": file_id, "batch": str(item.batch), "line": str(item.line)},
        )
        ids.append(posted)
    return commands.Posted(len(ids), unit.now, ids[0], ids[-1])


def file_received(unit: Unit, event: events.FileReceived, _position: int) -> None:
    """Keep the file under its content."""
    tenant = unit.origin.tenant
    file = File(
        tenant=tenant,
        sha256=event.sha256,
        name=event.name,
        verdict=event.verdict,
        entries=event.entries,
        received=unit.now,
    )
    unit.put(FILES, (tenant, event.sha256), file)


def want_file(unit: Unit, command: commands.ReceiveFile) -> None:
    """Ask for what receiving a file reads."""
    ledger.want_accounts(unit)
    _want_file(unit, command.sha256)


def want_entries(unit: Unit, command: commands.PostEntries) -> None:
    """Ask for what posting entries reads."""
    ledger.want_accounts(unit, command.account, command.clearing)
    _want_file(unit, command.sha256)


def _want_file(unit: Unit, sha256: str) -> None:
    if _SHA256.fullmatch(sha256):
        unit.want(FILES, ((unit.origin.tenant, sha256),))


def _file(unit: Unit, key: tuple[str, str]) -> File:
    file = unit.get(FILES, key)
    if file is None:
        raise LookupError("an event did not do what it says")
    return file
