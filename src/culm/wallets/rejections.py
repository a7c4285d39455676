"""Why wallets say no: one class a code. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class WalletsRejection(errors.Rejection):
    """Some rule of wallets does not allow it."""

    def __init__(self, field: str | None = None, *, message: str | None = None) -> None:
        super().__init__(message or " ".join((self.__doc__ or self.code).split()), field=field)


class NameInvalid(WalletsRejection):
    """A wallet's name has at most 100 printable characters. It is a label, and no place for what
    is known of a person."""

    code: ClassVar[str] = "wallet_name_invalid"
    status: ClassVar[int] = 400


class MetadataInvalid(WalletsRejection):
    """A wallet's metadata has at most 20 keys of 1 to 64 characters and values of at most 500, all
    printable."""

    code: ClassVar[str] = "wallet_metadata_invalid"
    status: ClassVar[int] = 400


class CurrenciesInvalid(WalletsRejection):
    """A wallet holds 1 to 20 currencies, each once."""

    code: ClassVar[str] = "wallet_currencies_invalid"
    status: ClassVar[int] = 400


class LimitsInvalid(WalletsRejection):
    """A tier is a lower-case word of at most 32 characters; a limit is zero or more, and a sum at
    most 10^38 - 1 minor units."""

    code: ClassVar[str] = "wallet_limits_invalid"
    status: ClassVar[int] = 400


class StatementPeriodInvalid(WalletsRejection):
    """A statement covers 1 to 366 days, from the first to the last, both included."""

    code: ClassVar[str] = "statement_period_invalid"
    status: ClassVar[int] = 400


class StatementTooLong(WalletsRejection):
    """A statement in a file has at most 10,000 lines, as PDF 2,000. Ask for fewer days, or read it
    as JSON, page by page."""

    code: ClassVar[str] = "statement_too_long"


class StatementFormatUnfit(WalletsRejection):
    """What the statement holds cannot be said in this format: camt.053 knows currencies of
    ISO 4217, and amounts of 18 digits at most."""

    code: ClassVar[str] = "statement_format_unfit"


class WalletNotFound(WalletsRejection):
    """There is no such wallet."""

    code: ClassVar[str] = "wallet_not_found"
    status: ClassVar[int] = 404


class WalletClosed(WalletsRejection):
    """The wallet is closed."""

    code: ClassVar[str] = "wallet_closed"
    status: ClassVar[int] = 409


class WalletFrozen(WalletsRejection):
    """The wallet is frozen in this direction."""

    code: ClassVar[str] = "wallet_frozen"
    advice = "The wallet's `freeze` and `reason` say how and why it is frozen. Unfreeze it first."


class CurrencyNotHeld(WalletsRejection):
    """The wallet does not hold this currency. Add it first."""

    code: ClassVar[str] = "wallet_currency_not_held"


class WalletHasHolds(WalletsRejection):
    """Money is held in the wallet, or on its way to it."""

    code: ClassVar[str] = "wallet_has_holds"
    advice = "Capture or void the payments that hold it, or wait until they settle or expire."
    status: ClassVar[int] = 409


class WalletNotEmpty(WalletsRejection):
    """The wallet is not empty. Take out what is in it first."""

    code: ClassVar[str] = "wallet_not_empty"
    status: ClassVar[int] = 409


class LimitExceeded(WalletsRejection):
    """The payment would go past a limit of the wallet's tier; the sentence names the limit."""

    code: ClassVar[str] = "limit_exceeded"
    advice = (
        "See what is left with `GET /v1/wallets/{wallet}/limits`. Pay less, wait for the next day "
        "or month (UTC), or move the customer to a tier that allows more."
    )
