"""Statements: what they say is what the ledger says, in every form."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pypdf
import pytest

from culm.kernel import clock, errors
from culm.ledger import commands as ledger_commands
from culm.ledger import reads as ledger
from culm.ledger import rejections as ledger_rejections
from culm.wallets import rejections, types, views
from culm.wallets.files import camt053, lettering, paper, sheet, table
from culm.wallets.reads import statements
from tests.wallets import camt
from tests.wallets.conftest import ACME, World, names

MARCH = {"first": date(2026, 3, 3), "last": date(2026, 3, 4)}
"""The days in the middle of what `life` makes happen."""

NO_OFFSET = datetime(2026, 3, 3)  # noqa: DTZ001


async def life(world: World) -> views.Wallet:
    """Four days of a wallet, from the 2nd of March on."""
    ann, ben = await world.wallet(), await world.wallet()
    await world.pay_in(ben.id, 1)
    await world.pay_in(ann.id, 100_000)
    world.clock.advance(days=1)
    await world.move(ann.id, ben.id, 2_550, kind="transfer", description="Пицца, =SUM(A1) <&>")
    await world.pay_in(ann.id, 70, effective=datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC))
    world.clock.advance(days=1)
    await world.pay(ann.id, 123_45)
    sides: dict[str, Any] = {
        "debit": types.code(ann.id, "USD"),
        "credit": types.code(ben.id, "USD"),
    }
    await world.submit(ledger_commands.PlaceHold(**sides, amount=5_000))
    world.clock.advance(days=1)
    await world.pay(ann.id, 1_000)
    await world.pay_in(ann.id, 3, effective=datetime(2026, 3, 3, 12, 0, tzinfo=UTC))
    return ann


async def whole(world: World, wallet: str, **more: Any) -> views.WalletStatement:
    asked = {"currency": "USD", "names": names, **MARCH, **more}
    return await statements.whole(world.ledger.db, **ACME, wallet=wallet, **asked)


async def test_its_balances_are_those_of_the_ledger_at_these_moments(world: World) -> None:
    ann = await life(world)
    read = await whole(world, ann.id)
    code, known = types.code(ann.id, "USD"), read.recorded
    before = datetime(2026, 3, 3, tzinfo=UTC) - clock.MICROSECOND
    after = datetime(2026, 3, 5, tzinfo=UTC) - clock.MICROSECOND
    opening, closing = [
        await ledger.balance(
            world.ledger.db, **ACME, account=code, effective=moment, recorded=known
        )
        for moment in (before, after)
    ]
    assert (read.opening, read.closing) == (opening.posted, closing.posted)
    assert read.available == closing.available
    assert (read.opening, read.closing, read.available) == ("100000", "85178", "80178")
    assert [(line.amount, line.balance) for line in read.lines] == [
        ("-2550", "97450"),
        ("3", "97453"),
        ("-12345", "85108"),
        ("70", "85178"),
    ]


async def test_it_goes_on_page_by_page_and_knows_of_one_moment(world: World) -> None:
    ann = await life(world)
    asked: dict[str, Any] = {"wallet": ann.id, "currency": "USD", "names": names, **MARCH}
    first = await statements.statement(world.ledger.db, **ACME, **asked, limit=3)
    await world.pay_in(ann.id, 9, effective=datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    rest = await statements.statement(
        world.ledger.db, **ACME, **asked, limit=3, cursor=first.next_cursor
    )
    assert [line.amount for line in (*first.lines, *rest.lines)] == ["-2550", "3", "-12345", "70"]
    assert (rest.recorded, rest.closing) == (first.recorded, first.closing)
    again = await whole(world, ann.id, recorded=first.recorded)
    assert again.lines == (*first.lines, *rest.lines)
    assert (await whole(world, ann.id)).closing == str(int(first.closing) + 9)


async def test_a_wallet_in_which_nothing_ever_moved_has_one_too(world: World) -> None:
    ann = await world.wallet()
    read = await whole(world, ann.id)
    assert (read.opening, read.closing, read.available, read.lines) == ("0", "0", "0", ())
    for write in (table.write, camt053.write, sheet.write):
        assert write(paper.Paper(read, 2))


@pytest.mark.parametrize(
    ("more", "refused", "field"),
    [
        ({"first": date(2026, 3, 5)}, rejections.StatementPeriodInvalid, "from"),
        ({"first": date(2025, 3, 3)}, rejections.StatementPeriodInvalid, "to"),
        ({"first": date(1969, 12, 31)}, rejections.StatementPeriodInvalid, "from"),
        ({"first": date(9999, 1, 1), "last": date(9999, 12, 31)}, errors.Rejection, "from"),
        ({"currency": "EUR"}, rejections.CurrencyNotHeld, "currency"),
        ({"wallet": "wal_00000000000000ff"}, rejections.WalletNotFound, "wallet"),
        ({"recorded": NO_OFFSET}, ledger_rejections.TimeInvalid, "recorded"),
    ],
)
async def test_what_cannot_be_stated_is_refused(
    world: World, more: dict[str, Any], refused: type[errors.CulmError], field: str
) -> None:
    ann = await life(world)
    with pytest.raises(refused) as why:
        await whole(world, **{"wallet": ann.id, **more})
    assert why.value.field == field


async def test_a_year_may_have_366_days(world: World) -> None:
    ann = await life(world)
    last = date(2026, 3, 4)
    await whole(world, ann.id, first=last - timedelta(days=365), last=last)
    with pytest.raises(rejections.StatementPeriodInvalid):
        await whole(world, ann.id, first=last - timedelta(days=366), last=last)


async def test_too_many_lines_are_not_put_into_a_file(world: World) -> None:
    ann = await life(world)
    await whole(world, ann.id, most=4)
    with pytest.raises(rejections.StatementTooLong):
        await whole(world, ann.id, most=3)


async def test_the_table_begins_and_ends_with_the_balances(world: World) -> None:
    ann = await life(world)
    read = await whole(world, ann.id)
    rows = list(csv.DictReader(io.StringIO(table.write(paper.Paper(read, 2)).decode())))
    assert [row["row"] for row in rows] == ["opening", *["line"] * 4, "closing"]
    assert [rows[0]["balance"], rows[-1]["balance"]] == ["1000.00", "851.78"]
    assert [row["amount"] for row in rows[1:-1]] == ["-25.50", "0.03", "-123.45", "0.70"]
    assert rows[1]["description"] == "Пицца, =SUM(A1) <&>"
    assert rows[1]["counterparty"] == "Ben Jones"


def test_no_cell_is_taken_for_a_formula() -> None:
    for text in ("=1+1", "+1", "-1", "@x"):
        assert table._text(text) == f"'{text}"
    assert table._text("a=b") == "a=b"


async def test_camt_053_is_what_its_schema_says_and_adds_up(world: World) -> None:
    ann = await life(world)
    read = await whole(world, ann.id)
    root = camt.require_valid(camt053.write(paper.Paper(read, 2, holder="Ann <Smith> & Söhne")))
    of = "BkToCstmrStmt/Stmt"
    balances = dict(
        zip(
            camt.texts(root, f"{of}/Bal/Tp/CdOrPrtry/Cd"),
            camt.texts(root, f"{of}/Bal/Amt"),
            strict=True,
        )
    )
    assert balances == {"OPBD": "1000.00", "CLBD": "851.78", "CLAV": "801.78"}
    assert list(camt.texts(root, f"{of}/Bal/Dt/Dt")) == ["2026-03-03", "2026-03-04", "2026-03-04"]
    sides = list(camt.texts(root, f"{of}/Ntry/CdtDbtInd"))
    amounts = [round(float(text) * 100) for text in camt.texts(root, f"{of}/Ntry/Amt")]
    signed = [a if side == "CRDT" else -a for a, side in zip(amounts, sides, strict=True)]
    assert int(read.opening) + sum(signed) == int(read.closing)
    assert list(camt.texts(root, f"{of}/TxsSummry/TtlDbtNtries/Sum")) == ["148.95"]
    assert list(camt.texts(root, f"{of}/Ntry/AcctSvcrRef")) == [line.id for line in read.lines]
    assert list(camt.texts(root, f"{of}/Ntry/NtryDtls/TxDtls/RmtInf/Ustrd")) == [
        "Пицца, =SUM(A1) <&>"
    ]
    assert next(camt.texts(root, f"{of}/Ntry/BkTxCd/Domn/Fmly/Cd")) == "ICDT"
    assert list(camt.texts(root, f"{of}/Acct/Ownr/Nm")) == ["Ann <Smith> & Söhne"]


@pytest.mark.parametrize(
    ("spoil", "by"),
    [
        ("<Ccy>USD</Ccy>", ""),
        ("CRDT", "CREDIT"),
        ("<MsgId>", "<MsgId>" + "x" * 35),
        ("</GrpHdr>", "<Nb>1</Nb></GrpHdr>"),
        ('<Amt Ccy="USD">1000.00', '<Amt Ccy="USD">-1000.00'),
        ('<Amt Ccy="USD">1000.00', "<Amt>1000.00"),
    ],
)
async def test_the_check_of_camt_053_notices_what_is_wrong(
    world: World, spoil: str, by: str
) -> None:
    ann = await life(world)
    text = camt053.write(paper.Paper(await whole(world, ann.id), 2)).decode()
    assert spoil in text
    if spoil == "<Ccy>USD</Ccy>":  # may be left out, but not stand elsewhere
        text = text.replace(spoil, "").replace("<Acct>", f"<Acct>{spoil}")
    spoilt = text if by == "" else text.replace(spoil, by)
    with pytest.raises(AssertionError):
        camt.require_valid(spoilt.encode())


@pytest.mark.parametrize(
    ("currency", "scale", "opening"),
    [("USDC", 2, "1"), ("PTS", 2, "1"), ("USD", 2, "1" + "0" * 18)],
)
async def test_camt_053_has_no_room_for_everything(
    world: World, currency: str, scale: int, opening: str
) -> None:
    read = await whole(world, (await world.wallet()).id)
    odd = msgspec.structs.replace(read, currency=currency, opening=opening)
    with pytest.raises(rejections.StatementFormatUnfit):
        camt053.write(paper.Paper(odd, scale))


async def test_the_pdf_says_the_same_in_any_alphabet(world: World) -> None:
    ann = await life(world)
    read = await whole(world, ann.id)
    text = extracted(sheet.write(paper.Paper(read, 2, holder="Анна Σμιθ Müller")))
    for said in (
        "Анна Σμιθ Müller",
        "Opening balance 1,000.00",
        "Came in 0.73",
        "Went out -148.95",
        "Closing balance 851.78",
        "Of which available 801.78",
        "2026-03-03 to 2026-03-04",
        "Пицца, =SUM(A1) <&>",
        "-123.45 851.08",
        "Page 1 of 1",
    ):
        assert said in text, said


async def test_what_the_font_cannot_write_is_seen_to_be_missing_in_the_pdf(world: World) -> None:
    ann = await life(world)
    read = await whole(world, ann.id)
    note = "stands for a character that this document cannot show"
    assert note not in extracted(sheet.write(paper.Paper(read, 2, holder="Анна Σμιθ 😀")))
    lines = (msgspec.structs.replace(read.lines[0], description="für 王小明 हि & Co"),)
    odd = msgspec.structs.replace(read, lines=lines)
    for one in (paper.Paper(odd, 2), paper.Paper(read, 2, holder="für 王小明 हि & Co")):
        text = extracted(sheet.write(one))
        assert "für \ufffd\ufffd\ufffd \ufffd\ufffd & Co" in text
        assert f"\ufffd {note}" in text


@pytest.mark.parametrize(
    ("said", "on_paper"),
    [
        ("Müller & Söhne 12.5 (x)", "Müller & Söhne 12.5 (x)"),
        ("שלום (עולם) 12", "12 (םלוע) םולש"),
        ("to שלום (עולם) 12", "to 12 (םלוע) םולש"),
        ("abc \u202e12.00\u202c def", "abc 12.00 def"),  # as it would be read backwards
        ("e\u0301", "é"),
        ("👨\u200d👩", "\ufffd\ufffd"),
        ("❤\ufe0f", "❤"),
        ("a\x00\ud800b", "a\ufffd\ufffdb"),
    ],
)
def test_letters_stand_on_paper_in_the_order_in_which_they_are_read(
    said: str, on_paper: str
) -> None:
    font = {ord(one) for one in "Müllerö & Söhne() 12.5x שלוםעתפ to abcdefé❤\ufffd0"}
    text = lettering.written(said, font)
    assert lettering.in_order(text, text) == on_paper


async def test_a_name_that_the_font_cannot_write_is_not_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    read = await whole(world, (await world.wallet()).id)
    assert sheet.write(paper.Paper(read, 2, holder="王小明")).startswith(b"%PDF")
    assert caplog.text == ""


async def test_a_long_pdf_has_headings_on_each_page_and_loses_no_line(world: World) -> None:
    ann = await life(world)
    read = await whole(world, ann.id)
    many = [
        msgspec.structs.replace(read.lines[0], description=f"number {n} " + "word " * (n % 90))
        for n in range(300)
    ]
    long = msgspec.structs.replace(read, lines=tuple(many))
    pages = pypdf.PdfReader(io.BytesIO(sheet.write(paper.Paper(long, 2)))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 10
    assert all("Date What Amount Balance" in text for text in texts)
    assert all(f"Page {n + 1} of {len(texts)}" in text for n, text in enumerate(texts))
    together = "\n".join(texts)
    assert all(f"number {n} " in together or f"number {n}\n" in together for n in range(300))


async def test_a_text_without_spaces_is_broken_in_the_pdf_where_its_column_ends(
    world: World,
) -> None:
    ann = await life(world)
    read = await whole(world, ann.id)
    long = "".join(f"{n}x" for n in range(60))
    lines = (msgspec.structs.replace(read.lines[0], description=f"for {long} and more"),)
    text = extracted(sheet.write(paper.Paper(msgspec.structs.replace(read, lines=lines), 2)))
    assert long not in text
    assert f"for{long}andmore" in text.replace(" ", "")


async def test_the_same_statement_is_the_same_file(world: World) -> None:
    ann = await life(world)
    first = await whole(world, ann.id)
    await world.pay(ann.id, 5)
    again = await whole(world, ann.id, recorded=first.recorded)
    assert again == first
    for write in (table.write, camt053.write, sheet.write):
        assert write(paper.Paper(first, 2)) == write(paper.Paper(again, 2))


def extracted(file: bytes) -> str:
    """The text of a PDF, its spaces as one."""
    pages = pypdf.PdfReader(io.BytesIO(file)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
