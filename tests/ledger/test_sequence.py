"""Waiting records become signed leaves: once each, in order, whoever dies or oversleeps on the way."""

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.problems import Refused
from suyuan.ledger import sequencer
from suyuan.ledger.entries import envelope
from suyuan.ledger.keeping import Keeping, notes_in
from suyuan.ledger.keys import moment
from suyuan.ledger.models import Lease, Record, Tree
from suyuan.ledger.sequencer import check_all, sequence, sequence_all
from suyuan.tlog.checkpoint import open_checkpoint
from suyuan.tlog.jcs import canonical
from suyuan.tlog.tiles import LevelFiles
from suyuan.tlog.tree import leaf_hash, leaf_hashes, root
from tests.ledger.records import AT, NOW, leaves, record, waiting
from tests.plugins.engines import Statements


def is_sound(kept: Keeping, log: str = "a") -> None:
    """What is signed is what the rows say, in tiles, tree row, note and memory alike."""
    tree, ids = Tree.objects.get(log=log), leaves(log)
    known = {bytes(r.id): r for r in Record.objects.filter(log=log)}
    told = [leaf_hash(envelope(log, key, (r := known[key]).kind, r.record_time, r.nonce, r.body_hash)) for key in ids]
    signer = kept.signer(log)
    assert signer
    signed = open_checkpoint(tree.checkpoint, [signer.verifier])
    assert (signed.origin, signed.size, signed.root) == (f"trace.example/log/{log}", tree.size, tree.root)
    assert tree.size == tree.signed_size == len(ids)
    assert list(leaf_hashes(kept.store(log), tree.size)) == told
    assert root(kept.store(log), tree.size) == tree.root
    last = kept.last_signed(log)
    assert last
    assert last.checkpoint == signed
    assert check_all(kept) == []


@pytest.mark.engine
def test_it_works(engine: str, kept: Keeping) -> None:
    first = record(0, 3)
    other = record(100, 2, "b")
    done = sequence(NOW, kept=kept)
    assert [(o.log, o.added, o.size, o.problems) for o in done] == [("a", 3, 3, ()), ("b", 2, 2, ())]
    assert (leaves(), leaves("b"), waiting(), waiting("b")) == (first, other, 0, 0)
    second = record(3, 300, at=AT + 1)
    assert [(o.log, o.added, o.size) for o in sequence(NOW, kept=kept)] == [("a", 300, 303)]
    assert leaves() == first + second
    assert sequence(NOW, kept=kept) == []
    is_sound(kept)
    is_sound(kept, "b")
    assert len(notes_in(kept.memory("a"))) == 2


@pytest.mark.engine
def test_a_long_queue_is_taken_from_its_front(engine: str, kept: Keeping) -> None:
    batches = [record(10 * n, 10, at=AT + n) for n in (2, 0, 1)]
    done = sequence(NOW, limit=10, kept=kept)
    assert [(o.added, o.more) for o in done] == [(10, True)]
    assert sum(o.added for o in sequence_all(NOW, kept=kept)) == 20
    assert leaves() == batches[1] + batches[2] + batches[0]
    is_sound(kept)


@pytest.mark.engine
def test_a_batch_takes_the_same_few_statements(
    engine: str, kept: Keeping, statements: Callable[[], Statements]
) -> None:
    counts = []
    for first, count in ((0, 1), (10, 2), (100, 500)):
        record(first, count)
        with statements() as seen:
            sequence(NOW, holder="h", kept=kept)
        # Django notes an executemany for each row of it, SQLite's way to write many.
        counts.append(len({sql.partition(" VALUES ")[0].partition(" WHERE ")[0] for sql in seen.sql}))
    assert counts == [8, 8, 8 if engine == "sqlite" else 7], seen.sql  # COPY is not noted
    with statements() as seen:
        sequence(NOW, holder="h", kept=kept)
    assert len(seen) == 1


@given(
    log=st.text(max_size=16),
    key=st.binary(min_size=16, max_size=16),
    kind=st.text(max_size=8),
    time=st.integers(-(10**15), 10**17),
    nonce=st.binary(min_size=16, max_size=16),
    body=st.binary(min_size=32, max_size=32),
)
def test_an_envelope_is_canonical(log: str, key: bytes, kind: str, time: int, nonce: bytes, body: bytes) -> None:
    values = {
        "log": log,
        "id": key.hex(),
        "kind": kind,
        "record_time": moment(time).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "nonce": nonce.hex(),
        "body": body.hex(),
    }
    assert envelope(log, key, kind, time, nonce, body) == canonical(values)


class Killed(BaseException):
    """What a process does not survive."""


STEPS = (
    (sequencer, "_waiting"),
    (sequencer, "_swap"),
    (sequencer, "insert"),
    (sequencer, "_dequeue"),
    (sequencer, "_commit"),
    (sequencer._Staged, "write_through"),
    (LevelFiles, "write"),
    (LevelFiles, "sync"),
    (Keeping, "remember"),
    (sequencer, "_publish"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("place", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_killed_run_is_completed_by_the_next(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch, place: object, step: str, when: str
) -> None:
    ids = record(0, 300)
    sequence(NOW, kept=kept)
    ids += record(300, 300, at=AT + 1)
    real = getattr(place, step)

    def dying(*args: object) -> object:
        if when == "after":
            real(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(place, step, dying)
        with pytest.raises(Killed):
            sequence(NOW, kept=kept)
    ids += record(600, 5, at=AT + 2)
    assert sequence_all(NOW + timedelta(minutes=1), kept=kept)
    assert (leaves(), waiting()) == (ids, 0)
    is_sound(kept)


@pytest.mark.engine
@pytest.mark.parametrize("step", ["_commit", "write_through", "remember"])
def test_who_oversleeps_does_no_harm(engine: str, kept: Keeping, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """A sequencer stops where it is; its lease runs out; another does the work and more; then the first goes on."""
    record(0, 300)
    sequence(NOW, kept=kept)
    record(300, 300, at=AT + 1)
    place: object = {"_commit": sequencer, "write_through": sequencer._Staged, "remember": Keeping}[step]
    real = getattr(place, step)
    later = NOW + timedelta(minutes=5)
    slept: list[bool] = []

    def sleepy(*args: object) -> object:
        if not slept:
            slept.append(True)
            sequence(later, kept=kept)
            record(600, 300, at=AT + 2)
            sequence(later, kept=kept)
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(place, step, sleepy)
        done = sequence(NOW, kept=kept)
    assert [o.problems for o in done] == [()]
    is_sound(kept)
    record(900, 1, at=AT + 3)
    sequence_all(later, kept=kept)
    assert len(leaves()) == 901
    is_sound(kept)


@pytest.mark.engine
def test_one_at_a_time(engine: str, kept: Keeping) -> None:
    record(0, 3)
    assert sequence(NOW, holder="first", limit=1, kept=kept)[0].added == 1
    assert sequence(NOW + timedelta(seconds=9), holder="second", kept=kept) == []
    assert sequence(NOW + timedelta(seconds=11), holder="second", limit=1, kept=kept)[0].added == 1
    assert sequence(NOW + timedelta(seconds=12), holder="first", kept=kept) == []
    sequencer.give_back("second")
    assert sequence(NOW + timedelta(seconds=13), holder="first", kept=kept)[0].added == 1
    assert Lease.objects.get().holder == "first"


def restore(ids: int, kept: Keeping, tmp_path: Path) -> list[str]:
    """Back up, record and sign more, restore the backup: the codes of what is then refused."""
    backup = tmp_path / "backup.sqlite3"
    record(0, ids)
    if ids:
        sequence_all(NOW, kept=kept)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(backup)])
    record(1000, 5, at=AT + 1)
    sequence_all(NOW, kept=kept)
    connection.close()
    for left in Path(connection.settings_dict["NAME"]).parent.glob(f"{Path(connection.settings_dict['NAME']).name}-*"):
        left.unlink()
    shutil.copyfile(backup, connection.settings_dict["NAME"])
    record(2000, 7, at=AT + 2)
    return [problem.code for outcome in sequence(NOW, kept=kept) for problem in outcome.problems]


@pytest.mark.usefixtures("sqlite_file")
@pytest.mark.parametrize("ids", [0, 3, 256])
def test_a_restored_backup_is_not_signed_on(kept: Keeping, tmp_path: Path, ids: int) -> None:
    assert restore(ids, kept, tmp_path) == ["ledger.restored"]
    assert [p.code for p in check_all(kept)] == ["ledger.restored"]
    assert waiting() == 7
    assert Tree.objects.filter(size__gt=ids).count() == 0
    with pytest.raises(Refused) as refused:
        sequence_all(NOW, kept=kept)
    assert refused.value.problems[0].params == {"log": "a", "size": str(ids), "signed": str(ids + 5)}


@pytest.mark.usefixtures("sqlite_file")
def test_tiles_betray_a_restored_backup_too(kept: Keeping, tmp_path: Path) -> None:
    restore(3, kept, tmp_path)
    text = kept.memory("a").read_bytes()
    kept.memory("a").write_bytes(text[: text.index(b"\n\n", text.index("— ".encode())) + 2])
    assert [p.code for p in check_all(kept)] == ["ledger.tiles_ahead"]


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda kept: shutil.rmtree(kept.home / "checkpoints"), "ledger.memory_lost"),
        (lambda kept: kept.key_file("a").unlink(), "ledger.key_lost"),
        (lambda kept: kept.key_file("a").write_text("PRIVATE+KEY+x+00000000+AAAA\n"), "ledger.key_damaged"),
        (lambda kept: kept.memory("a").write_text(kept.memory("a").read_text().replace("\n3\n", "\n4\n")),
         "ledger.memory_damaged"),
        (lambda kept: Tree.objects.update(root=b"x" * 32), "ledger.forked"),
        (lambda kept: (kept.tiles("a") / "level-00").write_bytes(b"y" * 96), "tlog.tree_altered"),
        (lambda kept: shutil.rmtree(kept.tiles("a")), "tlog.tile_missing"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_nothing_is_signed_where_something_is_wrong(
    kept: Keeping, harm: Callable[[Keeping], object], code: str
) -> None:
    record(0, 3)
    record(0, 3, "b")
    sequence(NOW, kept=kept)
    harm(kept)
    record(3, 1)
    record(3, 1, "b")
    done = {o.log: [p.code for p in o.problems] for o in sequence(NOW, kept=kept)}
    assert done["a"] == [code]
    assert waiting() == 1
    if code not in ("ledger.memory_lost", "ledger.forked"):  # those two harmed both logs
        assert done["b"] == []


@pytest.mark.django_db
def test_leaves_that_were_never_signed_must_lead_to_the_committed_root(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(0, 3)
    with monkeypatch.context() as patch:
        patch.setattr(sequencer._Staged, "write_through", lambda self: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            sequence(NOW, kept=kept)
    Tree.objects.update(root=b"x" * 32)
    assert [p.code for o in sequence(NOW, kept=kept) for p in o.problems] == ["ledger.forked"]
    assert notes_in(kept.memory("a")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("cut", [1, 2, 3, 40, 100, 150])
def test_a_torn_memory_loses_its_last_note_only(kept: Keeping, cut: int) -> None:
    record(0, 3)
    sequence(NOW, kept=kept)
    before = kept.last_signed("a")
    assert before
    whole = kept.memory("a").read_bytes()
    kept.memory("a").write_bytes(whole + whole[:-cut])
    assert kept.last_signed("a") == before
    record(3, 3)
    sequence(NOW, kept=kept)
    assert [note.split("\n")[1] for note in notes_in(kept.memory("a"))] == ["3", "6"]
    assert kept.memory("a").read_bytes().startswith(whole)


@pytest.mark.django_db
def test_a_long_memory_is_read_from_its_end(kept: Keeping) -> None:
    record(0, 3)
    sequence(NOW, kept=kept)
    text = kept.memory("a").read_bytes()
    kept.memory("a").write_bytes(text * 1000)
    assert 10 < len(notes_in(kept.memory("a"))) < 1000
    record(3, 1)
    sequence(NOW, kept=kept)
    is_sound(kept)


@pytest.mark.django_db
def test_keys_are_for_their_owner_alone(kept: Keeping) -> None:
    record(0, 1)
    sequence(NOW, kept=kept)
    file = kept.key_file("a")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.read_text().startswith("PRIVATE+KEY+trace.example/log/a+")
    signer = kept.signer("a")
    assert signer
    assert kept.new_signer("a") == signer, "a key is never replaced"
    assert repr(signer.seed) not in repr(signer)


@pytest.mark.engine
def test_random_batches(engine: str, kept: Keeping) -> None:
    chance, first = random.Random(7), 0
    for turn in range(30):
        count = chance.choice((0, 1, 2, 255, 256, 257, 600))
        record(first, count, at=AT + turn)
        first += count
        if chance.random() < 0.7:
            sequence(NOW, limit=chance.choice((1, 100, 256, 1000)), kept=kept)
    sequence_all(NOW, kept=kept)
    assert len(leaves()) == first
    is_sound(kept)
