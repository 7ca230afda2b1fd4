"""A register as a spreadsheet: the rows of a list as shown, or an empty one to fill in. It reads back as it was."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.catalog.fields import Field, Type, Value, is_empty, print_value
from suyuan.catalog.register import Register, Standing
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.importing import EXCEL
from suyuan.desk.importing_work import BRINGS, SHEETS
from suyuan.desk.office import Office, missing, office_page, word_of
from suyuan.desk.office_lists import keys_of, narrowed, read_asked
from suyuan.desk.registers import REGISTERS
from suyuan.gs1.problems import Problem
from suyuan.ui.access import Access, Reader
from suyuan.ui.units import unit_name
from suyuan.ui.workbook_files import Cell, Head, Page, csv_lines, make_workbook

MOST_IN_EXCEL = 20_000  # rows; writing them takes three seconds
TOGETHER = 1000  # rows read in one go
NUMBERS = (Type.WHOLE, Type.DECIMAL)


@office_page()
def export(request: HttpRequest, office: Office) -> HttpResponse:
    """The rows of the list with all their fields; `?` as the list has it, and `as=csv`."""
    register = office.register
    asked = read_asked(register, request.GET)
    fields = register.all_fields()
    keys = keys_of(register, narrowed(register, asked))
    rows = cells(register, fields, keys)
    if request.GET.get("as") == "csv":
        lines = csv_lines(heads(fields), rows)
        return attached(HttpResponse(lines, content_type="text/csv; charset=utf-8"), f"{register.name}.csv")
    if len(keys) > MOST_IN_EXCEL:
        params = {"count": f"{len(keys):,}", "most": f"{MOST_IN_EXCEL:,}"}
        problem = Problem("desk.export_large", "", params)
        return page(request, office.desk, "desk/refused.html", {"problem": problem}, status=422)
    content = make_workbook(Page(office.many, heads(fields), rows))
    return attached(HttpResponse(content, content_type=EXCEL), f"{register.name}.xlsx")


@desk_page(access=Access(Reader.ROLE, by_name=BRINGS))
def template(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """An empty sheet: a column for each field, what belongs in it, and the choices."""
    register = SHEETS.get(name)
    if register is None:
        return missing(request, desk, Problem("desk.register_unknown", "", {"name": name[:40]}))
    if not BRINGS[name].lets(desk.actor, desk.warehouse):
        return forbidden(request, desk, register.permission)
    fields = register.all_fields()
    said = (_("Column"), _("What belongs in it"), _("Choices"))
    content = make_workbook(Page(_(register.many), heads(fields)), _("What the columns mean"), said)
    return attached(HttpResponse(content, content_type=EXCEL), f"{register.name}-template.xlsx")


def attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def heads(fields: Sequence[Field]) -> list[Head]:
    return [
        Head(
            word_of(one),
            note_of(one),
            choices_of(one),
            strict=one.type is not Type.MANY,
            number=one.type in NUMBERS,
            day=one.type is Type.DATE,
            needed=one.needed,
        )
        for one in fields
    ]


def choices_of(one: Field) -> tuple[str, ...]:
    if one.type is Type.FLAG:
        return (_("yes"), _("no"))
    return tuple(_(word) for word in (one.choices or {}).values())


def note_of(one: Field) -> str:
    """What belongs in a column, for somebody who has never seen the system."""
    said = [_("Must be filled in.") if one.needed else "", _(one.hint) if one.hint else ""]
    if one.refers in REGISTERS:
        said.append(_("A code of the list “{register}”.").format(register=_(REGISTERS[one.refers].many)))
    if one.type is Type.DATE:
        said.append(_("A day: 2026-11-30."))
    if one.type is Type.MANY:
        said.append(_("Several, separated by commas."))
    if one.unit:
        said.append(_("In {unit}.").format(unit=_(unit_name(one.unit))))
    if not is_empty(one.default):
        said.append(_("Left empty for a new one: {value}.").format(value=print_cell(one, one.default)))
    if one.frozen:
        said.append(_("Fixed once it has been used."))
    return " ".join(part for part in said if part)


def print_cell(one: Field, value: Value) -> Cell:
    """A value as a cell that reads back as the value: choices by their words."""
    if is_empty(value):
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return ", ".join(_((one.choices or {}).get(part, part)) for part in value)
    if one.choices:
        return _(one.choices.get(str(value), str(value)))
    return value if isinstance(value, int | Decimal) or one.type is Type.DATE else print_value(value)


def cells(register: Register, fields: Sequence[Field], keys: Sequence[str]) -> Iterator[list[Cell]]:
    """The rows of these keys, in their order, read a thousand at a time."""
    for start in range(0, len(keys), TOGETHER):
        part = keys[start : start + TOGETHER]
        there = register.standing(part)
        yield from _rows(fields, (there[key] for key in part if key in there))


def _rows(fields: Sequence[Field], standing: Iterable[Standing]) -> Iterator[list[Cell]]:
    for row in standing:
        yield [print_cell(one, row.values.get(one.name)) for one in fields]
