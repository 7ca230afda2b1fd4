"""Checkpoints: opened only when the log's own key and enough witnesses stand behind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.tlog.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import COSIGNATURE, Signer, Verifier, add_signatures, cosign, sign_note
from tests.tlog.keys import CHECKPOINT_NOTE, CHECKPOINT_TEXT, LOG, OTHER, WITNESSES
from tests.tlog.reference import ROOTS

CHECKPOINT = Checkpoint("trace.example/log1", 8, bytes.fromhex(ROOTS[8]))
COSIGNERS = [signer.cosigner for signer in WITNESSES]


def cosigned(*signers: Signer) -> str:
    return add_signatures(CHECKPOINT_NOTE, "".join(cosign(CHECKPOINT_TEXT, signer, 1) for signer in signers))


def test_published_vector() -> None:
    assert CHECKPOINT.text() == CHECKPOINT_TEXT
    assert sign_checkpoint(CHECKPOINT, [LOG]) == CHECKPOINT_NOTE
    assert open_checkpoint(CHECKPOINT_NOTE, [LOG.verifier]) == CHECKPOINT
    assert CHECKPOINT.digest().hex() == "69458696fa423487cbce93948dbb801bd2db609d4b630b87fd2073dfaa182c44"


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_reads_back(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert parse_checkpoint(checkpoint.text()) == checkpoint


def test_extension_lines_are_left_out() -> None:
    assert parse_checkpoint(CHECKPOINT_TEXT + "more\n") == CHECKPOINT


@given(st.one_of(st.text(), st.text("\n019a=").map(lambda text: f"origin\n{text}")))
def test_noise_raises_nothing_else(noise: str) -> None:
    with pytest.raises(TlogError):
        parse_checkpoint(noise)


ROOT_LINE = CHECKPOINT_TEXT.split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "a\n8\n",
        f"\n8\n{ROOT_LINE}\n",
        f"a\n08\n{ROOT_LINE}\n",
        f"a\n-8\n{ROOT_LINE}\n",
        f"a\n٨\n{ROOT_LINE}\n",
        f"a\n9223372036854775808\n{ROOT_LINE}\n",
        f"a\n8\n{ROOT_LINE}",
        f"a\n8\n{ROOT_LINE[:-1]}\n",
        "a\n8\nYWJj\n",
        f"a\n8\n{ROOT_LINE}\n\nmore\n",
        f"a\r\n8\n{ROOT_LINE}\n",
    ],
)
def test_refuses_what_is_not_a_checkpoint(text: str) -> None:
    with pytest.raises(TlogError):
        parse_checkpoint(text)


@pytest.mark.parametrize("origin", ["", "a\nb", "a\x00", "\ud800"])
def test_refuses_origins_that_are_not_one_line(origin: str) -> None:
    with pytest.raises(TlogError, match="origin"):
        Checkpoint(origin, 0, b"x" * 32)


def test_the_key_must_be_that_of_the_origin() -> None:
    note = sign_note(CHECKPOINT_TEXT, [OTHER])
    with pytest.raises(TlogError, match=r"the log trace.example/log1"):
        open_checkpoint(note, [OTHER.verifier, LOG.verifier])


def test_witnesses_alone_are_not_enough() -> None:
    lines = "".join(cosign(CHECKPOINT_TEXT, signer, 1) for signer in WITNESSES)
    with pytest.raises(TlogError, match="none of the keys"):
        open_checkpoint(f"{CHECKPOINT_TEXT}\n{lines}", [LOG.verifier], witnesses=COSIGNERS, quorum=1)


def test_the_quorum_is_counted() -> None:
    note = cosigned(*WITNESSES[:2])
    assert open_checkpoint(note, [LOG.verifier], witnesses=COSIGNERS, quorum=2) == CHECKPOINT
    with pytest.raises(TlogError, match="Only 2 of the trusted witnesses"):
        open_checkpoint(note, [LOG.verifier], witnesses=COSIGNERS, quorum=3)
    with pytest.raises(TlogError, match="Only 0"):
        open_checkpoint(note, [LOG.verifier], quorum=1)


def test_one_key_is_one_witness() -> None:
    alias = Signer("alias.example/w", WITNESSES[0].seed)
    note = cosigned(WITNESSES[0], alias, LOG)
    trusted = [WITNESSES[0].cosigner, alias.cosigner, LOG.cosigner]
    assert open_checkpoint(note, [LOG.verifier], witnesses=trusted, quorum=1) == CHECKPOINT
    with pytest.raises(TlogError, match="Only 1"):
        open_checkpoint(note, [LOG.verifier], witnesses=trusted, quorum=2)


def test_a_plain_signature_is_no_cosignature() -> None:
    note = sign_note(CHECKPOINT_TEXT, [LOG, WITNESSES[0]])
    with pytest.raises(TlogError, match="Only 0"):
        open_checkpoint(note, [LOG.verifier], witnesses=[WITNESSES[0].verifier], quorum=1)


def test_both_keys_of_a_rotation() -> None:
    renewed = Signer(LOG.name, b"\x07" * 32)
    note = sign_checkpoint(CHECKPOINT, [LOG, renewed])
    for pinned in (LOG, renewed):
        assert open_checkpoint(note, [pinned.verifier]) == CHECKPOINT


def test_a_false_line_of_a_trusted_witness_spoils_the_note() -> None:
    false = Verifier(WITNESSES[0].name, WITNESSES[0].cosigner.public, COSIGNATURE)
    note = add_signatures(CHECKPOINT_NOTE, cosign("a\n", WITNESSES[0], 1))
    with pytest.raises(TlogError, match="changed after signing"):
        open_checkpoint(note, [LOG.verifier], witnesses=[false])
    assert open_checkpoint(note, [LOG.verifier]) == CHECKPOINT
