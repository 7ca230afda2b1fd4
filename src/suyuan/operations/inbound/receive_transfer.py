"""Receive from another warehouse of ours: OBSERVE receiving, out of its goods under way; owner and status stay."""

from collections.abc import Sequence
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
from suyuan.operations.events import day_of, happened, head, unaccepted
from suyuan.operations.inbound.accuracy import score
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.lots import lot_rows
from suyuan.operations.parties import documents, site
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import amount_of
from suyuan.stock.book import TRANSIT
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Stock, stock_of
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTransfer:
    """What arrived from the warehouse `sender`. What did not stays under way until somebody resolves it."""

    warehouse: str
    sender: str
    lines: tuple[Line, ...]
    place: str = ""
    desadv: str = ""
    at: datetime | None = None
    accept: frozenset[str] = frozenset()


@command(ReceiveTransfer, permission="receive")
def receive_transfer(ctx: Context, who: Who, c: ReceiveTransfer) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, otherwise=Purpose.RECEIVING, into=True)
    papers = documents(who, {"desadv": c.desadv}, problems)
    goods = resolve(who, c.lines, day=day_of(who, c.warehouse, at))
    problems += goods.problems
    if c.sender not in who.directory.warehouses or c.sender == c.warehouse:
        return Plan(problems=[*problems, Problem("operations.transfer_target", "sender", {"warehouse": c.sender})])
    sent = stock_of((key16(uri) for uri in goods.subjects), c.sender)
    warnings = under_way_problems(goods, sent)
    problems += unaccepted(warnings, c.accept)
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "receiving", "in_progress",
            read_point=place, location=place, documents=papers,
            sources=[("location", site(who, c.sender))], destinations=[("location", site(who, c.warehouse))],
        ),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.classes,
    )  # fmt: skip
    receipt = event_key(str(event["eventID"])).hex()
    result: dict[str, Json] = {
        "receipt": receipt,
        "place": place,
        "lots": lot_rows(goods),
        "accuracy": score(c.lines, [warning.field for warning in warnings], judged=True),
    }
    return Plan(result=result, events=[event], problems=problems, fields=goods.fields)


def under_way_problems(goods: Resolved, sent: Sequence[Stock]) -> list[Problem]:
    """More than was sent: it can be accepted, and then stands as unexplained until somebody says where it came from."""
    # What is under way to a customer is his already.
    ours = [row for row in sent if row.kind == TRANSIT and row.owner == OWN]
    problems = []
    for thing in goods.things:
        for uri in thing.subjects:
            there = sum(row.quantity for row in ours if row.subject == key16(uri))
            if there <= 0 or amount_of(thing) > there:
                shown = {"goods": uri, "there": decimal_text(unscaled(there))}
                problems.append(Problem("operations.more_than_under_way", thing.field, shown))
    return problems
