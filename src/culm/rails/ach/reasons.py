"""Why entries come back: return reason codes and change codes.

Nacha Operating Rules, Appendix Four (Table of Return Reason Codes) and Appendix Five (Table of
Change Codes).
"""

from __future__ import annotations


def _codes(letter: str, *ranges: tuple[int, int]) -> frozenset[str]:
    return frozenset(f"{letter}{n:02}" for low, high in ranges for n in range(low, high + 1))


DISHONORED = _codes("R", (61, 62), (67, 70))
"""An ODFI will not have a return."""

CONTESTED = _codes("R", (71, 77))
"""An RDFI contests a dishonour, or corrects its return."""

RETURNED = _codes("R", (1, 47), (50, 53), (80, 85))
"""An entry comes back: from the RDFI, a gateway (80 to 85), or for an enrolment (40 to 47)."""

RETURN_REASONS = RETURNED | DISHONORED | CONTESTED

DEATH_REASONS = frozenset({"R14", "R15"})
"""Reasons that call for the date of death."""

CHANGE_CODES = _codes("C", (1, 14))
"""What the receiver's institution wants corrected."""

REFUSED_CHANGE_CODES = _codes("C", (61, 69))
"""An ODFI refuses a notification of change."""

CORRECTING_CODES = _codes("C", (1, 9))
"""Change codes that say nothing without corrected data."""

IAT_TRANSACTION_TYPES = frozenset(
    {
        *("ANN", "BUS", "DEP", "LOA", "MIS", "MOR", "PEN", "REM", "RLS", "SAL", "TAX"),
        *("ARC", "BOC", "MTE", "POP", "POS", "RCK", "SHR", "TEL", "WEB"),
    }
)
"""Reasons for payment in IAT addenda 10 (Appendix Three, Glossary: Transaction Type Code)."""
