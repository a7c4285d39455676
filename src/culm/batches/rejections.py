"""Why batches say no: one class a code. Codes are stable. Why an entry is refused is mostly a code
of payments, wallets, bank accounts or the ledger."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class BatchesRejection(errors.Rejection):
    """Some rule of batches does not allow it."""

    def __init__(self, field: str | None = None, *, message: str = "") -> None:
        super().__init__(message or " ".join((self.__doc__ or self.code).split()), field=field)


class BatchNotFound(BatchesRejection):
    """The tenant has no batch with this id."""

    code: ClassVar[str] = "batch_not_found"
    status: ClassVar[int] = 404


class BatchInvalid(BatchesRejection):
    """A batch is of US dollars, has up to 200,000 entries, and is sealed by the platform itself."""

    code: ClassVar[str] = "batch_invalid"
    status: ClassVar[int] = 400


class BatchDuplicate(BatchesRejection):
    """The same content came before. If these payouts are meant to be made once more, say
    `again`."""

    code: ClassVar[str] = "batch_duplicate"
    status: ClassVar[int] = 409


class BatchUnreadable(BatchesRejection):
    """The file is not of this format: it is not UTF-8, has no header line with the columns that
    are needed, or breaks the rules of NACHA files."""

    code: ClassVar[str] = "batch_unreadable"


class BatchEmpty(BatchesRejection):
    """The batch has no entries."""

    code: ClassVar[str] = "batch_empty"


class BatchTooLarge(BatchesRejection):
    """The batch has more entries than one may have: 200,000, or 5,000 of which all are to be taken
    or none."""

    code: ClassVar[str] = "batch_too_large"


class PayerErased(BatchesRejection):
    """The payer's data was erased before the batch was read."""

    code: ClassVar[str] = "batch_payer_erased"


class EntryInvalid(BatchesRejection):
    """An entry has one receiver (a wallet, a linked bank account, or the routing and account number
    and the holder's name of another one), and an amount with two digits after the point."""

    code: ClassVar[str] = "batch_entry_invalid"
    status: ClassVar[int] = 400


class EntryNotCredit(BatchesRejection):
    """Only credits are paid out: the entry collects money, moves none, or is a return."""

    code: ClassVar[str] = "batch_entry_not_credit"
