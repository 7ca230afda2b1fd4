"""Where the series of each supplier and item stands: normal, tightened, reduced, stopped; and the lots behind it."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import can_ask, done_or_asked
from suyuan.desk.forms import by_field, clean
from suyuan.desk.inspecting import inspections_table
from suyuan.desk.inspecting_views import people_of, series_url, series_words, tabs, thing_or_none
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem
from suyuan.inspection.commands import ChangeSeries
from suyuan.inspection.kinds import SEVERITIES, Mode, State
from suyuan.inspection.models import Inspection, SeriesNotice
from suyuan.inspection.queries import plans_of, series
from suyuan.inspection.switching import Notice, Series
from suyuan.ledger.keys import moment
from suyuan.ui.tables import Column, Jump, Row, Table

SHOWN = 300
COLOURS = {"normal": "in_stock", "tightened": "held", "reduced": "released"}


@desk_page("inspect:read")
def all_series(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every supplier and item of which lots were sampled, what needs attention first."""
    sampled = Inspection.objects.filter(mode__in=(Mode.SAMPLING, Mode.ALL)).exclude(state=State.DROPPED)
    pairs = list(sampled.values_list("supplier", "item").distinct()[: SHOWN + 1])
    plans = plans_of(pairs)
    standing = series(pairs, {pair: bool(plan and plan.reduced) for pair, plan in plans.items()})
    names = Names({uri for pair in pairs for uri in pair if uri}, desk.language)
    columns = (Column(_("Supplier"), "thing"), Column(_("Item"), "thing"), Column(_("Strictness")), Column(_("Series")))
    rows = [
        Row(
            (
                thing_or_none(names, supplier),
                names.thing(item),
                _("Stopped") if one.stopped else _(SEVERITIES[one.severity]),
                Jump(_("Lots"), series_url(supplier, item)),
            ),
            colour(one),
        )
        for (supplier, item), one in sorted(standing.items(), key=lambda entry: rank(entry[1]))
    ]
    table = Table(_("Suppliers and items"), columns, rows[:SHOWN], _("No lot has been sampled yet."), len(pairs))
    return page(request, desk, "desk/inspecting/list.html", {"tabs": tabs("series"), "table": table})


def rank(one: Series) -> int:
    return 0 if one.stopped else ("tightened", "normal", "reduced").index(one.severity.value) + 1


def colour(one: Series) -> str:
    return "rejected" if one.stopped else COLOURS[one.severity.value]


@desk_page("inspect:read")
def one_series(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?item=&supplier=`: the lots of one series, and what can be said of it. POST `kind`, `reason`."""
    item, supplier = clean(request.GET.get("item", "")), clean(request.GET.get("supplier", ""))
    pair = (supplier, item)
    plan = plans_of([pair])[pair]
    problems: list[Problem] = []
    if request.method == "POST":
        command = ChangeSeries(
            item=item, supplier=supplier, kind=clean(request.POST.get("kind", "")),
            reason=clean(request.POST.get("reason", "")),
        )  # fmt: skip
        problems = done_or_asked(desk, request, command, command.reason, _("Recorded."))
        if not problems:
            return HttpResponseRedirect(request.get_full_path())
    standing = series([pair], {pair: bool(plan and plan.reduced)})[pair]
    found = Inspection.objects.filter(item=item, supplier=supplier).exclude(state=State.OPEN).order_by("-decided")
    names = Names([uri for uri in pair if uri], desk.language)
    notices = list(SeriesNotice.objects.filter(item=item, supplier=supplier).order_by("-at")[:50])
    people = people_of(one.by for one in notices)
    context = {
        "tabs": tabs("series"), "thing": names.thing(item) if item else None,
        "supplier": thing_or_none(names, supplier), "words": series_words(standing, plan), "standing": standing,
        "plan": plan, "colour": colour(standing),
        "table": inspections_table(list(found.defer("checks", "results")[:SHOWN]), desk, found.count()),
        "notices": [(moment(one.at), one.kind, one.reason, people.get(one.by, "")) for one in notices],
        "kind": Notice.RESUME.value if standing.stopped else Notice.IRREGULAR.value,
        "may": desk.actor.may("inspect"), "problems_found": problems, "errors": by_field(problems),
        "can_ask": can_ask(request, problems) or standing.stopped, "reason": clean(request.POST.get("reason", "")),
        "request_id": uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/series.html", context)
