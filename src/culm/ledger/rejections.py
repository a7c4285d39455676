"""Why the ledger says no: one class a code. Codes are stable. Which one is reported when several
apply is fixed by the order of the checks, in docs/reference/rejections.md."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class LedgerRejection(errors.Rejection):
    """Some rule of the ledger does not allow it."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(" ".join((self.__doc__ or self.code).split()), field=field)


class TenantInvalid(LedgerRejection):
    """A tenant's id is 1 to 64 lower-case letters, digits, '-' or '_', and its name 1 to 200
    characters."""

    code: ClassVar[str] = "tenant_invalid"
    status: ClassVar[int] = 400


class ClockNeedsSandbox(LedgerRejection):
    """Only a tenant of the sandbox has a virtual clock."""

    code: ClassVar[str] = "clock_needs_sandbox"
    status: ClassVar[int] = 400


class TenantExists(LedgerRejection):
    """Books for this tenant exist already."""

    code: ClassVar[str] = "tenant_exists"
    status: ClassVar[int] = 409


class TenantNotFound(LedgerRejection):
    """There are no books for this tenant."""

    code: ClassVar[str] = "tenant_not_found"
    status: ClassVar[int] = 404


class AssetInvalid(LedgerRejection):
    """An asset has a code of 3 to 12 capitals and digits and a scale of 0 to 18."""

    code: ClassVar[str] = "asset_invalid"
    status: ClassVar[int] = 400


class AssetExists(LedgerRejection):
    """This code is a currency or a registered asset already."""

    code: ClassVar[str] = "asset_exists"
    status: ClassVar[int] = 409


class CodeInvalid(LedgerRejection):
    """An account's code is a path like assets:bank:operating, from assets, liabilities, equity,
    income or expenses."""

    code: ClassVar[str] = "code_invalid"
    status: ClassVar[int] = 400


class CurrencyUnknown(LedgerRejection):
    """The currency is neither in ISO 4217 nor a registered asset of the tenant."""

    code: ClassVar[str] = "currency_unknown"


class LimitsInvalid(LedgerRejection):
    """A minimum is zero or less, a maximum zero or more, and neither is past 10^38 - 1."""

    code: ClassVar[str] = "limits_invalid"
    status: ClassVar[int] = 400


class AccountExists(LedgerRejection):
    """An account with this code exists already."""

    code: ClassVar[str] = "account_exists"
    status: ClassVar[int] = 409


class KindInvalid(LedgerRejection):
    """A kind is 1 to 64 lower-case letters, digits, '.', '-' or '_', beginning with a letter."""

    code: ClassVar[str] = "kind_invalid"
    status: ClassVar[int] = 400


class ReferenceInvalid(LedgerRejection):
    """A reference has at most 140 characters and no control characters."""

    code: ClassVar[str] = "reference_invalid"
    status: ClassVar[int] = 400


class MetadataInvalid(LedgerRejection):
    """Metadata has at most 50 keys of at most 64 characters and values of at most 500, none
    with control characters."""

    code: ClassVar[str] = "metadata_invalid"
    status: ClassVar[int] = 400


class TimeInvalid(LedgerRejection):
    """A time carries its offset from UTC and lies between 1970 and 9998."""

    code: ClassVar[str] = "time_invalid"
    status: ClassVar[int] = 400


class PostingsCount(LedgerRejection):
    """A transaction has 2 to 1,000 postings."""

    code: ClassVar[str] = "postings_count"
    status: ClassVar[int] = 400


class BatchSize(LedgerRejection):
    """A batch has 1 to 10,000 members."""

    code: ClassVar[str] = "batch_size"
    status: ClassVar[int] = 400


class AmountInvalid(LedgerRejection):
    """An amount is a whole number of minor units from 1 to 10^38 - 1."""

    code: ClassVar[str] = "amount_invalid"
    status: ClassVar[int] = 400


class AccountNotFound(LedgerRejection):
    """There is no such account."""

    code: ClassVar[str] = "account_not_found"
    status: ClassVar[int] = 404


class UpToPostings(LedgerRejection):
    """Only a transaction of two postings on two accounts can be booked up to what is
    available."""

    code: ClassVar[str] = "up_to_postings"
    status: ClassVar[int] = 400


class Unbalanced(LedgerRejection):
    """Debits and credits are not equal in every currency."""

    code: ClassVar[str] = "unbalanced"


class SameAccount(LedgerRejection):
    """A hold, or a leg of an exchange, is between two different accounts."""

    code: ClassVar[str] = "same_account"


class CurrencyMismatch(LedgerRejection):
    """The two accounts of a hold, or of a leg of an exchange, have the same currency."""

    code: ClassVar[str] = "currency_mismatch"


class TransactionNotFound(LedgerRejection):
    """There is no such transaction."""

    code: ClassVar[str] = "transaction_not_found"
    status: ClassVar[int] = 404


class ReversalOfReversal(LedgerRejection):
    """A reversal cannot be reversed; book the transaction again."""

    code: ClassVar[str] = "reversal_of_reversal"


class AlreadyReversed(LedgerRejection):
    """Nothing of the transaction is left to reverse."""

    code: ClassVar[str] = "already_reversed"
    status: ClassVar[int] = 409


class AmountsCount(LedgerRejection):
    """A partial reversal has one amount a posting, or one for a transaction of two postings."""

    code: ClassVar[str] = "amounts_count"
    status: ClassVar[int] = 400


class ReversalExceedsOriginal(LedgerRejection):
    """More would be reversed than is left of the posting."""

    code: ClassVar[str] = "reversal_exceeds_original"


class HoldNotFound(LedgerRejection):
    """There is no such hold."""

    code: ClassVar[str] = "hold_not_found"
    status: ClassVar[int] = 404


class HoldInUse(LedgerRejection):
    """The hold belongs to a payment or a transfer, which alone captures and releases it."""

    code: ClassVar[str] = "hold_in_use"
    status: ClassVar[int] = 409


class HoldNotOpen(LedgerRejection):
    """The hold has been captured, released or expired."""

    code: ClassVar[str] = "hold_not_open"
    status: ClassVar[int] = 409


class HoldExpired(LedgerRejection):
    """The hold's time has come; it can no longer be captured."""

    code: ClassVar[str] = "hold_expired"
    status: ClassVar[int] = 409


class AmountExceedsHold(LedgerRejection):
    """More would be captured than remains of the hold."""

    code: ClassVar[str] = "amount_exceeds_hold"


class ExpiryInPast(LedgerRejection):
    """A hold expires later than it is placed."""

    code: ClassVar[str] = "expiry_in_past"


class AccountClosed(LedgerRejection):
    """The account is closed."""

    code: ClassVar[str] = "account_closed"
    status: ClassVar[int] = 409


class AccountFrozen(LedgerRejection):
    """The account is frozen in this direction."""

    code: ClassVar[str] = "account_frozen"


class AccountHasHolds(LedgerRejection):
    """The account has holds."""

    code: ClassVar[str] = "account_has_holds"
    status: ClassVar[int] = 409


class AccountNotEmpty(LedgerRejection):
    """The account's balance is not zero."""

    code: ClassVar[str] = "account_not_empty"
    status: ClassVar[int] = 409


class PeriodClosed(LedgerRejection):
    """The effective time lies in a closed period."""

    code: ClassVar[str] = "period_closed"


class PeriodNotLater(LedgerRejection):
    """The books are closed up to this moment, or a later one, already."""

    code: ClassVar[str] = "period_not_later"
    status: ClassVar[int] = 409


class PeriodInFuture(LedgerRejection):
    """A period can be closed only once it has ended."""

    code: ClassVar[str] = "period_in_future"


class InsufficientFunds(LedgerRejection):
    """The account's available balance would fall below its minimum."""

    code: ClassVar[str] = "insufficient_funds"


class MaximumExceeded(LedgerRejection):
    """The account's balance would rise above its maximum."""

    code: ClassVar[str] = "maximum_exceeded"


class BalanceOutOfRange(LedgerRejection):
    """A balance would leave the range of 10^38 - 1 minor units."""

    code: ClassVar[str] = "balance_out_of_range"
