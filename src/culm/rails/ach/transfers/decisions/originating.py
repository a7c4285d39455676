"""Ordering transfers, and withdrawing them before they are sent."""

from __future__ import annotations

from culm.book.unit import Unit
from culm.ledger import api as ledger
from culm.rails.ach.odfi import decisions as odfi
from culm.rails.ach.odfi import types as odfi_types
from culm.rails.ach.transfers import checks, events, money, rejections, transitions, types
from culm.rails.ach.transfers.tables import DISHONOURS, TRANSFERS
from culm.rails.ach.windows import decisions as windows
from culm.rails.ach.windows import types as window_types


def originate(unit: Unit, order: types.Order) -> str:
    """Queue a transfer for the next cut-off, and hold its money. Returns its id.

    Raises `OrderInvalid`, `SameDayLimit`, `AchNotConfigured`, `TransferCurrency`,
    `SameDayNotOffered`, and the rejections of a hold.
    """
    checks.order(order)
    terms = odfi.terms_of(unit)
    account = ledger.account(unit, order.account, "account")
    if account.currency != money.CURRENCY:
        raise rejections.TransferCurrency("a transfer is in USD", field="account")
    return queue(unit, order, account=account.id, terms=terms)


def queue(
    unit: Unit,
    order: types.Order,
    *,
    account: str,
    terms: odfi_types.AchTerms,
    kind: types.Kind = "payment",
    original: str = "",
) -> str:
    """Hold the money of a transfer and let it wait for the next cut-off."""
    window = windows.current(unit, terms, service_of(order))
    hold = money.hold(unit, order, account=account)
    payee = order.payee
    event = events.TransferQueued(
        id=unit.new_id(types.PREFIX),
        purpose=order.purpose,
        direction=order.direction,
        amount=str(order.amount),
        account=account,
        hold=hold,
        window=window.id,
        subject=payee.subject,
        sealed=payee.sealed,
        routing=payee.routing,
        account_kind=payee.kind,
        sec=order.sec,
        description=order.description,
        bank_account=payee.bank_account,
        identification=order.identification,
        recurring=order.recurring,
        kind=kind,
        original=original,
    )
    unit.record(event)
    return event.id


def follow(
    unit: Unit,
    about: types.Transfer,
    *,
    kind: types.Kind,
    direction: types.Direction,
    amount: int,
    account: str,
    description: str,
) -> str:
    """Queue an entry about another one, to the same payee. Returns its id."""
    order = types.Order(
        purpose=about.purpose,
        direction=direction,
        amount=amount,
        account=about.account,
        payee=types.Payee(
            bank_account=about.bank_account,
            subject=about.subject,
            sealed=about.sealed,
            routing=about.routing,
            kind=about.account_kind,
        ),
        sec=about.sec,
        description=description,
        identification=about.identification,
        recurring=about.recurring,
        metadata=ledger.hold(unit, about.hold).metadata,
    )
    terms = odfi.terms_of(unit)
    return queue(unit, order, account=account, terms=terms, kind=kind, original=about.id)


def service_of(order: types.Order) -> window_types.Service:
    """Which cut-offs a transfer waits for."""
    return "same_day" if order.same_day else "standard"


def cancel(unit: Unit, transfer_id: str) -> bool:
    """Withdraw a transfer that is still queued, and release its hold; whether it was. The rail's
    own answer to a late return is not withdrawn.

    Raises `TransferNotFound`.
    """
    transfer = transfer_of(unit, transfer_id)
    if transitions.after(transfer.state, "cancel") is None or transfer.kind == "dishonour":
        return False
    money.release(unit, transfer)
    amount = str(transfer.amount)
    unit.record(events.TransferCancelled(transfer.id, transfer.purpose, amount))
    return True


def transfer_of(unit: Unit, transfer_id: str) -> types.Transfer:
    """One of the tenant's transfers. Raises `TransferNotFound`."""
    transfer = unit.get(TRANSFERS, transfer_id)
    if transfer is None or transfer.tenant != unit.origin.tenant:
        raise rejections.TransferNotFound("there is no such transfer", field="transfer")
    return transfer


def reversal_of(unit: Unit, transfer_id: str) -> types.Transfer | None:
    """The reversal of one of the tenant's transfers. Raises `TransferNotFound`."""
    followed = transfer_of(unit, transfer_id).followed
    found = unit.get(TRANSFERS, followed) if followed else None
    return found if found is not None and found.kind == "reversal" else None


def is_apart(unit: Unit, dishonour: types.Transfer) -> bool:
    """Whether a dishonour is of a return whose money was set apart."""
    said = unit.get(DISHONOURS, dishonour.id)
    return said is not None and said.apart


def want_order(unit: Unit, order: types.Order) -> None:
    """Ask for what ordering a transfer reads."""
    ledger.want_accounts(unit, order.account, money.BANK)
    odfi.want_terms(unit)
    windows.want_current(unit, service_of(order))


def want_only(unit: Unit, *transfer_ids: str) -> None:
    """Ask for transfers alone."""
    ledger.want_accounts(unit)
    unit.want(TRANSFERS, transfer_ids)


def want_transfers(unit: Unit, *transfer_ids: str) -> None:
    """Ask for transfers, and once they are there, for their windows, holds and accounts."""
    ledger.want_accounts(unit, *money.HOUSE)
    unit.want(TRANSFERS, transfer_ids)
    known = list(filter(None, [unit.peek(TRANSFERS, one) for one in transfer_ids]))
    unit.want(TRANSFERS, {one.original for one in known if one.original})
    unit.want(TRANSFERS, {one.followed for one in known if one.followed})
    unit.want(DISHONOURS, {one.id for one in known if one.kind == "dishonour"})
    ledger.want_holds(unit, *{one.hold for one in known})
    ledger.want_accounts(unit, *{one.account for one in known})
    windows.want_windows(unit, *{one.window for one in known})
