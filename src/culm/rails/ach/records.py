"""The records that frame a file and its batches: headers, controls, and padding.

Nacha Operating Rules, Appendix Three: File Header (1), Company/Batch Header (5), Company/Batch
Control (8), File Control (9), with the variants for IAT and ADV. Amounts are US cents.
"""

from __future__ import annotations

from datetime import date, time

from culm.rails.ach.layout import Field, Record, date_of


class FileHeader(Record, frozen=True, gc=False):
    """Who sent the file to whom, and when (record type 1)."""

    record_type = Field(1, 1, "M", constant="1")
    priority_code = Field(2, 3, "R", "number", constant="01")
    immediate_destination = Field(4, 13, "M")
    immediate_origin = Field(14, 23, "M")
    file_creation_date = Field(24, 29, "M")
    file_creation_time = Field(30, 33, "O")
    file_id_modifier = Field(34, 34, "M", constant="A")
    record_size = Field(35, 37, "M", "number", constant="094")
    blocking_factor = Field(38, 39, "M", "number", constant="10")
    format_code = Field(40, 40, "M", constant="1")
    immediate_destination_name = Field(41, 63, "O")
    immediate_origin_name = Field(64, 86, "O")
    reference_code = Field(87, 94, "O")

    @property
    def created_on(self) -> date | None:
        """The file creation date, where it is one."""
        return date_of(self.file_creation_date)

    @property
    def created_at(self) -> time | None:
        """The file creation time at the sender, where one is given."""
        text = self.file_creation_time
        if not (text.isascii() and text.isdecimal()) or text[:2] > "23" or text[2:] > "59":
            return None
        return time(int(text[:2]), int(text[2:]))


class BatchHeaderRecord(Record, frozen=True, gc=False):
    """What every Company/Batch Header has in common (record type 5)."""

    record_type = Field(1, 1, "M", constant="5")
    service_class = Field(2, 4, "M", "number")
    company_id = Field(41, 50, "M")
    sec = Field(51, 53, "M")
    entry_description = Field(54, 63, "M")
    effective_entry_date = Field(70, 75, "R")
    settlement_date = Field(76, 78, "C")
    originator_status = Field(79, 79, "M", constant="1")
    odfi = Field(80, 87, "M", "number")
    batch_number = Field(88, 94, "M", "number")

    @property
    def effective_on(self) -> date | None:
        """The day the originator means the entries to settle, where it is a date."""
        return date_of(self.effective_entry_date)


class BatchHeader(BatchHeaderRecord, frozen=True, gc=False):
    """The header of every batch but IAT's."""

    company_name = Field(5, 20, "M")
    discretionary_data = Field(21, 40, "O")
    descriptive_date = Field(64, 69, "O")


class IatBatchHeader(BatchHeaderRecord, frozen=True, gc=False):
    """The header of an IAT batch; `company_id` is the originator's identification."""

    iat_indicator = Field(5, 20, "O")
    fx_indicator = Field(21, 22, "M")
    fx_reference_indicator = Field(23, 23, "R")
    fx_reference = Field(24, 38, "R")
    destination_country = Field(39, 40, "M")
    originating_currency = Field(64, 66, "M")
    destination_currency = Field(67, 69, "M")


class BatchControlRecord(Record, frozen=True, gc=False):
    """What every Company/Batch Control has in common (record type 8)."""

    record_type = Field(1, 1, "M", constant="8")
    service_class = Field(2, 4, "M", "number")
    entry_addenda_count = Field(5, 10, "M", "number")
    entry_hash = Field(11, 20, "M", "number")
    total_debit = Field(21, 32, "M", "number")
    total_credit = Field(33, 44, "M", "number")
    odfi = Field(80, 87, "M", "number")
    batch_number = Field(88, 94, "M", "number")


class BatchControl(BatchControlRecord, frozen=True, gc=False):
    """The control of every batch but ADV's."""

    company_id = Field(45, 54, "R")
    message_authentication_code = Field(55, 73, "O")
    reserved = Field(74, 79, "C")


class AdvBatchControl(BatchControlRecord, frozen=True, gc=False):
    """The control of a batch of accounting advices: twenty-digit totals, no company."""

    total_debit = Field(21, 40, "M", "number")
    total_credit = Field(41, 60, "M", "number")
    operator_data = Field(61, 79, "O")


class FileControlRecord(Record, frozen=True, gc=False):
    """What every File Control has in common (record type 9)."""

    record_type = Field(1, 1, "M", constant="9")
    batch_count = Field(2, 7, "M", "number")
    block_count = Field(8, 13, "M", "number")
    entry_addenda_count = Field(14, 21, "M", "number")
    entry_hash = Field(22, 31, "M", "number")
    total_debit = Field(32, 43, "M", "number")
    total_credit = Field(44, 55, "M", "number")


class FileControl(FileControlRecord, frozen=True, gc=False):
    """The control of every file but ADV's."""

    reserved = Field(56, 94, "C")


class AdvFileControl(FileControlRecord, frozen=True, gc=False):
    """The control of a file of accounting advices: twenty-digit totals."""

    total_debit = Field(32, 51, "M", "number")
    total_credit = Field(52, 71, "M", "number")
    reserved = Field(72, 94, "C")


class Filler(Record, frozen=True, gc=False):
    """A record of nines that fills the last block."""


class Stray(Record, frozen=True, gc=False):
    """A line that is no record, or a record where none may stand: kept so it can be written."""
