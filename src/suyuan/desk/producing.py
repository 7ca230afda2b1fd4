"""Production: what is to be made, how far it is, what its bill wants beside what was used, and its ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.approvals import done_or_asked
from suyuan.desk.events import about, goods_named
from suyuan.desk.forms import by_field, clean
from suyuan.desk.listings import goods_table
from suyuan.desk.naming import Names
from suyuan.desk.office import Office, row_url
from suyuan.desk.ordering_views import StateView, state_view
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import Quantity
from suyuan.ledger.keys import COMPANY, key16
from suyuan.operations.production.flush import at_line
from suyuan.operations.production.material import issued_of, issues_of, planned_of
from suyuan.operations.production.plan_material import PlanMaterial
from suyuan.orders.queries import OpenOrder
from suyuan.production.commands import CancelWork, CloseWork, OfWork, ReopenWork
from suyuan.production.kinds import Role, WorkState
from suyuan.production.models import WorkOrder
from suyuan.production.queries import find_work, work_of, work_orders, works_of
from suyuan.production.registers import REGISTERS
from suyuan.production.rules import NOTHING, Part, Work
from suyuan.ui.frame import Link
from suyuan.ui.things import Thing, thing_of

PAGE = 50
EVENTS = 100
SEES = "produce:read"
MAKES = "produce"
SHOWN = {
    "open": (WorkState.OPEN,),
    "draft": (WorkState.DRAFT,),
    "ended": (WorkState.CLOSED, WorkState.CANCELLED),
    "all": tuple(WorkState),
}
WORDS = {"open": N_("Open"), "draft": N_("Drafts"), "ended": N_("Closed or cancelled"), "all": N_("All")}
ENDS: Mapping[str, type[OfWork]] = {"close": CloseWork, "reopen": ReopenWork, "cancel": CancelWork}
SAID = {"close": N_("Closed."), "reopen": N_("Reopened."), "cancel": N_("Cancelled.")}
TABS = (
    ("work", N_("Work orders"), "clipboard-check", "desk:production", SEES),
    ("line", N_("At the line"), "barcode", "desk:producing_line", MAKES),
    ("tanks", N_("Tanks"), "flask", "desk:producing_tanks", SEES),
    ("parts", N_("Assemblies"), "sitemap", "desk:producing_parts", SEES),
)


def tabs_of(desk: Desk, here: str) -> list[Link]:
    return [
        Link(reverse(url), _(word), icon, name == here)
        for name, word, icon, url, right in TABS
        if desk.actor.may(right, desk.warehouse)
    ]


@dataclass(frozen=True, slots=True)
class WorkView:
    """A work order in a list. `made` is what there is of the product, `wanted` as much as is to be made."""

    number: str
    url: str
    product: Thing
    made: Quantity
    wanted: Quantity
    percent: int
    line: str
    shift: str
    due: date | None
    late: bool
    state: StateView

    @classmethod
    def of(cls, work: Work, names: Names, today: date) -> "WorkView":
        unit = work.recipe.unit
        return cls(
            work.number,
            work_url(work.number),
            names.thing(work.recipe.item),
            Quantity(max(work.good, NOTHING), unit),
            Quantity(work.quantity, unit),
            work.percent,
            work.line_code,
            work.shift,
            work.due,
            work.is_late(today),
            state_view(work.state),
        )


def work_url(number: str) -> str:
    return f"{reverse('desk:work_order')}?{urlencode({'number': number})}"


@desk_page(SEES)
def production(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The work orders of the warehouse worked in: `?show=`, `?q=`, `?page=`."""
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    text = clean(request.GET.get("q", ""))
    shown = Paginator(narrowed(desk.warehouse, show, text), PAGE).get_page(request.GET.get("page"))
    works = works_of(list(shown.object_list))
    names = Names([work.recipe.item for work in works], desk.language)
    query = request.GET.copy()
    query.pop("page", None)
    choices = []
    for name, word in WORDS.items():
        query["show"] = name
        choices.append((_(word), f"?{query.urlencode()}", name == show))
    context = {
        "tabs": tabs_of(desk, "work"), "rows": [WorkView.of(work, names, desk.today) for work in works],
        "page": shown, "choices": choices, "show": show, "search": text, "scan_here": True,
        "office": Office(REGISTERS["work_orders"], desk), "boms": Office(REGISTERS["boms"], desk),
        "lines_office": Office(REGISTERS["bom_lines"], desk),
    }  # fmt: skip
    return page(request, desk, "desk/producing/list.html", context)


def narrowed(warehouse: str, show: str, text: str) -> QuerySet[WorkOrder]:
    """The orders to list, what is due first at the top."""
    rows = work_orders(warehouse, SHOWN[show])
    if text:
        paths = ("key", "bom__item__key", "bom__item__name_zh", "bom__item__name_en", "line__key")
        where = Q()
        for path in paths:
            where |= Q(**{f"{path}__icontains": text})
        rows = rows.filter(where)
    return rows


# -- one order --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartView:
    """A component, or what comes out beside the product: what the bill wants against what was."""

    thing: Thing
    role: str
    need: Quantity
    issued: Quantity
    done: Quantity
    here: Quantity
    lacking: Quantity
    over: bool
    percent: int
    backflush: bool


@desk_page(SEES)
def work_order(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The work order of `?number=`. POST `do` plan, urgent, close, reopen, cancel, with a `reason`."""
    found = find_work(request.GET.get("number", ""))
    if found is None:
        problem = Problem("production.work_unknown", "", {"number": request.GET.get("number", "")[:80] or "–"})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    if not desk.actor.may(SEES, found.warehouse_id):
        return forbidden(request, desk, SEES)
    problems: list[Problem] = []
    do = request.POST.get("do", "")
    reason = clean(request.POST.get("reason", ""))
    if request.method == "POST":
        if do in ("plan", "urgent"):
            plan = PlanMaterial(warehouse=desk.warehouse, number=found.number, urgent=do == "urgent")
            problems = done_or_asked(desk, request, plan, "", _("The material is ordered from the warehouse."))
        elif do in ENDS:
            command = ENDS[do](warehouse=desk.warehouse, number=found.number, reason=reason)
            problems = done_or_asked(desk, request, command, reason, _(SAID[do]))
        if not problems:
            return HttpResponseRedirect(work_url(found.number))
    context = _shown(request, desk, found) | {
        "problems_found": problems, "errors": by_field(problems), "reason": reason,
        "request_id": request.POST.get("request_id", "") if problems else uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/producing/order.html", context, 422 if problems else 200)


def sees_traces(desk: Desk, found: WorkOrder) -> bool:
    return desk.actor.may("trace.full:read", found.warehouse_id)


def _shown(request: HttpRequest, desk: Desk, found: WorkOrder) -> dict[str, object]:
    work = work_of(found)
    issues = issues_of(work)
    came = issued_of(work)
    here = here_of(desk, work)
    happened = [event for event in about([key16(found.uri)], most=EVENTS) if event.log != COMPANY]
    goods = goods_named(happened)
    named = [work.recipe.item, *(part.item for part in work.recipe.parts), *(uri for uri, *_rest in goods)]
    names = Names(named, desk.language)
    office = Office(REGISTERS["work_orders"], desk)
    may = desk.actor.may(MAKES, desk.warehouse) and found.warehouse_id == desk.warehouse
    open_ = work.state == WorkState.OPEN
    parts = [part_view(work, part, names, came, here) for part in work.recipe.parts]
    return {
        "tabs": tabs_of(desk, "work"), "order": found, "view": WorkView.of(work, names, desk.today),
        "components": [one for one in parts if one.role == Role.COMPONENT],
        "beside": [one for one in parts if one.role != Role.COMPONENT],
        "lost": [
            (names.thing(item), Quantity(amount, unit_of(work, item))) for item, amount in work.lost.items() if amount
        ],
        "issues": [issue_view(issue) for issue in issues],
        "head_url": f"{row_url(REGISTERS['work_orders'], found.key)}&{urlencode({'next': request.get_full_path()})}",
        "history_url": office.history_url(found.key), "office": office,
        "balance_url": f"{reverse('desk:balance')}?{thing_of(found.uri).query}" if sees_traces(desk, found) else "",
        "bom_url": f"{reverse('desk:list', args=['bom_lines'])}?{urlencode({'q': found.bom.item.code})}",
        "goods": replace(goods_table(goods, names, found.uri, total=len(goods)), export="", empty=_("Nothing yet.")),
        "line_url": f"{reverse('desk:producing_line')}?{urlencode({'work': found.number})}" if may and open_ else "",
        "can_plan": may and open_ and bool(work.line) and wants_material(work, issues), "can": can_do(work, may),
    }  # fmt: skip


def wants_material(work: Work, issues: Sequence[OpenOrder]) -> bool:
    """Is there something of it that nobody has ordered from the warehouse yet?"""
    planned = planned_of(issues)
    parts = work.recipe.components
    return any(work.recipe.need(part, work.quantity) > planned.get(part.item, NOTHING) for part in parts)


def unit_of(work: Work, item: str) -> str:
    return next((part.unit for part in work.recipe.parts if part.item == item), work.recipe.unit)


def here_of(desk: Desk, work: Work) -> dict[str, Decimal]:
    """Item → how much of it lies free at the line of the order."""
    found: dict[str, Decimal] = {}
    for one in at_line(who_is_who(), work.warehouse, work.line, desk.today):
        found[one.item] = found.get(one.item, NOTHING) + one.quantity
    return found


def part_view(
    work: Work, part: Part, names: Names, came: Mapping[str, Decimal], here: Mapping[str, Decimal]
) -> PartView:
    need = work.recipe.need(part, work.quantity)
    told = (work.used if part.goes_in else work.made).get(part.item, NOTHING)
    there = here.get(part.item, NOTHING)
    lacking = max(need - told - there, NOTHING) if part.goes_in and work.state == WorkState.OPEN else NOTHING
    return PartView(
        names.thing(part.item),
        part.role,
        Quantity(need, part.unit),
        Quantity(came.get(part.item, NOTHING), part.unit),
        Quantity(told, part.unit),
        Quantity(there, part.unit),
        Quantity(lacking, part.unit),
        is_over(work, part, need, told),
        int(min(Decimal(100), told * 100 / need)) if need else 0,
        part.backflush,
    )


def is_over(work: Work, part: Part, need: Decimal, told: Decimal) -> bool:
    """More than the bill allows for: by the least yield where it has one, else by what the part may take more."""
    least = work.recipe.least
    return bool(told) and (need * 100 / told < least if least is not None else told > need * (100 + part.over) / 100)


def issue_view(issue: OpenOrder) -> tuple[str, str, StateView, int]:
    """The number, address, state and progress of an issue order."""
    query = urlencode({"kind": "issue", "key": issue.order.key})
    state = state_view(issue.order.state)
    return issue.order.number, f"{reverse('desk:order')}?{query}", state, issue.progress.percent


def can_do(work: Work, may: bool) -> Sequence[str]:
    """Which ends the order may come to now."""
    if not may:
        return []
    if work.state in (WorkState.CLOSED, WorkState.CANCELLED):
        return ["reopen"]
    ends = ["close"] if work.state == WorkState.OPEN else []
    return ends if work.begun else [*ends, "cancel"]
