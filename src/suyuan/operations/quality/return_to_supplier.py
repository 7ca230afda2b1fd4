"""Return to a supplier: ObjectEvent OBSERVE shipping / returned, under a despatch advice of its own.

Goods that are rejected, held, expired or not yet inspected leave this way only. What was rejected goes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from suyuan.capture.bodies import object_event, transit_uri
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.inspection.checking import report_of
from suyuan.inspection.kinds import Disposition
from suyuan.inspection.models import NonConformance
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head, unaccepted, zone_of
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import both, document_uri, documents, partner, us
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers, short_problems
from suyuan.stock.queries import about, content, stock_of
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToSupplier:
    """Goods that go back to whom they came from. `rma`: his permission; `receipt` narrows it to one delivery.

    `nonconformance`: the report by which they go back; where somebody else has decided so in it, that is the second
    person, otherwise one has to sign. `desadv`: number of the paper, minted where none is given.
    """

    warehouse: str
    supplier: str
    lines: tuple[Line, ...]
    reason: str
    nonconformance: str = ""
    receipt: str = ""
    rma: str = ""
    carrier: str = ""
    place: str = ""
    desadv: str = ""
    at: datetime | None = None
    accept: frozenset[str] = frozenset()


@command(ReturnToSupplier, permission="ship", approvals=("inspect", "lot.release:approve"))
def return_to_supplier(ctx: Context, who: Who, c: ReturnToSupplier) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place, "place", problems, otherwise=Purpose.STAGING)
    supplier = partner(who, c.supplier, "supplier", "supplier", problems, whatever_status=True, even_closed=True)
    carrier = partner(who, c.carrier, "carrier", "carrier", problems) if c.carrier.strip() else ""
    number = c.desadv or ctx.number(f"V{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    papers = documents(who, {"desadv": number, "rma": c.rma}, problems)
    goods = resolve(who, c.lines, places, day=day_of(who, c.warehouse, at))
    stock = [row for row in stock_of((key16(uri) for uri in goods.subjects), c.warehouse) if _of(row.receipt, c)]
    problems += goods.problems + absent_containers(goods, c.warehouse)
    problems += short_problems(loose(goods), stock)
    problems += unaccepted(strange_problems(goods, supplier), c.accept)
    report = report_of(c.nonconformance, c.warehouse, problems, "nonconformance") if c.nonconformance else None
    if report is not None and report.disposition != Disposition.RETURN:
        problems.append(Problem("operations.not_to_return", "nonconformance", {"number": report.number}))
    if not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "shipping", "returned", read_point=place, documents=papers,
                sources=both(us(who, c.warehouse)), destinations=both(supplier) if supplier else (),
                extra={
                    "from": source, "carrier": carrier, "receipt": c.receipt, "reason": c.reason.strip(),
                    "nonconformance": report.number if report else "",
                },
            ),
            "OBSERVE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
    ]  # fmt: skip
    document = document_uri(who, "desadv", number)
    result: dict[str, Json] = {
        "desadv": number,
        "document": document,
        "transit": transit_uri(who.origin, c.warehouse, document),
        "supplier": supplier,
        "nonconformance": report.number if report else "",
    }
    return Plan(
        result=result, events=events, problems=problems, fields=goods.fields, about=[carrier] if carrier else [],
        four_eyes=not decided_by_another(ctx, report) or recalled(goods),
    )  # fmt: skip


def _of(receipt: bytes, c: ReturnToSupplier) -> bool:
    return not c.receipt or receipt.hex() == c.receipt


def loose(goods: Resolved) -> Resolved:
    """The goods that are no containers: of those it was asked whether they are here."""
    return Resolved([thing for thing in goods.things if not thing.container])


def decided_by_another(ctx: Context, report: NonConformance | None) -> bool:
    """Has another person than the one who sends them off said in the report that they go back?"""
    return report is not None and bool(report.decided_by) and report.decided_by != ctx.actor.human


def recalled(goods: Resolved) -> bool:
    """Is any of it recalled? Then a report is not enough."""
    keys = {key16(uri) for uri in goods.subjects}
    inside = content(key16(thing.uri) for thing in goods.things if thing.container)
    keys |= {row.subject for row in inside}
    known = about(keys)
    known |= about({key for one in known.values() for key in (one.lot, one.item) if key})
    return any("recalled" in one.blocks.values() for one in known.values())


_FROM_HIM = (
    "SELECT DISTINCT g.identifier FROM ledger_eventitem g JOIN ledger_record r ON r.id = g.record AND r.log = g.log "
    "AND r.biz_step = 'receiving' JOIN ledger_eventitem p ON p.record = g.record AND p.log = g.log "
    "AND p.role IN ('from.possessing_party', 'from.owning_party') AND p.identifier = %s "
    "WHERE g.role IN ('epc', 'child') AND g.identifier {keys}"
)


def strange_problems(goods: Resolved, supplier: str) -> list[Problem]:
    """Goods that never came from this supplier: accepted if somebody says so."""
    asked = {key16(uri): (uri, thing.field) for thing in goods.things for uri in thing.subjects if not thing.container}
    if not supplier or not asked:
        return []
    his = from_him(asked, supplier)
    return [
        Problem("operations.not_from_him", field, {"goods": uri, "supplier": supplier})
        for key, (uri, field) in asked.items()
        if key not in his
    ]


def from_him(subjects: Iterable[bytes], supplier: str) -> set[bytes]:
    """Those of these goods that a delivery of this supplier brought."""
    with connection.cursor() as cursor:
        return {bytes(key) for (key,) in select_in(cursor, _FROM_HIM, subjects, key16(supplier))}
