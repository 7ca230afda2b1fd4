"""Lots where it was too warm or too cold for them."""

from decimal import Decimal
from uuid import uuid4

import pytest

from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Place
from suyuan.catalog.writes import bump
from suyuan.epcis.document import event_of
from suyuan.insight.reports.running import run
from suyuan.insight.reports.temperature import EXCURSIONS, Reading, beyond, celsius, reading_of
from suyuan.operations.commands import Line, Pack
from tests.insight.asking import asked, table
from tests.operations.dairy import MAIN_GLN, Desk, stocked

WHEN, LOT, LOWEST, HIGHEST = 0, 1, 4, 5


def sensed(desk: Desk, *values: object, uom: str = "CEL", place: str = "", goods: str = "", box: str = "") -> None:
    event: dict[str, object] = {
        "type": "ObjectEvent", "eventID": f"urn:uuid:{uuid4()}", "action": "OBSERVE",
        "eventTime": desk.now.isoformat().replace("+00:00", "Z"), "eventTimeZoneOffset": "+08:00",
        "bizStep": "sensor_reporting", "readPoint": {"id": place or f"https://id.gs1.org/414/{MAIN_GLN}"},
        "sensorElementList": [
            {"sensorReport": [{"type": "Temperature", "value": value, "uom": uom} for value in values]},
            {"sensorReport": [{"type": "RelativeHumidity", "value": 99, "uom": "A93"}]},
        ],
    }  # fmt: skip
    if place:
        event["bizLocation"] = {"id": place}
    if goods:
        event["quantityList"] = [{"epcClass": goods}]
    if box:
        event["epcList"] = [box]
    capture([event_of(event)], now=desk.now)
    desk.later(minutes=1)


def chilled(desk: Desk) -> str:
    """Yoghurt is kept chilled, and so is its bin; the URI of the bin."""
    with governed():
        version = bump()
        Item.objects.filter(code="YOG").update(storage_class="chilled", version=version)
        Place.objects.filter(warehouse="main", code="A-01").update(temperature_class="chilled", version=version)
    return Place.objects.get(warehouse="main", code="A-01").uri


def test_goods_that_are_named(desk: Desk) -> None:
    chilled(desk)
    lot = stocked(desk)
    sensed(desk, 4, 7.5, goods=lot)
    assert table(desk, EXCURSIONS) == []
    sensed(desk, 4, 9.5, goods=lot)
    (row,) = table(desk, EXCURSIONS)
    assert (row[LOT], row[LOWEST], row[HIGHEST]) == (lot, 4, Decimal("9.5"))


def test_what_lay_in_the_place_then(desk: Desk) -> None:
    bin_ = chilled(desk)
    first = stocked(desk, "L1")
    sensed(desk, 12, place=bin_)
    stocked(desk, "L2")
    assert [row[LOT] for row in table(desk, EXCURSIONS)] == [first]


def test_what_is_in_a_container(desk: Desk) -> None:
    chilled(desk)
    lot = stocked(desk)
    made = Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=5, place="A-01"),))
    box = str(desk.run(made).value["container"])
    sensed(desk, 30, box=box)
    assert [row[LOT] for row in table(desk, EXCURSIONS)] == [lot]
    assert table(desk, EXCURSIONS, lot="L9") == []
    assert table(desk, EXCURSIONS, logs=("cold",)) == []


def test_without_a_class_nothing_is_judged(desk: Desk) -> None:
    sensed(desk, 60, goods=stocked(desk))
    found = run(EXCURSIONS, asked(desk, EXCURSIONS)).found
    assert (found.rows, found.notes) == ([], [])
    assert dict(found.facts)["Readings in these days"] == 1


def test_nobody_measured(desk: Desk) -> None:
    stocked(desk)
    found = run(EXCURSIONS, asked(desk, EXCURSIONS)).found
    assert [note.code for note in found.notes] == ["insight.no_readings"]


@pytest.mark.parametrize(("value", "unit", "right"), [
    (4, "CEL", Decimal(4)), (50, "FAH", Decimal("10.00")), ("x", "CEL", None), (None, "CEL", None), (3, "A93", None),
    ("NaN", "CEL", None),
])  # fmt: skip
def test_units(value: object, unit: str, right: Decimal | None) -> None:
    assert celsius(value, unit) == right


def test_limits_are_good() -> None:
    limits = (Decimal(0), Decimal(8))
    assert not beyond(Reading(Decimal(0), Decimal(8)), limits)
    assert beyond(Reading(Decimal("-0.1"), Decimal(8)), limits)
    assert not beyond(Reading(Decimal(-99), Decimal(-18)), (None, Decimal(-18)))
    assert reading_of({"sensorElementList": "none"}) is None
