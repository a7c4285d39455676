"""Telling what a transaction did to a wallet: which kind of thing it was, and who was on the other
side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from culm.ledger import events
from culm.ledger import views as ledger_views
from culm.wallets import types, views, wording

FEES: Final = "income:fees:"
"""How the codes of the accounts begin on which fees are earned."""

BANK: Final = "assets:bank:"
"""How the codes of our own accounts at banks begin."""

PAYMENT: Final = "payment"
DESCRIPTION: Final = "description"
KIND: Final = "kind"
"""The names, in a transaction's metadata, of the payment that it is of, of what it was for, and of
the payment's kind where a rail of banks moved it."""


class Moved(NamedTuple):
    """What a transaction did to a wallet's account in one currency, in minor units: the change, and
    what was there after it."""

    account: str
    currency: str
    entry: int
    amount: int
    balance: int
    effective: datetime
    recorded: datetime
    transaction: events.TransactionPosted


class Parties(NamedTuple):
    """Who is behind the accounts of some transactions: codes and wallets, by their ids."""

    codes: dict[str, str]
    wallets: dict[str, views.Counterparty]


def line(moved: Moved, parties: Parties) -> views.WalletTransaction:
    """The line of a wallet's history that says it."""
    booked = moved.transaction
    of = booked.metadata.get(KIND, "")
    kind = kind_of(moved, parties.codes)
    other = None if kind == "fee" else _other(moved, parties)
    who = _sold_or_bought(moved) if kind == "exchange" else _called(other)
    return views.WalletTransaction(
        id=booked.id,
        entry=moved.entry,
        kind=kind,
        title=wording.title(kind, inward=moved.amount > 0, who=who, of=of),
        description=booked.metadata.get(DESCRIPTION, ""),
        currency=moved.currency,
        amount=str(moved.amount),
        balance=str(moved.balance),
        counterparty=other,
        payment=booked.metadata.get(PAYMENT) or _payment(booked.reference),
        reference=booked.reference,
        effective=moved.effective,
        recorded=moved.recorded,
    )


def held(wallet: types.Wallet, hold: ledger_views.Hold, parties: Parties) -> views.WalletHold:
    """What a hold on one of a wallet's accounts is to its owner."""
    inward = parties.codes[hold.credit] in wallet.codes
    code = parties.codes[hold.debit if inward else hold.credit]
    other = parties.wallets.get(types.wallet_of(code) or "")
    bank = code.startswith(BANK)
    return views.WalletHold(
        id=hold.id,
        direction="in" if inward else "out",
        title=wording.pending(inward=inward, who=_called(other), bank=bank),
        description=hold.metadata.get(DESCRIPTION, ""),
        currency=hold.currency,
        amount=hold.remaining,
        counterparty=other,
        payment=hold.metadata.get(PAYMENT) or _payment(hold.reference),
        expires=hold.expires,
        placed=hold.placed,
    )


def kind_of(moved: Moved, codes: Mapping[str, str]) -> str:
    """What kind of thing a transaction was to a wallet, told by the codes of its accounts."""
    booked = moved.transaction
    if _is_fee(moved, codes):
        return "fee"
    return wording.kind(booked.kind, of=booked.metadata.get(KIND, ""))


def _is_fee(moved: Moved, codes: Mapping[str, str]) -> bool:
    """Whether a line of a larger transaction is the fee that was earned with it."""
    lines = moved.transaction.postings
    return len(lines) > 2 and any(
        codes.get(account, "").startswith(FEES) and int(amount) == moved.amount
        for account, amount, currency in lines
        if currency == moved.currency
    )


def _other(moved: Moved, parties: Parties) -> views.Counterparty | None:
    """The first wallet on the other side of the transaction: what came in here went out there.

    A wallet's account grows with credits, and a posting's debit is positive.
    """
    own = types.wallet_of(parties.codes.get(moved.account, ""))
    for account, amount, currency in moved.transaction.postings:
        opposite = currency == moved.currency and (int(amount) > 0) == (moved.amount > 0)
        wallet = types.wallet_of(parties.codes.get(account, ""))
        if opposite and wallet and wallet != own:
            return parties.wallets.get(wallet)
    return None


def _called(other: views.Counterparty | None) -> str:
    return "" if other is None else other.name or other.wallet


def _sold_or_bought(moved: Moved) -> str:
    """The other currency of an exchange."""
    others = [line[2] for line in moved.transaction.postings if line[2] != moved.currency]
    return others[0] if others else ""


def _payment(reference: str) -> str | None:
    return reference if reference.startswith("pay_") else None
