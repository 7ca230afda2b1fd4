"""The office: every register of master data as a list, a form, a bulk edit and a history. No kind is known by name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from suyuan.accounts.rules import Actor, in_language
from suyuan.catalog.fields import Field, Type, Value, is_empty, print_value
from suyuan.catalog.register import Register, Standing, Values, shown_to
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.office_lists import path_of
from suyuan.desk.registers import REGISTERS
from suyuan.gs1.problems import N_, Problem
from suyuan.ui.access import Access, Reader
from suyuan.ui.units import unit_name

P = ParamSpec("P")
NAMES = ("name_zh", "name_en")  # the fields that say what a row is called, wherever a register has them
SWITCH = "is_active"
UNITS = {"d": N_("days")}
UNIT_FIELDS = ("base_unit", "unit")  # common codes, which people read as words


@dataclass(frozen=True, slots=True)
class Office:
    """A register on somebody's desk: what he may do with it, and its addresses. `fields`: with the company's own."""

    register: Register
    desk: Desk
    fields: tuple[Field, ...] = ()

    @property
    def by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.fields or self.register.fields}

    @property
    def name(self) -> str:
        return self.register.name

    @property
    def one(self) -> str:
        return _(self.register.one)

    @property
    def many(self) -> str:
        return _(self.register.many)

    @property
    def icon(self) -> str:
        return ICONS.get(self.name, "file-text")

    @property
    def may_change(self) -> bool:
        return self.desk.actor.may(self.register.permission)

    @property
    def url(self) -> str:
        return reverse("desk:list", args=[self.name])

    @property
    def new_url(self) -> str:
        return reverse("desk:new", args=[self.name])

    @property
    def export_url(self) -> str:
        return f"{self.url}/export"

    @property
    def import_url(self) -> str:
        return f"{reverse('desk:import')}?{urlencode({'register': self.name})}"

    def row_url(self, key: str) -> str:
        return row_url(self.register, key)

    def history_url(self, key: str) -> str:
        return f"{reverse('desk:history', args=[self.name])}?{urlencode({'key': key})}"

    @property
    def parent(self) -> Register | None:
        """The register that a row of this one is a part of."""
        return REGISTERS.get(self.register.about) if self.register.about else None


# A drawing beside the word; a register without one gets a sheet of paper.
ICONS = {
    "sites": "map-pin",
    "warehouses": "building-warehouse",
    "storage_classes": "temperature",
    "places": "layout-grid",
    "categories": "sitemap",
    "items": "tag",
    "attributes": "columns",
    "packs": "package",
    "units": "transform",
    "partners": "users",
    "certificates": "certificate",
    "supplier_items": "link",
    "calendar": "calendar",
}


def row_url(register: Register, key: str) -> str:
    return f"{reverse('desk:row', args=[register.name])}?{urlencode({'key': key})}"


def may_read(actor: Actor, register: Register) -> bool:
    return bool(actor.scopes(f"{register.permission}:read"))


READS = {name: Access(Reader.ROLE, f"{one.permission}:read", anywhere=True) for name, one in REGISTERS.items()}
CHANGES = {name: Access(Reader.ROLE, one.permission, everywhere=True) for name, one in REGISTERS.items()}


def open_registers(actor: Actor) -> list[Register]:
    """The registers he may look at, in the order in which they can be filled."""
    return [one for one in REGISTERS.values() if may_read(actor, one)]


def office_page(
    *, change: bool = False
) -> Callable[
    [Callable[Concatenate[HttpRequest, Office, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """A view of the register that the address names; with `change` for those who may change it."""
    access = CHANGES if change else READS

    def decorate(
        view: Callable[Concatenate[HttpRequest, Office, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def opened(request: HttpRequest, desk: Desk, name: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            register = REGISTERS.get(name)
            if register is None:
                return missing(request, desk, Problem("desk.register_unknown", "", {"name": name[:40]}))
            if not access[name].lets(desk.actor, desk.warehouse):
                return forbidden(request, desk, access[name].named)
            register = shown_to(register, desk.actor.scopes)
            office = Office(register, desk, register.all_fields())
            return view(request, office, *args, **kwargs)

        return desk_page(access=Access(Reader.ROLE, by_name=access))(opened)  # type: ignore[arg-type]  # the name is taken out of the address here

    return decorate


def missing(request: HttpRequest, desk: Desk, problem: Problem) -> HttpResponse:
    return page(request, desk, "desk/refused.html", {"problem": problem}, status=404)


def row_missing(request: HttpRequest, office: Office, key: str) -> HttpResponse:
    problem = Problem("desk.row_unknown", "", {"key": key[:80], "register": office.many})
    return missing(request, office.desk, problem)


def title_of(register: Register, standing: Standing, language: str) -> str:
    """What a row is called: its name, else the last part of its key."""
    return name_of(standing.values, language) or code_of(register, standing.values)


def code_of(register: Register, values: Values) -> str:
    return print_value(values.get(register.keys[-1]))


def name_of(values: Values, language: str) -> str:
    zh, en = (print_value(values.get(name)) for name in NAMES)
    return in_language(language, zh, en, print_value(values.get("name")))


def is_off(standing: Standing) -> bool:
    return standing.values.get(SWITCH) is False


def word_of(field: Field, language: str = "") -> str:
    """What a field is called; one that the company made itself has names of its own."""
    return in_language(language or get_language() or "", *field.names) or _(field.word)


# -- values as people read them ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A value to draw. `kind` a `Type`; `text` as people read it; `name` and `url` of what a reference points at."""

    kind: str
    text: str
    name: str = ""
    url: str = ""
    unit: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in (Type.WHOLE, Type.DECIMAL)


class References:
    """What the rows of a page refer to, by register and key: a set of statements for each register referred to."""

    def __init__(self, rows: Iterable[Values], fields: Iterable[Field], office: Office) -> None:
        wanted: dict[str, set[str]] = {}
        pointing = [one for one in fields if one.type is Type.REFERENCE and one.refers in REGISTERS]
        for values in rows:
            for field in pointing:
                if not is_empty(values.get(field.name)):
                    wanted.setdefault(field.refers, set()).add(reference_key(field, values))
        self.office = office
        self.found = {name: REGISTERS[name].standing(keys) for name, keys in wanted.items()}

    def cell(self, field: Field, values: Values) -> Cell:
        code = str(values.get(field.name))
        key = reference_key(field, values)
        there = self.found.get(field.refers, {}).get(key)
        if there is None:
            return Cell(field.type, code)
        register = REGISTERS[field.refers]
        url = row_url(register, key) if may_read(self.office.desk.actor, register) else ""
        return Cell(field.type, code, name_of(there.values, self.office.desk.language), url)


def reference_key(field: Field, values: Values) -> str:
    """The key of the row that a reference names by its code; what else the key has, the row itself says (the bin
    above a bin is in the same warehouse)."""
    register = REGISTERS.get(field.refers)
    return register.key_of({**values, register.keys[-1]: values.get(field.name)}) if register else ""


def cell_of(field: Field, values: Values, references: References) -> Cell:
    value = values.get(field.name)
    if is_empty(value):
        return Cell(field.type, "")
    if field.type is Type.REFERENCE:
        return references.cell(field, values)
    if field.name in UNIT_FIELDS and unit_name(str(value)) != str(value):
        return Cell(Type.REFERENCE, str(value), _(unit_name(str(value))))
    return Cell(field.type, said(field, value), unit=unit_of(field))


def unit_of(field: Field) -> str:
    """The unit behind a number, as people write it."""
    return _(UNITS.get(field.unit) or unit_name(field.unit)) if field.unit else ""


def said(field: Field, value: Value) -> str:
    """A value in the reader's language, on one line."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices and not is_empty(value):
        several = value if isinstance(value, tuple) else (str(value),)
        return _(", ").join(_(field.choices.get(one, one)) for one in several)
    return print_value(value)


# -- the index --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """A register on the first page of the office: how many rows it has."""

    office: Office
    count: int


@desk_page(access=Access(Reader.ROLE, one_of=(READS["items"], *READS.values())))
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All registers that the reader may look at, with the number of their rows."""
    mine = [Office(register, desk) for register in open_registers(desk.actor)]
    shelves = [Shelf(office, office.register.rows().count()) for office in mine]
    return page(request, desk, "desk/office/index.html", {"shelves": shelves})


def standing_of(register: Register, key: str) -> Standing | None:
    return register.standing({key}).get(key) if key else None


def suggestions(register: Register, text: str, language: str, most: int) -> list[tuple[str, str]]:
    """Rows whose code or name contains `text`: (code, name), those whose code begins with it first. One statement."""
    names = [name for name in (register.keys[-1], *NAMES) if name in register.columns]
    paths = [path_of(register, register.by_name[name]) for name in names]
    where = Q()
    for path in paths:
        where |= Q(**{f"{path}__icontains": text})
    begins = Case(When(**{f"{paths[0]}__istartswith": text}, then=0), default=1)
    rows = register.rows().filter(where).order_by(begins, paths[0]).values_list(*paths)[:most]
    return [(str(row[0]), in_language(language, *row[1:]) if len(row) == 3 else "") for row in rows]
