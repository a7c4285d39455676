"""Checkpoints: the example of the standard, round trips, and what must be refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.book import checkpoint as checkpoint_
from culm.book import merkle, note
from culm.book.checkpoint import Checkpoint

# The example of c2sp.org/tlog-checkpoint.
EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
EXAMPLE_SIGNED = (
    EXAMPLE
    + """
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz\
Gku9nTo+zyWE+xeMcTOAYQ8=
"""
)

# golang.org/x/mod: sumdb/tlog/note_test.go; the root is the leaf hash of "hello world".
GO_TREE = "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"

ORIGIN = "culm.example/log/1"
SIGNER = note.Signer.from_seed(ORIGIN, bytes(range(32)))
ROOT = merkle.leaf_hash(b"the only event")

CHECKPOINTS = st.builds(
    Checkpoint,
    origin=st.just(ORIGIN),
    size=st.integers(1, checkpoint_.MAX_SIZE),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=9),
        max_size=3,
    ).map(tuple),
)


def test_the_example_of_the_standard_is_read() -> None:
    parsed = checkpoint_.parse(note.parse(EXAMPLE_SIGNED).text)
    assert (parsed.origin, parsed.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert parsed.extensions == ()
    assert checkpoint_.format_(parsed) == EXAMPLE


def test_go_writes_the_same_text() -> None:
    tree = Checkpoint("go.sum database tree", 123_456_789_012, merkle.leaf_hash(b"hello world"))
    assert checkpoint_.format_(tree) == GO_TREE
    assert checkpoint_.parse(GO_TREE) == tree


def test_an_empty_log_has_a_checkpoint() -> None:
    empty = Checkpoint(ORIGIN, 0, merkle.Frontier().root())
    assert checkpoint_.open_(checkpoint_.sign(empty, SIGNER), SIGNER.verifier) == empty
    with pytest.raises(checkpoint_.CheckpointMalformed):
        Checkpoint(ORIGIN, 0, ROOT)


@given(CHECKPOINTS)
def test_a_signed_checkpoint_opens_as_it_was(made: Checkpoint) -> None:
    assert checkpoint_.parse(checkpoint_.format_(made)) == made
    assert checkpoint_.open_(checkpoint_.sign(made, SIGNER), SIGNER.verifier) == made


def test_signatures_of_witnesses_are_ignored() -> None:
    made = Checkpoint(ORIGIN, 1, ROOT)
    witness = note.Signer.from_seed("witness.example/w1", bytes(32))
    signed = note.sign(checkpoint_.format_(made), [witness, SIGNER])
    assert checkpoint_.open_(signed, SIGNER.verifier) == made


def test_a_checkpoint_of_another_key_is_refused() -> None:
    signed = checkpoint_.sign(Checkpoint(ORIGIN, 1, ROOT), SIGNER)
    with pytest.raises(note.NoteUnverified):
        checkpoint_.open_(signed, note.Signer.from_seed(ORIGIN, bytes(32)).verifier)


def test_a_checkpoint_of_another_log_under_the_same_key_is_refused() -> None:
    other = note.Signer.from_seed("culm.example/log/2", bytes(range(32)))
    with pytest.raises(checkpoint_.CheckpointMalformed, match="log/1"):
        checkpoint_.sign(Checkpoint(ORIGIN, 1, ROOT), other)
    # One Ed25519 key under two names: whoever holds log 1's checkpoint can rename its signature.
    renamed = note.sign(checkpoint_.format_(Checkpoint(ORIGIN, 1, ROOT)), [other])
    with pytest.raises(checkpoint_.CheckpointMalformed, match="log/1"):
        checkpoint_.open_(renamed, other.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n\n",
        EXAMPLE[:-1],
        EXAMPLE + "\n",
        EXAMPLE + "an extension\n\n",
        EXAMPLE + "an extension",
        "\n" + EXAMPLE,
        EXAMPLE.replace("example.com/behind-the-sofa", ""),
        EXAMPLE.replace("20852163\n", ""),
        EXAMPLE.replace("20852163", ""),
        EXAMPLE.replace("20852163", "020852163"),
        EXAMPLE.replace("20852163", "00"),
        EXAMPLE.replace("20852163", "+20852163"),
        EXAMPLE.replace("20852163", "-20852163"),
        EXAMPLE.replace("20852163", "20_852_163"),
        EXAMPLE.replace("20852163", " 20852163"),
        EXAMPLE.replace("20852163", "0x13e2fc3"),
        EXAMPLE.replace("20852163", "2e7"),
        EXAMPLE.replace("20852163", "٢٠٨٥٢١٦٣"),  # digits, but not ASCII
        EXAMPLE.replace("20852163", str(2**63)),
        EXAMPLE.replace("20852163", "9" * 10_000),
        EXAMPLE.replace("20852163", "0"),  # an empty log has another root
        EXAMPLE.replace("q2I=", "q2I"),
        EXAMPLE.replace("q2I=", "q2J="),  # the same bytes, other unused bits
        EXAMPLE.replace("CsUY", ""),
        EXAMPLE.replace("CsUY", "CsUYCsUY"),
        EXAMPLE.replace("/", "_"),
        GO_TREE.replace("wBb0=", "wBTOOBIG="),  # note_test.go
        EXAMPLE.replace("\n", "\r\n"),
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(checkpoint_.CheckpointMalformed):
        checkpoint_.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, ROOT, ()),
        ("two\nlines", 1, ROOT, ()),
        (ORIGIN, -1, ROOT, ()),
        (ORIGIN, 2**63, ROOT, ()),
        (ORIGIN, 1, ROOT[:-1], ()),
        (ORIGIN, 1, b"", ()),
        (ORIGIN, 1, ROOT, ("",)),
        (ORIGIN, 1, ROOT, ("two\nlines",)),
    ],
)
def test_what_cannot_be_written_cannot_be_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(checkpoint_.CheckpointMalformed):
        Checkpoint(origin, size, root, extensions)
