"""The ledger's door for the contexts above it: pure helpers on a unit, for their decisions."""

from __future__ import annotations

from datetime import datetime

from culm.book.unit import Unit
from culm.ledger import apply, checks, rejections, types
from culm.ledger.decisions import lookup, posting

LedgerRejection = rejections.LedgerRejection


def tenant(unit: Unit) -> types.Tenant:
    """The tenant of the request. Raises `TenantNotFound`."""
    return lookup.tenant(unit)


def account(unit: Unit, reference: str, field: str) -> types.Account:
    """An account of the tenant by id or code; `field` names it in `AccountNotFound`."""
    return lookup.named(unit, reference, field).account


def want_accounts(unit: Unit, *references: str) -> None:
    """Ask for accounts, and their balances, before a decision reads them."""
    lookup.want_accounts(unit, references)


def move(
    unit: Unit,
    *,
    account: types.Account,
    change: int,
    counter: types.Account,
    kind: str,
    reference: str,
    effective: datetime | None,
    metadata: dict[str, str],
) -> str:
    """Book one transaction that changes an account's balance, in its normal sense, by `change`
    minor units against another account. Returns its id.

    Obeys every rule of a transaction: form, balance per currency, closed and frozen accounts,
    closed periods, limits. Raises the rejections of each.
    """
    checks.kind(kind)
    checks.reference(reference)
    checks.metadata(metadata)
    checks.moment(effective, "effective")
    checks.amount(abs(change), "change")
    amount = account.sign * change
    lines = [
        (apply.balance_of(unit, account.id), amount),
        (apply.balance_of(unit, counter.id), -amount),
    ]
    posting.check_lines(lines)
    effective = lookup.effective(unit, effective)
    posting.check_period(lookup.tenant(unit), effective or unit.now)
    posting.check_limits(lines)
    event = posting.record(
        unit,
        lines,
        kind=kind,
        reference=reference,
        effective=effective,
        metadata=metadata,
    )
    return event.id
