"""Somebody with the database's password changes one thing; `suyuan fsck` names exactly that."""

import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.cli import fsck as fsck_module
from suyuan.cli.main import main
from suyuan.gs1.problems import Problem
from suyuan.ledger.audit import completeness
from suyuan.ledger.keeping import Keeping, keeping
from suyuan.ledger.keys import event_key, key16
from suyuan.ledger.models import Leaf
from suyuan.ledger.queries import heads, verifier_of
from suyuan.ledger.sequencer import sequence_all
from suyuan.tlog.tiles import FileTiles, copy_tiles
from tests.ledger.records import NOW, record
from tests.ledgers.story import Story, place, send, tell, two_warehouses, uri
from tests.ledgers.test_laws import line
from tests.plugins.engines import Statements

LEDGER = """
    08:00 receive L1 100 at dock from farm #in
    08:30 pass    L1 100 at dock
    09:00 store   L1 60 at bin1 #put
    09:30 create  S1 + P1 at dock
    10:00 pack    S1 in P1 at dock #pack
    10:30 hold    L1 at bin1 #hold
    11:00 make    L1 10 -> Y1 12 at line #make
    12:00 ship    Y1 5 from line to shop #out
"""
Report = dict[str, Any]
Fsck = Callable[..., tuple[int, Report]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    monkeypatch.setattr(settings, "SUYUAN", replace(settings.SUYUAN, home=tmp_path / "home"))
    return keeping()


@pytest.fixture
def story(db: None, home: Keeping) -> Story:
    two_warehouses()
    story = tell(LEDGER)
    sequence_all(NOW)
    record(0, 3, "company")  # these wait for their leaves
    return story


@pytest.fixture
def fsck(capsys: pytest.CaptureFixture[str]) -> Fsck:
    def run(*words: str) -> tuple[int, Report]:
        capsys.readouterr()
        status = main(["--lang", "en", "fsck", "--seed", "7", "--json", *words])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else {"said": err}

    return run


def tamper(*statements: str, **values: bytes | int | None) -> None:
    """Change the ledger as only somebody can who may drop its triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement, values)
            assert cursor.rowcount == 1, statement


def codes(report: Report) -> list[str]:
    return sorted(finding["code"] for finding in report["findings"])


def only(report: Report, code: str) -> dict[str, str]:
    """The values of the one finding of a code."""
    (finding,) = [finding for finding in report["findings"] if finding["code"] == code]
    assert "{" not in finding["text"]
    return dict(finding["params"])


def key(story: Story, name: str) -> bytes:
    return event_key(story.ids[name])


def test_it_works(story: Story, fsck: Fsck) -> None:
    status, report = fsck()
    assert (status, report["findings"]) == (0, [])
    assert (report["records"], report["logs"], report["seed"]) == (11, ["a", "company"], 7)
    assert fsck("--quick")[0] == 0


def test_it_says_so_in_the_readers_language(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "fsck", "--seed", "7"]) == 0
    assert "Records: 11, logs: 2. Everything agrees (seed 7)." in capsys.readouterr().out
    tamper("UPDATE ledger_record SET biz_step = 'x' WHERE id = %(id)s", id=key(story, "in"))
    assert main(["--lang", "zh-hans", "fsck", "--seed", "7"]) == 1
    said = capsys.readouterr().out
    assert story.ids["in"] in said
    assert "biz_step" in said
    assert "11" in said


def test_a_changed_body(story: Story, fsck: Fsck) -> None:
    tamper(
        "UPDATE ledger_body SET body = replace(body, 'receiving', 'returning') WHERE id = %(id)s", id=key(story, "in")
    )
    status, report = fsck()
    assert status == 1
    assert codes(report) == ["capture.body_changed", "capture.not_replayed"]
    assert only(report, "capture.body_changed") == {"event": story.ids["in"], "log": "a"}
    assert fsck("--quick")[0] == 0, "quick leaves bodies out"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("biz_step", "'shipping'"),
        ("disposition", "''"),
        ("action", "'DELETE'"),
        ("type", "'AggregationEvent'"),
        ("event_time", "event_time + 1"),
        ("utc_offset", "480"),
        ("read_point", "NULL"),
        ("biz_location", "zeroblob(16)"),
        ("declares", "zeroblob(16)"),
    ],
)
def test_a_changed_column(story: Story, fsck: Fsck, field: str, value: str) -> None:
    tamper(f"UPDATE ledger_record SET {field} = {value} WHERE id = %(id)s", id=key(story, "in"))
    status, report = fsck()
    assert status == 1
    found = only(report, "capture.field_differs")
    assert (found["event"], found["field"], found["log"]) == (story.ids["in"], field, "a")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("items[0].quantity", "UPDATE ledger_eventitem SET quantity = 1 WHERE record = %(id)s AND position = 0"),
        ("items[0].unit", "UPDATE ledger_eventitem SET unit = 'KGM' WHERE record = %(id)s AND position = 0"),
        ("items[0].event_time", "UPDATE ledger_eventitem SET event_time = 1 WHERE record = %(id)s AND position = 0"),
        ("items[1].role", "UPDATE ledger_eventitem SET role = 'input' WHERE record = %(id)s AND position = 1"),
        ("items[1].identifier", "UPDATE ledger_eventitem SET identifier = zeroblob(16) "
                                "WHERE record = %(id)s AND position = 1"),
        ("items[1]", "DELETE FROM ledger_eventitem WHERE record = %(id)s AND position = 1"),
        ("items[2]", "INSERT INTO ledger_eventitem (log, record, position, identifier, event_time, role, unit) "
                     "VALUES ('a', %(id)s, 2, zeroblob(16), 0, 'epc', '')"),
    ],
)  # fmt: skip
def test_a_changed_item(story: Story, fsck: Fsck, field: str, change: str) -> None:
    tamper(change, id=key(story, "make"))
    status, report = fsck()
    assert status == 1
    assert codes(report) == ["capture.field_differs"]
    assert only(report, "capture.field_differs")["field"] == field


def test_a_changed_name(story: Story, fsck: Fsck) -> None:
    tamper(
        "UPDATE ledger_identifier SET uri = 'https://id.gs1.org/x' WHERE log = 'a' AND id = %(id)s", id=key16(uri("Y1"))
    )
    _, report = fsck()
    assert {finding["params"]["event"] for finding in report["findings"]} == {story.ids["make"], story.ids["out"]}


def test_a_changed_balance(story: Story, fsck: Fsck) -> None:
    tamper(
        "UPDATE stock_balance SET quantity = quantity + 1000000 WHERE subject = %(lot)s AND holder = %(bin)s",
        lot=key16(uri("L1")),
        bin=key16(place("bin1")),
    )
    status, report = fsck()
    assert status == 1
    assert codes(report) == ["capture.balance_differs"]
    found = only(report, "capture.balance_differs")
    assert uri("L1") in found["place"]
    assert place("bin1") in found["place"]


def test_a_lifted_hold(story: Story, fsck: Fsck) -> None:
    tamper("UPDATE stock_subject SET blocks = '' WHERE log = 'a' AND subject = %(lot)s", lot=key16(uri("L1")))
    assert uri("L1") in only(fsck()[1], "capture.subject_differs")["place"]


def test_a_changed_edge(story: Story, fsck: Fsck) -> None:
    tamper("UPDATE genealogy_edge SET quantity = 1 WHERE kind = 'input' AND record = %(id)s", id=key(story, "make"))
    assert uri("L1") in only(fsck()[1], "capture.edge_differs")["place"]


def test_where_is_it_twice(story: Story, fsck: Fsck) -> None:
    tamper("UPDATE genealogy_edge SET until = since WHERE kind = 'within' AND record = %(id)s", id=key(story, "pack"))
    _, report = fsck()
    assert codes(report) == ["capture.containment_differs", "capture.edge_differs"]
    found = only(report, "capture.containment_differs")
    assert (found["goods"], found["stock"], found["genealogy"]) == (uri("S1"), uri("P1"), "–")


def test_a_changed_leaf(story: Story, fsck: Fsck) -> None:
    one, other = (Leaf.objects.get(id=key(story, name)).index for name in ("in", "out"))
    tamper(
        'UPDATE ledger_leaf SET "index" = 1000 WHERE id = %(one)s',
        'UPDATE ledger_leaf SET "index" = %(at)s WHERE id = %(other)s',
        'UPDATE ledger_leaf SET "index" = %(there)s WHERE id = %(one)s',
        one=key(story, "in"), other=key(story, "out"), at=one, there=other,
    )  # fmt: skip
    status, report = fsck()
    assert status == 1
    changed = {f["params"]["event"] for f in report["findings"] if f["code"] == "ledger.record_changed"}
    assert changed == {story.ids["in"], story.ids["out"]}
    assert codes(report) == ["ledger.record_changed"] * 2 + ["ledger.root_differs"]


@pytest.mark.parametrize("change", ["nonce = zeroblob(16)", "record_time = record_time + 1", "kind = 'access'"])
def test_a_changed_header(story: Story, fsck: Fsck, change: str) -> None:
    tamper(f"UPDATE ledger_record SET {change} WHERE id = %(id)s", id=key(story, "put"))
    _, report = fsck("--quick")
    assert only(report, "ledger.record_changed")["event"] == key(story, "put").hex()


def test_a_changed_tile(story: Story, fsck: Fsck, home: Keeping) -> None:
    tiles = home.tiles("a") / "level-00"
    data = bytearray(tiles.read_bytes())
    data[32 * Leaf.objects.get(id=key(story, "put")).index] ^= 1
    tiles.write_bytes(data)
    status, report = fsck()
    assert status == 1
    found = only(report, "ledger.tile_damaged")
    assert (found["path"], found["event"]) == ("tile/0/000.p/8", story.ids["put"])
    tiles.unlink()
    assert codes(fsck()[1]) == ["ledger.tile_missing"]


def test_records_without_and_with_two_leaves(story: Story, fsck: Fsck) -> None:
    orphan, extra = b"o" * 16, b"e" * 16
    tamper(
        "DELETE FROM ledger_pending WHERE id = (SELECT id FROM ledger_pending ORDER BY id LIMIT 1)",
        "INSERT INTO ledger_pending SELECT log, record_time, id FROM ledger_record WHERE id = %(in)s",
        "INSERT INTO ledger_pending (log, record_time, id) VALUES ('a', 5, %(orphan)s)",
        """INSERT INTO ledger_leaf (log, "index", id) VALUES ('a', 100, %(extra)s)""",
        "INSERT INTO ledger_body (log, month, id, body) VALUES ('a', 2611, %(extra)s, '{}')",
        **{"in": key(story, "in")}, orphan=orphan, extra=extra,
    )  # fmt: skip
    assert codes(fsck("--quick")[1]) == [
        "ledger.body_orphan",
        "ledger.leaf_beyond",
        "ledger.leaf_orphan",
        "ledger.pending_orphan",
        "ledger.untracked",
        "ledger.waits_twice",
    ]


def test_a_removed_leaf_is_a_hole(story: Story, fsck: Fsck) -> None:
    index = Leaf.objects.get(id=key(story, "put")).index
    tamper("DELETE FROM ledger_leaf WHERE id = %(id)s", id=key(story, "put"))
    _, report = fsck("--quick")
    assert only(report, "ledger.leaf_hole")["index"] == str(index)
    assert only(report, "ledger.untracked")["event"] == key(story, "put").hex()


def rewrite_history(story: Story, home: Keeping) -> None:
    """The thorough forger: changes a record, makes tree, tiles and memory anew and signs them with the stolen key."""
    tamper("UPDATE ledger_record SET nonce = zeroblob(16) WHERE id = %(id)s", id=key(story, "put"))
    signer = home.signer("a")
    assert signer
    shutil.rmtree(home.tiles("a"))
    home.memory("a").unlink()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_tree WHERE log = 'a'")
        cursor.execute("DELETE FROM ledger_leaf WHERE log = 'a'")
        cursor.execute("INSERT INTO ledger_pending SELECT log, record_time, id FROM ledger_record WHERE log = 'a'")
    sequence_all(NOW)


@pytest.fixture
def kept_elsewhere(story: Story, home: Keeping, tmp_path: Path) -> Path:
    """What a careful auditor carried home."""
    shutil.copytree(home.tiles("a"), tmp_path / "usb" / "a")
    shutil.copyfile(home.memory("a"), tmp_path / "usb" / "checkpoint")
    copy_tiles(home.store("a"), FileTiles(tmp_path / "published"), 8)
    return tmp_path / "usb"


def test_a_checkpoint_kept_elsewhere_betrays_the_forger(
    story: Story, home: Keeping, kept_elsewhere: Path, fsck: Fsck
) -> None:
    checkpoint = str(kept_elsewhere / "checkpoint")
    assert fsck("--checkpoint", checkpoint, "--tiles", str(kept_elsewhere))[0] == 0
    rewrite_history(story, home)
    assert fsck()[0] == 0, "alone the installation cannot know"
    status, report = fsck("--checkpoint", checkpoint)
    assert status == 1
    assert codes(report) == ["ledger.checkpoint_differs"]
    for copy in (kept_elsewhere, kept_elsewhere / "a", kept_elsewhere.parent / "published"):
        status, report = fsck("--checkpoint", checkpoint, "--tiles", str(copy))
        assert codes(report) == ["ledger.checkpoint_differs", "ledger.record_copied"], copy
        assert only(report, "ledger.record_copied")["event"] == story.ids["put"]
    assert codes(fsck("--tiles", str(kept_elsewhere))[1]) == ["ledger.record_copied"]


def test_a_checkpoint_of_more_than_there_is(story: Story, home: Keeping, fsck: Fsck, tmp_path: Path) -> None:
    tell("13:00 receive L2 5 at dock from farm", story)
    sequence_all(NOW)
    later = tmp_path / "later"
    shutil.copyfile(home.memory("a"), later)
    text = home.memory("a").read_bytes()
    home.memory("a").write_bytes(text[: len(text) // 2])
    last = home.last_signed("a")
    assert last
    tamper(
        "DELETE FROM ledger_leaf WHERE log = 'a' AND \"index\" = 8",
        "UPDATE ledger_tree SET size = 8, signed_size = 8, root = %(root)s WHERE log = 'a'",
        root=last.checkpoint.root,
    )
    assert "ledger.checkpoint_ahead" in codes(fsck("--quick", "--checkpoint", str(later))[1])


def test_copied_tiles_are_not_believed_against_their_checkpoint(story: Story, kept_elsewhere: Path, fsck: Fsck) -> None:
    tiles = kept_elsewhere / "a" / "level-00"
    tiles.write_bytes(b"z" * 32 + tiles.read_bytes()[32:])
    _, report = fsck("--checkpoint", str(kept_elsewhere / "checkpoint"), "--tiles", str(kept_elsewhere))
    assert codes(report) == ["ledger.tiles_untrue"]


def test_what_was_given_must_be_usable(story: Story, home: Keeping, fsck: Fsck, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("no checkpoint")
    for words, said in (
        (["--checkpoint", str(tmp_path / "none")], "cannot be used as a checkpoint"),
        (["--checkpoint", str(bad)], "cannot be used as a checkpoint"),
        (["--tiles", str(tmp_path)], "holds no tiles"),
        (["--key", "x+y+z"], "not a verifier key"),
    ):
        status, report = fsck(*words)
        assert status == 2
        assert said in report["said"]


def test_a_restored_backup_is_named(story: Story, home: Keeping, fsck: Fsck) -> None:
    tamper("UPDATE ledger_tree SET size = 7, signed_size = 7 WHERE log = 'a'")
    assert "ledger.restored" in codes(fsck("--quick")[1])


def test_a_run_that_died_is_no_finding(
    story: Story, home: Keeping, fsck: Fsck, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell("13:00 receive L2 5 at dock from farm", story)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Keeping, "remember", die)
        with pytest.raises(KeyboardInterrupt):
            sequence_all(NOW)
    assert fsck()[1]["findings"] == []


@pytest.mark.engine
def test_both_engines(engine: str, home: Keeping, fsck: Fsck, statements: Callable[[], Statements]) -> None:
    two_warehouses()
    story = tell(LEDGER)
    sequence_all(NOW)
    record(0, 3, "company")
    with statements() as seen:
        assert fsck()[1]["findings"] == []
    assert len(seen) < 60, "by log and thousands of rows, not by row"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE genealogy_edge SET quantity = 1 WHERE kind = 'input'")
    assert codes(fsck()[1]) == ["capture.edge_differs"]
    assert story.ids


def test_findings_come_while_others_record(sqlite_file: None, home: Keeping, fsck: Fsck) -> None:
    """A record and a checkpoint of now are neither seen nor taken for a finding."""
    two_warehouses()
    story = tell(LEDGER)
    sequence_all(NOW)

    def slow(cursor: CursorWrapper) -> Iterator[Problem]:
        yield from completeness(cursor)
        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join()

    def meanwhile() -> None:
        tell("13:00 receive L2 5 at dock from farm", story)
        sequence_all(NOW)
        connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fsck_module, "completeness", slow)
        assert fsck()[1]["findings"] == []
    assert fsck()[1]["records"] == 9


@pytest.mark.parametrize("seed", [1, 2, 3, 1192])
def test_no_random_ledger_is_accused(db: None, home: Keeping, fsck: Fsck, seed: int) -> None:
    """Whatever was recorded, sensible or not, in whatever order: the installation agrees with itself."""
    two_warehouses()
    chance, story = random.Random(seed), Story()
    bodies = [story.event(line(chance, number)) for number in range(60)]
    chance.shuffle(bodies)
    for start in range(0, 60, 7):
        send(bodies[start : start + 7])
        sequence_all(NOW)
    assert fsck()[1]["findings"] == []


def test_what_the_log_prints_is_taken_back(story: Story, fsck: Fsck, tmp_path: Path, home: Keeping) -> None:
    sequence_all(NOW)
    both = tmp_path / "both"
    both.write_text("\n".join(head.note for head in heads()))
    assert fsck("--checkpoint", str(both), "--tiles", str(home.home / "tiles"))[1]["findings"] == []
    vkey = verifier_of("a").vkey
    home.key_file("a").unlink()
    _, report = fsck("--quick", "--checkpoint", str(both), "--key", vkey)
    assert codes(report) == ["ledger.key_lost"], "the checkpoint itself still holds"
    tamper("UPDATE ledger_record SET nonce = zeroblob(16) WHERE id = %(id)s", id=key(story, "put"))
    assert "ledger.checkpoint_differs" in codes(fsck("--quick", "--checkpoint", str(both), "--key", vkey)[1])
