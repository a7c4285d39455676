"""An entry with its addenda, and what it means for the originator's money."""

from __future__ import annotations

import msgspec

from culm.rails.ach.addenda import AddendaRecord, ReturnRecord
from culm.rails.ach.entry_details import EntryRecord
from culm.rails.ach.reasons import DISHONORED
from culm.rails.ach.sec_codes import SECS
from culm.rails.ach.transaction_codes import DIRECTIONS, Direction, opposite

_MONEYLESS = frozenset(sec.code for sec in SECS.values() if not sec.moves_money)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One entry detail record and the addenda that follow it."""

    detail: EntryRecord
    addenda: tuple[AddendaRecord, ...]
    sec: str
    """The Standard Entry Class code of its batch."""

    @property
    def line(self) -> int:
        """Where the entry detail stands in the file, from 1."""
        return self.detail.line

    @property
    def batch(self) -> int:
        """The ordinal of its batch in the file, from 1."""
        return self.detail.batch

    @property
    def amount_minor(self) -> int:
        """US cents; `ValueError` on text that is no number, never in a readable batch."""
        return self.detail.amount_minor

    @property
    def returned(self) -> ReturnRecord | None:
        """The addenda that says why the entry comes back, where it does."""
        for addenda in self.addenda:
            if isinstance(addenda, ReturnRecord):
                return addenda
        return None

    @property
    def direction(self) -> Direction | None:
        """Which way the amount moves for the originator of the payment.

        "out": a credit pays the receiver, or a returned debit is given back. "in": a debit
        collects, or a returned credit comes back. A dishonoured return undoes the return, a
        contested one puts it back. None: prenotes, notifications of change, zero-dollar remittance
        and acknowledgements, accounting advices move nothing.
        """
        direction = DIRECTIONS.get(self.detail.transaction_code)
        if direction is None or self.sec in _MONEYLESS or not self.amount_minor:
            return None
        returned = self.returned if self.addenda else None
        if returned is not None and returned.reason in DISHONORED:
            return opposite(direction)
        return direction
