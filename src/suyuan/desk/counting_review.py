"""Judging a count: differences by their size, each accepted with a reason or counted again; then all of it posted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.counting import CLOSED, EDGES, STATES, is_hidden, missing, names_of
from suyuan.desk.exporting import attached
from suyuan.desk.forms import by_field, clean
from suyuan.desk.goods import named
from suyuan.desk.importing import EXCEL
from suyuan.desk.naming import Names
from suyuan.desk.sheets import answered, context_of, request_id
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.operations.counting.judge_count import JudgeCount, Judged
from suyuan.operations.counting.post_count import PostCount
from suyuan.operations.lines import KILOGRAM
from suyuan.stocktake.models import State
from suyuan.stocktake.queries import sheet_of
from suyuan.stocktake.reckoning import Found, Reckoning, reckon
from suyuan.stocktake.rules import ACCEPTED, REASONS, RECOUNT
from suyuan.ui.tables import Column, Row
from suyuan.ui.things import Thing
from suyuan.ui.workbook_files import Page, cells_of, heads_of, make_workbook

READS = "adjust:read"
SHOWN = 300  # differences on the page; the sheet has them all
ORDERS = ("size", "percent", "bin")


@dataclass(frozen=True, slots=True)
class FindingView:
    """A difference as the page shows it. `path`: where problems of the command point at; `name`: of its inputs."""

    found: Found
    thing: Thing
    who: str
    path: str
    other: Quantity | None
    owner: Thing | None = None

    @property
    def name(self) -> str:
        return input_name(self.found)

    @property
    def reason_path(self) -> str:
        return f"{self.path}.reason"

    @property
    def book(self) -> Quantity:
        return Quantity(unscaled(self.found.book), self.found.unit or COUNT)

    @property
    def counted(self) -> Quantity:
        return Quantity(unscaled(self.found.counted), self.found.unit or COUNT)

    @property
    def weights(self) -> tuple[Quantity, Quantity] | None:
        """What goods weigh by the book, and what they did, where they are weighed each time."""
        one = self.found
        if not (one.book_weight or one.counted_weight):
            return None
        return Quantity(unscaled(one.book_weight), KILOGRAM), Quantity(unscaled(one.counted_weight), KILOGRAM)

    @property
    def weight_difference(self) -> str:
        less = unscaled(self.found.counted_weight - self.found.book_weight)
        return f"{less:+f} kg".replace("-", "−") if less else ""

    @property
    def sign(self) -> str:
        return "+" if self.found.difference > 0 else "−" if self.found.difference < 0 else ""

    @property
    def amount(self) -> Decimal:
        return unscaled(abs(self.found.difference))

    @property
    def percent(self) -> str:
        shown = self.found.percent
        return "" if shown is None else f"{shown:+.1f} %".replace("-", "−")

    @property
    def edge(self) -> str:
        if self.found.is_disputed:
            return "held"
        return "rejected" if self.found.needs_signatures or self.found.is_missing else "pending"


def input_name(one: Found) -> str:
    """What the inputs of a difference are called."""
    return f"{one.bin.pk}-{one.subject.hex()}-{one.owner.hex()}"


@desk_page(READS)
def review(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """GET: `?by=` size, percent or bin; `?xlsx=1` all lines. POST `do`: save, post, ask; what was decided is kept."""
    sheet = sheet_of(desk.warehouse, id)
    if sheet is None:
        return missing(request, desk)
    if is_hidden(sheet):
        problem = Problem("stocktake.still_blind", "sheet", {"sheet": sheet.number})
        return page(request, desk, "desk/refused.html", {"problem": problem}, status=409)
    state = reckon(sheet)
    if request.GET.get("xlsx"):
        return exported(state, desk)
    problems: list[Problem] = []
    if request.method == "POST":
        problems = decided(request, desk, state)
        if not problems:
            return _after(request, id)
        state = reckon(sheet_of(desk.warehouse, id) or sheet)
    return shown(request, desk, state, problems)


def decided(request: HttpRequest, desk: Desk, state: Reckoning) -> list[Problem]:
    """Keep what was decided; then post it, or ask those who sign. The problems, none when it is done."""
    sheet = state.sheet
    if request.POST.get("digest") != state.digest:
        return [Problem("stocktake.changed_meanwhile", "digest")]
    verdicts = verdicts_of(request, state)
    if verdicts:
        context = context_of(desk, request)
        judge = JudgeCount(warehouse=desk.warehouse, sheet=sheet.pk, verdicts=verdicts)
        try:
            execute(replace(context, request_id=uuid5(request_id(request), "judge")), judge)
        except Refused as refused:
            return named(refused.problems, desk.language)
    if request.POST.get("do") not in ("post", ASK):
        return []
    fresh = reckon(sheet_of(desk.warehouse, sheet.pk) or sheet)
    reason = clean(request.POST.get("reason", ""))
    post = PostCount(warehouse=desk.warehouse, sheet=sheet.pk, digest=fresh.digest, reason=reason)
    if request.POST.get("do") == ASK:
        count = len(fresh.different)
        said = ngettext("{sheet}: {count} difference", "{sheet}: {count} differences", count)
        why = said.format(sheet=sheet.number, count=count)
        return ask(desk, request, post, why)
    return answered(desk, request, post)[1]


def verdicts_of(request: HttpRequest, state: Reckoning) -> tuple[Judged, ...]:
    """What was changed on the page."""
    found = []
    for one in state.seen:
        name = input_name(one)
        if f"decision-{name}" not in request.POST and f"reason-{name}" not in request.POST:
            continue
        decision = clean(request.POST.get(f"decision-{name}", ""))
        reason = clean(request.POST.get(f"reason-{name}", ""))
        note = clean(request.POST.get(f"note-{name}", one.note))
        if (decision, reason, note) != (one.decision, one.reason, one.note) and (decision or reason):
            found.append(
                Judged(
                    bin=one.bin.code,
                    goods=one.uri,
                    decision=decision or ACCEPTED,
                    reason=reason,
                    note=note,
                    owner=one.owner_uri,
                )
            )
    return tuple(found)


def _after(request: HttpRequest, id: UUID) -> HttpResponse:
    do = request.POST.get("do")
    if do == "post":
        messages.success(request, _("Posted. The stock is as it was counted."))
        return HttpResponseRedirect(reverse("desk:count", args=[id]))
    if do == ASK:
        return HttpResponseRedirect(reverse("desk:approvals"))
    messages.success(request, _("Kept."))
    return HttpResponseRedirect(reverse("desk:count-review", args=[id]))


def shown(request: HttpRequest, desk: Desk, state: Reckoning, problems: Sequence[Problem]) -> HttpResponse:
    sheet = state.sheet
    by = request.GET.get("by", "size")
    views = in_order(views_of(state, desk), by if by in ORDERS else "size")
    right = len(state.seen) - len(state.different)
    context = {
        "sheet": sheet,
        "word": _(STATES[State(sheet.state)]),
        "edge": EDGES[State(sheet.state)],
        "rows": views[:SHOWN],
        "hidden": max(0, len(views) - SHOWN),
        "lines": len(state.seen),
        "right": right,
        "different": len(state.different),
        "by": by,
        "orders": ORDERS,
        "digest": state.digest,
        "reasons": [(code, _(word)) for code, word in REASONS.items()],
        "reason": clean(request.POST.get("reason", "")),
        "accepted": ACCEPTED,
        "recount": RECOUNT,
        "threshold": unscaled(sheet.threshold).normalize(),
        "ready": sheet.state == State.REVIEW,
        "closed": sheet.state in CLOSED,
        "may_post": desk.actor.may("adjust", desk.warehouse),
        "signed": any(one.needs_signatures for one in state.seen),
        "can_ask": can_ask(request, problems),
        "request_id": request.POST.get("request_id") if problems and request.POST.get("do") == "post" else uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/counting/review.html", context)


def views_of(state: Reckoning, desk: Desk) -> list[FindingView]:
    """What differs or was seen in two ways."""
    listed = [(n, one) for n, one in enumerate(state.seen) if not one.is_right or one.is_disputed or one.decision]
    owners = [one.owner_uri for _n, one in listed if one.owner_uri]
    names = Names([*(one.uri for _n, one in listed), *owners], desk.language)
    people = names_of([one.tally.total.by for _n, one in listed if one.tally])
    return [
        FindingView(
            one,
            names.thing(one.uri),
            people.get(one.tally.total.by, "") if one.tally else "",
            f"lines[{n}]",
            Quantity(unscaled(one.tally.others[-1].quantity), one.unit or COUNT)
            if one.tally and one.is_disputed
            else None,
            names.thing(one.owner_uri) if one.owner_uri else None,
        )
        for n, one in listed
    ]


def in_order(views: list[FindingView], by: str) -> list[FindingView]:
    """By the size of the difference, by its share of the book, or by bin."""
    if by == "bin":
        return sorted(views, key=lambda view: (view.found.bin.position, view.found.uri))
    if by == "percent":
        return sorted(views, key=lambda view: -_share(view.found))
    return sorted(views, key=lambda view: -abs(view.found.difference))


def _share(one: Found) -> Decimal:
    return Decimal(10**9) if one.percent is None else abs(one.percent)


def exported(state: Reckoning, desk: Desk) -> HttpResponse:
    """Every line of the sheet as a workbook."""
    owners = {one.owner_uri for one in state.seen if one.owner_uri}
    names = Names([*(one.uri for one in state.seen), *owners], desk.language)
    people = names_of([one.tally.total.by for one in state.seen if one.tally])
    columns = (
        Column(_("Bin")),
        Column(_("Goods"), "thing"),
        Column(_("Book"), "number"),
        Column(_("Counted"), "quantity"),
        Column(_("Difference"), "number"),
        Column(_("Weight by the book, kg"), "number"),
        Column(_("Weighed, kg"), "number"),
        Column(_("Owner")),
        Column(_("Counted by")),
        Column(_("Reason")),
    )
    rows = [
        Row(
            (
                one.bin.code,
                names.thing(one.uri),
                unscaled(one.book),
                Quantity(unscaled(one.counted), one.unit or COUNT),
                unscaled(one.counted) - unscaled(one.book),
                unscaled(one.book_weight) if one.book_weight or one.counted_weight else None,
                unscaled(one.counted_weight) if one.book_weight or one.counted_weight else None,
                str(names.thing(one.owner_uri)) if one.owner_uri else _("Our own"),
                people.get(one.tally.total.by, "") if one.tally else "",
                _(REASONS.get(one.reason, one.reason)) if one.reason else "",
            )
        )
        for one in state.seen
    ]
    content = make_workbook(Page(state.sheet.number, heads_of(columns), [cells_of(columns, row) for row in rows]))
    return attached(HttpResponse(content, content_type=EXCEL), f"{state.sheet.number}.xlsx")
