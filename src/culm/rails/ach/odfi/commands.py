"""What may be asked about the terms with the ODFI."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from culm.rails.ach import commands
from culm.rails.ach.odfi import types


def _form(pattern: str) -> Meta:
    """What callers are told of a text's form; `checks` refuses another, with a code of ours."""
    return Meta(extra_json_schema={"pattern": pattern})


Routing = Annotated[str, _form(r"^\d{9}$")]
Name = Annotated[str, _form(r"^[ -~]{1,23}$")]
MAX_CUTOFFS = 10


class Configure(commands.Command, frozen=True):
    """Set the terms under which the tenant's files go to its bank.

    `odfi` is the bank's routing number. Files are headed to `destination` (default: the ODFI) from
    `origin` (default: the company's identification). Times are `HH:MM`, Eastern; those
    of the bank are in the agreement with it. Without them files leave at 20:00, and for the same
    day half an hour before the Federal Reserve's own deadlines. An empty list of cut-offs for the
    same day means that there are no same-day transfers.
    """

    odfi: Routing
    company_name: Annotated[str, _form(r"^[ -~]{1,16}$")]
    company_id: Annotated[str, _form(r"^[ -~]{1,10}$")]
    destination: Routing | None = None
    origin: Annotated[str, _form(r"^[ -~]{1,10}$")] | None = None
    destination_name: Name | None = None
    origin_name: Name | None = None
    standard: types.Cutoff | None = None
    same_day: Annotated[
        tuple[types.Cutoff, ...] | None, Meta(extra_json_schema={"maxItems": MAX_CUTOFFS})
    ] = None
