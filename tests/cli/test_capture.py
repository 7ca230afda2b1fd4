"""EPCIS documents from the terminal: recorded once, wholly or not at all, and counted."""

import gzip
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from suyuan.capture.door import capture
from suyuan.capture.replay import differences
from suyuan.cli import capture as command
from suyuan.ledger.models import Record
from tests.cli.conftest import Suyuan, Write, told
from tests.ledgers.story import Story, document, stock, unexplained

pytestmark = pytest.mark.usefixtures("ledger")

DAY = """
09:00 receive L1 100 at dock from farm
10:00 store L1 60 at bin1
11:00 pack L1 20 in P1 at bin1
"""


def recorded() -> int:
    return Record.objects.filter(kind="epcis").count()


def test_it_works(suyuan: Suyuan, write: Write) -> None:
    path = write("day.json", told(DAY))
    done = suyuan("capture", path)
    assert (done.code, done.err) == (0, "")
    assert done.out.split()[-4:] == [path, "3", "3", "0"]
    assert stock("L1") == {"L1": {"dock": "40 pending", "bin1": "40 pending", "?": "20 pending"}}
    assert differences() == []


def test_the_same_file_again_records_nothing(suyuan: Suyuan, write: Write) -> None:
    path = write("day.json", told(DAY))
    first = suyuan("capture", path, "--json").json
    again = suyuan("capture", path, "--json")
    assert again.code == 0
    assert again.json == {
        "files": [{"file": path, "events": 3, "recorded": 0, "repeated": 3}],
        "recorded": [],
        "repeated": first["recorded"],
    }
    assert recorded() == 3


def test_ids_are_those_of_the_events_or_their_hashes(suyuan: Suyuan, write: Write) -> None:
    story = Story()
    event = story.event("09:00 receive L1 100 at dock from farm #first")
    nameless = {**story.event("10:00 store L1 60 at bin1")}
    del nameless["eventID"]
    done = suyuan("capture", write("x.json", document([event, nameless])), "--json").json
    assert done["recorded"][0] == story.ids["first"]
    assert done["recorded"][1].startswith("ni:///sha-256;")


def test_all_files_are_one_batch(suyuan: Suyuan, write: Write) -> None:
    """Events take effect in the order of time: the shipment in the first file finds the receipt in the second."""
    story = Story()
    second = told("09:00 receive L1 100 at dock from farm", story)
    first = told("13:00 ship L1 5 from dock to shop", story)
    done = suyuan("capture", "--guarded", write("1.json", first), write("2.json", second), "--json")
    # Pending goods may not be shipped by a command; that they are there is seen.
    assert [p["code"] for p in done.json["problems"]] == ["stock.pending"]
    done = suyuan("capture", write("1.json", first), write("2.json", second), "--json")
    assert [file["recorded"] for file in done.json["files"]] == [1, 1]
    assert unexplained() == 0


def test_one_bad_file_stops_all(suyuan: Suyuan, write: Write) -> None:
    good, bad = write("good.json", told(DAY)), write("bad.json", "{")
    done = suyuan("capture", good, bad, str(Path(good).with_name("none.json")))
    assert done.code == 2
    assert "bad.json" in done.err
    assert "There is no file" in done.err
    assert "Nothing was recorded." in done.err
    assert recorded() == 0


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input(suyuan: Suyuan, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    data = gzip.compress(told(DAY)) if packed else told(DAY)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    assert suyuan("capture", "-", "--json").json["files"] == [
        {"file": "stdin", "events": 3, "recorded": 3, "repeated": 0}
    ]


def test_packed_files_bare_lists_and_query_documents(suyuan: Suyuan, write: Write) -> None:
    whole = json.loads(told(DAY))
    events = whole["epcisBody"]["eventList"]
    query = {
        "@context": whole["@context"],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T00:00:00Z",
        "epcisBody": {"queryResults": {"queryName": "q", "resultsBody": {"eventList": [events[2]]}}},
    }
    files = [
        write("a.json.gz", gzip.compress(json.dumps([events[0]]).encode())),
        write("b.json", events[1]),
        write("c.jsonld", query),
    ]
    done = suyuan("capture", *files, "--json").json
    assert [file["recorded"] for file in done["files"]] == [1, 1, 1]


def test_another_body_under_one_id_is_refused(suyuan: Suyuan, write: Write) -> None:
    story = Story()
    event = story.event("09:00 receive L1 100 at dock from farm")
    suyuan("capture", write("1.json", document([event])))
    other = {**event, "disposition": "active"}
    done = suyuan("capture", write("2.json", document([story.event("10:00 store L1 6 at bin1"), other])), "--json")
    assert done.code == 2
    assert [(p["field"], p["code"]) for p in done.json["problems"]] == [("eventList[1].eventID", "capture.conflict")]
    assert recorded() == 1


def test_two_files_that_contradict_each_other(suyuan: Suyuan, write: Write) -> None:
    event = Story().event("09:00 receive L1 100 at dock from farm")
    files = [write("1.json", document([event])), write("2.json", document([{**event, "disposition": "active"}]))]
    done = suyuan("capture", *files)
    assert done.code == 2
    assert "2.json: eventList[0].eventID: Another event" in done.err
    assert recorded() == 0


def test_proceed_records_the_sound_part(suyuan: Suyuan, write: Write) -> None:
    story = Story()
    events = [story.event(line) for line in DAY.strip().splitlines()]
    events[1] = {**events[1], "bizStep": "stroing"}
    done = suyuan("capture", "--proceed", "--json", write("x.json", document(events)), write("none.json", "nothing"))
    assert done.code == 2
    assert [p["field"] for p in done.json["problems"]] == ["eventList[1].bizStep", ""]
    assert done.json["files"][0] == {"file": done.json["files"][0]["file"], "events": 3, "recorded": 2, "repeated": 0}
    assert recorded() == 2


def test_proceed_with_guards(suyuan: Suyuan, write: Write) -> None:
    events = told("09:00 receive L1 10 at dock from farm\n10:00 store L1 60 at bin1\n11:00 store L1 5 at bin1")
    done = suyuan("capture", "--proceed", "--guarded", "--json", write("x.json", events))
    assert done.code == 2
    assert [p["code"] for p in done.json["problems"]] == ["stock.short"]
    assert len(done.json["recorded"]) == 2
    assert stock("L1") == {"L1": {"dock": "5 pending", "bin1": "5 pending"}}


def many(lines: Sequence[str]) -> bytes:
    story = Story()
    return document([story.event(line) for line in lines])


@pytest.mark.parametrize("guarded", [False, True])
def test_a_large_batch_is_recorded_in_parts_in_the_order_of_time(
    suyuan: Suyuan, write: Write, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    monkeypatch.setattr(command, "PART", 7)
    lines = [f"{9 + n // 60:02}:{n % 60:02} receive L1 2 at dock from farm" for n in range(40)]
    lines += [f"{9 + n // 60:02}:{n % 60:02} store L1 2 at bin1" for n in range(40)]  # same minutes, after the receipts
    path = write("many.json", many(lines))
    done = suyuan("capture", "--json", *(["--guarded"] if guarded else []), path).json
    assert len(set(done["recorded"])) == 80
    assert stock("L1") == {"L1": {"bin1": "80 pending"}}
    assert (unexplained(), differences()) == (0, [])
    assert suyuan("capture", "--json", path).json["recorded"] == []


def test_events_of_one_moment_keep_their_order_across_parts(
    suyuan: Suyuan, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PART", 7)
    lines = ["09:00 receive L1 2 at dock from farm"] * 20 + ["09:00 store L1 40 at bin1", "09:00 destroy L1 40 at bin1"]
    assert suyuan("capture", "--guarded", write("many.json", many(lines))).code == 0
    assert stock("L1") == {"L1": {}}
    assert (unexplained(), differences()) == (0, [])


def test_a_conflict_in_a_late_part_is_named(suyuan: Suyuan, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PART", 7)
    story = Story()
    events = [story.event(f"09:{n:02} receive L1 2 at dock from farm") for n in range(30)]
    suyuan("capture", write("1.json", document([{**events[3], "disposition": "active"}])))
    done = suyuan("capture", "--json", write("2.json", document(events[::-1])))
    assert [(p["field"], p["code"]) for p in done.json["problems"]] == [("eventList[26].eventID", "capture.conflict")]


def test_a_large_batch_is_all_or_nothing(suyuan: Suyuan, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PART", 7)
    lines = [f"09:{n:02} receive L1 2 at dock from farm" for n in range(40)] + ["20:00 store L1 81 at bin1"]
    done = suyuan("capture", "--guarded", "--json", write("many.json", many(lines)))
    assert [p["code"] for p in done.json["problems"]] == ["stock.short"]
    assert (done.code, done.json["recorded"], done.json["files"][0]["recorded"], recorded()) == (2, [], 0, 0)


def test_an_interruption_leaves_nothing(suyuan: Suyuan, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PART", 7)
    calls: list[object] = []

    def interrupted(*args: object, **kwargs: object) -> object:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return capture(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(command, "capture", interrupted)
    lines = [f"09:{n:02} receive L1 2 at dock from farm" for n in range(40)]
    assert suyuan("capture", write("many.json", many(lines))).code == 130
    assert (len(calls), recorded()) == (3, 0)
