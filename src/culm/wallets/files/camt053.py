"""A statement as camt.053.001.08, BankToCustomerStatement of ISO 20022.

Structure and lengths are those of the message's schema, against which the tests hold it. What the
schema cannot say are the message's rules: currencies are those of ISO 4217, balances OPBD, CLBD and
CLAV of the external code set of balance types, transaction codes those of the bank transaction code
set.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from xml.etree import ElementTree as ET

from culm.kernel import money
from culm.wallets import rejections, views
from culm.wallets.files import paper as paper_

MEDIA_TYPE: Final = "application/xml"
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

_MAX_DIGITS: Final = 18
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say (§2.2)."""

_MAX_ID: Final = 35
_MAX_NAME: Final = 140
_MAX_REMITTANCE: Final = 140
_MAX_INFORMATION: Final = 500

_REVERSED: Final = ("reversal", "bank_reversal")
"""What of a wallet's history is marked as a reversal of another entry."""

_CODES: Final = {
    ("transfer", True): "PMNT RCDT BOOK",
    ("transfer", False): "PMNT ICDT BOOK",
    ("purchase", True): "PMNT RCDT BOOK",
    ("purchase", False): "PMNT ICDT BOOK",
    ("split", True): "PMNT RCDT BOOK",
    ("split", False): "PMNT ICDT BOOK",
    ("top_up", True): "PMNT RCDT DMCT",
    ("withdrawal", False): "PMNT ICDT DMCT",
    ("payout", False): "PMNT ICDT DMCT",
    ("bank_transfer", False): "PMNT ICDT DMCT",
    ("return", True): "PMNT ICDT RRTN",
    ("return", False): "PMNT RCDT RRTN",
    ("bank_reversal", True): "PMNT ICDT RPCR",
    ("bank_reversal", False): "PMNT RCDT RPCR",
    ("reversal_return", True): "PMNT RCDT ADJT",
    ("reversal_return", False): "PMNT ICDT ADJT",
    ("dishonoured_return", True): "PMNT RCDT ADJT",
    ("dishonoured_return", False): "PMNT ICDT ADJT",
    ("contested_return", True): "PMNT ICDT RRTN",
    ("contested_return", False): "PMNT RCDT RRTN",
    ("fee", True): "PMNT MCOP FEES",
    ("fee", False): "PMNT MDOP FEES",
    ("refund", True): "PMNT MCOP RIMB",
    ("refund", False): "PMNT MDOP RIMB",
    ("reversal", True): "PMNT MCOP ADJT",
    ("reversal", False): "PMNT MDOP ADJT",
}
"""Domain, family and sub-family by what a transaction was, and whether money came in."""


def write(paper: paper_.Paper) -> bytes:
    """The file. Raises `StatementFormatUnfit` where the format has no room for what is in it."""
    _require_fit(paper)
    root = ET.Element("Document", xmlns=NAMESPACE)
    message = ET.SubElement(root, "BkToCstmrStmt")
    header = ET.SubElement(message, "GrpHdr")
    _add(header, "MsgId", _message_id(paper))
    _add(header, "CreDtTm", _moment(paper.statement.recorded))
    _statement(ET.SubElement(message, "Stmt"), paper)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _require_fit(paper: paper_.Paper) -> None:
    of = paper.statement
    largest = max(map(abs, [int(of.opening), int(of.closing), sum(map(abs, paper.amounts))]))
    if len(str(largest)) > _MAX_DIGITS or of.currency not in money.ISO_SCALES:
        raise rejections.StatementFormatUnfit("format")


def _message_id(paper: paper_.Paper) -> str:
    """The same for the same statement as known at the same moment, and for no other."""
    named = f"{paper.title} {paper.statement.recorded.isoformat()}"
    return sha256(named.encode()).hexdigest()[:32]


def _statement(node: ET.Element, paper: paper_.Paper) -> None:
    of = paper.statement
    days = f"{of.first_day:%Y%m%d}{of.last_day:%Y%m%d}"
    _add(node, "Id", f"{of.wallet[4:]}{of.currency}{days}"[:_MAX_ID])
    _add(node, "CreDtTm", _moment(of.recorded))
    period = ET.SubElement(node, "FrToDt")
    _add(period, "FrDtTm", f"{of.first_day}T00:00:00Z")
    _add(period, "ToDtTm", f"{of.last_day}T23:59:59Z")
    account = ET.SubElement(node, "Acct")
    _add(_path(account, "Id", "Othr"), "Id", of.wallet)
    _add(account, "Ccy", of.currency)
    if paper.holder:
        _add(ET.SubElement(account, "Ownr"), "Nm", paper.holder[:_MAX_NAME])
    _balance(node, paper, "OPBD", of.opening, of.first_day)
    _balance(node, paper, "CLBD", of.closing, of.last_day)
    _balance(node, paper, "CLAV", of.available, of.last_day)
    _summary(ET.SubElement(node, "TxsSummry"), paper)
    for line in of.lines:
        _entry(ET.SubElement(node, "Ntry"), paper, line)


def _balance(node: ET.Element, paper: paper_.Paper, code: str, amount: str, day: date) -> None:
    balance = ET.SubElement(node, "Bal")
    _add(_path(balance, "Tp", "CdOrPrtry"), "Cd", code)
    _amount(balance, paper, int(amount))
    _add(ET.SubElement(balance, "Dt"), "Dt", day.isoformat())


def _summary(node: ET.Element, paper: paper_.Paper) -> None:
    credits_ = [amount for amount in paper.amounts if amount > 0]
    debits = [-amount for amount in paper.amounts if amount < 0]
    for name, amounts in (("TtlCdtNtries", credits_), ("TtlDbtNtries", debits)):
        total = ET.SubElement(node, name)
        _add(total, "NbOfNtries", str(len(amounts)))
        _add(total, "Sum", paper.plain(sum(amounts)))


def _entry(node: ET.Element, paper: paper_.Paper, line: views.WalletTransaction) -> None:
    _add(node, "NtryRef", f"{line.id}-{line.entry}"[:_MAX_ID])
    _amount(node, paper, int(line.amount))
    if line.kind in _REVERSED:
        _add(node, "RvslInd", "true")
    _add(ET.SubElement(node, "Sts"), "Cd", "BOOK")
    _add(ET.SubElement(node, "BookgDt"), "DtTm", _moment(line.recorded))
    _add(ET.SubElement(node, "ValDt"), "Dt", line.effective.date().isoformat())
    _add(node, "AcctSvcrRef", line.id)
    _code(ET.SubElement(node, "BkTxCd"), line)
    _details(_path(node, "NtryDtls", "TxDtls"), line)
    _add(node, "AddtlNtryInf", line.title[:_MAX_INFORMATION])


def _code(node: ET.Element, line: views.WalletTransaction) -> None:
    inward = not line.amount.startswith("-")
    other = "PMNT MCOP OTHR" if inward else "PMNT MDOP OTHR"
    domain, family, sub_family = _CODES.get((line.kind, inward), other).split()
    domn = ET.SubElement(node, "Domn")
    _add(domn, "Cd", domain)
    fmly = ET.SubElement(domn, "Fmly")
    _add(fmly, "Cd", family)
    _add(fmly, "SubFmlyCd", sub_family)
    own = ET.SubElement(node, "Prtry")
    _add(own, "Cd", line.kind[:_MAX_ID])
    _add(own, "Issr", "Culm")


def _details(node: ET.Element, line: views.WalletTransaction) -> None:
    refs = ET.SubElement(node, "Refs")
    _add(refs, "AcctSvcrRef", line.id)
    if line.payment:
        _add(refs, "EndToEndId", line.payment[:_MAX_ID])
    if line.counterparty is not None:
        parties = ET.SubElement(node, "RltdPties")
        side = "Cdtr" if line.amount.startswith("-") else "Dbtr"
        if line.counterparty.name:
            _add(_path(parties, side, "Pty"), "Nm", line.counterparty.name[:_MAX_NAME])
        _add(_path(parties, f"{side}Acct", "Id", "Othr"), "Id", line.counterparty.wallet)
    if line.description:
        remittance = ET.SubElement(node, "RmtInf")
        for start in range(0, len(line.description), _MAX_REMITTANCE):
            _add(remittance, "Ustrd", line.description[start : start + _MAX_REMITTANCE])


def _amount(node: ET.Element, paper: paper_.Paper, amount: int) -> None:
    """An amount without a sign, and which way it goes; nothing is a credit of zero."""
    written = ET.SubElement(node, "Amt", Ccy=paper.statement.currency)
    written.text = paper.plain(abs(amount))
    _add(node, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _path(node: ET.Element, *names: str) -> ET.Element:
    for name in names:
        node = ET.SubElement(node, name)
    return node


def _add(node: ET.Element, name: str, text: str) -> None:
    ET.SubElement(node, name).text = _ILLEGAL.sub("\ufffd", text)


def _moment(moment: datetime) -> str:
    return paper_.utc(moment).isoformat().replace("+00:00", "Z")
