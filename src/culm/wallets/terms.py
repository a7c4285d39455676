"""What the fields of the facts of wallets are, in words that go into their schemas."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from culm.wallets import types

WalletId = Annotated[str, Meta(description="The id of a wallet: `wal_` and 16 hexadecimal digits.")]
CustomerId = Annotated[
    str, Meta(description="The id of the customer that it belongs to: `cus_...`.")
]
Name = Annotated[str, Meta(description="What it is called; empty for nothing.")]
Currency = Annotated[
    str, Meta(description="A currency of ISO 4217, or the code of an asset of the tenant's.")
]
Currencies = Annotated[tuple[str, ...], Meta(description="The currencies that it holds.")]
Metadata = Annotated[
    dict[str, str], Meta(description="What the tenant has noted with it: texts by name.")
]
Freeze = Annotated[
    types.Freeze, Meta(description="In which directions it takes part in no new payment.")
]
Reason = Annotated[types.Reason, Meta(description="Why it is frozen.")]
Tier = Annotated[str, Meta(description="The tier of the customers whose wallets are meant.")]
Direction = Annotated[
    types.Direction, Meta(description="Whether payments into wallets are meant, or out of them.")
]
Sum = Annotated[
    str, Meta(description="The most that it may come to, in minor units as text; none: no bound.")
]
Count = Annotated[int, Meta(description="The most payments that there may be; none: no bound.")]
