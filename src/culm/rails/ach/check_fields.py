"""Does a field hold something where it must, and are codes in upper case? (Appendix Three,
Inclusion Requirements and Glossary of Data Elements; Appendix Two: a record without a mandatory
field is rejected)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import are_digits
from culm.rails.ach.layout import Field, Record, fields

_JUDGED_APART = frozenset(
    {
        # of entries
        *("record_type", "transaction_code", "rdfi", "check_digit", "account", "amount"),
        *("addenda_indicator", "addenda_count", "trace", "card_expiration"),
        *("card_transaction_type", "operator_routing_number", "julian_day", "sequence_number"),
        # of addenda
        *("addenda_type", "entry_sequence_number", "number_qualifier", "original_trace"),
        *("reason_code", "return_trace", "change_code", "refused_code", "corrected_data"),
    }
)
"""Fields whose fault has a code that says more than that they are mandatory."""


def mandatory(record: Record) -> Iterator[Finding]:
    """Mandatory fields of an entry or addenda that are blank, or no number where one must be.

    Those of headers and controls each have a check of their own.
    """
    for field in _needed(type(record)):
        text = record.text[field.start - 1 : field.end]
        if field.kind == "number" and not (len(text) == field.width and are_digits(text)):
            yield Finding("field.mandatory", field.name, "A mandatory number is not all digits.")
        elif not text.strip():
            yield Finding("field.mandatory", field.name, "A mandatory field is blank.")


def upper_case(field: str, text: str) -> Iterator[Finding]:
    """A code that is known, but not written in upper case as the Rules list it; it is read so."""
    if text != text.upper():
        yield Finding("text.lower-case", field, "The code is in lower case.")


@cache
def _needed(record_type: type[Record]) -> tuple[Field, ...]:
    """The fields of a layout that are looked at here."""
    return tuple(
        f for f in fields(record_type) if f.inclusion == "M" and f.name not in _JUDGED_APART
    )
