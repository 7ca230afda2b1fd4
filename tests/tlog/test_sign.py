"""Signed notes: the vectors, what is tolerated, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.tlog.errors import TlogError
from suyuan.tlog.messages import MESSAGES
from suyuan.tlog.note import COSIGNATURE, Signer, Verifier, open_note, parse_vkey, sign_note, split_note
from tests.tlog.keys import CHECKPOINT_NOTE, CHECKPOINT_TEXT, GO_NOTE, GO_TEXT, GO_VKEY, LOG, LOG_VKEY, OTHER, SEED

KEYS = [LOG.verifier]


def test_published_vectors() -> None:
    assert LOG.verifier.vkey == LOG_VKEY
    assert parse_vkey(LOG_VKEY) == LOG.verifier
    assert sign_note(CHECKPOINT_TEXT, [LOG]) == CHECKPOINT_NOTE
    assert open_note(CHECKPOINT_NOTE, KEYS) == (CHECKPOINT_TEXT, ["trace.example/log1"])


def test_a_note_of_the_go_library() -> None:
    verifier = parse_vkey(GO_VKEY)
    assert verifier.vkey == GO_VKEY
    assert open_note(GO_NOTE, [verifier]) == (GO_TEXT, ["PeterNeumann"])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.integers(0, 2))
def test_any_text_reads_back(text: str, empty_lines: int) -> None:
    text = f"{text}\n" + "\n" * empty_lines + "end\n"
    note = sign_note(text, [LOG, OTHER])
    assert open_note(note, [OTHER.verifier, LOG.verifier]) == (text, [LOG.name, OTHER.name])


def test_lines_of_unknown_keys_are_ignored() -> None:
    same_name = Signer(LOG.name, b"\x07" * 32)
    note = sign_note("a\n", [OTHER, same_name, LOG])
    assert open_note(note, KEYS) == ("a\n", [LOG.name])
    with pytest.raises(TlogError, match="None of the trusted keys"):
        open_note(sign_note("a\n", [OTHER, same_name]), KEYS)
    with pytest.raises(TlogError, match="None of the trusted keys"):
        open_note(note, [])


def test_a_name_that_signed_with_two_keys_counts_once() -> None:
    renewed = Signer(LOG.name, b"\x07" * 32)
    note = sign_note("a\n", [LOG, renewed])
    assert open_note(note, [LOG.verifier, renewed.verifier]) == ("a\n", [LOG.name])


@given(st.integers(0, len(CHECKPOINT_NOTE) - 1), st.integers(0, 6))
def test_a_changed_note_never_opens(place: int, bit: int) -> None:
    changed = CHECKPOINT_NOTE[:place] + chr(ord(CHECKPOINT_NOTE[place]) ^ 1 << bit) + CHECKPOINT_NOTE[place + 1 :]
    with pytest.raises(TlogError):
        open_note(changed, KEYS)


@given(st.one_of(st.text(), st.text("—\n a+/=Vx").map(lambda text: CHECKPOINT_TEXT + text)))
def test_noise_raises_nothing_else(noise: str) -> None:
    for read in (lambda: open_note(noise, KEYS), lambda: parse_vkey(noise)):
        with pytest.raises(TlogError):
            read()


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("", "note_form"),
        ("a\n", "note_form"),
        ("a\n\n", "note_form"),
        ("\n\n— a eHh4eHg=\n", "note_form"),
        ("a\n\n— a eHh4eHg=", "note_form"),
        ("a\n\n- a eHh4eHg=\n", "note_form"),
        ("a\n\n— a eHh4eA==\n", "note_form"),
        ("a\n\n— a eHh4eHh=\n", "base64"),
        ("a\n\n— a eHh4eHg\n", "base64"),
        ("a\n\n— a\n", "note_form"),
        ("a\n\n—  eHh4eHg=\n", "key_name"),
        ("a\n\n— a+b eHh4eHg=\n", "key_name"),
        ("a\n\n— a\u2003b eHh4eHg=\n", "key_name"),
        ("a\r\n\n— a eHh4eHg=\n", "note_characters"),
        ("a\ud800\n\n— a eHh4eHg=\n", "note_characters"),
        ("a\n\n" + "— a eHh4eHg=\n" * 101, "note_size"),
        ("a" * 1_000_001 + "\n\n— a eHh4eHg=\n", "note_size"),
    ],
)
def test_refuses_what_is_not_a_note(note: str, code: str) -> None:
    with pytest.raises(TlogError) as refused:
        split_note(note)
    assert refused.value.problem.code == f"tlog.{code}"


@pytest.mark.parametrize("text", ["", "a", "\n", "a\r\n", "a\x00\n", "\ud800\n"])
def test_refuses_to_sign_what_could_not_be_read(text: str) -> None:
    with pytest.raises(TlogError):
        sign_note(text, [LOG])


def test_refuses_to_write_a_note_without_signature() -> None:
    with pytest.raises(TlogError, match="not a signed note"):
        sign_note("a\n", [])


@pytest.mark.parametrize(
    ("vkey", "code"),
    [
        (LOG_VKEY.replace("5717e28b", "5717e28c"), "vkey_id"),
        (LOG_VKEY.replace("5717e28b", "5717E28B"), "vkey"),
        (LOG_VKEY.replace("log1", "log2"), "vkey_id"),
        (LOG_VKEY[:-4], "key_length"),
        (LOG_VKEY[:-1], "base64"),
        ("a+00000000+", "vkey"),
        ("trace.example/log1", "vkey"),
        ("+5717e28b+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "key_name"),
        ("a+00000000+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "key_kind"),
    ],
)
def test_refuses_what_is_not_a_verifier_key(vkey: str, code: str) -> None:
    with pytest.raises(TlogError) as refused:
        parse_vkey(vkey)
    assert refused.value.problem.code == f"tlog.{code}"
    assert MESSAGES[refused.value.problem.code].format_map(refused.value.problem.params) == str(refused.value)


def test_refuses_keys_that_cannot_be() -> None:
    for name in ("", "a b", "a+b", "a\n", "\ud800"):
        with pytest.raises(TlogError):
            Signer(name, SEED)
    with pytest.raises(TlogError, match="31"):
        Signer("a", SEED[:31])
    with pytest.raises(TlogError, match="33"):
        Verifier("a", SEED + b"x", COSIGNATURE)


def test_the_seed_is_not_shown() -> None:
    assert SEED.hex() not in repr(LOG)
    assert repr(SEED) not in repr(LOG)
