"""Receive a purchase: ObjectEvent OBSERVE receiving / in_progress, source the supplier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from suyuan.capture.bodies import aggregation_event, lot_facts, object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.catalog.suppliers import supplier_problems
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text
from suyuan.ledger.keys import event_key, key16
from suyuan.operations.events import day_of, happened, head, unaccepted, zone_of
from suyuan.operations.lines import Line, Resolved, Thing, closed_problems, container_uri, resolve, unlotted_problems
from suyuan.operations.lots import expiry_of, number_lines, shift_at
from suyuan.operations.parties import both, documents, find_partner, partner, us
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import elsewhere
from suyuan.stock.queries import About, about, stock_of
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine(Line):
    """A line of a delivery. The supplier's lot number stays the identity; without one we assign a number.

    `inside`: the container that the goods came in. Dates as on the label; `expiry` is the last day.
    """

    expiry: date | None = None
    produced: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """A delivery from a supplier. `place`: where it stands now, default the receiving place. `owner`: where not we.

    `po`, `desadv`: the papers it came with; `number`: of the receipt, minted where none is given. `accept`: codes of
    warnings that were said yes to. `override_supplier`: why goods of a supplier who is not approved, or whose papers
    have run out, are taken all the same; that takes a second person.
    """

    warehouse: str
    supplier: str
    lines: tuple[ReceiptLine, ...]
    place: str = ""
    owner: str = ""
    po: str = ""
    desadv: str = ""
    number: str = ""
    at: datetime | None = None
    accept: frozenset[str] = frozenset()
    override_supplier: str = ""


@command(Receive, permission="receive", approvals=("supplier.approve:approve",))
def receive(ctx: Context, who: Who, c: Receive) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, otherwise=Purpose.RECEIVING, into=True)
    supplier = partner(who, c.supplier, "supplier", "supplier", problems, whatever_status=True)
    owner = _owner(who, c.owner, problems)
    number = c.number or ctx.number(f"R{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    papers = documents(who, {"po": c.po, "desadv": c.desadv, "recadv": number}, problems)
    day = day_of(who, c.warehouse, at)
    lines = number_lines(who, c.warehouse, c.lines, shift=shift_at(who, c.warehouse, at), day=day)
    goods = resolve(who, lines, day=day)
    problems += goods.problems + unlotted_problems(goods) + closed_problems(who, goods)
    against = _against(who, c.supplier, goods, day)
    overridden = bool(against and c.override_supplier.strip())
    problems += [] if overridden else against
    dates = dates_of(goods, lines)
    # What the supplier numbered may be known; a number made just now is not.
    drawn = {
        uri for thing in goods.things if lines[thing.index].lot != c.lines[thing.index].lot for uri in thing.subjects
    }
    known = about(key16(thing.uri) for thing in goods.things if thing.uri not in drawn)
    problems += unaccepted(date_problems(goods, dates, known, day), c.accept)
    problems += here_already(goods)
    packed = _packed(who, goods, lines, problems)
    problems += [problem for box in packed for problem in elsewhere(box, c.warehouse, "lines")]
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "receiving", "in_progress",
            read_point=place, location=place, documents=papers, sources=both(supplier) if supplier else (),
            destinations=[("owning_party", owner or us(who, c.warehouse)), ("possessing_party", us(who, c.warehouse))],
            extra={"lots": lot_facts((uri, *dates[uri]) for uri in dates), "owner": owner},
        ),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.classes,
    )  # fmt: skip
    events = [event, *_packing(ctx, who, c.warehouse, at, place, packed)]
    receipt = event_key(str(event["eventID"])).hex()
    result: dict[str, Json] = {"receipt": receipt, "number": number, "place": place, "lots": lot_rows(goods, dates)}
    return Plan(
        result=result, events=events, problems=problems, fields=goods.fields, four_eyes=overridden, drawn=sorted(drawn)
    )


def _against(who: Who, text: str, goods: Resolved, day: date) -> list[Problem]:
    """What stands against taking these goods from this supplier."""
    supplier = find_partner(who.directory, text)
    needed = {kind for thing in goods.things if thing.info for kind in thing.info.certificates}
    return supplier_problems(supplier, needed, day, "supplier") if supplier else []


def _owner(who: Who, text: str, problems: list[Problem]) -> str:
    """Whose goods they are, where they are not ours."""
    if not text:
        return ""
    found = find_partner(who.directory, text)
    if found is None:
        problems.append(Problem("operations.partner_unknown", "owner", {"partner": text}))
        return ""
    if not found.active:
        problems.append(Problem("operations.partner_closed", "owner", {"partner": found.code}))
    return found.uri


Dates = tuple[date | None, date | None]  # expiry, produced


def dates_of(goods: Resolved, lines: Sequence[ReceiptLine]) -> dict[str, Dates]:
    """Expiry and production date of every lot or serial, as stated or by its shelf life."""
    found: dict[str, Dates] = {}
    for thing in goods.things:
        line = lines[thing.index]
        if thing.info is not None:
            found |= dict.fromkeys(thing.subjects, (expiry_of(thing.info, line.expiry, line.produced), line.produced))
    return found


def date_problems(
    goods: Resolved, dates: Mapping[str, Dates], known: Mapping[bytes, About], day: date
) -> list[Problem]:
    """What the dates give to think; each can be accepted, since the goods stand there as they are."""
    problems = []
    for thing in goods.things:
        if thing.info is None:
            continue
        expiry, produced = dates[thing.uri]
        held = known.get(key16(thing.uri))
        shown = {"item": thing.info.code, "lot": thing.lot, "expiry": expiry.isoformat() if expiry else ""}
        old = date.fromordinal(held.expiry) if held is not None and held.expiry is not None else None
        if expiry is None and old is None and thing.info.shelf_life_days is not None:
            problems.append(Problem("operations.expiry_missing", f"{thing.field}.expiry", shown))
        if expiry is not None and old is not None and expiry != old:
            params = {**shown, "known": old.isoformat()}
            problems.append(Problem("operations.expiry_conflict", f"{thing.field}.expiry", params))
        if produced is not None and produced > day:
            params = {**shown, "produced": produced.isoformat()}
            problems.append(Problem("operations.produced_later", f"{thing.field}.produced", params))
        last = expiry or old
        least = thing.info.min_remaining_days_receipt
        if last is not None and last < day:
            problems.append(Problem("operations.expired_on_arrival", f"{thing.field}.expiry", shown))
        elif last is not None and least is not None and (last - day).days < least:
            params = {**shown, "days": str((last - day).days), "least": str(least)}
            problems.append(Problem("operations.short_life_on_arrival", f"{thing.field}.expiry", params))
    return problems


def here_already(goods: Resolved) -> list[Problem]:
    """Serials and containers that the book says are here: they can't come in a second time."""
    instances = {key16(uri): (uri, thing.field) for thing in goods.things if thing.instances for uri in thing.subjects}
    if not instances:
        return []
    here = {row.subject for row in stock_of(instances) if row.ours and row.log != "partners"}
    return [
        Problem("operations.here_already", field, {"goods": uri})
        for key, (uri, field) in instances.items()
        if key in here
    ]


def _packed(who: Who, goods: Resolved, lines: Sequence[ReceiptLine], problems: list[Problem]) -> dict[str, list[Thing]]:
    """Container → the things that came in it."""
    found: dict[str, list[Thing]] = {}
    for thing in goods.things:
        line = lines[thing.index]
        if line.inside:
            try:
                found.setdefault(container_uri(who, line.inside, f"{thing.field}.inside"), []).append(thing)
            except Refused as refused:
                problems += refused.problems
    return found


def _packing(
    ctx: Context, who: Who, warehouse: str, at: datetime, place: str, packed: Mapping[str, Sequence[Thing]]
) -> list[JsonObject]:
    """For each container that goods came in: that they are in it."""
    return [
        aggregation_event(
            head(ctx, who, warehouse, at, "receiving", "in_progress", read_point=place, location=place),
            "ADD",
            parent=container,
            epcs=[uri for thing in things for uri in thing.instances],
            amounts=[amount for thing in things for amount in thing.classes],
        )
        for container, things in packed.items()
    ]


def lot_rows(goods: Resolved, dates: Mapping[str, Dates]) -> list[dict[str, Json]]:
    """The lots for the result: what a label needs."""
    last = {uri: expiry.isoformat() for uri, (expiry, _) in dates.items() if expiry}
    return [
        {
            "uri": thing.uri,
            "item": thing.info.uri if thing.info else "",
            "lot": thing.lot,
            "expiry": last.get(thing.uri),
            "quantity": decimal_text(thing.quantity) if thing.quantity is not None else None,
            "unit": thing.info.base_unit if thing.info else "",
        }
        for thing in goods.things
    ]
