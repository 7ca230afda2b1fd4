"""Published EPCIS 2.0 documents, each into a fresh ledger: captured, exported, read back equal; the invalid refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suyuan.capture.replay import differences
from suyuan.cli.main import main
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Record
from tests.conformance.conftest import SHARED
from tests.conformance.report import record
from tests.plugins.engines import Templates

pytestmark = pytest.mark.shared

PUBLIC = SHARED / "data" / "gs1" / "public"
SECTION, CAPTURED, REFUSED = (
    "Capture and export",
    "valid documents captured and exported equal",
    "invalid refused whole",
)

# Documents that no ledger can hold, and why.
TWICE = (
    "tells one event twice under one eventID, the second time without two extension fields that the document itself "
    "asks to ignore; what is recorded keeps every field, so these are two bodies under one id: refused whole"
)
CONTRADICTORY = {
    f"hash-docs/{name}.jsonld": TWICE
    for name in ("epcisDocHavingEventWithIgnoreFields", "epcisQueryDocHavingEventWithIgnoreFields")
}

Event = dict[str, Any]  # JSON


def holds_events(path: Path) -> bool:
    """Among the JSON files there are also queries, subscriptions and master data without events."""
    return events_of(json.loads(path.read_bytes(), parse_float=Decimal)) is not None


def events_of(document: Any) -> list[Event] | None:  # Any: JSON of whatever is in the folder
    """The events of a document, None where it is no document of events."""
    if isinstance(document, list):
        return document if all(isinstance(e, dict) and "eventTime" in e for e in document) else None
    if not isinstance(document, dict):
        return None
    if str(document.get("type", "")).endswith("Event"):
        return [document]
    if document.get("type") not in ("EPCISDocument", "EPCISQueryDocument"):
        return None
    body = document.get("epcisBody")
    while isinstance(body, dict) and "eventList" not in body:
        body = body.get("queryResults") or body.get("resultsBody")
    return list(body["eventList"]) if isinstance(body, dict) else None


def documents() -> list[Path]:
    return sorted(path for path in PUBLIC.rglob("*.json*") if path.parent != PUBLIC)


VALID = [path for path in documents() if "Invalid" not in path.parts and holds_events(path)]
INVALID = [path for path in documents() if "Invalid" in path.parts]


def name_of(path: Path) -> str:
    return path.relative_to(PUBLIC).as_posix()


@contextmanager
def fresh(templates: Templates, blocker: DjangoDbBlocker) -> Iterator[None]:
    with blocker.unblock(), templates.database("sqlite"):
        yield


@pytest.fixture
def ledger(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with fresh(templates, django_db_blocker):
        yield


def told(event: Event) -> Event:
    return {name: value for name, value in event.items() if name != "@context"}


def once(events: list[Event]) -> list[Event]:
    """Equal tellings of one event are one record."""
    found: list[Event] = []
    for event in map(told, events):
        if event not in found:
            found.append(event)
    return found


def export(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["export"]) == 0
    return capsys.readouterr().out


def comes_back(path: Path, capsys: pytest.CaptureFixture[str]) -> bool:
    if main(["--lang", "en", "capture", str(path)]) != 0:
        return False
    out = export(capsys)
    wanted = once(events_of(json.loads(path.read_bytes(), parse_float=Decimal)) or [])
    found = [told(event) for event in events_of(json.loads(out, parse_float=Decimal)) or []]
    return found == wanted and differences() == []


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("path", [path for path in VALID if name_of(path) not in CONTRADICTORY], ids=name_of)
def test_a_valid_document_comes_back_equal(path: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert comes_back(path, capsys), capsys.readouterr().err
    again = tmp_path / "again.json"
    again.write_text(export(capsys))
    assert main(["capture", "--json", str(again)]) == 0
    assert json.loads(capsys.readouterr().out)["recorded"] == []


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("path", [path for path in VALID if name_of(path) in CONTRADICTORY], ids=name_of)
def test_a_contradiction_is_refused_whole(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "capture", str(path)]) == 2
    assert "Another event is already recorded under this eventID" in capsys.readouterr().err
    assert not Record.objects.exists()


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_an_invalid_document_is_refused_whole(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "capture", str(path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) >= 2
    assert all(line.startswith("suyuan: ") for line in said)
    assert not Record.objects.exists()


def test_the_counts(
    templates: Templates, django_db_blocker: DjangoDbBlocker, capsys: pytest.CaptureFixture[str], shared: Path
) -> None:
    back, refused = 0, 0
    for path in VALID:
        with fresh(templates, django_db_blocker):
            back += comes_back(path, capsys)
    for path in INVALID:
        with fresh(templates, django_db_blocker):
            refused += main(["capture", str(path)]) == 2 and not Record.objects.exists()
    record(SECTION, CAPTURED, back, len(VALID), CONTRADICTORY)
    record(SECTION, REFUSED, refused, len(INVALID))
    assert back == len(VALID) - len(CONTRADICTORY)
    assert refused == len(INVALID)
    assert len(VALID) > 60


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def wrongly_checked(path: Path) -> set[str]:
    """URIs in the events of a document whose check digit is wrong."""
    found = set()
    for text in texts(events_of(json.loads(path.read_bytes()))):
        try:
            if "://" in text:
                identify(text)
        except Refused as refused:
            if {problem.code for problem in refused.problems} == {"gs1.check_digit"}:
                found.add(text)
    return found


def test_wrong_check_digits_of_assets_and_papers_are_kept_as_they_are(shared: Path) -> None:
    """A valid document is captured whatever asset it names; goods, places and parties are checked (`bad input`)."""
    wrong = {name_of(path): found for path in VALID if (found := wrongly_checked(path))}
    assert {uri.split("/")[-2] for found in wrong.values() for uri in found} == {"8003"}
    reason = "{} has a wrong check digit; an asset's key is kept as a plain URI then, where one of goods is refused"
    said = {name: reason.format(", ".join(sorted(found))) for name, found in wrong.items()}
    record(SECTION, "keys with a wrong check digit in valid documents", 0, len(wrong), said)
