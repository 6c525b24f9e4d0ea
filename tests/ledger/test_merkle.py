"""The tree against published vectors and the definition in RFC 6962."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.ledger import merkle

# Leaves, roots and paths of the test suite of the Certificate Transparency reference
# implementation (google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc),
# as republished by google/trillian (testonly/reference vectors). Checked 2026-11-23.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
AUDIT_PATHS: list[tuple[int, int, list[str]]] = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY: list[tuple[int, int, list[str]]] = [
    (1, 1, []),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]


def hashes(count: int) -> list[bytes]:
    """Leaf hashes of distinct leaves."""
    return [merkle.leaf_hash(str(n).encode()) for n in range(count)]


def tree_hash(data: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word: the hash of a list of leaves."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    split = max(2**n for n in range(20) if 2**n < len(data))
    return hashlib.sha256(b"\x01" + tree_hash(data[:split]) + tree_hash(data[split:])).digest()


def test_roots_are_those_of_the_reference_implementation() -> None:
    frontier: merkle.Frontier = ()
    found = []
    for size, leaf in enumerate(LEAVES):
        frontier = merkle.extended(frontier, size, [merkle.leaf_hash(leaf)])
        found.append(merkle.root_of(frontier).hex())
    assert found == ROOTS


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root_of(()).hex() == empty


@pytest.mark.parametrize(("index", "size", "path"), AUDIT_PATHS)
def test_audit_paths_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    node = merkle.node_reader([merkle.leaf_hash(leaf) for leaf in LEAVES])
    found = merkle.inclusion_proof(node, index=index, size=size)
    assert [step.hex() for step in found] == path
    assert merkle.included(
        merkle.leaf_hash(LEAVES[index]),
        index=index,
        size=size,
        proof=found,
        root=bytes.fromhex(ROOTS[size - 1]),
    )


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, new: int, path: list[str]) -> None:
    node = merkle.node_reader([merkle.leaf_hash(leaf) for leaf in LEAVES])
    found = merkle.consistency_proof(node, old=old, new=new)
    assert [step.hex() for step in found] == path


def test_the_seven_leaf_example_of_rfc_6962_section_2_1_3() -> None:
    a, b, c, d, e, f, j = (merkle.leaf_hash(bytes([n])) for n in range(7))
    g, h, i = (merkle.node_hash(*pair) for pair in ((a, b), (c, d), (e, f)))
    k, m = merkle.node_hash(g, h), merkle.node_hash(i, j)
    node = merkle.node_reader([a, b, c, d, e, f, j])
    paths = {n: merkle.inclusion_proof(node, index=n, size=7) for n in (0, 3, 4, 6)}
    assert paths == {0: (b, h, m), 3: (c, g, m), 4: (f, j, k), 6: (i, k)}
    assert merkle.consistency_proof(node, old=3, new=7) == (c, d, g, m)
    assert merkle.consistency_proof(node, old=4, new=7) == (m,)
    assert merkle.consistency_proof(node, old=6, new=7) == (i, j, k)


@given(st.integers(0, 70))
def test_the_frontier_gives_the_root_of_the_definition(size: int) -> None:
    data = [str(n).encode() for n in range(size)]
    frontier = merkle.extended((), 0, [merkle.leaf_hash(leaf) for leaf in data])
    assert merkle.root_of(frontier) == tree_hash(data)


@given(st.integers(0, 600), st.integers(0, 600))
def test_a_frontier_may_be_extended_in_any_batches(first: int, second: int) -> None:
    leaves = hashes(first + second)
    parts = merkle.extended(merkle.extended((), 0, leaves[:first]), first, leaves[first:])
    assert parts == merkle.extended((), 0, leaves)


@given(st.integers(1, 130).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_every_leaf_is_shown_to_be_in_the_tree_and_nothing_else_is(pair: tuple[int, int]) -> None:
    size, index = pair
    leaves = hashes(size)
    root = merkle.root_of(merkle.extended((), 0, leaves))
    proof = merkle.inclusion_proof(merkle.node_reader(leaves), index=index, size=size)
    assert merkle.included(leaves[index], index=index, size=size, proof=proof, root=root)
    other = merkle.leaf_hash(b"another")
    assert not merkle.included(other, index=index, size=size, proof=proof, root=root)
    assert not merkle.included(
        leaves[index], index=index, size=size, proof=(*proof, root), root=root
    )
    for place in range(size):
        if place != index:
            assert not merkle.included(
                leaves[index], index=place, size=size, proof=proof, root=root
            )


@given(st.integers(1, 130).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_every_beginning_is_shown_to_be_one_and_nothing_else_is(pair: tuple[int, int]) -> None:
    new, old = pair
    leaves = hashes(new)
    root = merkle.root_of(merkle.extended((), 0, leaves))
    older = merkle.root_of(merkle.extended((), 0, leaves[:old]))
    proof = merkle.consistency_proof(merkle.node_reader(leaves), old=old, new=new)
    assert merkle.consistent(old=old, new=new, old_root=older, new_root=root, proof=proof)
    forged = merkle.root_of(merkle.extended((), 0, [merkle.leaf_hash(b"x"), *leaves[1:old]]))
    assert not merkle.consistent(old=old, new=new, old_root=forged, new_root=root, proof=proof)


@given(st.integers(257, 800), st.data())
def test_tiles_give_the_same_proofs_as_the_leaves(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    full = [merkle.tile_root(leaves[n : n + 256]) for n in range(0, size - size % 256, 256)]
    rows = {0: leaves, 1: full}
    node = merkle.tile_reader(lambda row, n: rows[row][256 * n : 256 * (n + 1)])
    index = data.draw(st.integers(0, size - 1))
    plain = merkle.inclusion_proof(merkle.node_reader(leaves), index=index, size=size)
    assert merkle.inclusion_proof(node, index=index, size=size) == plain


def test_questions_about_leaves_that_are_not_there_are_refused() -> None:
    node = merkle.node_reader(hashes(3))
    with pytest.raises(BadInput):
        merkle.inclusion_proof(node, index=3, size=3)
    with pytest.raises(BadInput):
        merkle.consistency_proof(node, old=0, new=3)
    with pytest.raises(BadInput):
        merkle.extended((), 1, [])
