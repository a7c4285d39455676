"""The addenda of International ACH Transactions: seven that must be there, two kinds that may.

Nacha Operating Rules, Appendix Three, IAT Addenda Record formats (types 10 to 18).
"""

from __future__ import annotations

from culm.rails.ach.addenda import AddendaRecord
from culm.rails.ach.layout import Field


class IatAddenda(AddendaRecord, frozen=True, gc=False):
    """What every IAT addenda has in common."""

    entry_sequence_number = Field(88, 94, "M", "number")


class IatTransactionAddenda(IatAddenda, frozen=True, gc=False):
    """Type 10: why money moves, how much abroad, and the receiver's name."""

    addenda_type = Field(2, 3, "M", constant="10")
    transaction_type = Field(4, 6, "R")
    foreign_amount = Field(7, 24, "R", "number")
    foreign_trace = Field(25, 46, "O")
    receiving_name = Field(47, 81, "M")
    reserved = Field(82, 87, "C")


class IatOriginatorAddenda(IatAddenda, frozen=True, gc=False):
    """Type 11: the originator's name and street."""

    addenda_type = Field(2, 3, "M", constant="11")
    name = Field(4, 38, "M")
    street = Field(39, 73, "M")
    reserved = Field(74, 87, "C")


class IatOriginatorPlaceAddenda(IatAddenda, frozen=True, gc=False):
    """Type 12: the originator's city, state, country and post code."""

    addenda_type = Field(2, 3, "M", constant="12")
    city_and_state = Field(4, 38, "M")
    country_and_post_code = Field(39, 73, "M")
    reserved = Field(74, 87, "C")


class IatInstitutionAddenda(IatAddenda, frozen=True, gc=False):
    """Types 13 and 14: the originating and the receiving institution."""

    name = Field(4, 38, "M")
    number_qualifier = Field(39, 40, "M")
    number = Field(41, 74, "M")
    branch_country = Field(75, 77, "M")
    reserved = Field(78, 87, "C")


class IatReceiverAddenda(IatAddenda, frozen=True, gc=False):
    """Type 15: the receiver's number with the originator, and street."""

    addenda_type = Field(2, 3, "M", constant="15")
    identification = Field(4, 18, "O")
    street = Field(19, 53, "M")
    reserved = Field(54, 87, "C")


class IatReceiverPlaceAddenda(IatAddenda, frozen=True, gc=False):
    """Type 16: the receiver's city, state, country and post code."""

    addenda_type = Field(2, 3, "M", constant="16")
    city_and_state = Field(4, 38, "M")
    country_and_post_code = Field(39, 73, "M")
    reserved = Field(74, 87, "C")


class IatRemittanceAddenda(IatAddenda, frozen=True, gc=False):
    """Type 17: text that goes with the payment; at most two."""

    addenda_type = Field(2, 3, "M", constant="17")
    payment_information = Field(4, 83, "O")
    sequence_number = Field(84, 87, "M", "number")


class IatCorrespondentAddenda(IatAddenda, frozen=True, gc=False):
    """Type 18: a foreign correspondent bank on the way; at most five."""

    addenda_type = Field(2, 3, "M", constant="18")
    name = Field(4, 38, "M")
    number_qualifier = Field(39, 40, "M")
    number = Field(41, 74, "M")
    branch_country = Field(75, 77, "M")
    reserved = Field(78, 83, "C")
    sequence_number = Field(84, 87, "M", "number")
