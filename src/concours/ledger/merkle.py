"""The Merkle tree of RFC 6962: hashes, frontier, tiles, proofs and their checking.

The tree is over leaf hashes in the order of the log. ``node(level, index)`` is
the hash over the complete subtree of ``2**level`` leaves that starts at leaf
``index * 2**level``; whoever stores hashes gives such a reader, and everything
else is computed from it.
"""

import hashlib
from collections.abc import Callable, Sequence

from concours.kernel.errors import BadInput

EMPTY_ROOT = hashlib.sha256(b"").digest()
TILE_HEIGHT = 8
TILE_WIDTH = 2**TILE_HEIGHT

Node = Callable[[int, int], bytes]
Frontier = tuple[bytes, ...]
"""The roots of the complete subtrees a tree is made of, largest first."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf: SHA-256 over 0x00 and the data (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and both children (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def extended(frontier: Frontier, size: int, leaves: Sequence[bytes]) -> Frontier:
    """The frontier after adding ``leaves`` (their hashes) to a tree of ``size``."""
    if len(frontier) != size.bit_count():
        raise BadInput("bad_frontier", remedy=f"A tree of {size} has {size.bit_count()} subtrees.")
    stack = list(frontier)
    for count, leaf in enumerate(leaves, start=size):
        found = leaf
        while count & 1:
            found = node_hash(stack.pop(), found)
            count >>= 1
        stack.append(found)
    return tuple(stack)


def root_of(frontier: Frontier) -> bytes:
    """The tree's root: the subtrees folded from the right."""
    if not frontier:
        return EMPTY_ROOT
    found = frontier[-1]
    for left in reversed(frontier[:-1]):
        found = node_hash(left, found)
    return found


def node_reader(leaves: Sequence[bytes]) -> Node:
    """A reader over leaf hashes held in memory."""

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def tile_reader(tile: Callable[[int, int], Sequence[bytes]]) -> Node:
    """A reader over tiles: ``tile(k, n)`` gives up to 256 hashes of level 8k, from hash 256n on."""

    def node(level: int, index: int) -> bytes:
        row, height = divmod(level, TILE_HEIGHT)
        first = index << height
        hashes = list(tile(row, first // TILE_WIDTH))
        start = first % TILE_WIDTH
        wanted = hashes[start : start + (1 << height)]
        if len(wanted) != 1 << height:
            raise BadInput(
                "tile_too_short", remedy=f"Tile {row}/{first // TILE_WIDTH} lacks hashes."
            )
        while len(wanted) > 1:
            wanted = [node_hash(wanted[i], wanted[i + 1]) for i in range(0, len(wanted), 2)]
        return wanted[0]

    return node


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """The hash a full tile contributes to the tile above it."""
    if len(hashes) != TILE_WIDTH:
        raise BadInput("tile_too_short", remedy=f"A full tile has {TILE_WIDTH} hashes.")
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def subtree_root(node: Node, start: int, end: int) -> bytes:
    """The hash over leaves ``start`` up to ``end``, as RFC 6962 splits them."""
    width = end - start
    if width == 0:
        return EMPTY_ROOT
    if width & (width - 1) == 0 and start % width == 0:
        return node(width.bit_length() - 1, start // width)
    split = start + _split(width)
    return node_hash(subtree_root(node, start, split), subtree_root(node, split, end))


def inclusion_proof(node: Node, *, index: int, size: int) -> tuple[bytes, ...]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise BadInput(
            "no_such_leaf", remedy=f"The tree has {size} leaves; {index} is not among them."
        )
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(subtree_root(node, split, end))
            end = split
        else:
            path.append(subtree_root(node, start, split))
            start = split
    return tuple(reversed(path))


def included(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows the leaf hash at ``index`` in the tree with this size and root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and found == root


def consistency_proof(node: Node, *, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the tree of ``old`` leaves is the beginning of that of ``new`` (2.1.2)."""
    if not 0 < old <= new:
        raise BadInput(
            "no_such_tree", remedy=f"Give two sizes in order, from 1; not {old} and {new}."
        )
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        split = start + _split(end - start)
        if old <= split:
            path.append(subtree_root(node, split, end))
            end = split
        else:
            path.append(subtree_root(node, start, split))
            start, whole = split, False
    if not whole:
        path.append(subtree_root(node, start, end))
    return tuple(reversed(path))


def consistent(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the older tree is the beginning of the newer one."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            newer = node_hash(newer, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and older == old_root and newer == new_root


def _split(width: int) -> int:
    """The largest power of two smaller than ``width``."""
    return 1 << ((width - 1).bit_length() - 1)
