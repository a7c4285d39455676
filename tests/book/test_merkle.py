"""The tree against published vectors, against the RFC's own recursion, and against forgery."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from culm.book import merkle

# The eight leaves and the roots of Certificate Transparency's reference implementation
# (transparency-dev/merkle: testonly/constants.go).
CT_LEAVES = tuple(
    map(
        bytes.fromhex,
        (
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ),
    )
)
CT_ROOTS = tuple(
    map(
        bytes.fromhex,
        (
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    )
)

# Proofs over those leaves (transparency-dev/merkle: cmd/proofgen/main.go); their hashes are named
# by height and index.
_H = {
    "0.0": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "0.1": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "0.4": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "0.6": "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "1.0": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "1.1": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "1.2": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "1.3": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "2.0": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "2.1": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
}
CT_INCLUSION = [
    (0, 1, []),
    (0, 8, ["0.1", "1.1", "2.1"]),
    (5, 8, ["0.4", "1.3", "2.0"]),
    (2, 3, ["1.0"]),
    (1, 5, ["0.0", "1.1", "0.4"]),
]
CT_CONSISTENCY = [
    (1, 1, []),
    (1, 8, ["0.1", "1.1", "2.1"]),
    (6, 8, ["1.2", "1.3", "2.0"]),
    (2, 5, ["1.1", "0.4"]),
    (6, 7, ["1.2", "0.6", "2.0"]),
]

# Answers of a real log, Google Argon 2020, at 961,984,013 entries: the proof of entry 10,000, and
# of consistency since 3,654,490 (golang.org/x/mod: sumdb/tlog/testdata/argon2020, ct_test.go).
ARGON_SIZE = 961_984_013
ARGON_ROOT = "dwlueapdd7LaOEnX2W2Wp9v2XE+KzejHRQGHwEx0oaM="
ARGON_LEAF_HASH = "nCs3mfIydh9x4CKyQ+u2xtmpxmFggA5MLymHwNQSlLg="
ARGON_OLD_ROOT = "AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ="
_ARGON_TOP = """
    GXIElfmnRuWfbA4z7ubV/UwlpSRUbUeec7oL5HDDnh0= pR0SH/NYP6s9+8azWwaeUXA4Ze/3WCIgMfh5YW6wvcE=
    f3GuAKYVrF8RBg3s15jvA/YvV9oAliWtzP/imwPhQVA= WHn8zDxlVgkV+lSlmzaOdfSBrTHoRr5nT3d76q0KKWE=
    f2uV2ZxVgULzLPKuZcowRY3ZY7fRlX59iDBjV1R8kNQ= NzQVjJsvQwbi7WStMr9oFkh9VbHfK7LB6o7WwAqwNTs=
    C0LttBeYHZHgL+032JIcJC3CTBIyza/hsbmJUgJfmDI= nixU5CWTFVDlF4BGdcU6kA7WSYurEpe9jRWc+F/7sOc=
"""
ARGON_INCLUSION = (
    """
    T46AmJsuOM/gFiGlUp+IJJebp+1Z5qratFNW7U0JyOQ= 9Jj1Feodn42uRYEfffkV4HF/EIPFQ5Zo9IwkxbQ2uhk=
    D53/1oCNebF4J59HHgioovKZxrmrKcVuCVhy3Izg8Ck= wSFDgGSrsXRPA+1c8WHoAFCsWeUv8NDyP/Q/SgsyVyY=
    516/RcwsgdwdzHn18v1dJHqBkgFUbNhmCIWOGjsMJaE= naTFY2ajLFgrgs5XUl+zJYZnnlJksLGsA1VYwpLfqbY=
    mKBRJo6qao+0Kdh/rhGkZUbHUAxMhrtrclrTpIbNjIg= Co4ueOFE7lpifLio94irxxsv1wFMMaK3tPu2ZQkHlro=
    yRgy800K6JMYCC05sWfqF2kvCg2riT/pVM+nEa6V5+0= n2O38XJZC8/Wpbwi9HhgVizlUyeUHVZvYyQB1607MRc=
    go3tAjuNfNSCj87y2Rg1xOroDknGN1eaf3cgvzObf7Q= 8D0Mj3/J7ySSnFb0afIHYXv6rlOhECnsebY6XKi1IR8=
    6rcez46ZU8M5vPiWVMAUfJfAOV0pPP/mch/lYzZhj/M= 2rtIeXrPvSdUyHc5maIgSAVB2BzaKaupWxSAiVayDE4=
    nniW/IMFQPN5xw8UsHFn7CRStYbm1gLu7NNa6kkRqJQ= mRPPi7sQS22MduIEyvcNzCNFqIt6kLwYPkNKrVtIcu8=
    JvTivzESNS9wHI8aph5a7uieVmtS/p9PciMZ5D6GyOo= UTyQd+Ym0wY4zG+qK806bBORwi1CSVvFQ/KknnqoZj8=
    hXODrqN+ff+U6zPqRQ+ZQKs6im1fPcxIerDSfNwflhE= II6GE+WY/DrpZzfHztLwkR46o37zVkNLCyPYlf68zA0=
    d609kWWcNBllbA8Jb/ad4XAVVGnScLRmtP8FYyr+Dck= rikBsP0G0gioXRpBFED2CzQdSLrGPvRd0bEcbEZw1rI=
    """
    + _ARGON_TOP
)
ARGON_CONSISTENCY = (
    """
    80Sfbj6UQEdVSZCSIgh9NMPj3vCBzcc1A48B2crJSWg= FZcrgAHUk6nNPviJZq8kEK6jCG1d18pJOFE45ZDc1TQ=
    Q67reWXmPBo1UfmwBap4Xi9PMPfFdUSSw3WGlRZdG7k= eJ7CyhR4PxzBxDIsWgrVYW1eFUb9ndgf46tFmiqVrxA=
    QrDwp062Grm5WY8KdrhFsBuuNjGzRox2Jb8PmVL5OYw= XM4YMjMEdLH/XJam/ZWyaP14k3cmsOtnPsOWQ54lW1s=
    SGiBh+jOTGccXU48ZzgQ88lRcBmtB4wz4oSDndv2QTg= WAS6txqNLYKGL1GdBdpqmV42TTfn6cJsuDsqLXuTCNI=
    QFmRS0rirUA7ZN3lxFjDncV+E1OCrn3NUB4RCp+5fzc= Hdbp7It2XBNZmNDBpCN/KPd7vfVqxgzwOosqVIaEA9E=
    mxvHL0ZiblBdD7j7pIa1jlfB0gSqfJ6oX0UGo7L0VsU= q5hjyvoW6TL/PThgcitpDcSTrnKX2p1+aqscqH2euRA=
    jTOWDqt3IHj2NVFeezyBz2ofpru+ztEywqKUAfFclKI= GIRn0w3HqJdvU9j1WVD//eR6lk2AaTVjyzjsJNP8U88=
    x52GJvxG81fnQBrgOTbll1A5tz95/LXK0Ag1NhB0r1I= 6/0OqrcTgc3o5dD5PymmoC96lB9yLPFuTHVvLy8fSGk=
    Gf+iKLfcXO5l4JEFmsZvSdG5q1uEeWPfYLrds6pmjz0= DGuaco+McyM3AfRSF6qX7RwSetwe2ieYJmxw5e9rVx0=
    2tQJ9V32hnYp+fdpP6TcjmgJmLeNVOMKM0Ml1kk4cNU= 3PapK+IkyJr8I9yAErAmzuZezzLMzsg+PfeRCgNW8NQ=
    s6xiYeejb+wtqHA+URJZ2I/SCPyIW8coP6aB00FJbMY= z9lSpmdTcr5M5ZzKlc4EPh3SrSypKFdk6JUF/UccaZU=
    """
    + _ARGON_TOP
)

LEAVES = tuple(merkle.leaf_hash(b"leaf %d" % i) for i in range(70_000))
SMALL = 600


@cache
def naive_root(start: int, stop: int) -> bytes:
    """MTH(D[start:stop]) word for word (RFC 6962 §2.1)."""
    if start == stop:
        return sha256(b"").digest()
    if stop - start == 1:
        return LEAVES[start]
    middle = start + split(stop - start)
    left, right = naive_root(start, middle), naive_root(middle, stop)
    return sha256(b"\x01" + left + right).digest()


def naive_inclusion(index: int, start: int, stop: int) -> list[bytes]:
    """PATH(index, D[start:stop]) word for word (RFC 6962 §2.1.1)."""
    if stop - start == 1:
        return []
    middle = start + split(stop - start)
    if index < middle:
        return [*naive_inclusion(index, start, middle), naive_root(middle, stop)]
    return [*naive_inclusion(index, middle, stop), naive_root(start, middle)]


def naive_consistency(old: int, start: int, stop: int, *, known: bool) -> list[bytes]:
    """SUBPROOF(old, D[start:stop], known) word for word (RFC 6962 §2.1.2)."""
    if old == stop:
        return [] if known else [naive_root(start, stop)]
    middle = start + split(stop - start)
    if old <= middle:
        below = naive_consistency(old, start, middle, known=known)
        return [*below, naive_root(middle, stop)]
    below = naive_consistency(old, middle, stop, known=False)
    return [*below, naive_root(start, middle)]


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


class StoredTree:
    """What the log keeps: leaf hashes, and the nodes that turns completed. Reads as its table."""

    def __init__(self, leaves: Sequence[bytes] = (), *, turn: int = 8_000) -> None:
        self.frontier = merkle.Frontier()
        self.rows: dict[tuple[int, int], bytes] = {}
        for start in range(0, len(leaves), turn):
            self.append(leaves[start : start + turn])

    def append(self, leaves: Sequence[bytes]) -> None:
        for offset, leaf in enumerate(leaves):
            self.rows[0, self.frontier.size + offset] = leaf
        self.frontier, nodes = self.frontier.append(leaves)
        for node in nodes:
            assert (node.level, node.index) not in self.rows, "a node is completed once"
            self.rows[node.level, node.index] = node.hash

    def read(self, ranges: Sequence[merkle.Range]) -> dict[merkle.Range, list[bytes]]:
        return {
            want: [self.rows[want.level, want.start + i] for i in range(want.count)]
            for want in ranges
        }

    def inclusion(self, index: int, size: int) -> list[bytes]:
        stored = self.read(merkle.inclusion_ranges(index, size))
        return merkle.inclusion_proof(index, size, stored)

    def consistency(self, old: int, new: int) -> list[bytes]:
        stored = self.read(merkle.consistency_ranges(old, new))
        return merkle.consistency_proof(old, new, stored)


TREE = StoredTree(LEAVES)


def flip(value: bytes, bit: int) -> bytes:
    bit %= len(value) * 8
    return value[: bit // 8] + bytes([value[bit // 8] ^ 1 << bit % 8]) + value[bit // 8 + 1 :]


def decode(text: str) -> list[bytes]:
    return [base64.b64decode(word) for word in text.split()]


# --- Published vectors ---------------------------------------------------------------------------


def test_leaf_and_node_hashes_are_those_of_certificate_transparency() -> None:
    # transparency-dev/merkle: rfc6962/rfc6962_test.go
    leaf = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    node = "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert merkle.leaf_hash(b"L123456").hex() == leaf
    assert merkle.node_hash(b"N123", b"N456").hex() == node


def test_roots_are_those_of_certificate_transparency() -> None:
    frontier = merkle.Frontier()
    assert frontier.root() == CT_ROOTS[0] == merkle.EMPTY_ROOT
    for size, leaf in enumerate(CT_LEAVES, start=1):
        frontier, _ = frontier.append([merkle.leaf_hash(leaf)])
        assert (frontier.size, frontier.root()) == (size, CT_ROOTS[size])


@pytest.mark.parametrize(("index", "size", "names"), CT_INCLUSION)
def test_inclusion_proofs_are_those_of_certificate_transparency(
    index: int, size: int, names: list[str]
) -> None:
    tree = StoredTree([merkle.leaf_hash(leaf) for leaf in CT_LEAVES])
    proof = tree.inclusion(index, size)
    assert [hash_.hex() for hash_ in proof] == [_H[name] for name in names]
    assert merkle.verify_inclusion(
        leaf_hash=merkle.leaf_hash(CT_LEAVES[index]),
        index=index,
        size=size,
        proof=proof,
        root=CT_ROOTS[size],
    )


@pytest.mark.parametrize(("old", "new", "names"), CT_CONSISTENCY)
def test_consistency_proofs_are_those_of_certificate_transparency(
    old: int, new: int, names: list[str]
) -> None:
    tree = StoredTree([merkle.leaf_hash(leaf) for leaf in CT_LEAVES])
    proof = tree.consistency(old, new)
    assert [hash_.hex() for hash_ in proof] == [_H[name] for name in names]
    assert merkle.verify_consistency(
        old_size=old, new_size=new, old_root=CT_ROOTS[old], new_root=CT_ROOTS[new], proof=proof
    )


def test_an_inclusion_proof_of_a_real_log_verifies() -> None:
    (leaf, root), proof = decode(f"{ARGON_LEAF_HASH} {ARGON_ROOT}"), decode(ARGON_INCLUSION)
    assert merkle.verify_inclusion(
        leaf_hash=leaf, index=10_000, size=ARGON_SIZE, proof=proof, root=root
    )
    assert not merkle.verify_inclusion(
        leaf_hash=leaf, index=10_001, size=ARGON_SIZE, proof=proof, root=root
    )


def test_a_consistency_proof_of_a_real_log_verifies() -> None:
    (old, new), proof = decode(f"{ARGON_OLD_ROOT} {ARGON_ROOT}"), decode(ARGON_CONSISTENCY)
    for size, verifies in ((3_654_490, True), (3_654_491, False), (3_654_489, False)):
        assert verifies == merkle.verify_consistency(
            old_size=size, new_size=ARGON_SIZE, old_root=old, new_root=new, proof=proof
        )


# --- Appending -----------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 300), max_size=12))
def test_any_split_into_turns_gives_the_same_tree(turns: list[int]) -> None:
    split_up, start = StoredTree(), 0
    for turn in turns:
        split_up.append(LEAVES[start : start + turn])
        start += turn
    at_once = StoredTree(LEAVES[:start], turn=max(start, 1))
    assert split_up.frontier == at_once.frontier
    assert split_up.rows == at_once.rows
    assert split_up.frontier.root() == naive_root(0, start)


def test_the_tree_of_70_000_leaves_is_that_of_the_definition() -> None:
    assert TREE.frontier.root() == naive_root(0, 70_000)
    levels = [level for level, _ in TREE.rows]
    assert [levels.count(level) for level in (0, 1, 2, 3)] == [70_000, 273, 1, 0]
    assert TREE.rows[1, 272] == naive_root(272 * 256, 273 * 256)
    assert TREE.rows[2, 0] == naive_root(0, 65_536)


@given(st.integers(0, 70_000))
def test_a_frontier_survives_its_bytes(size: int) -> None:
    frontier, _ = merkle.Frontier().append(LEAVES[:size])
    data = frontier.to_bytes()
    assert len(data) == 32 * size.bit_count()
    assert merkle.Frontier.from_bytes(data, size=size) == frontier


@pytest.mark.parametrize(
    ("data", "size"),
    [(b"", 1), (bytes(32), 0), (bytes(32), 3), (bytes(64), 4), (bytes(31), 1), (bytes(33), 3)],
)
def test_bytes_that_are_no_frontier_of_that_size_are_refused(data: bytes, size: int) -> None:
    with pytest.raises(merkle.TreeDamaged):
        merkle.Frontier.from_bytes(data, size=size)


def test_only_hashes_are_appended() -> None:
    with pytest.raises(merkle.TreeDamaged):
        merkle.Frontier().append([LEAVES[0], b"a leaf, not its hash"])


# --- Proofs --------------------------------------------------------------------------------------


def check_inclusion(index: int, size: int) -> None:
    proof = TREE.inclusion(index, size)
    assert proof == naive_inclusion(index, 0, size)
    assert merkle.verify_inclusion(
        leaf_hash=LEAVES[index], index=index, size=size, proof=proof, root=naive_root(0, size)
    )


def check_consistency(old: int, new: int) -> None:
    proof = TREE.consistency(old, new)
    assert proof == (naive_consistency(old, 0, new, known=True) if old else [])
    old_root, new_root = naive_root(0, old), naive_root(0, new)
    assert merkle.verify_consistency(
        old_size=old, new_size=new, old_root=old_root, new_root=new_root, proof=proof
    )


@pytest.mark.parametrize("size", [*range(1, 70), *range(254, 260), 511, 512, 513, SMALL])
def test_every_leaf_of_a_small_tree_has_a_proof(size: int) -> None:
    for index in range(size):
        check_inclusion(index, size)


@given(st.data())
def test_every_leaf_of_any_tree_up_to_600_has_a_proof(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, SMALL))
    check_inclusion(data.draw(st.integers(0, size - 1)), size)


@pytest.mark.parametrize("new", [*range(66), 255, 256, 257, 512, SMALL])
def test_every_earlier_tree_of_a_small_one_is_its_prefix(new: int) -> None:
    for old in range(new + 1):
        check_consistency(old, new)


BIG_EDGES = (0, 1, 255, 256, 257, 8_000, 32_768, 65_279, 65_535, 65_536, 65_537, 69_888, 69_999)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 69_889, 70_000])
def test_leaves_of_a_big_tree_are_proved_from_stored_nodes(size: int) -> None:
    for index in BIG_EDGES:
        if index < size:
            check_inclusion(index, size)


@settings(max_examples=200)
@given(st.data())
def test_any_two_sizes_of_a_big_tree_are_proved_from_stored_nodes(data: st.DataObject) -> None:
    sizes = st.one_of(st.integers(0, 70_000), st.sampled_from(BIG_EDGES))
    old, new = sorted((data.draw(sizes), data.draw(sizes)))
    check_consistency(old, new)


def test_a_big_tree_is_proved_from_its_second_level() -> None:
    assert merkle.Range(2, 0, 1) in merkle.inclusion_ranges(69_999, 70_000)
    assert merkle.Range(2, 0, 1) in merkle.consistency_ranges(65_537, 70_000)


@given(st.data())
def test_a_proof_of_any_log_needs_few_reads_of_what_is_stored(data: st.DataObject) -> None:
    size = data.draw(st.one_of(st.integers(1, 16_777_216), st.just(9_999_999)))
    index = data.draw(st.integers(0, size - 1))
    for ranges in (merkle.inclusion_ranges(index, size), merkle.consistency_ranges(index, size)):
        assert len(ranges) <= 6
        for want in ranges:
            assert 0 < want.count <= 256
            assert want.start // 256 == (want.start + want.count - 1) // 256
            assert (want.start + want.count) * 256**want.level <= size, (
                "not complete, so not stored"
            )


def test_nothing_is_read_where_nothing_is_to_be_proved() -> None:
    assert merkle.inclusion_ranges(0, 1) == []
    assert merkle.consistency_ranges(0, 70_000) == []
    assert merkle.consistency_ranges(70_000, 70_000) == []


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5), (0, -1)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(merkle.NotInTree):
        merkle.inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5), (1, 0), (-2, -1)])
def test_a_tree_has_no_proof_from_a_larger_one(old: int, new: int) -> None:
    with pytest.raises(merkle.NotInTree):
        merkle.consistency_ranges(old, new)


def test_rows_missing_from_the_log_are_noticed() -> None:
    complete = TREE.read(merkle.inclusion_ranges(300, 70_000))
    for want, hashes in complete.items():
        short = {**complete, want: hashes[:-1]}
        absent = {other: read for other, read in complete.items() if other != want}
        for stored in (short, absent):
            with pytest.raises(merkle.TreeDamaged):
                merkle.inclusion_proof(300, 70_000, stored)


def test_what_was_read_for_another_proof_is_not_taken_for_this_one() -> None:
    assert merkle.inclusion_ranges(300, 304) == [merkle.Range(0, 256, 48), merkle.Range(1, 0, 1)]
    later_in_the_run = TREE.read([merkle.Range(0, 380, 132), merkle.Range(1, 0, 1)])
    with pytest.raises(merkle.TreeDamaged):
        merkle.inclusion_proof(300, 304, later_in_the_run)


# --- Forgery -------------------------------------------------------------------------------------


@given(st.data())
def test_any_flipped_bit_breaks_an_inclusion_proof(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, SMALL))
    index, bit = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, 255))
    leaf, root, proof = LEAVES[index], naive_root(0, size), TREE.inclusion(index, size)
    place = data.draw(st.integers(0, len(proof) - 1))
    forged = [*proof[:place], flip(proof[place], bit), *proof[place + 1 :]]
    other = data.draw(st.integers(0, 2 * size).filter(lambda other: other != index))

    def verifies(leaf: bytes, index: int, proof: list[bytes], root: bytes) -> bool:
        return merkle.verify_inclusion(
            leaf_hash=leaf, index=index, size=size, proof=proof, root=root
        )

    assert verifies(leaf, index, proof, root)
    assert not verifies(flip(leaf, bit), index, proof, root)
    assert not verifies(leaf, other, proof, root)
    assert not verifies(leaf, index, forged, root)
    assert not verifies(leaf, index, proof, flip(root, bit))


@given(st.data())
def test_any_flipped_bit_breaks_a_consistency_proof(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, SMALL))
    old, bit = data.draw(st.integers(1, new - 1)), data.draw(st.integers(0, 255))
    old_root, new_root, proof = naive_root(0, old), naive_root(0, new), TREE.consistency(old, new)
    place = data.draw(st.integers(0, len(proof) - 1))
    forged = [*proof[:place], flip(proof[place], bit), *proof[place + 1 :]]

    def verifies(old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
        return merkle.verify_consistency(
            old_size=old, new_size=new, old_root=old_root, new_root=new_root, proof=proof
        )

    assert verifies(old_root, new_root, proof)
    assert not verifies(flip(old_root, bit), new_root, proof)
    assert not verifies(old_root, flip(new_root, bit), proof)
    assert not verifies(old_root, new_root, forged)
    assert not verifies(new_root, old_root, proof)


def test_a_proof_that_climbs_past_the_root_fails() -> None:
    # Else a leaf could be shown in a tree that the root is not of, by lifting the root.
    leaf, above = LEAVES[0], LEAVES[1]
    assert not merkle.verify_inclusion(
        leaf_hash=leaf, index=0, size=1, proof=[above], root=merkle.node_hash(above, leaf)
    )
    lifted = [merkle.node_hash(above, naive_root(0, size)) for size in (3, 4)]
    assert not merkle.verify_consistency(
        old_size=3,
        new_size=4,
        old_root=lifted[0],
        new_root=lifted[1],
        proof=[*TREE.consistency(3, 4), above],
    )


def test_hashes_of_another_length_fail_even_if_they_join_to_the_same_bytes() -> None:
    left, right, root = LEAVES[0], LEAVES[1], naive_root(0, 2)
    assert not merkle.verify_inclusion(
        leaf_hash=left[:31], index=0, size=2, proof=[left[31:] + right], root=root
    )
    assert not merkle.verify_inclusion(leaf_hash=b"", index=0, size=1, proof=[], root=b"")
    first, second, third = TREE.consistency(3, 4)
    assert not merkle.verify_consistency(
        old_size=3,
        new_size=4,
        old_root=merkle.node_hash(third, first[:31]),
        new_root=naive_root(0, 4),
        proof=[first[:31], first[31:] + second, third],
    )


JUNK = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


@pytest.mark.parametrize(("index", "size", "names"), CT_INCLUSION)
def test_malformed_inclusion_proofs_fail(index: int, size: int, names: list[str]) -> None:
    # The corruptions of transparency-dev/merkle: cmd/proofgen/main.go
    leaf, root = merkle.leaf_hash(CT_LEAVES[index]), CT_ROOTS[size]
    proof = [bytes.fromhex(_H[name]) for name in names]
    forgeries = [
        (index - 1, size, root, leaf, proof),
        (index + 1, size, root, leaf, proof),
        (index ^ 2, size, root, leaf, proof),
        (index, size * 2, root, leaf, proof),
        (index, size // 2, root, leaf, proof),
        (index, size, root, b"WrongLeaf", proof),
        (index, size, merkle.EMPTY_ROOT, leaf, proof),
        (index, size, JUNK, leaf, proof),
        (index, size, root, leaf, [*proof, b""]),
        (index, size, root, leaf, [*proof, root]),
        (index, size, root, leaf, [b"", *proof]),
        (index, size, root, leaf, [root, *proof]),
        (index, size, root, b"", proof),
        (index, size, b"", leaf, proof),
    ]
    if proof:
        forgeries += [(index, size, root, leaf, proof[:-1]), (index, size, root, leaf, proof[1:])]
    if len(proof) > 1:
        forgeries.append((index, size, root, leaf, [proof[0], JUNK, *proof[1:]]))
    for index_, size_, root_, leaf_, proof_ in forgeries:
        assert not merkle.verify_inclusion(
            leaf_hash=leaf_, index=index_, size=size_, proof=proof_, root=root_
        )


@pytest.mark.parametrize(("old", "new", "names"), [row for row in CT_CONSISTENCY if row[2]])
def test_malformed_consistency_proofs_fail(old: int, new: int, names: list[str]) -> None:
    # The corruptions of transparency-dev/merkle: cmd/proofgen/main.go
    old_root, new_root = CT_ROOTS[old], CT_ROOTS[new]
    proof = [bytes.fromhex(_H[name]) for name in names]
    forgeries = [
        (old - 1, new, old_root, new_root, proof),
        (old + 1, new, old_root, new_root, proof),
        (old ^ 2, new, old_root, new_root, proof),
        (old, new * 2, old_root, new_root, proof),
        (old, new // 2, old_root, new_root, proof),
        (old, new, b"WrongRoot", new_root, proof),
        (old, new, old_root, b"WrongRoot", proof),
        (old, new, new_root, old_root, proof),
        (old, new, old_root, new_root, []),
        (old, new, old_root, new_root, proof[:-1]),
        (old, new, old_root, new_root, [*proof, b""]),
        (old, new, old_root, new_root, [*proof, old_root]),
        (old, new, old_root, new_root, [*proof, new_root]),
        (old, new, old_root, new_root, [b"", *proof]),
        (old, new, old_root, new_root, [old_root, *proof]),
        (old, new, old_root, new_root, [new_root, *proof]),
        (old, new, old_root, new_root, [proof[0], *proof]),
    ]
    for old_, new_, old_root_, new_root_, proof_ in forgeries:
        assert not merkle.verify_consistency(
            old_size=old_, new_size=new_, old_root=old_root_, new_root=new_root_, proof=proof_
        )


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root", "proof", "verifies"),
    [
        (0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [], True),
        (0, 0, JUNK, JUNK, [], False),
        (0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [JUNK], False),
        (0, 5, merkle.EMPTY_ROOT, JUNK, [], True),
        (0, 5, JUNK, JUNK, [], False),
        (0, 5, merkle.EMPTY_ROOT, JUNK, [JUNK], False),
        (5, 5, JUNK, JUNK, [], True),
        (5, 5, JUNK, merkle.EMPTY_ROOT, [], False),
        (5, 5, JUNK, JUNK, [JUNK], False),
        (2, 1, JUNK, JUNK, [], False),
        (1, 0, JUNK, merkle.EMPTY_ROOT, [], False),
        (1, 2, JUNK, JUNK, [], False),
        (3, 5, JUNK, JUNK, [], False),
        (-1, 1, JUNK, JUNK, [], False),
    ],
)
def test_consistency_at_its_edges(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes], *, verifies: bool
) -> None:
    assert verifies == merkle.verify_consistency(
        old_size=old, new_size=new, old_root=old_root, new_root=new_root, proof=proof
    )
