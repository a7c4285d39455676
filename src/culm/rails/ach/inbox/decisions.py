"""What is decided about the bank's files."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach.inbox import commands, events, types
from culm.rails.ach.inbox.tables import BANK_FILES


def finish(unit: Unit, command: commands.FinishBankFile) -> types.BankFile | None:
    """Remember a file by what it holds; one that is known stays as it is."""
    key = (ledger.tenant(unit).id, command.sha256)
    if unit.get(BANK_FILES, key) is None:
        unit.record(
            events.BankFileTaken(
                name=command.name,
                sha256=command.sha256,
                kind=command.kind,
                returns=command.returns,
                changes=command.changes,
                reason=command.reason,
            )
        )
    return unit.get(BANK_FILES, key)


def want(unit: Unit, command: commands.FinishBankFile) -> None:
    """Ask for what finishing reads."""
    ledger.want_accounts(unit)
    unit.want(BANK_FILES, ((unit.origin.tenant, command.sha256),))


def taken(unit: Unit, event: events.BankFileTaken, _position: int) -> None:
    """Keep the file under its content."""
    file = types.BankFile(
        tenant=unit.origin.tenant,
        sha256=event.sha256,
        name=event.name,
        kind=event.kind,
        returns=event.returns,
        changes=event.changes,
        taken=unit.now,
    )
    unit.put(BANK_FILES, (file.tenant, file.sha256), file)
