"""How the orders that were due were served: fill rates, on time in full, and the orders behind each number."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.catalog.models import Partner
from suyuan.desk.access import Desk, desk_page
from suyuan.desk.figures_frame import READS, Asked, Tile, answer, chosen, part, percent, read_asked, text
from suyuan.desk.naming import Names
from suyuan.gs1.problems import N_
from suyuan.insight.service import Due, due_orders, served
from suyuan.insight.service_rules import VERDICTS, WHYS, Level, Verdict, level
from suyuan.ui.tables import Column, Jump, Row, Table, Value

STATES = {Verdict.KEPT: "released", Verdict.UNSIGNED: "pending", Verdict.MISSED: "rejected", Verdict.OPEN: ""}

MEANINGS = (
    N_(
        "An order is due on the day the customer is to have it, else on the day it is to go. The day ends at midnight "
        "where the warehouse stands."
    ),
    N_("Line fill: lines shipped in full by the end of that day, of all. Order fill: orders with all lines so."),
    N_(
        "Quantity fill: the mean over lines of the share shipped by then, since pieces and kilograms cannot be added "
        "up. Voided shipments do not count."
    ),
    N_(
        "On time in full: the customer signed by then for all lines, each within its tolerance, of the orders that are "
        "decided. What he refused does not count."
    ),
    N_(
        "What was shipped for it but nobody signed for yet is counted by itself, as are orders whose day is not over. "
        "Neither is in the share on time in full."
    ),
)


class By(StrEnum):
    """What the figures are put together by."""

    ORDER = "order"
    CUSTOMER = "customer"
    DAY = "day"


@desk_page(READS)
def service(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?since=&until=&in=`, `&by=` order, customer or day, `&customer=` a code, `&verdict=` what became of them."""
    asked = read_asked(request, desk, READS, "by", "customer", "verdict")
    by = chosen(request, By, By.CUSTOMER)
    customer = Partner.objects.filter(code=asked.kept["customer"]).first() if asked.kept["customer"] else None
    orders = due_orders(asked.logs, asked.since, asked.until, customer.uri if customer else "")
    found = served(orders, desk.now)
    narrowed = [one for one in found if asked.kept["verdict"] in ("", one.served.verdict)]
    by = By.ORDER if asked.kept["verdict"] else by
    names = Names([one.order.partner.uri for one in found if one.order.partner], desk.language)
    context = {
        "tab": "figures-service",
        "title": _("How orders were served"),
        "tiles": tiles(found, asked),
        "by": by.value,
        "bys": [(one.value, word) for one, word in words().items()],
        "counts": counts(level(one.served for one in found), asked),
        "customer": names.name(customer.uri) or customer.code if customer else "",
        "without_customer": asked.url(customer=""),
        "meanings": [_(one) for one in MEANINGS],
    }
    return answer(request, desk, asked, "figures-service", TABLES[by](narrowed, names, asked), context)


def words() -> dict[By, str]:
    return {By.ORDER: _("Order"), By.CUSTOMER: _("Customer"), By.DAY: _("Day")}


def tiles(found: Sequence[Due], asked: Asked) -> list[Tile]:
    whole = level(one.served for one in found)
    days = by_day(found)
    decided = whole.kept + whole.missed

    def trend(share: Callable[[Level], float | None]) -> list[int]:
        return [round(100 * (share(days[day]) or 0)) for day in sorted(days) if share(days[day]) is not None]

    def tile(word: str, share: Callable[[Level], float | None], note: str) -> Tile:
        says = _("{word} by day, percent").format(word=word)
        return Tile(word, text(percent(share(whole)), " %"), note, trend=trend(share), says=says)

    return [
        tile(_("On time in full"), lambda one: one.on_time, part(whole.kept, decided)),
        tile(_("Order fill"), lambda one: one.order_fill, part(whole.full_orders, whole.orders)),
        tile(_("Line fill"), lambda one: one.line_fill, part(whole.full_lines, whole.lines)),
        tile(_("Quantity fill"), lambda one: one.unit_fill, ngettext("{count} line", "{count} lines", whole.lines)
             .format(count=whole.lines)),
    ]  # fmt: skip


def counts(whole: Level, asked: Asked) -> list[tuple[str, int, str, bool]]:
    """How many orders came to what, and the way to them."""
    many = {
        Verdict.KEPT: whole.kept,
        Verdict.MISSED: whole.missed,
        Verdict.UNSIGNED: whole.unsigned,
        Verdict.OPEN: whole.open,
    }
    return [
        (_(VERDICTS[one]), count, asked.url(verdict="" if asked.kept["verdict"] == one else one.value),
         asked.kept["verdict"] == one)
        for one, count in many.items()
    ]  # fmt: skip


def by_day(found: Sequence[Due]) -> dict[date, Level]:
    days: dict[date, list[Due]] = defaultdict(list)
    for one in found:
        days[one.served.due].append(one)
    return {day: level(one.served for one in some) for day, some in days.items()}


def order_table(found: Sequence[Due], names: Names, asked: Asked) -> Table:
    """The orders themselves, the latest due first."""
    columns = (
        Column(_("Order")),
        Column(_("Customer")),
        Column(_("Due")),
        Column(_("Outcome")),
        Column(_("Why"), needed=False),
        Column(_("Lines in full"), "number", needed=False),
        Column(_("Quantity fill, %"), "number", needed=False, places=1),
    )
    rows = []
    for one in sorted(found, key=lambda one: (one.served.due, one.order.key), reverse=True):
        order, how = one.order, one.served
        url = f"{reverse('desk:order')}?{urlencode({'kind': order.kind, 'key': order.key})}"
        rows.append(
            Row(
                (
                    Jump(order.number, url),
                    names.name(order.partner.uri) or order.partner.code if order.partner else "",
                    how.due,
                    _(VERDICTS[how.verdict]),
                    _(WHYS[how.why]) if how.why else "",
                    part(how.full, len(how.lines)),
                    percent(float(how.share) / len(how.lines) if how.lines else None),
                ),
                STATES[how.verdict],
            )
        )
    return Table(_("Orders due"), columns, rows, _("No order was due in this time."))


def customer_table(found: Sequence[Due], names: Names, asked: Asked) -> Table:
    """By customer, the worst first."""
    groups: dict[str, list[Due]] = defaultdict(list)
    uris: dict[str, str] = {}
    for one in found:
        if one.order.partner is not None:
            groups[one.order.partner.code].append(one)
            uris[one.order.partner.code] = one.order.partner.uri
    levels = {code: level(one.served for one in some) for code, some in groups.items()}
    rows = [
        Row((Jump(names.name(uris[code]) or code, asked.url(customer=code, by="order")), *level_cells(one)))
        for code, one in sorted(levels.items(), key=lambda pair: (_worst(pair[1]), pair[0]))
    ]
    columns = (Column(_("Customer")), *level_columns())
    return Table(_("Service by customer"), columns, rows, _("No order was due in this time."))


def _worst(one: Level) -> float:
    return 2.0 if one.on_time is None else one.on_time


def day_table(found: Sequence[Due], names: Names, asked: Asked) -> Table:
    """By day, the latest first."""
    levels: Mapping[date, Level] = by_day(found)
    rows = [
        Row((Jump(day.isoformat(), asked.url(since=day.isoformat(), until=day.isoformat(), days="", by="order")),
             *level_cells(levels[day])))
        for day in sorted(levels, reverse=True)
    ]  # fmt: skip
    return Table(_("Service by day"), (Column(_("Day")), *level_columns()), rows, _("No order was due in this time."))


def level_columns() -> tuple[Column, ...]:
    return (
        Column(_("Orders"), "number"),
        Column(_("On time in full, %"), "number", places=1),
        Column(_("Order fill, %"), "number", needed=False, places=1),
        Column(_("Line fill, %"), "number", places=1),
        Column(_("Quantity fill, %"), "number", needed=False, places=1),
        Column(_("Missed"), "number", needed=False),
        Column(_("Not signed yet"), "number", needed=False),
    )


def level_cells(one: Level) -> tuple[Value, ...]:
    return (
        one.orders + one.open, percent(one.on_time), percent(one.order_fill), percent(one.line_fill),
        percent(one.unit_fill), one.missed, one.unsigned,
    )  # fmt: skip


TABLES: Mapping[By, Callable[[Sequence[Due], Names, Asked], Table]] = {
    By.ORDER: order_table,
    By.CUSTOMER: customer_table,
    By.DAY: day_table,
}
