"""Builds an addenda record from values: payment text, returns and their disputes, changes."""

from __future__ import annotations

from datetime import date

from culm.rails.ach.addenda import (
    AddendaRecord,
    ChangeAddenda,
    ContestedReturnAddenda,
    DishonoredReturnAddenda,
    PaymentAddenda,
    ReturnAddenda,
)
from culm.rails.ach.layout import compose, yymmdd
from culm.rails.ach.new_file import (
    ChangeNotice,
    ContestNotice,
    DishonorNotice,
    NewAddenda,
    PaymentText,
    ReturnNotice,
)


def addenda(new: NewAddenda, place: int, trace: str) -> AddendaRecord:
    """The addenda record in its place, from 1, behind the entry with this trace number.

    Raises `FieldError` for a value that does not fit its field.
    """
    match new:
        case PaymentText():
            return compose(
                PaymentAddenda,
                payment_information=new.text,
                sequence_number=place,
                entry_sequence_number=trace[-7:],
            )
        case ReturnNotice():
            return compose(
                ReturnAddenda,
                reason_code=new.reason_code,
                original_trace=new.original_trace,
                date_of_death=yymmdd(new.date_of_death) if new.date_of_death else "",
                original_rdfi=new.original_rdfi,
                information=new.information,
                trace=trace,
            )
        case ChangeNotice():
            return compose(
                ChangeAddenda,
                change_code=new.change_code,
                original_trace=new.original_trace,
                original_rdfi=new.original_rdfi,
                corrected_data=new.corrected_data,
                trace=trace,
            )
        case DishonorNotice():
            return _dishonor(new, trace)
        case ContestNotice():
            return _contest(new, trace)


def _dishonor(new: DishonorNotice, trace: str) -> DishonoredReturnAddenda:
    return compose(
        DishonoredReturnAddenda,
        reason_code=new.reason_code,
        original_trace=new.original_trace,
        original_rdfi=new.original_rdfi,
        return_trace=new.return_trace,
        return_settlement_date=_day_of_year(new.return_settled_on),
        return_reason_code=new.return_reason[1:],
        information=new.information,
        trace=trace,
    )


def _contest(new: ContestNotice, trace: str) -> ContestedReturnAddenda:
    return compose(
        ContestedReturnAddenda,
        reason_code=new.reason_code,
        original_trace=new.original_trace,
        original_return_date=yymmdd(new.returned_on),
        original_rdfi=new.original_rdfi,
        original_settlement_date=_day_of_year(new.original_settled_on),
        return_trace=new.return_trace,
        return_settlement_date=_day_of_year(new.return_settled_on),
        return_reason_code=new.return_reason[1:],
        dishonored_trace=new.dishonored_trace,
        dishonored_settlement_date=_day_of_year(new.dishonored_settled_on),
        dishonored_reason_code=new.dishonored_reason[1:],
        trace=trace,
    )


def _day_of_year(day: date) -> str:
    """A settlement date as the Rules write it: the day of the year, in three digits."""
    return day.strftime("%j")
