"""Tanks: what is in them, of which lots, since when; filled, drained, gauged and cleaned here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, can_ask, done_or_asked
from suyuan.desk.forms import Sheet, by_field, clean, read_sheet
from suyuan.desk.moving_lines import COLUMNS, command_lines, goods_scanned, shown_of
from suyuan.desk.naming import Names
from suyuan.desk.office import Office
from suyuan.desk.producing import MAKES, SEES, tabs_of
from suyuan.desk.receiving import amount_text
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.ledger.keys import moment
from suyuan.operations.production.drain_tank import DrainTank, GaugeTank
from suyuan.operations.production.fill_tank import FillTank
from suyuan.operations.production.filling import Level, cleaned_at, levels_of
from suyuan.operations.storage.clean import Clean
from suyuan.production.queries import find_tank, tanks_in
from suyuan.production.registers import REGISTERS
from suyuan.ui.things import Thing

HEAD = ("quantity", "reason", "testres", "level")
WARNINGS = frozenset({"production.tank_waits", "production.tank_unclean"})
SAID = {"fill": N_("Filled."), "drain": N_("Drained."), "gauge": N_("Gauged."), "clean": N_("Cleaned.")}


@dataclass(frozen=True, slots=True)
class TankView:
    """A tank as a page draws it. `lots`: what the book has of each, and since when it is in there."""

    code: str
    uri: str
    url: str
    name: str
    item: Thing | None
    place: str
    level: Quantity | None
    capacity: Quantity | None
    percent: int
    lots: Sequence[tuple[Thing, Quantity, datetime]]
    cleaned: datetime | None
    due: bool


def view_of(level: Level, names: Names, cleaned: datetime | None, desk: Desk) -> TankView:
    tank = level.tank
    unit = next((row.unit for row in level.rows), tank.item.base_unit if tank.item else "")
    zh = desk.language.startswith("zh")
    whole = unscaled(tank.capacity) if tank.capacity is not None else None
    hours = (desk.now - cleaned).total_seconds() / 3600 if cleaned else None
    return TankView(
        tank.code,
        tank.uri,
        f"{reverse('desk:producing_tanks')}?{urlencode({'tank': tank.code})}",
        (tank.name_zh or tank.name_en) if zh else (tank.name_en or tank.name_zh),
        names.thing(tank.item.uri) if tank.item else None,
        tank.place.code,
        Quantity(level.amount, unit) if unit else None,
        Quantity(whole, unit) if whole is not None and unit else None,
        int(min(level.amount * 100 / whole, Decimal(100))) if whole else 0,
        [
            (names.thing(level.uris[row.subject]), Quantity(unscaled(row.quantity), row.unit), moment(row.since))
            for row in level.rows
        ],
        cleaned,
        tank.hours is not None and (hours is None or hours > tank.hours),
    )


@desk_page(SEES)
def tanks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All tanks of the warehouse, or the one of `?tank=`. POST `do`: scan, remove-N, fill, drain, gauge, clean, ask."""
    if request.GET.get("tank") or request.GET.get("q"):
        return one(request, desk)
    levels = levels_of(desk.warehouse, tanks_in(desk.warehouse))
    views = views_of(levels, desk)
    context = {
        "tabs": tabs_of(desk, "tanks"), "tanks": views, "office": Office(REGISTERS["tanks"], desk),
        "scan_here": False,
    }  # fmt: skip
    return page(request, desk, "desk/producing/tanks.html", context)


def views_of(levels: Sequence[Level], desk: Desk) -> list[TankView]:
    cleaned = cleaned_at([level.tank.uri for level in levels])
    uris = [uri for level in levels for uri in level.uris.values()]
    names = Names([*uris, *(level.tank.item.uri for level in levels if level.tank.item)], desk.language)
    return [view_of(level, names, cleaned.get(level.tank.uri), desk) for level in levels]


def one(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One tank, with what can be done at it."""
    text = clean(request.GET.get("tank", "") or request.GET.get("q", ""))
    tank = find_tank(text)
    if tank is None or tank.warehouse_id != desk.warehouse:
        problem = Problem("production.tank_unknown", "", {"tank": text[:80]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    may = desk.actor.may(MAKES, desk.warehouse)
    sheet = read_sheet(request.POST, HEAD, COLUMNS) if request.method == "POST" else Sheet()
    press, text = request.POST.get("do", ""), clean(request.POST.get("scan", ""))
    problems: list[Problem] = []
    said = ""
    if request.method == "POST" and may:
        try:
            if press.startswith("remove-") and press[7:].isdigit():
                sheet = sheet.without(int(press[7:]))
            elif press == "scan" or (text and press not in SAID):
                sheet, said = goods_scanned(sheet, text, desk)
            elif press in SAID or press == ASK:
                problems = do(request, desk, tank.uri, request.POST.get("what", "") if press == ASK else press, sheet)
                if not problems:
                    return HttpResponseRedirect(f"{reverse('desk:producing_tanks')}?{urlencode({'tank': tank.code})}")
        except Refused as refused:
            problems = list(refused.problems)
    view = views_of(levels_of(desk.warehouse, [tank]), desk)[0]
    warned = [problem for problem in problems if problem.code in WARNINGS]
    context = {
        "tabs": tabs_of(desk, "tanks"), "tank": view, "may": may, "sheet": sheet, "said": said,
        "rows": shown_of(sheet, desk), "problems_found": problems, "errors": by_field(problems),
        "to_accept": list({problem.code: problem for problem in warned}.values()),
        "accepted": request.POST.getlist("accept"), "can_ask": can_ask(request, problems),
        "what": request.POST.get("what", "") if press == ASK else press,
        "request_id": request.POST.get("request_id") or uuid4(), "scan_here": True,
        "scan": text if problems else "",
    }  # fmt: skip
    return page(request, desk, "desk/producing/tank.html", context, 422 if problems else 200)


def do(request: HttpRequest, desk: Desk, tank: str, what: str, sheet: Sheet) -> list[Problem]:
    """Do it once, or ask the second person; everything against it."""
    log, reason = desk.warehouse, sheet.get("reason")
    accept = frozenset(request.POST.getlist("accept")) & WARNINGS
    command: object
    match what:
        case "fill":
            lines = command_lines(sheet, shown_of(sheet, desk))
            command = FillTank(warehouse=log, tank=tank, lines=lines, accept=accept)
        case "drain":
            command = DrainTank(warehouse=log, tank=tank, reason=reason, quantity=amount_text(sheet.get("quantity")))
        case "gauge":
            level = amount_text(sheet.get("level")) or ""
            command = GaugeTank(warehouse=log, tank=tank, quantity=level, reason=reason)
        case "clean":
            command = Clean(warehouse=log, tank=tank, testres=sheet.get("testres"))
        case _:
            return []
    return done_or_asked(desk, request, command, reason, _(SAID[what]))
