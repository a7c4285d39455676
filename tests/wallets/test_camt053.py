"""Whatever a statement holds, its camt.053 is one by the schema, and says what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from culm.kernel import money
from culm.wallets import views, wording
from culm.wallets.files import camt053, paper
from tests.wallets import camt

NOON = datetime(2026, 3, 3, 12, 0, 0, 250, tzinfo=UTC)
BEN = views.Counterparty("wal_00000000000000b2", "cus_00000000000000b2", "Ben Jones")
LINE = views.WalletTransaction(
    id="txn_00000000000000a7",
    entry=1,
    kind="transfer",
    title="Transfer to Ben Jones",
    description="",
    currency="USD",
    amount="-12345",
    balance="0",
    counterparty=BEN,
    payment="pay_00000000000000a7",
    reference="pay_00000000000000a7",
    effective=NOON,
    recorded=NOON,
)
EMPTY = views.WalletStatement(
    wallet="wal_00000000000000a1",
    customer="cus_00000000000000a1",
    currency="USD",
    account="liabilities:wallets:00000000000000a1:usd",
    first_day=date(2026, 3, 3),
    last_day=date(2026, 3, 4),
    recorded=NOON,
    opening="0",
    closing="0",
    available="0",
    lines=(),
    next_cursor=None,
)

NTRY = "BkToCstmrStmt/Stmt/Ntry"
SUB_FAMILIES = {
    "ICDT": {"ADJT", "BOOK", "DMCT", "RPCR", "RRTN"},
    "RCDT": {"ADJT", "BOOK", "DMCT", "RPCR", "RRTN"},
    "MCOP": {"ADJT", "FEES", "OTHR", "RIMB"},
    "MDOP": {"ADJT", "FEES", "OTHR", "RIMB"},
}
"""Of the families that we use, the sub-families that we use (ISO 20022, Bank Transaction Codes)."""


def written(
    lines: Iterable[views.WalletTransaction] = (), holder: str = "Ann Smith", **more: Any
) -> Any:
    """The document of a statement with some lines, which is valid."""
    of = msgspec.structs.replace(EMPTY, lines=tuple(lines), **more)
    scale = money.ISO_SCALES[of.currency]
    return camt.require_valid(camt053.write(paper.Paper(of, scale, holder)))


def line(**more: Any) -> views.WalletTransaction:
    return msgspec.structs.replace(LINE, **more)


def test_of_a_wallet_in_which_nothing_moved_the_balances_are_stated() -> None:
    root = written()
    assert list(camt.texts(root, "BkToCstmrStmt/Stmt/Bal/Amt")) == ["0.00"] * 3
    assert list(camt.texts(root, f"{NTRY}/NtryRef")) == []


@pytest.mark.parametrize("kind", [*wording.WORDS, "something-of-ours", "k" * 64])
def test_each_kind_of_transaction_has_a_code_whichever_way_it_goes(kind: str) -> None:
    root = written([line(kind=kind, amount=amount) for amount in ("1", "0", "-1")])
    codes = f"{NTRY}/BkTxCd/Domn"
    assert set(camt.texts(root, f"{codes}/Cd")) == {"PMNT"}
    families = list(camt.texts(root, f"{codes}/Fmly/Cd"))
    for family, sub in zip(families, camt.texts(root, f"{codes}/Fmly/SubFmlyCd"), strict=True):
        assert sub in SUB_FAMILIES[family]
    assert list(camt.texts(root, f"{NTRY}/CdtDbtInd")) == ["CRDT", "CRDT", "DBIT"]


@pytest.mark.parametrize(
    ("kind", "amount", "code"),
    [
        ("transfer", "-1", "ICDT BOOK"),
        ("top_up", "1", "RCDT DMCT"),
        ("bank_transfer", "-1", "ICDT DMCT"),
        ("split", "1", "RCDT BOOK"),
        ("return", "1", "ICDT RRTN"),
        ("return", "-1", "RCDT RRTN"),
        ("bank_reversal", "1", "ICDT RPCR"),
        ("bank_reversal", "-1", "RCDT RPCR"),
        ("reversal_return", "1", "RCDT ADJT"),
        ("reversal_return", "-1", "ICDT ADJT"),
        ("contested_return", "-1", "RCDT RRTN"),
        ("contested_return", "1", "ICDT RRTN"),
        ("dishonoured_return", "-1", "ICDT ADJT"),
        ("fee", "-1", "MDOP FEES"),
        ("refund", "1", "MCOP RIMB"),
        ("dispute", "-1", "MDOP OTHR"),
    ],
)
def test_what_it_was_is_said_in_the_codes_of_banks(kind: str, amount: str, code: str) -> None:
    root = written([line(kind=kind, amount=amount)])
    of = f"{NTRY}/BkTxCd/Domn/Fmly"
    assert [*camt.texts(root, f"{of}/Cd"), *camt.texts(root, f"{of}/SubFmlyCd")] == code.split()


def test_only_what_was_reversed_is_marked_so() -> None:
    kinds = ["reversal", "bank_reversal", "refund"]
    root = written([line(kind=kind, amount="5") for kind in kinds])
    assert list(camt.texts(root, f"{NTRY}/RvslInd")) == ["true", "true"]
    assert list(camt.texts(root, f"{NTRY}/BkTxCd/Prtry/Cd")) == kinds


@pytest.mark.parametrize(
    ("currency", "said"),
    [("JPY", "12345"), ("BHD", "12.345"), ("CLF", "1.2345"), ("EUR", "123.45")],
)
def test_amounts_have_the_digits_of_their_currency(currency: str, said: str) -> None:
    root = written([line(currency=currency)], currency=currency, opening="12345", available="-5")
    assert list(camt.texts(root, f"{NTRY}/Amt")) == [said]
    sides = list(camt.texts(root, "BkToCstmrStmt/Stmt/Bal/CdtDbtInd"))
    assert sides == ["CRDT", "CRDT", "DBIT"]


def test_a_long_description_is_in_parts_and_whole() -> None:
    long = "".join(f"{n}, " for n in range(300)) + "王😀"
    root = written([line(description=long)])
    parts = list(camt.texts(root, f"{NTRY}/NtryDtls/TxDtls/RmtInf/Ustrd"))
    assert len(parts) > 5
    assert "".join(parts) == long


TEXTS = st.text(max_size=600) | st.text("\x00\x0b\t\n <&>\"'\ud800\ufffe😀", max_size=20)
"""Texts as anyone may send them, and such as XML has no room for."""
AMOUNTS = st.integers(-(10**14), 10**14)


@settings(max_examples=60, deadline=None)
@given(
    holder=TEXTS,
    opening=AMOUNTS,
    found=st.lists(st.tuples(AMOUNTS, TEXTS, TEXTS, st.booleans()), max_size=4),
)
def test_whatever_people_are_called_and_write_it_is_valid_and_adds_up(
    holder: str, opening: int, found: list[tuple[int, str, str, bool]]
) -> None:
    lines = [
        line(
            amount=str(amount),
            description=description,
            title=wording.title("transfer", inward=amount > 0, who=name),
            counterparty=msgspec.structs.replace(BEN, name=name) if wallet else None,
        )
        for amount, description, name, wallet in found
    ]
    closing = opening + sum(amount for amount, *_ in found)
    root = written(lines, holder, opening=str(opening), closing=str(closing))
    of = "BkToCstmrStmt/Stmt"
    signed = [
        int(Decimal(amount) * 100) * (1 if side == "CRDT" else -1)
        for path in (f"{of}/Bal", NTRY)
        for amount, side in zip(
            camt.texts(root, f"{path}/Amt"), camt.texts(root, f"{path}/CdtDbtInd"), strict=True
        )
    ]
    opened, closed, _, *moved = signed
    assert opened + sum(moved) == closed
