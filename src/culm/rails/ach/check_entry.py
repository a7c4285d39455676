"""Is an Entry Detail Record as the Rules want it? (Appendix Three, Entry Detail Record)

This is the path that explains. Nearly every entry of a real file is clean, and is passed by the
quick check of `tally.OpenBatch` without coming here.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from culm.rails.ach.check_fields import mandatory, upper_case
from culm.rails.ach.deviation import Finding
from culm.rails.ach.digits import are_digits, check_digit, is_blank_or_zero
from culm.rails.ach.entry_details import (
    AdvEntryDetail,
    CieEntryDetail,
    CtxEntryDetail,
    EntryDetail,
    EntryRecord,
    PosEntryDetail,
    ShrEntryDetail,
)
from culm.rails.ach.sec_codes import (
    ADV_SERVICE_CLASS,
    CARD_TRANSACTION_TYPES,
    PAYMENT_TYPES,
    REVERSAL,
    SERVICE_CLASSES,
    Sec,
)
from culm.rails.ach.transaction_codes import CODES, LOAN_DEBIT, TransactionCode

_MONTHS = frozenset(f"{month:02}" for month in range(1, 13))
_NAMED = (EntryDetail, CtxEntryDetail, CieEntryDetail)


class BatchContext(msgspec.Struct, frozen=True):
    """What a batch's header says that its entries must agree with."""

    sec: Sec | None
    service_class: str
    odfi: str
    reversal: bool


def entry_detail(
    entry: EntryRecord, batch: BatchContext, last_trace: str | None
) -> Iterator[Finding]:
    """Everything that deviates in an entry detail itself; its addenda are judged apart."""
    code = CODES.get(entry.transaction_code)
    if code is None:
        yield Finding(
            "entry.transaction-code",
            "transaction_code",
            f"{entry.transaction_code!r} is no transaction code.",
        )
    else:
        yield from _service_class(code, batch)
        yield from _sec(code, batch)
    yield from _receiver(entry)
    yield from _amount(entry, code, batch.sec)
    yield from _names(entry, code, batch.sec)
    yield from _card(entry)
    yield from mandatory(entry)
    if entry.addenda_indicator not in ("0", "1"):
        yield Finding(
            "entry.addenda-indicator", "addenda_indicator", "The addenda indicator is not 0 or 1."
        )
    yield from _trace(entry, batch, last_trace)


def _service_class(code: TransactionCode, batch: BatchContext) -> Iterator[Finding]:
    only = SERVICE_CLASSES.get(batch.service_class)
    if only is not None and code.side != only:
        yield Finding(
            "entry.service-class",
            "transaction_code",
            f"A {code.side} stands in a batch of {only}s only ({batch.service_class}).",
        )


def _sec(code: TransactionCode, batch: BatchContext) -> Iterator[Finding]:
    sec = batch.sec
    stray_advice = code.purpose == "advice" and batch.service_class != ADV_SERVICE_CLASS
    if stray_advice or (code.code == LOAN_DEBIT and not batch.reversal):
        allowed = False
    elif sec is None:
        allowed = True
    elif code.purpose == "live" and sec.amounts == "zero":
        allowed = code.purpose in sec.purposes or "prenote" in sec.purposes
    else:
        one_sided = sec.side is None or code.side == sec.side or batch.reversal
        allowed = code.purpose in sec.purposes and (one_sided or code.purpose == "return")
    if not allowed:
        yield Finding(
            "entry.sec-transaction-code",
            "transaction_code",
            f"Transaction code {code.code} may not stand in this class of batch.",
        )


def _receiver(entry: EntryRecord) -> Iterator[Finding]:
    if not are_digits(entry.routing_number) or is_blank_or_zero(entry.rdfi):
        yield Finding("entry.rdfi", "rdfi", "The receiving institution is not nine digits.")
    elif check_digit(entry.rdfi) != entry.check_digit:
        yield Finding(
            "entry.check-digit",
            "check_digit",
            f"The check digit of {entry.rdfi} is {check_digit(entry.rdfi)}, "
            f"not {entry.check_digit}.",
        )
    if not entry.account.strip():
        yield Finding("entry.account", "account", "There is no account number.")


def _amount(entry: EntryRecord, code: TransactionCode | None, sec: Sec | None) -> Iterator[Finding]:
    if not are_digits(entry.amount):
        yield Finding("entry.amount", "amount", "The amount is not all digits.")
        return
    if sec is not None and sec.max_amount_minor and entry.amount_minor > sec.max_amount_minor:
        yield Finding("entry.amount-limit", "amount", f"{sec.code} entries may not be as large.")
    if code is None:
        return
    amounts = "positive" if sec is None else sec.amounts
    zero = entry.amount_minor == 0
    if not zero and (code.purpose in ("prenote", "zero") or amounts == "zero"):
        yield Finding(
            "entry.amount-not-zero", "amount", "An entry that carries no money has an amount."
        )
    elif zero and code.purpose == "live" and amounts == "positive":
        yield Finding("entry.amount-zero", "amount", "A payment is of zero cents.")
    elif code.purpose == "live" and amounts == "zero":
        yield Finding(
            "entry.non-dollar-code",
            "transaction_code",
            f"Live transaction code {code.code} stands in a class of non-dollar entries.",
        )


def _names(entry: EntryRecord, code: TransactionCode | None, sec: Sec | None) -> Iterator[Finding]:
    # A return copies what the original said, good or bad.
    if sec is None or (code is not None and code.purpose == "return"):
        return
    if isinstance(entry, _NAMED):
        if sec.naming == "must" and is_blank_or_zero(entry.name):
            yield Finding("entry.name", "name", "The entry names no receiver.")
        elif sec.naming == "should" and not entry.name.strip():
            yield Finding("entry.name-absent", "name", "The entry names no receiver.")
    if sec.typed_payments and isinstance(entry, EntryDetail):
        yield from _payment_type(entry.discretionary_data)


def _payment_type(said: str) -> Iterator[Finding]:
    if said.upper() not in PAYMENT_TYPES:
        yield Finding(
            "entry.payment-type", "discretionary_data", f"{said!r} is no payment type code."
        )
    else:
        yield from upper_case("discretionary_data", said)


def _card(entry: EntryRecord) -> Iterator[Finding]:
    """What POS and SHR say of the card (Glossary: Card Transaction Type Code, Card Expiration
    Date)."""
    if isinstance(entry, (PosEntryDetail, ShrEntryDetail)):
        kind = entry.card_transaction_type
        if kind not in CARD_TRANSACTION_TYPES:
            yield Finding(
                "entry.card-transaction-type",
                "card_transaction_type",
                f"{kind!r} is no card transaction type code.",
            )
    if isinstance(entry, ShrEntryDetail):
        expires = entry.card_expiration
        if not are_digits(expires) or expires[:2] not in _MONTHS:
            yield Finding(
                "entry.card-expiration",
                "card_expiration",
                "The card's expiration date is no month and year.",
            )


def _trace(entry: EntryRecord, batch: BatchContext, last: str | None) -> Iterator[Finding]:
    trace = entry.trace
    if not are_digits(trace):
        yield Finding("entry.trace", "trace", "The trace number is not fifteen digits.")
        return
    if not isinstance(entry, AdvEntryDetail) and not trace.startswith(batch.odfi):
        yield Finding(
            "entry.trace-odfi",
            "trace",
            "The trace number does not begin with the batch's originating institution.",
        )
    if last is not None and trace <= last:
        yield Finding(
            "entry.trace-order", "trace", f"Trace number {trace} follows trace number {last}."
        )


def is_reversal(description: str) -> bool:
    """Whether a batch's company entry description says that it undoes another."""
    return description.strip().upper() == REVERSAL
