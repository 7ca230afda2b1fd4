"""The issue orders of a work order: how its components come to the line, and how much of them did."""

from collections.abc import Sequence
from decimal import Decimal

from suyuan.gs1.problems import Problem
from suyuan.operations.lines import Resolved
from suyuan.orders.amounts import issued
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.queries import OpenOrder, with_lines
from suyuan.production.rules import Work


def issues_of(work: Work, *, lock: bool = False) -> list[OpenOrder]:
    """The issue orders that were made for a work order, the oldest first, with what was issued. Three statements.

    `lock`: whoever else takes them so waits, as for `orders.queries.find_order`.
    """
    rows = Order.objects.filter(kind=OrderKind.ISSUE, reference=work.number, warehouse=work.warehouse)
    rows = rows.exclude(state=OrderState.CANCELLED).select_related("partner", "warehouse").order_by("pk")
    return with_lines(list(rows.select_for_update(of=("self",)) if lock else rows))


def planned_of(issues: Sequence[OpenOrder]) -> dict[str, Decimal]:
    """Item → how much of it was ordered from the warehouse; of a closed order what came."""
    found: dict[str, Decimal] = {}
    for issue in issues:
        closed = issue.order.state == OrderState.CLOSED
        for line in issue.lines:
            found[line.item] = found.get(line.item, Decimal(0)) + (line.done if closed else line.quantity)
    return found


def issued_of(work: Work) -> dict[str, Decimal]:
    """Item → how much of it came to the line in the name of the order, less what went back. One statement."""
    return {item: amount for (_, item), amount in issued([work.uri], "prodorder").items()}


def paper_for(issues: Sequence[OpenOrder], item: str, *, back: bool = False) -> str:
    """The issue order that an item comes by, or by which it came; empty where there is none."""
    for issue in issues:
        for line in issue.lines:
            if line.item == item and (line.done if back else issue.order.state == OrderState.OPEN and line.open):
                return issue.order.uri
    return ""


def by_paper(goods: Resolved, issues: Sequence[OpenOrder], *, back: bool = False) -> dict[tuple[str, str], Resolved]:
    """(source, issue order) → the things: an event names one of each."""
    found: dict[tuple[str, str], Resolved] = {}
    for thing in goods.things:
        paper = paper_for(issues, thing.info.uri, back=back) if thing.info is not None else ""
        found.setdefault((thing.source, paper), Resolved()).things.append(thing)
    return found


def line_problems(work: Work) -> list[Problem]:
    """A work order without a line: nobody knows where its material goes."""
    return [] if work.line else [Problem("production.line_missing", "to", {"number": work.number})]
