"""What was captured comes back word for word, in the order it was recorded."""

import gzip
import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from suyuan.cli import export as command
from tests.cli.conftest import Suyuan, Write, told
from tests.ledgers.story import Story, document

pytestmark = pytest.mark.usefixtures("ledger")


def exact(text: str | bytes) -> Any:  # Any: JSON
    return json.loads(text, parse_float=Decimal)


def events(text: str | bytes) -> list[dict[str, Any]]:
    return list(exact(text)["epcisBody"]["eventList"])


ODD: dict[str, Any] = {
    "@context": [
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        {"ext": "https://ns.example.com/epcis/", "unused": "https://ns.example.com/unused/"},
    ],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-03-01T00:00:00Z",
    "epcisBody": {
        "eventList": [
            {
                "type": "ObjectEvent",
                "eventTime": "2026-03-01T09:00:00.123456+08:00",
                "eventTimeZoneOffset": "+08:00",
                "action": "ADD",
                "bizStep": "commissioning",
                "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
                "ext:number": 12345678901234567890,
                "ext:exact": "@@0.10@@",
                "ext:deep": {"ext:list": [1, "二", {"ext:more": None}]},
            }
        ]
    },
}
TEXT = json.dumps(ODD, ensure_ascii=False).replace('"@@0.10@@"', "0.10")


def test_it_works(suyuan: Suyuan, write: Write) -> None:
    data = told("13:00 ship L1 5 from dock to shop\n09:00 receive L1 100 at dock from farm")
    suyuan("capture", write("day.json", data))
    done = suyuan("export")
    assert (done.code, done.err) == (0, "")
    assert events(done.out) == events(data)
    assert exact(done.out)["type"] == "EPCISDocument"


def test_numbers_and_extensions_survive(suyuan: Suyuan, write: Write) -> None:
    suyuan("capture", write("odd.json", TEXT))
    out = suyuan("export").out
    assert events(out) == events(TEXT)
    assert "12345678901234567890" in out
    assert "0.10" in out
    assert exact(out)["@context"] == [ODD["@context"][0], {"ext": "https://ns.example.com/epcis/"}]


def test_prefixes_that_mean_two_things(suyuan: Suyuan, write: Write) -> None:
    other = TEXT.replace("ns.example.com/epcis", "other.example.com").replace("2017", "2018")
    suyuan("capture", write("1.json", TEXT), write("2.json", other))
    first, second = events(suyuan("export").out)
    plain = [{k: v for k, v in event.items() if k != "@context"} for event in (first, second)]
    assert plain == [*events(TEXT), *events(other)]
    assert second["@context"] == {"ext": "https://other.example.com/"}


@pytest.mark.parametrize("gathered", [0, 100])
def test_what_is_exported_is_captured_again(
    suyuan: Suyuan, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gathered: int
) -> None:
    monkeypatch.setattr(command, "GATHERED", gathered)
    suyuan("capture", write("odd.json", TEXT), write("day.json", told("09:00 receive L1 100 at dock from farm")))
    target = str(tmp_path / "all.json.gz")
    assert suyuan("export", "-o", target).out == ""
    assert len(events(gzip.decompress(Path(target).read_bytes()))) == 2
    assert suyuan("capture", target, "--json").json["files"][0] == {
        "file": target,
        "events": 2,
        "recorded": 0,
        "repeated": 2,
    }


def test_since_until_and_log(suyuan: Suyuan, write: Write) -> None:
    story = Story()
    suyuan("capture", write("1.json", told("09:00 receive L1 100 at dock from farm", story)))
    time.sleep(0.01)
    between = datetime.now(UTC).isoformat()
    suyuan("capture", write("2.json", told("10:00 receive L2 100 at b.dock from farm", story)))
    assert len(events(suyuan("export", "--since", between).out)) == 1
    assert len(events(suyuan("export", "--until", between).out)) == 1
    assert len(events(suyuan("export", "--since", "2001-01-01").out)) == 2
    assert len(events(suyuan("export", "--since", "2999-01-01T00:00:00+08:00").out)) == 0
    assert [e["readPoint"]["id"][-4:] for e in events(suyuan("export", "--log", "b").out)] == ["dock"]


def test_bare_is_a_list(suyuan: Suyuan, write: Write) -> None:
    suyuan("capture", write("odd.json", TEXT))
    (event,) = exact(suyuan("export", "--bare").out)
    assert event.pop("@context") == {"ext": "https://ns.example.com/epcis/"}
    assert event == events(TEXT)[0]


def test_declarations_come_back_too(suyuan: Suyuan, write: Write) -> None:
    event = Story().event("09:00 receive L1 100 at dock from farm")
    wrong = {
        **event,
        "errorDeclaration": {"declarationTime": "2026-06-01T00:00:00Z", "reason": "did_not_occur"},
    }
    suyuan("capture", write("x.json", document([event, wrong])))
    assert events(suyuan("export").out) == [event, wrong]


def test_an_empty_ledger_is_an_empty_document(suyuan: Suyuan) -> None:
    assert events(suyuan("export").out) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "yesterday"], "--since yesterday is not a time"),
        (["--until", "2026-02-31"], "2026-02-31 is not a time"),
        (["-o", "/nowhere/at/all.json"], "cannot be written"),
    ],
)
def test_refusals(suyuan: Suyuan, words: list[str], said: str) -> None:
    done = suyuan("export", *words)
    assert done.code == 2
    assert said in done.err
