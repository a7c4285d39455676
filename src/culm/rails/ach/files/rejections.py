"""Why batches and files say no. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class BatchInvalid(errors.Rejection):
    """A batch is of up to 1,000 transfers of one window that are alike, and its totals have twelve
    digits."""

    code: ClassVar[str] = "ach_batch_invalid"


class BatchNotFound(errors.Rejection):
    """There is no such batch."""

    code: ClassVar[str] = "ach_batch_not_found"
    status: ClassVar[int] = 404


class FileNotFound(errors.Rejection):
    """There is no such file."""

    code: ClassVar[str] = "ach_sent_file_not_found"
    status: ClassVar[int] = 404


class FileNotDue(errors.Rejection):
    """The bank has not accepted the file, or the time of its settlement has not come."""

    code: ClassVar[str] = "ach_file_not_due"
    status: ClassVar[int] = 409


class BatchNotRejected(errors.Rejection):
    """The bank has not rejected the batch."""

    code: ClassVar[str] = "ach_batch_not_rejected"
    status: ClassVar[int] = 409


class TooManyFiles(errors.Rejection):
    """A day has 36 files at most: each has a letter or a digit of its own."""

    code: ClassVar[str] = "ach_too_many_files"
    status: ClassVar[int] = 409


class FileNotOpen(errors.Rejection):
    """What became of the file is known, or it was not sent."""

    code: ClassVar[str] = "ach_sent_file_not_open"
    status: ClassVar[int] = 409


class ReasonInvalid(errors.Invalid):
    """A reason has at most 200 printable characters."""

    code: ClassVar[str] = "ach_reason_invalid"
