"""The usual way of reading an event says what the general way says: the same event, or the same problems."""

import json
from collections.abc import Iterator
from copy import deepcopy
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.epcis import reading
from suyuan.epcis.document import event_of, read_document, read_stored
from suyuan.epcis.events import Item
from suyuan.gs1.identifiers import ID_ORIGIN, identify
from suyuan.gs1.problems import Refused
from tests.epcis.examples import (
    AGGREGATION,
    ASSOCIATION,
    LOT,
    OBJECT,
    SENSED,
    SERIALS,
    SSCC,
    TRANSACTION,
    TRANSFORMATION,
    Json,
    as_bytes,
    told,
    told_generally,
)

OWN: Json = {
    **OBJECT,
    "@context": {"ex": "https://ns.example.com/", "other": "https://other.example/"},
    "action": "ADD",
    "ilmd": {"cbvmda:lotNumber": "L1", "ex:grade": {"a": [1]}},
    "ex:b": [{"c": 1}],
    "ex:a": "x",
    "recordTime": "2026-03-01T10:00:01.5Z",
    "quantityList": [
        {"epcClass": LOT, "quantity": 1.50, "uom": "KGM"},
        {"epcClass": "https://trace.example/item/A/lot/B", "quantity": 3},
        {"epcClass": "https://trace.example/item/A"},
    ],
    "bizTransactionList": [{"type": "cbv:BTT-po", "bizTransaction": "https://trace.example/doc/po/4711"}],
}
RARE: Json = {
    **SENSED,
    "persistentDisposition": {"set": ["recalled"], "unset": ["available"]},
    "errorDeclaration": {"declarationTime": "2026-03-02T00:00:00Z", "reason": "did_not_occur"},
    "certificationInfo": ["https://cert.example/1"],
}
PARTLY: Json = {**TRANSFORMATION, "transformationID": "urn:uuid:1", "outputEPCList": []}
USUAL = (OBJECT, AGGREGATION, ASSOCIATION, TRANSFORMATION, OWN, RARE, PARTLY)
ODD: list[object] = [
    None, "", " ", 0, 1, -1, True, 1.5, 10**12, [], [None], [[]], {}, {"id": 1}, {"": ""}, [{}], "x", "urn:x:y", "ADD",
    "DELETE", "shipping", "urn:epcglobal:cbv:bizstep:shipping", "https://ns.example.com/x", "https://id.gs1.org/01/1",
    "ObjectEvent", "AggregationEvent", "TransformationEvent", "2026-02-31T00:00:00Z", "+14:00", "+15:00", "QQQ", "BX",
    SSCC, LOT, SERIALS, [SERIALS[0]] * 2, [{"epcClass": LOT}, {"epcClass": LOT}], {"epcClass": LOT}, [SERIALS[0], 7],
    "a\udc00".encode("utf-8", "replace").decode(), [[[[]]]], "批次",
]  # fmt: skip
NAMES = [
    "ex:c", "urn:x:z", "other:d", "ex:a b", "colour", "parentID", "epcList", "action", "ilmd", "certificationInfo",
    "uom", "persistentDisposition", "errorDeclaration", "sensorElementList", "@context", "eventID", "rdfs:comment",
]  # fmt: skip


def places(value: object) -> Iterator[tuple[dict[str, object] | list[object], str | int]]:
    """Each place in this JSON: what holds it, and its name or number there."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in entries:
        yield value, key  # type: ignore[misc]  # the holder of an entry is a dict or list
        yield from places(part)


@st.composite
def events(draw: st.DrawFn) -> Json:
    """A sound event, changed in up to three places."""
    body = deepcopy(draw(st.sampled_from((*USUAL, TRANSACTION))))
    for _ in range(draw(st.integers(0, 3))):
        change = draw(st.sampled_from(("replace", "remove", "add")))
        holder, key = draw(st.sampled_from(list(places(body)))) if body else (body, "type")
        if change == "add" and isinstance(holder, dict):
            holder[draw(st.sampled_from(NAMES))] = deepcopy(draw(st.sampled_from(ODD)))
        elif change == "remove":
            del holder[key]  # type: ignore[arg-type]  # the key is of this holder
        else:
            holder[key] = deepcopy(draw(st.sampled_from(ODD)))  # type: ignore[index]  # likewise
    return body


@pytest.mark.parametrize("body", USUAL, ids=lambda body: str(body["type"]))
def test_usual_events_are_read_the_usual_way(body: Json) -> None:
    with patch.object(reading, "read_fields", side_effect=AssertionError):
        (event,) = read_document(as_bytes(body)).events
        assert read_stored(event.stored) == event


@given(events())
def test_both_ways_say_the_same(body: Json) -> None:
    assert told(as_bytes(body)) == told_generally(as_bytes(body))


@pytest.mark.parametrize("body", [OWN, RARE, AGGREGATION, TRANSFORMATION], ids=lambda body: str(body["type"]))
def test_both_ways_say_the_same_of_every_fault(body: Json) -> None:
    for n in range(len(list(places(body)))):
        for odd in ODD:
            changed = deepcopy(body)
            holder, key = list(places(changed))[n]
            holder[key] = odd  # type: ignore[index]  # the key is of this holder
            data = json.dumps(changed).encode()
            assert told(data) == told_generally(data), (key, odd)


# --- siblings ---------------------------------------------------------------------------------------------------------


def items_of(*texts: str) -> list[Item]:
    return event_of({**OBJECT, "epcList": list(texts), "quantityList": []}).items


HEADS = [
    "urn:epc:id:sgtin:0614141.107346.",
    "https://a.example/01/10614141073464/21/",
    f"{ID_ORIGIN}/01/10614141073464/21/",
    f"{ID_ORIGIN}/01/10614141073464/10/L1/21/",
    "http://shop.example/01/10614141073464/10/L-1/21/",
    "https://trace.example/item/A-1/serial/",
    "https://trace.example/item/A/lot/L1/serial/",
    "https://trace.example/item/01/lot/10/serial/",
]


@given(st.sampled_from(HEADS), st.text("0123456789ABCxyz.-_/é%", min_size=1, max_size=24))
def test_serials_of_a_known_item_are_read_as_identify_reads_them(head: str, serial: str) -> None:
    try:
        found = identify(head + serial)
    except Refused:
        with pytest.raises(Refused):
            items_of(head + "first", head + serial)
    else:
        item = items_of(head + "first", head + serial)[-1]
        assert (item.uri, item.kind, item.item) == (found.uri, found.kind, found.item)
        assert (item.lot, item.code, item.raw) == (found.lot, found.code, head + serial)


@pytest.mark.parametrize("rest", ["S?x=/{}", "01/09521141123454/21/{}", "S#{}"])
def test_only_the_end_of_a_plain_path_is_a_serial(rest: str) -> None:
    head = f"{ID_ORIGIN}/01/10614141073464/21/"
    texts = [head + rest.format(n) for n in "ST"] + [head + "T"]
    assert {item.uri for item in items_of(*texts)} == {identify(text).uri for text in texts}


@given(st.text(max_size=40))
def test_whatever_stands_in_a_list_of_things_is_read_or_refused(text: str) -> None:
    try:
        (item,) = items_of(text)
    except Refused:
        return
    assert item.uri == identify(text).uri
