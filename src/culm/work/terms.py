"""What the fields of the facts about parked facts are, in words that go into their schemas."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Reactor = Annotated[str, Meta(description="The name of the reactor.")]
FactId = Annotated[
    str, Meta(description="The id of the fact that it was told of: `evt_` and 16 digits.")
]
Type = Annotated[str, Meta(description="The type of that fact.")]
Code = Annotated[
    str,
    Meta(
        description="Why it is not done: `timeout`, `error:` and an exception's type, `rejected:` "
        "and the code of a rejection, `undecodable`, or `behind:` and the id of an earlier fact."
    ),
]
Attempts = Annotated[int, Meta(description="How often it was tried, retries included.")]
Lane = Annotated[
    str,
    Meta(description="A digest of the aggregate whose order is kept; empty where none is."),
]
Round = Annotated[int, Meta(description="How often it was retried since it was parked first.")]
