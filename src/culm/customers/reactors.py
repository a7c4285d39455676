"""The reactions to facts of customers."""

from __future__ import annotations

from typing import Any, Final

from culm.customers import events
from culm.facts import fact as fact_
from culm.security import sealing
from culm.work import reactor


async def _destroy(fact: fact_.Fact[Any], means: reactor.Means) -> None:
    """Destroy the key of who was erased. The route does so at once; this is for when it could
    not, since what the log says has to become true."""
    keys = sealing.of(means.db, means.settings)
    await keys.destroy(fact.tenant, fact.event.subject)


ERASE: Final = reactor.Reactor(
    name="customers-erase", on=(events.CustomerErased,), react=_destroy, begins="start"
)

REACTORS: Final = (ERASE,)
