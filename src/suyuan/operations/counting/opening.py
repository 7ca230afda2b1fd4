"""Opening stock: what lay in the bins when the company began here. ObjectEvent OBSERVE stock_taking, reason opening.

Not a receipt, since nobody delivered it today, and not made: it was found. Goods that the book already knows here are
no opening stock; a difference of theirs is counted, which above a threshold takes second persons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from suyuan.accounts.rules import Actor
from suyuan.capture.bodies import lot_facts, object_event
from suyuan.capture.who import Who
from suyuan.catalog.queries import chunks
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import N_, Problem
from suyuan.ledger.keys import key16
from suyuan.ledger.models import EventItem, Kind, Record
from suyuan.operations.counting.owners import owner_uri, said_owner
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, closed_problems, resolve
from suyuan.operations.lots import expiry_of, number_lines, shift_at
from suyuan.operations.places import places_of
from suyuan.stock.facts import PENDING, RELEASED

OPENING = "opening"
TAKING, JUDGING = "stock_taking", "inspecting"
STATUSES = {PENDING: N_("To be inspected"), RELEASED: N_("Released")}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLine(Line):
    """Goods in a bin (`place`), with their dates. `status`: pending or released. A lot without number gets one.

    `owner`: whose goods they are, where they are not ours: another company's that we keep.
    """

    expiry: date | None = None
    produced: date | None = None
    status: str = PENDING
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningStock:
    """What was there at the beginning, in one warehouse. That goods are good takes somebody who may inspect, or the
    signature of one.
    """

    warehouse: str
    lines: tuple[OpeningLine, ...]
    at: datetime | None = None


@command(OpeningStock, permission="receive", approvals=("inspect", "lot.release:approve"))
def opening_stock(ctx: Context, who: Who, c: OpeningStock) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    shift, day = shift_at(who, c.warehouse, at), day_of(who, c.warehouse, at)
    lines = number_lines(who, c.warehouse, c.lines, shift=shift, day=day)
    goods = resolve(who, lines, places_of(who, c.warehouse), day=day)
    problems += goods.problems + line_problems(who, goods, lines, c.warehouse)
    events: list[JsonObject] = []
    for (place, owner), part in by_place_and_owner(who, c.warehouse, goods, lines).items():
        taken = head(
            ctx, who, c.warehouse, at, TAKING, read_point=place, location=place,
            extra={"reason": OPENING, "owner": owner, "lots": lot_facts(_dates(part, lines))},
        )  # fmt: skip
        events.append(object_event(taken, "OBSERVE", epcs=part.instances, amounts=part.classes))
        good = Resolved([thing for thing in part.things if lines[thing.index].status == RELEASED])
        if good.things:
            passed = head(
                ctx, who, c.warehouse, at, JUDGING, "conformant", read_point=place,
                extra={"reason": OPENING, "owner": owner},
            )  # fmt: skip
            events.append(object_event(passed, "OBSERVE", epcs=good.instances, amounts=good.classes))
    given = {n for n, line in enumerate(c.lines) if line.lot != lines[n].lot}
    return Plan(
        result={"lines": len(lines)},
        events=events,
        problems=problems,
        fields=goods.fields,
        four_eyes=any(needs_second(ctx.actor, c.warehouse, line) for line in lines),
        drawn=[uri for thing in goods.things if thing.index in given for uri in thing.subjects],
    )


def needs_second(actor: Actor, warehouse: str, line: OpeningLine) -> bool:
    """Does it take a second person to believe that these goods are good?"""
    return line.status == RELEASED and not actor.may("inspect", warehouse)


def by_place_and_owner(
    who: Who, warehouse: str, goods: Resolved, lines: Sequence[OpeningLine]
) -> dict[tuple[str, str], Resolved]:
    """The goods by where they lie and whose they are. Ours are said to be ours, so that taking stock of them says
    nothing of the same lot's goods of somebody else in the same bin.
    """
    found: dict[tuple[str, str], Resolved] = {}
    for thing in goods.things:
        named = owner_uri(who, warehouse, lines[thing.index].owner, "", [])
        whose = said_owner(who, warehouse, named)
        found.setdefault((thing.source, whose), Resolved()).things.append(thing)
    return found


def _dates(goods: Resolved, lines: Sequence[OpeningLine]) -> list[tuple[str, date | None, date | None]]:
    return [
        (
            uri,
            expiry_of(thing.info, lines[thing.index].expiry, lines[thing.index].produced),
            lines[thing.index].produced,
        )
        for thing in goods.things
        if thing.info is not None
        for uri in thing.subjects
    ]


def line_problems(who: Who, goods: Resolved, lines: Sequence[OpeningLine], warehouse: str) -> list[Problem]:
    """No bin, no such status or owner, no expiry where the item has a shelf life, a closed item, goods that are not
    new to the book.
    """
    problems = closed_problems(who, goods)
    known = moved_before([key16(uri) for uri in goods.subjects], warehouse)
    for thing in goods.things:
        line = lines[thing.index]
        if not thing.source:
            problems.append(Problem("operations.place_missing", f"{thing.field}.place"))
        if line.status not in STATUSES:
            params = {"value": line.status, "allowed": ", ".join(STATUSES)}
            problems.append(Problem("operations.choice", f"{thing.field}.status", params))
        problems += owner_problems(who, warehouse, line.owner, f"{thing.field}.owner")
        if any(key16(uri) in known for uri in thing.subjects):
            problems.append(Problem("operations.opening_known", thing.field, {"goods": thing.lot or line.item}))
        if (
            thing.info
            and thing.info.shelf_life_days is not None
            and not expiry_of(thing.info, line.expiry, line.produced)
        ):
            problems.append(Problem("operations.expiry_missing", f"{thing.field}.expiry", {"item": thing.info.code}))
    return problems


def owner_problems(who: Who, warehouse: str, text: str, field: str) -> list[Problem]:
    """Nobody is called so, or we no longer have to do with him."""
    problems: list[Problem] = []
    uri = owner_uri(who, warehouse, text, field, problems)
    found = who.directory.partners.get(uri)
    if found is not None and not found.active:
        problems.append(Problem("operations.partner_closed", field, {"partner": found.code}))
    return problems


def moved_before(subjects: Sequence[bytes], warehouse: str) -> set[bytes]:
    """Those of these goods that something else than opening stock was recorded of in this warehouse."""
    found: set[bytes] = set()
    for part in chunks(subjects):
        named = EventItem.objects.filter(log=warehouse, identifier__in=part).values_list("identifier", "record")
        records: dict[bytes, set[bytes]] = {}
        for subject, record in named:
            records.setdefault(bytes(record), set()).add(bytes(subject))
        for some in chunks(records):
            moved = Record.objects.filter(log=warehouse, id__in=some, kind=Kind.EPCIS)  # asking moves nothing
            other = moved.exclude(biz_step__in=(TAKING, JUDGING))
            found.update(*(records[bytes(id)] for id in other.values_list("id", flat=True)))
    return found
