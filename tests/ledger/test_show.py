"""`suyuan log` as a person and an outsider meet it; and the worker's words when a log must not be signed on."""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from suyuan.cli import worker
from suyuan.cli.main import main
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keeping import Keeping, keeping
from suyuan.ledger.models import Tree
from suyuan.ledger.sequencer import Outcome, sequence_all
from tests.ledger.records import NOW, record
from tests.ledgers.story import Story, tell, two_warehouses

pytestmark = pytest.mark.django_db
Log = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    monkeypatch.setattr(settings, "SUYUAN", replace(settings.SUYUAN, home=tmp_path / "home"))
    return keeping()


@pytest.fixture
def story(home: Keeping) -> Story:
    two_warehouses()
    return tell("08:00 receive L1 100 at dock from farm\n09:00 store L1 60 at bin1 #put")


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Log:
    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["--lang", "en", "log", *words])
        return (status, *capsys.readouterr())

    return run


def test_from_event_to_proof(story: Story, log: Log, tmp_path: Path) -> None:
    event = story.ids["put"]
    assert "ask again" in log("proof", event)[2]
    assert log("sequence")[:2] == (0, "a: 2 new, 2 signed\n")
    assert log("sequence")[:2] == (0, "Nothing waits for a leaf.\n")
    assert log("checkpoint")[1].splitlines()[:2] == ["id.suyuan.example/log/a", "2"]
    assert log("check", event)[1].count("holds: ") == 4

    proof, body = tmp_path / "event.tlog-proof", tmp_path / "event.json"
    proof.write_text(log("proof", event)[1])
    assert json.loads(log("body", event)[1])["eventID"] == event
    body.write_text(log("body", event)[1])
    vkey = log("key", "a")[1].strip()
    assert vkey.startswith("id.suyuan.example/log/a+")
    for key in (["--key", vkey], []):
        status, out, _ = log("verify", str(proof), "--body", str(body), *key)
        assert (status, out.count("holds: ")) == (0, 4)
    body.write_text(body.read_text().replace("storing", "receiving"))
    status, out, _ = log("verify", str(proof), "--body", str(body))
    assert status == 1
    assert out.startswith("FAILS: The stored body has the hash")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["proof", "urn:uuid:00000000-0000-0000-0000-000000000000"], "No record"),
        (["checkpoint", "w9"], "no signed log “w9”; there are: a"),
        (["key", "w9"], "no signed log “w9”"),
        (["verify", "/nowhere"], "/nowhere cannot be read"),
        (["verify", "/etc/hostname"], "This is not a tlog-proof"),
        (["verify", "/etc/hostname", "--key", "x"], "is not a verifier key"),
        (["restart", "a"], "Nothing is wrong with the log"),
    ],
)
def test_a_refusal_is_one_sentence(story: Story, log: Log, words: list[str], said: str) -> None:
    sequence_all(NOW)
    status, _, err = log(*words)
    assert status == 2
    assert said in err


def test_mending_from_the_command_line(story: Story, home: Keeping, log: Log) -> None:
    sequence_all(NOW)
    shutil.rmtree(home.tiles("a"))
    assert log("rebuild", "a")[:2] == (0, "The tiles of 2 entries were made again.\n")
    home.key_file("a").unlink()
    status, out, _ = log("restart", "a")
    assert (status, "id.suyuan.example/log/a~2" in out) == (0, True)
    assert log("sequence")[1] == "a: 1 new, 3 signed\n"


def test_a_worker_does_not_begin_on_a_restored_backup(story: Story) -> None:
    sequence_all(NOW)
    Tree.objects.update(size=1)
    with pytest.raises(Refused) as refused:
        worker.work(threading.Event())
    assert [p.code for p in refused.value.problems] == ["ledger.restored"]


def test_a_worker_says_once_what_it_cannot_sign(
    home: Keeping, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop, turns = threading.Event(), []

    def sequence(*_: object, **__: object) -> list[Outcome]:
        turns.append(1)
        if len(turns) == 2:
            raise OSError("no space left on device")
        if len(turns) == 4:
            stop.set()
        return [Outcome("a", problems=(Problem("ledger.busy", "a", {"log": "a"}),))]

    monkeypatch.setattr(worker, "sequence", sequence)
    monkeypatch.setattr(worker, "PAUSE", 0.001)
    monkeypatch.setattr("suyuan.cli.worker.connection.close", lambda: None)
    assert worker.work(stop) == 2
    assert len(turns) == 4
    assert capsys.readouterr().err.count("“a”") == 1


def test_records_of_any_kind_are_proven(story: Story, log: Log) -> None:
    (key,) = record(5, 1, "company")
    log("sequence")
    assert log("check", f"company/{key.hex()}")[0] == 0
