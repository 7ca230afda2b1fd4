"""The work order that a making is for: found, still open, of this warehouse; and what is said yes to."""

from collections.abc import Iterable, Sequence

from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem
from suyuan.operations.events import unaccepted
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.production.queries import find_work, work_of
from suyuan.production.rules import Work, state_problems

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


def codes_of(who: Who, items: Iterable[str]) -> dict[str, str]:
    """Item → its code, for sentences."""
    known = who.directory.items
    return {item: known[item].code for item in items if item in known}


def issue_orders(work: Work | None) -> list[int]:
    """The ids of the issue orders of a work order, so that what is kept for them may be used for it."""
    if work is None:
        return []
    return list(Order.objects.filter(kind=OrderKind.ISSUE, reference=work.number).values_list("pk", flat=True))
