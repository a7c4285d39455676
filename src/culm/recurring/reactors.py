"""The reactions of recurring payments to the facts of payments: what a payer's bank sends back may
end the mandate by which it was collected. They talk to nobody."""

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


CAME_BACK: Final = reactor.Reactor(
    name="recurring-came-back",
    on=(events.PaymentReturned, events.PaymentFailed),
    react=_came_back,
    begins="start",
)

REACTORS: Final = (CAME_BACK,)
