"""What the fields of the facts of foreign exchange are, in words that go into their schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

QuoteId = Annotated[str, Meta(description="The id of a quote: `quo_` and 16 hexadecimal digits.")]
Currency = Annotated[
    str, Meta(description="A currency of ISO 4217, or the code of an asset of the tenant's.")
]
Base = Annotated[str, Meta(description="The currency of which one unit is priced.")]
Counter = Annotated[str, Meta(description="The currency in which it is priced.")]
Rate = Annotated[
    str,
    Meta(description="What a unit of the base costs in the other, in whole units: a decimal text."),
]
Spread = Annotated[int, Meta(description="What the house keeps of it, in basis points.")]
Amount = Annotated[
    str, Meta(description="Minor units of its currency: a whole number, more than zero, as text.")
]
Moment = Annotated[datetime, Meta(tz=True, description="A moment in the tenant's time, UTC.")]
