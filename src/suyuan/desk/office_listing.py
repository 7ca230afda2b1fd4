"""The list of a register: the page, its filter, its columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.catalog.fields import Field, Type
from suyuan.catalog.register import Register, Standing
from suyuan.desk.access import page
from suyuan.desk.forms import by_field
from suyuan.desk.office import (
    Cell,
    Office,
    References,
    cell_of,
    is_off,
    office_page,
    said,
    suggestions,
    title_of,
    word_of,
)
from suyuan.desk.office_forms import PREFIX
from suyuan.desk.office_lists import (
    EMPTY,
    PAGE,
    RANGES,
    TEXTS,
    Asked,
    Filter,
    columns_for,
    listable,
    narrowed,
    read_asked,
)

SUGGESTED = 12
PLACES = "places"  # those of their rows that are selected can have labels to hang up


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: where a click sorts, and how it is sorted now (``ascending``, ``descending`` or nothing)."""

    field: Field
    sorted: str
    sort: str

    @property
    def word(self) -> str:
        return word_of(self.field)

    @property
    def numeric(self) -> bool:
        return self.field.type in (Type.WHOLE, Type.DECIMAL)


@dataclass(frozen=True, slots=True)
class Line:
    """A row as drawn; the cell of its own code opens it."""

    key: str
    url: str
    title: str
    off: bool
    cells: tuple[tuple[Head, Cell, bool], ...]


@dataclass(frozen=True, slots=True)
class FilterView:
    """A filter as drawn: `kind` ``text``, ``choice`` or ``range``; `options`: value, word, chosen."""

    filter: Filter
    kind: str
    options: tuple[tuple[str, str, bool], ...] = ()

    @property
    def name(self) -> str:
        return f"f.{self.filter.field.name}"

    @property
    def word(self) -> str:
        return word_of(self.filter.field)

    @property
    def shown(self) -> str:
        """What is asked, in words."""
        one = self.filter
        if one.state:
            return _("empty") if one.state == EMPTY else _("filled in")
        if one.one_of:
            return _(", ").join(word for _value, word, chosen in self.options if chosen)
        return one.text or f"{one.least or '…'} – {one.most or '…'}"

    @property
    def date(self) -> bool:
        return self.filter.field.type is Type.DATE


@office_page()
def rows(request: HttpRequest, office: Office) -> HttpResponse:
    """A page of fifty rows; `?` as `office_lists` says."""
    first_ones = columns_for(office.register, office.desk.language)
    asked = read_asked(office.register, request.GET, request.session.get(kept_name(office.register)) or first_ones)
    found = narrowed(office.register, asked)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    first = max(0, shown.start_index() - 1)
    lines = lines_of(office, asked, office.register.read(found[first : first + PAGE]))
    views = [filter_view(one) for one in asked.filters]
    context = {
        "office": office,
        "asked": asked,
        "page": shown,
        "heads": heads_of(office.register, asked),
        "lines": lines,
        "filters": views,
        "active": [view for view in views if view.filter.is_set],
        "columns": [(one.name, word_of(one), one.name in asked.columns) for one in listable(office.register)],
        "fixed": office.register.keys,
        "first": ",".join(first_ones),
        "errors": by_field(asked.problems),
        "problems_found": asked.problems,
        "query_string": same_list(request),
        "range": range_of(shown),
        "labels": office.name == PLACES,
        "scan_here": True,
    }
    return page(request, office.desk, "desk/office/list.html", context)


def kept_name(register: Register) -> str:
    return f"columns:{register.name}"


def same_list(request: HttpRequest) -> str:
    """The list's address without its page: for an export, and to come back to."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def range_of(shown: Page) -> dict[str, int]:  # type: ignore[type-arg]  # the stubs' Page takes an argument, Django's does not
    return {"first": shown.start_index(), "last": shown.end_index(), "total": shown.paginator.count}


def heads_of(register: Register, asked: Asked) -> list[Head]:
    known = {one.name: one for one in listable(register)}
    return [_head(known[name], asked) for name in asked.columns]


def _head(field: Field, asked: Asked) -> Head:
    here = asked.sort == field.name
    way = ("descending" if asked.down else "ascending") if here else ""
    return Head(field, way, f"-{field.name}" if here and not asked.down else field.name)


def lines_of(office: Office, asked: Asked, rows: Sequence[Standing]) -> list[Line]:
    """Rows with everything they refer to named."""
    heads = heads_of(office.register, asked)
    references = References((row.values for row in rows), (head.field for head in heads), office)
    return [_line(office, row, heads, references) for row in rows]


def _line(office: Office, row: Standing, heads: Sequence[Head], references: References) -> Line:
    own, key = office.register.keys[-1], office.register.key_of(row.values)
    cells = tuple((head, cell_of(head.field, row.values, references), head.field.name == own) for head in heads)
    return Line(key, office.row_url(key), title_of(office.register, row, office.desk.language), is_off(row), cells)


def filter_view(one: Filter) -> FilterView:
    if one.field.type in RANGES:
        return FilterView(one, "range")
    if one.field.type in TEXTS:
        return FilterView(one, "text")
    words = {"1": _("yes"), "0": _("no")} if one.field.type is Type.FLAG else {}
    words = words or {value: said(one.field, value) for value in one.field.choices or ()}
    return FilterView(one, "choice", tuple((value, word, value in one.one_of) for value, word in words.items()))


@require_POST
@office_page()
def columns(request: HttpRequest, office: Office) -> HttpResponse:
    """Keep which columns this reader wants, and show the same list with them."""
    known = {one.name for one in listable(office.register)}
    wanted = [name for name in request.POST.getlist("column") if name in known]
    request.session[kept_name(office.register)] = wanted
    query = QueryDict(request.POST.get("query", "")[:4000], mutable=True)
    query.pop("columns", None)
    query.pop("page", None)
    if wanted:
        query["columns"] = ",".join(wanted)
    return HttpResponseRedirect(f"{office.url}?{query.urlencode()}" if query else office.url)


@office_page()
def suggest(request: HttpRequest, office: Office) -> HttpResponse:
    """The options of a field that refers to this register, for what was typed into it so far, or `?q=`."""
    typed = next((value for name, value in request.GET.items() if name.startswith(PREFIX)), request.GET.get("q", ""))
    text = str(typed).replace("\0", "").strip()[:100]
    found = suggestions(office.register, text, office.desk.language, SUGGESTED)
    named = next((name for code, name in found if code.casefold() == text.casefold()), "")
    context = {"options": found, "named": named, "for": request.GET.get("for", "")[:60]}
    return page(request, office.desk, "desk/office/suggest.html", context)
