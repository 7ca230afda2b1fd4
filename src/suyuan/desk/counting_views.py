"""What is read of counting: the list to print and count with on paper, a sheet to fill in, and how accurate we are."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.counting import READS, missing, names_of
from suyuan.desk.counting_file import COUNTED
from suyuan.desk.exporting import attached, heads
from suyuan.desk.importing import EXCEL
from suyuan.desk.naming import Names
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.ledger.keys import moment
from suyuan.operations.counting.values import last_prices
from suyuan.stocktake.accuracy import by_person, by_value, by_week, by_zone
from suyuan.stocktake.models import SheetBin
from suyuan.stocktake.queries import sheet_of
from suyuan.stocktake.reckoning import Reckoning, reckon
from suyuan.stocktake.rules import share
from suyuan.ui.tables import Column, Row, Table, csv_lines
from suyuan.ui.workbook_files import Page, make_workbook

SEES_PRICES = "cost.view:read"
SPANS = (30, 90, 365)  # days


@desk_page("count:own")
def printed(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """The bins of a sheet with room to write: of one that is not blind with what the book has."""
    sheet = sheet_of(desk.warehouse, id)
    if sheet is None:
        return missing(request, desk)
    state = reckon(sheet)
    names = Names([one.uri for one in state.found], desk.language) if not sheet.blind else None
    goods: dict[int, list[tuple[object, Quantity]]] = {}
    if names is not None:
        for one in state.found:
            if one.book:
                amount = Quantity(unscaled(one.book), one.unit or COUNT)
                goods.setdefault(one.bin.pk, []).append((names.thing(one.uri), amount))
    bins = [(bin, goods.get(bin.pk, [])) for bin in state.bins]
    context = {"sheet": sheet, "bins": bins, "blanks": range(3 if sheet.blind else 1)}
    return page(request, desk, "desk/counting/list.html", context)


@desk_page("count:own")
def template(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """A spreadsheet to count with: a row for each bin; of a sheet that is not blind a row for all that the book has."""
    sheet = sheet_of(desk.warehouse, id)
    if sheet is None:
        return missing(request, desk)
    rows = _blind_rows(sheet.number, id) if sheet.blind else _open_rows(reckon(sheet))
    said = (_("Column"), _("What belongs in it"), _("Choices"))
    content = make_workbook(Page(_(COUNTED.many), heads(COUNTED.fields), rows), _("What the columns mean"), said)
    return attached(HttpResponse(content, content_type=EXCEL), f"{sheet.number}.xlsx")


def _blind_rows(number: str, id: UUID) -> list[list[str]]:
    codes = SheetBin.objects.filter(sheet=id).order_by("position").values_list("code", flat=True)
    return [[number, code] for code in codes]


def _open_rows(state: Reckoning) -> list[list[str]]:
    return [_goods_row(state.sheet.number, one.bin.code, one.uri, one.owner_uri) for one in state.found if one.book]


def _goods_row(number: str, bin: str, uri: str, owner: str) -> list[str]:
    """Sheet, place, goods by their URI, which reads back as they are, and whose they are where not ours."""
    said = {"sheet": number, "place": bin, "item": uri, "owner": owner}
    return [said.get(field.name, "") for field in COUNTED.fields]


@desk_page(READS)
def accuracy(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How right the book and those who count are: `?days=`, and `?csv=` zones or people."""
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted.isdigit() and int(wanted) in SPANS else SPANS[1]
    since = desk.now - timedelta(days=days)
    zones, people = zone_table(desk, since_days=days), people_table(desk, since_days=days)
    if (asked := request.GET.get("csv")) in ("zones", "people"):
        table = zones if asked == "zones" else people
        lines = "".join(csv_lines(table))
        return attached(HttpResponse(lines, content_type="text/csv; charset=utf-8"), f"count-{asked}.csv")
    values = value_table(desk, since_days=days) if desk.actor.may(SEES_PRICES, desk.warehouse) else None
    if request.GET.get("csv") == "values" and values is not None:
        lines = "".join(csv_lines(values))
        return attached(HttpResponse(lines, content_type="text/csv; charset=utf-8"), "count-values.csv")
    weeks = by_week(desk.warehouse, since)
    found = by_zone(desk.warehouse, since)
    all_lines, right = sum(one.lines for one in found), sum(one.right for one in found)
    context = {
        "tab": "accuracy",
        "plans_url": reverse("desk:list", args=["count_plans"]),
        "days": days,
        "spans": SPANS,
        "zones": zones,
        "people": people,
        "values": values,
        "weeks": [(moment(one.start).date(), one) for one in weeks],
        "trend": [int(one.share or 0) for one in weeks],
        "lines": all_lines,
        "right": right,
        "share": share(right, all_lines),
    }
    return page(request, desk, "desk/counting/accuracy.html", context)


def zone_table(desk: Desk, since_days: int) -> Table:
    """How right the book was, by zone."""
    columns = (
        Column(_("Zone")),
        Column(_("Lines"), "number"),
        Column(_("Lines right"), "number"),
        Column(_("Lines right, %"), "number"),
        Column(_("Quantity right, %"), "number"),
    )
    rows = [
        Row((one.zone, one.lines, one.right, one.share, one.quantity))
        for one in by_zone(desk.warehouse, desk.now - timedelta(days=since_days))
    ]
    return Table(_("By zone"), columns, rows, _("Nothing has been counted yet."), export="?csv=zones")


def value_table(desk: Desk, since_days: int) -> Table:
    """How right the book was in value, by zone: by the last price at which each item was ordered."""
    prices = last_prices()
    money = prices.currency or "–"
    columns = (
        Column(_("Zone")),
        Column(_("Value by the book, {currency}").format(currency=money), "number"),
        Column(_("Differences, {currency}").format(currency=money), "number"),
        Column(_("Value right, %"), "number"),
        Column(_("Goods without a price"), "number"),
    )
    found = by_value(desk.warehouse, desk.now - timedelta(days=since_days), prices.of)
    cents = Decimal("0.01")
    rows = [
        Row((one.zone, one.book.quantize(cents), one.off.quantize(cents), one.share, one.unpriced)) for one in found
    ]
    return Table(_("By value"), columns, rows, _("Nothing has been counted yet."), export="?csv=values")


def people_table(desk: Desk, since_days: int) -> Table:
    """How often what somebody counted was right in the end."""
    found = by_person(desk.warehouse, desk.now - timedelta(days=since_days))
    names = names_of([one.account for one in found])
    columns = (
        Column(_("Person")),
        Column(_("Lines"), "number"),
        Column(_("Lines right"), "number"),
        Column(_("Lines right, %"), "number"),
        Column(_("Scanned, %"), "number"),
    )
    rows = [Row((names.get(one.account, one.account), one.lines, one.right, one.share, one.scans)) for one in found]
    return Table(_("By person"), columns, rows, _("Nothing has been counted yet."), export="?csv=people")
