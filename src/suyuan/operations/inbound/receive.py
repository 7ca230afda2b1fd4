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
from suyuan.governance.settings import OVER_DELIVERY
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import PARTNERS, event_key, key16
from suyuan.operations.attachments import Attachment, attached
from suyuan.operations.events import day_of, happened, head, unaccepted, zone_of
from suyuan.operations.inbound.accuracy import score
from suyuan.operations.inbound.announced import announced, differences, last_of, notice_problems
from suyuan.operations.inbound.dates import date_problems, with_sources
from suyuan.operations.inbound.history import Told, last_receipts, names_of, site_time
from suyuan.operations.inbound.ordered import OVER, order_problems, ordered
from suyuan.operations.lines import Line, Resolved, Thing, closed_problems, container_uri, resolve, unlotted_problems
from suyuan.operations.lots import Dates, expiry_of, lot_rows, number_lines, shift_at
from suyuan.operations.parties import both, documents, find_partner, partner, us
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import elsewhere
from suyuan.operations.signatures import BUYER, takes_signature
from suyuan.orders.expecting import Expected
from suyuan.orders.writes import do_settle
from suyuan.stock.queries import about, stock_of
from suyuan.tlog.jcs import Json

# What a person may say yes to, since the goods stand there as they are; what contradicts our own records he corrects.
ACCEPTABLE = frozenset(
    f"operations.{name}"
    for name in (
        "expiry_missing", "expiry_announced", "produced_conflict", "produced_later", "expired_on_arrival",
        "short_life_on_arrival", "over_order", "order_elsewhere", "notice_received", "lot_received",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine(Line):
    """A line of a delivery. The supplier's lot number stays the identity; without one we assign a number.

    `inside`: the container that the goods came in. Dates as on the label; `expiry` is the last day. Of goods with
    serials, one line has all that share lot and dates.
    """

    expiry: date | None = None
    produced: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """A delivery from a supplier. `place`: where it stands now, default the receiving place. `owner`: where not we.

    `po`, `desadv`: the papers it came with; `number`: of the receipt, minted where none is given. `accept`: codes of
    warnings that were said yes to. `override_supplier`: why goods of a supplier who is not approved, or whose papers
    have run out, are taken all the same; that takes a second person. Where `po` is an order we know, the delivery is
    taken against it: more than it allows (`operations.over_order`) wants to be accepted, and signed where the firm's
    settings say so, by a buyer; and what completes the order closes it.
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
    attachments: tuple[Attachment, ...] = ()


@command(Receive, permission="receive", approvals=("supplier.approve:approve",), further=(BUYER,))
def receive(ctx: Context, who: Who, c: Receive) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, otherwise=Purpose.RECEIVING, into=True)
    supplier = partner(who, c.supplier, "supplier", "supplier", problems, whatever_status=True)
    owner = _owner(who, c.owner, problems)
    number = c.number or ctx.number(f"R{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
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
    order = ordered(who, c.po, goods)
    warnings = with_sources(who, date_problems(goods, dates, known, day))
    warnings += order_problems(who, order, goods, supplier, c.warehouse) if order else []
    notice = announced(c.warehouse, c.desadv, supplier, goods, who)
    differing = differences(notice, goods, who) if notice else {}
    warnings += _against_notice(notice, goods, dates, warnings, who) if notice else []
    problems += unaccepted(warnings, c.accept & ACCEPTABLE)
    over = takes_signature(OVER, OVER_DELIVERY, c.accept, warnings)
    problems += here_already(who, goods)
    packed = _packed(who, goods, lines, problems)
    problems += [problem for box in packed for problem in elsewhere(box, c.warehouse, "lines")]
    papers = documents(
        who,
        {"po": order.order.uri if order else c.po, "desadv": (notice and notice.uri) or c.desadv, "recadv": number},
        problems,
    )
    extra = {
        "lots": lot_facts((uri, *dates[uri]) for uri in dates),
        "owner": owner,
        "attachments": attached(who, c.attachments, goods, problems),
        "announced": list(differing.values()),
    }
    ourselves = us(who, c.warehouse)
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "receiving", "in_progress",
            read_point=place, location=place, documents=papers, sources=both(supplier) if supplier else (),
            destinations=[("owning_party", owner or ourselves), ("possessing_party", ourselves)],
            extra=extra,
        ),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.classes,
    )  # fmt: skip
    events = [event, *_packing(ctx, who, c.warehouse, at, place, packed)]
    result: dict[str, Json] = {
        "receipt": event_key(str(event["eventID"])).hex(),
        "number": number,
        "place": place,
        "lots": lot_rows(goods, dates),
        "accuracy": score(lines, [*differing, *(p.field for p in warnings)], judged=bool(order or notice)),
    }
    if differing:
        result["announced"] = list(differing.values())
    closed = do_settle(order.order, order.after) if order is not None and not problems else []
    if order is not None:
        result["order"] = order.said()
    return Plan(
        result=result,
        events=events,
        problems=problems,
        fields=goods.fields,
        four_eyes=overridden or over,
        signers=[*([""] if overridden else []), *([BUYER.name] if over else [])],
        drawn=sorted(drawn),
        about=[order.order.uri] if order and closed else [],
        changes=closed,
    )


def _against_notice(
    notice: Expected, goods: Resolved, dates: Mapping[str, Dates], before: Sequence[Problem], who: Who
) -> list[Problem]:
    """What stands against the notice; of an expiry that contradicts what we know nothing more is said."""
    expiries = {uri: expiry.isoformat() for uri, (expiry, _) in dates.items() if expiry}
    said = {problem.field for problem in before}
    found = notice_problems(notice, goods, expiries, last_of(notice), who)
    return [problem for problem in found if problem.field not in said]


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


def dates_of(goods: Resolved, lines: Sequence[ReceiptLine]) -> dict[str, Dates]:
    """Expiry and production date of every lot or serial, as stated or by its shelf life."""
    found: dict[str, Dates] = {}
    for thing in goods.things:
        line = lines[thing.index]
        if thing.info is not None:
            found |= dict.fromkeys(thing.subjects, (expiry_of(thing.info, line.expiry, line.produced), line.produced))
    return found


def here_already(who: Who, goods: Resolved) -> list[Problem]:
    """Serials and containers that the book says are here: they can't come in a second time. Whoever comes second is
    told who took them in, and when.
    """
    instances = {key16(uri): (uri, thing.field) for thing in goods.things if thing.instances for uri in thing.subjects}
    rows = stock_of(instances) if instances else []
    here = {row.subject for row in rows if row.ours and row.log != PARTNERS}
    told = last_receipts(here) if here else {}
    names = names_of(one.by for one in told.values())
    return [
        Problem("operations.here_already", field, {"goods": uri, **_taken_in(told.get(key), names, who)})
        for key, (uri, field) in instances.items()
        if key in here
    ]


def _taken_in(told: Told | None, names: Mapping[str, str], who: Who) -> dict[str, str]:
    if told is None:
        return {"who": "–", "time": "–"}
    return {"who": names.get(told.by, told.by) or "–", "time": site_time(who, told)}


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
