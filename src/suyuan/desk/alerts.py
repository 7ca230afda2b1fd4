"""The page of alerts: by kind, narrowed to mine, urgent, one warehouse; given to people, snoozed, done; as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from suyuan.accounts.models import User
from suyuan.accounts.rules import PERSON
from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.alerts_mine import SEES, logs_of, mine
from suyuan.desk.alerts_views import AlertView, views_of
from suyuan.desk.counting import team_choices
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.sheets import record
from suyuan.desk.things import csv_response
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.commands import AssignAlerts, CloseAlerts, OfAlerts, SnoozeAlerts, WakeAlerts
from suyuan.insight.kinds import COMPANY, KINDS, Kind, Severity, State
from suyuan.insight.models import Alert
from suyuan.insight.queries import open_alerts, speaking
from suyuan.ui.tables import Column, Jump, Row, Table

SHOWN = 10  # of each kind
ALL = 200  # of one kind
EXPORTED = 20_000
PEOPLE = 300
SHOWS = {"open": N_("Open"), "snoozed": N_("Snoozed"), "done": N_("Done")}
SAID = {
    "assign": N_("Given."),
    "snooze": N_("Snoozed. What gets worse speaks before that day."),
    "done": N_("Done. It stays silent as long as nothing gets worse."),
    "wake": N_("Open again."),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The alerts of one kind: how many there are, and the first of them."""

    kind: Kind
    count: int
    rows: Sequence[AlertView]
    url: str

    @property
    def word(self) -> str:
        return _(self.kind.word)

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address narrows the alerts to."""

    kind: str = ""
    mine: bool = False
    urgent: bool = False
    here: bool = False
    show: str = "open"


def read(query: Mapping[str, str]) -> Asked:
    kind, show = query.get("kind", ""), query.get("show", "open")
    return Asked(
        kind=kind if kind in KINDS else "",
        mine=bool(query.get("mine")),
        urgent=bool(query.get("urgent")),
        here=bool(query.get("here")),
        show=show if show in SHOWS else "open",
    )


def asked_alerts(asked: Asked, desk: Desk) -> QuerySet[Alert]:
    """The alerts that are asked for, what presses most first."""
    known = directory()
    logs = [desk.warehouse, COMPANY] if asked.here else [*logs_of(desk.actor, known), COMPANY]
    found = open_alerts(desk.today, logs)
    if asked.show != "open":
        shown = Q(state=State.DONE) if asked.show == "done" else Q(state=State.OPEN) & ~speaking(desk.today)
        found = Alert.objects.filter(shown, log__in=logs).order_by("-severity", "due", "since", "pk")
    narrowed = Q(kind=asked.kind) if asked.kind else Q()
    narrowed &= Q(severity=Severity.URGENT) if asked.urgent else Q()
    narrowed &= mine(desk.actor, known) if asked.mine else Q()
    return found.filter(narrowed)


@desk_page(SEES, anywhere=True)
def alerts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?kind=`, `?mine=1`, `?urgent=1`, `?here=1`, `?show=`; `?csv=1` as a file. POST `do` with the alerts chosen."""
    asked = read(request.GET)
    problems: list[Problem] = []
    if request.method == "POST":
        problems = done(request, desk)
        if not problems:
            messages.success(request, _(SAID[request.POST["do"]]))
            return HttpResponseRedirect(request.get_full_path())
    found = asked_alerts(asked, desk)
    if request.GET.get("csv"):
        return csv_response(
            table_of(views_of(list(found[:EXPORTED]), desk.actor, desk.language, desk.today)), _("Alerts")
        )
    groups = groups_of(found, asked, desk, request)
    people = User.objects.filter(is_active=True, kind=PERSON).order_by("username").values_list("username", "name")
    context = {
        "asked": asked,
        "groups": groups,
        "total": sum(group.count for group in groups),
        "choices": choices_of(request, asked),
        "tab": "alerts",
        "people": list(people[:PEOPLE]),
        "teams": team_choices(desk.language),
        "chosen": set(request.POST.getlist("alert")),
        "typed": {name: clean(request.POST.get(name, "")) for name in ("owner", "team", "due", "until", "reason")},
        "request_id": uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/alerts/index.html", context, 422 if problems else 200)


def groups_of(found: QuerySet[Alert], asked: Asked, desk: Desk, request: HttpRequest) -> list[Group]:
    """The alerts by kind, in the order in which kinds are declared; of each the first ones."""
    counts = dict(found.order_by().values_list("kind").annotate(Count("pk")))
    most = ALL if asked.kind else SHOWN
    ranked = Window(
        RowNumber(),
        partition_by=F("kind"),
        order_by=[F("severity").desc(), F("due").asc(nulls_last=True), F("pk").asc()],
    )
    rows = list(found.annotate(rank=ranked).filter(rank__lte=most))
    views = views_of(rows, desk.actor, desk.language, desk.today)
    query = request.GET.copy()
    groups = []
    for code, kind in KINDS.items():
        if code in counts:
            query["kind"] = code
            shown = [view for view in views if view.kind is kind]
            groups.append(Group(kind, counts[code], shown, f"?{query.urlencode()}"))
    return groups


def choices_of(request: HttpRequest, asked: Asked) -> list[tuple[str, str, bool]]:
    """The filters as links: word, address, whether it is on. A click on one that is on takes it away."""
    found = []
    for name, word in (("mine", N_("Mine")), ("urgent", N_("Urgent")), ("here", N_("This warehouse"))):
        query = request.GET.copy()
        on = bool(getattr(asked, name))
        query.pop(name, None)
        if not on:
            query[name] = "1"
        found.append((_(word), f"?{query.urlencode()}", on))
    for show, word in SHOWS.items():
        query = request.GET.copy()
        query["show"] = show
        found.append((_(word), f"?{query.urlencode()}", asked.show == show))
    return found


def done(request: HttpRequest, desk: Desk) -> list[Problem]:
    """Do what the form says with the alerts that were chosen; the problems, none when it is done."""
    problems: list[Problem] = []
    command = command_of(request, problems)
    if command is None:
        return problems or [Problem("insight.nothing_said", "do")]
    return problems or record(desk, request, command)


def command_of(request: HttpRequest, problems: list[Problem]) -> OfAlerts | None:
    chosen = tuple(int(id) for id in request.POST.getlist("alert") if id.isascii() and id.isdigit() and len(id) < 19)
    typed = {name: clean(request.POST.get(name, "")) for name in ("owner", "team", "due", "until", "reason")}
    match request.POST.get("do"):
        case "assign":
            due = day_of(typed["due"], "due", problems)
            owner = typed["owner"].partition(" ")[0]
            return AssignAlerts(
                alerts=chosen, owner=owner if owner or typed["team"] else None,
                team=typed["team"] if owner or typed["team"] else None, due=due, reason=typed["reason"],
            )  # fmt: skip
        case "snooze":
            until = day_of(typed["until"], "until", problems)
            if until is None:
                problems += [] if problems else [Problem("insight.until_missing", "until")]
                return None
            return SnoozeAlerts(alerts=chosen, until=until, reason=typed["reason"])
        case "done":
            return CloseAlerts(alerts=chosen, reason=typed["reason"])
        case "wake":
            return WakeAlerts(alerts=chosen, reason=typed["reason"])
    return None


def table_of(views: Sequence[AlertView]) -> Table:
    """Alerts as a table: what the export has."""
    columns = (
        Column(_("Severity")),
        Column(_("Kind")),
        Column(_("What"), "thing"),
        Column(_("Says")),
        Column(_("Where")),
        Column(_("Warehouse")),
        Column(_("Since"), "time"),
        Column(_("Looked after by")),
        Column(_("Due")),
    )
    rows = [
        Row(
            (
                view.severity, view.word, view.what, view.says, ", ".join(map(str, view.places)), view.alert.log,
                view.since, view.owner, view.alert.due,
            ),
            view.edge,
        )
        for view in views
    ]  # fmt: skip
    return Table(_("Alerts"), columns, rows, _("Nothing wants attention."))


def short_table(views: Sequence[AlertView]) -> Table:
    """The first alerts on the first page: what, what it says, until when, and what to do."""
    columns = (
        Column(_("What"), "thing"),
        Column(_("Says")),
        Column(_("Due"), needed=False),
        Column(_("Do")),
    )
    rows = [
        Row((view.what, view.word + _(": ") + view.says, view.alert.due, _first(view)), view.edge) for view in views
    ]
    return Table(_("Alerts"), columns, rows)


def _first(view: AlertView) -> Jump | None:
    return Jump(view.deeds[0].word, view.deeds[0].url) if view.deeds else None
