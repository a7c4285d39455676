"""Trace numbers: the ODFI's first eight digits, and seven that count up (Nacha Operating Rules,
Appendix Three, Glossary: Trace Number). After the last of them they begin again."""

from __future__ import annotations

from typing import Final

LAST: Final = 9_999_999
_ODFI: Final = 8


def first(odfi: str, sequence: int, count: int) -> str:
    """The first of `count` trace numbers that follow on a sequence number. They ascend within a
    batch, so none begins again in the middle of one."""
    begin = sequence + 1 if sequence + count <= LAST else 1
    return numbered(odfi, begin)


def numbered(odfi: str, sequence: int) -> str:
    """The trace number with a sequence number."""
    return f"{odfi[:_ODFI]}{sequence:07}"


def trace(first_trace: str, place: int) -> str:
    """The trace number that is so many places after the first."""
    return numbered(first_trace, sequence_of(first_trace) + place)


def sequence_of(trace_number: str) -> int:
    """The number without the ODFI's digits."""
    return int(trace_number[_ODFI:])
