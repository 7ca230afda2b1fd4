"""Stock: what lies where, put together by anything, as it is or as it was."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, open_to, page
from suyuan.desk.exporting import MOST_IN_EXCEL, attached
from suyuan.desk.forms import by_field, clean
from suyuan.desk.goods import item_choices
from suyuan.desk.importing import EXCEL
from suyuan.desk.moving import tabs_of
from suyuan.desk.naming import Names
from suyuan.desk.stock_asked import EVERYWHERE, GROUPS, OURS, SEES, STATES, STATUSES, Asked, read
from suyuan.desk.stock_rows import (
    SORTED,
    columns_of,
    groups_of,
    named,
    order_of,
    ordered,
    said_age,
    shown_of,
    total_of,
    words_of,
)
from suyuan.gs1.problems import Problem
from suyuan.stock.cells import AGES
from suyuan.ui.states import state as state_word
from suyuan.ui.tables import Column
from suyuan.ui.workbook_files import Page, cells_of, heads_of, make_workbook

PAGE = 100
MOST_NAMED = 5000  # things named to be in order; of more only those of one page are, and the order is by URI
UNITS_SHOWN = 4  # sums of more units say nothing


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where sorting by it leads, and which way it is sorted now."""

    column: Column
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that is set: `name` in the address, what it says."""

    name: str
    word: str
    value: str


@desk_page(SEES)
def stock(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?by=` item, lot, zone, bin …; filters; `at`, `known`: as of; `sort`, `page`; `as=xlsx`: the whole table."""
    asked = read(request.GET, desk)
    groups = groups_of(asked, asked.cells())
    sort = clean(request.GET.get("sort", ""), 20)
    exported = request.GET.get("as") == "xlsx" and not asked.problems
    if exported and len(groups) > MOST_IN_EXCEL:
        params = {"count": f"{len(groups):,}", "most": f"{MOST_IN_EXCEL:,}"}
        return page(request, desk, "desk/refused.html", {"problem": Problem("desk.export_large", "", params)}, 422)
    few = exported or len(groups) <= MOST_NAMED
    if few or order_of(sort, asked.by) not in SORTED:
        named(groups)
    words, names = words_of(asked, groups if few else (), desk.language)
    groups = ordered(groups, sort, asked.by, words)
    columns = columns_of(asked, groups)
    if exported:
        drawn = [column for _name, column in columns]
        shown = shown_of(asked, groups, columns, words, names, request.GET)
        content = make_workbook(Page(_("Stock"), heads_of(drawn), (cells_of(drawn, one.row) for one in shown)))
        return attached(HttpResponse(content, content_type=EXCEL), f"stock-{asked.by}.xlsx")
    found = Paginator(groups, PAGE).get_page(request.GET.get("page"))
    rows = list(found)
    if not few:
        named(rows)
        words, names = words_of(asked, rows, desk.language)
    totals = total_of(groups)
    context = {
        "tabs": tabs_of(desk, "stock"),
        "asked": asked,
        "groups": [
            (name, _(word), _with(request, by=name), name == asked.by) for name, (word, *_rest) in GROUPS.items()
        ],
        "word": _(GROUPS[asked.by][0]),
        "heads": heads(request, columns, sort),
        "rows": shown_of(asked, rows, columns, words, names, request.GET),
        "page": found,
        "count": len(groups),
        "totals": totals if len(totals) <= UNITS_SHOWN else [],
        "filters": filters(asked, desk),
        "choices": choices(desk, asked),
        "items": item_choices(desk.language),
        "export": _with(request, **{"as": "xlsx"}),
        "problems_found": asked.problems,
        "errors": by_field(asked.problems),
    }
    return page(request, desk, "desk/stock/index.html", context, 422 if asked.problems else 200)


def _with(request: HttpRequest, **changes: str) -> str:
    """The same address with another parameter, from its first page on."""
    query = request.GET.copy()
    for name in ("page", "as"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def heads(request: HttpRequest, columns: list[tuple[str, Column]], sort: str) -> list[Head]:
    name, back = sort.removeprefix("-"), sort.startswith("-")
    found = []
    for one, column in columns:
        if one not in SORTED and one != "name":
            found.append(Head(column))
            continue
        here = one == name
        way = ("descending" if back else "ascending") if here else ""
        found.append(Head(column, _with(request, sort=f"-{one}" if here and not back else one), way))
    return found


def filters(asked: Asked, desk: Desk) -> list[Filter]:
    """What the page is narrowed to, each to be taken away."""
    names = Names([text for text in asked.texts.values() if "://" in text or text.startswith("urn:")], desk.language)
    said: dict[str, Mapping[str, str]] = {
        "status": {code: _(word) for code, word in STATUSES.items()},
        "state": {code.value: _(state_word(code.value).word) for code in STATES},
        "owner": {OURS: _("Our own")},
        "warehouse": {EVERYWHERE: _("all warehouses"), **{one.code: one.name for one in desk.frame.warehouses}},
    }
    titles = {
        "item": _("Item"), "lot": _("Lot"), "place": _("Place"), "container": _("Container"), "owner": _("Owner"),
        "status": _("Quality status"), "state": _("State"), "age": _("Days in place"), "days": _("Expires within"),
        "warehouse": _("Warehouse"),
    }  # fmt: skip
    found = []
    for name, text in asked.texts.items():
        value = said.get(name, {}).get(text) or (str(names.thing(text)) if text in names.items else text)
        if name == "age" and text.isdigit():
            value = said_age(min(int(text), len(AGES)))
        if name == "days" and text.isdecimal():
            value = ngettext("{days} day", "{days} days", int(text)).format(days=text)
        found.append(Filter(name, titles[name], value))
    return found


def choices(desk: Desk, asked: Asked) -> dict[str, list[tuple[str, str, bool]]]:
    """What may be chosen in the form of filters: value, word, chosen."""
    mine = [code for code in open_to(desk.actor, directory()) if desk.actor.may(SEES, code)]
    named = {one.code: one.name for one in desk.frame.warehouses}
    houses = [("", _("this one")), *((code, named.get(code, code)) for code in mine if code != desk.warehouse)]
    houses += [(EVERYWHERE, _("all warehouses"))] if len(mine) > 1 else []
    offered = {
        "warehouse": houses,
        "state": [("", "–"), *((code.value, _(state_word(code.value).word)) for code in STATES)],
        "status": [("", "–"), *((code, _(word)) for code, word in STATUSES.items())],
        "age": [("", "–"), *((str(n), said_age(n)) for n in range(1, len(AGES) + 1))],
    }
    return {
        name: [(value, word, asked.texts.get(name, "") == value) for value, word in values]
        for name, values in offered.items()
    }
