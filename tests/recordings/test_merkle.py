"""The tree against its definition in RFC 9162, word for word, and proofs against whoever bends them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import ledger, merkle

sizes = st.integers(1, 70)


def leaves(size: int, salt: str = "") -> list[bytes]:
    return [merkle.leaf_hash(f"{salt}{i}".encode()) for i in range(size)]


def by_definition(data: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1: MTH over the leaves' *contents*."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = max(2**i for i in range(8) if 2**i < len(data))
    return hashlib.sha256(b"\x01" + by_definition(data[:k]) + by_definition(data[k:])).digest()


def path_by_definition(m: int, data: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1: PATH(m, D_n)."""
    if len(data) == 1:
        return []
    k = max(2**i for i in range(8) if 2**i < len(data))
    if m < k:
        return [*path_by_definition(m, data[:k]), by_definition(data[k:])]
    return [*path_by_definition(m - k, data[k:]), by_definition(data[:k])]


def subproof_by_definition(m: int, data: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 9162, 2.1.4.1: SUBPROOF(m, D_n, b)."""
    if m == len(data):
        return [] if whole else [by_definition(data)]
    k = max(2**i for i in range(8) if 2**i < len(data))
    if m <= k:
        return [*subproof_by_definition(m, data[:k], whole), by_definition(data[k:])]
    return [*subproof_by_definition(m - k, data[k:], False), by_definition(data[:k])]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_the_one_of_the_definition(data: list[bytes]) -> None:
    assert merkle.root_of(map(merkle.leaf_hash, data)) == by_definition(data)


def test_a_growing_tree_knows_every_root_on_its_way() -> None:
    tree = merkle.Growing()
    assert tree.root == merkle.EMPTY
    for size in range(1, 130):
        tree.add(leaves(size)[-1])
        assert (tree.size, tree.root) == (size, by_definition([str(i).encode() for i in range(size)]))


@given(sizes, st.data())
def test_proofs_are_the_ones_of_the_definition_and_hold(size: int, draw: st.DataObject) -> None:
    index, earlier = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size))
    data = [str(i).encode() for i in range(size)]
    all_of_them = leaves(size)
    proof = merkle.inclusion(all_of_them, index)
    assert proof == path_by_definition(index, data)
    assert merkle.included(all_of_them[index], index, size, proof, merkle.root_of(all_of_them))
    steps = merkle.consistency(all_of_them, earlier)
    assert steps == subproof_by_definition(earlier, data)
    assert merkle.consistent(earlier, merkle.root_of(all_of_them[:earlier]), size, merkle.root_of(all_of_them), steps)


@given(sizes, st.data())
def test_a_leaf_is_shown_at_its_own_place_only(size: int, draw: st.DataObject) -> None:
    all_of_them, root = leaves(size), merkle.root_of(leaves(size))
    index, said = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(-1, size + 2))
    proof = merkle.inclusion(all_of_them, index)
    assert merkle.included(all_of_them[index], said, size, proof, root) == (said == index)
    assert not merkle.included(merkle.leaf_hash(b"another"), index, size, proof, root)
    assert not merkle.included(all_of_them[index], index, size, proof, merkle.leaf_hash(b"another"))


@given(st.integers(2, 70), st.data())
def test_a_bent_proof_shows_nothing(size: int, draw: st.DataObject) -> None:
    all_of_them, root = leaves(size), merkle.root_of(leaves(size))
    index = draw.draw(st.integers(0, size - 1))
    earlier = draw.draw(st.integers(1, size - 1))

    def bent(proof: list[bytes]) -> list[bytes]:
        at = draw.draw(st.integers(0, len(proof) - 1))
        return draw.draw(
            st.sampled_from([
                proof[:at] + proof[at + 1 :],
                [*proof[:at], proof[at], *proof[at:]],
                [*proof[:at], merkle.leaf_hash(proof[at]), *proof[at + 1 :]],
                [*proof, merkle.EMPTY],
            ])
        )

    path, steps = merkle.inclusion(all_of_them, index), merkle.consistency(all_of_them, earlier)
    assert not merkle.included(all_of_them[index], index, size, bent(path), root)
    assert not merkle.consistent(earlier, merkle.root_of(all_of_them[:earlier]), size, root, bent(steps))


@given(st.integers(2, 70), st.data())
def test_a_later_tree_that_rewrote_the_past_is_not_consistent(size: int, draw: st.DataObject) -> None:
    earlier = draw.draw(st.integers(1, size - 1))
    changed = draw.draw(st.integers(0, earlier - 1))
    old, new = leaves(size), leaves(size)
    new[changed] = merkle.leaf_hash(b"rewritten")
    root, later = merkle.root_of(old[:earlier]), merkle.root_of(new)
    assert not merkle.consistent(earlier, root, size, later, merkle.consistency(new, earlier))
    assert not merkle.consistent(earlier, root, size, later, merkle.consistency(old, earlier))


def test_a_tree_is_consistent_with_itself_and_with_nothing_shorter_than_one_leaf() -> None:
    root = merkle.root_of(leaves(5))
    assert merkle.consistent(5, root, 5, root, [])
    assert not merkle.consistent(5, root, 5, root, [root])
    assert not merkle.consistent(5, root, 5, merkle.EMPTY, [])
    assert not merkle.consistent(0, merkle.EMPTY, 5, root, [])
    assert not merkle.consistent(6, root, 5, root, [])
    assert not merkle.consistent(3, root, 5, root, [])


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(size: int, index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(leaves(size), index)


@pytest.mark.parametrize(("size", "earlier"), [(0, 0), (3, 0), (3, 4)])
def test_there_is_no_proof_for_an_earlier_tree_that_never_was(size: int, earlier: int) -> None:
    with pytest.raises(IndexError):
        merkle.consistency(leaves(size), earlier)


def test_what_is_no_hash_is_no_leaf() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.Growing([b"short"])


def test_a_ledger_needs_no_second_digest() -> None:
    entry = ledger.append(ledger.start("s"), ledger.utc(1), "server", "closed", {})
    assert bytes.fromhex(entry.digest) == merkle.leaf_hash(ledger.encode(entry))


def test_known_answers() -> None:
    """The leaves that implementations of Certificate Transparency share as their example, and the roots known for them."""
    data = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"\x50\x51\x52\x53\x54\x55\x56\x57", bytes(range(0x60, 0x70))]
    assert merkle.root_of([merkle.leaf_hash(data[0])]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root_of(map(merkle.leaf_hash, data)).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
