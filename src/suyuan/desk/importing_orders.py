"""Open orders as a sheet: one row a line, which carries what is said of its order too, so that one file is enough."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from suyuan.catalog.fields import Field, Type, Value, is_empty, is_same
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Intake, Register, Row, Standing, Values, drafts_of
from suyuan.catalog.registers.shared import said
from suyuan.catalog.rules import code_key
from suyuan.desk.importing_rules import Line
from suyuan.governance.master import Put
from suyuan.gs1.problems import N_, Problem
from suyuan.orders.commands import PUTS
from suyuan.orders.kinds import OrderKind
from suyuan.orders.register_lines import PURCHASE_LINES, SALES_LINES
from suyuan.orders.register_orders import PURCHASE_ORDERS, SALES_ORDERS, orders_by_key

T = TypeVar("T")
PURCHASES, SALES = "open_purchases", "open_sales"
LINE_EXPECTED = "line_expected"  # of the line, beside `expected` of its order
HEAD_FIELDS = (
    "number",
    "partner",
    "warehouse",
    "ordered",
    "expected",
    "reference",
    "currency",
    "over",
    "under",
    "note",
    "priority",
    "delivery",
    "carrier",
    "strategy",
    "single_lot",
    "owner",
)
LINE_FIELDS = ("line", "item", "quantity", "unit", "lot", "min_days", "price")
UNKNOWN = "orders.order_unknown"


@dataclass(frozen=True, slots=True)
class Kind:
    """The two registers that a sheet fills, and the commands that put their rows."""

    kind: OrderKind
    heads: Register
    lines: Register
    put_heads: type[Put]
    put_lines: type[Put]


KINDS = {
    PURCHASES: Kind(
        OrderKind.PURCHASE, PURCHASE_ORDERS, PURCHASE_LINES, PUTS["purchase_orders"], PUTS["purchase_lines"]
    ),
    SALES: Kind(OrderKind.SALES, SALES_ORDERS, SALES_LINES, PUTS["sales_orders"], PUTS["sales_lines"]),
}


def fields_of(of: Kind) -> tuple[Field, ...]:
    """The columns: those of the order first. What the first row of an order says need not be said again."""
    named = [of.heads.by_name[name] for name in HEAD_FIELDS if name in of.heads.by_name]
    heads = [replace(one, needed=one.name == "number", default=None) for one in named]
    lines = [of.lines.by_name[name] for name in LINE_FIELDS if name in of.lines.by_name]
    lines = [replace(one, needed=one.needed and one.name != "line") for one in lines]
    return (*heads, *lines, Field(LINE_EXPECTED, N_("Line expected on"), Type.DATE, group=lines[0].group))


def tidy(of: Kind, values: Values) -> Values:
    """As the registers spell it."""
    heads = of.heads.tidy({name: value for name, value in values.items() if name in HEAD_FIELDS})
    lines = of.lines.tidy({name: value for name, value in values.items() if name not in HEAD_FIELDS})
    return {**heads, **lines}


def head_of(values: Values) -> dict[str, Value]:
    """What a row says of its order."""
    return {name: values[name] for name in HEAD_FIELDS if not is_empty(values.get(name))}


def line_of(values: Values, number: int) -> dict[str, Value]:
    """What a row says of its line, as the register has it."""
    said_of = {name: values[name] for name in LINE_FIELDS if not is_empty(values.get(name))}
    day = values.get(LINE_EXPECTED)
    own: dict[str, Value] = {"order": values.get("number"), "line": number}
    return {**said_of, **own, **({"expected": day} if day else {})}


# -- what stands ------------------------------------------------------------------------------------------------------


def standing(of: Kind, keys: Collection[str]) -> Mapping[str, Standing]:
    """A line of an order by its number, or by its item where the sheet has no numbers and the order one such line."""
    asked = {key: tuple(key.split("|")) for key in keys if key.count("|") == 2}
    orders = {order for order, _line, _item in asked.values()}
    heads = of.heads.standing(orders)
    by_number, by_item = _lines(of, orders)
    found: dict[str, Standing] = {}
    for key, (order, line, item) in asked.items():
        there = by_number.get((order, line)) if line else None
        if not line and len(same := by_item.get((order, item), [])) == 1:
            (there,) = same
        if there is not None and order in heads:
            found[key] = replace(there, values=_as_in_sheet(heads[order], there, with_line=bool(line)))
    return found


def _lines(
    of: Kind, orders: Collection[str]
) -> tuple[dict[tuple[str, str], Standing], dict[tuple[str, str], list[Standing]]]:
    """The lines there are, by (order, number) and by (order, item)."""
    by_number: dict[tuple[str, str], Standing] = {}
    by_item: dict[tuple[str, str], list[Standing]] = {}
    for part in chunks(orders):
        for one in of.lines.read(of.lines.rows().filter(order__key__in=part)):
            order, item = code_key(str(one.values["order"])), code_key(str(one.values["item"]))
            by_number[order, str(one.values["line"])] = one
            by_item.setdefault((order, item), []).append(one)
    return by_number, by_item


def _as_in_sheet(head: Standing, line: Standing, *, with_line: bool) -> Values:
    values = {name: head.values.get(name) for name in HEAD_FIELDS}
    values |= {name: line.values.get(name) for name in LINE_FIELDS if name in line.values}
    return {**values, LINE_EXPECTED: line.values.get("expected"), **({} if with_line else {"line": None})}


# -- judging ----------------------------------------------------------------------------------------------------------


def judge(of: Kind, drafts: Sequence[Draft]) -> list[Problem]:
    """What the two registers would say of these rows, each problem in its cell; and rows of one order that disagree."""
    rows_of: dict[str, list[int]] = {}
    for n, draft in enumerate(drafts):
        if said(draft, "number"):
            rows_of.setdefault(code_key(said(draft, "number")), []).append(n)
    problems = [problem for numbers in rows_of.values() for problem in _differing(drafts, numbers)]
    problems += _head_problems(of, drafts, rows_of)
    return problems + _line_problems(of, drafts, rows_of)


def _differing(drafts: Sequence[Draft], numbers: Sequence[int]) -> list[Problem]:
    """Cells that say something else of the order than a row before."""
    first: dict[str, int] = {}
    problems = []
    for n in numbers:
        for name, value in head_of(drafts[n].values).items():
            if name == "number":
                continue
            before = first.setdefault(name, n)
            if not _agree(drafts[before].values[name], value):
                shown = {"row": str(before + 1), "value": str(drafts[before].values[name])}
                problems.append(Problem("orders.head_differs", f"rows[{n}].{name}", shown))
    return problems


def _agree(one: Value, other: Value) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return code_key(one) == code_key(other)
    return is_same(one, other)


def together(rows: Sequence[Values]) -> dict[str, Value]:
    """What all rows of an order say of it: of each field the first."""
    found: dict[str, Value] = {}
    for values in rows:
        found = {**head_of(values), **found}
    return found


def _head_problems(of: Kind, drafts: Sequence[Draft], rows_of: Mapping[str, Sequence[int]]) -> list[Problem]:
    rows = [Row(together([drafts[n].values for n in numbers])) for numbers in rows_of.values()]
    heads, problems = drafts_of(of.heads, rows)
    problems += of.heads.problems(heads)
    return [_at(problem, [numbers[0] for numbers in rows_of.values()], {}) for problem in problems]


def _line_problems(of: Kind, drafts: Sequence[Draft], rows_of: Mapping[str, Sequence[int]]) -> list[Problem]:
    """Orders that come with the sheet need not be there yet."""
    listed = [n for numbers in rows_of.values() for n in numbers]
    numbers = numbered(of, [drafts[n].values for n in listed])
    rows = [Row(line_of(drafts[n].values, number)) for n, number in zip(listed, numbers, strict=True)]
    problems: list[Problem] = []
    there = orders_by_key(of.kind, rows_of.keys())
    for known in (True, False):  # apart, so that what is said of orders there are is not hidden by those to come
        part = [(n, row) for n, row in zip(listed, rows, strict=True) if (_order(row) in there) is known]
        lines, found = drafts_of(of.lines, [row for _, row in part])
        found += of.lines.problems(lines)
        names = {"expected": LINE_EXPECTED, "order": "number"}
        problems += [_at(problem, [n for n, _ in part], names) for problem in found if problem.code != UNKNOWN]
    own = {f"rows[{n}].{one.name}" for n in listed for one in of.lines.fields if one.needed}
    return [problem for problem in problems if problem.code != "catalog.field_needed" or problem.field not in own]


def _order(row: Row) -> str:
    return code_key(str(row.values["order"]))


def _at(problem: Problem, numbers: Sequence[int], names: Mapping[str, str]) -> Problem:
    """A problem of the n-th row given, at the row of the sheet that it was."""
    number, _, name = problem.field.removeprefix("rows[").partition("]")
    name = name.removeprefix(".")
    params = dict(problem.params)
    if params.get("row", "").isdigit():
        params["row"] = str(numbers[int(params["row"]) - 1] + 1)
    return Problem(problem.code, f"rows[{numbers[int(number)]}].{names.get(name, name)}", params)


# -- numbering and writing --------------------------------------------------------------------------------------------


def numbered(of: Kind, rows: Sequence[Values]) -> list[int]:
    """The number of each line: as the sheet has it; else that of the order's only line with this item; else the next
    one after all that are taken.
    """
    orders = {_key(row, "number") for row in rows}
    by_number, by_item = _lines(of, orders)
    taken: dict[str, set[int]] = {}
    for order, number in [*by_number, *((_key(row, "number"), str(row.get("line") or "")) for row in rows)]:
        taken.setdefault(order, set()).update({int(number)} if number.isdigit() else ())
    return [_number(row, by_item.get((_key(row, "number"), _key(row, "item")), []), taken) for row in rows]


def _number(row: Values, same: Sequence[Standing], taken: dict[str, set[int]]) -> int:
    given = row.get("line")
    if isinstance(given, int):
        return given
    there = same[0].values["line"] if len(same) == 1 else None
    if isinstance(there, int):
        return there
    own = taken.setdefault(_key(row, "number"), set())
    own.add(max(own, default=0) + 1)
    return max(own)


def _key(row: Values, name: str) -> str:
    return code_key(str(row.get(name) or ""))


def commands(name: str, lines: Sequence[Line], most: int) -> Iterator[tuple[object, Sequence[Line]]]:
    """The orders first, then their lines, at most so many in a command."""
    of = KINDS[name]
    by_order: dict[str, list[Line]] = {}
    for line in lines:
        by_order.setdefault(code_key(str(line.values["number"])), []).append(line)
    for part in _slices(list(by_order.values()), most):
        rows = tuple(Row(together([tidy(of, line.values) for line in own])) for own in part)
        yield of.put_heads(rows=rows), [own[0] for own in part]
    ordered = [line for own in by_order.values() for line in own]
    for some in _slices(list(zip(ordered, numbered(of, [line.values for line in ordered]), strict=True)), most):
        yield of.put_lines(rows=tuple(Row(line_of(line.values, n)) for line, n in some)), [line for line, _ in some]


def _slices(rows: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


def intake(name: str, one: str, many: str) -> Intake:
    of = KINDS[name]
    return Intake(
        name=name,
        one=one,
        many=many,
        fields=fields_of(of),
        keys=("number", "line", "item"),
        permission=of.heads.permission,
        judge=lambda drafts: judge(of, drafts),
        standing=lambda keys: standing(of, keys),
        tidy=lambda values: tidy(of, values),
    )


INTAKES: dict[str, Intake] = {
    PURCHASES: intake(PURCHASES, N_("Open purchase order"), N_("Open purchase orders")),
    SALES: intake(SALES, N_("Open sales order"), N_("Open sales orders")),
}
