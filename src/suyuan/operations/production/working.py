"""The work order that a making is for: found, still open, of this warehouse; and what is said yes to."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.events import unaccepted
from suyuan.operations.lines import Resolved
from suyuan.operations.shortage import amount_of
from suyuan.orders.models import Order
from suyuan.orders.reservations import Kept, kept_of
from suyuan.production.queries import find_work, work_of
from suyuan.production.rules import Work, state_problems, summed
from suyuan.stock.book import PACKED, PLACE
from suyuan.stock.queries import content, stock_of

REASONED = "production.yield_outside"  # what a reason answers


def work_for(
    who: Who, warehouse: str, prodorder: str, problems: list[Problem], *, field: str = "prodorder", built: bool = False
) -> Work | None:
    """The work order of a number or URI with what was done for it, locked; None where it is no order of ours, but a
    paper of another system. Three statements, four with what was `built` into assemblies.
    """
    order = find_work(prodorder, lock=True)
    if order is None:
        return None
    problems += state_problems(order.state, order.number, field)
    if order.warehouse_id != warehouse:
        shown = {"number": order.number, "warehouse": order.warehouse_id}
        problems.append(Problem("production.work_elsewhere", field, shown))
    return work_of(order, who.directory, built=built)


def needed_work(
    who: Who, warehouse: str, number: str, problems: list[Problem], *, field: str = "number"
) -> Work | None:
    """The same where there must be one, with everything done for it."""
    work = work_for(who, warehouse, number, problems, field=field, built=True)
    if work is None:
        problems.append(Problem("production.work_unknown", field, {"number": number[:80]}))
    return work


def unanswered(problems: Sequence[Problem], accept: frozenset[str], reason: str) -> list[Problem]:
    """What nobody has said yes to, or given a reason for."""
    left = unaccepted(problems, accept)
    return [problem for problem in left if not (problem.code == REASONED and reason.strip())]


def amounts_of(who: Who, goods: Resolved) -> dict[str, Decimal]:
    """Item → how much of it the lines name, those in containers that go in whole included. A statement a level of
    containers.
    """
    known = who.directory
    pairs = [
        (known.kept(thing.info.uri), thing.quantity)
        for thing in goods.things
        if thing.info is not None and thing.quantity is not None
    ]
    boxes = [key16(thing.uri) for thing in goods.things if thing.container and "/8004/" not in thing.uri]
    if boxes:
        items = {key16(uri): uri for uri in known.items}
        inside = [row for row in content(boxes) if not row.container]
        pairs += [
            (known.kept(items[key]), unscaled(row.quantity))
            for row in inside
            if (key := row.item or row.subject) in items
        ]
    return summed(pairs)


def codes_of(who: Who, items: Iterable[str]) -> dict[str, str]:
    """Item → its code, for sentences."""
    known = who.directory.items
    return {item: known[item].code for item in items if item in known}


def kept_at_door(goods: Resolved, warehouse: str, work: Work | None) -> tuple[list[Kept], list[Problem]]:
    """What is kept for the issue orders of this work, and what would be lacking of what is kept for others. One
    statement; two more where something is kept.
    """
    went: dict[bytes, int] = {}
    fields: dict[bytes, str] = {}
    for thing in goods.things:
        for uri in thing.subjects:
            went[key16(uri)] = went.get(key16(uri), 0) + amount_of(thing)
            fields.setdefault(key16(uri), thing.field)
    kept = kept_of(warehouse, went)
    if not kept:
        return [], []
    own = Order.objects.filter(kind="issue", reference=work.number).values_list("pk", flat=True) if work else ()
    mine = {*own}
    others: dict[bytes, list[Kept]] = {}
    for one in kept:
        if one.order_id not in mine:
            others.setdefault(one.subject, []).append(one)
    here: dict[bytes, int] = {}
    for row in stock_of(others, warehouse) if others else ():
        if row.kind in (PLACE, PACKED):
            here[row.subject] = here.get(row.subject, 0) + row.quantity
    problems = [
        Problem(
            "operations.kept_for_others", fields[key],
            {"goods": rows[0].uri, "orders": ", ".join(dict.fromkeys(row.order for row in rows))},
        )
        for key, rows in others.items()
        if here.get(key, 0) - went[key] < sum(row.quantity for row in rows)
    ]  # fmt: skip
    return [one for one in kept if one.order_id in mine], problems


def went_of(goods: Resolved) -> Mapping[bytes, int]:
    """Lot or serial → how much of it goes, in millionths."""
    went: dict[bytes, int] = {}
    for thing in goods.things:
        for uri in thing.subjects:
            went[key16(uri)] = went.get(key16(uri), 0) + amount_of(thing)
    return went
