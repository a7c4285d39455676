"""Change codes: what the other bank says is wrong in an entry that it carried out.

Nacha Operating Rules 2025, Appendix Five (Table of Change Codes). C08 and C10 to C14
correct nothing that is kept of payees: they are about international entries, about who sends, and
about addenda.
"""

from __future__ import annotations

from typing import Final

ABOUT: Final = "change"
"""What sealed corrections are about."""

MEANINGS: Final[dict[str, str]] = {
    "C01": "The account number is wrong.",
    "C02": "The routing number is wrong.",
    "C03": "The routing number and the account number are wrong.",
    "C04": "The name is wrong.",
    "C05": "The kind of the account is wrong: checking or savings.",
    "C06": "The account number and the kind of the account are wrong.",
    "C07": "The routing number, the account number and the kind of the account are wrong.",
    "C08": "The identification of the receiving bank of an international entry is wrong.",
    "C09": "The identification of the receiver is wrong.",
    "C10": "The company name is wrong.",
    "C11": "The company identification is wrong.",
    "C12": "The company name and the company identification are wrong.",
    "C13": "The format of the addenda is wrong.",
    "C14": "The class of the entry is wrong: it is an international one.",
}
