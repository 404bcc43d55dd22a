"""The Merkle tree of RFC 9162 (Certificate Transparency 2.0), section 2.1, over SHA-256: root, inclusion and consistency proofs. Pure.

Everything works on leaf hashes (32 bytes). A ledger entry's digest is one already, so a root over a ledger costs no second reading
of its entries. A root stands for every leaf and its place; an inclusion proof shows one leaf of it with about log2(n) hashes, a
consistency proof that a later tree still begins with the whole earlier one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (2.1.1)."""

HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): the hash of one leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): the hash of an inner node, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that grows leaf by leaf and knows its root at any time; it remembers log2(n) hashes.

    `_peaks` are the roots of the whole subtrees of which the tree so far consists, the largest first: one for each bit of `size`.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._peaks: list[bytes] = []
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: bytes) -> None:
        """One more leaf hash. Raises ValueError when it is none."""
        if len(leaf) != HASH_BYTES:
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes, not {len(leaf)}")
        same = self.size
        while same & 1:  # two whole subtrees of one size become one of the next
            leaf = node_hash(self._peaks.pop(), leaf)
            same >>= 1
        self._peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over the leaves so far, 32 bytes."""
        if not self._peaks:
            return EMPTY
        *others, root = self._peaks
        for left in reversed(others):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, 32 bytes."""
    return Growing(leaves).root


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that leaf `index` (from 0) stands in the tree over `leaves` (2.1.3.1). Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    proof: list[bytes] = []
    first, size = 0, len(leaves)
    while size > 1:
        left = _split(size)
        if index - first < left:
            proof.append(root_of(leaves[first + left : first + size]))
            size = left
        else:
            proof.append(root_of(leaves[first : first + left]))
            first, size = first + left, size - left
    return proof[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that `leaf` (a hash) is number `index` of the `size` leaves under `root` (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and hmac.compare_digest(found, root)


def consistency(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """The proof that the tree over `leaves` begins with the one over its first `earlier` leaves (2.1.4.1). Raises IndexError."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"there is no earlier tree of {earlier} leaves among {len(leaves)}")
    proof: list[bytes] = []
    first, size, wanted, known = 0, len(leaves), earlier, True
    while wanted != size:
        left = _split(size)
        if wanted <= left:
            proof.append(root_of(leaves[first + left : first + size]))
            size = left
        else:
            proof.append(root_of(leaves[first : first + left]))
            first, size, wanted, known = first + left, size - left, wanted - left, False
    if not known:  # the earlier tree is no subtree of the later one: what is left of it must be told
        proof.append(root_of(leaves[first : first + size]))
    return proof[::-1]


def consistent(earlier: int, earlier_root: bytes, later: int, later_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `later` leaves begins with the one of `earlier` leaves (2.1.4.2)."""
    if earlier == later:
        return not proof and hmac.compare_digest(earlier_root, later_root)
    if not 0 < earlier < later:
        return False
    path = list(proof)
    if earlier & (earlier - 1) == 0:  # a power of two: the earlier root is itself a node of the later tree
        path.insert(0, earlier_root)
    if not path:
        return False
    number, last = earlier - 1, later - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, earlier_root) and hmac.compare_digest(new, later_root)


def _split(size: int) -> int:
    """The largest power of two below `size`: how many leaves stand in the left subtree."""
    return 1 << (size - 1).bit_length() - 1
