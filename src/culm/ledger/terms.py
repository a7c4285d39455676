"""What the fields of the ledger's facts are, in words that go into their schemas.

They constrain nothing but that a time has an offset: whatever was recorded stays readable.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

AccountId = Annotated[
    str, Meta(description="The id of an account: `acc_` and 16 hexadecimal digits.")
]
HoldId = Annotated[str, Meta(description="The id of a hold: `hld_` and 16 hexadecimal digits.")]
TransactionId = Annotated[
    str, Meta(description="The id of a transaction: `txn_` and 16 hexadecimal digits.")
]
Currency = Annotated[
    str, Meta(description="A currency of ISO 4217, or the code of an asset of the tenant's.")
]
Amount = Annotated[
    str, Meta(description="Minor units of the currency: a whole number, more than zero, as text.")
]
Signed = Annotated[
    str, Meta(description="Minor units as text; a debit is positive, a credit negative.")
]
Reference = Annotated[str, Meta(description="What the caller calls it; empty for nothing.")]
Metadata = Annotated[
    dict[str, str], Meta(description="What the caller has noted with it: texts by name.")
]
Moment = Annotated[datetime, Meta(tz=True, description="A moment, in UTC.")]
Minimum = Annotated[
    str,
    Meta(
        description="The least balance, in minor units and in the account's normal sense; "
        "below zero it is an overdraft. Without one there is no bound."
    ),
]
Maximum = Annotated[
    str,
    Meta(
        description="The greatest balance, in minor units and in the account's normal sense. "
        "Without one there is no bound."
    ),
]
Posting = tuple[AccountId, Signed, Currency]
