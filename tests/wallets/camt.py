"""What camt.053.001.08 allows, as far as our statements go: each element that may stand in another,
in its order, how often, and the form of its text. Whatever is not named here is not allowed, so a
file that passes has nothing that the message's schema does not know, and lacks nothing that it
demands (ISO 20022, BankToCustomerStatementV08 and the types below it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

NAMESPACE: Final = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"

DATE, MOMENT = r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"
ID, NAME, LONG = r"(?s).{1,35}", r"(?s).{1,140}", r"(?s).{1,500}"
AMOUNT = r"(?=(\D*\d){1,18}\D*$)\d+(\.\d{1,5})?"
SIDE = "CRDT|DBIT"

Shape = str | tuple[tuple[str, int, int, "Shape"], ...]
"""The pattern of a text, or what stands within: name, least, most, shape."""

MANY = 10**9


def one(name: str, shape: Shape) -> tuple[str, int, int, Shape]:
    return (name, 1, 1, shape)


def maybe(name: str, shape: Shape) -> tuple[str, int, int, Shape]:
    return (name, 0, 1, shape)


ACCOUNT_ID: Shape = (one("Othr", (one("Id", r"(?s).{1,34}"),)),)
ACCOUNT: Shape = (one("Id", ACCOUNT_ID),)
DAY: Shape = (maybe("Dt", DATE), maybe("DtTm", MOMENT))
PARTY: Shape = (one("Pty", (maybe("Nm", NAME),)),)
TOTAL: Shape = (
    maybe("NbOfNtries", r"\d{1,15}"),
    maybe("Sum", r"(?=(\D*\d){1,18}\D*$)-?\d+(\.\d{1,17})?"),
)
CODE: Shape = (
    maybe(
        "Domn",
        (
            one("Cd", "[A-Z]{4}"),
            one("Fmly", (one("Cd", "[A-Z]{4}"), one("SubFmlyCd", "[A-Z]{4}"))),
        ),
    ),
    maybe("Prtry", (one("Cd", ID), maybe("Issr", ID))),
)
TRANSACTION: Shape = (
    maybe("Refs", (maybe("MsgId", ID), maybe("AcctSvcrRef", ID), maybe("EndToEndId", ID))),
    maybe(
        "RltdPties",
        (
            maybe("Dbtr", PARTY),
            maybe("DbtrAcct", ACCOUNT),
            maybe("Cdtr", PARTY),
            maybe("CdtrAcct", ACCOUNT),
        ),
    ),
    maybe("RmtInf", (("Ustrd", 0, MANY, NAME),)),
)
BALANCE: Shape = (
    one("Tp", (one("CdOrPrtry", (one("Cd", "OPBD|CLBD|CLAV|PRCD|OPAV|ITBD"),)),)),
    one("Amt", AMOUNT),
    one("CdtDbtInd", SIDE),
    one("Dt", DAY),
)
ENTRY: Shape = (
    maybe("NtryRef", ID),
    one("Amt", AMOUNT),
    one("CdtDbtInd", SIDE),
    maybe("RvslInd", "true|false"),
    one("Sts", (one("Cd", "BOOK|PDNG|INFO|FUTR"),)),
    maybe("BookgDt", DAY),
    maybe("ValDt", DAY),
    maybe("AcctSvcrRef", ID),
    one("BkTxCd", CODE),
    ("NtryDtls", 0, MANY, (("TxDtls", 0, MANY, TRANSACTION),)),
    maybe("AddtlNtryInf", LONG),
)
STATEMENT: Shape = (
    one("Id", ID),
    maybe("ElctrncSeqNb", r"\d{1,18}"),
    maybe("CreDtTm", MOMENT),
    maybe("FrToDt", (one("FrDtTm", MOMENT), one("ToDtTm", MOMENT))),
    one(
        "Acct",
        (one("Id", ACCOUNT_ID), maybe("Ccy", "[A-Z]{3}"), maybe("Ownr", (maybe("Nm", NAME),))),
    ),
    ("Bal", 1, MANY, BALANCE),
    maybe(
        "TxsSummry",
        (maybe("TtlNtries", TOTAL), maybe("TtlCdtNtries", TOTAL), maybe("TtlDbtNtries", TOTAL)),
    ),
    ("Ntry", 0, MANY, ENTRY),
)
DOCUMENT: Shape = (
    one(
        "BkToCstmrStmt",
        (one("GrpHdr", (one("MsgId", ID), one("CreDtTm", MOMENT))), ("Stmt", 1, MANY, STATEMENT)),
    ),
)


def require_valid(text: bytes) -> ET.Element:
    """The document, if it is one; an AssertionError says where it is none."""
    root = ET.fromstring(text)
    assert root.tag == f"{NAMESPACE}Document"
    _check(root, DOCUMENT, "Document")
    return root


def _check(node: ET.Element, shape: Shape, path: str) -> None:
    if isinstance(shape, str):
        assert len(node) == 0, path
        assert re.fullmatch(shape, node.text or ""), (path, node.text)
        wanted = {"Ccy"} if node.tag == f"{NAMESPACE}Amt" else set()
        assert set(node.attrib) == wanted, path
        return
    assert not node.attrib, path
    assert not (node.text or "").strip(), path
    children = _grouped(node)
    for name, least, most, inner in shape:
        found = children.pop(0)[1] if children and children[0][0] == name else []
        assert least <= len(found) <= most, (path, name, len(found))
        for child in found:
            _check(child, inner, f"{path}/{name}")
    assert children == [], (path, [name for name, _ in children])


def _grouped(node: ET.Element) -> list[tuple[str, list[ET.Element]]]:
    """Children by name, those that follow each other together."""
    groups: list[tuple[str, list[ET.Element]]] = []
    for child in node:
        name = child.tag.removeprefix(NAMESPACE)
        if not groups or groups[-1][0] != name:
            groups.append((name, []))
        groups[-1][1].append(child)
    return groups


def texts(node: ET.Element, path: str) -> Iterator[str]:
    """The texts of what stands at a path below."""
    for found in node.iterfind("/".join(NAMESPACE + name for name in path.split("/"))):
        yield found.text or ""
