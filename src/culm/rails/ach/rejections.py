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


class FileAccountDiffers(errors.Rejection):
    """The file was accepted for other accounts before, and is posted between those only."""

    code: ClassVar[str] = "ach_file_account_differs"
    status: ClassVar[int] = 409


class FileBatchesDiffer(errors.Rejection):
    """The file was accepted with other batches before: parts of it would not be the same parts."""

    code: ClassVar[str] = "ach_file_batches_differ"
    status: ClassVar[int] = 409


class AccountCurrency(errors.Rejection):
    """ACH moves US dollars: both accounts of a file are kept in USD."""

    code: ClassVar[str] = "ach_account_currency"


class SameAccount(errors.Rejection):
    """A file is posted between two different accounts."""

    code: ClassVar[str] = "ach_same_account"


class EntriesInvalid(errors.Invalid):
    """Entries come 1 to 10,000 at a time, each with a change other than zero."""

    code: ClassVar[str] = "ach_entries_invalid"
