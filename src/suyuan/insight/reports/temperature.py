"""Temperatures beyond their limits, lot by lot, as far as sensors and loggers told of them in events.

Readings are those of EPCIS 2.0 §7.3.7 (sensorElementList) with the GS1 type Temperature, in degrees Celsius or
Fahrenheit (CEL, FAH).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from suyuan.catalog.directory import directory
from suyuan.catalog.queries import Limits, temperature_limits
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Column,
    Group,
    Kind,
    Named,
    Report,
    Row,
    Rows,
    to_event,
)
from suyuan.insight.reports.happened import Event, Goods, events_of
from suyuan.insight.reports.lines import cut
from suyuan.insight.reports.lots import is_lot, per_lot
from suyuan.insight.reports.named import Items
from suyuan.insight.reports.rooms import lay, rooms
from suyuan.stock.queries import uris_of

NONE: Limits = (None, None)
STEPS = (
    "sensor_reporting", "transporting", "storing", "holding", "loading", "unloading", "shipping", "arriving",
    "receiving", "inspecting",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """The lowest and the highest that an event tells, in °C, and which device."""

    low: Decimal
    high: Decimal
    device: str = ""


def reading_of(body: Mapping[str, Any]) -> Reading | None:  # Any: JSON of an event
    """All temperatures of an event as one; None where it has none."""
    values: list[Decimal] = []
    devices: list[str] = []
    for element in _rows(body.get("sensorElementList")):
        meta = element.get("sensorMetadata")
        for report in _rows(element.get("sensorReport")):
            if str(report.get("type", "")).rsplit(":", 1)[-1].rsplit("-", 1)[-1] != "Temperature":
                continue
            unit = str(report.get("uom", "CEL"))
            found = (celsius(report.get(name), unit) for name in ("minValue", "value", "maxValue"))
            values += [value for value in found if value is not None]
            device = report.get("deviceID") or (meta.get("deviceID") if isinstance(meta, dict) else "")
            devices += [str(device)] if device else []
    return Reading(min(values), max(values), devices[0].rsplit("/", 1)[-1] if devices else "") if values else None


def _rows(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def celsius(value: object, unit: str) -> Decimal | None:
    """None for what is no number, or in a unit that is none of temperature."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    if unit == "FAH":
        return ((number - 32) * 5 / 9).quantize(Decimal("0.01"))
    return number if unit == "CEL" else None


def beyond(reading: Reading, limits: Limits) -> bool:
    low, high = limits
    return (low is not None and reading.low < low) or (high is not None and reading.high > high)


@dataclass(frozen=True, slots=True)
class Excursion:
    """Goods that were, by a reading, where it was too cold or too warm for them."""

    event: Event
    reading: Reading
    goods: Goods
    limits: Limits


def excursions(asked: Asked, told: Sequence[tuple[Event, Reading]]) -> list[Excursion]:
    """Readings beyond the limits of what they are of: goods that an event names, or has in its containers, by their
    storage class; where it names none, all that lay in its room, by the class of that. A fixed number of statements."""
    limits = temperature_limits()
    named = list(of_events([one for one in told if one[0].named], limits.values()))
    found = in_rooms(asked, [one for one in told if not one[0].named], limits)
    items = Items([one.item or one.key for _event, _reading, one in named], asked.language)
    known = directory()
    for event, reading, one in named:
        info = known.items.get(items.of(one.item or one.key, one.uri).uri)
        borne = limits.get(code_key(info.storage_class)) if info else None
        if borne and beyond(reading, borne):
            found.append(Excursion(event, reading, one, borne))
    return sorted(found, key=lambda one: (one.event.at, one.event.id, one.goods.uri))


def of_events(
    told: Sequence[tuple[Event, Reading]], limits: Collection[Limits]
) -> Iterator[tuple[Event, Reading, Goods]]:
    """The goods that events name or, where goods of any class would not bear it, have in the containers they name."""
    boxes = {
        event.id: [(one.key, event.at) for one in event.named if one.kind == "container"]
        for event, reading in told
        if any(beyond(reading, one) for one in limits)
    }
    lying = lay(spot for there in boxes.values() for spot in there)
    for event, reading in told:
        loose = [one for one in event.named if one.kind != "container"]
        boxed = [one for spot in boxes.get(event.id, ()) for one in lying.get(spot, ())]
        for one in per_lot([*loose, *boxed]):
            yield event, reading, one


def in_rooms(asked: Asked, told: Iterable[tuple[Event, Reading]], limits: Mapping[str, Limits]) -> list[Excursion]:
    """What lay in the rooms of readings, as far as these were beyond what goods of the room's class bear."""
    known = rooms(asked.logs)
    spots = [
        (event, reading, limits[code_key(room.kind)], [(place, event.at) for place in room.places])
        for event, reading in told
        if event.place and (room := known.get(event.place)) and beyond(reading, limits.get(code_key(room.kind), NONE))
    ]
    lying = lay(spot for *_more, there in spots for spot in there)
    return [
        Excursion(event, reading, one, borne)
        for event, reading, borne, there in spots
        for one in per_lot(goods for spot in there for goods in lying.get(spot, ()))
    ]


def rows_of(asked: Asked) -> Rows:
    events = events_of(asked, STEPS, partners=True)
    told = [(event, reading) for event in events if (reading := reading_of(event.body))]
    found = excursions(asked, told)
    items = Items([one.goods.item or one.goods.key for one in found], asked.language)
    names = uris_of({one.event.place for one in found if one.event.place})
    rows = []
    for one in found:
        item = items.of(one.goods.item or one.goods.key, one.goods.uri)
        if not is_lot(asked.lot, one.goods.uri) or (asked.item and item.uri != asked.item):
            continue
        low, high = one.limits
        cells: tuple[Cell, ...] = (
            one.event.at, Named(one.goods.uri), Named(item.uri) if item.uri else None,
            Named(names[one.event.place]) if one.event.place in names else None, one.reading.low, one.reading.high, low,
            high, one.reading.device,
        )  # fmt: skip
        rows.append(Row(cells, to_event(one.event.log, one.event.id), "held"))
    notes = cut(events)
    facts: list[tuple[str, Cell]] = [(N_("Readings in these days"), len(told)), (N_("Beyond limits"), len(rows))]
    if not told:
        notes = [*notes, Problem("insight.no_readings")]
    return Rows(rows[: asked.most + 1], notes=notes, facts=facts)


EXCURSIONS = Report(
    name="temperature-excursions",
    title=N_("Temperature excursions by lot"),
    about=N_("Lots that were, by sensors or loggers, where it was colder or warmer than they bear."),
    group=Group.QUALITY,
    asks=(Ask.ITEM, Ask.LOT),
    columns=(
        Column(N_("When"), Kind.MOMENT),
        Column(N_("Lot"), Kind.THING, width=1.5),
        Column(N_("Item"), Kind.THING, width=1.5),
        Column(N_("Place"), Kind.THING, width=1.2),
        Column(N_("Lowest, °C"), Kind.NUMBER),
        Column(N_("Highest, °C"), Kind.NUMBER),
        Column(N_("From, °C"), Kind.NUMBER, needed=False),
        Column(N_("To, °C"), Kind.NUMBER, needed=False),
        Column(N_("Device"), Kind.CODE, needed=False),
    ),
    rows=rows_of,
    meanings=(
        N_("Limits are those of the item's storage class, or of the room where a reading names no goods."),
        N_("They are master data: see Storage classes."),
    ),
    empty=N_("No lot was beyond its limits in this time."),
)
REPORTS = (EXCURSIONS,)
