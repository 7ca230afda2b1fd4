"""Goods that an event names before the catalog knows them, and what may be said of them afterwards."""

import pytest

from suyuan.capture.bodies import CONTEXT
from suyuan.capture.door import capture
from suyuan.capture.replay import differences
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.epcis.document import event_of
from suyuan.epcis.events import JsonObject
from suyuan.governance.master import PutItems
from suyuan.gs1.identifiers import gln_uri, lot_uri
from tests.operations.dairy import BUYER, MAIN_GLN, Desk, refusal

GTIN = "06901234000306"


def seen(desk: Desk, unit: str) -> None:
    """Five of something that nobody knows came in."""
    amount = {"epcClass": lot_uri(GTIN, "L1"), "quantity": 5} | ({"uom": unit} if unit else {})
    place = {"id": gln_uri(MAIN_GLN)}
    event: JsonObject = {
        "type": "ObjectEvent",
        "eventID": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "eventTime": "2026-11-19T00:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "readPoint": place,
        "bizLocation": place,
        "quantityList": [amount],
    }
    capture([event_of(event, CONTEXT)], now=desk.now)


def item(unit: str) -> PutItems:
    row: dict[str, Value] = {"code": "N", "gtin": GTIN, "base_unit": unit}
    return PutItems(rows=(Row(row),))


@pytest.mark.parametrize(("told", "unit"), [("", "EA"), ("", "C62"), ("KGM", "KGM"), ("GRM", "KGM")])
def test_it_works(desk: Desk, told: str, unit: str) -> None:
    seen(desk, told)
    desk.run(item(unit), BUYER)  # which tells everything again


@pytest.mark.parametrize("unit", ["GRM", "DZN"])
def test_what_was_recorded_reads_the_same_for_ever(desk: Desk, unit: str) -> None:
    seen(desk, "KGM" if unit == "GRM" else "")
    assert refusal(desk, item(unit), BUYER) == {("rows[0].base_unit", "catalog.base_unit_seen")}
    assert differences() == []


def test_what_nobody_has_seen_is_counted_as_one_likes(desk: Desk) -> None:
    desk.run(item("GRM"), BUYER)
