"""What the fields of the facts of access are, in words that go into their schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from culm.access import types

KeyId = Annotated[str, Meta(description="The id of a key: `key_` and 16 hexadecimal digits.")]
Name = Annotated[str, Meta(description="What its owner calls it.")]
Sandbox = Annotated[bool, Meta(description="Whether its tenant is one of the sandbox.")]
Scopes = Annotated[
    tuple[str, ...], Meta(description="What it may do: `read`, `write`, or these of a context.")
]
Addresses = Annotated[
    tuple[str, ...], Meta(description="Networks that it may be used from; none is all.")
]
PerSecond = Annotated[int, Meta(description="Requests a second that it is good for.")]
Burst = Annotated[int, Meta(description="Requests at once that it is good for.")]
DailyQuota = Annotated[
    int | None, Meta(description="Requests that it is good for on one day, in UTC.")
]
Routes = Annotated[
    types.Routes,
    Meta(description="How often it is good for single operations, by their names."),
]
Digest = Annotated[
    str, Meta(description="HMAC-SHA256 of its secret under the platform's pepper, in hexadecimal.")
]
Moment = Annotated[datetime, Meta(tz=True, description="A moment, in UTC.")]
