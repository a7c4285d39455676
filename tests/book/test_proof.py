"""Receipts: what the log hands out is accepted, and nothing else is."""

from __future__ import annotations

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.book import checkpoint, merkle, note, proof

ORIGIN = "culm.example/log/1"
SIGNER = note.Signer.from_seed(ORIGIN, bytes(range(32)))
SIZE = 300  # more than one run of 256 leaves, so that a stored node takes part
LEAVES = [b"culm-event/1\n1/%d\n\n\n{}" % position for position in range(SIZE)]

# The example of c2sp.org/tlog-proof, but for what it shortens or garbles: signatures, extra data.
EXAMPLE = """\
c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJwAA
"""


def receipt(index: int, size: int = SIZE) -> proof.Receipt:
    """What the log hands out for the leaf at `index` once it has `size` leaves."""
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]
    frontier, nodes = merkle.Frontier().append(hashes)
    stored = {
        want: (hashes if want.level == 0 else [node.hash for node in nodes])[
            want.start : want.start + want.count
        ]
        for want in merkle.inclusion_ranges(index, size)
    }
    path = merkle.inclusion_proof(index, size, stored)
    sealed = checkpoint.Checkpoint(ORIGIN, size, frontier.root())
    return proof.Receipt(LEAVES[index], index, tuple(path), checkpoint.sign(sealed, SIGNER))


GOOD = receipt(17)


def refused(made: proof.Receipt, *, field: str) -> str:
    """The sentence with which the receipt is refused, for the part named `field`."""
    with pytest.raises(proof.ProofError) as refusal:
        proof.check(made, SIGNER.verifier)
    assert refusal.value.field == field
    return refusal.value.message


@given(st.data())
def test_a_receipt_of_any_leaf_is_accepted_after_its_travels(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, SIZE))
    made = receipt(data.draw(st.integers(0, size - 1)), size)
    arrived = proof.Receipt.from_text(made.to_text())
    assert arrived == made
    assert proof.check(arrived, SIGNER.verifier).size == size
    assert msgspec.json.decode(msgspec.json.encode(made), type=proof.Receipt) == made


def test_the_form_is_the_standard_one() -> None:
    head, checkpoint_text = GOOD.to_text().split("\n\n", 1)
    header, extra, index, *hashes = head.split("\n")
    assert (header, index) == ("c2sp.org/tlog-proof@v1", "index 17")
    assert base64.b64decode(extra.removeprefix("extra ")) == LEAVES[17]
    assert [base64.b64decode(line) for line in hashes] == list(GOOD.hashes)
    assert checkpoint_text == GOOD.checkpoint


def test_the_example_of_the_standard_is_read() -> None:
    read = proof.Receipt.from_text(EXAMPLE)
    assert (read.leaf, read.index) == (b"age-v1.2.1-darwin-arm64.tar.gz", 73_894)
    assert len(read.hashes) == 5
    assert read.checkpoint.startswith("example.com/fancylog\n109482\n")
    assert read.to_text() == EXAMPLE


@given(st.integers(0, 8 * len(LEAVES[17]) - 1))
def test_any_flipped_bit_of_the_leaf_is_noticed(bit: int) -> None:
    forged = bytearray(GOOD.leaf)
    forged[bit // 8] ^= 1 << bit % 8
    sentence = refused(msgspec.structs.replace(GOOD, leaf=bytes(forged)), field="hashes")
    assert "do not lead from its leaf, at 17" in sentence


@given(st.integers(0, len(GOOD.hashes) - 1), st.integers(0, 255))
def test_any_flipped_bit_of_a_hash_is_noticed(place: int, bit: int) -> None:
    forged = bytearray(GOOD.hashes[place])
    forged[bit // 8] ^= 1 << bit % 8
    hashes = (*GOOD.hashes[:place], bytes(forged), *GOOD.hashes[place + 1 :])
    refused(msgspec.structs.replace(GOOD, hashes=hashes), field="hashes")


@pytest.mark.parametrize("hashes", [(), GOOD.hashes[:-1], GOOD.hashes[1:], (*GOOD.hashes, b"")])
def test_a_proof_of_another_length_is_noticed(hashes: tuple[bytes, ...]) -> None:
    refused(msgspec.structs.replace(GOOD, hashes=hashes), field="hashes")


@given(st.integers(0, SIZE - 1).filter(lambda index: index != 17))
def test_another_index_is_noticed(index: int) -> None:
    refused(msgspec.structs.replace(GOOD, index=index), field="hashes")


@pytest.mark.parametrize("index", [-1, SIZE, SIZE + 1, 17 + 512, 2**64])
def test_an_index_outside_the_log_is_noticed(index: int) -> None:
    sentence = refused(msgspec.structs.replace(GOOD, index=index), field="index")
    assert f"leaf {index} of a log of 300 leaves" in sentence


@pytest.mark.parametrize("size", [17, 18, 299, 301, 512, 600])
def test_another_size_is_noticed_since_it_is_signed(size: int) -> None:
    forged = GOOD.checkpoint.replace("\n300\n", f"\n{size}\n")
    sentence = refused(msgspec.structs.replace(GOOD, checkpoint=forged), field="checkpoint")
    assert "not to be trusted" in sentence


@given(st.integers(0, len(GOOD.checkpoint) - 1), st.characters(codec="utf-8"))
def test_any_other_character_in_the_checkpoint_is_noticed(place: int, character: str) -> None:
    forged = GOOD.checkpoint[:place] + character + GOOD.checkpoint[place + 1 :]
    if forged != GOOD.checkpoint:
        refused(msgspec.structs.replace(GOOD, checkpoint=forged), field="checkpoint")


def test_the_root_of_another_tree_is_noticed() -> None:
    other = receipt(17, 299).checkpoint
    sentence = refused(msgspec.structs.replace(GOOD, checkpoint=other), field="hashes")
    assert "root of culm.example/log/1 at 299 leaves" in sentence


def test_the_key_of_another_log_does_not_open_it() -> None:
    other = note.Signer.from_seed("culm.example/log/2", bytes(range(32))).verifier
    with pytest.raises(proof.ProofError, match="No trusted key"):
        proof.check(GOOD, other)


TEXT = GOOD.to_text()
HASH_LINE = note.encode_base64(GOOD.hashes[0]) + "\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begins with"),
        ("wrong-header\n" + TEXT, "begins with"),
        (TEXT.replace("@v1", "@v2"), "begins with"),
        (TEXT.replace("\n\n", "\n"), "begins with"),
        ("c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n", "leaf .extra. and its place"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n", "leaf .extra. and its place"),
        ("c2sp.org/tlog-proof@v1\nindex 0\nindex 0\n\ncheckpoint\n", "second line"),
        (TEXT.replace("extra ", "extra !!"), "second line"),
        (TEXT.replace("extra ", "extra  "), "second line"),
        (TEXT.replace("extra ", "extra"), "second line"),
        (TEXT.replace("index 17", "17"), "third line"),
        (TEXT.replace("index 17", "index -17"), "third line"),
        (TEXT.replace("index 17", "index 017"), "third line"),
        (TEXT.replace("index 17", "index seventeen"), "third line"),
        (TEXT.replace("index 17", "index 17 "), "third line"),
        (TEXT.replace("index 17", f"index {2**63}"), "third line"),
        (TEXT.replace(HASH_LINE, "!!notbase64!!\n"), "not base64"),
        (TEXT.replace(HASH_LINE, HASH_LINE + " \n"), "not base64"),
        (TEXT.replace(HASH_LINE, note.encode_base64(bytes(64)) + "\n"), "not a SHA-256"),
        (TEXT.replace(HASH_LINE, HASH_LINE * 60), "at most 63"),
    ],
)
def test_what_is_not_a_receipt_is_refused(text: str, says: str) -> None:
    with pytest.raises(proof.ProofError, match=says):
        proof.Receipt.from_text(text)
