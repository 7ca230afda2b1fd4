"""How fast and how rightly goods are picked: by person, team, day and zone."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import Team
from suyuan.accounts.rules import in_language
from suyuan.catalog.models import Place
from suyuan.desk.access import Desk, desk_page
from suyuan.desk.figures_frame import Asked, Tile, answer, chosen, part, percent, read_asked, rounded, text
from suyuan.gs1.problems import N_
from suyuan.insight.work import By, Picked, folded, picked, total
from suyuan.operations.inbound.history import names_of
from suyuan.stocktake.queries import bins_of
from suyuan.ui.tables import Column, Row, Table, Value

READS_WORK = "pick:read"
MEANINGS = (
    N_("Accuracy: scans of the bin or lot that was asked for, of all scans made."),
    N_("Lines an hour: lines picked, by the time from taking a tour to its first pick, and from pick to pick."),
    N_("Who is in several teams counts in each."),
)


@desk_page(READS_WORK)
def work(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?since=&until=&in=`, `&by=` person, team, day or zone."""
    asked = read_asked(request, desk, READS_WORK, "by")
    by = chosen(request, By, By.PERSON)
    found = picked(asked.logs, asked.since, asked.until, desk.zone, by)
    days = found if by is By.DAY else picked(asked.logs, asked.since, asked.until, desk.zone, By.DAY)
    context = {
        "tab": "figures-work",
        "title": _("How goods were picked"),
        "tiles": tiles(days),
        "by": by.value,
        "bys": [(one.value, word) for one, word in words().items()],
        "leads": reverse("desk:pick-rates"),
        "leads_word": _("Picking"),
        "meanings": [_(one) for one in MEANINGS],
    }
    return answer(request, desk, asked, "figures-work", table(found, by, asked, desk), context)


def words() -> dict[By, str]:
    return {By.PERSON: _("Person"), By.TEAM: _("Team"), By.DAY: _("Day"), By.ZONE: _("Zone")}


def tiles(days: dict[int, Picked]) -> list[Tile]:
    whole = total(days.values())
    ordered = [days[day] for day in sorted(days)]
    return [
        Tile(_("Accuracy"), text(percent(whole.accuracy), " %"), part(whole.confirmed, whole.scans),
             trend=[round(100 * (one.accuracy or 0)) for one in ordered if one.scans],
             says=_("Scans right by day, percent")),
        Tile(_("Lines an hour"), text(rounded(whole.an_hour)), "",
             trend=[round(one.an_hour or 0) for one in ordered if one.seconds], says=_("Lines an hour by day")),
        Tile(_("Lines picked"), f"{whole.lines:,}", "", trend=[one.lines for one in ordered],
             says=_("Lines picked by day")),
        Tile(_("Short"), f"{whole.short:,}", ""),
    ]  # fmt: skip


def table(found: dict[Any, Picked], by: By, asked: Asked, desk: Desk) -> Table:
    """Most lines first, days the latest first."""
    rows = named(found, by, asked, desk)
    columns = (
        Column(words()[by]),
        Column(_("Lines picked"), "number"),
        Column(_("Lines an hour"), "number", places=1),
        Column(_("Accuracy, %"), "number", places=1),
        Column(_("Scans"), "number", needed=False),
        Column(_("Short"), "number", needed=False),
        Column(_("Hours"), "number", needed=False, places=2),
    )
    cells = [
        Row((name, one.lines, rounded(one.an_hour), percent(one.accuracy), one.scans, one.short,
             rounded(one.seconds / 3600, "0.01")))
        for name, one in rows
    ]  # fmt: skip
    return Table(_("Picking"), columns, cells, _("Nothing was picked by tour in this time."))


def named(found: dict[Any, Picked], by: By, asked: Asked, desk: Desk) -> list[tuple[Value, Picked]]:
    if by is By.DAY:
        return [(date.fromordinal(day), found[day]) for day in sorted(found, reverse=True)]
    if by is By.ZONE:
        zones = {one.uri: f"{log} {one.zone}" for log in asked.logs for one in bins_of(log)[0]}
        sums = folded(found, lambda place: [zones.get(place, place.rpartition("/")[2])])
        return _most_first(sums, zone_names(sums, asked, desk))
    if by is By.PERSON:
        return _most_first(found, names_of(found))
    teams: dict[str, list[str]] = {}
    names = {"": _("In no team")}
    columns = ("members__pk", "code", "name_zh", "name_en")
    for member, code, zh, en in Team.objects.filter(members__in=list(found)).values_list(*columns):
        teams.setdefault(str(member), []).append(code)
        names[code] = in_language(desk.language, zh, en, code)
    return _most_first(folded(found, lambda person: teams.get(person, [""])), names)


def zone_names(zones: Iterable[str], asked: Asked, desk: Desk) -> dict[str, str]:
    """Warehouse and code of a zone → what it is called, with its warehouse where there are several. One statement."""
    houses = {one.code: f" · {one.name}" if len(asked.logs) > 1 else "" for one in asked.choices}
    rows = Place.objects.filter(warehouse__in=asked.logs, code__in={zone.partition(" ")[2] for zone in zones})
    return {
        f"{log} {code}": in_language(desk.language, zh, en, code) + houses.get(log, "")
        for log, code, zh, en in rows.values_list("warehouse_id", "code", "name_zh", "name_en")
    }


def _most_first(sums: Mapping[str, Picked], names: Mapping[str, str]) -> list[tuple[Value, Picked]]:
    return [(names.get(key, key), one) for key, one in sorted(sums.items(), key=lambda pair: (-pair[1].lines, pair[0]))]
