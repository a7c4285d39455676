"""The reactions to facts of the rail: what came back, and what banks want corrected."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.bank_accounts import checks, commands, known, types
from culm.bank_accounts.reads import accounts as reads
from culm.facts import fact as fact_
from culm.kernel import ids
from culm.rails.ach.transfers import change_codes, events
from culm.security import sealing
from culm.work import reactor

CORRECTING: Final = frozenset({"C01", "C02", "C03", "C04", "C05", "C06", "C07"})
"""Change codes that correct what is kept of accounts (Nacha Operating Rules, Appendix Five)."""


class Change(msgspec.Struct, frozen=True):
    """What a bank wants corrected, as the rail seals it: what is left out stays."""

    account: str | None = None
    name: str | None = None
    routing: str | None = None
    kind: types.Kind | None = None


async def _note_return(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """Tell the account that a transfer came back."""
    event: events.TransferReturned = fact.event
    if not event.bank_account:
        return None
    return commands.NoteReturn(
        bank_account=event.bank_account, transfer=event.id, reason=event.reason
    )


async def _note_rejections(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """Tell accounts that their deposits were never carried out."""
    event: events.TransfersRejected = fact.event
    return [
        commands.NoteReturn(bank_account=item.purpose, transfer=item.transfer)
        for item in event.transfers
        if ids.is_id(types.PREFIX, item.purpose)
    ]


async def _correct(fact: fact_.Fact[Any], means: reactor.Means) -> reactor.Commands:
    """Open what the bank has corrected and seal the account anew, where it can be right. Whose key
    is destroyed needs no correction any more."""
    event: events.ChangeNoticed = fact.event
    if not event.bank_account:
        return None
    keys = sealing.of(means.db, means.settings)
    key = (await keys.keys(fact.tenant, [event.subject])).get(event.subject)
    row = await reads.find(
        means.db,
        partition=ids.partition_of(event.bank_account),
        tenant=fact.tenant,
        account=event.bank_account,
    )
    if key is None or not row.sealed:
        return None
    change = msgspec.json.decode(key.open(event.sealed, change_codes.ABOUT), type=Change)
    wrong = checks.correction(change.routing, change.account)
    if change == Change() and event.code in CORRECTING:
        wrong = "all"
    if wrong is not None:
        return commands.RefuseCorrection(
            bank_account=event.bank_account, code=event.code, field=wrong
        )
    before = known.open_(key, row.sealed)
    after = known.Known(change.account or before.account, change.name or before.name)
    return commands.CorrectBankAccount(
        bank_account=event.bank_account,
        code=event.code,
        sealed=known.seal(key, after),
        routing=change.routing or row.routing,
        kind=change.kind or row.kind,
        last4=checks.shown(after.account),
    )


def _account(fact: fact_.Fact[Any]) -> str:
    return str(fact.event.bank_account)


RETURNS: Final = reactor.Reactor(
    name="bank-accounts-returns",
    on=(events.TransferReturned,),
    react=_note_return,
    begins="start",
)
REJECTIONS: Final = reactor.Reactor(
    name="bank-accounts-rejections",
    on=(events.TransfersRejected,),
    react=_note_rejections,
    begins="start",
)
CHANGES: Final = reactor.Reactor(
    name="bank-accounts-changes",
    on=(events.ChangeNoticed,),
    react=_correct,
    in_order_of=_account,
    begins="start",
)

REACTORS: Final = (RETURNS, REJECTIONS, CHANGES)
