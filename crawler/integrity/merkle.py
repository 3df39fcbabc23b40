"""Merkle trees as RFC 9162 (2.1) hashes them, with SHA-256: a leaf and a node can't be taken for each other."""

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """Of an entry."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Of at least one leaf; few hashes are held of however many."""
    subtrees: list[bytes] = []  # complete ones, each at least twice as large as the next
    for number, leaf in enumerate(leaves, 1):
        subtrees.append(leaf_hash(leaf))
        while number % 2 == 0:
            right = subtrees.pop()
            subtrees.append(node_hash(subtrees.pop(), right))
            number //= 2
    root = subtrees.pop()
    while subtrees:
        root = node_hash(subtrees.pop(), root)
    return root


def audit_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that with leaf number `index` (from 0) give the root, from the leaf up (RFC 9162, 2.1.3.1)."""
    if len(leaves) == 1:
        return []
    left = 1 << ((len(leaves) - 1).bit_length() - 1)  # the largest power of two below their number
    if index < left:
        return [*audit_path(leaves[:left], index), merkle_root(leaves[left:])]
    return [*audit_path(leaves[left:], index - left), merkle_root(leaves[:left])]
