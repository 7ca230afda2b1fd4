"""Is what comes back what was announced under its permission?"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.operations.lines import Resolved
from suyuan.operations.returned import came_back
from suyuan.returns.kinds import NoticeState
from suyuan.returns.models import ReturnNotice


@dataclass(frozen=True, slots=True)
class Announced:
    """A line of a permission: the item (URI) and how much of it may come back, in its base unit."""

    number: str
    customer: str
    item: str
    quantity: Decimal
    is_open: bool


def announced_under(rma: str) -> list[Announced]:
    """The lines of a permission (URI). One statement."""
    rows = ReturnNotice.objects.filter(uri=rma).values_list(
        "number", "customer__uri", "item__uri", "quantity", "state"
    )  # fmt: skip
    return [Announced(n, c, i, unscaled(q), s == NoticeState.OPEN) for n, c, i, q, s in rows]


def announced_problems(who: Who, rma: str, customer: str, goods: Resolved) -> list[Problem]:
    """What is not as announced. Somebody else's permission is refused; the rest may be accepted, since it is here.

    One statement where nothing was announced under that number, two otherwise.
    """
    lines = announced_under(rma) if rma else []
    if not lines:
        return []
    known, number = who.directory, lines[0].number
    if customer and known.kept(lines[0].customer) != known.kept(customer):
        return [Problem("operations.rma_of_another", "rma", {"number": number})]
    if not any(line.is_open for line in lines):
        return [Problem("operations.rma_closed", "rma", {"number": number})]
    return over_problems(who, lines, goods, rma)


def over_problems(who: Who, lines: Sequence[Announced], goods: Resolved, rma: str) -> list[Problem]:
    """More of an item than was announced, with what came before."""
    most: dict[str, Decimal] = {}
    for line in lines:
        item = who.directory.kept(line.item)
        most[item] = most.get(item, Decimal(0)) + line.quantity
    before = {item: amount for (_paper, item), amount in came_back([rma]).items()}
    now: dict[str, Decimal] = {}
    problems = []
    for thing in goods.things:
        if thing.info is None:
            continue
        item = who.directory.kept(thing.info.uri)
        now[item] = now.get(item, Decimal(0)) + (thing.quantity or Decimal(0))
        here = before.get(item, Decimal(0))
        if here + now[item] > most.get(item, Decimal(0)):
            shown = {
                "number": lines[0].number, "item": thing.info.code, "unit": thing.info.base_unit,
                "most": decimal_text(most.get(item, Decimal(0))), "before": decimal_text(here),
                "now": decimal_text(now[item]),
            }  # fmt: skip
            problems.append(Problem("operations.more_than_announced", thing.field, shown))
    return problems
