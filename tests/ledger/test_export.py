"""Exports: what is in the books is in the file, to the last digit, in each format."""

from __future__ import annotations

import asyncio
import csv
import itertools
import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from beancount import loader
from beancount.core import data
from beancount.core import realization as realization_
from hypothesis import given
from hypothesis import strategies as st

from culm.book import stream
from culm.kernel import money
from culm.ledger import commands, reads, rejections
from culm.ledger.export import file, names, source

if TYPE_CHECKING:
    from tests.conftest import Ledger

DAY = timedelta(days=1)
realization: Any = realization_  # it has no types

FORMATS: tuple[file.Format, ...] = get_args(file.Format)
REFERENCES = ("", 'say "hi", twice', "back\\slash \\", "a,b;c", "größer ≠ 小さい 🏦", "=1+1", "'")


def post(*lines: tuple[str, str, int], **more: Any) -> commands.PostTransaction:
    postings = tuple(commands.Posting(account, side, amount) for side, account, amount in lines)  # type: ignore[arg-type]
    return commands.PostTransaction(postings=postings, **more)


@pytest.fixture
async def books(ledger: Ledger) -> Ledger:
    """Books with something of everything: assets, exchange, captures, reversals, back-dating."""
    await ledger.submit(commands.CreateTenant(name='Acme "Books" \\ Söhne'))
    for code, scale in (("NULL", 18), ("TRUE", 0), ("XBT", 8)):
        await ledger.submit(commands.RegisterAsset(code=code, scale=scale))
    for code, currency in (
        ("assets:bank", "EUR"),
        ("assets:bank:eur", "EUR"),
        ("assets:bank:eur:petty_cash", "EUR"),
        ("assets:bank:usd", "USD"),
        ("assets:bank-2", "EUR"),
        ("assets:bank.2", "EUR"),
        ("assets:bank_2", "EUR"),
        ("assets:position:eur", "EUR"),
        ("assets:position:jpy", "JPY"),
        ("assets:yen", "JPY"),
        ("assets:tokens", "NULL"),
        ("liabilities:tokens", "NULL"),
        ("assets:points", "TRUE"),
        ("liabilities:points", "TRUE"),
        ("liabilities:ann", "EUR"),
        ("liabilities:bob", "EUR"),
        ("equity:0.start", "EUR"),
        ("equity:nothing", "XBT"),
    ):
        await ledger.submit(commands.OpenAccount(code=code, currency=currency))
    await fill(ledger)
    return ledger


async def fill(ledger: Ledger) -> None:
    """Book things on several days."""
    below = ("", ":eur", ":eur:petty_cash", "-2", ".2", "_2")
    for index, (reference, part) in enumerate(
        zip(REFERENCES, itertools.cycle(below), strict=False)
    ):
        now = ledger.clock.advance(hours=30)
        effective = (None, now - 400 * DAY, now + 3 * DAY)[index % 3]
        debit, credit = ("debit", f"assets:bank{part}", 5), ("credit", "liabilities:ann", 5)
        await ledger.submit(post(debit, credit, reference=reference, effective=effective))
    exchange = post(
        ("debit", "assets:position:eur", 100),
        ("credit", "assets:bank", 100),
        ("debit", "assets:yen", 16_250),
        ("credit", "assets:position:jpy", 16_250),
        kind="fx",
    )
    await ledger.submit(exchange)
    tokens = post(("debit", "assets:tokens", 10**27), ("credit", "liabilities:tokens", 10**27))
    booked = await ledger.submit(tokens)
    await ledger.submit(commands.ReverseTransaction(transaction=booked.id, amount=1))
    await ledger.submit(post(("debit", "assets:points", 7), ("credit", "liabilities:points", 7)))
    hold = await ledger.submit(
        commands.PlaceHold(debit="liabilities:ann", credit="liabilities:bob", amount=9)
    )
    await ledger.submit(commands.CaptureHold(hold=hold.id, amount=4))
    split = [("debit", "assets:bank", 6)] + [("credit", "equity:0.start", 1)] * 6
    await ledger.submit(post(*split))


async def export(ledger: Ledger, output: Path, format_: file.Format, **more: Any) -> file.Exported:
    asked: dict[str, Any] = {"partition": 0, "tenant": "acme", **more}
    return await file.export(ledger.db, format=format_, output=output, **asked)


async def expected(ledger: Ledger) -> list[tuple[Any, ...]]:
    """What was booked, from the tables: code, currency, amount, both times; in the log's order."""
    rows = await ledger.admin.fetch(
        "select a.code, a.currency, e.amount, coalesce(e.effective, e.recorded) as effective, "
        "e.recorded from ledger_entry e "
        "join ledger_account a on a.id = e.account where e.amount <> 0 "
        "order by e.event, e.account, e.version"
    )
    return [(row[0], row[1], int(row[2]), row[3], row[4]) for row in rows]


# -- csv


async def test_csv_holds_every_posting_as_rfc_4180_has_it(books: Ledger, tmp_path: Path) -> None:
    output = tmp_path / "ledger.csv"
    done = await export(books, output, "csv")
    raw = output.read_bytes()
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == done.lines + 1
    with output.open(encoding="utf-8", newline="") as text:
        records = list(csv.DictReader(text, strict=True))
    found = [
        (
            record["account"],
            record["currency"],
            int(record["amount_minor"]),
            datetime.fromisoformat(record["effective"]),
            datetime.fromisoformat(record["recorded"]),
        )
        for record in records
    ]
    assert found == await expected(books)
    assert {record["reference"] for record in records} == set(REFERENCES)
    for record in records:
        exact = Decimal(record["amount_minor"]).scaleb(-int(record["scale"]))
        assert Decimal(record["amount"]) == exact
        assert -Decimal(record["amount"]).as_tuple().exponent == int(record["scale"])  # type: ignore[operator]
        booked = await reads.transaction(
            books.db, partition=0, tenant="acme", transaction=record["transaction_id"]
        )
        assert (booked.kind, booked.reference) == (record["kind"], record["reference"])
        assert (booked.reverses or "", booked.hold or "") == (record["reverses"], record["hold"])
        account = await reads.account(
            books.db, partition=0, tenant="acme", account=record["account_id"]
        )
        assert account.code == record["account"]
    assert {record["kind"] for record in records} >= {"transfer", "fx", "reversal", "capture"}


@given(amount=st.integers(-(10**38) + 1, 10**38 - 1), scale=st.integers(0, 18))
def test_decimal_text_is_the_exact_amount(amount: int, scale: int) -> None:
    text = source.decimal_text(amount, scale)
    whole, _, fraction = text.lstrip("-").partition(".")
    assert len(fraction) == scale
    assert len(str(int(whole))) == len(whole)
    assert int(text.replace(".", "")) == amount
    assert text.startswith("-") == (amount < 0)


# -- parquet


async def test_parquet_holds_every_posting_with_exact_types(books: Ledger, tmp_path: Path) -> None:
    output = tmp_path / "ledger.parquet"
    done = await export(books, output, "parquet")
    table = pq.read_table(output)
    assert table.num_rows == done.lines
    assert str(table.schema.field("amount_minor").type) == "decimal128(38, 0)"
    assert str(table.schema.field("effective").type) == "timestamp[us, tz=UTC]"
    assert table.schema.metadata[b"culm.tenant"] == b"acme"
    rows = table.to_pylist()
    columns = ("account", "currency", "amount_minor", "effective", "recorded")
    assert [tuple(row[name] for name in columns) for row in rows] == await expected(books)
    scales = {row["currency"]: row["scale"] for row in rows}
    assert scales == {"EUR": 2, "JPY": 0, "NULL": 18, "TRUE": 0}
    assert {row["reverses"] is None for row in rows} == {True, False}


async def test_the_largest_amounts_keep_every_digit(ledger: Ledger, tmp_path: Path) -> None:
    most = money.MAX_MINOR
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in ("assets:a", "equity:b"):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    text: Any = str(most)
    await ledger.submit(post(("debit", "assets:a", text), ("credit", "equity:b", text)))
    await export(ledger, tmp_path / "p", "parquet")
    assert pq.read_table(tmp_path / "p")["amount_minor"].to_pylist() == [most, -most]
    await export(ledger, tmp_path / "c", "csv")
    assert f",{most},{str(most)[:-2]}.99," in (tmp_path / "c").read_text()
    await export(ledger, tmp_path / "b", "beancount")
    assert f" {str(most)[:-2]}.99 USD\n" in (tmp_path / "b").read_text()


async def test_parquet_is_written_in_row_groups(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("culm.ledger.export.parquet.ROW_GROUP_ROWS", 300)
    monkeypatch.setattr(stream, "BATCH_ROWS", 101)
    await many(ledger, 1_000)
    await export(ledger, tmp_path / "p", "parquet")
    written = pq.ParquetFile(tmp_path / "p").metadata
    assert (written.num_rows, written.num_row_groups) == (2_000, 7)


# -- beancount


def load(path: Path) -> tuple[list[Any], Any]:
    """The entries and the realised accounts of a journal, which must be without any error."""
    entries, problems, _ = loader.load_file(str(path))
    assert problems == []
    return entries, realization.realize(entries)


async def check_beancount(ledger: Ledger, path: Path, **moments: datetime | None) -> list[Any]:
    """Every account of the trial balance has its balance in the journal, and no other account."""
    entries, realised = load(path)
    trial = await reads.trial_balance(ledger.db, partition=0, tenant="acme", **moments)
    opened = {entry.account for entry in entries if isinstance(entry, data.Open)}
    for group in trial.currencies:
        for line in group.accounts:
            account = names.account_name(line.code)
            opened.remove(account)
            held = realization.get(realised, account).balance
            unit = names.currency_name(group.currency)
            asset = {"NULL": 18, "TRUE": 0, "XBT": 8}
            scale = asset.get(group.currency, money.ISO_SCALES.get(group.currency))
            assert scale is not None
            amount = Decimal(int(line.debit) - int(line.credit)).scaleb(-scale)
            assert held.get_currency_units(unit).number == amount, line.code
            assert len(held) == (amount != 0)
    assert not opened
    return entries


async def test_beancount_agrees_with_every_balance(books: Ledger, tmp_path: Path) -> None:
    output = tmp_path / "ledger.beancount"
    done = await export(books, output, "beancount")
    entries = await check_beancount(books, output)
    booked = [entry for entry in entries if isinstance(entry, data.Transaction)]
    assert sum(len(entry.postings) for entry in booked) == done.lines
    for entry in booked:
        found = await reads.transaction(
            books.db, partition=0, tenant="acme", transaction=entry.meta["id"]
        )
        assert entry.narration == (found.reference or found.kind)
        assert entry.date == found.effective.date()
        assert entry.meta["kind"] == found.kind
        assert entry.meta.get("hold") == found.hold
        assert entry.meta.get("reverses") == found.reverses
        assert datetime.fromisoformat(entry.meta["recorded"]) == found.recorded
    for opening in (entry for entry in entries if isinstance(entry, data.Open)):
        code = opening.meta["code"]
        account = await reads.account(books.db, partition=0, tenant="acme", account=code)
        assert opening.meta["id"] == account.id
        assert opening.currencies == [names.currency_name(account.currency)]
    commodities = {entry.currency for entry in entries if isinstance(entry, data.Commodity)}
    assert commodities == {"EUR", "USD", "JPY", "XBT", "NULL.ASSET", "TRUE.ASSET"}


async def test_beancount_notices_when_a_minor_unit_is_missing(
    books: Ledger, tmp_path: Path
) -> None:
    output = tmp_path / "ledger.beancount"
    await export(books, output, "beancount")
    text = output.read_text(encoding="utf-8")
    pair = "  Assets:Bank:Eur  0.0{0} EUR\n  Liabilities:Ann  -0.0{0} EUR\n"
    assert pair.format(5) in text
    output.write_text(text.replace(pair.format(5), pair.format(6), 1), encoding="utf-8")
    _, problems, _ = loader.load_file(str(output))
    assert {type(problem).__name__ for problem in problems} == {"BalanceError"}
    assert len(problems) == 3, "the account, the one above it, and the other side"


async def test_beancount_tells_of_any_moment(books: Ledger, tmp_path: Path) -> None:
    output = tmp_path / "ledger.beancount"
    now = books.clock.now
    for effective, recorded in itertools.product(
        (None, now, now - 3 * DAY, now - 300 * DAY), (None, now - 2 * DAY, now - 6 * DAY)
    ):
        moments = {"effective": effective, "recorded": recorded}
        await export(books, output, "beancount", **moments)
        await check_beancount(books, output, **moments)


SEGMENT = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True) | st.from_regex(
    r"[a-z][uzdaA_.-]{0,6}", fullmatch=True
).map(str.lower)


@given(st.sets(st.lists(SEGMENT, min_size=1, max_size=3).map(":".join), max_size=20))
def test_no_two_codes_become_the_same_name(codes: set[str]) -> None:
    written = [names.account_name(f"assets:{code}") for code in codes]
    assert len(set(written)) == len(codes)


@given(SEGMENT)
def test_a_code_can_be_read_back_from_its_name(segment: str) -> None:
    component = names.account_name(f"assets:{segment}").removeprefix("Assets:")
    first, rest = component[0].lower(), component[1:].replace("Zu", "_").replace("Zd", ".")
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in rest)
    assert first + plain == segment


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("assets:bank:operating", "Assets:Bank:Operating"),
        ("liabilities:0ff-shore", "Liabilities:0ff-shore"),
        ("expenses:bank_fees", "Expenses:BankFees"),
        ("income:a__b", "Income:AZuB"),
        ("income:a_z._", "Income:AZuzZdZu"),
        ("equity:zu.1_2", "Equity:ZuZd1Zu2"),
    ],
)
def test_a_code_reads_well_as_a_name(code: str, name: str) -> None:
    assert names.account_name(code) == name


# -- one state of the books, in one file


async def many(ledger: Ledger, transactions: int) -> None:
    """Books of two accounts and as many transactions of two postings."""
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in ("assets:a", "equity:b"):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    one = post(("debit", "assets:a", 3), ("credit", "equity:b", 3))
    await ledger.submit(commands.PostTransactions(transactions=(one,) * transactions))


async def test_an_export_is_one_state_of_the_books(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BATCH_ROWS", 64)
    await many(ledger, 2_000)
    done = asyncio.Event()

    async def book() -> None:
        while not done.is_set():
            effective = ledger.clock.now - DAY
            line = post(("debit", "assets:a", 1), ("credit", "equity:b", 1), effective=effective)
            await ledger.submit(line)

    booking = asyncio.create_task(book())
    first = await export(ledger, tmp_path / "1", "beancount")
    done.set()
    await booking
    load(tmp_path / "1")
    now = await export(ledger, tmp_path / "2", "beancount")
    assert now.lines > first.lines
    again = await export(ledger, tmp_path / "3", "beancount", recorded=first.recorded)
    assert again == first
    assert (tmp_path / "3").read_bytes() == (tmp_path / "1").read_bytes()


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
async def test_batches_do_not_cut_transactions(
    books: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    await export(books, tmp_path / "whole", "beancount")
    monkeypatch.setattr(stream, "BATCH_ROWS", rows)
    await export(books, tmp_path / "cut", "beancount")
    assert (tmp_path / "cut").read_bytes() == (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize("format_", FORMATS)
async def test_empty_books_make_a_whole_file(
    ledger: Ledger, tmp_path: Path, format_: file.Format
) -> None:
    await ledger.submit(commands.CreateTenant(name="Acme"))
    output = tmp_path / "empty"
    done = await export(ledger, output, format_)
    assert done.lines == 0
    if format_ == "parquet":
        assert pq.read_table(output).num_rows == 0
    elif format_ == "beancount":
        load(output)
    else:
        assert output.read_text(encoding="utf-8").count("\n") == 1


async def test_nothing_of_a_neighbour_is_in_it(books: Ledger, tmp_path: Path) -> None:
    await export(books, tmp_path / "before", "csv")
    await books.submit(commands.CreateTenant(name="Other"), tenant="other")
    for code in ("assets:bank", "liabilities:ann"):
        await books.submit(commands.OpenAccount(code=code, currency="EUR"), tenant="other")
    one = post(("debit", "assets:bank", 3), ("credit", "liabilities:ann", 3))
    await books.submit(one, tenant="other")
    await export(books, tmp_path / "after", "csv")
    assert (tmp_path / "after").read_bytes() == (tmp_path / "before").read_bytes()
    other = await export(books, tmp_path / "other", "csv", tenant="other")
    assert other.lines == 2


def files(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


async def test_a_file_appears_complete_or_not_at_all(books: Ledger, tmp_path: Path) -> None:
    output = tmp_path / "ledger.csv"
    output.write_text("the one before")
    with pytest.raises(rejections.TenantNotFound):
        await export(books, output, "csv", tenant="nobody")
    with pytest.raises(rejections.TimeInvalid):
        await export(books, output, "csv", effective=datetime(1, 1, 1, tzinfo=UTC))
    unknown: Any = "pdf"
    with pytest.raises(file.FormatUnknown):
        await export(books, output, unknown)
    with pytest.raises(file.FileUnwritable):
        await export(books, tmp_path / "nowhere" / "ledger.csv", "csv")
    with pytest.raises(file.FileUnwritable):
        await export(books, tmp_path, "csv")
    assert output.read_text() == "the one before"
    assert files(tmp_path) == ["ledger.csv"]
    await export(books, output, "csv")
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert files(tmp_path) == ["ledger.csv"]


async def test_a_connection_serves_as_well_as_a_pool(books: Ledger, tmp_path: Path) -> None:
    await export(books, tmp_path / "pool", "csv")
    done = await file.export(
        books.admin, partition=0, tenant="acme", format="csv", output=tmp_path / "one"
    )
    assert done.lines
    assert (tmp_path / "one").read_bytes() == (tmp_path / "pool").read_bytes()
