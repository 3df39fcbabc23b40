"""Trees are hashed as RFC 9162 says: roots of known leaves, and paths that its own algorithm checks."""

import hashlib

import pytest

from crawler.integrity.merkle import audit_path, leaf_hash, merkle_root, node_hash

# The leaves of Certificate Transparency's own tests, and the root of the first one, two, three …
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
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


def checked_root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to, step by step as in 2.1.3.2."""
    first, last, node = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        assert last
        if first % 2 or first == last:
            node = node_hash(sibling, node)
            while first % 2 == 0 and first:
                first, last = first // 2, last // 2
        else:
            node = node_hash(node, sibling)
        first, last = first // 2, last // 2
    assert last == 0
    return node


@pytest.mark.parametrize(("count", "root"), [*enumerate(ROOTS, 1)])
def test_roots_are_those_of_certificate_transparency(count: int, root: str) -> None:
    assert merkle_root(LEAVES[:count]).hex() == root


@pytest.mark.parametrize("size", [*range(1, 35), 100])
def test_every_leaf_has_a_path_to_the_root(size: int) -> None:
    leaves = [str(number).encode() for number in range(size)]
    for index, leaf in enumerate(leaves):
        assert checked_root(leaf, index, size, audit_path(leaves, index)) == merkle_root(leaves)


def test_a_node_is_no_leaf() -> None:
    left, right = (hashlib.sha256(leaf).digest() for leaf in LEAVES[:2])
    assert leaf_hash(left + right) != node_hash(left, right)
