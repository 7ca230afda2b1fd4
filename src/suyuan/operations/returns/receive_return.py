"""Receive a return: OBSERVE receiving / returned, source the customer; it is to be inspected anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import event_key, key16
from suyuan.operations.attachments import Attachment, attached
from suyuan.operations.events import day_of, happened, head, unaccepted, zone_of
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.lots import lot_rows
from suyuan.operations.parties import both, documents, partner, us
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import amount_of
from suyuan.stock.book import DELIVERY, PACKED
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Stock, roots, stock_of
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReturn:
    """Goods that a customer sends back, whichever warehouse they left from. `rma`: our permission to return them;
    `desadv`: the note they were delivered with, where it is known.
    """

    warehouse: str
    customer: str
    lines: tuple[Line, ...]
    place: str = ""
    rma: str = ""
    reason: str = ""
    at: datetime | None = None
    accept: frozenset[str] = frozenset()
    desadv: str = ""
    attachments: tuple[Attachment, ...] = ()


@command(ReceiveReturn, permission="receive")
def receive_return(ctx: Context, who: Who, c: ReceiveReturn) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, otherwise=Purpose.RETURNS, into=True)
    customer = partner(who, c.customer, "customer", "customer", problems, even_closed=True)
    number = ctx.number(f"B{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    papers = documents(who, {"rma": c.rma, "desadv": c.desadv, "recadv": number}, problems)
    goods = resolve(who, c.lines, day=day_of(who, c.warehouse, at))
    problems += goods.problems
    problems += [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    had = stock_of(key16(uri) for uri in goods.subjects)
    outer = roots(row.holder for row in had if row.kind == PACKED)
    problems += unaccepted(never_sent(goods, had, outer, key16(customer)), c.accept)
    extra = {"reason": c.reason.strip(), "attachments": attached(who, c.attachments, goods, problems)}
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "receiving", "returned",
            read_point=place, location=place, documents=papers, sources=both(customer) if customer else (),
            destinations=both(us(who, c.warehouse)), extra=extra,
        ),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.classes,
    )  # fmt: skip
    receipt = event_key(str(event["eventID"])).hex()
    result: dict[str, Json] = {"receipt": receipt, "number": number, "place": place, "lots": lot_rows(goods)}
    return Plan(result=result, events=[event], problems=problems, fields=goods.fields)


def never_sent(goods: Resolved, had: Sequence[Stock], outer: Mapping[bytes, Stock], customer: bytes) -> list[Problem]:
    """More than the customer had of it, or refused of it: accepted if somebody says so, since the goods are there.

    `outer`: where the outermost container around each container stands; what is in his pallets is his as well.
    """
    problems = []
    for thing in goods.things:
        for uri in thing.subjects:
            rows = [row for row in had if row.subject == key16(uri)]
            there = sum(row.quantity for row in rows if _is_his(outer.get(row.holder, row), customer))
            if there <= 0 or amount_of(thing) > there:
                shown = {"goods": uri, "there": decimal_text(unscaled(there))}
                problems.append(Problem("operations.never_sent", thing.field, shown))
    return problems


def _is_his(row: Stock, customer: bytes) -> bool:
    """With him, under way to him, or refused by somebody and under way back."""
    return not row.ours and (customer in (row.holder, row.owner) or (row.kind == DELIVERY and row.owner == OWN))
