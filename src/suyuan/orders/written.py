"""Write an order with its lines at once, as a form, another system or a message brings it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from suyuan.capture.who import Who
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Changed, Row, Standing, Values, drafts_of, put
from suyuan.catalog.rules import code_key
from suyuan.catalog.writes import bump
from suyuan.governance.context import Context
from suyuan.governance.master import MOST_ROWS, change_json, used
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.orders.kinds import OrderKind
from suyuan.orders.register_orders import BUY, ISSUE, SELL
from suyuan.orders.registers import REGISTERS
from suyuan.tlog.jcs import Json

HEADS = {OrderKind.PURCHASE: "purchase_orders", OrderKind.SALES: "sales_orders", OrderKind.ISSUE: "issues"}
LINES = {OrderKind.PURCHASE: "purchase_lines", OrderKind.SALES: "sales_lines", OrderKind.ISSUE: "issue_lines"}
HEAD, OF_LINES = "head", "lines"  # how problems name what is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOrder:
    """An order of `warehouse`. `head`: the fields of its register besides number and warehouse; `lines`: those of the
    lines' register, `line` left out for the next number. `only_new`: an order that is there already may be repeated as
    it is, but not changed.
    """

    warehouse: str
    number: str
    head: Row
    lines: tuple[Row, ...] = ()
    only_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePurchase(WriteOrder):
    """A purchase order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSale(WriteOrder):
    """A sales order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteIssue(WriteOrder):
    """An issue order."""


WRITES: dict[OrderKind, type[WriteOrder]] = {
    OrderKind.PURCHASE: WritePurchase,
    OrderKind.SALES: WriteSale,
    OrderKind.ISSUE: WriteIssue,
}
MAY = {OrderKind.PURCHASE: BUY, OrderKind.SALES: SELL, OrderKind.ISSUE: ISSUE}


def _declare(of: OrderKind) -> None:
    @command(WRITES[of], permission=MAY[of], scope="warehouse")
    def write(ctx: Context, who: Who, c: WriteOrder) -> Plan:
        return written(ctx, of, c)


for _kind in WRITES:
    _declare(_kind)


def written(ctx: Context, kind: OrderKind, c: WriteOrder) -> Plan:
    """Head and lines, wholly or not at all; Refused with everything that is wrong with either."""
    if len(c.lines) > MOST_ROWS:
        params = {"count": str(len(c.lines)), "most": str(MOST_ROWS)}
        return Plan(problems=[Problem("governance.rows_many", OF_LINES, params)])
    heads, lines = REGISTERS[HEADS[kind]], REGISTERS[LINES[kind]]
    head: Values = {**c.head.values, "number": c.number, "warehouse": c.warehouse}
    there = heads.standing([code_key(c.number)]).get(code_key(c.number))
    problems = _elsewhere(there, c)
    version, today = bump(), ctx.now.astimezone(UTC).date()
    changed: list[Changed] = []
    try:
        changed += put(heads, [Row(head, c.head.version)], version=version, used=used, today=today)
    except Refused as refused:
        problems += [_named(one, HEAD) for one in refused.problems]
    rows = numbered(c, lines.read(lines.rows().filter(order__key=code_key(c.number))) if there else [])
    judged, found = drafts_of(lines, rows)
    found += lines.problems(judged)
    missing = [one for one in found if one.code != "orders.order_unknown" or not problems]
    problems += [_named(one, OF_LINES) for one in missing]
    if problems:
        return Plan(problems=problems)
    of_lines = put(lines, rows, version=version, used=used, today=today) if rows else []
    if c.only_new and there is not None and (changed or of_lines):
        names = ", ".join(_differences(changed, of_lines))
        return Plan(problems=[Problem("orders.order_differs", "number", {"number": c.number, "fields": names})])
    uri = there.uri if there else changed[0].uri
    result: dict[str, Json] = {
        "uri": uri, "number": c.number, "made": there is None, "changed": len(changed) + len(of_lines),
        "lines": [str(row.values["line"]) for row in rows],
    }  # fmt: skip
    told = [change_json(heads, one) for one in changed] + [change_json(lines, one) for one in of_lines]
    return Plan(result=result, about=[uri], changes=told)


def _elsewhere(there: Standing | None, c: WriteOrder) -> list[Problem]:
    """An order of another warehouse is for whoever may write there."""
    if there is None or there.values["warehouse"] == c.warehouse:
        return []
    shown = {"number": c.number, "warehouse": str(there.values["warehouse"])}
    return [Problem("orders.order_elsewhere", "number", shown)]


def numbered(c: WriteOrder, there: Sequence[Standing]) -> list[Row]:
    """The lines with their order and number. One without a number is the order's only line with its item, if there is
    just one; else the next."""
    by_item: dict[str, list[Value]] = {}
    for one in there:
        by_item.setdefault(code_key(str(one.values["item"])), []).append(one.values["line"])
    given = [row.values.get("line") for row in c.lines]
    taken = {number for number in (*given, *(one.values["line"] for one in there)) if isinstance(number, int)}
    found = []
    for row, number in zip(c.lines, given, strict=True):
        same = by_item.get(code_key(str(row.values.get("item") or "")), [])
        if number in (None, ""):
            free = [one for one in same if one not in given]
            number = free.pop(0) if len(free) == 1 and len(same) == 1 else max(taken, default=0) + 1
            same[:] = [one for one in same if one != number]
            taken.add(number if isinstance(number, int) else 0)
        found.append(Row({**row.values, "order": c.number, "line": number}, row.version))
    return found


def _named(problem: Problem, part: str) -> Problem:
    """As the register says it, of one head or of the n-th line."""
    at, _, name = problem.field.partition("].")
    if part == HEAD:
        return Problem(problem.code, name or HEAD, problem.params)
    return Problem(problem.code, f"{at.replace('rows', OF_LINES, 1)}]{'.' + name if name else ''}", problem.params)


def _differences(heads: Sequence[Changed], lines: Sequence[Changed]) -> list[str]:
    found = [name for one in heads for name in one.fields]
    return [*found, *(f"{one.key.rpartition('|')[2]}: {name}" for one in lines for name in one.fields)]
