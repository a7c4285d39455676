"""The facts of bank accounts. Numbers and names are in them sealed."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.bank_accounts import terms, types
from culm.book.event import Event


class BankAccountLinked(Event, frozen=True):
    """A customer has told of a bank account. It may be paid to, and not be collected from."""

    TYPE: ClassVar[str] = "bank_accounts.bank_account_linked"
    id: terms.BankAccountId
    customer: terms.CustomerId
    subject: terms.Subject
    sealed: terms.Sealed
    routing: terms.Routing
    kind: terms.Kind
    sec: terms.Sec
    last4: terms.Last4


class DepositsSent(Event, frozen=True):
    """Two transfers of some cents are ordered, whose amounts the account's holder is to tell."""

    TYPE: ClassVar[str] = "bank_accounts.deposits_sent"
    id: terms.BankAccountId
    transfers: Annotated[tuple[str, ...], Meta(description="The ids of the transfers.")]
    round: terms.Round
    expires: terms.Expires


class VerificationMissed(Event, frozen=True):
    """Other amounts were told than were sent."""

    TYPE: ClassVar[str] = "bank_accounts.verification_missed"
    id: terms.BankAccountId
    misses: Annotated[int, Meta(description="How often by now; the third time it fails.")]


class BankAccountVerified(Event, frozen=True):
    """The amounts were told: the account is the customer's, and may be collected from."""

    TYPE: ClassVar[str] = "bank_accounts.bank_account_verified"
    id: terms.BankAccountId


class VerificationFailed(Event, frozen=True):
    """The account is not verified by these deposits. It can be begun again, three times in all."""

    TYPE: ClassVar[str] = "bank_accounts.verification_failed"
    id: terms.BankAccountId
    reason: Annotated[str, Meta(description="`answers`, `expired` or `returned`.")]


class BankAccountBlocked(Event, frozen=True):
    """The account takes part in nothing new: its bank has returned an entry for a reason that
    lasts."""

    TYPE: ClassVar[str] = "bank_accounts.bank_account_blocked"
    id: terms.BankAccountId
    reason: Annotated[str, Meta(description="The return reason code, R02 for example.")]
    transfer: Annotated[str, Meta(description="The id of the transfer that came back.")]


class BankAccountCorrected(Event, frozen=True):
    """Its bank has said what is to be corrected of the account, and it counts from now on."""

    TYPE: ClassVar[str] = "bank_accounts.bank_account_corrected"
    id: terms.BankAccountId
    code: Annotated[str, Meta(description="The change code, C01 for example.")]
    sealed: terms.Sealed
    routing: terms.Routing
    kind: terms.Kind
    last4: terms.Last4


class CorrectionRefused(Event, frozen=True):
    """What its bank wants corrected of the account cannot be right, and nothing of it counts."""

    TYPE: ClassVar[str] = "bank_accounts.correction_refused"
    id: terms.BankAccountId
    code: Annotated[str, Meta(description="The change code, C01 for example.")]
    field: Annotated[
        types.Wrong,
        Meta(description="What is no `routing` or `account` number, or `all` if it says nothing."),
    ]


class BankAccountRemoved(Event, frozen=True):
    """The account takes part in nothing new, for good."""

    TYPE: ClassVar[str] = "bank_accounts.bank_account_removed"
    id: terms.BankAccountId
