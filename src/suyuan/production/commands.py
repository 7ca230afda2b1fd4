"""The commands on bills, work orders and tanks: their rows, and the ends of a work order, each with its reason."""

from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.master import Put, declare
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.production.amounts import done_by_work
from suyuan.production.kinds import WorkState
from suyuan.production.models import WorkOrder
from suyuan.production.planning import PRODUCE
from suyuan.production.queries import find_work, work_of
from suyuan.production.registers import REGISTERS
from suyuan.production.rules import HUNDRED, limit, within
from suyuan.production.writes import do_set_state


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBoms(Put):
    """Bills of material."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBomLines(Put):
    """Lines of bills of material."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutWorkOrders(Put):
    """Work orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutTanks(Put):
    """Tanks and silos."""


PUTS: dict[str, type[Put]] = {
    "boms": PutBoms,
    "bom_lines": PutBomLines,
    "work_orders": PutWorkOrders,
    "tanks": PutTanks,
}
for _name, _kind in PUTS.items():
    declare(_kind, REGISTERS[_name])


@dataclass(frozen=True, slots=True, kw_only=True)
class OfWork:
    """A work order of a warehouse, by its number or URI, and why."""

    warehouse: str
    number: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseWork(OfWork):
    """Nothing more is made for it. Less than all of it, or a yield outside the limits of the bill, wants a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenWork(OfWork):
    """More is to be made after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWork(OfWork):
    """Nothing of it is to be made."""


ENDS: dict[type[OfWork], WorkState] = {
    CloseWork: WorkState.CLOSED,
    ReopenWork: WorkState.OPEN,
    CancelWork: WorkState.CANCELLED,
}
_FROM = {
    WorkState.CLOSED: (WorkState.OPEN,),
    WorkState.OPEN: (WorkState.CLOSED, WorkState.CANCELLED),
    WorkState.CANCELLED: (WorkState.DRAFT, WorkState.OPEN),
}


def end_problems(order: WorkOrder, state: WorkState, reason: str) -> list[Problem]:
    """What stands against an order's becoming so."""
    shown = {"number": order.number}
    if order.state not in _FROM[state]:
        return [Problem(f"production.work_{order.state}", "number", shown)]
    if state is WorkState.CANCELLED and done_by_work([order.uri]):
        return [Problem("production.cancel_begun", "number", shown)]
    if reason:
        return []
    return close_problems(order) if state is WorkState.CLOSED else [Problem("production.reason_missing", "reason")]


def close_problems(order: WorkOrder) -> list[Problem]:
    """Why closing wants a reason: less came out than was planned, or than the components would give."""
    work = work_of(order)
    if work.good < work.quantity:
        return [Problem("production.close_short", "reason", {"number": order.number, "percent": str(work.percent)})]
    problems = []
    for part in work.recipe.components:
        told = work.used.get(part.item)
        share = work.recipe.need(part, work.good) * HUNDRED / told if told else HUNDRED
        if not within(work.recipe, share):
            shown = {
                "number": order.number, "item": part.code, "yield": str(share.quantize(HUNDRED / 1000)),
                "least": limit(work.recipe.least), "most": limit(work.recipe.most),
            }  # fmt: skip
            problems.append(Problem("production.yield_outside", "reason", shown))
    return problems


def _declare(kind: type[OfWork], state: WorkState) -> None:
    @command(kind, permission=PRODUCE)
    def end(ctx: Context, who: Who, c: OfWork) -> Plan:
        order = find_work(c.number, lock=True)
        if order is None:
            return Plan(problems=[Problem("production.work_unknown", "number", {"number": c.number[:80]})])
        if order.warehouse_id != c.warehouse:
            shown = {"number": order.number, "warehouse": order.warehouse_id}
            return Plan(problems=[Problem("production.work_elsewhere", "number", shown)])
        if problems := end_problems(order, state, c.reason.strip()):
            return Plan(problems=problems)
        change = do_set_state(order, state)
        return Plan(result={"uri": order.uri, "state": state.value}, about=[order.uri], changes=[change])


for _end, _state in ENDS.items():
    _declare(_end, _state)
