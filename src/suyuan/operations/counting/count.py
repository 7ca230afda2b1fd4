"""Count: ObjectEvent OBSERVE cycle_counting, absolute quantities of a place; the book posts the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Thing, resolve
from suyuan.operations.places import places_of
from suyuan.operations.signatures import ADJUSTMENT
from suyuan.stock.queries import Stock, stock_in, uris_of
from suyuan.tlog.jcs import Json

MOST_LINES = 10_000  # a zone
THRESHOLD = 50  # a difference above 1/50 of the book, or any serial's, needs second persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What was found, each line in its `place`. `complete`: what a counted place does not list is not there."""

    warehouse: str
    lines: tuple[Line, ...]
    complete: bool = False
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A subject in a place: what the book says and what was counted, in millionths."""

    uri: str
    place: str
    book: int
    counted: int
    unit: str
    serial: bool

    @property
    def above(self) -> bool:
        return self.book != self.counted and (self.serial or abs(self.counted - self.book) * THRESHOLD > self.book)


@command(Count, permission="count", groups=ADJUSTMENT)
def count(ctx: Context, who: Who, c: Count) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    day = day_of(who, c.warehouse, at)
    goods = resolve(who, c.lines, places_of(who, c.warehouse), zero=True, day=day, most=MOST_LINES)
    problems += goods.problems
    problems += [
        Problem("operations.place_missing", f"{thing.field}.place") for thing in goods.things if not thing.source
    ]
    book = stock_in((key16(thing.source) for thing in goods.things if thing.source), c.warehouse)
    unlisted = uris_of(row.subject for row in book) if c.complete else {}
    events: list[JsonObject] = []
    found: list[Difference] = []
    for place, part in goods.by_source().items():
        if not place:
            continue
        rows = [row for row in book if row.holder == key16(place)]
        absent = missing_lots(part.things, rows, unlisted)
        here = differences(part.things, absent, rows, place)
        found += here
        counted = head(
            ctx, who, c.warehouse, at, "cycle_counting",
            "mismatch_quantity" if any(d.book != d.counted for d in here) else "",
            read_point=place, location=place,
            extra={"differences": [_row(d) for d in here if d.book != d.counted], "reason": c.reason.strip()},
        )  # fmt: skip
        events.append(object_event(counted, "OBSERVE", epcs=part.instances, amounts=[*part.classes, *absent]))
    different: list[dict[str, Json]] = [{**_row(d), "place": d.place} for d in found if d.book != d.counted]
    return Plan(
        result={"counted": len(goods.things), "differences": different},
        events=events,
        problems=problems,
        fields=goods.fields,
        four_eyes=any(d.above for d in found),
    )


def missing_lots(things: Sequence[Thing], rows: Sequence[Stock], uris: Mapping[bytes, str]) -> list[Amount]:
    """Lots that the book has in a place which was counted completely, and that were not found: none of them.

    A serial or container that was not seen is not gone by that: it may stand elsewhere, and is to be looked for.
    """
    listed = {key16(uri) for thing in things for uri in thing.subjects}
    absent = {row.subject: row.unit for row in rows if row.subject not in listed and not row.instance}
    return [Amount(uri=uris[key], quantity=Decimal(0), uom=unit) for key, unit in absent.items() if key in uris]


def differences(
    things: Sequence[Thing], absent: Sequence[Amount], rows: Sequence[Stock], place: str
) -> list[Difference]:
    """Book against count, for everything counted in one place."""
    stands: dict[bytes, int] = {}
    for row in rows:
        stands[row.subject] = stands.get(row.subject, 0) + row.quantity
    counted: dict[str, tuple[int, str, bool]] = {}
    for thing in things:
        for uri in thing.subjects:
            amount = 1_000_000 if thing.instances else scaled(thing.quantity or Decimal(0))
            before = counted.get(uri, (0, "", False))[0]
            counted[uri] = (before + amount, thing.info.base_unit if thing.info else "", bool(thing.instances))
    for amount_ in absent:
        counted[amount_.uri] = (0, amount_.uom, False)
    return [
        Difference(uri, place, stands.get(key16(uri), 0), amount, unit, serial)
        for uri, (amount, unit, serial) in counted.items()
    ]


def _row(difference: Difference) -> dict[str, Json]:
    return {
        "id": difference.uri,
        "book": decimal_text(unscaled(difference.book)),
        "counted": decimal_text(unscaled(difference.counted)),
        "unit": difference.unit,
    }
