"""Standard Entry Class codes: what each kind of batch may carry.

Nacha Operating Rules, Appendix Three: the entry and addenda formats of each code, and Glossary of
Data Elements: Standard Entry Class Code, Addenda Record Indicator, Amount.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from culm.rails.ach.entry_details import (
    AdvEntryDetail,
    ChequeEntryDetail,
    CieEntryDetail,
    CtxEntryDetail,
    EntryDetail,
    EntryRecord,
    IatEntryDetail,
    MteEntryDetail,
    PopEntryDetail,
    PosEntryDetail,
    ShrEntryDetail,
    TrcEntryDetail,
)
from culm.rails.ach.limits import MAX_ADDENDA
from culm.rails.ach.transaction_codes import Purpose, Side

_MONEY: frozenset[Purpose] = frozenset({"live", "prenote", "return"})
_WITH_REMITTANCE: frozenset[Purpose] = _MONEY | {"zero"}
_ACKNOWLEDGING: frozenset[Purpose] = frozenset({"zero", "return"})
_NON_DOLLAR: frozenset[Purpose] = frozenset({"prenote", "return"})
_RETURNS: frozenset[Purpose] = frozenset({"return"})
_ADVICES: frozenset[Purpose] = frozenset({"advice", "return"})

Amounts = Literal["positive", "any", "zero"]
Naming = Literal["must", "should", "may"]


class Sec(msgspec.Struct, frozen=True):
    """What one Standard Entry Class code allows."""

    code: str
    entry: type[EntryRecord] = EntryDetail
    addenda: frozenset[str] = frozenset({"99"})
    """Types of addenda that its entries may carry; 99 is a return's."""

    min_addenda: int = 0
    max_addenda: int = 0
    """Of a forward entry; a return carries its one addenda 99 (IAT: after the seven)."""

    purposes: frozenset[Purpose] = _MONEY
    side: Side | None = None
    """The only side that the code allows but in a reversal; None allows both."""

    amounts: Amounts = "positive"
    """Of a live entry. Prenotes and zero-dollar entries are always zero."""

    max_amount_minor: int | None = None
    """The most that an entry may be of, in US cents; None is as much as the field holds."""

    counts_addenda: bool = False
    """The entry itself says how many addenda follow."""

    naming: Naming = "should"
    """Whether an entry must name its receiver (operators reject TEL and WEB without)."""

    typed_payments: bool = False
    """Columns 77-78 are a payment type code rather than discretionary data."""

    moves_money: bool = True


def _payment(code: str, **more: object) -> Sec:
    return msgspec.structs.replace(
        Sec(code, addenda=frozenset({"05", "99"}), max_addenda=1), **more
    )


def _cheque(
    code: str, entry: type[EntryRecord] = ChequeEntryDetail, most: int | None = None
) -> Sec:
    return Sec(code, entry=entry, side="debit", naming="may", max_amount_minor=most)


def _card(code: str, entry: type[EntryRecord]) -> Sec:
    return Sec(
        code,
        entry=entry,
        addenda=frozenset({"02", "99"}),
        min_addenda=1,
        max_addenda=1,
        amounts="any",
        naming="may",
    )


def _counted(code: str, **more: object) -> Sec:
    counted = {"entry": CtxEntryDetail, "max_addenda": MAX_ADDENDA, "counts_addenda": True}
    return _payment(code, **counted | more)


_IAT = frozenset({"10", "11", "12", "13", "14", "15", "16", "17", "18"})

_MAX_CONVERTED = 2_500_000
"""US cents that a cheque turned into an ARC, BOC or POP entry may be of (Article Two, Section 2.5,
eligible source documents)."""

_MAX_REPRESENTED = 250_000
"""US cents that a re-presented cheque may be of (Article Two, Section 2.5, RCK Entries)."""

_SECS = [
    _payment("ACK", purposes=_ACKNOWLEDGING, amounts="zero", moves_money=False),
    Sec("ADV", entry=AdvEntryDetail, purposes=_ADVICES, amounts="any", moves_money=False),
    _cheque("ARC", most=_MAX_CONVERTED),
    _counted("ATX", purposes=_ACKNOWLEDGING, amounts="zero", moves_money=False),
    _cheque("BOC", most=_MAX_CONVERTED),
    _payment("CCD", purposes=_WITH_REMITTANCE),
    _payment("CIE", entry=CieEntryDetail, side="credit", naming="may"),
    Sec(
        "COR",
        addenda=frozenset({"98"}),
        min_addenda=1,
        max_addenda=1,
        purposes=_RETURNS,
        amounts="zero",
        naming="may",
        moves_money=False,
    ),
    _counted("CTX", purposes=_WITH_REMITTANCE),
    _payment("DNE", min_addenda=1, purposes=_NON_DOLLAR, amounts="zero", moves_money=False),
    _payment(
        "ENR",
        min_addenda=1,
        max_addenda=MAX_ADDENDA,
        purposes=_NON_DOLLAR,
        amounts="zero",
        moves_money=False,
    ),
    Sec(
        "IAT",
        entry=IatEntryDetail,
        addenda=_IAT | {"99"},
        min_addenda=7,
        max_addenda=14,
        purposes=_WITH_REMITTANCE,
        counts_addenda=True,
        naming="may",
    ),
    _card("MTE", MteEntryDetail),
    _cheque("POP", PopEntryDetail, _MAX_CONVERTED),
    _card("POS", PosEntryDetail),
    _payment("PPD"),
    _cheque("RCK", most=_MAX_REPRESENTED),
    _card("SHR", ShrEntryDetail),
    Sec("TEL", side="debit", naming="must", typed_payments=True),
    _cheque("TRC", TrcEntryDetail),
    _counted("TRX", side="debit", naming="may"),
    _payment("WEB", naming="must", typed_payments=True),
    _cheque("XCK", TrcEntryDetail),
]

SECS: dict[str, Sec] = {sec.code: sec for sec in _SECS}

IAT_COR = Sec(
    "COR",
    entry=IatEntryDetail,
    addenda=_IAT | {"98"},
    min_addenda=1,
    max_addenda=15,
    purposes=_RETURNS,
    amounts="zero",
    counts_addenda=True,
    naming="may",
    moves_money=False,
)
"""A notification of change of an IAT entry: a COR batch whose header says IATCOR."""

IAT_MANDATORY = ("10", "11", "12", "13", "14", "15", "16")
IAT_MAX_REMITTANCE = 2
IAT_MAX_CORRESPONDENTS = 5

PAYMENT_TYPES = frozenset({"  ", "R ", "S ", " R", " S", "ST"})
"""Recurring, single, standing authorization, or unsaid (Glossary: Payment Type Code)."""

CARD_TRANSACTION_TYPES = frozenset({"01", "02", "03", "11", "12", "13", "21", "99"})
"""Purchase, cash, return; the reversal of each; adjustment, miscellaneous (Glossary: Card
Transaction Type Code)."""

FX_INDICATORS = frozenset({"FF", "FV", "VF"})
"""Which of the two amounts is fixed, which varies (Glossary: Foreign Exchange Indicator)."""

FX_REFERENCE_INDICATORS = frozenset({"1", "2", "3"})
"""What stands in the foreign exchange reference: a rate, a number, blanks (Glossary: Foreign
Exchange Reference Indicator)."""

IAT_NUMBER_QUALIFIERS = frozenset({"01", "02", "03"})
"""How an institution is numbered: national clearing system, BIC, IBAN (Glossary: Identification
Number Qualifier)."""

REVERSAL = "REVERSAL"
"""The Company Entry Description of a batch that undoes another (Article Two, Reversing Files
and Reversing Entries)."""

REPRESENTED = "REDEPCHECK"
"""The Company Entry Description of a batch of re-presented cheques (Glossary: Company Entry
Description)."""

SERVICE_CLASSES: dict[str, Side | None] = {"200": None, "220": "credit", "225": "debit"}
"""The one side that a batch of this Service Class Code may hold; 200 holds both."""

ADV_SERVICE_CLASS = "280"
