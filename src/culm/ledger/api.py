"""The ledger's door for the contexts above it: pure helpers on a unit, for their decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from culm.book.unit import Unit
from culm.ledger import apply, checks, commands, rejections, types
from culm.ledger.decisions import accounts, holds, lookup, posting, reversal
from culm.ledger.tables import HOLDS
from culm.timers import api as timers

LedgerRejection = rejections.LedgerRejection
TenantNotFound = rejections.TenantNotFound
InsufficientFunds = rejections.InsufficientFunds

HOLDING: Final[tuple[type[LedgerRejection], ...]] = (
    rejections.AccountClosed,
    rejections.AccountFrozen,
    rejections.InsufficientFunds,
    rejections.MaximumExceeded,
    rejections.BalanceOutOfRange,
)
"""Why a hold between accounts that are there may be refused."""

check_amount: Final = checks.amount
check_reference: Final = checks.reference
check_metadata: Final = checks.metadata
check_moment: Final = checks.moment
"""The form of what contexts above are asked in the ledger's words, refused in its words too."""

Account = types.Account
Balance = types.Balance
Hold = types.Hold

Lines = Sequence[tuple[str, int]]
"""Postings: the id of an account, and minor units; a debit is positive."""


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


def find_account(unit: Unit, reference: str) -> types.Account | None:
    """An account of the tenant by id or code, if there is one."""
    found = lookup.balance(unit, reference)
    return None if found is None else found.account


def balance(unit: Unit, account_id: str) -> types.Balance:
    """An account of the tenant, and what is posted and held on it."""
    return lookup.named(unit, account_id, "account")


def open_account(
    unit: Unit,
    *,
    code: str,
    currency: str,
    minimum: int | None = None,
    maximum: int | None = None,
    metadata: dict[str, str] | None = None,
) -> str:
    """Open an account under a code that is free. Returns its id.

    Raises `TenantNotFound`, `AccountExists`, `CurrencyUnknown`, and what the form of each breaks.
    """
    command = commands.OpenAccount(
        code=code,
        currency=currency,
        minimum=_limit(minimum),
        maximum=_limit(maximum),
        metadata=metadata or {},
    )
    return accounts.open_account(unit, command).id


def require_currency(unit: Unit, code: str, field: str) -> None:
    """Refuse what no account can be kept in, with `CurrencyUnknown`, naming the field."""
    if not lookup.is_currency(unit, code):
        raise rejections.CurrencyUnknown(field)


def house_account(unit: Unit, code: str, currency: str) -> str:
    """The id of the account that the house itself keeps under a code, opened when it is first
    needed. Raises what `open_account` raises."""
    found = find_account(unit, code)
    return open_account(unit, code=code, currency=currency) if found is None else found.id


def freeze_account(unit: Unit, account_id: str, freeze: types.Freeze) -> None:
    """Let an account move in no direction, or in some, or in both again (`none`)."""
    if account(unit, account_id, "account").freeze != freeze:
        accounts.update_account(unit, commands.UpdateAccount(account=account_id, freeze=freeze))


def close_account(unit: Unit, account_id: str) -> None:
    """Close an account for good. Raises `AccountHasHolds`, `AccountNotEmpty`, `AccountClosed`."""
    accounts.close_account(unit, commands.CloseAccount(account=account_id))


def scale(unit: Unit, code: str, field: str) -> int:
    """How many digits after the point a currency or an asset of the tenant's has. Raises
    `CurrencyUnknown`, naming the field."""
    found = lookup.scale(unit, code)
    if found is None:
        raise rejections.CurrencyUnknown(field)
    return found


def post(
    unit: Unit,
    lines: Lines,
    *,
    kind: str,
    reference: str = "",
    effective: datetime | None = None,
    metadata: dict[str, str] | None = None,
    despite_freeze: bool = False,
) -> str:
    """Book one transaction of two postings or more that balance in every currency. Returns its id.

    Obeys every rule of a transaction, and raises its rejections; what has moved outside already is
    posted `despite_freeze`.
    """
    metadata = metadata or {}
    checks.kind(kind)
    checks.reference(reference)
    checks.metadata(metadata)
    checks.moment(effective, "effective")
    tenant_ = lookup.tenant(unit)
    drawn = [(lookup.named(unit, one, "account"), amount) for one, amount in lines]
    if despite_freeze:
        posting.check_balanced(drawn)
        posting.check_open(drawn)
    else:
        posting.check_lines(drawn)
    effective = lookup.effective(unit, effective)
    posting.check_period(tenant_, effective or unit.now)
    posting.check_limits(drawn)
    booked = posting.record(
        unit, drawn, kind=kind, reference=reference, effective=effective, metadata=metadata
    )
    return booked.id


def reverse(unit: Unit, transaction: str, *, amount: int | None = None, reference: str = "") -> str:
    """Book the opposite of a transaction: of all that is left of it, or of `amount` where it has
    two postings. Returns the id. Raises the rejections of a reversal."""
    command = commands.ReverseTransaction(
        transaction=transaction,
        amount=None if amount is None else str(amount),
        reference=reference,
    )
    return reversal.reverse_transaction(unit, command).id


def place_hold(
    unit: Unit,
    *,
    debit: str,
    credit: str,
    amount: int,
    owner: str,
    expires: datetime | None = None,
    reference: str = "",
    metadata: dict[str, str] | None = None,
) -> str:
    """Reserve an amount on its way from one account to another. Returns the hold's id. Only its
    `owner`, a context above, captures and releases it.

    Raises the rejections of a hold: `InsufficientFunds`, `AccountFrozen`, ...
    """
    command = commands.PlaceHold(
        debit=debit,
        credit=credit,
        amount=str(amount),
        expires=expires,
        reference=reference,
        metadata=metadata or {},
    )
    return holds.place_hold(unit, command, owner=owner).id


def hold(unit: Unit, hold_id: str) -> types.Hold:
    """One of the tenant's holds. Raises `HoldNotFound`."""
    return holds.hold_of(unit, hold_id)


def capture_hold(
    unit: Unit,
    hold_id: str,
    *,
    owner: str,
    amount: int | None = None,
    release_rest: bool = False,
    kind: str = "capture",
    reference: str = "",
    effective: datetime | None = None,
    metadata: dict[str, str] | None = None,
    despite_freeze: bool = False,
) -> str:
    """Post a hold, or a part of it. Returns the transaction's id. Raises `HoldNotOpen`,
    `HoldExpired`, `AmountExceedsHold`, and what forbids the accounts to move; a freeze does not
    forbid what has moved outside already, and is posted `despite_freeze`."""
    command = commands.CaptureHold(
        hold=hold_id,
        amount=None if amount is None else str(amount),
        release_rest=release_rest,
        kind=kind,
        reference=reference,
        effective=effective,
        metadata=metadata or {},
    )
    return holds.capture_hold(unit, command, owner=owner, despite_freeze=despite_freeze).id


def release_hold(unit: Unit, hold_id: str, *, owner: str) -> None:
    """Give back what remains of a hold. Raises `HoldNotFound`, `HoldInUse`, `HoldNotOpen`."""
    holds.release_hold(unit, commands.ReleaseHold(hold=hold_id), owner=owner)


def want_holds(unit: Unit, *hold_ids: str) -> None:
    """Ask for holds, and once they are there for their accounts, before a decision reads them."""
    lookup.want_tenant(unit)
    unit.want(HOLDS, hold_ids)
    known = list(filter(None, [unit.peek(HOLDS, one) for one in hold_ids]))
    lookup.want_accounts(unit, {side for one in known for side in (one.debit, one.credit)})
    timers.want_timers(unit, *[apply.expiry_of(one) for one in known if one.expires])


def _limit(value: int | None) -> str | None:
    return None if value is None else str(value)
