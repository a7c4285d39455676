"""Checkpoints: a log's size and root, signed (c2sp.org/tlog-checkpoint).

What the signer of a checkpoint says is: these are the first `size` leaves of my log, for ever.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from culm.book import merkle, note
from culm.kernel import errors

MAX_SIZE: Final = 2**63 - 1
"""Leaves of a log: positions are 64-bit integers of the database."""

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointMalformed(errors.Invalid):
    """A text is not a checkpoint, or is one of another log than it was opened for."""

    code = "checkpoint_malformed"


class Checkpoint(msgspec.Struct, frozen=True):
    """The state of the log named `origin`: how many leaves, and the root of the tree over them.

    `extensions` are lines that another log may have added; ours has none, since nobody audits them.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(line and "\n" not in line for line in (self.origin, *self.extensions)):
            raise CheckpointMalformed("The lines of a checkpoint are not empty.")
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointMalformed(f"A log cannot have {self.size} leaves.", field="size")
        if len(self.root) != merkle.HASH_BYTES:
            raise CheckpointMalformed("The root of a tree is one SHA-256 hash.", field="root")
        if self.size == 0 and self.root != merkle.EMPTY_ROOT:
            raise CheckpointMalformed(
                "The root of an empty tree is SHA-256 of nothing.", field="root"
            )


def format_(checkpoint: Checkpoint) -> str:
    """The text that is signed: origin, size, root, and extension lines, if any."""
    root = note.encode_base64(checkpoint.root)
    lines = (checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions)
    return "\n".join(lines) + "\n"


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint, without signatures. Raises `CheckpointMalformed`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop():
        raise CheckpointMalformed("A checkpoint is at least three lines, each with its line end.")
    origin, size, root, *extensions = lines
    try:
        return Checkpoint(origin, parse_decimal(size), note.decode_base64(root), tuple(extensions))
    except ValueError as error:
        raise CheckpointMalformed(
            "The second line of a checkpoint is its size, the third its root in base64."
        ) from error


def sign(checkpoint: Checkpoint, signer: note.Signer) -> str:
    """The signed checkpoint. The key must be named like the log: see `open_`."""
    _require_origin(checkpoint, signer.name)
    return note.sign(format_(checkpoint), [signer])


def open_(text: str, verifier: note.Verifier) -> Checkpoint:
    """The checkpoint that the log's key has signed; other signatures (witnesses) are ignored.

    The key's name must be the origin. The standard only recommends it, but one Ed25519 key may
    serve the logs of many partitions under many names, and a signature does not cover the name of
    its key: without this check the checkpoint of one log would pass for that of another.

    Raises `NoteMalformed`, `NoteUnverified` or `CheckpointMalformed`.
    """
    checkpoint = parse(note.open_(text, [verifier]).text)
    _require_origin(checkpoint, verifier.name)
    return checkpoint


def parse_decimal(text: str) -> int:
    """A number from 0 to `MAX_SIZE` in ASCII digits without leading zeros. Raises ValueError."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise ValueError("not a decimal number of leaves")
    return int(text)


def _require_origin(checkpoint: Checkpoint, name: str) -> None:
    if checkpoint.origin != name:
        raise CheckpointMalformed(
            f"The checkpoint is of the log {checkpoint.origin}, the key is of {name}.",
            field="origin",
        )
