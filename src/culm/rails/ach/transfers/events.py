"""The facts about transfers. Names and account numbers are sealed with the payee's key."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.rails.ach import terms
from culm.rails.ach.transfers import types


class TransferQueued(Event, frozen=True, gc=False):
    """A transfer waits for a cut-off, and its money is held."""

    TYPE: ClassVar[str] = "ach.transfer_queued"
    id: terms.TransferId
    purpose: terms.Purpose
    direction: terms.Direction
    amount: terms.Cents
    account: Annotated[str, Meta(description="Our ledger account that pays, or is paid.")]
    hold: Annotated[str, Meta(description="The hold of the ledger that reserves the money.")]
    window: terms.WindowId
    subject: Annotated[str, Meta(description="Whose key the payee is sealed with.")]
    sealed: Annotated[str, Meta(description="The payee's name and account number, sealed.")]
    routing: Annotated[str, Meta(description="The routing number of the payee's bank.")]
    account_kind: Annotated[types.AccountKind, Meta(description="The kind of the payee's account.")]
    sec: Annotated[types.Sec, Meta(description="The Standard Entry Class code.")]
    description: Annotated[str, Meta(description="What the payee reads of it.")]
    bank_account: Annotated[str, Meta(description="The linked account, if it is one.")] = ""
    identification: Annotated[str, Meta(description="Our number for the payee.")] = ""
    kind: Annotated[
        types.Kind, Meta(description="A payment, or an entry that is about another one.")
    ] = "payment"
    original: Annotated[str, Meta(description="The transfer that it is about.")] = ""
    recurring: Annotated[
        bool, Meta(description="Whether it is one of several that the payee has agreed to.")
    ] = False


class TransferCancelled(Event, frozen=True):
    """A transfer was withdrawn before it was sent, and its hold released."""

    TYPE: ClassVar[str] = "ach.transfer_cancelled"
    id: terms.TransferId
    purpose: terms.Purpose
    amount: terms.Cents


class TransfersRejected(Event, frozen=True):
    """Transfers that were cut into a batch will not be carried out; their holds are released.

    The bank refused the file or the batch, or the payee is not known any more.
    """

    TYPE: ClassVar[str] = "ach.transfers_rejected"
    COUNTED_BY: ClassVar[str] = "code"
    batch: terms.BatchId
    code: Annotated[str, Meta(description="`file`, `batch` or `payee`.")]
    transfers: terms.Items
    reason: Annotated[str, Meta(description="What the bank says of it.")] = ""


class TransfersInDoubt(Event, frozen=True):
    """Nobody knows whether the bank has these transfers. The bank is asked; nothing is sent again.

    What follows is `ach.batch_settled` or `ach.transfers_rejected`.
    """

    TYPE: ClassVar[str] = "ach.transfers_in_doubt"
    batch: terms.BatchId
    transfers: terms.Items


class BatchSettled(Event, frozen=True):
    """Transfers have settled: what was held is posted. They can still be returned."""

    TYPE: ClassVar[str] = "ach.batch_settled"
    batch: terms.BatchId
    transfers: terms.Items


class TransferReversed(Event, frozen=True):
    """A payment that was made in error is undone: its reversal has settled, which has collected a
    credit back, or paid a debit back. The other bank may still return that."""

    TYPE: ClassVar[str] = "ach.transfer_reversed"
    id: terms.TransferId
    purpose: terms.Purpose
    amount: terms.Cents
    reversal: terms.TransferId


class TransferReturned(Event, frozen=True):
    """The other bank returned a transfer, and the money moved back.

    A returned credit is given back to the account, or, where that cannot be, kept as `unclaimed`. A
    returned debit is taken from the account as far as it goes; the `shortfall` is owed.
    """

    TYPE: ClassVar[str] = "ach.transfer_returned"
    COUNTED_BY: ClassVar[str] = "reason"
    id: terms.TransferId
    purpose: terms.Purpose
    direction: terms.Direction
    amount: terms.Cents
    reason: terms.Reason
    returned_on: Annotated[terms.Day, Meta(description="When the return settled.")]
    return_trace: Annotated[str, Meta(description="The trace number of the return.")] = ""
    settled_before: Annotated[
        bool, Meta(description="Whether it had settled; if not, its hold was released.")
    ] = True
    late: Annotated[bool, Meta(description="Whether the time for it was over.")] = False
    shortfall: Annotated[terms.Cents, Meta(description="What the account could not give.")] = "0"
    unclaimed: Annotated[terms.Cents, Meta(description="What the account could not take.")] = "0"
    bank_account: Annotated[str, Meta(description="The linked account, if it is one.")] = ""
    kind: Annotated[types.Kind, Meta(description="As when it was queued.")] = "payment"


class ChangeNoticed(Event, frozen=True):
    """The other bank carried a transfer out, and wants its data corrected for the next one."""

    TYPE: ClassVar[str] = "ach.change_noticed"
    id: terms.TransferId
    purpose: terms.Purpose
    code: Annotated[str, Meta(description="A change code, C01 to C14.")]
    subject: Annotated[str, Meta(description="Whose key it is sealed with.")]
    sealed: Annotated[
        str,
        Meta(
            description="The corrected data, sealed about `change`: JSON with those of `account`, "
            "`routing`, `name`, `kind` and `identification` that change."
        ),
    ]
    bank_account: Annotated[str, Meta(description="The linked account, if it is one.")] = ""


class ReturnUnmatched(Event, frozen=True):
    """The bank returned what is not known here, or was returned before. Its money is kept apart
    until somebody finds out whose it is."""

    TYPE: ClassVar[str] = "ach.return_unmatched"
    problem: Annotated[
        str, Meta(description="`unknown`, `duplicate`, `amount`, `not_sent` or `reversed`.")
    ]
    trace: Annotated[str, Meta(description="The trace number that it names.")]
    amount: terms.Cents
    direction: terms.Direction
    reason: terms.Reason
    returned_on: Annotated[terms.Day, Meta(description="When the return settled.")]
    return_trace: Annotated[str, Meta(description="The trace number of the return.")] = ""
    transfer: Annotated[str, Meta(description="The transfer with that trace number.")] = ""
    answerable: Annotated[
        bool, Meta(description="Whether it can be dishonoured, as a return of the transfer.")
    ] = False


class ReturnDishonoured(Event, frozen=True):
    """We do not accept a return: a transfer of its own, `dishonour`, says so to the other bank. It
    may be a return whose money was set `apart`; then the transfer is what it was."""

    TYPE: ClassVar[str] = "ach.return_dishonoured"
    id: terms.TransferId
    purpose: terms.Purpose
    amount: terms.Cents
    reason: Annotated[str, Meta(description="Why: R61, R62 or R67 to R70.")]
    dishonour: terms.TransferId
    information: Annotated[
        str, Meta(description="With R69 the codes of the fields that are wrong, as in `01*03`.")
    ] = ""
    returned_on: Annotated[
        terms.Day | None, Meta(description="When the return settled; null in older facts.")
    ] = None
    return_trace: Annotated[str, Meta(description="The trace number of the return.")] = ""
    return_reason: Annotated[str, Meta(description="The reason of the return.")] = ""
    apart: Annotated[bool, Meta(description="Whether its money had been set apart.")] = False


class ReturnContested(Event, frozen=True):
    """The other bank does not accept that we dishonoured its return. That is the end of it within
    the network."""

    TYPE: ClassVar[str] = "ach.return_contested"
    id: terms.TransferId
    purpose: terms.Purpose
    amount: terms.Cents
    reason: Annotated[str, Meta(description="Why: R71 to R77.")]
    apart: Annotated[
        bool, Meta(description="Whether it is a return whose money had been set apart.")
    ] = False
