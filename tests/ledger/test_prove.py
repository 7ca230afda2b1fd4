"""Proofs of records, their checks, and what a change of a single byte does to them."""

import pytest
from django.db import connection

from suyuan.gs1.problems import Refused
from suyuan.ledger.keeping import Keeping, notes_in
from suyuan.ledger.models import Body
from suyuan.ledger.proofs import check_growth, check_proof_text, check_record, proof_text, prove_growth, take_record
from suyuan.ledger.queries import find_record, head, heads, places, published_tile, verifier_of
from suyuan.ledger.sequencer import sequence
from suyuan.tlog.proof import check_proof
from tests.ledger.records import AT, NOW, key_of, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(kept: Keeping) -> Keeping:
    for turn in range(3):
        record(100 * turn, 100, at=AT + turn)
        sequence(NOW, kept=kept)
    return kept


def unlock() -> None:
    """What only somebody with the database's own password can do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def outcomes(signed: Keeping, number: int = 7) -> dict[str, bool]:
    return {step.code: step.holds for step in check_record("a", key_of(number), signed)}


SOUND = {"ledger.step_body": True, "ledger.step_leaf": True, "ledger.step_path": True, "ledger.step_note": True}


def test_it_works(signed: Keeping) -> None:
    for number in (0, 7, 255, 299):
        assert outcomes(signed, number) == SOUND
        text = proof_text("a", key_of(number), signed)
        taken = take_record("a", key_of(number))
        index, checkpoint = check_proof(taken.envelope, text, [verifier_of("a", signed)])
        assert (index, checkpoint.size) == (number, 300)
        steps = check_proof_text(text, [verifier_of("a", signed)], taken.body)
        assert {step.code: step.holds for step in steps} == SOUND


def test_a_changed_body_is_found(signed: Keeping) -> None:
    unlock()
    Body.objects.filter(id=key_of(7)).update(body=b'{"number":8}')
    assert outcomes(signed) == SOUND | {"ledger.step_body": False}
    assert outcomes(signed, 8) == SOUND


@pytest.mark.parametrize("change", ["record_time = record_time + 1", "kind = 'access'", "nonce = zeroblob(16)"])
def test_a_changed_record_is_found(signed: Keeping, change: str) -> None:
    unlock()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_record SET {change} WHERE id = %s", [key_of(7)])
    assert outcomes(signed) == SOUND | {"ledger.step_leaf": False}


def test_a_damaged_tile_is_found(signed: Keeping) -> None:
    file = signed.tiles("a") / "level-00"
    data = bytearray(file.read_bytes())
    data[7 * 32] ^= 1
    file.write_bytes(data)
    assert outcomes(signed) == SOUND | {"ledger.step_leaf": False, "ledger.step_path": False}
    assert outcomes(signed, 6)["ledger.step_path"] is False


def test_a_note_of_another_key_is_found(signed: Keeping) -> None:
    signed.key_file("a").unlink()
    signed.new_signer("a")
    assert outcomes(signed) == SOUND | {"ledger.step_path": False, "ledger.step_note": False}
    text = proof_text("a", key_of(7), signed)
    assert [(s.code, s.holds) for s in check_proof_text(text, [verifier_of("a", signed)])] == [
        ("tlog.checkpoint_key", False)
    ]


def test_a_proof_of_another_body_is_none(signed: Keeping) -> None:
    steps = check_proof_text(proof_text("a", key_of(7), signed), [verifier_of("a", signed)], b'{"number":8}')
    assert [s.code for s in steps if not s.holds] == ["ledger.step_body"]


def test_what_waits_has_no_proof_yet(signed: Keeping) -> None:
    (key,) = record(1000, 1, at=AT + 9)
    assert [(p.index, p.size, p.proven) for p in places([key])] == [(None, 300, False)]
    for ask in (proof_text, check_record):
        with pytest.raises(Refused) as refused:
            ask("a", key, signed)
        assert [p.code for p in refused.value.problems] == ["ledger.leaf_missing"]


def test_records_are_found_by_their_names(signed: Keeping) -> None:
    key = key_of(7)
    assert find_record(key.hex()) == find_record(f"a/{key.hex()}") == places([key])[0]
    for unknown in (f"b/{key.hex()}", "urn:uuid:00000000-0000-0000-0000-000000000000", "", "ff" * 16):
        with pytest.raises(Refused):
            find_record(unknown)


def test_the_log_only_grew(signed: Keeping) -> None:
    notes, verifier = notes_in(signed.memory("a")), verifier_of("a", signed)
    for old, older in zip((100, 200, 300), notes, strict=True):
        assert check_growth(older, notes[-1], prove_growth("a", old, 300, signed), verifier)
    assert not check_growth(notes[0], notes[-1], prove_growth("a", 200, 300, signed), verifier)
    assert not check_growth(notes[0].replace("100", "101"), notes[-1], prove_growth("a", 100, 300, signed), verifier)


def test_heads_and_tiles_are_what_is_signed(signed: Keeping) -> None:
    assert [(h.log, h.size) for h in heads()] == [("a", 300)]
    assert heads([]) == []
    assert head("a").note == notes_in(signed.memory("a"))[-1]
    with pytest.raises(Refused):
        head("b")
    assert len(published_tile("a", "tile/0/000", signed) or b"") == 8192
    assert len(published_tile("a", "tile/0/001.p/44", signed) or b"") == 44 * 32
    for path in ("tile/0/001.p/45", "tile/0/001", "tile/entries/000", "../keys/a", "tile/0/000/"):
        assert published_tile("a", path, signed) is None
