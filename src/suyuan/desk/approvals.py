"""Requests for a second person: what waits for me, what I asked for, and one of them to be decided."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.proving import proves_identity
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.asked import facts, rows_table
from suyuan.desk.deeds import goods_table, lines_of, word_of
from suyuan.desk.forms import by_field, clean
from suyuan.desk.naming import Names
from suyuan.desk.sheets import context_of, record
from suyuan.governance.approvals import WithdrawApproval, approve, asking, refuse_request
from suyuan.governance.models import RequestState
from suyuan.governance.settings import SMALL_FIRM, value_of
from suyuan.governance.signing import GROUPS, MEANINGS, is_missing
from suyuan.governance.waiting import Asked, asked_by, find, may_sign, signed_by, waiting_for
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.ledger.keys import COMPANY, key16
from suyuan.stock import queries as stock
from suyuan.ui.frame import Choice
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Column, Jump, Row, States, Table

SHOWN = 50
SEES_ALL = "audit.export:read"
STATE_WORDS = {
    RequestState.WAITING: N_("waits"),
    RequestState.APPROVED: N_("approved"),
    RequestState.REFUSED: N_("refused"),
    RequestState.WITHDRAWN: N_("withdrawn"),
    RequestState.EXPIRED: N_("expired"),
    RequestState.DEAD: N_("dead: something changed"),
}
STATES = {
    RequestState.WAITING: "pending",
    RequestState.APPROVED: "released",
    RequestState.REFUSED: "rejected",
    RequestState.EXPIRED: "expired",
    RequestState.WITHDRAWN: "expired",
    RequestState.DEAD: "held",
}


@desk_page()
def approvals(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits for me, what I asked for, what I decided."""
    waiting, mine = waiting_for(desk.actor, desk.now), asked_by(desk.actor, desk.now, SHOWN)
    signed = signed_by(desk.actor, desk.now, SHOWN)
    context = {
        "waiting": requests_table(waiting, desk, _("Nothing waits for you.")),
        "mine": requests_table(mine, desk, _("You have not asked for anything.")),
        "signed": requests_table(signed, desk, _("You have not signed anything.")),
        "count": len(waiting),
    }
    return page(request, desk, "desk/approvals.html", context)


def requests_table(asked: Sequence[Asked], desk: Desk, empty: str) -> Table:
    """Requests in a list, each with a link to its page."""
    columns = (
        Column(_("What")),
        Column(_("Where"), needed=False),
        Column(_("Asked by")),
        Column(_("Reason"), needed=False),
        Column(_("Asked"), "time", needed=False),
        Column(_("Good until"), "time"),
        Column(_("State")),
    )
    rows = [
        Row(
            (
                Jump(word_of(one.name), reverse("desk:approval", args=[one.id])),
                place_of(one, desk),
                one.requester,
                one.reason,
                one.created,
                one.expires,
                _(STATE_WORDS[one.state]),
            ),
            STATES[one.state],
        )
        for one in asked
    ]
    return Table(_("Requests"), columns, rows, empty)


def place_of(asked: Asked, desk: Desk) -> str:
    """The warehouse of a request, or that it is the company's."""
    known = {choice.code: choice.name for choice in desk.frame.warehouses}
    return _("Company") if asked.log == COMPANY else known.get(asked.log, asked.log)


@desk_page()
def approval(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """One request: what will happen, what it is about as it is now; signed, refused or withdrawn here."""
    asked = find(id, desk.now)
    alone = bool(value_of(SMALL_FIRM))
    if asked is None or not may_see(asked, desk, alone=alone):
        return page(request, desk, "desk/refused.html", {"problem": Problem("governance.request_unknown")}, 404)
    problems: list[Problem] = []
    if request.method == "POST":
        problems = decided(request, desk, asked)
        if not problems:
            return HttpResponseRedirect(reverse("desk:approvals"))
        asked = find(id, desk.now) or asked
    return page(request, desk, "desk/approval.html", shown(request, desk, asked, problems, alone=alone))


def may_see(asked: Asked, desk: Desk, *, alone: bool) -> bool:
    """Whoever asked, may sign or has signed, and who reads the audit."""
    if asked.person == desk.actor.human or may_sign(asked, desk.actor, alone=alone):
        return True
    if asked.spec is None or asked.command is None:
        return desk.actor.may(SEES_ALL)
    scope = asked.spec.warehouse(asked.command) or "*"
    return desk.actor.may(SEES_ALL, scope) or any(group.open_to(desk.actor, scope) for group in asked.groups)


def decided(request: HttpRequest, desk: Desk, asked: Asked) -> list[Problem]:
    """What the buttons of the page do; the problems, none when it is done."""
    action, reason = request.POST.get("action", ""), clean(request.POST.get("reason", ""))
    if action == "withdraw":
        problems = record(desk, request, WithdrawApproval(request=asked.id))
        if not problems:
            messages.success(request, _("Withdrawn. Nothing was done."))
        return problems
    try:
        if action == "refuse":
            refuse_request(context_of(desk, request), asked.id, reason=reason)
            messages.success(request, _("Refused. Whoever asked sees your reason."))
        else:
            done = approve(
                context_of(desk, request),
                asked.id,
                lambda: proves_identity(
                    request, password=request.POST.get("password", ""), code=clean(request.POST.get("code", ""))
                ),
                meaning=request.POST.get("meaning", ""),
                reason=reason,
            )
            messages.success(
                request, _("Approved and done.") if done else _("Signed. It waits for one more signature.")
            )
    except Refused as refused:
        return list(refused.problems)
    return []


def shown(
    request: HttpRequest, desk: Desk, asked: Asked, problems: Sequence[Problem], *, alone: bool
) -> dict[str, object]:
    """What the page of a request shows."""
    goods = [line.uri for line in lines_of(asked.command) if line.uri]
    uris = [uri for uri in asked.versions if not uri.startswith("urn:suyuan:")]
    names = Names([*goods, *uris], desk.language)
    return {
        "asked": asked,
        "word": word_of(asked.name),
        "place": place_of(asked, desk),
        "state": STATES[asked.state],
        "state_word": _(STATE_WORDS[asked.state]),
        "facts": facts(asked.command, desk),
        "goods": goods_table(asked.command, names),
        "rows": rows_table(asked.command, desk),
        "now": standing_table(uris, names, desk),
        "meanings": [Choice(code, _(text)) for code, text in MEANINGS.items()],
        "open": [_(GROUPS[group.name]) for group in asked.open_groups],
        "given": [(one, _(GROUPS.get(one.group, "")), _(MEANINGS.get(one.meaning, ""))) for one in asked.given],
        "why_dead": [say_problem(one) for one in asked.problems],
        "may_sign": may_sign(asked, desk.actor, alone=alone),
        "himself": asked.person == desk.actor.human,
        "problems_found": problems,
        "errors": by_field(problems),
        "posted": {name: clean(request.POST.get(name, "")) for name in ("reason", "meaning")},
        "request_id": request.POST.get("request_id") or uuid4(),
    }


def say_problem(told: object) -> Problem:
    """A problem as it was kept."""
    parts = told if isinstance(told, dict) else {}
    return Problem(str(parts.get("code", "")), str(parts.get("field", "")), dict(parts.get("params", {})))


def standing_table(uris: Sequence[str], names: Names, desk: Desk) -> Table:
    """The goods it is about, as they lie now."""
    lie = [row for row in stock.stock_of(key16(uri) for uri in uris) if row.ours]
    rows = stock.placed(lie, desk.today.toordinal())
    places = Names([row.place for row in rows], desk.language)
    columns = (
        Column(_("Goods"), "thing"),
        Column(_("Place"), "thing"),
        Column(_("Quantity"), "quantity"),
        Column(_("State"), "state"),
    )
    lying = [
        Row(
            (
                names.thing(row.uri),
                places.thing(row.place),
                Quantity(row.quantity, row.unit or COUNT),
                States(strictest_first(tuple(state.value for state in row.states))),
            ),
            row.state.value,
        )
        for row in rows[:SHOWN]
    ]
    return Table(_("As it is now"), columns, lying, _("No goods of it lie here."), len(rows))


# -- asking, from whichever form lacks the second person --------------------------------------------------------------

ASK = "ask"  # the button that leaves it for the second person to sign


def done_or_asked(desk: Desk, request: HttpRequest, command: object, reason: str, said: str) -> list[Problem]:
    """Do a command and say so, or send it for approval where that button was pressed; the problems, none when done."""
    if request.POST.get("do") == ASK:
        return ask(desk, request, command, reason)
    problems = record(desk, request, command)
    if not problems:
        messages.success(request, said)
    return problems


def can_ask(request: HttpRequest, problems: Sequence[Problem]) -> bool:
    """Is a second person missing, or was one asked in vain, so that the form offers to ask?"""
    return any(map(is_missing, problems)) or (request.POST.get("do") == ASK and bool(problems))


def ask(desk: Desk, request: HttpRequest, command: object, reason: str) -> list[Problem]:
    """Send a command for approval instead of doing it; the problems, none when it waits."""
    problems = record(desk, request, asking(command, reason))
    if not problems:
        messages.success(request, _("Sent for approval. It is done as soon as somebody else has signed it."))
    return problems
