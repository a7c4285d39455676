"""Examples of events as they are published, made of those that the contexts give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.facts import cloudevent
from culm.kernel import ids

Json = dict[str, Any]

_ORIGIN: Final = "culm.example"
_TIME: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_POSITION: Final = 9


def examples(catalog: catalog_.Catalog) -> dict[type[event_.Event], Json]:
    """The published form of the contexts' examples, by struct."""
    given = [example for context in catalog for example in context.examples]
    return {type(example): published(example) for example in given}


def published(event: event_.Event) -> Json:
    """An event as a CloudEvent of the tenant acme."""
    id_ = str(getattr(event, "id", ""))
    row = event_.LogRow(
        partition=0,
        position=ids.position_of(id_) if ids.is_any_id(id_) else _POSITION,
        time=_TIME,
        type=event.TYPE,
        version=event.VERSION,
        tenant="acme",
        actor="key_0000000000000021",
        correlation="order-7781",
        causation="",
        body=event_.encode(event).decode(),
    )
    found: Json = msgspec.json.decode(cloudevent.encode(cloudevent.of(row, _ORIGIN)))
    return found
