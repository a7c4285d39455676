"""The terms that a tenant has with its ODFI."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

Wall = Annotated[
    str,
    Meta(description="A time in Eastern Time, as `HH:MM`.", pattern=r"^([01]\d|2[0-3]):[0-5]\d$"),
]


class Cutoff(msgspec.Struct, frozen=True):
    """Up to when the bank takes what it settles at a time: earlier than the operator takes it from
    the bank, which has to receive the file, check it and pass it on."""

    closes: Annotated[Wall, Meta(description="Files leave us at this time, Eastern.")]
    settles: Annotated[Wall, Meta(description="Their entries settle at this time, Eastern.")]


STANDARD: Final = Cutoff("20:00", "08:30")
"""Settles at 8:30 a.m. ET on the banking day after it (FedACH Processing Schedule), for which the
operator takes files until 2:15 a.m.: six hours are left to the bank."""

SAME_DAY: Final = (Cutoff("10:00", "13:00"), Cutoff("14:15", "17:00"), Cutoff("16:15", "18:00"))
"""Settle on their own day, at 1:00, 5:00 and 6:00 p.m. ET. The operators take files for that until
10:30 a.m., 2:45 and 4:45 p.m. (Same Day ACH processing schedule of FedACH and EPN since 19 March
2021). Half an hour is left to the bank; how long one really needs, its agreement says."""


class AchTerms(msgspec.Struct, frozen=True):
    """How a tenant's files are headed, and when they leave."""

    odfi: Annotated[
        str, Meta(description="The routing number of the bank that sends entries for the tenant.")
    ]
    company_name: Annotated[str, Meta(description="What receivers read on their statements.")]
    company_id: Annotated[str, Meta(description="The identification that the bank has given.")]
    destination: Annotated[str, Meta(description="The routing number that files are headed to.")]
    origin: Annotated[str, Meta(description="The identification of who sends files.")]
    destination_name: Annotated[str, Meta(description="The name of where files go.")]
    origin_name: Annotated[str, Meta(description="The name of who sends files.")]
    standard: Annotated[
        Cutoff, Meta(description="The cut-off of what settles on the next banking day.")
    ]
    same_day: Annotated[
        tuple[Cutoff, ...], Meta(description="The cut-offs of what settles on the same day.")
    ]


SANDBOX: Final = AchTerms(
    odfi="990000000",
    company_name="SANDBOX COMPANY",
    company_id="9990000001",
    destination="990000000",
    origin="9990000001",
    destination_name="SANDBOX BANK",
    origin_name="SANDBOX COMPANY",
    standard=STANDARD,
    same_day=SAME_DAY,
)
"""What tenants of the sandbox have until they choose otherwise. No bank has a routing number that
begins with 99."""
