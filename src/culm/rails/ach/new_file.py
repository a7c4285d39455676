"""The values from which a new file is built (see `building`). Amounts are US cents."""

from __future__ import annotations

from datetime import date, time

import msgspec


class PaymentText(msgspec.Struct, frozen=True):
    """Addenda 05: up to 80 characters that go with a payment."""

    text: str


class ReturnNotice(msgspec.Struct, frozen=True):
    """Addenda 99: why an entry comes back (Rules, Appendix Four)."""

    reason_code: str
    original_trace: str
    original_rdfi: str
    information: str = ""
    date_of_death: date | None = None


class ChangeNotice(msgspec.Struct, frozen=True):
    """Addenda 98: what is to be corrected from now on (Rules, Appendix Five)."""

    change_code: str
    original_trace: str
    original_rdfi: str
    corrected_data: str


class DishonorNotice(msgspec.Struct, frozen=True):
    """Addenda 99 of an ODFI that will not have a return: R61, R62, R67 to R70 (Appendix Four)."""

    reason_code: str
    original_trace: str
    original_rdfi: str
    return_trace: str
    """The fifteen digits of the return that comes back."""

    return_settled_on: date
    return_reason: str
    """The reason of the return, `R01`."""

    information: str = ""


class ContestNotice(msgspec.Struct, frozen=True):
    """Addenda 99 of an RDFI that contests a dishonour, or corrects its return: R71 to R77
    (Appendix Four)."""

    reason_code: str
    original_trace: str
    original_rdfi: str
    returned_on: date
    original_settled_on: date
    return_trace: str
    return_settled_on: date
    return_reason: str
    dishonored_trace: str
    dishonored_settled_on: date
    dishonored_reason: str


NewAddenda = PaymentText | ReturnNotice | ChangeNotice | DishonorNotice | ContestNotice


class NewEntry(msgspec.Struct, frozen=True):
    """One entry to be written."""

    transaction_code: str
    routing_number: str
    """Nine digits, check digit included."""

    account: str
    amount_minor: int
    name: str
    identification: str = ""
    discretionary_data: str = ""
    addenda: tuple[NewAddenda, ...] = ()
    sequence_number: int | None = None
    """The last seven digits of its trace number; None takes the next after the entry before."""


class NewBatch(msgspec.Struct, frozen=True):
    """One batch to be written; its control is computed."""

    sec: str
    company_name: str
    company_id: str
    entry_description: str
    effective_on: date | None
    odfi: str
    """Eight digits: the originating institution, or the returning one."""

    entries: tuple[NewEntry, ...]
    service_class: str | None = None
    """None takes 220 or 225 where the entries are of one side, else 200."""

    discretionary_data: str = ""
    descriptive_date: str = ""
    originator_status: str = "1"


class NewFile(msgspec.Struct, frozen=True):
    """A file to be written; its control and padding are computed."""

    destination: str
    """The receiving point's nine-digit routing number."""

    origin: str
    """The sending point's nine-digit routing number, or ten characters agreed with the bank."""

    created_on: date
    batches: tuple[NewBatch, ...]
    created_at: time | None = None
    modifier: str = "A"
    destination_name: str = ""
    origin_name: str = ""
    reference_code: str = ""
