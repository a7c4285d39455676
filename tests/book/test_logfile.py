"""The log in a file: whole files are proven, and no byte of one can be other than it was."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click.testing
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.book import checkpoint, double_entry, event, logfile, merkle, note, verify_file
from culm.commands import log as log_
from culm.commands import verify as verify_
from culm.kernel import errors, settings
from culm.ledger import commands

SIGNER = note.Signer.from_seed("culm.test/partition/3", bytes(range(32)))
BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POSTED = '{"id":"txn_0","postings":[["acc_1","5","USD"],["acc_2","-5","USD"]]}'


def row(position: int, **rest: Any) -> event.LogRow:
    """An event of its own command."""
    made: dict[str, Any] = {
        "partition": 3,
        "position": position,
        "time": BEGIN + timedelta(seconds=position),
        "type": "ledger.transaction_posted",
        "version": 1,
        "tenant": "acme",
        "actor": "system",
        "correlation": f"c{position}",
        "causation": "",
        "body": POSTED,
    }
    return event.LogRow(**made | rest)


def signed(rows: list[event.LogRow], signer: note.Signer = SIGNER) -> str:
    """The checkpoint of these events."""
    leaves = [merkle.leaf_hash(row.sealed_bytes()) for row in rows]
    tree, _ = merkle.Frontier().append(leaves)
    return checkpoint.sign(checkpoint.Checkpoint(signer.name, tree.size, tree.root()), signer)


def file_of(rows: list[event.LogRow], seal: str | None = None) -> bytes:
    """The file of a log of these events."""
    file = io.BytesIO()
    logfile.write(file, partition=3, rows=rows, checkpoint=seal or signed(rows))
    return file.getvalue()


def check(data: bytes, verifier: note.Verifier = SIGNER.verifier) -> verify_file.Checked:
    """Prove a file."""
    return verify_file.check(io.BytesIO(data), verifier, audit=double_entry.unbalanced)


def refusal(data: bytes, verifier: note.Verifier = SIGNER.verifier) -> str:
    """Why a file is refused."""
    with pytest.raises(logfile.LogFileRefused) as refused:
        check(data, verifier)
    return refused.value.message


REQUEST = "0123456789abcdef" * 2
ROWS = [row(n) for n in range(4)] + [
    row(4, type="note.made", body='{"text":"\u2603 \\\\ \\n"}', causation="event/3",
        request=REQUEST),
    row(5, type="note.made", body="{}", time=BEGIN + timedelta(seconds=4), correlation="c4",
        causation="event/3", request=REQUEST),
]  # fmt: skip
GOOD = file_of(ROWS)


def test_a_whole_file_is_proven() -> None:
    checked = check(GOOD)

    assert (checked.origin, checked.partition, checked.events) == (SIGNER.name, 3, 6)
    assert checked.root == checkpoint.open_(signed(ROWS), SIGNER.verifier).root


def test_a_long_file_and_an_empty_log_are_proven() -> None:
    assert check(file_of([row(n) for n in range(9_001)])).events == 9_001
    assert check(file_of([])).events == 0


def test_every_byte_of_a_file_counts() -> None:
    for place in range(len(GOOD)):
        flipped = bytearray(GOOD)
        flipped[place] ^= 1 << place % 8
        assert refusal(bytes(flipped)).startswith("line ")


@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(1, 255))
def test_any_byte_that_is_another_is_found(place: int, value: int) -> None:
    flipped = bytearray(GOOD)
    flipped[place] ^= value
    refusal(bytes(flipped))


@given(
    start=st.integers(0, len(GOOD)),
    length=st.integers(0, 400),
    put=st.binary(max_size=60) | st.sampled_from([line + b"\n" for line in GOOD.split(b"\n")]),
)
def test_anything_taken_out_or_put_in_is_found(start: int, length: int, put: bytes) -> None:
    changed = GOOD[:start] + put + GOOD[start + length :]
    if changed != GOOD:
        refusal(changed)


@given(order=st.permutations(GOOD.splitlines(keepends=True)))
def test_lines_stand_in_one_order(order: list[bytes]) -> None:
    if (changed := b"".join(order)) != GOOD:
        refusal(changed)


@given(data=st.binary(max_size=300))
def test_no_other_bytes_are_a_log(data: bytes) -> None:
    refusal(data)


LINES = GOOD.splitlines(keepends=True)
HOSTILE = {
    "ends before its checkpoint": b"".join(LINES[:-1]),
    "ends in the middle": GOOD[:-1],
    "position 0 is missing": LINES[0] + b"".join(LINES[2:]),
    "position 3 is missing": b"".join(LINES[:4] + LINES[5:]),
    "nothing follows": GOOD + b"\n",
    "line 1: the file ends before": b"",
    "line 1: not what stands here": b"\xff\xfe\n",
    "not a file of the format": GOOD.replace(b"culm-log/1", b"culm-log/2"),
    "another root comes out": GOOD.replace(b'"acme"', b'"evil"', 1),
    "not as the platform writes it": GOOD.replace(b'"tenant":', b'"tenant": ', 1),
    "unknown field": GOOD.replace(b'"tenant"', b'"more":1,"tenant"', 1),
    "missing required field": GOOD.replace(b'"version":1,', b"", 1),
    "Expected `int`": GOOD.replace(b'"version":1', b'"version":"1"', 1),
    "line 2: not what stands here": GOOD.replace(b'"version":1', b'"version":' + b"9" * 400, 1),
    "line 2: position 0 is missing": GOOD.replace(b'"position":0', b'"position":' + b"8" * 18, 1),
    "line 2: the line is not as": GOOD.replace(LINES[1], LINES[1][:-2] + b',"request":""}\n'),
    "line 6: the line is not as": GOOD.replace(REQUEST.encode(), b"", 1),
    "Not a time": GOOD.replace(b"12:00:00.000000Z", b"12:00:00Z", 1),
    "Not a time as": GOOD.replace(b"T12:00:00.000000Z", b"T12:00:00.000000", 1),
    "the checkpoint is not to be trusted": GOOD.replace(LINES[-1], b'{"checkpoint":""}\n'),
    "line 8: not what stands here": GOOD.replace(LINES[-1], b'{"checkpoint":null}\n'),
    "line 2: not what stands": LINES[0] + b'{"position":' * 5_000 + b"}" * 5_000 + b"\n",
}


@pytest.mark.parametrize(("why", "data"), HOSTILE.items(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_a_reason(why: str, data: bytes) -> None:
    assert why in refusal(data)


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    assert "longer than" in refusal(LINES[0] + b'{"position":' + b"9" * 17 * 2**20)


def test_a_file_is_of_the_log_whose_key_is_given() -> None:
    other = note.Signer.from_seed(SIGNER.name, bytes(32))
    elsewhere = note.Signer.from_seed("culm.test/partition/4", bytes(range(32)))

    assert "No trusted key" in refusal(GOOD, other.verifier)
    assert "the key is of" in refusal(GOOD, elsewhere.verifier)
    assert "not that of the partition" in refusal(
        file_of([], signed([], elsewhere)), elsewhere.verifier
    )


def test_the_checkpoint_is_of_exactly_these_events() -> None:
    assert "5 events were signed, the file holds 6" in refusal(file_of(ROWS, signed(ROWS[:5])))
    extended = checkpoint.Checkpoint(SIGNER.name, 0, merkle.EMPTY_ROOT, ("more",))
    assert "more than it should" in refusal(file_of([], checkpoint.sign(extended, SIGNER)))
    witness = note.Signer.from_seed("witness", bytes(32))
    text = checkpoint.format_(checkpoint.Checkpoint(SIGNER.name, 0, merkle.EMPTY_ROOT))
    assert "more than it should" in refusal(file_of([], note.sign(text, [SIGNER, witness])))


WRONG_EVENTS = {
    "not later than that of the command before": [row(0), row(1, time=BEGIN)],
    "not later": [row(0), row(1, time=BEGIN - timedelta(days=1), correlation="c0")],
    "holds a line end": [row(0, tenant="a\nb")],
    "event holds a line end": [row(0, request=f"{REQUEST}\n")],
    "are 1 in USD": [row(0, body=POSTED.replace('"5"', '"6"'))],
    "no number of minor units": [row(0, body=POSTED.replace('"5"', '"5.0"'))],
    "no number of": [row(0, body=POSTED.replace('"5"', f'"{"9" * 5_000}"'))],
    "not that of a transaction": [row(0, body="{}")],
    "the body is not": [row(0, body="[" * 100_000)],
}


@pytest.mark.parametrize(("why", "rows"), WRONG_EVENTS.items(), ids=WRONG_EVENTS.keys())
def test_a_signed_log_that_makes_no_sense_is_refused(why: str, rows: list[event.LogRow]) -> None:
    assert why in refusal(file_of(rows))


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
async def test_an_export_of_the_books_is_proven_offline(
    books: Any, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name

    done = await logfile.export(books.ledger.db, books.seals, 0, path)

    with logfile.open_(path) as file:
        checked = verify_file.check(file, books.seals.verifier(0), audit=double_entry.unbalanced)
    assert (checked.origin, checked.events, checked.root) == (done.origin, done.events, done.root)
    assert checked.events == await books.admin.fetchval("select count(*) from book_log")
    assert path.stat().st_mode & 0o777 == 0o600
    assert name.endswith(".gz") == path.read_bytes().startswith(b"\x1f\x8b")


async def test_an_export_ends_at_its_checkpoint_while_the_log_grows(
    books: Any, tmp_path: Path
) -> None:
    exporting = asyncio.create_task(
        logfile.export(books.ledger.db, books.seals, 0, tmp_path / "log")
    )
    for n in range(20):
        await books.ledger.submit(commands.CreateTenant(name="T"), tenant=f"t{n}")
    done = await exporting

    with logfile.open_(tmp_path / "log") as file:
        assert verify_file.check(file, books.seals.verifier(0)).root == done.root


async def test_an_export_overwrites_nothing_and_leaves_nothing_half_done(
    books: Any, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    for path in (there, tmp_path, tmp_path / "no" / "such" / "directory"):
        with pytest.raises(logfile.LogFileNotWritten):
            await logfile.export(books.ledger.db, books.seals, 0, path)
    assert there.read_text() == "mine"

    await books.admin.execute("update book_log set time = 'infinity' where position = 9")
    with pytest.raises(logfile.LogFileNotWritten, match="the event at 9"):
        await logfile.export(books.ledger.db, books.seals, 0, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_damaged_compressed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    whole = gzip.compress(GOOD, mtime=0)
    for data in (b"", b"not compressed", whole[:-4], whole[:50], whole + b"x", GOOD):
        path.write_bytes(data)
        with logfile.open_(path) as file, pytest.raises(logfile.LogFileRefused):
            verify_file.check(file, SIGNER.verifier)

    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with logfile.open_(path) as file:
            try:
                same = gzip.decompress(path.read_bytes()) == GOOD
            except (OSError, EOFError, zlib.error):
                same = False
            if not same:
                with pytest.raises(logfile.LogFileRefused):
                    verify_file.check(file, SIGNER.verifier)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing", tmp_path / "nothing.gz"):
        with pytest.raises(logfile.LogFileRefused):
            logfile.open_(path)


def run(command: click.Command, *arguments: object, obj: object = None) -> click.testing.Result:
    """A command as the terminal would run it."""
    return click.testing.CliRunner().invoke(command, [str(a) for a in arguments], obj=obj)


async def test_evidence_leaves_the_platform_and_is_checked_without_it(
    books: Any, tmp_path: Path
) -> None:
    books.keys_dir.rename(tmp_path / "data-keys")
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "data-keys").rename(data / "keys")
    config = settings.Settings(
        data_dir=str(data), database_url=books.ledger.url, origin="culm.test"
    )

    def terminal() -> None:
        key = run(log_.checkpoint, "--key", obj=config).output.strip()
        assert note.Verifier.parse(key) == books.seals.verifier(0)

        sealed = run(log_.checkpoint, obj=config)
        assert sealed.output == books.checkpoints[-1]
        held = tmp_path / "held"
        held.write_text(sealed.output)

        proven = run(verify_.verify, "--checkpoint", held, obj=config)
        assert (proven.exit_code, "nothing is wrong" in proven.output) == (0, True)

        file = tmp_path / "log.gz"
        assert run(log_.log, "export", file, obj=config).exit_code == 0
        checked = run(log_.log, "check", file, "--key", key)
        assert (checked.exit_code, "nothing is wrong" in checked.output) == (0, True)

        made = run(log_.proof, "make", "tnt_0000000000000003", obj=config)
        assert made.output == run(log_.proof, "make", "3", obj=config).output
        receipt = tmp_path / "receipt"
        receipt.write_bytes(made.output.encode())
        shown = run(log_.proof, "check", receipt, "--key", key)
        assert (
            "proven: this event is at position 3 of the log culm.test/partition/0" in shown.output
        )
        assert "GOLD" in shown.output

        begun = tmp_path / "begun"
        begun.write_text(books.checkpoints[0])
        grown = run(log_.proof, "growth", begun, held, obj=config)
        grown_file = tmp_path / "growth.json"
        grown_file.write_text(grown.output)
        words = ("consistency", begun, held, grown_file, "--key", key)
        assert "are as they were" in run(log_.proof, *words).output
        swapped = run(log_.proof, "consistency", held, begun, grown_file, "--key", key)
        assert isinstance(swapped.exception, errors.Invalid)
        grown_file.write_text(grown.output.replace('"hashes":["', '"hashes":["AA'))
        assert isinstance(run(log_.proof, *words).exception, errors.Invalid)
        grown_file.write_text("[]")
        assert isinstance(run(log_.proof, *words).exception, errors.Invalid)

        receipt.write_bytes(made.output.encode().replace(b"index 3", b"index 4"))
        assert isinstance(run(log_.proof, "check", receipt, "--key", key).exception, errors.Invalid)
        assert run(log_.proof, "make", "x", obj=config).exit_code == 2

    await asyncio.to_thread(terminal)

    await books.admin.execute("update ledger_entry set posted = posted + 1 where event = 20")
    broken = await asyncio.to_thread(run, verify_.verify, obj=config)
    assert broken.exit_code == 1
    assert "ledger_entry" in broken.output


@pytest.mark.parametrize("key", ["", "x", "a+b+c", "culm.test/partition/3+00000000+AAAA"])
def test_a_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    for command in (log_.log, log_.proof):
        done = run(command, "check", tmp_path, "--key", key)
        assert isinstance(done.exception, errors.Invalid)


def test_the_lines_are_plain_json_for_any_reader() -> None:
    header, *events, last = [json.loads(line) for line in GOOD.splitlines()]

    assert header == {"format": "culm-log/1", "partition": 3, "origin": "culm.test/partition/3"}
    assert events[0]["body"] == POSTED
    assert last == {"checkpoint": signed(ROWS)}
    members = set(msgspec.structs.asdict(ROWS[0])) - {"partition", "leaf"}
    assert set(events[0]) == members - {"request"}
    assert set(events[5]) == members


def test_a_file_from_before_requests_were_sealed_is_proven() -> None:
    old = row(0)
    body = old.body.replace('"', '\\"')
    line = (
        '{"position":0,"time":"2026-03-01T12:00:00.000000Z","type":"ledger.transaction_posted",'
        '"version":1,"tenant":"acme","actor":"system","correlation":"c0","causation":"",'
        f'"body":"{body}"}}\n'
    )

    assert file_of([old]).splitlines(keepends=True)[1] == line.encode()
    assert old.sealed_bytes().startswith(b"culm-event/1\n3/0\n")
    assert check(file_of([old])).events == 1
