"""Is a return, or a notification of change, as the Rules want it? (Appendices Four and Five)"""

from __future__ import annotations

from collections.abc import Iterator

from culm.rails.ach.addenda import (
    ChangeAddenda,
    ContestedReturnAddenda,
    DishonoredReturnAddenda,
    RefusedChangeAddenda,
    ReturnAddenda,
    ReturnRecord,
)
from culm.rails.ach.check_fields import upper_case
from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import are_digits, is_blank_or_zero
from culm.rails.ach.reasons import (
    CHANGE_CODES,
    CORRECTING_CODES,
    DEATH_REASONS,
    RETURN_REASONS,
)

_NO_ENTRY = "The original entry's trace number is not fifteen digits, or is zero."
_NO_INSTITUTION = "The original receiving institution is not eight digits, or is zero."


def returned(addenda: ReturnRecord) -> Iterator[Finding]:
    """Everything that deviates in a return addenda by itself."""
    if addenda.reason not in RETURN_REASONS:
        yield Finding(
            "return.reason-code",
            "reason_code",
            f"{addenda.reason_code!r} is no return reason code.",
        )
    else:
        yield from upper_case("reason_code", addenda.reason_code)
    if not _says_which(addenda.original_trace):
        yield Finding(
            "return.original-trace",
            "original_trace",
            _NO_ENTRY,
        )
    if not _says_which(addenda.original_rdfi):
        yield Finding("return.original-rdfi", "original_rdfi", _NO_INSTITUTION)
    answering = (DishonoredReturnAddenda, ContestedReturnAddenda)
    if isinstance(addenda, answering) and not are_digits(addenda.return_trace):
        yield Finding(
            "return.return-trace",
            "return_trace",
            "The return's trace number is not fifteen digits.",
        )
    if (
        isinstance(addenda, ReturnAddenda)
        and addenda.reason in DEATH_REASONS
        and not are_digits(addenda.date_of_death)
    ):
        yield Finding("return.date-of-death", "date_of_death", "There is no date of death.")


def change(addenda: ChangeAddenda | RefusedChangeAddenda) -> Iterator[Finding]:
    """Everything that deviates in a notification of change by itself."""
    code = addenda.change_code
    if code.upper() not in CHANGE_CODES:
        yield Finding("change.code", "change_code", f"{code!r} is no change code.")
    else:
        yield from upper_case("change_code", code)
    if code.upper() in CORRECTING_CODES and not addenda.corrected_data.strip():
        yield Finding("change.corrected-data", "corrected_data", "There is no corrected data.")
    if isinstance(addenda, RefusedChangeAddenda):
        yield from upper_case("refused_code", addenda.refused_code)
    if not _says_which(addenda.original_trace):
        yield Finding(
            "change.original-trace",
            "original_trace",
            _NO_ENTRY,
        )
    if not _says_which(addenda.original_rdfi):
        yield Finding("change.original-rdfi", "original_rdfi", _NO_INSTITUTION)


def _says_which(digits: str) -> bool:
    """Whether a number that was copied from the original entry is one, and not zero."""
    return are_digits(digits) and not is_blank_or_zero(digits)
