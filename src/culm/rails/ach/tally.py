"""What a batch and a file come to, counted from their entries as they pass.

`OpenBatch.quick` is the path that nearly every entry takes: one look that says "clean" and counts,
or says nothing, upon which the entry goes the slow way that explains.
"""

from __future__ import annotations

from culm.rails.ach.check_entry import BatchContext, is_reversal
from culm.rails.ach.digits import HASH_MODULUS, are_digits, check_digit
from culm.rails.ach.entry_details import CtxEntryDetail, EntryDetail, EntryRecord
from culm.rails.ach.layout import fields
from culm.rails.ach.limits import RECORD_CHARS
from culm.rails.ach.parse import entry_type, sec_of
from culm.rails.ach.records import BatchHeaderRecord
from culm.rails.ach.sec_codes import PAYMENT_TYPES, SERVICE_CLASSES, Sec
from culm.rails.ach.transaction_codes import CODES, LOAN_DEBIT

_ZERO_AMOUNT = "0" * 10
_PLAIN_AMOUNT = slice(29, 39)
_PLAIN = (EntryDetail, CtxEntryDetail)
"""The layouts that `quick` knows: no mandatory field of theirs is looked at elsewhere."""

_MAX_ROUTINGS = 50_000

# Routing numbers with a right check digit, and what they add to a hash. There are some 20,000 in
# the country; the table is emptied before invented ones could fill the memory.
_routings: dict[str, int] = {}


def _known_routing(routing: str) -> int | None:
    """The number's part in an entry hash, or None when it is not in order."""
    if not are_digits(routing) or len(routing) != 9 or routing.startswith("00000000"):
        return None
    if check_digit(routing[:8]) != routing[8]:
        return None
    if len(_routings) >= _MAX_ROUTINGS:
        _routings.clear()
    return _routings.setdefault(routing, int(routing[:8]))


class Sums:
    """Records counted and amounts added, in US cents. A figure is None once something in it could
    not be read: it can then be compared with nothing."""

    __slots__ = ("addenda", "at_fault", "credit", "debit", "entries", "hash")

    def __init__(self) -> None:
        self.entries = 0
        self.addenda = 0
        self.at_fault = 0  # entries that have an error, or whose addenda have
        self.hash: int | None = 0
        self.debit: int | None = 0
        self.credit: int | None = 0

    @property
    def records(self) -> int:
        """Entry details and addenda together, as the controls count them."""
        return self.entries + self.addenda

    @property
    def hash_digits(self) -> int | None:
        """The hash as a control states it: the last ten digits."""
        return None if self.hash is None else self.hash % HASH_MODULUS

    def count(self, entry: EntryRecord) -> None:
        """Counts an entry, readable or not."""
        self.entries += 1
        self.hash = _plus(self.hash, entry.rdfi)
        code = CODES.get(entry.transaction_code)
        if code is None:
            self.debit = self.credit = None
        elif code.side == "debit":
            self.debit = _plus(self.debit, entry.amount)
        else:
            self.credit = _plus(self.credit, entry.amount)

    def add(self, other: Sums) -> None:
        """Adds another's sums, unreadable figures and all."""
        self.entries += other.entries
        self.addenda += other.addenda
        self.at_fault += other.at_fault
        self.hash = _sum(self.hash, other.hash)
        self.debit = _sum(self.debit, other.debit)
        self.credit = _sum(self.credit, other.credit)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _plus(total: int | None, digits: str) -> int | None:
    return total + int(digits) if total is not None and are_digits(digits) else None


class OpenBatch:
    """A batch that is being read."""

    __slots__ = ("_live", "_name_at", "_odfi", "_types", "context", "header", "last_trace",
                 "must_close", "ordinal", "sec", "sums")  # fmt: skip

    def __init__(self, header: BatchHeaderRecord) -> None:
        self.header = header
        self.ordinal = header.batch
        self.sec = sec_of(header)
        self.sums = Sums()
        self.last_trace: str | None = None
        odfi = header.odfi if are_digits(header.odfi) else ""
        reversal = is_reversal(header.entry_description)
        self.context = BatchContext(self.sec, header.service_class, odfi, reversal)
        self._odfi = odfi
        self._live = _live_debits(self.sec, header.service_class)
        self._name_at = _name_at(self.sec)
        self._types = PAYMENT_TYPES if self.sec is not None and self.sec.typed_payments else None
        # Whether an entry must be judged once more when its addenda are known to be none.
        self.must_close = self.sec is not None and bool(
            self.sec.min_addenda or self.sec.counts_addenda
        )

    @property
    def entry_type(self) -> type[EntryRecord]:
        """The layout of this batch's entries."""
        return entry_type(self.sec)

    def quick(self, text: str) -> bool:
        """Counts the entry if all is well with it; else changes nothing and says False.

        Addenda are judged when the entry is complete, whichever way it came.
        """
        debit = self._live.get(text[1:3])
        if debit is None or len(text) != RECORD_CHARS:
            return False
        hashed = _routings.get(text[3:12]) or _known_routing(text[3:12])
        amount = text[_PLAIN_AMOUNT]
        trace = text[79:]
        if (
            hashed is None
            or not amount.isdecimal()
            or amount == _ZERO_AMOUNT
            or text[12] == " "
            or text[self._name_at] <= "0"  # what begins with a blank or a zero may be no name
            or text[78] not in "01"
            or not trace.isdecimal()
            or trace[:8] != self._odfi
            or (self.last_trace is not None and trace <= self.last_trace)
            or (self._types is not None and text[76:78] not in self._types)
        ):
            return False
        sums = self.sums
        sums.entries += 1
        if sums.hash is not None:
            sums.hash += hashed
        if debit:
            if sums.debit is not None:
                sums.debit += int(amount)
        elif sums.credit is not None:
            sums.credit += int(amount)
        self.last_trace = trace
        return True


def _name_at(sec: Sec | None) -> int:
    """Where a name must begin; the record type, never blank, in classes that need none."""
    if sec is None or sec.naming == "may":
        return 0
    return next(f.start for f in fields(sec.entry) if f.name == "name") - 1


def _live_debits(sec: Sec | None, service_class: str) -> dict[str, bool]:
    """The live codes that need no second thought in such a batch: True for debits."""
    if sec is None or "live" not in sec.purposes or sec.amounts != "positive":
        return {}
    if sec.entry not in _PLAIN or service_class not in SERVICE_CLASSES:
        return {}
    only = SERVICE_CLASSES[service_class]
    return {
        c.code: c.side == "debit"
        for c in CODES.values()
        if c.purpose == "live"
        and c.code != LOAN_DEBIT
        and sec.side in (None, c.side)
        and only in (None, c.side)
    }
