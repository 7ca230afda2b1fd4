"""Opening stock as a sheet: read and judged like the rows of a register, but what becomes of them are events."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from suyuan.accounts.rules import Actor
from suyuan.capture.door import who_is_who
from suyuan.catalog.fields import Field, Type, Value
from suyuan.catalog.register import Draft, Intake
from suyuan.catalog.rules import code_key
from suyuan.desk.importing_rules import Line
from suyuan.gs1.problems import N_, Problem
from suyuan.operations.counting.opening import STATUSES as STATES
from suyuan.operations.counting.opening import OpeningLine, OpeningStock, line_problems, needs_second
from suyuan.operations.lines import MOST_LINES, resolve
from suyuan.operations.places import places_of
from suyuan.stock.facts import PENDING

NAME, PERMISSION = "opening", "receive"
WHERE, WHAT = N_("Where"), N_("What")
FIELDS = (
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=WHERE),
    Field("place", N_("Place"), Type.REFERENCE, refers="places", needed=True, longest=40, group=WHERE),
    Field("item", N_("Item"), Type.REFERENCE, refers="items", needed=True, longest=80, group=WHAT),
    Field("lot", N_("Lot"), Type.CODE, longest=20, group=WHAT, hint=N_("Left empty, a number is given")),
    Field("serial", N_("Serial number"), Type.CODE, longest=20, group=WHAT, hint=N_("One row for each piece")),
    Field("quantity", N_("Quantity"), Type.DECIMAL, least=Decimal("0.000001"), group=WHAT),
    Field("unit", N_("Unit"), Type.CODE, longest=3, group=WHAT, hint=N_("Left empty, the item's base unit")),
    Field("produced", N_("Produced"), Type.DATE, group=WHAT),
    Field("expiry", N_("Expires"), Type.DATE, group=WHAT, hint=N_("The last day on which it is good")),
    Field("status", N_("State"), Type.CHOICE, choices=STATES, default=PENDING, group=WHAT),
    Field(
        "owner",
        N_("Owner"),
        Type.REFERENCE,
        refers="partners",
        longest=80,
        group=WHAT,
        hint=N_("Left empty, the goods are ours"),
    ),
)


def line_of(values: Mapping[str, Value]) -> OpeningLine:
    """A row as the command has it."""

    def said(name: str) -> str:
        return str(values.get(name) or "")

    quantity, expiry, produced = (values.get(name) for name in ("quantity", "expiry", "produced"))
    return OpeningLine(
        item=said("item"),
        lot=said("lot"),
        serials=(said("serial"),) if said("serial") else (),
        quantity=quantity if isinstance(quantity, Decimal) else None,
        unit=said("unit"),
        place=said("place"),
        expiry=expiry,  # type: ignore[arg-type]  # a field of the type DATE has dates or None
        produced=produced,  # type: ignore[arg-type]  # likewise
        status=said("status") or PENDING,
        owner=said("owner"),
    )


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    """What the command would say of these rows, at ``rows[n].field``."""
    who, problems = who_is_who(), list[Problem]()
    by_warehouse: dict[str, list[int]] = {}
    for n, draft in enumerate(drafts):
        by_warehouse.setdefault(str(draft.values.get("warehouse") or "").lower(), []).append(n)
    for warehouse, numbers in by_warehouse.items():
        if warehouse not in who.directory.warehouses:
            params = {"warehouse": warehouse}
            problems += [Problem("governance.warehouse_unknown", f"rows[{n}].warehouse", params) for n in numbers]
            continue
        for start in range(0, len(numbers), MOST_LINES):
            part = numbers[start : start + MOST_LINES]
            lines = [line_of(drafts[n].values) for n in part]
            goods = resolve(who, lines, places_of(who, warehouse))
            found = [p for p in goods.problems if p.code != "operations.lot_missing"]  # one is given then
            found += line_problems(who, goods, lines, warehouse)
            problems += [_at_row(problem, part) for problem in found]
    return problems


def _at_row(problem: Problem, numbers: Sequence[int]) -> Problem:
    number, _, name = problem.field.removeprefix("lines[").partition("]")
    name = "serial" if name == ".serials" else name.removeprefix(".")
    return Problem(problem.code, f"rows[{numbers[int(number)]}].{name}", problem.params)


def commands(lines: Sequence[Line], most: int) -> Iterator[tuple[OpeningStock, Sequence[Line]]]:
    """The lines of each warehouse, at most so many in a command, those of one lot beside each other."""
    by_warehouse: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda one: (code_key(str(one.values.get("item"))), str(one.values.get("lot")))):
        by_warehouse.setdefault(str(line.values["warehouse"]).lower(), []).append(line)
    for warehouse, own in by_warehouse.items():
        for part in whole_lots(own, most):
            yield OpeningStock(warehouse=warehouse, lines=tuple(line_of(line.values) for line in part)), part


def whole_lots(lines: Sequence[Line], most: int) -> Iterator[Sequence[Line]]:
    """At most so many lines, a lot in one part unless it alone is more: two requests about one lot would spoil each
    other, since the first that is signed changes what stands of it.
    """
    part: list[Line] = []
    for _, lot in groupby(lines, key=lambda one: (code_key(str(one.values.get("item"))), one.values.get("lot"))):
        own = list(lot)
        if part and len(part) + len(own) > most:
            yield part
            part = []
        part += own
        while len(part) > most:
            yield part[:most]
            part = part[most:]
    if part:
        yield part


def signed_by_second(actor: Actor, draft: Draft) -> bool:
    """Would this row release goods on the word of somebody who does not inspect?"""
    return needs_second(actor, str(draft.values.get("warehouse") or "").lower(), line_of(draft.values))


OPENING = Intake(
    name=NAME,
    one=N_("Opening stock"),
    many=N_("Opening stock"),
    fields=FIELDS,
    keys=("warehouse", "place", "item", "lot", "serial", "owner"),
    permission=PERMISSION,
    judge=judge,
)
