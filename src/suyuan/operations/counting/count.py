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
from suyuan.gs1.quantities import Quantity, decimal_text, scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.counting.owners import by_owner, owner_key, owner_uri, said_owner
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import KILOGRAM, Line, Resolved, Thing, resolve
from suyuan.operations.places import places_of
from suyuan.operations.signatures import ADJUSTMENT, is_above
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Stock, stock_in, stock_of, uris_of
from suyuan.tlog.jcs import Json

MOST_LINES = 10_000  # a zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What was found, each line in its `place`. `complete`: what a counted place does not list is not there. `owner`:
    whose goods were counted, a partner or ``own``; where it is not said, those of the only one who has such goods
    there, else ours. Goods that are weighed each time come with their weight.
    """

    warehouse: str
    lines: tuple[Line, ...]
    complete: bool = False
    reason: str = ""
    owner: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Goods of one owner in a place: what the book says and what was counted, in millionths; `weight` the same of what
    goods weigh that are weighed each time, in kilograms.
    """

    uri: str
    place: str
    book: int
    counted: int
    unit: str
    serial: bool
    owner: str = ""
    weight: tuple[int, int] = (0, 0)

    @property
    def differs(self) -> bool:
        return self.book != self.counted or self.weight[0] != self.weight[1]

    @property
    def above(self) -> bool:
        """A large difference, or any of a serial, needs second persons."""
        both = ((self.book, self.counted), self.weight)
        return self.differs and (self.serial or any(is_above(*one) for one in both))


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
    problems += weight_problems(goods)
    owner = owner_uri(who, c.warehouse, c.owner, "owner", problems)
    book = stock_in((key16(thing.source) for thing in goods.things if thing.source), c.warehouse)
    stock = [*book, *stock_of((key16(uri) for uri in goods.subjects), c.warehouse)]
    unlisted = uris_of(row.subject for row in book) if c.complete else {}
    events: list[JsonObject] = []
    found: list[Difference] = []
    for place, listed in goods.by_source().items():
        if not place:
            continue
        parts = dict(by_owner(who, c.warehouse, listed, stock, key16(place), owner))
        others = uris_of({row.owner for row in book if row.holder == key16(place)} - {OWN})
        if c.complete and not owner:
            parts |= {uri: Resolved() for uri in others.values() if uri not in parts}
            parts.setdefault(said_owner(who, c.warehouse, ""), Resolved())
        for whose, part in parts.items():
            key = owner_key(who, whose)
            rows = [row for row in book if row.holder == key16(place) and (row.owner == key or row.instance)]
            absent = missing_lots(part.things, rows, unlisted)
            here = differences(part.things, absent, rows, place, "" if key == OWN else whose)
            if not part.things and not absent:
                continue
            found += here
            counted = head(
                ctx, who, c.warehouse, at, "cycle_counting",
                "mismatch_quantity" if any(d.differs for d in here) else "",
                read_point=place, location=place,
                extra={
                    "differences": [_row(d) for d in here if d.differs], "reason": c.reason.strip(), "owner": whose,
                },
            )  # fmt: skip
            amounts = [one for thing in part.things for one in counted_amounts(thing)]
            events.append(object_event(counted, "OBSERVE", epcs=part.instances, amounts=[*amounts, *absent]))
    different: list[dict[str, Json]] = [{**_row(d), "place": d.place} for d in found if d.differs]
    return Plan(
        result={"counted": len(goods.things), "differences": different},
        events=events,
        problems=problems,
        fields=goods.fields,
        four_eyes=any(d.above for d in found),
    )


def weight_problems(goods: Resolved) -> list[Problem]:
    """Goods that are weighed each time, of which there are some, come with what they weigh."""
    return [
        Problem("operations.weight_missing", f"{thing.field}.weight", {"item": thing.info.code})
        for thing in goods.things
        if thing.info is not None and thing.info.catch_weight and thing.quantity and not weight_of(thing)
    ]


def weight_of(thing: Thing) -> int | None:
    """What goods that are weighed each time weigh, in millionths of a kilogram; None where it is not said."""
    if thing.info is None or not thing.info.catch_weight or len(thing.classes) < 2:
        return None
    weight = thing.classes[1]
    return scaled(Quantity(weight.quantity or Decimal(0), weight.uom).to(KILOGRAM).amount)


def counted_amounts(thing: Thing) -> Sequence[Amount]:
    """The amounts that an event says; where nothing is left, it weighs nothing without anybody saying so."""
    return thing.classes if thing.quantity is None or thing.quantity > 0 else thing.classes[:1]


def missing_lots(things: Sequence[Thing], rows: Sequence[Stock], uris: Mapping[bytes, str]) -> list[Amount]:
    """Lots that the book has in a place which was counted completely, and that were not found: none of them.

    A serial or container that was not seen is not gone by that: it may stand elsewhere, and is to be looked for.
    """
    listed = {key16(uri) for thing in things for uri in thing.subjects}
    absent = {row.subject: row.unit for row in rows if row.subject not in listed and not row.instance}
    return [Amount(uri=uris[key], quantity=Decimal(0), uom=unit) for key, unit in absent.items() if key in uris]


def differences(
    things: Sequence[Thing], absent: Sequence[Amount], rows: Sequence[Stock], place: str, owner: str = ""
) -> list[Difference]:
    """Book against count, for everything of one owner that was counted in one place."""
    stands: dict[bytes, tuple[int, int]] = {}
    for row in rows:
        first, second = stands.get(row.subject, (0, 0))
        stands[row.subject] = first + row.quantity, second + row.second
    counted: dict[str, tuple[int, str, bool, int | None]] = {}
    for thing in things:
        for uri in thing.subjects:
            amount = 1_000_000 if thing.instances else scaled(thing.quantity or Decimal(0))
            before, _, _, weighed = counted.get(uri, (0, "", False, None))
            weight = weight_of(thing)
            weighed = weighed if weight is None else weight + (weighed or 0)
            unit_ = thing.info.base_unit if thing.info else ""
            counted[uri] = before + amount, unit_, bool(thing.instances), weighed
    for amount_ in absent:
        counted[amount_.uri] = (0, amount_.uom, False, 0)
    found = []
    for uri, (amount, unit_, serial, weighed) in counted.items():
        book, heavy = stands.get(key16(uri), (0, 0))
        now = 0 if not amount else heavy if weighed is None else weighed
        found.append(Difference(uri, place, book, amount, unit_, serial, owner, (heavy, now)))
    return found


def _row(difference: Difference) -> dict[str, Json]:
    row: dict[str, Json] = {
        "id": difference.uri,
        "book": decimal_text(unscaled(difference.book)),
        "counted": decimal_text(unscaled(difference.counted)),
        "unit": difference.unit,
    }
    if difference.owner:
        row["owner"] = difference.owner
    return row | weights(*difference.weight)


def weights(book: int, counted: int) -> dict[str, Json]:
    """What the book has and what was weighed, in kilograms, of goods that are weighed each time."""
    if not (book or counted):
        return {}
    return {"book_weight": decimal_text(unscaled(book)), "counted_weight": decimal_text(unscaled(counted))}
