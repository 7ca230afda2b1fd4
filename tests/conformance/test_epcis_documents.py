"""Published EPCIS 2.0 documents: the valid are read and written back equal, the invalid refused with their faults."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from suyuan.epcis.context import STANDARD_PREFIXES, expand, namespaces
from suyuan.epcis.document import body_bytes, lone_event, read_document, read_stored, write_document
from suyuan.epcis.events import Event
from suyuan.gs1.problems import Refused
from tests.conformance.conftest import SHARED
from tests.conformance.report import record
from tests.epcis.examples import told, told_generally

pytestmark = pytest.mark.shared

PUBLIC = SHARED / "data" / "gs1" / "public"
FOLDERS = ("gs1-json", "hash-docs", "hash-equal", "openepcis/2.0/EPCIS/JSON")


def documents(*, valid: bool) -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((PUBLIC / folder).rglob("*.json*"))]
    return [path for path in found if ("Invalid" not in path.parts) == valid and "Queries" not in path.parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(PUBLIC)) if path.is_relative_to(PUBLIC) else path.name


VALID, INVALID = documents(valid=True), documents(valid=False)

# Document → field and code of each fault it was made for.
FAULTS = {
    "Combination_of_events_with_missing_mandatory_fields.json": {
        ("eventList[0].action", "epcis.field_missing"),
        ("eventList[1].eventTimeZoneOffset", "epcis.field_missing"),
        ("eventList[1].action", "epcis.field_missing"),
    },
    "Combination_of_non_standard_bizStep_and_disposition.json": {
        ("eventList[0].bizStep", "epcis.name_meant"),
        ("eventList[1].disposition", "epcis.name_meant"),
    },
    "ObjectEvent_with_ilmd_field_without_namespace.json": {("eventList[0].ilmd.materialType", "epcis.field_unknown")},
    "ObjectEvent_with_invalid_action.json": {("eventList[0].action", "epcis.action")},
    "ObjectEvent_with_non_standard_disposition.json": {("eventList[0].disposition", "epcis.name_meant")},
    "ObjectEvent_without_action_and_eventTime.json": {
        ("eventList[0].eventTime", "epcis.field_missing"),
        ("eventList[0].eventTimeZoneOffset", "epcis.field_missing"),
        ("eventList[0].action", "epcis.field_missing"),
    },
    "ObjectEvent_without_identifier_list.json": {("eventList[0].epcList", "epcis.nothing_named")},
    "QueryDocument_with_invalid_action.json": {("eventList[0].action", "epcis.action")},
    "QueryDocument_with_invalid_eventType.json": {("eventList[0].type", "epcis.event_type")},
}


def plain(event: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in event.items() if name != "@context"}


def events_in(document: object) -> list[dict[str, object]]:
    """The events of a document as any JSON reader gives them, fractions exact."""
    if not isinstance(document, dict):
        return list(document) if isinstance(document, list) else []
    body = document.get("epcisBody")
    while isinstance(body, dict) and "eventList" not in body:
        body = body.get("queryResults") or body["resultsBody"]
    return [document] if body is None else list(body["eventList"])


def expanded(value: object, prefixes: Mapping[str, str]) -> object:
    """The same JSON with all names in full, whatever prefixes it used."""
    if isinstance(value, dict):
        return {expand(name, prefixes): expanded(part, prefixes) for name, part in value.items()}
    return [expanded(part, prefixes) for part in value] if isinstance(value, list) else value


def in_full(event: Event) -> object:
    return expanded(event.body, STANDARD_PREFIXES | namespaces(event.context))


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_a_valid_document_comes_back_equal(path: Path) -> None:
    data = path.read_bytes()
    document = read_document(data)
    assert [event.body for event in document.events] == [
        plain(e) for e in events_in(json.loads(data, parse_float=Decimal))
    ]
    # Two tellings of one event may differ only in fields that their own document asks to ignore.
    documents = [[event] for event in document.events] if b"ignoreFields" in data else [document.events]
    for events in documents:
        written = b"".join(write_document(events, creation_date=datetime(2026, 1, 1, tzinfo=UTC)))
        again = read_document(written).events
        assert again == events
        assert [in_full(event) for event in again] == [in_full(event) for event in events]


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_each_event_survives_storage_and_travels_alone(path: Path) -> None:
    for event in read_document(path.read_bytes()).events:
        assert read_stored(body_bytes(event)) == event
        assert read_document(lone_event(event)).events == [event]


@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_an_invalid_document_is_refused_for_its_faults(path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_document(path.read_bytes())
    assert {(problem.field, problem.code) for problem in refused.value.problems} == FAULTS[path.name]


@pytest.mark.parametrize("path", VALID + INVALID, ids=name_of)
def test_the_usual_way_of_reading_and_the_general_say_the_same(path: Path) -> None:
    assert told(path.read_bytes()) == told_generally(path.read_bytes())


def test_the_counts(shared: Path) -> None:
    refused = {name_of(path) for path in VALID if not reads(path)}
    accepted = {name_of(path) for path in INVALID if reads(path)}
    record("EPCIS 2.0, JSON", "valid documents read and written back equal", len(VALID) - len(refused), len(VALID))
    record("EPCIS 2.0, JSON", "invalid documents refused", len(INVALID) - len(accepted), len(INVALID))
    assert len(VALID) >= 60
    assert len(INVALID) >= 9
    assert not refused | accepted


def reads(path: Path) -> bool:
    try:
        read_document(path.read_bytes())
    except Refused:
        return False
    return True
