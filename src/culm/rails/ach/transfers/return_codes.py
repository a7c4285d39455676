"""Return reason codes: what they say, who may use them, and until when.

Nacha Operating Rules 2025, Appendix Four (Table of Return Reason Codes) and Article Three,
Section 3.8 (RDFI's Right to Transmit Return Entries). A return that has until the second banking
day is with the originator's bank by the opening of business on the second banking day after the
original settled; one that has sixty days, on the banking day after the sixtieth calendar day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

import msgspec

from culm.rails.ach import calendar

Limit = Literal["banking", "calendar", "none"]
By = Literal["RDFI", "operator", "agency", "ODFI", "gateway"]

BANKING_DAYS: Final = 2
CALENDAR_DAYS: Final = 60

DISHONOUR_DAYS: Final = 5
"""Banking days after a return settled within which its dishonour is sent (Subsection 2.13.6.1)."""


class Code(msgspec.Struct, frozen=True):
    """One code. `limit`: two banking days, sixty calendar days, or none that is judged here, as
    where another notice starts the time or the operator answers at once."""

    code: str
    title: str
    limit: Limit = "banking"
    by: By = "RDFI"


_CODES: Final = (
    Code("R01", "Insufficient funds"),
    Code("R02", "Account closed"),
    Code("R03", "No account, or unable to locate it"),
    Code("R04", "Invalid account number structure"),
    Code("R05", "Unauthorized debit to a consumer account under a corporate code", "calendar"),
    Code("R06", "Returned at the ODFI's request", "none"),
    Code("R07", "Authorization revoked by the customer", "calendar"),
    Code("R08", "Payment stopped"),
    Code("R09", "Uncollected funds"),
    Code("R10", "The customer does not know the originator, or has not authorized it", "calendar"),
    Code("R11", "The entry is not in accordance with the terms of the authorization", "calendar"),
    Code("R12", "Account sold to another institution"),
    Code("R13", "Invalid routing number", "none", "operator"),
    Code("R14", "Representative payee deceased, or unable to continue in that capacity"),
    Code("R15", "Beneficiary or account holder deceased"),
    Code("R16", "Account frozen, or returned by order of OFAC"),
    Code("R17", "Invalid account number under questionable circumstances, or improper reversal"),
    Code("R18", "Improper effective entry date", "none", "operator"),
    Code("R19", "Amount field error", "none", "operator"),
    Code("R20", "Account does not take such transactions"),
    Code("R21", "Invalid company identification"),
    Code("R22", "Invalid individual identification"),
    # Two banking days after the receiver has refused, which the originator cannot know.
    Code("R23", "Credit refused by the receiver", "none"),
    Code("R24", "Duplicate entry"),
    Code("R25", "Addenda error", "none", "operator"),
    Code("R26", "Mandatory field error", "none", "operator"),
    Code("R27", "Trace number error", "none", "operator"),
    Code("R28", "Routing number check digit error", "none", "operator"),
    Code("R29", "Corporate customer advises that it is not authorized"),
    Code("R30", "Institution does not take part in check truncation", "none", "operator"),
    # With the ODFI's consent, within the time that they agree on.
    Code("R31", "Permissible return of a corporate entry", "none"),
    Code("R32", "Institution cannot settle", "none", "operator"),
    Code("R33", "Return of a destroyed check entry", "calendar"),
    Code("R34", "Limited participation of the institution", "none", "operator"),
    Code("R35", "Return of an improper debit", "none", "operator"),
    Code("R36", "Return of an improper credit", "none", "operator"),
    Code("R37", "Source document presented for payment", "calendar"),
    Code("R38", "Stop payment on the source document", "calendar"),
    Code("R39", "Improper source document, or presented for payment"),
    Code("R40", "Return of an enrolment by a federal agency", "none", "agency"),
    Code("R41", "Invalid transaction code of an enrolment", "none", "agency"),
    Code("R42", "Routing number or check digit error of an enrolment", "none", "agency"),
    Code("R43", "Invalid account number of an enrolment", "none", "agency"),
    Code("R44", "Invalid individual identification of an enrolment", "none", "agency"),
    Code("R45", "Invalid name of an enrolment", "none", "agency"),
    Code("R46", "Invalid representative payee indicator of an enrolment", "none", "agency"),
    Code("R47", "Duplicate enrolment", "none", "agency"),
    Code("R50", "State law affects the acceptance of a represented check"),
    Code("R51", "Item of a represented check is ineligible, or the entry improper", "calendar"),
    Code("R52", "Stop payment on the item of a represented check", "calendar"),
    Code("R53", "Item and represented check both presented for payment", "calendar"),
    Code("R61", "Misrouted return", "none", "ODFI"),
    Code("R62", "Return of an erroneous or reversing debit", "none", "ODFI"),
    Code("R67", "Duplicate return", "none", "ODFI"),
    Code("R68", "Untimely return", "none", "ODFI"),
    Code("R69", "Field errors", "none", "ODFI"),
    Code("R70", "Permissible return not accepted, or not requested", "none", "ODFI"),
    Code("R71", "Misrouted dishonoured return", "none"),
    Code("R72", "Untimely dishonoured return", "none"),
    Code("R73", "Timely original return", "none"),
    Code("R74", "Corrected return", "none"),
    Code("R75", "The return was no duplicate", "none"),
    Code("R76", "No errors found", "none"),
    Code("R77", "Dishonour for an erroneous debit is not accepted", "none"),
    Code("R80", "Coding error of an international entry", "none", "gateway"),
    Code("R81", "No participant in the international programme", "none", "gateway"),
    Code("R82", "Invalid identification of the foreign institution", "none", "gateway"),
    Code("R83", "Foreign institution unable to settle", "none", "gateway"),
    Code("R84", "Entry not processed by the gateway", "none", "gateway"),
    Code("R85", "Incorrectly coded outbound international payment", "none", "gateway"),
)

TABLE: Final[dict[str, Code]] = {one.code: one for one in _CODES}

UNTIMELY: Final = "R68"


def last_day(reason: str, settled_on: date) -> date | None:
    """The last day on which a return may settle, of an entry that settled on a day; None where no
    limit is judged here."""
    code = TABLE.get(reason)
    if code is None or code.limit == "none":
        return None
    if code.limit == "banking":
        return calendar.after(settled_on, BANKING_DAYS)
    return calendar.after(settled_on + timedelta(days=CALENDAR_DAYS), 1)


def is_late(reason: str, *, settled_on: date, returned_on: date) -> bool:
    """Whether a return comes after its time."""
    last = last_day(reason, settled_on)
    return last is not None and returned_on > last


def may_dishonour(*, returned_on: date, leaves_on: date) -> bool:
    """Whether a return may still be dishonoured by what leaves us on a day."""
    return calendar.days_between(returned_on, leaves_on) <= DISHONOUR_DAYS
