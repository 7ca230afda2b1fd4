"""Witnesses: cosignature/v1, and the request that asks for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.tlog.encoding import decode64
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import (
    COSIGNATURE,
    Signer,
    Verifier,
    add_signatures,
    cosign,
    cosignature_times,
    open_note,
    parse_vkey,
    sign_note,
)
from suyuan.tlog.witness import AddCheckpoint, format_add_checkpoint, parse_add_checkpoint
from tests.tlog.keys import CHECKPOINT_NOTE, CHECKPOINT_TEXT, LOG, WITNESSES

WITNESS = WITNESSES[0]
TIME = 1_679_315_147


def test_cosigns() -> None:
    note = add_signatures(CHECKPOINT_NOTE, cosign(CHECKPOINT_TEXT, WITNESS, TIME))
    assert note.startswith(CHECKPOINT_NOTE)
    assert open_note(note, [WITNESS.cosigner, LOG.verifier]) == (CHECKPOINT_TEXT, [LOG.name, WITNESS.name])
    assert cosignature_times(note, [signer.cosigner for signer in WITNESSES]) == {WITNESS.name: TIME}


def test_signs_the_bytes_of_the_specification() -> None:
    line = cosign(CHECKPOINT_TEXT, WITNESS, TIME)
    blob = decode64(line.split(" ")[2].rstrip("\n"))
    assert blob[:4] == WITNESS.cosigner.key_id != WITNESS.verifier.key_id
    assert blob[4:12] == TIME.to_bytes(8, "big")
    message = f"cosignature/v1\ntime {TIME}\n{CHECKPOINT_TEXT}"
    assert blob[12:] == WITNESS.sign(message)
    assert parse_vkey(WITNESS.cosigner.vkey) == WITNESS.cosigner


def test_the_time_is_signed() -> None:
    blob = bytearray(decode64(cosign(CHECKPOINT_TEXT, WITNESS, TIME).split(" ")[2].rstrip("\n"))[4:])
    assert WITNESS.cosigner.verify(CHECKPOINT_TEXT, bytes(blob))
    blob[7] ^= 1
    assert not WITNESS.cosigner.verify(CHECKPOINT_TEXT, bytes(blob))


def test_a_cosignature_is_not_a_plain_signature() -> None:
    plain = LOG.sign(CHECKPOINT_TEXT)
    assert LOG.verifier.verify(CHECKPOINT_TEXT, plain)
    assert not LOG.cosigner.verify(CHECKPOINT_TEXT, plain)
    assert not LOG.cosigner.verify(CHECKPOINT_TEXT, bytes(8) + plain)
    assert not LOG.verifier.verify(CHECKPOINT_TEXT, bytes(8) + plain)


@pytest.mark.parametrize("time", [-1, 2**63])
def test_refuses_impossible_times(time: int) -> None:
    with pytest.raises(TlogError, match="time of a cosignature"):
        cosign(CHECKPOINT_TEXT, WITNESS, time)


def test_adds_a_line_once() -> None:
    line = cosign(CHECKPOINT_TEXT, WITNESS, TIME)
    once = add_signatures(CHECKPOINT_NOTE, line + line)
    assert once == CHECKPOINT_NOTE + line == add_signatures(once, line)
    for answer in ("409\n", line[:-1], "\n" + line):
        with pytest.raises(TlogError):
            add_signatures(CHECKPOINT_NOTE, answer)


def test_refuses_a_false_cosignature() -> None:
    elsewhere = cosign("trace.example/log1\n9\n", WITNESS, TIME)
    with pytest.raises(TlogError, match="witness0"):
        cosignature_times(add_signatures(CHECKPOINT_NOTE, elsewhere), [WITNESS.cosigner])


def test_refuses_keys_it_could_confuse(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = WITNESS.cosigner, Verifier(WITNESS.name, b"\x05" * 32, COSIGNATURE)
    object.__setattr__(second, "key_id", first.key_id)
    with pytest.raises(TlogError, match="Two different keys"):
        open_note(CHECKPOINT_NOTE, [first, second])
    assert open_note(CHECKPOINT_NOTE, [LOG.verifier, LOG.verifier])[1] == [LOG.name]


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=5))
def test_requests_read_back(old: int, hashes: list[bytes]) -> None:
    body = format_add_checkpoint(old, hashes, CHECKPOINT_NOTE)
    assert parse_add_checkpoint(body) == AddCheckpoint(old, tuple(hashes), CHECKPOINT_NOTE)


def test_a_request_as_the_specification_shows_it() -> None:
    body = (
        "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\n"
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo"
        "+zyWE+xeMcTOAYQ8=\n"
    )
    request = parse_add_checkpoint(body)
    assert (request.old, len(request.hashes)) == (20_852_014, 2)
    assert format_add_checkpoint(request.old, request.hashes, request.note) == body


@pytest.mark.parametrize(
    "body",
    [
        "",
        "old 1\n",
        f"new 1\n\n{CHECKPOINT_NOTE}",
        f"old 01\n\n{CHECKPOINT_NOTE}",
        f"old -1\n\n{CHECKPOINT_NOTE}",
        f"old 1\nabc\n\n{CHECKPOINT_NOTE}",
        f"old 1\n{'A' * 43}=\n\nno note",
        "old 1\n" + f"{'A' * 43}=\n" * 64 + f"\n{CHECKPOINT_NOTE}",
    ],
)
def test_refuses_what_is_not_a_request(body: str) -> None:
    with pytest.raises(TlogError):
        parse_add_checkpoint(body)


def test_a_signer_may_do_both() -> None:
    both = Signer("both.example", b"\x09" * 32)
    note = add_signatures(sign_note("a\n", [both]), cosign("a\n", both, 0))
    assert cosignature_times(note, [both.verifier, both.cosigner]) == {"both.example": 0}
