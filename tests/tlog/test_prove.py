"""Proofs: what prove_ says check_ confirms, and nothing else passes."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyuan.tlog.errors import TlogError
from suyuan.tlog.tiles import MemoryTiles
from suyuan.tlog.tree import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    integrate,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root,
)
from tests.tlog.reference import LEAVES, ROOTS, A, B, C, D, naive_consistency, naive_path, naive_root, numbered_leaves

TREE_SIZES = st.one_of(st.integers(1, 40), st.integers(240, 270), st.integers(1, 1_200))


def tree(size: int) -> tuple[MemoryTiles, list[bytes], bytes]:
    leaves = numbered_leaves(size)
    store = MemoryTiles()
    return store, leaves, integrate(store, 0, leaves)[1]


def flip(value: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if position == bit // 8 else 0) for position, byte in enumerate(value))


def hexes(*values: str) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


def test_published_proofs() -> None:
    store = MemoryTiles()
    integrate(store, 0, [leaf_hash(leaf) for leaf in LEAVES])
    assert prove_inclusion(store, 5, 8) == hexes(D, B, C)
    assert check_inclusion(leaf_hash(LEAVES[5]), 5, 8, hexes(D, B, C), bytes.fromhex(ROOTS[8]))
    old, new = hexes(ROOTS[6], ROOTS[8])
    assert prove_consistency(store, 6, 8) == hexes(A, B, C)
    assert check_consistency(6, 8, old, new, hexes(A, B, C))


def test_every_pair_of_small_sizes() -> None:
    for size in range(1, 34):
        store, leaves, top = tree(size)
        for index in range(size):
            proof = prove_inclusion(store, index, size)
            assert proof == naive_path(index, leaves)
            assert check_inclusion(leaves[index], index, size, proof, top)
        for old in range(1, size + 1):
            proof = prove_consistency(store, old, size)
            assert proof == naive_consistency(old, leaves)
            assert check_consistency(old, size, naive_root(leaves[:old]), top, proof)


@given(TREE_SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_inclusion(size: int, data: st.DataObject) -> None:
    store, leaves, top = tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(store, index, size)
    assert proof == naive_path(index, leaves)
    assert check_inclusion(leaves[index], index, size, proof, top)

    bit = data.draw(st.integers(0, 255))
    assert not check_inclusion(flip(leaves[index], bit), index, size, proof, top)
    assert not check_inclusion(leaves[index], index, size, proof, flip(top, bit))
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        wrong = [*proof[:place], flip(proof[place], bit), *proof[place + 1 :]]
        assert not check_inclusion(leaves[index], index, size, wrong, top)
        assert not check_inclusion(leaves[index], index, size, proof[:-1], top)
        assert not check_inclusion(leaves[index], index, size, [*proof[:place], proof[place][:31]], top)
    assert not check_inclusion(leaves[index], index, size, [*proof, top], top)
    other = data.draw(st.integers(-2, size + 2).filter(lambda value: value != index))
    assert not check_inclusion(leaves[index], other, size, proof, top)


@given(TREE_SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_consistency(new: int, data: st.DataObject) -> None:
    store, leaves, top = tree(new)
    old = data.draw(st.integers(1, new))
    before = naive_root(leaves[:old])
    proof = prove_consistency(store, old, new)
    assert proof == naive_consistency(old, leaves)
    assert check_consistency(old, new, before, top, proof)

    bit = data.draw(st.integers(0, 255))
    assert not check_consistency(old, new, flip(before, bit), top, proof)
    assert not check_consistency(old, new, before, flip(top, bit), proof)
    assert not check_consistency(old, new, before, top, [*proof, top])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        wrong = [*proof[:place], flip(proof[place], bit), *proof[place + 1 :]]
        assert not check_consistency(old, new, before, top, wrong)
        assert not check_consistency(old, new, before, top, proof[:-1])
        assert not check_consistency(old, new, before, top, [])


@given(st.lists(st.integers(1, 400), min_size=2, max_size=6), st.data())
@settings(max_examples=40, deadline=None)
def test_every_signed_size_stays_provable(batches: list[int], data: st.DataObject) -> None:
    """Also after later growth has removed the partial tiles that an earlier size had."""
    sizes = list(accumulate(batches))
    leaves, store = numbered_leaves(sizes[-1]), MemoryTiles()
    for start, end in pairwise([0, *sizes]):
        integrate(store, start, leaves[start:end])
        store.sync()
    old, new = sorted(data.draw(st.sampled_from(sizes)) for _ in range(2))
    top = naive_root(leaves[:new])
    assert root(store, new) == top
    assert check_consistency(old, new, naive_root(leaves[:old]), top, prove_consistency(store, old, new))
    index = data.draw(st.integers(0, new - 1))
    assert check_inclusion(leaves[index], index, new, prove_inclusion(store, index, new), top)


def test_the_empty_tree_is_a_prefix_of_all() -> None:
    store, _, top = tree(5)
    assert prove_consistency(store, 0, 5) == []
    assert check_consistency(0, 5, EMPTY_ROOT, top, [])
    assert not check_consistency(0, 5, top, top, [])
    assert not check_consistency(0, 5, EMPTY_ROOT, top, [top])
    assert check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not check_inclusion(EMPTY_ROOT, 0, 0, [], EMPTY_ROOT)


def test_refuses_positions_outside_the_tree() -> None:
    store, _, top = tree(5)
    for index in (-1, 5):
        with pytest.raises(TlogError, match="tree of size 5"):
            prove_inclusion(store, index, 5)
    for old in (-1, 6):
        with pytest.raises(TlogError, match="tree of size 5"):
            prove_consistency(store, old, 5)
    assert not check_consistency(6, 5, top, top, [])
    assert not check_consistency(-1, 5, top, top, [])
