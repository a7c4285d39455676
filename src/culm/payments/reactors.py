"""The reactions of payments to the facts of the bank's rail. They talk to nobody: each fact is told
to the payments that it is about. News may come in any order; the decisions are made for that."""

from __future__ import annotations

from typing import Any, Final

from culm.facts import fact as fact_
from culm.kernel import ids
from culm.payments import commands, types
from culm.rails.ach.transfers import events
from culm.work import reactor

REFUSED: Final = "refused_by_bank"
"""Why a payment failed that never reached its receiver's bank; what comes back has its code."""


def _carried(transfers: Any) -> commands.Carried:
    """Those of a fact's transfers that are payments."""
    pairs = [(item.purpose, item.transfer) for item in transfers]
    return tuple([pair for pair in pairs if ids.is_id(types.PREFIX, pair[0])])


async def _settled(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """Transfers of a batch have settled."""
    event: events.BatchSettled = fact.event
    carried = _carried(event.transfers)
    return commands.NoteSettled(transfers=carried) if carried else None


async def _rejected(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """Transfers of a batch will not be carried out."""
    event: events.TransfersRejected = fact.event
    carried = _carried(event.transfers)
    return commands.NoteRefused(transfers=carried, reason=REFUSED) if carried else None


async def _doubted(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """Nobody knows whether the bank has them."""
    event: events.TransfersInDoubt = fact.event
    carried = _carried(event.transfers)
    return commands.NoteDoubted(transfers=carried) if carried else None


async def _returned(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """A transfer came back: before it settled, or after."""
    event: events.TransferReturned = fact.event
    if not ids.is_id(types.PREFIX, event.purpose):
        return None
    if event.kind == "reversal":
        return commands.NoteReversal(payment=event.purpose, reversal=event.id)
    if not event.settled_before:
        carried = ((event.purpose, event.id),)
        return commands.NoteRefused(transfers=carried, reason=event.reason)
    return commands.NoteReturned(
        payment=event.purpose,
        transfer=event.id,
        reason=event.reason,
        shortfall=event.shortfall,
        unclaimed=event.unclaimed,
    )


async def _reversed(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """The reversal of a transfer has settled."""
    event: events.TransferReversed = fact.event
    if not ids.is_id(types.PREFIX, event.purpose):
        return None
    return commands.NoteReversal(payment=event.purpose, reversal=event.reversal)


SETTLED: Final = reactor.Reactor(
    name="payments-settled", on=(events.BatchSettled,), react=_settled, begins="start"
)
REJECTED: Final = reactor.Reactor(
    name="payments-rejected", on=(events.TransfersRejected,), react=_rejected, begins="start"
)
DOUBTED: Final = reactor.Reactor(
    name="payments-doubted", on=(events.TransfersInDoubt,), react=_doubted, begins="start"
)
RETURNED: Final = reactor.Reactor(
    name="payments-returned", on=(events.TransferReturned,), react=_returned, begins="start"
)
REVERSED: Final = reactor.Reactor(
    name="payments-reversed", on=(events.TransferReversed,), react=_reversed, begins="start"
)

REACTORS: Final = (SETTLED, REJECTED, DOUBTED, RETURNED, REVERSED)
