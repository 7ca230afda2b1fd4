"""Counting: what is due, which sheets there are, and one sheet: how far it is, finished or cancelled here."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.models import Team, User
from suyuan.accounts.rules import in_language
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.registers import REGISTERS
from suyuan.desk.sheets import answered
from suyuan.governance.kernel import Result
from suyuan.gs1.problems import N_, Problem
from suyuan.ledger.keys import moment
from suyuan.operations.counting.assign_count import AssignCount
from suyuan.operations.counting.cancel_count import CancelCount
from suyuan.operations.counting.finish_count import FinishCount
from suyuan.operations.counting.make_count import MakeCount, due_of
from suyuan.stocktake.due import Due
from suyuan.stocktake.models import BinLook, CountLine, CountPlan, CountSheet, SheetBin, State
from suyuan.stocktake.queries import Task, is_for, plans_of, sheet_of, tasks
from suyuan.stocktake.reckoning import Reckoning, reckon
from suyuan.ui.tables import Column, Jump, Row, Table

READS = "count:read"
CLOSED = (State.POSTED, State.CANCELLED)
SHOWN = 30
MOST_BINS = 200  # on the page of a sheet; the list to print has them all
BEFORE_REVIEW = (State.OPEN, State.COUNTING, State.RECOUNT)
STATES = {
    State.OPEN: N_("to be counted"),
    State.COUNTING: N_("being counted"),
    State.RECOUNT: N_("being counted again"),
    State.REVIEW: N_("to be judged"),
    State.POSTED: N_("posted"),
    State.CANCELLED: N_("cancelled"),
}
EDGES = {
    State.OPEN: "in_stock",
    State.COUNTING: "pending",
    State.RECOUNT: "held",
    State.REVIEW: "held",
    State.POSTED: "released",
    State.CANCELLED: "expired",
}


# -- the start --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with what it makes due today."""

    plan: CountPlan
    name: str
    scope: str
    bins: Sequence[Due]

    @property
    def classes(self) -> str:
        """How many bins of which class: ``A 3 · C 12``."""
        counts = {one: sum(due.abc == one for due in self.bins) for one in "ABC"}
        return " · ".join(f"{one} {count}" for one, count in counts.items() if count)


@desk_page(READS)
def counting(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: sheets and what is due. POST: make a sheet, of a plan (`plan`) or of named bins and zones (`places`)."""
    problems: list[Problem] = []
    if request.method == "POST":
        result, problems = answered(desk, request, _wanted(request, desk))
        if result is not None:
            return HttpResponseRedirect(reverse("desk:count", args=[result.value["sheet"]]))
    working = tasks(desk.warehouse)
    mine = set(Team.objects.filter(members__pk=desk.actor.id).values_list("code", flat=True))
    ours = [one for one in working if is_for(one.sheet, desk.actor.id, mine)]
    others = [one for one in working if one not in ours]
    closed = tasks(desk.warehouse, CLOSED, SHOWN)
    context = {
        "tab": "sheets",
        "mine": tasks_table(ours, _("Nothing is to be counted by you. Make a sheet below.")),
        "others": tasks_table(others, "") if others else None,
        "closed": tasks_table(closed, "") if closed else None,
        "plans": plan_views(desk),
        "may_make": desk.actor.may("count", desk.warehouse),
        "places": clean(request.POST.get("places", "")),
        "team": clean(request.POST.get("team", "")),
        "person": clean(request.POST.get("person", "")),
        "teams": team_choices(desk.language),
        "request_id": request.POST.get("request_id") if problems else uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
        "plans_url": reverse("desk:list", args=["count_plans"]) if "count_plans" in REGISTERS else "",
    }
    return page(request, desk, "desk/counting/index.html", context)


def _wanted(request: HttpRequest, desk: Desk) -> MakeCount:
    places = clean(request.POST.get("places", "")).replace("，", " ").replace(",", " ").split()
    return MakeCount(
        warehouse=desk.warehouse,
        plan=clean(request.POST.get("plan", "")),
        places=tuple(places),
        blind=not request.POST.get("open") if places else None,
        team=clean(request.POST.get("team", "")),
        person=clean(request.POST.get("person", "")),
    )


def plan_views(desk: Desk) -> list[PlanView]:
    """Each plan with what is due by it now."""
    found = []
    for plan in plans_of(desk.warehouse):
        zone = plan.zone.code if plan.zone else ""
        kind = ""
        if plan.category:
            kind = in_language(desk.language, plan.category.name_zh, plan.category.name_en, plan.category.code)
        name = in_language(desk.language, plan.name_zh, plan.name_en, plan.code)
        scope = " · ".join(part for part in (zone, kind) if part) or _("all bins")
        found.append(PlanView(plan, name, scope, due_of(plan, desk.now, desk.zone)))
    return found


def team_choices(language: str) -> list[tuple[str, str]]:
    rows = Team.objects.order_by("code").values_list("code", "name_zh", "name_en")
    return [(code, in_language(language, zh, en, code)) for code, zh, en in rows]


def tasks_table(found: Sequence[Task], empty: str) -> Table:
    """Sheets in a list, each with a link to its page."""
    columns = (
        Column(_("Count sheet")),
        Column(_("Plan"), needed=False),
        Column(_("Given to"), needed=False),
        Column(_("Bins done")),
        Column(_("Lines"), "number", needed=False),
        Column(_("Made on"), "time", needed=False),
        Column(_("State")),
    )
    names = names_of([one.sheet.person for one in found])
    rows = [
        Row(
            (
                Jump(one.sheet.number, reverse("desk:count", args=[one.sheet.pk])),
                one.sheet.plan.code if one.sheet.plan else "",
                names.get(one.sheet.person, "") or one.sheet.team,
                f"{one.done} / {one.bins}",
                one.counted,
                moment(one.sheet.created),
                _(STATES[State(one.sheet.state)]),
            ),
            EDGES[State(one.sheet.state)],
        )
        for one in found
    ]
    return Table(_("Count sheets"), columns, rows, empty)


def names_of(accounts: Sequence[str]) -> dict[str, str]:
    """Account id → the person's name."""
    wanted = []
    for account in set(accounts):
        try:
            wanted.append(UUID(account))
        except ValueError:
            continue  # a machine of ours
    return {str(id): name for id, name in User.objects.filter(pk__in=wanted).values_list("pk", "name")}


# -- one sheet --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BinView:
    """A bin of a sheet: who has counted there, and whether it is done."""

    bin: SheetBin
    who: str
    lines: int
    is_done: bool


def is_hidden(sheet: CountSheet) -> bool:
    """Who counts a blind sheet is not told what the book has, on no page: what differs is shown when it is finished."""
    return sheet.blind and sheet.state in BEFORE_REVIEW


def missing(request: HttpRequest, desk: Desk) -> HttpResponse:
    problem = Problem("stocktake.sheet_unknown", "sheet")
    return page(request, desk, "desk/refused.html", {"problem": problem}, status=404)


@desk_page(READS)
def count(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """How far a sheet is. POST `do`: finish, cancel with a reason, or assign to a team or person."""
    sheet = sheet_of(desk.warehouse, id)
    if sheet is None:
        return missing(request, desk)
    problems: list[Problem] = []
    if request.method == "POST":
        command: object = FinishCount(warehouse=desk.warehouse, sheet=id, leave_out=bool(request.POST.get("leave_out")))
        if request.POST.get("do") == "cancel":
            command = CancelCount(warehouse=desk.warehouse, sheet=id, reason=clean(request.POST.get("reason", "")))
        if request.POST.get("do") == "assign":
            team, person = clean(request.POST.get("team", "")), clean(request.POST.get("person", ""))
            command = AssignCount(warehouse=desk.warehouse, sheet=id, team=team, person=person)
        result, problems = answered(desk, request, command)
        if result is not None:
            return _after(request, id, result)
    state = reckon(sheet)
    bins = bin_views(state)
    follower = CountSheet.objects.filter(after=sheet).order_by("created").first()
    context = {
        "sheet": sheet,
        "word": _(STATES[State(sheet.state)]),
        "edge": EDGES[State(sheet.state)],
        "given": names_of([sheet.person]).get(sheet.person, "") or sheet.team,
        "made": moment(sheet.created),
        "bins": sorted(bins, key=lambda view: view.is_done)[:MOST_BINS],
        "total": len(bins),
        "hidden": max(0, len(bins) - MOST_BINS),
        "done": sum(one.is_done for one in bins),
        "share": 100 * sum(one.is_done for one in bins) // max(1, len(bins)),
        "lines": sum(one.lines for one in bins),
        "working": sheet.state not in CLOSED,
        "follower": follower,
        "may_count": desk.actor.may("count:own", desk.warehouse),
        "may_lead": desk.actor.may("count", desk.warehouse),
        "may_judge": desk.actor.may("adjust:read", desk.warehouse) and not is_hidden(sheet),
        "teams": team_choices(desk.language),
        "team": clean(request.POST.get("team", sheet.team)),
        "person": clean(request.POST.get("person", "")),
        "leave_out": any(problem.code == "stocktake.bins_open" for problem in problems),
        "request_id": uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
        "reason": clean(request.POST.get("reason", "")),
    }
    return page(request, desk, "desk/counting/sheet.html", context)


def _after(request: HttpRequest, id: UUID, result: Result) -> HttpResponse:
    again = int(result.value.get("again", 0))
    if again:
        said = ngettext(
            "{count} line differs and is counted again, by another person.",
            "{count} lines differ and are counted again, by another person.",
            again,
        )
        messages.info(request, said.format(count=again))
    if "different" in result.value and not again:
        return HttpResponseRedirect(reverse("desk:count-review", args=[id]))
    return HttpResponseRedirect(reverse("desk:count", args=[id]))


def bin_views(state: Reckoning) -> list[BinView]:
    """The bins of a sheet with who was there in which order. Three statements."""
    rows = CountLine.objects.filter(sheet=state.sheet, struck=None).values_list("bin", "by")
    looks = BinLook.objects.filter(sheet=state.sheet).values_list("bin", "by")
    who: dict[int, dict[str, None]] = {}
    lines: dict[int, int] = {}
    for bin, account in rows:
        who.setdefault(bin, {})[account] = None
        lines[bin] = lines.get(bin, 0) + 1
    for bin, account in looks:
        who.setdefault(bin, {})[account] = None
    names = names_of([account for accounts in who.values() for account in accounts])
    open_ = {one.pk for one in state.open_bins}
    return [
        BinView(
            one,
            ", ".join(names.get(account, account) for account in who.get(one.pk, ())),
            lines.get(one.pk, 0),
            one.pk not in open_,
        )
        for one in state.bins
    ]
