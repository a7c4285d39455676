"""The Merkle tree over a partition's log: RFC 6962 §2.1, SHA-256.

Nothing here reads or writes. What is kept between turns is a `Frontier` (a few hashes), the leaf
hashes, and the roots of every full subtree of 256, 65,536, ... leaves (`Node`). A proof is made
in three steps, so that the caller may read asynchronously: `*_ranges` says which stored hashes
it needs, the caller reads them, `*_proof` folds them. Verifying needs none of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from culm.kernel import errors

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962 §2.1)."""

LEVEL_HEIGHT: Final = 8
"""Stored levels are 8 heights apart: a node of level k is the root of 256**k leaves. Storing all
heights would double the rows of the log; storing one in 8 adds a row in 255, and a proof then
reads at most two runs of 256 hashes a level."""

TILE: Final = 1 << LEVEL_HEIGHT
"""Stored hashes are read in runs that never cross a multiple of 256."""

_LEAF, _NODE = b"\x00", b"\x01"  # domain separation: no leaf can pass for a node (RFC 6962 §2.1)

_Tiles = dict[tuple[int, int], tuple[int, Sequence[bytes]]]


class NotInTree(errors.NotFound):
    """The tree of that size has no such leaf, or no such earlier size."""

    code = "not_in_tree"


class TreeDamaged(errors.CulmError):
    """The stored hashes cannot be those of a Merkle tree: some are missing or malformed."""

    code = "tree_damaged"


class Node(msgspec.Struct, frozen=True):
    """The root of the `index`-th full subtree of 256**level leaves. To be stored for proofs."""

    level: int
    index: int
    hash: bytes


class Range(msgspec.Struct, frozen=True):
    """A run of stored hashes to read: leaf hashes at level 0, nodes of 256**level leaves above.

    At most 256 of them, all between two multiples of 256.
    """

    level: int
    start: int
    count: int


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 || data) (RFC 6962 §2.1)."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962 §2.1)."""
    return sha256(_NODE + left + right).digest()


class Frontier(msgspec.Struct, frozen=True):
    """All of a tree that appending needs: the roots of its perfect subtrees, largest first.

    They are as many as `size` has bits set, so at most 63 hashes for any log.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.roots) != self.size.bit_count():
            raise TreeDamaged(
                f"A tree of {self.size} leaves cannot have a frontier of {len(self.roots)} hashes."
            )
        _require_hashes(self.roots)

    @classmethod
    def from_bytes(cls, data: bytes, *, size: int) -> Frontier:
        """Read back what `to_bytes` wrote; the size is kept beside it."""
        roots = (data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES))
        return cls(size, tuple(roots))

    def to_bytes(self) -> bytes:
        """The hashes, one after the other, without the size."""
        return b"".join(self.roots)

    def root(self) -> bytes:
        """The Merkle Tree Hash of all leaves (RFC 6962 §2.1)."""
        return _fold(self.roots) if self.roots else EMPTY_ROOT

    def append(self, leaf_hashes: Sequence[bytes]) -> tuple[Frontier, list[Node]]:
        """The frontier after these leaves, and the nodes that they completed, lowest level first.

        One pass a height over all new hashes: a turn's thousands of leaves cost one SHA-256 a
        leaf and no object a leaf.
        """
        _require_hashes(leaf_hashes)
        left, roots, nodes = list(self.roots), list[bytes](), list[Node]()
        row, index, height = list(leaf_hashes), self.size, 0  # row[0] is hash `index` of its height
        while row or left:
            if height and height % LEVEL_HEIGHT == 0:
                level = height // LEVEL_HEIGHT
                nodes += (Node(level, index + i, hash_) for i, hash_ in enumerate(row))
            if index & 1:  # the first new hash is a right child: its sibling is in the old frontier
                row.insert(0, left.pop())
            if len(row) & 1:  # the last hash has no sibling yet
                roots.append(row.pop())
            row, index, height = _parents(row), index >> 1, height + 1
        return Frontier(self.size + len(leaf_hashes), tuple(reversed(roots))), nodes


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """What to read for the proof that the leaf at `index` is in the tree of `size` leaves.

    At most two ranges a level: six for any tree of up to 16 million leaves.
    """
    return _ranges(_inclusion_path(index, size))


def inclusion_proof(index: int, size: int, stored: Mapping[Range, Sequence[bytes]]) -> list[bytes]:
    """The audit path of the leaf at `index`, leaf's sibling first (RFC 6962 §2.1.1).

    `stored` holds the hashes of each of `inclusion_ranges(index, size)`.
    """
    return _subtree_hashes(_inclusion_path(index, size), stored)


def consistency_ranges(old: int, new: int) -> list[Range]:
    """What to read for the proof that the tree of `old` leaves is a prefix of that of `new`."""
    return _ranges(_consistency_path(old, new))


def consistency_proof(old: int, new: int, stored: Mapping[Range, Sequence[bytes]]) -> list[bytes]:
    """The consistency proof from `old` leaves to `new` (RFC 6962 §2.1.2).

    `stored` holds the hashes of each of `consistency_ranges(old, new)`. The proof is empty where
    nothing is to be proved: from the empty tree, and between equal sizes.
    """
    return _subtree_hashes(_consistency_path(old, new), stored)


def verify_inclusion(
    *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` leads from the leaf at `index` to `root` (RFC 9162 §2.1.3.2).

    A path has the same shape in some trees of neighbouring sizes, so the proof alone does not
    pin `size`: take size and root together, from one signed checkpoint.
    """
    if not 0 <= index < size or not _are_hashes(leaf_hash, root, *proof):
        return False
    place, last, found = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _skip_missing_siblings(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `old_root` is a prefix of that of `new_root` (RFC 9162 §2.1.4.2).

    RFC 9162 leaves the empty tree out. Every tree extends it, and the proof is then empty
    (c2sp.org/tlog-witness, add-checkpoint); equal sizes need equal roots and an empty proof.
    """
    if not 0 <= old_size <= new_size or not _are_hashes(old_root, new_root, *proof):
        return False
    if old_size == new_size and old_root != new_root:
        return False
    if old_size == 0 and old_root != EMPTY_ROOT:
        return False
    if old_size in (0, new_size):
        return not proof
    return _old_and_new_root(old_size, new_size, old_root, proof) == (old_root, new_root)


def _old_and_new_root(
    old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Both roots as the proof gives them; None where it is too short or too long."""
    path = list(proof)
    if old_size.bit_count() == 1:  # the old tree is perfect: its root is the first hash, left out
        path.insert(0, old_root)
    if not path:
        return None
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            place, last = _skip_missing_siblings(place, last)
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _skip_missing_siblings(place: int, last: int) -> tuple[int, int]:
    """Climb past the heights at which the last node of an imperfect tree has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _inclusion_path(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees [start, stop) whose roots are PATH(index, D[size]) of RFC 6962 §2.1.1."""
    if not 0 <= index < size:
        raise NotInTree(f"A tree of {size} leaves has no leaf {index}.", field="index")
    path, start, stop = list[tuple[int, int]](), 0, size
    while stop - start > 1:
        middle = start + _left_size(stop - start)
        if index < middle:
            path.append((middle, stop))
            stop = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def _consistency_path(old: int, new: int) -> list[tuple[int, int]]:
    """The subtrees [start, stop) whose roots are PROOF(old, D[new]) of RFC 6962 §2.1.2."""
    if not 0 <= old <= new:
        raise NotInTree(f"A tree of {new} leaves was never one of {old}.", field="old_size")
    path, start, stop = list[tuple[int, int]](), 0, new
    while old not in (0, stop):
        middle = start + _left_size(stop - start)
        if old <= middle:
            path.append((middle, stop))
            stop = middle
        else:
            path.append((start, middle))
            start = middle
    if start:  # SUBPROOF's flag is false: this subtree's root is not the known old root
        path.append((start, stop))
    return path[::-1]


def _left_size(size: int) -> int:
    """The largest power of two smaller than `size`: the leaves left of the root (RFC 6962 §2.1)."""
    return 1 << (size - 1).bit_length() - 1


def _perfect_subtrees(start: int, stop: int) -> Iterator[Range]:
    """The stored hashes of each perfect subtree that makes up [start, stop), largest first."""
    while start < stop:
        height = (stop - start).bit_length() - 1
        level, rest = divmod(height, LEVEL_HEIGHT)
        yield Range(level, start >> level * LEVEL_HEIGHT, 1 << rest)
        start += 1 << height


def _ranges(path: Iterable[tuple[int, int]]) -> list[Range]:
    """What the path needs, merged to one range for each run of 256 stored hashes it touches."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for want in (want for subtree in path for want in _perfect_subtrees(*subtree)):
        tile, stop = (want.level, want.start // TILE), want.start + want.count
        low, high = spans.get(tile, (want.start, stop))
        spans[tile] = min(low, want.start), max(high, stop)
    return [Range(level, low, high - low) for (level, _), (low, high) in sorted(spans.items())]


def _subtree_hashes(
    path: Iterable[tuple[int, int]], stored: Mapping[Range, Sequence[bytes]]
) -> list[bytes]:
    """The root of each subtree of the path, from the stored hashes."""
    tiles = _tiles(stored)
    return [
        _fold([_perfect_root(tiles, want) for want in _perfect_subtrees(*subtree)])
        for subtree in path
    ]


def _tiles(stored: Mapping[Range, Sequence[bytes]]) -> _Tiles:
    """What was read, by level and run of 256; refused where it is not what was asked for."""
    for want, hashes in stored.items():
        if len(hashes) != want.count:
            raise TreeDamaged(f"Of {want.count} stored hashes, {len(hashes)} were found: {want}.")
        _require_hashes(hashes)
    return {(want.level, want.start // TILE): (want.start, read) for want, read in stored.items()}


def _perfect_root(tiles: _Tiles, want: Range) -> bytes:
    """The root over a power of two of stored hashes."""
    start, hashes = tiles.get((want.level, want.start // TILE), (0, ()))
    row = list(hashes[want.start - start : want.start - start + want.count])
    if want.start < start or len(row) != want.count:
        raise TreeDamaged(f"A proof needs stored hashes that were not read: {want}.")
    while len(row) > 1:
        row = _parents(row)
    return row[0]


def _parents(row: Sequence[bytes]) -> list[bytes]:
    """The hashes one height up. The hot path of a turn: SHA-256 and the prefix looked up once."""
    digest, prefix, hashes = sha256, _NODE, iter(row)
    pairs = zip(hashes, hashes, strict=True)
    return [digest(prefix + left + right).digest() for left, right in pairs]


def _fold(roots: Sequence[bytes]) -> bytes:
    """The root above perfect subtrees given largest first: the smallest two join first."""
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _require_hashes(values: Sequence[bytes]) -> None:
    if not set(map(len, values)) <= {HASH_BYTES}:
        raise TreeDamaged(f"A hash of the tree does not have {HASH_BYTES} bytes.")
