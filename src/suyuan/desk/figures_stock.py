"""How often stock turned over and how long it lasts: by item, category or warehouse, and an item day by day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.rules import in_language
from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.models import Item
from suyuan.desk.access import Desk, desk_page
from suyuan.desk.figures_frame import READS, Asked, Tile, answer, chosen, read_asked, rounded, text
from suyuan.desk.naming import Names
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.insight.dayflows_asked import RECENT, Turnover, by_day, together, turnovers
from suyuan.ui.tables import Column, Jump, Row, Table, Value
from suyuan.ui.units import unit_name

TILES = 3  # units, those of the most items first
MEANINGS = (
    N_("Turnover: what was shipped and consumed in these days, divided by the mean of what lay there at their ends."),
    N_("Days of stock: what lies there at the end, divided by what left a day in the last {days} days."),
    N_("What left on pallets counts with what was in them; what was voided is taken off on the day of the void."),
    N_(
        "Goods moved to another warehouse of ours have left the one, but not all of them together. What went back to a "
        "supplier, was destroyed or lost is in neither figure, since nobody had asked for it."
    ),
    N_("Amounts of different units are never added up: what is put together has a row for each unit."),
)


class By(StrEnum):
    """What the figures are put together by."""

    ITEM = "item"
    CATEGORY = "category"
    WAREHOUSE = "warehouse"


@desk_page(READS)
def stock(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?since=&until=&in=`, `&by=` item, category or warehouse, `&category=` a code, `&item=` the code of one item."""
    asked = read_asked(request, desk, READS, "by", "category", "item")
    known = directory()
    item = find_item(known, asked.kept["item"])
    by = chosen(request, By, By.ITEM)
    if item:
        return one_item(request, desk, asked, known, item)
    found = turnovers(asked.logs, asked.since.toordinal(), asked.until.toordinal())
    categories = categories_of(desk.language)
    if code := asked.kept["category"]:
        found = {place: one for place, one in found.items() if categories.get(place[1], ("",))[0] == code}
    shown = table(found, by, categories, desk, asked, known)
    context = {
        "tab": "figures",
        "title": _("Stock turnover and days of stock"),
        "tiles": tiles(found, units_of(known)),
        "by": by.value,
        "bys": [(one.value, word) for one, word in words().items()],
        "categories": sorted(set(categories.values())),
        "category": code,
        "meanings": meanings(),
    }
    return answer(request, desk, asked, "figures", shown, context)


def words() -> dict[By, str]:
    return {By.ITEM: _("Item"), By.CATEGORY: _("Category"), By.WAREHOUSE: _("Warehouse")}


def meanings() -> list[str]:
    return [_(one).format(days=RECENT) for one in MEANINGS]


def categories_of(language: str) -> dict[str, tuple[str, str]]:
    """Item (URI) → code and name of its category. One statement."""
    columns = ("uri", "category__code", "category__name_zh", "category__name_en")
    rows = Item.objects.exclude(category=None).values_list(*columns)
    return {uri: (code, in_language(language, zh, en, code)) for uri, code, zh, en in rows}


def find_item(known: Directory, code: str) -> str:
    """The URI of an item's code; empty where there is none."""
    return next((uri for uri, item in known.items.items() if code and item.code == code), "")


def units_of(known: Directory) -> Callable[[str], str]:
    """Item (URI) → its base unit."""
    return lambda item: known.items[item].base_unit if item in known.items else COUNT


def tiles(found: Mapping[tuple[str, str], Turnover], unit_of: Callable[[str], str]) -> list[Tile]:
    """One for each unit, those of the most items first."""
    sums = together(found, lambda _log, _item: "", unit_of)
    many: dict[str, set[str]] = {}
    for _log, item in found:
        many.setdefault(unit_of(item), set()).add(item)
    order = sorted(sums.items(), key=lambda one: (-len(many[one[0][1]]), one[0][1]))
    return [
        Tile(
            _("Turnover, {unit}").format(unit=_(unit_name(unit))),
            text(rounded(one.turnover, "0.01")),
            _("{year} a year; lasts {days} d").format(
                year=text(rounded(one.a_year)), days=text(rounded(one.days_of_stock))
            ),
            ngettext("{count} item", "{count} items", len(many[unit])).format(count=len(many[unit])),
        )
        for (_all, unit), one in order[:TILES]
    ]


def table(
    found: Mapping[tuple[str, str], Turnover],
    by: By,
    categories: Mapping[str, tuple[str, str]],
    desk: Desk,
    asked: Asked,
    known: Directory,
) -> Table:
    """What left most in terms of its stock first."""
    keys: dict[By, Callable[[str, str], str]] = {
        By.ITEM: lambda _log, item: item,
        By.CATEGORY: lambda _log, item: categories.get(item, ("",))[0],
        By.WAREHOUSE: lambda log, _item: log,
    }
    sums = together(found, keys[by], units_of(known))
    called = heading(sums, by, categories, desk, asked, known)
    columns = (Column(words()[by]), *figure_columns())
    rows = [
        Row((called(key), *figure_cells(one, unit)))
        for (key, unit), one in sorted(sums.items(), key=lambda pair: (-(pair[1].turnover or 0), pair[0]))
    ]
    return Table(_("Stock turnover"), columns, rows, _("Nothing lay here in this time."))


def heading(
    sums: Mapping[tuple[str, str], Turnover],
    by: By,
    categories: Mapping[str, tuple[str, str]],
    desk: Desk,
    asked: Asked,
    known: Directory,
) -> Callable[[str], Value]:
    """What a row is called, and where it leads to."""
    if by is By.WAREHOUSE:
        names = {choice.code: choice.name for choice in asked.choices}
        return lambda key: Jump(names.get(key, key), asked.url(by="item", **{"in": key}))
    if by is By.CATEGORY:
        words_of, other = dict(categories.values()), _("Without a category")
        return lambda key: Jump(words_of.get(key, key), asked.url(by="item", category=key)) if key else other
    called = Names([key for key, _unit in sums], desk.language)
    codes = {uri: info.code for uri, info in known.items.items()}
    return lambda key: Jump(f"{called.name(key) or codes[key]} · {codes[key]}", asked.url(item=codes[key], by=""))


def figure_columns() -> tuple[Column, ...]:
    return (
        Column(_("Turnover"), "number", places=2),
        Column(_("A year"), "number", needed=False, places=1),
        Column(_("Days of stock"), "number", places=1),
        Column(_("Mean stock"), "quantity", needed=False),
        Column(_("Stock at the end"), "quantity", needed=False),
        Column(_("Shipped"), "quantity", needed=False),
        Column(_("Consumed"), "quantity", needed=False),
        Column(_("Moved elsewhere"), "quantity", needed=False),
    )


def figure_cells(one: Turnover, unit: str) -> tuple[Value, ...]:
    amounts = (one.mean, one.on_hand, one.shipped, one.consumed, one.moved)
    return (
        rounded(one.turnover, "0.01"),
        rounded(one.a_year),
        rounded(one.days_of_stock),
        *(Quantity(short(amount), unit) for amount in amounts),
    )


def short(amount: int) -> Decimal:
    """Millionths as a number of at most three places."""
    return unscaled(amount).quantize(Decimal("0.001")).normalize() + 0


# -- one item ---------------------------------------------------------------------------------------------------------


def one_item(request: HttpRequest, desk: Desk, asked: Asked, known: Directory, item: str) -> HttpResponse:
    """Its stock and what left it, day by day."""
    since, until, unit = asked.since.toordinal(), asked.until.toordinal(), units_of(known)(item)
    days = by_day(asked.logs, item, since, until)
    found = [one for (_log, uri), one in turnovers(asked.logs, since, until).items() if uri == item]
    names = Names([item], desk.language)
    columns = (
        Column(_("Day")),
        Column(_("Stock at the end"), "quantity"),
        Column(_("Left"), "quantity"),
    )
    rows = [
        Row((date.fromordinal(day.day), Quantity(short(day.on_hand), unit), Quantity(short(day.out), unit)))
        for day in reversed(days)
    ]
    title = names.name(item) or known.items[item].code
    context = {
        "tab": "figures",
        "title": title,
        "back": asked.url(item=""),
        "leads": f"{reverse('desk:thing')}?{urlencode({'id': item})}",
        "tiles": item_tiles(found, days_of([day.on_hand for day in days]), days_of([day.out for day in days]), unit),
        "meanings": meanings()[:4],
        "item": asked.kept["item"],
    }
    return answer(request, desk, asked, "figures", Table(title, columns, rows), context)


def days_of(amounts: Sequence[int]) -> list[int]:
    """Whole units, as a line of days shows them."""
    return [max(amount, 0) // 10**6 for amount in amounts]


def item_tiles(found: Sequence[Turnover], lay: list[int], left: list[int], unit: str) -> list[Tile]:
    if not found:
        return []
    one = reduce(Turnover.plus, found)
    word = _(unit_name(unit))
    return [
        Tile(_("Turnover"), text(rounded(one.turnover, "0.01")),
             _("{year} a year").format(year=text(rounded(one.a_year)))),
        Tile(_("Days of stock"), text(rounded(one.days_of_stock))),
        Tile(_("Stock at the end"), f"{short(one.on_hand):,f} {word}", trend=lay,
             says=_("Stock at the end of each day")),
        Tile(_("Left"), f"{short(one.out):,f} {word}", trend=left, says=_("What left each day")),
    ]  # fmt: skip
