"""Lots where it was too warm or too cold for them."""

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest

from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Place
from suyuan.catalog.register import Row
from suyuan.catalog.writes import bump
from suyuan.epcis.document import event_of
from suyuan.governance.master import PutItems, PutStorageClasses
from suyuan.insight.reports.running import run
from suyuan.insight.reports.temperature import EXCURSIONS, Reading, beyond, celsius, reading_of
from suyuan.operations.commands import Line, Pack
from tests.insight.asking import asked, table
from tests.operations.dairy import ADMIN, KEEPER, MAIN_GLN, Desk, build_dairy, refusal, stocked
from tests.plugins.engines import Statements

WHEN, LOT, LOWEST, HIGHEST, FROM = 0, 1, 4, 5, 6


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


def test_a_room_tells_of_all_its_bins(desk: Desk) -> None:
    """A reading in a zone is one of its bins, but for those with a climate of their own; a warehouse is no room."""
    chilled(desk)
    lot = stocked(desk)
    with governed():
        root = Place.objects.get(warehouse="main", kind="warehouse")
        zone, other = (
            Place.objects.create(
                warehouse=root.warehouse, parent=root, code=code, key=code, kind="zone", uri=f"{root.uri}/254/{code}"
            )
            for code in ("Z", "W")
        )
        Place.objects.filter(warehouse="main", code="A-01").update(parent=zone)
    sensed(desk, 12, place=other.uri)
    sensed(desk, 12, place=root.uri)
    assert table(desk, EXCURSIONS) == []
    sensed(desk, 12, place=zone.uri)
    assert [row[LOT] for row in table(desk, EXCURSIONS)] == [lot]
    with governed():
        Place.objects.filter(pk=zone.pk).update(temperature_class="ambient")
    assert table(desk, EXCURSIONS) == []


def test_limits_are_master_data(desk: Desk) -> None:
    chilled(desk)
    lot = stocked(desk)
    sensed(desk, 6, goods=lot)
    assert table(desk, EXCURSIONS) == []
    desk.run(PutStorageClasses(rows=(Row({"code": "chilled", "warmest": Decimal("4.5")}),)), ADMIN)
    (row,) = table(desk, EXCURSIONS)
    assert row[FROM:] == (0, Decimal("4.5"), "")
    desk.run(PutStorageClasses(rows=(Row({"code": "Vaccine", "coldest": Decimal(2), "warmest": Decimal(8)}),)), ADMIN)
    desk.run(PutItems(rows=(Row({"code": "YOG", "storage_class": "vaccine"}),)), ADMIN)
    assert table(desk, EXCURSIONS) == []
    sensed(desk, 1, goods=lot)
    assert [row[FROM] for row in table(desk, EXCURSIONS)] == [2]
    desk.run(PutStorageClasses(rows=(Row({"code": "vaccine", "is_active": False}),)), ADMIN)
    assert table(desk, EXCURSIONS) == []


def test_the_colder_limit_is_not_above_the_warmer(desk: Desk) -> None:
    wrong = PutStorageClasses(rows=(Row({"code": "frozen", "coldest": Decimal(-5)}),))
    assert refusal(desk, wrong, ADMIN) == {("rows[0].warmest", "catalog.limits_crossed")}
    assert refusal(desk, wrong, KEEPER) == {("", "governance.not_allowed")}


@pytest.mark.engine
def test_statements_do_not_grow(statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    bin_ = chilled(desk)
    counts = []
    for number in range(2):
        for part in range(3):
            lot = stocked(desk, f"L{number}{part}")
            made = Pack(warehouse="main", lines=(Line(item="YOG", lot=f"L{number}{part}", quantity=5, place="A-01"),))
            sensed(desk, 20 + number, box=str(desk.run(made).value["container"]))
            sensed(desk, 12, place=bin_)
            sensed(desk, 13, goods=lot)
        with statements() as told:
            counts.append((len(told), len(table(desk, EXCURSIONS))))
    (few, some), (many, more) = counts
    assert (some, more) == (12, 33)
    assert few == many <= 12


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
