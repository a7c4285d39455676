"""Why the ACH rail says no. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class FileInvalid(errors.Invalid):
    """What is recorded of a file is out of form."""

    code: ClassVar[str] = "ach_file_invalid"


class FileNotAccepted(errors.Rejection):
    """The file was not received, or was refused; its entries cannot be posted."""

    code: ClassVar[str] = "ach_file_not_accepted"
    status: ClassVar[int] = 409


class EntriesInvalid(errors.Invalid):
    """Entries come 1 to 10,000 at a time, each with a change other than zero."""

    code: ClassVar[str] = "ach_entries_invalid"
