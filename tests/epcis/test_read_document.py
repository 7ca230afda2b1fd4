"""Documents: what kinds are read, what no document may be, and that nothing is accepted in part."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from suyuan.epcis.document import iter_events, open_document, read_document
from suyuan.epcis.events import Event
from suyuan.gs1.problems import Refused
from tests.epcis.examples import OBJECT, SERIALS, Json, as_bytes, document, faults, faults_of, without

SECOND: Json = {**OBJECT, "eventID": "urn:uuid:0190f3e0-0000-7000-8000-000000000002"}
BAD: Json = {**SECOND, "action": "MOVE"}


def query_document(*events: Json) -> Json:
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(events)}}
    return {**document(), "type": "EPCISQueryDocument", "epcisBody": {"queryResults": results}}


@pytest.mark.parametrize(
    ("said", "type", "count"),
    [
        (document(OBJECT, SECOND), "EPCISDocument", 2),
        (query_document(OBJECT, SECOND), "EPCISQueryDocument", 2),
        (document(), "EPCISDocument", 0),
        ([OBJECT, SECOND], "", 2),
        (OBJECT, "", 1),
        ({"@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", **OBJECT}, "", 1),
    ],
)
def test_every_kind_is_read(said: object, type: str, count: int) -> None:
    found = read_document(as_bytes(said))
    assert (found.type, len(found.events)) == (type, count)
    assert all(event.stored == read_document(as_bytes(OBJECT)).events[0].stored for event in found.events[:1])


def test_a_byte_order_mark_and_blanks_are_no_harm() -> None:
    assert read_document(b"\xef\xbb\xbf \n" + as_bytes(document(OBJECT))).type == "EPCISDocument"


def test_the_envelope_is_kept() -> None:
    master = {
        "vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [{"id": "urn:a:b"}]}]
    }
    header = {"epcisMasterData": master}
    found = read_document(as_bytes(document(OBJECT, id="urn:x:doc", sender="them", epcisHeader=header, **{"ex:a": 1})))
    assert (found.id, found.creation_date) == ("urn:x:doc", datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert (found.header, found.vocabulary) == (header, master["vocabularyList"])
    assert (found.fields["sender"], found.fields["ex:a"]) == ("them", 1)


def test_the_context_of_the_document_reaches_the_events_that_use_it() -> None:
    said = document({**OBJECT, "ex:a": 1}, SECOND)
    said["@context"] = [*said["@context"], {"ex": "https://ns.example.com/"}, {"other": "https://other.example/"}]  # type: ignore[misc]
    first, second = read_document(as_bytes(said)).events
    assert first.context == ({"ex": "https://ns.example.com/"},)
    assert first.extensions == {"https://ns.example.com/a": 1}
    assert second.context == ()


def test_an_event_may_have_a_context_of_its_own() -> None:
    said = document({**OBJECT, "@context": [{"ex": "https://mine.example/"}], "ex:a": 1}, {**SECOND, "ex:a": 2})
    said["@context"] = {"ex": "https://ns.example.com/"}
    first, second = read_document(as_bytes(said)).events
    assert first.extensions == {"https://mine.example/a": 1}
    assert second.extensions == {"https://ns.example.com/a": 2}
    assert "@context" not in first.body


def test_keywords_and_aliases_of_a_context_are_no_fault() -> None:
    context = [
        {"@version": 1.1, "kind": "@type", "ex": {"@id": "https://ns.example.com/", "@prefix": True}, "gone": None}
    ]
    (event,) = read_document(as_bytes(document({**OBJECT, "ex:a": 1}, **{"@context": context}))).events
    assert event.extensions == {"https://ns.example.com/a": 1}
    assert event.context == ({"ex": {"@id": "https://ns.example.com/", "@prefix": True}},)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (document(BAD), ("eventList[0].action", "epcis.action")),
        (document(OBJECT, BAD), ("eventList[1].action", "epcis.action")),
        ([OBJECT, BAD], ("eventList[1].action", "epcis.action")),
        (BAD, ("action", "epcis.action")),
        (document(OBJECT, 7), ("eventList[1]", "epcis.object")),  # type: ignore[arg-type]
        (document({**OBJECT, "type": "QuantityEvent"}), ("eventList[0].type", "epcis.event_type")),
        (document(without(OBJECT, "type")), ("eventList[0].type", "epcis.field_missing")),
        (document(OBJECT, type="EPCISMasterDataDocument"), ("type", "epcis.root_type")),
        (without(document(OBJECT), "type"), ("type", "epcis.root_type")),
        ({}, ("type", "epcis.root_type")),
        (document(OBJECT, schemaVersion="1.2"), ("schemaVersion", "epcis.schema_version")),
        (document(OBJECT, schemaVersion=2.0), ("schemaVersion", "epcis.schema_version")),
        (document(OBJECT, creationDate="today"), ("creationDate", "epcis.time")),
        (document(OBJECT, colour="red"), ("colour", "epcis.field_unknown")),
        (without(document(OBJECT), "@context"), ("@context", "epcis.field_missing")),
        (without(document(OBJECT), "creationDate"), ("creationDate", "epcis.field_missing")),
        (without(document(OBJECT), "epcisBody"), ("epcisBody", "epcis.field_missing")),
        (document(epcisBody={}), ("epcisBody.eventList", "epcis.field_missing")),
        (document(epcisBody={"eventList": {}}), ("epcisBody.eventList", "epcis.list")),
        (document(epcisBody=[]), ("epcisBody", "epcis.object")),
        (document(OBJECT, **{"@context": 7}), ("@context", "epcis.context")),
        (document(OBJECT, **{"@context": {"ex": "x"}}), ("@context.ex", "epcis.context_namespace")),
        (document(OBJECT, epcisHeader=[]), ("epcisHeader", "epcis.object")),
        (query_document(BAD), ("eventList[0].action", "epcis.action")),
        (7, ("", "epcis.object")),
    ],
)
def test_a_faulty_document_is_refused(said: object, fault: tuple[str, str]) -> None:
    assert faults(said) == {fault}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", ("", "epcis.json")),
        (b"<xml/>", ("", "epcis.json")),
        (as_bytes(document(OBJECT))[:-1], ("", "epcis.json")),
        (as_bytes(OBJECT) + b"}", ("", "epcis.json")),
        (as_bytes(OBJECT).replace(b"in_progress", b"\xff"), ("", "epcis.utf8")),
        (as_bytes(OBJECT).replace(b'"OBSERVE"', b'"\\ud800"'), ("", "epcis.surrogate")),
        (as_bytes(OBJECT).replace(b": 12,", b": NaN,"), ("", "epcis.not_finite")),
        (as_bytes(OBJECT).replace(b": 12,", b": 1e99999,"), ("", "epcis.number_size")),
        (as_bytes(OBJECT).replace(b": 12,", b": " + b"9" * 5000 + b","), ("", "epcis.number_size")),
        (as_bytes(document({**OBJECT, "urn:x:y": "a\0b"})), ("eventList[0]", "epcis.nul")),
        (as_bytes(OBJECT)[:-1] + b', "action": "ADD"}', ("action", "epcis.name_twice")),
        (as_bytes(OBJECT)[:-1] + b', "urn:x:y": {"a": 1, "\\u0061": 2}}', ("a", "epcis.name_twice")),
        (as_bytes(OBJECT)[:-1] + b', "urn:x:y": {"a": "\\u003a", "b": 1, "b": 2}}', ("b", "epcis.name_twice")),
        (as_bytes(document(OBJECT))[:-1] + b', "schemaVersion": "2.0"}', ("schemaVersion", "epcis.name_twice")),
        (
            as_bytes(document(OBJECT)).replace(b'{"eventList"', b'{"eventList": [], "eventList"'),
            ("eventList", "epcis.name_twice"),
        ),
    ],
)
def test_what_is_no_sound_json_is_refused(data: bytes, fault: tuple[str, str]) -> None:
    found = faults_of(data)
    assert {code for _, code in found} == {fault[1]}
    assert any(field == fault[0] or field.endswith(f".{fault[0]}") for field, _ in found)


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (b'"type": "EPCISDocument"', b'"type": "x", "type": "EPCISDocument"', "type"),
        (b'{"eventList"', b'{"eventList": [{"type": 1}], "eventList"', "epcisBody.eventList"),
        (b"]}}", b']}, "epcisBody" :\n{"eventList": []\n} \n}\r\n', "epcisBody"),
        (b"]}}", b']}, "epcisBody" : {"eventList": []}, "schemaVersion": "2.0"}' + b"\n" * 200, "epcisBody"),
        (b"]}}", b'], "a": {}}, "schemaVersion": "2.0" }', "schemaVersion"),
    ],
)
def test_a_name_given_twice_is_found_around_many_events(before: bytes, after: bytes, name: str) -> None:
    data = as_bytes(document({**OBJECT, "urn:x:y": ":" * 20_000}))
    assert not faults_of(data)
    assert (name, "epcis.name_twice") in faults_of(data.replace(before, after))


def test_a_json_fault_says_where() -> None:
    with pytest.raises(Refused) as refused:
        read_document(b'{\n "type": "ObjectEvent",\n "action": }')
    assert refused.value.problems[0].params == {"line": "3", "column": "12"}


def test_a_document_over_the_limit_is_refused() -> None:
    data = as_bytes(document(OBJECT))
    assert read_document(data, limit=len(data))
    with pytest.raises(Refused, match=r"epcis\.too_large"):
        read_document(data, limit=len(data) - 1)


def test_faults_of_the_envelope_and_of_the_events_come_together() -> None:
    assert faults(document(BAD, {**OBJECT, "bizStep": "x"}, schemaVersion="1.0")) == {
        ("schemaVersion", "epcis.schema_version"),
        ("eventList[0].action", "epcis.action"),
        ("eventList[1].bizStep", "epcis.name"),
    }


# --- contradictions ---------------------------------------------------------------------------------------------------


def test_a_document_may_not_tell_one_event_in_two_ways() -> None:
    with pytest.raises(Refused) as refused:
        read_document(as_bytes(document(OBJECT, {**OBJECT, "epcList": SERIALS[:1]})))
    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("epcis.contradiction", "eventList[1].eventID")
    assert problem.params == {"id": str(OBJECT["eventID"]), "first": "eventList[0]"}


def test_the_same_event_twice_is_no_contradiction() -> None:
    again = {**dict(reversed(OBJECT.items())), "recordTime": "2026-03-01T03:00:00Z"}
    assert not faults(document(OBJECT, again))


def test_a_declaration_of_error_repeats_the_id() -> None:
    wrong = {**OBJECT, "errorDeclaration": {"declarationTime": "2026-03-02T00:00:00Z"}}
    assert not faults(document(OBJECT, wrong))
    assert faults(document(OBJECT, wrong, {**wrong, "action": "ADD"})) == {
        ("eventList[2].eventID", "epcis.contradiction")
    }


def test_fields_that_a_document_asks_to_ignore_contradict_nothing() -> None:
    twice = (OBJECT, {**OBJECT, "urn:x:captured": "1"})
    assert faults(document(*twice)) == {("eventList[1].eventID", "epcis.contradiction")}
    assert not faults(document(*twice, **{"ex:ignoreFields": ["urn:x:captured"]}))


def test_a_large_document_need_not_be_held() -> None:
    rows = [
        {**OBJECT, "eventID": f"urn:x:{n}", "epcList": [f"urn:epc:id:sgtin:0614141.107346.{n}"]} for n in range(2000)
    ]
    data = as_bytes(document(*rows))
    tracemalloc.start()
    try:
        assert sum(1 for _ in iter_events(data)) == 2000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2.5 * len(data)


# --- one by one -------------------------------------------------------------------------------------------------------


def test_events_can_be_read_one_by_one() -> None:
    events = iter_events(as_bytes(document(OBJECT, SECOND)))
    assert isinstance(events, Iterator)
    assert [event.event_id for event in events] == [OBJECT["eventID"], SECOND["eventID"]]


def test_nothing_more_is_given_after_a_fault_but_the_faults() -> None:
    events = iter_events(as_bytes(document(OBJECT, BAD, {**SECOND, "eventID": "urn:x:3"}, BAD)))
    assert next(events).event_id == OBJECT["eventID"]
    with pytest.raises(Refused) as refused:
        next(events)
    assert [problem.field for problem in refused.value.problems] == ["eventList[1].action", "eventList[3].action"]


def test_who_wants_the_sound_half_asks_for_it() -> None:
    opened = open_document(as_bytes(document(OBJECT, BAD, SECOND)))
    assert len(opened) == 3
    assert [type(found) for found in opened.results()] == [Event, Refused, Event]


def test_problems_come_to_an_end() -> None:
    with pytest.raises(Refused) as refused:
        read_document(as_bytes(document(*[BAD] * 1500)))
    assert len(refused.value.problems) == 1001
    assert refused.value.problems[-1].code == "epcis.too_many_problems"
