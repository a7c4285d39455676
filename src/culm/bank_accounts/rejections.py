"""Why bank accounts say no. Codes are stable; no sentence quotes a number or a name."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class BankAccountsRejection(errors.Rejection):
    """Some rule of bank accounts does not allow it."""

    def __init__(self, field: str | None = None, *, message: str | None = None) -> None:
        super().__init__(message or " ".join((self.__doc__ or self.code).split()), field=field)


class RoutingNumberInvalid(BankAccountsRejection):
    """A routing number is nine digits, the last of which checks the others."""

    code: ClassVar[str] = "routing_number_invalid"
    status: ClassVar[int] = 400


class AccountNumberInvalid(BankAccountsRejection):
    """An account number is 4 to 17 digits."""

    code: ClassVar[str] = "account_number_invalid"
    status: ClassVar[int] = 400


class HolderNameInvalid(BankAccountsRejection):
    """The name of an account's holder is 1 to 100 printable characters, not all spaces."""

    code: ClassVar[str] = "holder_name_invalid"
    status: ClassVar[int] = 400


class BankAccountInvalid(BankAccountsRejection):
    """What is sealed of a bank account, or shown of it, does not have its form."""

    code: ClassVar[str] = "bank_account_invalid"
    status: ClassVar[int] = 400


class DepositAmountsInvalid(BankAccountsRejection):
    """Micro-deposits are two amounts of 1 to 99 cents."""

    code: ClassVar[str] = "deposit_amounts_invalid"
    status: ClassVar[int] = 400


class BankAccountNotFound(BankAccountsRejection):
    """There is no such bank account."""

    code: ClassVar[str] = "bank_account_not_found"
    status: ClassVar[int] = 404


class BankAccountNotVerified(BankAccountsRejection):
    """The bank account is not verified: that its holder is the customer has not been shown."""

    code: ClassVar[str] = "bank_account_not_verified"
    status: ClassVar[int] = 409


class BankAccountBlocked(BankAccountsRejection):
    """The bank account is blocked: its bank has returned an entry for a reason that lasts."""

    code: ClassVar[str] = "bank_account_blocked"
    status: ClassVar[int] = 409


class BankAccountRemoved(BankAccountsRejection):
    """The bank account was removed."""

    code: ClassVar[str] = "bank_account_removed"
    status: ClassVar[int] = 409


class BankAccountVerified(BankAccountsRejection):
    """The bank account is verified already."""

    code: ClassVar[str] = "bank_account_verified"
    status: ClassVar[int] = 409


class VerificationUnderWay(BankAccountsRejection):
    """Micro-deposits are on their way, or wait for their amounts to be told."""

    code: ClassVar[str] = "verification_under_way"
    status: ClassVar[int] = 409


class VerificationNotBegun(BankAccountsRejection):
    """No micro-deposits wait for their amounts to be told. Send them first."""

    code: ClassVar[str] = "verification_not_begun"
    status: ClassVar[int] = 409


class DepositsPending(BankAccountsRejection):
    """The micro-deposits have not settled yet, so nobody can know their amounts. This counts as no
    answer."""

    code: ClassVar[str] = "deposits_pending"
    status: ClassVar[int] = 409


class TooManyVerifications(BankAccountsRejection):
    """Verification of a bank account is begun at most 3 times."""

    code: ClassVar[str] = "too_many_verifications"
    status: ClassVar[int] = 409
