"""A counted sheet as a file: read and judged like rows of a register; what becomes of them are lines of the sheet."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from suyuan.capture.door import who_is_who
from suyuan.catalog.fields import Field, Type, Value
from suyuan.catalog.register import Draft, Intake
from suyuan.desk.importing_rules import Line
from suyuan.gs1.problems import N_, Problem
from suyuan.ledger.keys import moment
from suyuan.operations.counting.keep_count import CountEntry, KeepCount, judged
from suyuan.operations.counting.sheets import bins_by_uri
from suyuan.operations.events import day_of
from suyuan.stocktake.models import CountSheet
from suyuan.stocktake.queries import WORKING

NAME, PERMISSION = "counted", "count"
WHERE, WHAT = N_("Where"), N_("What")
FIELDS = (
    Field("sheet", N_("Count sheet"), Type.CODE, needed=True, longest=30, group=WHERE),
    Field("place", N_("Place"), Type.REFERENCE, refers="places", needed=True, longest=40, group=WHERE),
    Field("item", N_("Item"), Type.TEXT, longest=500, group=WHAT, hint=N_("Code, GTIN or the link of a lot")),
    Field("lot", N_("Lot"), Type.CODE, longest=20, group=WHAT),
    Field("serial", N_("Serial number"), Type.CODE, longest=20, group=WHAT, hint=N_("One row for each piece")),
    Field("container", N_("Container"), Type.CODE, longest=40, group=WHAT, hint=N_("A whole pallet or box, by SSCC")),
    Field("quantity", N_("Quantity"), Type.DECIMAL, least=Decimal(0), group=WHAT,
          hint=N_("0: looked for and not there")),
    Field("unit", N_("Unit"), Type.CODE, longest=3, group=WHAT, hint=N_("Left empty, the item's base unit")),
    Field("weight", N_("Weight"), Type.DECIMAL, least=Decimal(0), unit="kg", group=WHAT,
          hint=N_("Of goods that are weighed each time")),
    Field("owner", N_("Owner"), Type.TEXT, longest=500, group=WHAT,
          hint=N_("Code of a partner, or own; empty: whose they are by the book")),
)  # fmt: skip


def entry_of(values: Mapping[str, Value]) -> CountEntry:
    """A row as the command has it."""
    said = {name: str(values.get(name) or "") for name in ("place", "item", "lot", "serial", "container", "unit")}
    quantity, weight = values.get("quantity"), values.get("weight")
    link = "://" in said["item"]
    return CountEntry(
        item="" if link or said["container"] else said["item"],
        uri=said["item"] if link else "",
        lot=said["lot"],
        serials=(said["serial"],) if said["serial"] else (),
        container=said["container"],
        quantity=quantity if isinstance(quantity, Decimal) else None,
        unit=said["unit"],
        weight=weight if isinstance(weight, Decimal) else None,
        owner=str(values.get("owner") or ""),
        place=said["place"],
    )


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    """What the command would say of these rows, whoever brings them, at ``rows[n].field``."""
    who, problems = who_is_who(), list[Problem]()
    by_sheet: dict[str, list[int]] = {}
    for n, draft in enumerate(drafts):
        if says_something(draft.values):
            by_sheet.setdefault(number_of(draft.values), []).append(n)
    sheets = _sheets(by_sheet)
    for number, rows in by_sheet.items():
        sheet = sheets.get(number)
        if sheet is None:
            problems += [Problem("stocktake.sheet_unknown", f"rows[{n}].sheet") for n in rows]
            continue
        if sheet.state not in WORKING:
            problems += [
                Problem("stocktake.sheet_closed", f"rows[{n}].sheet", {"sheet": sheet.number}) for n in rows[:1]
            ]
        lines = [entry_of(drafts[n].values) for n in rows]
        found: list[Problem] = []
        day = day_of(who, sheet.warehouse_id, moment(sheet.created))
        judged(who, sheet.warehouse_id, lines, bins_by_uri(sheet), found, day)
        problems += [_at_row(problem, rows) for problem in found]
    return problems


def says_something(values: Mapping[str, Value]) -> bool:
    """A bin of the template in which nothing was filled in is left out."""
    return any(
        values.get(name) not in (None, "") for name in ("item", "lot", "serial", "container", "quantity", "weight")
    )


def number_of(values: Mapping[str, Value]) -> str:
    return str(values.get("sheet") or "").strip().upper()


def _sheets(numbers: Mapping[str, object]) -> dict[str, CountSheet]:
    return {one.number.upper(): one for one in CountSheet.objects.filter(number__in=list(numbers))}


def _at_row(problem: Problem, numbers: Sequence[int]) -> Problem:
    number, _, name = problem.field.removeprefix("lines[").partition("]")
    name = {".serials": "serial", ".uri": "item"}.get(name, name.removeprefix("."))
    return Problem(problem.code, f"rows[{numbers[int(number)]}].{name}", problem.params)


def commands(lines: Sequence[Line], most: int) -> Iterator[tuple[object, Sequence[Line]]]:
    """The lines of each sheet, at most so many in a command."""
    by_sheet: dict[str, list[Line]] = {}
    for line in lines:
        if says_something(line.values):
            by_sheet.setdefault(number_of(line.values), []).append(line)
    sheets = _sheets(by_sheet)
    for number, own in by_sheet.items():
        sheet = sheets[number]
        for start in range(0, len(own), most):
            part = own[start : start + most]
            entries = tuple(entry_of(line.values) for line in part)
            yield KeepCount(warehouse=sheet.warehouse_id, sheet=UUID(str(sheet.pk)), lines=entries), part


COUNTED = Intake(
    name=NAME,
    one=N_("Counted goods"),
    many=N_("Counted goods"),
    fields=FIELDS,
    keys=("sheet", "place", "item", "lot", "serial", "container", "owner"),
    permission=PERMISSION,
    judge=judge,
)
