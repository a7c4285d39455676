"""The reactions of recurring payments to the facts of payments: what a payer's bank sends back may
end the mandate by which it was collected, and what never moved counts no more in the month. They
talk to nobody."""

from __future__ import annotations

from typing import Any, Final

from culm.facts import fact as fact_
from culm.payments import events
from culm.recurring import commands
from culm.recurring.decisions import mandates
from culm.work import reactor


async def _came_back(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """A payment was returned, or failed with the return code of a bank."""
    event: events.PaymentReturned | events.PaymentFailed = fact.event
    if event.reason not in mandates.DISOWNED:
        return None
    return commands.NoteReturn(payment=event.id, reason=event.reason)


async def _undone(fact: fact_.Fact[Any], _means: reactor.Means) -> reactor.Commands:
    """A payment failed, or was taken back, before money had moved."""
    event: events.PaymentFailed | events.PaymentVoided = fact.event
    return commands.NoteUndone(payment=event.id)


CAME_BACK: Final = reactor.Reactor(
    name="recurring-came-back",
    on=(events.PaymentReturned, events.PaymentFailed),
    react=_came_back,
    begins="start",
)

UNDONE: Final = reactor.Reactor(
    name="recurring-undone",
    on=(events.PaymentFailed, events.PaymentVoided),
    react=_undone,
    begins="start",
)

REACTORS: Final = (CAME_BACK, UNDONE)
