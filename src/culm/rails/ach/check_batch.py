"""Is a Company/Batch Header as the Rules want it? (Appendix Three, Company/Batch Header Record)"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach.check_fields import upper_case
from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import are_digits, is_blank_or_zero, number
from culm.rails.ach.records import BatchHeader, BatchHeaderRecord, IatBatchHeader
from culm.rails.ach.sec_codes import (
    ADV_SERVICE_CLASS,
    FX_INDICATORS,
    FX_REFERENCE_INDICATORS,
    REPRESENTED,
    SECS,
    SERVICE_CLASSES,
)

_UNDATED = frozenset({"COR", "ADV", "ENR"})
_DAYS_OF_YEAR = 366


def batch_header(header: BatchHeaderRecord, previous_number: int | None) -> Iterator[Finding]:
    """Everything that deviates in a batch header; `previous_number` is the batch before's."""
    yield from _classes(header)
    yield from _company(header)
    yield from _dates(header)
    yield from _institution(header)
    yield from _number(header, previous_number)
    if isinstance(header, IatBatchHeader):
        yield from _foreign_exchange(header)


def _classes(header: BatchHeaderRecord) -> Iterator[Finding]:
    sec = header.sec.upper()
    if sec not in SECS:
        yield Finding("batch-header.sec", "sec", f"{header.sec!r} is no standard entry class code.")
    else:
        yield from upper_case("sec", header.sec)
    allowed = {ADV_SERVICE_CLASS} if sec == "ADV" else set(SERVICE_CLASSES)
    if header.service_class not in allowed:
        yield Finding(
            "batch-header.service-class",
            "service_class",
            f"{header.service_class!r} is no service class code for this batch.",
        )


def _company(header: BatchHeaderRecord) -> Iterator[Finding]:
    if isinstance(header, BatchHeader) and is_blank_or_zero(header.company_name):
        yield Finding("batch-header.company-name", "company_name", "The company has no name.")
    if not header.company_id.strip():
        yield Finding("batch-header.company-id", "company_id", "The company has no identification.")
    if is_blank_or_zero(header.entry_description):
        yield Finding(
            "batch-header.entry-description",
            "entry_description",
            "The batch does not say what its entries are for.",
        )
    elif header.sec.upper() == "RCK":
        yield from _represented(header.entry_description)


def _represented(said: str) -> Iterator[Finding]:
    if said.strip().upper() != REPRESENTED:
        yield Finding(
            "batch-header.represented",
            "entry_description",
            f"A batch of re-presented cheques is described as {REPRESENTED}.",
        )
    else:
        yield from upper_case("entry_description", said)


def _dates(header: BatchHeaderRecord) -> Iterator[Finding]:
    if is_blank_or_zero(header.effective_entry_date):
        if header.sec.upper() not in _UNDATED:
            yield Finding(
                "batch-header.effective-date-absent",
                "effective_entry_date",
                "There is no effective entry date.",
            )
    elif header.effective_on is None:
        yield Finding(
            "batch-header.effective-date",
            "effective_entry_date",
            f"The effective entry date {header.effective_entry_date!r} is no date.",
        )
    settled = header.settlement_date
    day = number(settled)
    if settled.strip() and (day is None or day > _DAYS_OF_YEAR):
        yield Finding(
            "batch-header.settlement-date",
            "settlement_date",
            "The settlement date is no day of the year.",
        )


def _institution(header: BatchHeaderRecord) -> Iterator[Finding]:
    if header.originator_status not in ("0", "1", "2"):
        yield Finding(
            "batch-header.originator-status",
            "originator_status",
            f"{header.originator_status!r} is no originator status code.",
        )
    if not are_digits(header.odfi) or is_blank_or_zero(header.odfi):
        yield Finding(
            "batch-header.odfi", "odfi", "The originating institution is not eight digits."
        )


def _number(header: BatchHeaderRecord, previous: int | None) -> Iterator[Finding]:
    own = number(header.batch_number)
    if own is None:
        yield Finding("batch-header.number", "batch_number", "The batch number is no number.")
    elif previous is not None and own <= previous:
        yield Finding(
            "batch-header.number-order",
            "batch_number",
            f"Batch number {own} follows batch number {previous}.",
        )


def _foreign_exchange(header: IatBatchHeader) -> Iterator[Finding]:
    codes = (
        ("destination_country", header.destination_country),
        ("originating_currency", header.originating_currency),
        ("destination_currency", header.destination_currency),
    )
    if header.fx_indicator.upper() not in FX_INDICATORS:
        yield Finding(
            "batch-header.foreign-exchange",
            "fx_indicator",
            f"{header.fx_indicator!r} is no foreign exchange indicator.",
        )
    else:
        yield from upper_case("fx_indicator", header.fx_indicator)
    if header.fx_reference_indicator not in FX_REFERENCE_INDICATORS:
        yield Finding(
            "batch-header.foreign-exchange",
            "fx_reference_indicator",
            f"{header.fx_reference_indicator!r} is no foreign exchange reference indicator.",
        )
    for field, code in codes:
        if not (code.isascii() and code.isalpha()):
            yield Finding("batch-header.foreign-exchange", field, f"{code!r} is no ISO code.")
        else:
            yield from upper_case(field, code)
    if header.sec.upper() == "COR":
        yield from upper_case("iat_indicator", header.iat_indicator)
