"""Seals: what is signed is signed once, and whoever has the public key can check all of it."""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from culm.book import checkpoint, event, keyfile, leaf, merkle, note, proof, seals
from culm.kernel import errors
from culm.ledger import commands

NAME = "culm.test"


def made_key(directory: Path, name: str, partition: int) -> note.Verifier:
    """The public key of a log, as whoever signs first makes it."""
    secret = keyfile.load_or_make(directory, name)
    return note.Signer(seals.origin(name, partition), secret.private_key).verifier


async def test_a_checkpoint_says_how_long_the_log_is_and_its_root(books: Any) -> None:
    opened = checkpoint.open_(books.checkpoints[-1], books.seals.verifier(0))

    head = await books.admin.fetchrow("select size, frontier from book_head")
    tree = merkle.Frontier.from_bytes(head["frontier"], size=head["size"])
    assert opened == checkpoint.Checkpoint("culm.test/partition/0", tree.size, tree.root())


async def test_one_size_is_signed_once(books: Any) -> None:
    again = await asyncio.gather(*(books.seals.checkpoint(0) for _ in range(8)))
    elsewhere = await seals.Seals(books.ledger.db, books.keys_dir, NAME).checkpoint(0)

    assert {*again, elsewhere} == {books.checkpoints[-1]}
    assert await books.admin.fetchval("select count(*) from book_checkpoint") == 3


async def test_two_roots_are_never_signed_for_one_size(
    books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process, which sees another log, has signed since we looked."""
    newest = checkpoint.open_(books.checkpoints[-1], books.seals.verifier(0))
    other = checkpoint.Checkpoint(newest.origin, newest.size, bytes(32))
    text = checkpoint.sign(other, books.seals._signer(0))
    await books.admin.execute(
        "update book_checkpoint set note = $1 where size = $2", text, newest.size
    )

    async def not_yet(*_: object) -> None:
        return None

    monkeypatch.setattr(seals.Seals, "_newest", not_yet)

    with pytest.raises(seals.SplitView, match="another root was signed for this size"):
        await books.seals.checkpoint(0)


async def test_stored_checkpoints_are_found_by_their_size(books: Any) -> None:
    for text in books.checkpoints:
        size = checkpoint.open_(text, books.seals.verifier(0)).size
        assert await books.seals.stored_checkpoint(0, size) == text

    for partition, size in ((0, 12345), (0, -1), (0, 2**70), (1, 0), (2**70, 0), (-1, 0)):
        with pytest.raises(seals.CheckpointNotFound):
            await books.seals.stored_checkpoint(partition, size)


async def test_a_checkpoint_of_one_partition_is_not_one_of_another(books: Any) -> None:
    with pytest.raises(errors.Invalid):
        checkpoint.open_(books.checkpoints[0], books.seals.verifier(1))


async def test_receipts_of_all_kinds_of_positions_are_checked_offline(books: Any) -> None:
    verifier = note.Verifier.parse(str(books.seals.verifier(0)))
    size = checkpoint.open_(books.checkpoints[-1], verifier).size
    some = random.Random(7).sample(range(size), 30)

    for position in {0, 1, 255, 256, 257, size - 1, *some}:
        done = leaf.check_receipt(await books.seals.receipt(0, position), verifier)

        row = await books.admin.fetchrow("select * from book_log where position = $1", position)
        assert done.event.sealed_bytes() == event.LogRow(**row).sealed_bytes()
        assert done.event.body == row["body"]
        assert done.checkpoint.size > position


async def test_a_receipt_stays_the_same_while_the_log_grows(books: Any) -> None:
    before = await books.seals.receipt(0, 3)

    await books.ledger.submit(commands.CreateTenant(name="New"), tenant="new")
    await books.seal()

    assert await books.seals.receipt(0, 3) == before


async def test_an_event_that_no_checkpoint_covers_gets_one_with_its_receipt(books: Any) -> None:
    await books.ledger.submit(commands.CreateTenant(name="New"), tenant="new")
    position = await books.admin.fetchval("select max(position) from book_log")

    done = leaf.check_receipt(await books.seals.receipt(0, position), books.seals.verifier(0))

    assert done.event.tenant == "new"
    assert done.checkpoint.size == position + 1


@pytest.mark.parametrize("position", [-1, 10_000, 2**63 - 1, 2**63, 2**200])
async def test_there_is_no_receipt_for_what_is_not_in_the_log(books: Any, position: int) -> None:
    with pytest.raises(merkle.NotInTree):
        await books.seals.receipt(0, position)


@pytest.mark.parametrize("partition", [-1, 5, 2**15, 2**200])
async def test_there_is_nothing_of_a_partition_that_does_not_exist(
    ledger: Any, tmp_path: Path, partition: int
) -> None:
    sealed = seals.Seals(ledger.db, tmp_path, NAME)

    for asked in (
        sealed.checkpoint(partition),
        sealed.receipt(partition, 0),
        sealed.consistency(partition, 0, 0),
    ):
        with pytest.raises(seals.PartitionNotFound):
            await asked


async def test_a_proof_of_consistency_is_of_two_checkpoints_and_their_roots(books: Any) -> None:
    verifier = books.seals.verifier(0)
    old, _, new = (checkpoint.open_(text, verifier) for text in books.checkpoints)
    hashes = await books.seals.consistency(0, old.size, new.size)
    made = proof.Consistency.of(old.size, new.size, hashes)

    proof.check_consistency(made, old, new)
    wrong = bytes(32)
    for spoilt, first, last in (
        (made, replace(old, root=wrong), new),
        (made, old, replace(new, root=wrong)),
        (made, replace(old, origin="culm.test/partition/1"), new),
        (made, old, replace(new, size=new.size + 1)),
        (replace(made, old=made.old + 1), old, new),
        (replace(made, hashes=made.hashes[1:]), old, new),
        (replace(made, hashes=("x", *made.hashes[1:])), old, new),
    ):
        with pytest.raises(proof.ProofError):
            proof.check_consistency(spoilt, first, last)


async def test_any_two_checkpoints_are_proven_consistent(books: Any) -> None:
    verifier = books.seals.verifier(0)
    sizes = [checkpoint.open_(text, verifier) for text in books.checkpoints]
    empty = checkpoint.Checkpoint(verifier.name, 0, merkle.EMPTY_ROOT)

    for old in (empty, *sizes):
        for new in (new for new in (empty, *sizes) if new.size >= old.size):
            hashes = await books.seals.consistency(0, old.size, new.size)
            assert merkle.verify_consistency(
                old_size=old.size,
                new_size=new.size,
                old_root=old.root,
                new_root=new.root,
                proof=hashes,
            )


@pytest.mark.parametrize(("old", "new"), [(2, 1), (0, 10_000), (-1, 3), (0, 2**80), (2**80, 3)])
async def test_sizes_that_the_log_never_had_are_not_consistent(
    books: Any, old: int, new: int
) -> None:
    with pytest.raises(merkle.NotInTree):
        await books.seals.consistency(0, old, new)


DAMAGED_LOGS = {
    "the end is cut off": "delete from book_log where position >= 20; update book_head set size ="
    " 20, frontier = (select decode(string_agg(repeat('ab', 32), ''), 'hex')"
    " from generate_series(1, 2))",
    "another beginning": "update book_head set size = size + 1,"
    " frontier = set_byte(frontier, 0, get_byte(frontier, 0) # 1) || frontier",
    "another root": "update book_head set"
    " frontier = set_byte(frontier, 0, get_byte(frontier, 0) # 1)",
}


@pytest.mark.parametrize("damage", DAMAGED_LOGS.values(), ids=DAMAGED_LOGS.keys())
async def test_what_does_not_extend_the_last_checkpoint_is_not_signed(
    books: Any, damage: str
) -> None:
    await books.admin.execute(damage)

    with pytest.raises((seals.SplitView, merkle.TreeDamaged)):
        await books.seals.checkpoint(0)

    assert await books.admin.fetchval("select count(*) from book_checkpoint") == 3


async def test_two_roots_of_one_size_are_a_split_view(books: Any) -> None:
    await books.admin.execute(DAMAGED_LOGS["another root"])

    with pytest.raises(seals.SplitView, match="do not begin with"):
        await books.seals.checkpoint(0)


@pytest.mark.parametrize("text", ["", "x", "culm.test/partition/0\n3\n", "\N{EM DASH}" * 5])
async def test_a_stored_checkpoint_that_is_not_ours_is_said_to_be_damaged(
    books: Any, text: str
) -> None:
    await books.admin.execute("update book_checkpoint set note = $1", text)

    for asked in (books.seals.checkpoint(0), books.seals.receipt(0, 3)):
        with pytest.raises(seals.CheckpointDamaged):
            await asked


async def test_no_receipt_is_made_of_a_damaged_log(books: Any) -> None:
    for damage in (
        "update book_log set body = body || ' ' where position = 3",
        "update book_log set leaf = '\\x00' where position = 2",
        "update book_log set time = 'infinity' where position = 3",
        "delete from book_log where position = 5",
    ):
        await books.admin.execute(damage)
        with pytest.raises(merkle.TreeDamaged):
            await books.seals.receipt(0, 3)


def test_origins_name_their_partition_in_one_way() -> None:
    assert [seals.partition_of(seals.origin(NAME, n)) for n in (0, 7, 32767)] == [0, 7, 32767]
    for text in ("", "x", "x/partition/", "x/partition/00", "x/partition/-1", "x/partition/32768",
                 "x/partition/\N{ARABIC-INDIC DIGIT ONE}", "x/partition/1\n"):  # fmt: skip
        assert seals.partition_of(text) is None


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    keys = tmp_path / "data" / "keys"

    made = made_key(keys, NAME, 0)

    assert made_key(keys, NAME, 0) == made
    assert oct(keys.stat().st_mode & 0o777) == "0o700"
    assert [path.name for path in keys.iterdir()] == [keyfile.FILE_NAME]
    assert oct((keys / keyfile.FILE_NAME).stat().st_mode & 0o777) == "0o600"


def test_partitions_share_a_secret_under_names_of_their_own(tmp_path: Path) -> None:
    first, second = (made_key(tmp_path / "keys", NAME, n) for n in (0, 1))

    assert first.public_key == second.public_key
    assert (first.name, second.name) == ("culm.test/partition/0", "culm.test/partition/1")


def test_everybody_who_is_first_gets_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        made = set(threads.map(lambda _: str(made_key(tmp_path, NAME, 0)), range(64)))

    assert len(made) == 1
    assert len(list(tmp_path.iterdir())) == 1


def _open_to_others(keys: Path) -> None:
    (keys / keyfile.FILE_NAME).chmod(0o640)


def _open_directory(keys: Path) -> None:
    keys.chmod(0o755)


def _cut_off(keys: Path) -> None:
    file = keys / keyfile.FILE_NAME
    file.write_text(file.read_text()[:-9])


def _not_text(keys: Path) -> None:
    (keys / keyfile.FILE_NAME).write_bytes(b"\xff" * 100)


def _empty(keys: Path) -> None:
    (keys / keyfile.FILE_NAME).write_bytes(b"")


def _linked(keys: Path) -> None:
    (keys / keyfile.FILE_NAME).rename(keys / "elsewhere")
    (keys / keyfile.FILE_NAME).symlink_to(keys / "elsewhere")


def _dangling(keys: Path) -> None:
    (keys / keyfile.FILE_NAME).unlink()
    (keys / keyfile.FILE_NAME).symlink_to(keys / "nowhere")


def _pipe(keys: Path) -> None:
    (keys / keyfile.FILE_NAME).unlink()
    os.mkfifo(keys / keyfile.FILE_NAME, 0o600)


def _directory(keys: Path) -> None:
    (keys / keyfile.FILE_NAME).unlink()
    (keys / keyfile.FILE_NAME).mkdir(0o700)


@pytest.mark.parametrize(
    "spoil",
    [
        _open_to_others,
        _open_directory,
        _cut_off,
        _not_text,
        _empty,
        _linked,
        _dangling,
        _pipe,
        _directory,
    ],
)
def test_a_key_that_is_not_as_it_was_made_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    made_key(tmp_path, NAME, 0)
    secret = (tmp_path / keyfile.FILE_NAME).read_text()
    spoil(tmp_path)

    with pytest.raises(keyfile.SigningKeyRefused) as refusal:
        made_key(tmp_path, NAME, 0)

    assert not set(re.findall(r"[A-Za-z0-9/+=]{20,}", secret)) & set(
        re.findall(r"[A-Za-z0-9/+=]{20,}", str(refusal.value))
    )


def test_a_key_keeps_its_name(tmp_path: Path) -> None:
    made_key(tmp_path, NAME, 0)

    with pytest.raises(keyfile.SigningKeyRefused, match=r"signs as culm\.test"):
        made_key(tmp_path, "other.test", 0)


def test_keys_lie_in_a_directory(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")

    for place in (tmp_path / "keys", tmp_path / "keys" / "below"):
        with pytest.raises(keyfile.SigningKeyRefused):
            made_key(place, NAME, 0)


def test_a_receipt_for_another_place_is_refused(tmp_path: Path) -> None:
    secret = keyfile.load_or_make(tmp_path, NAME)
    signer = note.Signer(seals.origin(NAME, 0), secret.private_key)
    for data in (b"culm-event/1\n0/1\n2026-01-01T00:00:00.000000Z\nt/1\na\nb\nc\n\n\n{}",
                 b"culm-event/1\n1/0\n2026-01-01T00:00:00.000000Z\nt/1\na\nb\nc\n\n\n{}",
                 b"culm-event/1\n0/0\nyesterday\nt/1\na\nb\nc\n\n\n{}",
                 b"culm-event/1\n0/0", b"\xff", b""):  # fmt: skip
        signed = checkpoint.sign(
            checkpoint.Checkpoint(signer.name, 1, merkle.leaf_hash(data)), signer
        )
        text = proof.Receipt(data, 0, (), signed).to_text()

        with pytest.raises(proof.ProofError) as refusal:
            leaf.check_receipt(text, signer.verifier)
        assert refusal.value.field == "leaf"
