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
CURRENCY: Final = "USD"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def receive_file(unit: Unit, command: commands.ReceiveFile) -> File:
    """Record a file, its verdict and its accounts.

    A refused file may later be accepted, for any accounts; an accepted one stays as it is. A file
    that is refused again is kept as it was.
    """
    if not _SHA256.fullmatch(command.sha256):
        raise rejections.FileInvalid("a SHA-256 is 64 hexadecimal digits", field="sha256")
    if not 0 < len(command.name) <= MAX_NAME or not command.name.isprintable():
        raise rejections.FileInvalid("a file has a printable name", field="name")
    tenant = ledger.tenant(unit)
    account, clearing = _accounts(unit, command)
    key = (tenant.id, command.sha256)
    before = unit.get(FILES, key)
    if before is not None and before.verdict != "refused":
        _as_accepted(before, command, account, clearing)
        return before
    if before is None or command.verdict != "refused":
        unit.record(_received(command, account, clearing))
    return _file(unit, key)


def _received(command: commands.ReceiveFile, account: str, clearing: str) -> events.FileReceived:
    accepted = command.verdict != "refused"
    return events.FileReceived(
        sha256=command.sha256,
        name=command.name,
        verdict=command.verdict,
        batches=command.batches,
        entries=command.entries,
        credit=_text(command.credit),
        debit=_text(command.debit),
        refused_batches=command.refused_batches,
        problems=command.problems,
        account=account if accepted else None,
        clearing=clearing if accepted else None,
        accepted_credit=str(command.accepted_credit),
        accepted_debit=str(command.accepted_debit),
        problem_count=command.problem_count,
    )


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _accounts(unit: Unit, command: commands.ReceiveFile) -> tuple[str, str]:
    """The ids of the company's account and of the one opposite.

    ACH entries are in US dollars (Nacha Operating Rules, Appendix Three, Glossary: Amount).
    """
    found = {
        field: ledger.account(unit, reference, field)
        for field, reference in (("account", command.account), ("clearing", command.clearing))
    }
    for field, account in found.items():
        if account.currency != CURRENCY:
            raise rejections.AccountCurrency(
                f"a NACHA file is in {CURRENCY}, the account in {account.currency}", field=field
            )
    if found["account"].id == found["clearing"].id:
        raise rejections.SameAccount(
            "a file is posted between two different accounts", field="clearing"
        )
    return found["account"].id, found["clearing"].id


def _as_accepted(file: File, command: commands.ReceiveFile, account: str, clearing: str) -> None:
    """Refuse accounts that are not those that the file was accepted for, and other batches."""
    for field, given, kept in (
        ("account", account, file.account),
        ("clearing", clearing, file.clearing),
    ):
        if given != kept:
            before = "for another account" if kept else "when accounts were not yet kept"
            raise rejections.FileAccountDiffers(f"the file was accepted {before}", field=field)
    if command.verdict != "refused" and command.refused_batches != file.refused_batches:
        raise rejections.FileBatchesDiffer(
            "the file was accepted with other batches before", field="refused_batches"
        )


def post_entries(unit: Unit, command: commands.PostEntries) -> commands.Posted:
    """Post entries of an accepted file, between the accounts that it was accepted for."""
    tenant = ledger.tenant(unit)
    known = _SHA256.fullmatch(command.sha256) is not None
    file = unit.get(FILES, (tenant.id, command.sha256)) if known else None
    if file is None or file.account is None or file.clearing is None:
        raise rejections.FileNotAccepted(
            "the file was not received, or was refused", field="sha256"
        )
    if not 0 < len(command.items) <= MAX_ENTRIES or not all(i.change for i in command.items):
        raise rejections.EntriesInvalid(
            "entries come 1 to 10,000 at a time, and each moves money", field="items"
        )
    account = ledger.account(unit, file.account, "account")
    clearing = ledger.account(unit, file.clearing, "clearing")
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
            metadata=_metadata(file_id, item),
        )
        ids.append(posted)
    return commands.Posted(len(ids), unit.now, ids[0], ids[-1], unit.origin.correlation)


def _metadata(file_id: str, item: commands.Item) -> dict[str, str]:
    """Where an entry stood, and what a return returns (Nacha Operating Rules, Appendix Four)."""
    found = {"file": file_id, "batch": str(item.batch), "line": str(item.line)}
    if item.reason:
        found |= {"return_reason": item.reason, "original_trace": item.original}
    return found


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
        account=event.account,
        clearing=event.clearing,
        refused_batches=None if event.account is None else event.refused_batches,
    )
    unit.put(FILES, (tenant, event.sha256), file)


def want_file(unit: Unit, command: commands.ReceiveFile) -> None:
    """Ask for what receiving a file reads."""
    ledger.want_accounts(unit, command.account, command.clearing)
    _want_file(unit, command.sha256)


def want_entries(unit: Unit, command: commands.PostEntries) -> None:
    """Ask for what posting entries reads. The file tells its accounts once it is loaded."""
    file = _want_file(unit, command.sha256)
    named = (file.account, file.clearing) if file is not None else ()
    ledger.want_accounts(unit, *filter(None, named))


def _want_file(unit: Unit, sha256: str) -> File | None:
    """Ask for a file; what is known of it already."""
    if not _SHA256.fullmatch(sha256):
        return None
    key = (unit.origin.tenant, sha256)
    unit.want(FILES, (key,))
    return unit.peek(FILES, key)


def _file(unit: Unit, key: tuple[str, str]) -> File:
    file = unit.get(FILES, key)
    if file is None:
        raise LookupError("an event did not do what it says")
    return file
