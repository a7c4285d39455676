"""What comes in is read line by line: a line that is wrong is told with its code, and disturbs no
other; a file that cannot be trusted as a whole is refused as a whole."""

from __future__ import annotations

import io
from datetime import date

import pytest

from culm.batches import rejections
from culm.batches.parsing import call, csv_file, draft, nacha_file
from culm.rails.ach import building, new_file, writer

HEADER = "amount,to,routing,account,holder_name,kind,holder_type,identification,description\n"
WALLET, BANK = "wal_00000000000000a1", "bac_00000000000000b7"


def drafts(text: str) -> list[draft.Draft]:
    return list(csv_file.read(text.encode()))


def test_a_line_names_a_wallet_a_linked_account_or_one_outside() -> None:
    read = drafts(
        f"{HEADER}12.50,{WALLET},,,,,,,lunch\n"
        f"1.00,{BANK},,,,,,,\n"
        "1250.00,,990000013,123456789,Ada Lovelace,savings,business,E-1,wages\n"
    )
    outside = draft.Outside(
        routing="990000013",
        account="123456789",
        holder_name="Ada Lovelace",
        kind="savings",
        holder_type="business",
    )
    assert read == [
        draft.Draft(2, 1_250, WALLET, description="lunch"),
        draft.Draft(3, 100, BANK),
        draft.Draft(4, 125_000, outside=outside, identification="E-1", description="wages"),
    ]


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        (f"12.5,{WALLET},,,,,,,", "batch_entry_invalid", "amount"),
        (f"12,{WALLET},,,,,,,", "batch_entry_invalid", "amount"),
        (f"-1.00,{WALLET},,,,,,,", "batch_entry_invalid", "amount"),
        (f"0.00,{WALLET},,,,,,,", "batch_entry_invalid", "amount"),
        (f"1e3.00,{WALLET},,,,,,,", "batch_entry_invalid", "amount"),
        ("1.00,,,,,,,,", "batch_entry_invalid", "to"),
        ("1.00,cus_00000000000000a1,,,,,,,", "batch_entry_invalid", "to"),
        (f"1.00,{WALLET},990000013,123456789,Ada,,,,", "batch_entry_invalid", "to"),
        ("1.00,,990000013,,Ada,,,,", "batch_entry_invalid", "account"),
        ("1.00,,990000013,123456789,Ada,loan,,,", "batch_entry_invalid", "kind"),
        ("1.00,,990000014,123456789,Ada,,,,", "routing_number_invalid", "routing"),
        ("1.00,,990000013,12,Ada,,,,", "account_number_invalid", "account"),
        (f"1.00,{WALLET},,,,,,ABCDEFGHIJKLMNOP,", "batch_entry_invalid", "identification"),
        (f"1.00,{WALLET}", "batch_entry_invalid", "columns"),
    ],
)
def test_a_wrong_line_is_told_and_its_neighbours_stay(line: str, code: str, field: str) -> None:
    [wrong, right] = drafts(f"{HEADER}{line}\n1.00,{WALLET},,,,,,,\n")
    assert (wrong.code, wrong.field, wrong.line) == (code, field, 2)
    assert right == draft.Draft(3, 100, WALLET)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"to,routing\n",
        b"amount,amount\n1.00,1.00\n",
        b"amount,iban\n1.00,DE00\n",
        b'amount,to\n"1.00,wal',
        b"amount,to\n1.00,\x00\n\r",
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(content: bytes) -> None:
    try:
        read = list(csv_file.read(content))
    except rejections.BatchUnreadable:
        return
    assert all(one.code for one in read)


def test_columns_may_stand_in_any_order_and_lines_may_be_empty() -> None:
    [only] = drafts(f"\ufeffto,amount\n\n{WALLET},1.00\n\n")
    assert only == draft.Draft(3, 100, WALLET)


def test_amounts_never_pass_through_a_float() -> None:
    [only] = drafts(f"amount,to\n999999999999999.99,{WALLET}\n")
    assert only.amount == 99_999_999_999_999_999


def test_a_call_has_its_entries_numbered() -> None:
    entries = (
        call.NewEntry(amount=5, to=WALLET),
        call.NewEntry(amount="7", to=BANK),
        call.NewEntry(amount=9),
    )
    read = list(call.read(call.encode(entries)))
    assert [(one.line, one.amount, one.code) for one in read] == [
        (1, 5, ""),
        (2, 7, ""),
        (3, 9, "batch_entry_invalid"),
    ]


def nacha(*codes: str, sec: str = "PPD") -> bytes:
    """A payroll of one batch."""
    entries = tuple(
        new_file.NewEntry(code, "021000021", "123456789", 100 + number, "Ann Doe", f"E{number}")
        for number, code in enumerate(codes)
    )
    batch = new_file.NewBatch(
        sec, "ACME", "1210428822", "PAYROLL", date(2026, 3, 3), "02100002", entries
    )
    built = new_file.NewFile("021000021", "121042882", date(2026, 3, 2), (batch,))
    out = io.BytesIO()
    writer.write(building.build(built), out)
    return out.getvalue()


def test_the_credits_of_a_nacha_file_are_paid_out_and_its_debits_refused() -> None:
    checking, savings, debit = nacha_file.read(nacha("22", "32", "27"))
    assert checking.outside == draft.Outside(
        routing="021000021", account="123456789", holder_name="Ann Doe"
    )
    assert (checking.amount, checking.identification) == (100, "E0")
    assert savings.outside is not None
    assert savings.outside.kind == "savings"
    assert debit.code == "batch_entry_not_credit"


def test_entries_for_businesses_stay_theirs() -> None:
    [only] = nacha_file.read(nacha("22", sec="CCD"))
    assert only.outside is not None
    assert draft.sec_of(only.outside) == "CCD"


def test_a_nacha_file_whose_totals_are_wrong_is_refused_as_a_whole() -> None:
    content = nacha("22", "22").replace(b"0000000100", b"0000000900", 1)
    with pytest.raises(rejections.BatchUnreadable):
        list(nacha_file.read(content))
