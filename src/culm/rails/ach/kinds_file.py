"""The kinds of deviation of a file, its lines, its header and its control."""

from __future__ import annotations

from culm.rails.ach.deviation import Kind

LIMIT = "Limit of this codec"
DATA = "Nacha Operating Rules, Appendix One, Data Specifications"
SEQUENCE = "Nacha Operating Rules, Appendix Three, Sequence of Records in ACH Files"
FORMATS = "Nacha Operating Rules, Appendix Three, ACH Record Formats"
GLOSSARY = "Nacha Operating Rules, Appendix Three, Subpart 3.2.2, Glossary of Data Elements"

_CONTROL = f"{FORMATS}: File Control Record, {{}} (Appendix Two, file rejection: out of balance)"

FILE_KINDS = (
    Kind("file.empty", "error", SEQUENCE, "The file holds no records."),
    Kind("file.too-large", "error", f"{LIMIT}: MAX_FILE_BYTES",
         "More bytes than six digits of block count can stand for; reading stopped."),
    Kind("file.gzip-damaged", "error", "RFC 1952",
         "The compressed data is damaged or cut short; reading stopped."),
    Kind("file.too-many-deviations", "error", f"{LIMIT}: MAX_DEVIATIONS",
         "So many errors that reading stopped; those before are listed, those after are unknown."),
    Kind("file.too-many-batches", "error", f"{LIMIT}: MAX_BATCHES",
         "More batches than the codec keeps a report on; reading stopped."),
    Kind("file.too-many-empty-lines", "error", f"{LIMIT}: MAX_EMPTY_LINES",
         "More blank lines or records of nines than any file needs; reading stopped."),
    Kind("file.too-many-ending-changes", "error", f"{LIMIT}: MAX_ENDING_CHANGES",
         "Line endings change so often that the layout cannot be kept; reading stopped."),
    Kind("file.no-batches", "error", SEQUENCE, "The file has no Company/Batch Header Record."),
    Kind("file.mixed-advices", "error", f"{GLOSSARY}: Standard Entry Class Code ADV",
         "Accounting advices stand in one file with batches of another kind."),
    Kind("line.character", "error", DATA,
         "A character outside printable ASCII; columns after it cannot be trusted."),
    Kind("line.too-long", "error", f"{FORMATS}: records of 94 characters",
         "Text past column 94."),
    Kind("line.too-short", "error", f"{FORMATS}: records of 94 characters",
         "The record ends before its last mandatory field does."),
    Kind("line.trimmed", "warning", f"{FORMATS}: records of 94 characters",
         "Trailing blanks are missing; they are read as if they stood there."),
    Kind("line.trailing-blanks", "warning", f"{FORMATS}: records of 94 characters",
         "Blanks past column 94."),
    Kind("line.blank", "warning", SEQUENCE, "A blank line; it is passed over."),
    Kind("line.endings-mixed", "warning", DATA,
         "Line endings of different kinds in one file."),
    Kind("line.end-of-file-mark", "warning", DATA,
         "A control-Z after the last record, as old systems write to end a text."),
    Kind("text.lower-case", "warning", f"{GLOSSARY}: upper case for codes",
         "A code in lower case; it is read as upper case."),
    Kind("field.mandatory", "error",
         f"{FORMATS}: Inclusion Requirements, mandatory (Appendix Two, entry detail rejection)",
         "A mandatory field of an entry or addenda is blank, or is no number where one must be."),
    Kind("record.unknown-type", "error", f"{GLOSSARY}: Record Type Code",
         "The line does not begin with 1, 5, 6, 7, 8 or 9."),
    Kind("record.after-file-control", "error", SEQUENCE,
         "A record other than padding stands after the File Control Record."),
    Kind("padding.missing", "warning", f"{FORMATS}: File Header Record, Blocking Factor",
         "The last block of ten records is not filled up with nines."),
    Kind("padding.surplus", "warning", f"{FORMATS}: File Header Record, Blocking Factor",
         "More records of nines than fill the last block."),
    Kind("padding.misplaced", "error", SEQUENCE,
         "A record of nines before the File Control Record: nines only fill the last block."),
    Kind("padding.malformed", "warning", f"{FORMATS}: File Header Record, Blocking Factor",
         "A record of nines that is not 94 nines."),
)  # fmt: skip

FILE_HEADER_KINDS = (
    Kind("file-header.missing", "error", SEQUENCE,
         "The file does not begin with a File Header Record."),
    Kind("file-header.misplaced", "error", SEQUENCE,
         "A File Header Record stands elsewhere than first."),
    Kind("file-header.priority-code", "error", f"{GLOSSARY}: Priority Code", "It is not 01."),
    Kind("file-header.destination", "error", f"{GLOSSARY}: Immediate Destination",
         "It is neither a routing number, nine digits, nor ten digits that end with one."),
    Kind("file-header.destination-check-digit", "warning", f"{GLOSSARY}: Immediate Destination",
         "The routing number's check digit is wrong; whoever took the file in knows where it is."),
    Kind("file-header.origin", "error", f"{GLOSSARY}: Immediate Origin",
         "It is blank, zero, or begins with a blank but is no nine-digit routing number."),
    Kind("file-header.origin-agreed", "warning", f"{GLOSSARY}: Immediate Origin",
         "Not a routing number but some other text: an identification agreed with the ODFI."),
    Kind("file-header.creation-date", "error", f"{GLOSSARY}: File Creation Date",
         "It is no date."),
    Kind("file-header.creation-time", "error", f"{GLOSSARY}: File Creation Time",
         "It is neither blank nor a time of day."),
    Kind("file-header.modifier", "error", f"{GLOSSARY}: File ID Modifier",
         "It is neither a letter A to Z nor a digit."),
    Kind("file-header.record-size", "error", f"{GLOSSARY}: Record Size", "It is not 094."),
    Kind("file-header.blocking-factor", "error", f"{GLOSSARY}: Blocking Factor",
         "It is not 10."),
    Kind("file-header.format-code", "error", f"{GLOSSARY}: Format Code", "It is not 1."),
)  # fmt: skip

FILE_CONTROL_KINDS = (
    Kind("file-control.missing", "error", SEQUENCE, "The file has no File Control Record."),
    Kind("file-control.batch-count", "error", _CONTROL.format("Batch Count"),
         "It is no number, or not the number of batches in the file."),
    Kind("file-control.batch-count-numbering", "warning", _CONTROL.format("Batch Count"),
         "It is the last batch's number where numbers were skipped; every total agrees."),
    Kind("file-control.block-count", "error", _CONTROL.format("Block Count"),
         "It is no number, or not the number of blocks of ten records."),
    Kind("file-control.entry-count", "error", _CONTROL.format("Entry/Addenda Count"),
         "It is no number, or not the number of entry and addenda records."),
    Kind("file-control.entry-hash", "error", _CONTROL.format("Entry Hash"),
         "It is no number, or not the sum of the batches' entry hashes."),
    Kind("file-control.debit-total", "error", _CONTROL.format("Total Debit"),
         "It is no number, or not the sum of the debits."),
    Kind("file-control.credit-total", "error", _CONTROL.format("Total Credit"),
         "It is no number, or not the sum of the credits."),
    Kind("file-control.reserved", "warning", f"{FORMATS}: File Control Record, Reserved",
         "The reserved columns are not blank; nothing is read from them."),
)  # fmt: skip
