"""Who sits at this desk: login, warehouse, language and permission, settled once per request before a view runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now as current_time
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from suyuan.accounts.models import User
from suyuan.accounts.permissions import PERMISSIONS
from suyuan.accounts.queries import actor_of
from suyuan.accounts.rules import EVERYWHERE, Actor
from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.queries import names_for
from suyuan.desk.alerts_mine import how_many_press
from suyuan.desk.handbook_pages import about
from suyuan.governance.waiting import how_many_wait
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import N_, Problem
from suyuan.ui.access import OWN, Access, Reader, mark
from suyuan.ui.frame import Choice, Frame, Link

WAREHOUSE = "warehouse"  # in the session: the code of the one worked in
P = ParamSpec("P")

FOR_MACHINES = N_(
    "Pages are for people who log in. A token opens the interface alone: its addresses begin with /epcis/."
)
APPROVALS = "desk:approvals"
ALERTS = "desk:alerts"
DELIVERIES = "desk:deliveries"
# name of the address, word, icon, permissions of which the page needs one somewhere
PAGES = (
    ("desk:home", N_("Home"), "home", ""),
    (ALERTS, N_("Alerts"), "alert-triangle", "trace.full:read"),
    (APPROVALS, N_("Approvals"), "signature", ""),
    ("desk:orders", N_("Orders"), "file-invoice", "po.create:read order.create:read receive:read"),
    ("desk:receiving", N_("Receiving"), "package-import", "receive"),
    ("desk:inspections", N_("Quality"), "shield-check", "inspect:read"),
    ("desk:stock", N_("Stock"), "packages", "trace.full:read"),
    ("desk:counting", N_("Counting"), "clipboard-check", "count:read"),
    ("desk:production", N_("Production"), "building-factory-2", "produce:read"),
    ("desk:picking", N_("Picking"), "basket", "pick"),
    ("desk:shipping", N_("Shipping"), "truck-delivery", "ship"),
    ("desk:consignments", N_("Consignments"), "truck", "delivery:read"),
    (DELIVERIES, N_("Deliveries"), "truck-delivery", "delivery:own"),
    ("desk:returning", N_("Returns"), "arrow-back-up", "receive:read inspect:read destroy:read"),
    ("desk:trace", N_("Tracing"), "route", "trace.full:read"),
    ("desk:recall_list", N_("Recalls"), "urgent", "recall.start:read recall.notify:read"),
    ("desk:map", N_("Map"), "map-2", "trace.full:read place.edit:read"),
    ("desk:figures", N_("Figures"), "chart-bar", "trace.full:read"),
    ("desk:report_list", N_("Reports"), "file-text", "trace.full:read"),
    ("desk:label_queue", N_("Labels"), "printer", "receive move produce pick ship inspect count"),
    ("desk:data", N_("Master data"), "database", "item.edit:read"),
    ("people:people", N_("People"), "users", "user.manage:read"),
    ("desk:audit", N_("Audit"), "history", "audit.export:read"),
)
# What goods go through, and what the firm keeps, each begin a group.
GROUPS = (frozenset({"desk:orders", "desk:receiving", "desk:inspections", "desk:stock", "desk:counting",
                     "desk:production", "desk:picking", "desk:shipping", "desk:consignments", DELIVERIES,
                     "desk:returning", "desk:map",
                     "desk:label_queue"}),
          frozenset({"desk:data", "people:people", "desk:audit"}))  # fmt: skip
# Pages that belong to one of these, though their addresses do not say so.
BELOW = {
    ALERTS: ("/steps", "/digest"),
    "desk:inspections": ("/nonconformances",),
    "desk:stock": ("/moving",),
    "desk:returning": ("/disposal",),
    "people:people": ("/settings",),
    "desk:figures": ("/balance",),
    "desk:data": ("/quality", "/duplicates", "/import", "/start"),
    "desk:label_queue": ("/labels",),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """The person and the place behind a request; `now` is the only clock a view reads."""

    actor: Actor
    warehouse: str
    language: str
    now: datetime
    frame: Frame

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.frame.zone)

    @staticmethod
    def clock() -> datetime:
        """For what is recorded: the moment its turn has come."""
        return current_time()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def open_to(actor: Actor, known: Directory) -> list[str]:
    """The warehouses where the actor may do anything at all, in the order of their codes."""
    scopes = frozenset[str]().union(*actor.permissions.values()) if actor.permissions else frozenset()
    return sorted(code for code in known.warehouses if EVERYWHERE in scopes or code in scopes)


def links(actor: Actor, path: str, waiting: Mapping[str, int]) -> tuple[Link, ...]:
    """The pages the actor may use somewhere; `waiting`: name of a page → how much waits for him there."""
    allowed = [page for page in PAGES if not page[3] or any(map(actor.scopes, page[3].split()))]
    allowed = [page for page in allowed if page[0] != DELIVERIES or actor.partner]
    first = {next((name for name, *_page in allowed if name in group), "") for group in GROUPS}
    return tuple(
        Link(
            reverse(name),
            _(word),
            icon,
            any(is_at(url, path) for url in (reverse(name), *BELOW.get(name, ()))),
            waiting.get(name, 0),
            name in first,
        )
        for name, word, icon, _right in allowed
    )


def is_at(url: str, path: str) -> bool:
    """Is the page at `path` the one of the link, or one below it?"""
    return path == url or (url != "/" and path.startswith(f"{url}/"))


def desk_of(request: HttpRequest) -> Desk:
    """What a logged-in request stands for; activates the time zone of the site."""
    user = request.user
    assert isinstance(user, User)  # desk_page asked before
    known = directory()
    actor = actor_of(user, known.sites)
    mine = open_to(actor, known)
    chosen = request.session.get(WAREHOUSE)
    warehouse = chosen if chosen in mine else next(iter(mine), "")
    language = get_language() or "zh-hans"
    named = names_for((gln_uri(known.warehouses[code].gln) for code in mine), language)
    choices = tuple(Choice(code, named.get(gln_uri(known.warehouses[code].gln), code)) for code in mine)
    zone = known.warehouses[warehouse].time_zone if warehouse else timezone.get_default_timezone_name()
    timezone.activate(ZoneInfo(zone))
    now = current_time()
    waiting = {APPROVALS: how_many_wait(actor, now), ALERTS: how_many_press(actor, known, warehouse, now)}
    led_to = links(actor, request.path, waiting)
    finds = bool(actor.scopes("trace.full:read"))
    frame = Frame(actor.name, choices, warehouse, zone, led_to, finds=finds, help=about(request.path))
    return Desk(actor, warehouse, language, now, frame)


def desk_page(
    permission: str = "", *, anywhere: bool = False, access: Access | None = None
) -> Callable[
    [Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """A view that gets the desk as its second argument.

    `permission` is asked for the warehouse worked in, or, with `anywhere`, for any; `access` says what else is asked.
    Who lacks it reads what is missing. What depends on the name in the address, the view asks itself.
    """
    asked = access or (Access(Reader.ROLE, permission, anywhere) if permission else OWN)
    here = asked.reader is Reader.ROLE and not asked.by_name

    def decorate(
        view: Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return to_login(request)
            if request.user.must_change_password:
                return HttpResponseRedirect(reverse("account_change_password"))
            desk = desk_of(request)
            if here and not asked.lets(desk.actor, desk.warehouse):
                return forbidden(request, desk, asked.named)
            return view(request, desk, *args, **kwargs)

        return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], mark(wrapped, asked))

    return decorate


def to_login(request: HttpRequest) -> HttpResponse:
    """To the login and back here; the whole page where only a part of it was asked for. A machine is told so."""
    if request.headers.get("Authorization", "").startswith("Bearer "):
        return HttpResponse(_(FOR_MACHINES) + "\n", status=401, content_type="text/plain; charset=utf-8")
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = urlunsplit(("", "", page.path, page.query, ""))
    return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(back).url})


def forbidden(request: HttpRequest, desk: Desk, permission: str) -> HttpResponse:
    """The page that says which right is missing, and where."""
    right = _(PERMISSIONS.get(permission.partition(":")[0], permission))
    params = {"right": right, "warehouse": desk.frame.warehouse_name or "–"}
    return page(request, desk, "desk/refused.html", {"problem": Problem("desk.right_missing", "", params)}, status=403)


def page(
    request: HttpRequest, desk: Desk, template: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """A template inside the frame of the desk."""
    if status == 422 and request.headers.get("HX-Request") == "true":
        status = 200  # a script would leave the page as it is, and the reader would not learn what is wrong
    context = {"frame": desk.frame, "theme": theme(request), "status": status, **context}
    return render(request, template, context, status=status)


def theme(request: HttpRequest) -> str:
    """Light or dark, as chosen, else as the system of the reader wants it; cookies of frontend/src/page.ts."""
    wanted = request.COOKIES.get("theme") or request.COOKIES.get("scheme")
    return "dark" if wanted == "dark" else "light"
