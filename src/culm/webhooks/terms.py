"""What the fields of the facts of webhooks are, in words that go into their schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from culm.webhooks import types

EndpointId = Annotated[
    str, Meta(description="The id of an endpoint: `whe_` and 16 hexadecimal digits.")
]
EventId = Annotated[str, Meta(description="The id of an event: `evt_` and 16 hexadecimal digits.")]
ReplayId = Annotated[str, Meta(description="The id of a replay: `rpl_` and 16 hexadecimal digits.")]
Url = Annotated[str, Meta(description="Where deliveries are sent.")]
EventTypes = Annotated[
    tuple[str, ...],
    Meta(description="What the endpoint is told of: types, or `context.*`; none is everything."),
]
Payload = Annotated[
    types.Payload, Meta(description="Whether events are sent whole, or by their id alone.")
]
Signature = Annotated[types.Signature, Meta(description="How deliveries are signed.")]
Description = Annotated[str, Meta(description="What its owner calls it; empty for nothing.")]
Reason = Annotated[types.Reason, Meta(description="Why the endpoint is disabled.")]
Generation = Annotated[int, Meta(description="The number of the secret, from 1.")]
Attempt = Annotated[
    int, Meta(description="The number of the attempt, from 1; a new round of them counts on.")
]
Begins = Annotated[bool, Meta(description="Whether the attempt is the first of a new round.")]
Position = Annotated[int, Meta(description="A position in the log of the partition.")]
Again = Annotated[bool, Meta(description="Whether events that were delivered are sent once more.")]
Moment = Annotated[datetime, Meta(tz=True, description="A moment, in UTC.")]
