"""The canonical bytes of an event: one form, exact, and the event comes back from it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyuan.epcis.document import body_bytes, read_document, read_stored
from suyuan.gs1.problems import Refused
from tests.epcis.examples import ALL, OBJECT, SENSED, Json, as_bytes, document, read_one

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def test_names_are_sorted_and_blanks_are_gone() -> None:
    stored = body_bytes(read_one({**OBJECT, "urn:x:y": {"b": 1, "a": "批次"}}))
    assert stored.startswith(b'{"action":"OBSERVE","bizLocation":{"id":')
    assert stored.endswith('"urn:x:y":{"a":"批次","b":1}}'.encode())
    assert json.loads(stored) == {**OBJECT, "urn:x:y": {"b": 1, "a": "批次"}}


def test_the_order_and_the_envelope_make_no_difference() -> None:
    expected = body_bytes(read_one(OBJECT))
    turned = dict(reversed(OBJECT.items()))
    spaced = json.dumps(turned, indent=3).encode()
    assert body_bytes(read_document(spaced).events[0]) == expected
    assert body_bytes(read_document(as_bytes(document(turned))).events[0]) == expected


def test_it_makes_no_difference_where_a_prefix_was_declared() -> None:
    body = {**OBJECT, "ex:a": 1}
    own = {**body, "@context": [{"ex": "https://ns.example.com/"}]}
    above = document(body, **{"@context": [{"ex": "https://ns.example.com/"}, {"unused": "https://x.example/"}]})
    stored = body_bytes(read_document(as_bytes(above)).events[0])
    assert stored == body_bytes(read_one(own))
    assert stored.startswith(b'{"@context":{"ex":"https://ns.example.com/"},"action"')


def test_contexts_elsewhere_are_kept_by_their_address() -> None:
    event = read_one(
        {**OBJECT, "@context": ["https://other.example/context.jsonld", {"ex": "https://x.example/"}], "ex:a": 1}
    )
    assert event.context == ("https://other.example/context.jsonld", {"ex": "https://x.example/"})
    assert read_stored(body_bytes(event)) == event


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (b"0.10", b"0.10"),
        (b"12345678901234567890123", b"12345678901234567890123"),
        (b"1e2", b"1E+2"),
        (b"-0.0", b"-0.0"),
        (b"1.5E-7", b"1.5E-7"),
        (b"0.00000001", b"1E-8"),
        (b"100", b"100"),
        (b'"\\u0061\\/\\u2028"', '"a/\u2028"'.encode()),
    ],
)
def test_values_keep_their_digits_and_lose_their_escapes(written: bytes, stored: bytes) -> None:
    (event,) = read_document(as_bytes(OBJECT)[:-1] + b', "urn:x:y": ' + written + b"}").events
    assert body_bytes(event).endswith(b',"urn:x:y":' + stored + b"}")
    assert read_stored(body_bytes(event)) == event


@pytest.mark.parametrize("body", [*ALL, SENSED], ids=lambda body: str(body["type"]))
def test_each_type_comes_back(body: Json) -> None:
    event = read_one(body)
    again = read_stored(body_bytes(event))
    assert again == event
    assert body_bytes(again) == body_bytes(event)


def test_what_is_stored_stays_readable_when_rules_change() -> None:
    stored = body_bytes(read_one(OBJECT)).replace(b'"receiving"', b'"receiving_no_more"')
    event = read_stored(stored)
    assert (event.biz_step, len(event.items), event.stored) == (None, 3, stored)


@pytest.mark.parametrize("stored", [b"", b"[]", b"{}", b'{"type":"ObjectEvent"}'])
def test_what_no_event_can_be_made_of_is_refused(stored: bytes) -> None:
    with pytest.raises(Refused):
        read_stored(stored)


@settings(max_examples=60)
@given(json_values)
def test_any_extension_survives(value: object) -> None:
    data = json.dumps({**OBJECT, "urn:x:y": value}).encode()
    (event,) = read_document(data).events
    again = read_stored(body_bytes(event))
    assert again == event
    assert body_bytes(again) == body_bytes(event)
    assert json.loads(body_bytes(event))["urn:x:y"] == value
