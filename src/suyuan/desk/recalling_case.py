"""The page of a recall or a drill: its clocks and figures above, its tabs, and what may be done from each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ask
from suyuan.desk.forms import by_field, clean
from suyuan.desk.recalling import (
    COLOURS,
    SEES,
    Figure,
    case_for,
    case_url,
    clocks,
    duration,
    is_drill,
    percent,
    quantities,
    worst,
)
from suyuan.desk.recalling_deeds import ASKED, DEEDS, done_word
from suyuan.desk.recalling_tables import (
    difference_of,
    goods_table,
    lying_now,
    notice_groups,
    parties_table,
    told_of,
    versions_of,
)
from suyuan.desk.sheets import record
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import moment
from suyuan.recall.kinds import KINDS, REGIMES, RUNNING, STATES, NoticeState, State
from suyuan.recall.models import Case, Scope
from suyuan.recall.notices import drafted
from suyuan.recall.queries import Clock, Figures, current, figures
from suyuan.recall.rules import notices_digest
from suyuan.recall.scoring import WEIGHTS
from suyuan.ui.frame import Link

LONGEST = 2000
Content = Callable[[HttpRequest, Desk, "Shown"], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock as the page shows it: what has to be done until when, and how it stands."""

    word: str
    clock: Clock
    state: str
    said: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with its figures of this moment."""

    case: Case
    scope: Scope
    now: Figures
    drill: bool


@desk_page(access=SEES)
def case(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """`?tab=`: parties (first), stock, scope (`&version=`), notices, public, course, end. POST `do`: a deed of
    `recalling_deeds`; what needs a second person is sent for approval.
    """
    found = case_for(desk, request, number)
    if isinstance(found, HttpResponse):
        return found
    problems: list[Problem] = []
    if request.method == "POST":
        problems = _done(request, desk, found)
        if not problems:
            return HttpResponseRedirect(case_url(number, clean(request.POST.get("tab", ""))))
    shown = Shown(found, current(found), figures(found), is_drill(found))
    pages = _tabs(request, desk, shown)
    here = next(tab for tab in pages if tab.here)
    name = _name_of(here)
    context = {
        "case": found,
        "shown": shown,
        "kind": _(KINDS[found.kind]),
        "regime": _(REGIMES[found.regime]),
        "state": COLOURS[State(found.state)],
        "state_word": _("runs") if shown.drill and found.state in RUNNING else _(STATES[found.state]),
        "opened": moment(found.opened),
        "limits": limits(found, desk),
        "figures": drill_figures(found) if shown.drill else case_figures(shown),
        "tabs": pages,
        "tab": name,
        "template": f"desk/recalling/tab_{name}.html",
        "running": found.state in RUNNING,
        "may": _may(desk, found),
        "posted": {key: clean(str(value), LONGEST) for key, value in request.POST.items()},
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
        **CONTENTS[name](request, desk, shown),
    }
    return page(request, desk, "desk/recalling/case.html", context)


def _done(request: HttpRequest, desk: Desk, found: Case) -> list[Problem]:
    """Do what a button asks for; the problems, none when it is done or waits for its signature."""
    do = request.POST.get("do", "")
    deed = DEEDS.get(do)
    if deed is None:
        return [Problem("desk.deed_unknown", "do")]
    command = deed(request, found)
    if do in ASKED:
        return ask(desk, request, command, clean(request.POST.get("reason", "")) or found.reason)
    problems = record(desk, request, command)
    if not problems:
        messages.success(request, done_word(do))
    return problems


def _may(desk: Desk, found: Case) -> dict[str, bool]:
    """What the reader may do in the warehouse of the case."""
    return {name: desk.actor.may(f"recall.{name}", found.log) for name in ("start", "notify", "close")}


# -- the head ---------------------------------------------------------------------------------------------------------


def limits(found: Case, desk: Desk) -> list[Limit]:
    words = (_("Parties told"), _("Recall finished"))
    return [
        Limit(word, clock, _limit_state(clock), _limit_said(clock, desk))
        for word, clock in zip(words, clocks(found, desk), strict=True)
        if clock.due is not None or clock.done is not None
    ]


def _limit_state(clock: Clock) -> str:
    if clock.overdue:
        return "rejected"
    return "released" if clock.done is not None else "pending"


def _limit_said(clock: Clock, desk: Desk) -> str:
    if clock.done is not None:
        return _("done too late") if clock.overdue else _("done in time")
    if clock.due is None:
        return ""
    hours = (clock.due - round(desk.now.timestamp() * 1_000_000)) // 3_600_000_000
    if clock.overdue:
        return _("overdue by {count} h").format(count=-hours)
    if hours >= 72:
        return _("{count} days left").format(count=hours // 24)
    return _("{count} h left").format(count=hours)


def case_figures(shown: Shown) -> list[Figure]:
    """How it stands now."""
    now = shown.now
    return [
        Figure(_("recovered"), text=percent(worst(now.recovery.values()))),
        Figure(_("affected in all"), amounts=quantities(now.affected)),
        Figure(_("held here"), amounts=quantities(now.here)),
        Figure(_("set apart by customers"), amounts=quantities(now.outside)),
        Figure(_("destroyed or sent back"), amounts=quantities(_added(now.ended, now.sent_back))),
        Figure(_("of those told answered"), text=f"{now.confirmed} / {now.notified}"),
    ]


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {unit: one.get(unit, 0) + other.get(unit, 0) for unit in dict.fromkeys([*one, *other])}


def drill_figures(found: Case) -> list[Figure]:
    """How well it went, each part with its weight."""
    score, parts = found.score, found.score.get("parts", {})
    words = {
        "time": _("time"), "linked": _("of the goods fully linked"), "accounted": _("of the quantity accounted for"),
        "contacts": _("of the parties can be reached"),
    }  # fmt: skip
    shares = [
        Figure(f"{words[name]} ({_('weight {weight}').format(weight=weight)})", text=percent(parts.get(name)))
        for name, weight in WEIGHTS.items()
    ]
    return [
        Figure(_("points of 100"), int(score.get("points", 0))),
        Figure(_("to find the scope"), text=f"{score.get('millis', 0) / 1000:.2f} s"),
        Figure(_("from the start to the end"), text=duration(score.get("seconds"))),
        *shares,
    ]


# -- tabs -------------------------------------------------------------------------------------------------------------


def _tabs(request: HttpRequest, desk: Desk, shown: Shown) -> list[Link]:
    found = shown.case
    names = [
        ("parties", _("Parties"), "users"), ("stock", _("Our stock"), "map-pin"), ("scope", _("Scope"), "sitemap"),
        ("notices", _("Notices"), "send"), ("public", _("To consumers"), "speakerphone"),
        ("course", _("Course"), "history"), ("end", _("End"), "circle-check"),
    ]  # fmt: skip
    if shown.drill:
        names = [one for one in names if one[0] not in ("notices", "public")]
    known = [name for name, _word, _icon in names]
    wanted = request.POST.get("tab") or request.GET.get("tab", "")
    here = wanted if wanted in known else known[0]
    return [Link(case_url(found.number, name), word, icon, name == here) for name, word, icon in names]


def _name_of(tab: Link) -> str:
    return tab.url.rpartition("=")[2]


def _parties(request: HttpRequest, desk: Desk, shown: Shown) -> dict[str, object]:
    return {"parties": parties_table(shown.case, shown.now, desk), "papers": not shown.drill}


def _stock(request: HttpRequest, desk: Desk, shown: Shown) -> dict[str, object]:
    return {"lying": lying_now(shown.scope, desk)}


def _scope(request: HttpRequest, desk: Desk, shown: Shown) -> dict[str, object]:
    scopes = versions_of(shown.case, desk)
    asked = request.GET.get("version", "")
    chosen = next((one for one in scopes if asked == str(one.scope.version)), scopes[-1])
    older = next((one for one in scopes if one.scope.version == chosen.scope.version - 1), None)
    return {
        "scopes": scopes,
        "chosen": chosen,
        "is_current": chosen.scope.version == shown.case.version,
        "goods": goods_table(chosen.scope, desk),
        "changes": difference_of(older.scope, chosen.scope, desk) if older else None,
        "gaps": [_gap(gap) for gap in chosen.scope.gaps],
    }


def _gap(gap: Mapping[str, object]) -> Problem:
    params = gap.get("params")
    return Problem(str(gap.get("code", "")), "", dict(params) if isinstance(params, dict) else {})


def _notices(request: HttpRequest, desk: Desk, shown: Shown) -> dict[str, object]:
    groups = notice_groups(shown.case, desk)
    drafts = [view.notice for view in groups.views if view.notice.state == NoticeState.DRAFTED]
    return {
        "notices": groups,
        "drafts": drafts,
        "digest": notices_digest(map(drafted, drafts)),
        "waiting": len(shown.now.parties) - sum(row.notice is not None for row in shown.now.parties),
    }


def _public(request: HttpRequest, desk: Desk, shown: Shown) -> dict[str, object]:
    return {"published_at": moment(shown.case.published) if shown.case.published else None}


def _course(request: HttpRequest, desk: Desk, shown: Shown) -> dict[str, object]:
    return {"course": told_of(shown.case, desk)}


def _end(request: HttpRequest, desk: Desk, shown: Shown) -> dict[str, object]:
    return {"closed_at": moment(shown.case.closed) if shown.case.closed else None}


CONTENTS: Mapping[str, Content] = {
    "parties": _parties, "stock": _stock, "scope": _scope, "notices": _notices, "public": _public,
    "course": _course, "end": _end,
}  # fmt: skip
