"""What the bank does with an entry, by the number of the receiver's account."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from culm.rails.ach.reasons import RETURNED

When = Literal["in time", "late", "early"]
Fault = Literal["", "twice", "unknown trace", "other amount"]


class Return(msgspec.Struct, frozen=True):
    """The entry comes back."""

    reason: str
    """The return reason code, `R01`."""

    when: When = "in time"
    fault: Fault = ""
    """What is wrong with the return itself."""

    contest: str = ""
    """The code with which a dishonour of the return is contested, `R73`; none accepts it."""


class Change(msgspec.Struct, frozen=True):
    """The entry settles, and a notification of change says what to correct from now on."""

    code: str
    corrected: str


class Trick(msgspec.Struct, frozen=True):
    """What happens to the whole file, or the batch, that holds the entry."""

    kind: Literal["refuse file", "refuse batch", "cut after", "cut before", "acknowledge late"]


Behaviour = Return | Change | Trick

TABLE: Final[tuple[tuple[str, str], ...]] = (
    ("9900000NN", "returned with RNN, in time"),
    ("9910000NN", "returned with RNN, after the time limit of the code"),
    ("9920000NN", "returned with RNN, a quarter of an hour after receipt, before it settles"),
    ("9930000NN", "returned with RNN, and again on the next banking day"),
    ("9940000NN", "returned with RNN, under a trace number that was never sent"),
    ("9950000NN", "returned with RNN, a cent more than was sent"),
    ("99K000CNN", "as 99K0000NN; a dishonour of the return is contested with R7C, C from 1 to 7"),
    ("980000001", "settles; C01: the account is 8800000001"),
    ("980000002", "settles; C02: the routing number is 990000013"),
    ("980000003", "settles; C03: routing number 990000013, account 8800000003"),
    ("980000005", "settles; C05: the account is of the other kind, checking or savings"),
    ("980000006", "settles; C06: the account is 8800000006, of the other kind"),
    ("980000007", "settles; C07: routing number 990000013, account 8800000007, the other kind"),
    ("980000009", "settles; C09: the identification is CORRECTED-ID"),
    ("9700000001", "the bank refuses the file"),
    ("9700000002", "by SFTP, the connection is cut as soon as the file is there, once"),
    ("9700000003", "by SFTP, the connection is cut before the file is there, once"),
    ("9700000004", "the file is acknowledged an hour late"),
    ("9700000005", "the bank refuses the batch, and carries out the rest of the file"),
    ("any other", "settles"),
)
"""Every number, as the guide has it."""

ROUTING: Final = "990000013"
"""The routing number in notifications of change: no bank has one that begins with 99."""

_RETURNS: Final = re.compile(r"99([0-5])000([0-7])(\d\d)")
_CHANGES: Final = re.compile(r"9800000(\d\d)")
_WHEN: Final[dict[str, When]] = {"1": "late", "2": "early"}
_FAULTS: Final[dict[str, Fault]] = {"3": "twice", "4": "unknown trace", "5": "other amount"}
_TRICKS: Final = {
    "9700000001": Trick("refuse file"),
    "9700000002": Trick("cut after"),
    "9700000003": Trick("cut before"),
    "9700000004": Trick("acknowledge late"),
    "9700000005": Trick("refuse batch"),
}


def behaviour(account: str, transaction_code: str) -> Behaviour | None:
    """What happens to an entry; None where it settles and nothing else."""
    if account[:2] not in ("97", "98", "99"):  # nearly every entry goes no further
        return None
    if (asked := _RETURNS.fullmatch(account)) and (reason := f"R{asked[3]}") in RETURNED:
        kind, contest = asked[1], asked[2]
        return Return(
            reason,
            _WHEN.get(kind, "in time"),
            _FAULTS.get(kind, ""),
            "" if contest == "0" else f"R7{contest}",
        )
    if asked := _CHANGES.fullmatch(account):
        corrected = _corrections(transaction_code).get(f"C{asked[1]}")
        return None if corrected is None else Change(f"C{asked[1]}", corrected)
    return _TRICKS.get(account)


def _corrections(code: str) -> dict[str, str]:
    """The corrected data by change code (Nacha Operating Rules, Appendix Five: what stands where in
    the Corrected Data Information field)."""
    other = ("3" if code[:1] == "2" else "2") + code[1:]
    return {
        "C01": "8800000001",
        "C02": ROUTING,
        "C03": f"{ROUTING}   8800000003",
        "C05": other,
        "C06": f"{'8800000006':<17}   {other}",
        "C07": f"{ROUTING}{'8800000007':<17}{other}",
        "C09": "CORRECTED-ID",
    }
