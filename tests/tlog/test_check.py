"""Proof files: an outsider with the data, the file and the log's key needs nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyuan.tlog.checkpoint import Checkpoint, sign_checkpoint
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import add_signatures, cosign
from suyuan.tlog.proof import check_proof, format_proof, parse_proof
from suyuan.tlog.tiles import MemoryTiles
from suyuan.tlog.tree import integrate, leaf_hash, prove_inclusion
from tests.tlog.keys import CHECKPOINT_NOTE, LOG, OTHER, WITNESSES
from tests.tlog.reference import LEAVES

KEYS = [LOG.verifier]


def proof_of(index: int, extra: bytes | None = None) -> str:
    store = MemoryTiles()
    size, root = integrate(store, 0, [leaf_hash(leaf) for leaf in LEAVES])
    note = sign_checkpoint(Checkpoint(LOG.name, size, root), [LOG])
    return format_proof(index, prove_inclusion(store, index, size), note, extra)


def test_it_works() -> None:
    for index, leaf in enumerate(LEAVES):
        found, checkpoint = check_proof(leaf, proof_of(index), KEYS)
        assert (found, checkpoint.origin, checkpoint.size) == (index, LOG.name, 8)


def test_the_format() -> None:
    text = proof_of(5, b"hint")
    assert text == (
        "c2sp.org/tlog-proof@v1\nextra aGludA==\nindex 5\n"
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=\n"
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=\n"
        f"\n{CHECKPOINT_NOTE}"
    )
    proof = parse_proof(text)
    assert (proof.index, proof.extra, proof.checkpoint) == (5, b"hint", CHECKPOINT_NOTE)
    assert format_proof(proof.index, proof.hashes, proof.checkpoint, proof.extra) == text


def test_a_tree_of_one_leaf() -> None:
    note = sign_checkpoint(Checkpoint(LOG.name, 1, leaf_hash(b"x")), [LOG])
    text = format_proof(0, [], note)
    assert text == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}"
    assert check_proof(b"x", text, KEYS)[0] == 0


def test_refuses_other_data_and_positions() -> None:
    with pytest.raises(TlogError, match="not entry 5 of the log at size 8"):
        check_proof(b"changed", proof_of(5), KEYS)
    with pytest.raises(TlogError, match="not entry 4"):
        check_proof(LEAVES[5], proof_of(5).replace("index 5", "index 4"), KEYS)
    with pytest.raises(TlogError, match="not entry 8"):
        check_proof(LEAVES[5], proof_of(5).replace("index 5", "index 8"), KEYS)


def test_refuses_other_keys_and_missing_witnesses() -> None:
    with pytest.raises(TlogError, match="none of the keys"):
        check_proof(LEAVES[5], proof_of(5), [OTHER.verifier])
    witnesses = [signer.cosigner for signer in WITNESSES]
    with pytest.raises(TlogError, match="Only 0"):
        check_proof(LEAVES[5], proof_of(5), KEYS, witnesses=witnesses, quorum=1)
    proof = parse_proof(proof_of(5))
    text = proof.checkpoint.split("\n\n")[0] + "\n"
    note = add_signatures(proof.checkpoint, cosign(text, WITNESSES[0], 1))
    cosigned = format_proof(proof.index, proof.hashes, note)
    assert check_proof(LEAVES[5], cosigned, KEYS, witnesses=witnesses, quorum=1)[0] == 5


@given(st.data())
@settings(max_examples=200)
def test_any_changed_bit_is_noticed(data: st.DataObject) -> None:
    text = proof_of(5)
    place, bit = data.draw(st.integers(0, len(text) - 1)), data.draw(st.integers(0, 6))
    changed = text[:place] + chr(ord(text[place]) ^ 1 << bit) + text[place + 1 :]
    with pytest.raises(TlogError):
        check_proof(LEAVES[5], changed, KEYS)


@given(st.one_of(st.text(), st.text("\n index0a=").map(lambda text: f"c2sp.org/tlog-proof@v1\n{text}")))
def test_noise_raises_nothing_else(noise: str) -> None:
    with pytest.raises(TlogError):
        parse_proof(noise)


HEAD = "c2sp.org/tlog-proof@v1\n"
HASH = "A" * 43 + "=\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD,
        f"{HEAD}index 0\n",
        f"c2sp.org/tlog-proof@v2\nindex 0\n\n{CHECKPOINT_NOTE}",
        f"{HEAD}\n{CHECKPOINT_NOTE}",
        f"{HEAD}index 00\n\n{CHECKPOINT_NOTE}",
        f"{HEAD}index 0\nextra YQ==\n\n{CHECKPOINT_NOTE}",
        f"{HEAD}extra YQ\nindex 0\n\n{CHECKPOINT_NOTE}",
        f"{HEAD}extra YQ==\n\n{CHECKPOINT_NOTE}",
        f"{HEAD}index 0\nYQ==\n\n{CHECKPOINT_NOTE}",
        f"{HEAD}index 0\n{HASH * 64}\n{CHECKPOINT_NOTE}",
        f"{HEAD}index 0\n\nno note\n",
    ],
)
def test_refuses_what_is_not_a_proof(text: str) -> None:
    with pytest.raises(TlogError):
        parse_proof(text)


def test_refuses_to_write_what_could_not_be_read() -> None:
    with pytest.raises(TlogError):
        format_proof(0, [], "no note")
    with pytest.raises(TlogError):
        format_proof(-1, [], CHECKPOINT_NOTE)
    with pytest.raises(TlogError):
        format_proof(0, [b"short"], CHECKPOINT_NOTE)
