"""Receipts: one event, and all that it takes to show that it is in the log, in one small text; and
the proof that a log only grew from one checkpoint to another.

The format is c2sp.org/tlog-proof, so tools that know it can check a receipt; its `extra` line
carries the leaf. Checking needs the receipt, the log's public key, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from culm.book import checkpoint as checkpoint_
from culm.book import merkle, note
from culm.kernel import errors

MAX_HASHES: Final = 63
"""The height of the largest tree: a longer proof is refused before it is read."""


_HEADER: Final = "c2sp.org/tlog-proof@v1"


class ProofError(errors.Invalid):
    """A receipt is malformed, or does not prove what it claims. `field` names the part at fault."""

    code = "proof_invalid"


class Consistency(msgspec.Struct, frozen=True):
    """The proof that the log of `old` events is the beginning of that of `new` (RFC 6962 §2.1.2).

    The hashes are in base64.
    """

    old: int
    new: int
    hashes: tuple[str, ...]

    @classmethod
    def of(cls, old: int, new: int, hashes: Iterable[bytes]) -> Consistency:
        """The proof with these hashes."""
        return cls(old, new, tuple(note.encode_base64(hash_) for hash_ in hashes))


class Receipt(msgspec.Struct, frozen=True):
    """A leaf, its place, the hashes from it to the root, and the signed checkpoint with that root.

    `leaf` is the exact bytes that were hashed; `checkpoint` is verbatim, with all signatures.
    """

    leaf: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        """The receipt as c2sp.org/tlog-proof."""
        hashes = (note.encode_base64(hash_) for hash_ in self.hashes)
        extra = note.encode_base64(self.leaf)
        lines = (_HEADER, f"extra {extra}", f"index {self.index}", *hashes)
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def from_text(cls, text: str) -> Receipt:
        """Read a receipt; it proves nothing before `check`. Raises `ProofError`."""
        head, separator, checkpoint = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != _HEADER or not separator:
            raise ProofError(f"A receipt begins with {_HEADER} and ends with a checkpoint.")
        if len(lines) < 2:
            raise ProofError("A receipt has the leaf (extra) and its place (index).")
        leaf, index, *hashes = lines
        return cls(_parse_leaf(leaf), _parse_index(index), _parse_hashes(hashes), checkpoint)


def check(receipt: Receipt, verifier: note.Verifier) -> checkpoint_.Checkpoint:
    """The checkpoint that the leaf is proved to be under. Raises `ProofError`, and says why."""
    try:
        checkpoint = checkpoint_.open_(receipt.checkpoint, verifier)
    except errors.Invalid as error:
        raise ProofError(
            f"The receipt's checkpoint is not to be trusted. {error.message}", field="checkpoint"
        ) from error
    if not 0 <= receipt.index < checkpoint.size:
        raise ProofError(
            f"The receipt is for leaf {receipt.index} of a log of {checkpoint.size} leaves.",
            field="index",
        )
    if not merkle.verify_inclusion(
        leaf_hash=merkle.leaf_hash(receipt.leaf),
        index=receipt.index,
        size=checkpoint.size,
        proof=receipt.hashes,
        root=checkpoint.root,
    ):
        raise ProofError(
            f"The receipt's hashes do not lead from its leaf, at {receipt.index}, "
            f"to the signed root of {checkpoint.origin} at {checkpoint.size} leaves.",
            field="hashes",
        )
    return checkpoint


def check_consistency(
    proof: Consistency, old: checkpoint_.Checkpoint, new: checkpoint_.Checkpoint
) -> None:
    """That nothing of what the old checkpoint covers has changed up to the new one.

    Both are of one log, and opened. Raises `ProofError`, and says why.
    """
    if old.origin != new.origin:
        raise ProofError("The checkpoints are of two logs.", field="checkpoint")
    if (proof.old, proof.new) != (old.size, new.size):
        raise ProofError(
            f"The proof is from {proof.old} to {proof.new} events, the checkpoints are of "
            f"{old.size} and {new.size}.",
            field="index",
        )
    hashes = _parse_hashes(list(proof.hashes))
    if not merkle.verify_consistency(
        old_size=old.size,
        new_size=new.size,
        old_root=old.root,
        new_root=new.root,
        proof=hashes,
    ):
        raise ProofError(
            f"The log of {new.size} events does not begin with the {old.size} that were signed "
            "before, by these hashes.",
            field="hashes",
        )


def _parse_leaf(line: str) -> bytes:
    try:
        return note.decode_base64(_after("extra", line))
    except ValueError as error:
        raise ProofError(
            "The second line of a receipt is: extra, a space, the leaf in base64.", field="leaf"
        ) from error


def _parse_index(line: str) -> int:
    try:
        return checkpoint_.parse_decimal(_after("index", line))
    except ValueError as error:
        raise ProofError(
            "The third line of a receipt is: index, a space, a decimal number.", field="index"
        ) from error


def _parse_hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_HASHES:
        raise ProofError(f"A receipt has at most {MAX_HASHES} hashes.", field="hashes")
    try:
        hashes = tuple(note.decode_base64(line) for line in lines)
    except ValueError as error:
        raise ProofError("A hash of the receipt is not base64.", field="hashes") from error
    if not all(len(hash_) == merkle.HASH_BYTES for hash_ in hashes):
        raise ProofError("A hash of the receipt is not a SHA-256 hash.", field="hashes")
    return hashes


def _after(word: str, line: str) -> str:
    """What follows `word` and a space on the line. Raises ValueError."""
    if not line.startswith(word + " "):
        raise ValueError(f"no {word}")
    return line[len(word) + 1 :]
