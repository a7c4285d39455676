"""What the fields of the facts of bank accounts are, in words that go into their schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from culm.bank_accounts import types

BankAccountId = Annotated[
    str, Meta(description="The id of a bank account: `bac_` and 16 hexadecimal digits.")
]
CustomerId = Annotated[str, Meta(description="The id of the customer whose account it is.")]
Subject = Annotated[str, Meta(description="Whose key it is sealed with: `sub_...`.")]
Sealed = Annotated[
    str,
    Meta(description="The account's number and its holder's name, sealed about `bank_account`."),
]
Routing = Annotated[str, Meta(description="The routing number of its bank.")]
Kind = Annotated[types.Kind, Meta(description="The kind of account.")]
Sec = Annotated[
    types.Sec, Meta(description="The class of entries to it: PPD for persons, CCD for businesses.")
]
Last4 = Annotated[str, Meta(description="The last digits of its number, to be shown.")]
Round = Annotated[int, Meta(description="How often verification has been begun.")]
Expires = Annotated[
    datetime,
    Meta(tz=True, description="Until when the amounts can be told, in the tenant's time, UTC."),
]
