"""Documents are written as a stream, and what was written is read as what was meant."""

import json
from decimal import Decimal

from suyuan.epcis.document import lone_event, read_document, write_document, write_query_document
from suyuan.epcis.events import Event
from tests.epcis.examples import ALL, NOW, OBJECT, Json, read_one

STANDARD = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"


def with_prefix(namespace: str, n: int) -> Event:
    return read_one({**OBJECT, "eventID": f"urn:x:{n}", "@context": {"ex": namespace}, "ex:a": n})


def numbered() -> list[Event]:
    return [read_one({**body, "eventID": f"urn:x:{n}"}) for n, body in enumerate(ALL)]


def written(events: list[Event], **options: bool) -> bytes:
    return b"".join(write_document(events, creation_date=NOW, **options))


def test_what_is_written_is_read_again() -> None:
    assert read_document(written(numbered())).events == numbered()


def test_the_envelope_says_what_it_is() -> None:
    said = json.loads(written(numbered()))
    assert list(said) == ["@context", "type", "schemaVersion", "creationDate", "epcisBody"]
    assert (said["@context"], said["schemaVersion"], said["creationDate"]) == (
        [STANDARD],
        "2.0",
        "2026-11-30T08:15:00.000Z",
    )


def test_no_events_are_a_document_too() -> None:
    assert json.loads(written([]))["epcisBody"] == {"eventList": []}


def test_a_generator_is_streamed_event_by_event() -> None:
    asked: list[int] = []

    def events() -> object:
        for n in range(3):
            asked.append(n)
            yield with_prefix("https://ns.example.com/", n)

    chunks = write_document(events(), creation_date=NOW)  # type: ignore[arg-type]  # a generator of events
    next(chunks)
    next(chunks)
    assert asked == [0]
    assert b"".join(chunks).count(b'"@context":{"ex":"https://ns.example.com/"}') == 2


def test_one_context_serves_all() -> None:
    events = [with_prefix("https://ns.example.com/", n) for n in range(2)]
    said = json.loads(written(events))
    assert said["@context"] == [STANDARD, {"ex": "https://ns.example.com/"}]
    assert all("@context" not in event for event in said["epcisBody"]["eventList"])
    assert read_document(written(events)).events == events


def test_a_prefix_with_two_meanings_is_told_where_it_is_used() -> None:
    events = [with_prefix("https://ns.example.com/", 0), with_prefix("https://other.example/", 1)]
    first, second = json.loads(written(events))["epcisBody"]["eventList"]
    assert "@context" not in first
    assert second["@context"] == {"ex": "https://other.example/"}
    assert read_document(written(events)).events == events
    assert read_document(b"".join(write_document(iter(events), creation_date=NOW))).events == events


def test_what_the_standard_says_is_not_said_anew_for_all() -> None:
    lot: Json = {**OBJECT, "action": "ADD", "ilmd": {"cbvmda:lotNumber": "L1"}}
    odd = read_one({**lot, "eventID": "urn:x:1", "@context": {"cbvmda": "https://other.example/"}})
    events = [read_one(lot), odd]
    said = json.loads(written(events))
    assert said["@context"] == [STANDARD]
    assert read_document(written(events)).events == events


def test_a_prefix_of_others_is_none_to_who_never_declared_it() -> None:
    undeclared = read_one({**OBJECT, "ex:a": 1})
    events = [undeclared, with_prefix("https://ns.example.com/", 1)]
    assert read_document(written(events)).events == events
    assert undeclared.extensions == {"ex:a": 1}


def test_contexts_elsewhere_stay_with_their_event() -> None:
    event = read_one(
        {**OBJECT, "@context": ["https://other.example/c.jsonld", {"ex": "https://x.example/"}], "ex:a": 1}
    )
    events = [event, read_one({**OBJECT, "eventID": "urn:x:1"})]
    assert read_document(written(events)).events == events


def test_a_bare_list_has_each_context_with_its_event() -> None:
    events = [with_prefix("https://ns.example.com/", 99), *numbered()]
    bare = written(events, bare=True)
    assert bare.startswith(b'[{"@context":')
    assert read_document(bare).events == events


def test_fields_can_be_added_on_the_way_out() -> None:
    event = numbered()[0]
    body: Json = {**event.body, "recordTime": "2026-11-30T08:15:00Z"}
    (again,) = read_document(b"".join(write_document([(body, event.context)], creation_date=NOW))).events
    assert (again.record_time, again.items) == (NOW, event.items)


def test_numbers_leave_as_they_came() -> None:
    event = read_one({**OBJECT, "urn:x:y": 1})
    body = {**event.body, "urn:x:y": [Decimal("0.10"), 12345678901234567890]}
    assert b"[0.10,12345678901234567890]" in lone_event((body, ()))


def test_one_event_is_a_document_of_its_own() -> None:
    event = with_prefix("https://ns.example.com/", 7)
    assert json.loads(lone_event(event))["@context"] == [STANDARD, {"ex": "https://ns.example.com/"}]
    assert read_document(lone_event(event)).events == [event]


def test_results_of_a_query_are_read_again() -> None:
    said = b"".join(write_query_document(numbered(), creation_date=NOW, query_name="q", subscription_id="s"))
    assert read_document(said).type == "EPCISQueryDocument"
    assert read_document(said).events == numbered()
    results = json.loads(said)["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"]) == ("q", "s")
