"""The loggers of the cold stores: one reading a night in the last weeks, one of them after a door that stood open."""

from random import Random
from uuid import uuid5
from zoneinfo import ZoneInfo

from suyuan.capture.bodies import Head, object_event
from suyuan.catalog.queries import place_uris
from suyuan.demo.company import CENTRE, COMPANY, PLANT, ZONE
from suyuan.demo.dairy import Dairy
from suyuan.demo.office import OURS
from suyuan.demo.papers import record
from suyuan.demo.timetable import Process

MEASURED_DAYS = 14
ROOM = "COLD"
OPEN_DOOR = (4, CENTRE)  # days before the end, where
USUAL, TOO_WARM = (2.4, 4.6), 11.3  # °C


def measure(dairy: Dairy) -> Process:
    """In the night; what a logger told stands in no command, so that it may be told twice."""
    if dairy.left > MEASURED_DAYS:
        return
    for warehouse in (PLANT, CENTRE):
        room = place_uris(warehouse, [ROOM])[ROOM]
        usual = Random(f"{dairy.options.seed} {warehouse} {dairy.today}").uniform(*USUAL)
        warm = TOO_WARM if (dairy.left, warehouse) == OPEN_DOOR else usual
        id = uuid5(OURS, f"{dairy.office.options} {warehouse} {dairy.today} climate")
        head = Head(
            id=f"urn:uuid:{id}", at=dairy.office.now, zone=ZoneInfo(ZONE), step="sensor_reporting", read_point=room,
            location=room,
        )  # fmt: skip
        report = {
            "type": "Temperature", "uom": "CEL", "minValue": round(usual, 1), "maxValue": round(warm, 1),
            "deviceID": f"https://id.gs1.org/8004/{COMPANY}LOGGER{warehouse.upper()}",
        }  # fmt: skip
        event = object_event(head, "OBSERVE")
        record(dairy.office, [{**event, "sensorElementList": [{"sensorReport": [report]}]}])
    yield from ()
