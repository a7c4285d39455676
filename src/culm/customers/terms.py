"""What the fields of the facts of customers are, in words that go into their schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from culm.customers import types

CustomerId = Annotated[
    str, Meta(description="The id of a customer: `cus_` and 16 hexadecimal digits.")
]
Kind = Annotated[types.Kind, Meta(description="Whether the customer is a person or a business.")]
Tier = Annotated[str, Meta(description="The tier, by which the customer's limits are chosen.")]
Subject = Annotated[
    str,
    Meta(description="Whose key seals what is known: `sub_` and 26 letters and digits."),
]
Sealed = Annotated[
    str,
    Meta(
        description="What is known of the customer, sealed with the subject's key: nobody else "
        "can read it, and nobody at all once the key is destroyed."
    ),
]
Revision = Annotated[int, Meta(description="The version of what is known of the customer, from 1.")]
Reason = Annotated[types.Reason, Meta(description="Why the customer is restricted.")]
Purpose = Annotated[str, Meta(description="What the customer consents to, in one word.")]
Version = Annotated[str, Meta(description="Which version of the text the customer agreed to.")]
Moment = Annotated[datetime, Meta(tz=True, description="A moment of the tenant's time, in UTC.")]
