"""The Addenda records (type 7): payment text, card terminals, returns, notices of change, IAT.

Nacha Operating Rules, Appendix Three, Addenda Record formats; Appendix Four for returns, Appendix
Five for notifications of change.
"""

from __future__ import annotations

from culm.rails.ach.layout import Field, Record


class AddendaRecord(Record, frozen=True, gc=False):
    """What every addenda record has in common."""

    record_type = Field(1, 1, "M", constant="7")
    addenda_type = Field(2, 3, "M")


class PaymentAddenda(AddendaRecord, frozen=True, gc=False):
    """Type 05: text that goes with a payment, or part of an X12 message."""

    addenda_type = Field(2, 3, "M", constant="05")
    payment_information = Field(4, 83, "O")
    sequence_number = Field(84, 87, "M", "number")
    entry_sequence_number = Field(88, 94, "M", "number")


class TerminalAddenda(AddendaRecord, frozen=True, gc=False):
    """Type 02 of POS and SHR: where a card was used."""

    addenda_type = Field(2, 3, "M", constant="02")
    reference_1 = Field(4, 10, "O")
    reference_2 = Field(11, 13, "O")
    terminal_id = Field(14, 19, "R")
    transaction_serial = Field(20, 25, "R")
    transaction_date = Field(26, 29, "R")
    authorization = Field(30, 35, "O")
    terminal_location = Field(36, 62, "R")
    terminal_city = Field(63, 77, "R")
    terminal_state = Field(78, 79, "R")
    trace = Field(80, 94, "M", "number")


class MachineAddenda(AddendaRecord, frozen=True, gc=False):
    """Type 02 of MTE: where a cash machine was used."""

    addenda_type = Field(2, 3, "M", constant="02")
    transaction_description = Field(4, 10, "R")
    network_id = Field(11, 13, "O")
    terminal_id = Field(14, 19, "R")
    transaction_serial = Field(20, 25, "R")
    transaction_date = Field(26, 29, "R")
    transaction_time = Field(30, 35, "R")
    terminal_location = Field(36, 62, "R")
    terminal_city = Field(63, 77, "R")
    terminal_state = Field(78, 79, "R")
    trace = Field(80, 94, "M", "number")


class ChangeAddenda(AddendaRecord, frozen=True, gc=False):
    """Type 98: a notification of change; what is to be corrected from now on."""

    addenda_type = Field(2, 3, "M", constant="98")
    change_code = Field(4, 6, "M")
    original_trace = Field(7, 21, "M", "number")
    reserved = Field(22, 27, "C")
    original_rdfi = Field(28, 35, "R", "number")
    corrected_data = Field(36, 64, "M")
    reserved_2 = Field(65, 79, "C")
    trace = Field(80, 94, "M", "number")


class RefusedChangeAddenda(AddendaRecord, frozen=True, gc=False):
    """Type 98 with a code C61 to C69: a notification of change that the ODFI refuses."""

    addenda_type = Field(2, 3, "M", constant="98")
    refused_code = Field(4, 6, "M")
    original_trace = Field(7, 21, "M", "number")
    reserved = Field(22, 27, "C")
    original_rdfi = Field(28, 35, "R", "number")
    corrected_data = Field(36, 64, "M")
    change_code = Field(65, 67, "M")
    trace_sequence_number = Field(68, 74, "M", "number")
    reserved_2 = Field(75, 79, "C")
    trace = Field(80, 94, "M", "number")


class ReturnRecord(AddendaRecord, frozen=True, gc=False):
    """What every return addenda (type 99) has in common."""

    addenda_type = Field(2, 3, "M", constant="99")
    reason_code = Field(4, 6, "M")
    original_trace = Field(7, 21, "M", "number")
    original_rdfi = Field(28, 35, "R", "number")
    trace = Field(80, 94, "M", "number")

    @property
    def reason(self) -> str:
        """The return reason code, in upper case as the Rules list it."""
        return self.reason_code.upper()


class ReturnAddenda(ReturnRecord, frozen=True, gc=False):
    """An entry comes back from the RDFI."""

    date_of_death = Field(22, 27, "O")
    information = Field(36, 79, "O")


class IatReturnAddenda(ReturnRecord, frozen=True, gc=False):
    """An IAT entry comes back, with the amount it went out with."""

    date_of_death = Field(22, 27, "O")
    forward_amount = Field(36, 45, "R", "number")
    information = Field(46, 79, "O")


class DishonoredReturnAddenda(ReturnRecord, frozen=True, gc=False):
    """R61, R62, R67 to R70: the ODFI will not have the return."""

    reserved = Field(22, 27, "C")
    reserved_2 = Field(36, 38, "C")
    return_trace = Field(39, 53, "M", "number")
    return_settlement_date = Field(54, 56, "M")
    return_reason_code = Field(57, 58, "M")
    information = Field(59, 79, "O")


class ContestedReturnAddenda(ReturnRecord, frozen=True, gc=False):
    """R71 to R77: the RDFI contests the dishonour, or corrects its return."""

    original_return_date = Field(22, 27, "R")
    original_settlement_date = Field(36, 38, "R")
    return_trace = Field(39, 53, "M", "number")
    return_settlement_date = Field(54, 56, "M")
    return_reason_code = Field(57, 58, "M")
    dishonored_trace = Field(59, 73, "M", "number")
    dishonored_settlement_date = Field(74, 76, "M")
    dishonored_reason_code = Field(77, 78, "M")
    reserved = Field(79, 79, "C")
