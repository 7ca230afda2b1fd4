"""What was lost beside the database is made again; what was lost of the database makes a new name."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from suyuan.gs1.problems import Refused
from suyuan.ledger.keeping import Keeping, notes_in
from suyuan.ledger.mending import rebuild, restart
from suyuan.ledger.models import Leaf, Record, Tree
from suyuan.ledger.proofs import check_record
from suyuan.ledger.sequencer import check_all, new_holder, sequence, sequence_all, take_leases
from tests.ledger.records import AT, NOW, leaves, record, waiting
from tests.ledger.test_prove import unlock
from tests.ledger.test_sequence import is_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(kept: Keeping) -> Keeping:
    record(0, 600)
    sequence_all(NOW, kept=kept)
    return kept


def refusal(signed: Keeping, mend: object = rebuild) -> list[str]:
    with pytest.raises(Refused) as refused:
        mend("a", NOW, signed)  # type: ignore[operator]  # one of the two functions
    return [problem.code for problem in refused.value.problems]


def test_lost_tiles_are_made_again(signed: Keeping) -> None:
    before = {file.name: file.read_bytes() for file in signed.tiles("a").iterdir()}
    shutil.rmtree(signed.tiles("a"))
    assert rebuild("a", NOW, signed) == 600
    assert {file.name: file.read_bytes() for file in signed.tiles("a").iterdir()} == before
    record(600, 5, at=AT + 1)
    sequence_all(NOW, kept=signed)
    is_sound(signed)


def test_damaged_tiles_are_replaced_whole(signed: Keeping) -> None:
    (signed.tiles("a") / "level-00").write_bytes(b"x" * 32 * 700)
    assert [p.code for p in check_all(signed)] == ["ledger.tiles_ahead"]
    rebuild("a", NOW, signed)
    is_sound(signed)
    assert [path.name for path in signed.tiles("a").parent.iterdir()] == ["a"]


def test_a_lost_memory_is_made_again(signed: Keeping) -> None:
    note = notes_in(signed.memory("a"))[-1]
    signed.memory("a").unlink()
    rebuild("a", NOW, signed)
    assert notes_in(signed.memory("a")) == [note]
    is_sound(signed)


def test_rows_that_were_changed_are_not_rebuilt_from(signed: Keeping) -> None:
    unlock()
    Record.objects.filter(id=leaves()[7]).update(record_time=AT + 5)
    before = (signed.tiles("a") / "level-00").read_bytes()
    assert refusal(signed) == ["ledger.forked"]
    assert (signed.tiles("a") / "level-00").read_bytes() == before


def test_nobody_mends_what_another_works_on(signed: Keeping) -> None:
    with connection.cursor() as cursor:
        take_leases(cursor, ["a"], new_holder(), NOW)
    assert refusal(signed) == ["ledger.busy"]


def go_back(signed: Keeping, size: int) -> None:
    """As if a backup of `size` leaves had been restored: the memory says 600."""
    unlock()
    gone = leaves()[size:]
    Leaf.objects.filter(index__gte=size).delete()
    Record.objects.filter(id__in=gone).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_body WHERE id NOT IN (SELECT id FROM ledger_record)")
        cursor.execute("DELETE FROM ledger_tree")


def test_a_new_name_cites_the_old_one(kept: Keeping, tmp_path: Path) -> None:
    record(0, 5)
    sequence_all(NOW, kept=kept)
    row = Tree.objects.values().get()
    record(5, 595, at=AT + 1)
    sequence_all(NOW, kept=kept)
    note = notes_in(kept.memory("a"))[-1]
    go_back(kept, 5)
    Tree.objects.create(**row)
    record(1000, 2, at=AT + 2)
    assert [p.code for p in check_all(kept)] == ["ledger.restored"]
    assert refusal(kept) == ["ledger.restored"]

    assert restart("a", NOW + timedelta(seconds=1), kept) == "trace.example/log/a~2"
    assert waiting() == 3
    sequence_all(NOW, kept=kept)
    signer = kept.signer("a")
    assert signer
    assert (signer.name, len(leaves())) == ("trace.example/log/a~2", 8)
    assert check_all(kept) == []
    assert all(step.holds for step in check_record("a", leaves()[0], kept))
    cited = connection.cursor()
    cited.execute("SELECT body FROM ledger_body WHERE id = %s", [leaves()[-1]])
    assert note.split("\n")[2].encode() in cited.fetchone()[0]
    ended = kept.home / "ended" / "a~1"
    assert sorted(path.name for path in ended.iterdir()) == ["checkpoints", "key", "tiles"]
    assert notes_in(ended / "checkpoints")[-1] == note
    assert ended.stat().st_mode & 0o777 == 0o700


def test_a_lost_key_makes_a_new_name(signed: Keeping) -> None:
    signed.key_file("a").unlink()
    record(600, 1)
    assert [p.code for o in sequence(NOW, kept=signed) for p in o.problems] == ["ledger.key_lost"]
    assert restart("a", NOW, signed) == "trace.example/log/a~2"
    sequence_all(NOW + timedelta(minutes=1), kept=signed)
    assert len(leaves()) == 602


def test_a_sound_log_keeps_its_name(signed: Keeping) -> None:
    assert refusal(signed, restart) == ["ledger.sound"]


def test_a_new_name_does_not_cover_up_changed_rows(signed: Keeping) -> None:
    Tree.objects.update(root=b"x" * 32)
    assert refusal(signed, restart) == ["ledger.forked"]
