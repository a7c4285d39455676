"""What may be asked of bank accounts.

What is known of an account is sealed by whoever asks, before it is asked. The last four are asked
by timers and reactors only.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from culm.bank_accounts import types


def described(**schema: Any) -> Any:
    """What the API says of a field; the decision is what holds it."""
    return msgspec.Meta(extra_json_schema=schema)


Routing = Annotated[str, described(pattern=r"^\d{9}$")]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change that is asked for."""


class LinkBankAccount(Command, frozen=True):
    """Keep a bank account of a customer. `sealed` is JSON with `account` and `name`,
    sealed with the key of the customer's `subject`, about `bank_account`."""

    customer: str
    subject: str
    sealed: str
    routing: str
    kind: types.Kind
    last4: str


class SendDeposits(Command, frozen=True):
    """Pay two amounts of cents to a bank account, for its holder to tell."""

    bank_account: str
    amounts: tuple[int, ...]


class VerifyBankAccount(Command, frozen=True):
    """Tell the amounts of the micro-deposits, in any order."""

    bank_account: str
    amounts: tuple[int, ...]


class RemoveBankAccount(Command, frozen=True):
    """Let a bank account take part in nothing new, and forget its number."""

    bank_account: str


class ExpireVerification(Command, frozen=True):
    """Wait no longer for the amounts of a round of micro-deposits."""

    bank_account: str
    round: int


class NoteReturn(Command, frozen=True):
    """A transfer to or from a bank account came back for a `reason`, or was never carried out,
    without one."""

    bank_account: str
    transfer: str
    reason: str = ""


class RefuseCorrection(Command, frozen=True):
    """Note that a notification of change with a `code` cannot be right, for one `field`."""

    bank_account: str
    code: str
    field: types.Wrong


class CorrectBankAccount(Command, frozen=True):
    """Keep what its bank has corrected, by a notification of change with a `code`."""

    bank_account: str
    code: str
    sealed: str
    routing: str
    kind: types.Kind
    last4: str
