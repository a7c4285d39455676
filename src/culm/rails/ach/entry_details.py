"""The Entry Detail records (type 6), a layout for each family of Standard Entry Class codes.

Nacha Operating Rules, Appendix Three, Entry Detail Record formats. Amounts are US cents.
"""

from __future__ import annotations

from culm.rails.ach.layout import Field, Record


class EntryRecord(Record, frozen=True, gc=False):
    """What every entry detail has in common."""

    record_type = Field(1, 1, "M", constant="6")
    transaction_code = Field(2, 3, "M", "number")
    rdfi = Field(4, 11, "M", "number")
    check_digit = Field(12, 12, "M", "number")
    account = Field(13, 29, "R")
    amount = Field(30, 39, "M", "number")
    addenda_indicator = Field(79, 79, "M", "number")
    trace = Field(80, 94, "M", "number")

    @property
    def amount_minor(self) -> int:
        """The amount in US cents. Raises `ValueError` on text that is no number, which an entry
        of a readable batch never is."""
        return int(self.amount)

    @property
    def routing_number(self) -> str:
        """The receiving institution's nine-digit routing number."""
        return self.rdfi + self.check_digit

    @property
    def account_number(self) -> str:
        """The account at the receiving institution, without the field's blanks."""
        return self.account.strip()


class EntryDetail(EntryRecord, frozen=True, gc=False):
    """PPD, CCD, WEB, TEL, and all that share their layout."""

    identification = Field(40, 54, "O")
    name = Field(55, 76, "R")
    discretionary_data = Field(77, 78, "O")


class ChequeEntryDetail(EntryDetail, frozen=True, gc=False):
    """ARC, BOC and RCK: a cheque turned into an entry; the identification is its serial number."""

    identification = Field(40, 54, "M")


class PosEntryDetail(EntryRecord, frozen=True, gc=False):
    """POS: a card payment; the last two columns say of which kind."""

    identification = Field(40, 54, "O")
    name = Field(55, 76, "R")
    card_transaction_type = Field(77, 78, "M")


class CtxEntryDetail(EntryRecord, frozen=True, gc=False):
    """CTX, TRX and ATX (and ENR): the addenda are counted in the entry."""

    identification = Field(40, 54, "O")
    addenda_count = Field(55, 58, "M", "number")
    name = Field(59, 74, "R")
    reserved = Field(75, 76, "C")
    discretionary_data = Field(77, 78, "O")


class CieEntryDetail(EntryRecord, frozen=True, gc=False):
    """CIE: the consumer's name comes first, and is shorter."""

    name = Field(40, 54, "R")
    identification = Field(55, 76, "M")
    discretionary_data = Field(77, 78, "O")


class MteEntryDetail(EntryRecord, frozen=True, gc=False):
    """MTE: name, then identification."""

    name = Field(40, 61, "R")
    identification = Field(62, 76, "M")
    discretionary_data = Field(77, 78, "O")


class PopEntryDetail(EntryRecord, frozen=True, gc=False):
    """POP: a cheque turned into an entry at the point of purchase."""

    check_serial_number = Field(40, 48, "M")
    terminal_city = Field(49, 52, "M")
    terminal_state = Field(53, 54, "M")
    name = Field(55, 76, "O")
    discretionary_data = Field(77, 78, "O")


class ShrEntryDetail(EntryRecord, frozen=True, gc=False):
    """SHR: a card payment in a shared network."""

    card_expiration = Field(40, 43, "M")
    document_reference = Field(44, 54, "M")
    card_account = Field(55, 76, "M")
    card_transaction_type = Field(77, 78, "M")


class TrcEntryDetail(EntryRecord, frozen=True, gc=False):
    """TRC and XCK: a truncated or destroyed cheque."""

    check_serial_number = Field(40, 54, "M")
    process_control = Field(55, 60, "R")
    item_research_number = Field(61, 76, "R")
    item_type = Field(77, 78, "O")


class IatEntryDetail(EntryRecord, frozen=True, gc=False):
    """IAT: seven addenda say who is paid, the account may be a foreign one."""

    addenda_count = Field(13, 16, "M", "number")
    reserved = Field(17, 29, "C")
    account = Field(40, 74, "M")
    reserved_2 = Field(75, 76, "C")
    gateway_screening = Field(77, 77, "O")
    secondary_screening = Field(78, 78, "O")


class AdvEntryDetail(EntryRecord, frozen=True, gc=False):
    """ADV: an operator's accounting advice of a summary amount; it has no trace number."""

    account = Field(13, 27, "R")
    amount = Field(28, 39, "M", "number")
    advice_routing_number = Field(40, 48, "M", "number")
    file_identification = Field(49, 53, "O")
    operator_data = Field(54, 54, "O")
    name = Field(55, 76, "R")
    discretionary_data = Field(77, 78, "O")
    operator_routing_number = Field(80, 87, "M", "number")
    julian_day = Field(88, 90, "M", "number")
    sequence_number = Field(91, 94, "M", "number")
    trace = Field(80, 94, "M", view=True)
