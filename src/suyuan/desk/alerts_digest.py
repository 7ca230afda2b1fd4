"""The daily digest: what it says to whom, in his language; and the page where each says what he wants to be sent."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.alerts_mine import SEES, logs_of, mine
from suyuan.desk.alerts_views import AlertView, facts_of, views_of
from suyuan.desk.forms import by_field, clean
from suyuan.desk.sheets import record
from suyuan.gs1.problems import Problem
from suyuan.insight.digests import PutDigest, due
from suyuan.insight.hooks import secret_of
from suyuan.insight.kinds import KINDS, Severity
from suyuan.insight.models import Delivery, Digest, Sending
from suyuan.insight.queries import open_alerts
from suyuan.insight.sending import MAIL, NOTHING, WEBHOOK, Message, ask
from suyuan.ledger.keys import moment
from suyuan.ui.tables import Column, Row, Table

MOST = 200  # alerts in one digest; the rest is counted
STATES = {Sending.WAITING: "pending", Sending.SENT: "released", Sending.FAILED: "rejected"}


def make_due(now: datetime) -> int:
    """Make the digests whose time has come; how many. Each once a day, whatever becomes of the worker."""
    found = due(now)
    for digest, day in found:
        with translation.override(digest.language):
            message = message_of(digest, day)
        ask(digest.user_id, day, targets_of(digest) if message else {NOTHING: ""}, message or Message("", "", {}), now)
    return len(found)


def targets_of(digest: Digest) -> dict[str, str]:
    """Way → where it goes; a note for who has lost all of them."""
    ways = {
        MAIL: digest.user.email if digest.by_mail else "",
        WEBHOOK: digest.webhook,
    }
    return {way: target for way, target in ways.items() if target} or {NOTHING: ""}


def message_of(digest: Digest, day: date) -> Message | None:
    """What somebody is told of a day, with the rights that he has now; None where there is nothing to say."""
    known = directory()
    actor = actor_of(digest.user, known.sites)
    if not actor.scopes(SEES):
        return None
    found = open_alerts(day, logs_of(actor, known))
    found = found.filter(mine(actor, known)) if digest.mine_only else found
    found = found.filter(kind__in=digest.kinds.split(",")) if digest.kinds else found
    count = found.count()
    if not count:
        return None
    urgent = found.filter(severity=Severity.URGENT).count()
    views = views_of(list(found[:MOST]), actor, digest.language, day)
    subject = ngettext("Suyuan: {count} alert, {urgent} urgent", "Suyuan: {count} alerts, {urgent} urgent", count)
    subject = subject.format(count=count, urgent=urgent)
    return Message(subject, text_of(subject, views, count, day), data_of(digest.user, views, count, urgent, day))


def text_of(subject: str, views: Sequence[AlertView], count: int, day: date) -> str:
    """The mail: by kind, one line each."""
    lines = [subject, day.isoformat(), ""]
    for code, kind in KINDS.items():
        own = [view for view in views if view.alert.kind == code]
        if own:
            lines += [f"{_(kind.word)} ({len(own)})", *(f"  {_line(view)}" for view in own), ""]
    if count > len(views):
        lines += [_("{more} more").format(more=count - len(views)), ""]
    lines += [f"{settings.SUYUAN.web_url}{reverse('desk:alerts')}"]
    return "\n".join(lines) + "\n"


def _line(view: AlertView) -> str:
    mark = "! " if view.presses else "- "
    where = ", ".join(str(place) for place in view.places)
    parts = [f"{view.what}" + _(": ") + view.says, where, view.alert.log, view.owner]
    parts += [_("until {day}").format(day=view.alert.due.isoformat())] if view.alert.due else []
    return mark + " · ".join(part for part in parts if part)


def data_of(user: User, views: Sequence[AlertView], count: int, urgent: int, day: date) -> dict[str, object]:
    """The same for programs."""
    return {
        "type": "alerts.digest",
        "day": day.isoformat(),
        "user": user.username,
        "count": count,
        "urgent": urgent,
        "alerts": [
            {
                "id": view.alert.pk,
                "kind": view.alert.kind,
                "severity": Severity(view.alert.severity).name.lower(),
                "log": view.alert.log,
                "subject": view.alert.subject,
                "says": view.word + _(": ") + view.says,
                "since": view.since.isoformat(),
                "due": view.alert.due.isoformat() if view.alert.due else None,
                "owner": view.owner,
                "facts": dict(facts_of(view.alert)),
            }
            for view in views
        ],
    }


# -- the page ---------------------------------------------------------------------------------------------------------


@desk_page(SEES, anywhere=True)
def digest(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What I am sent each day, and what became of it. POST changes it."""
    problems: list[Problem] = []
    if request.method == "POST":
        problems = record(desk, request, read(request, desk))
        if not problems:
            messages.success(request, _("Kept."))
            return HttpResponseRedirect(reverse("desk:digest"))
    row = Digest.objects.filter(pk=UUID(desk.actor.id)).first()
    given = read(request, desk) if request.method == "POST" else None
    time = given.time if given else f"{row.minute // 60:02}:{row.minute % 60:02}" if row else "07:30"
    kinds = set(given.kinds if given else row.kinds.split(",") if row else ())
    context = {
        "tab": "digest",
        "row": given or row,
        "time": time,
        "language": given.language if given else row.language if row else desk.language,
        "kinds": [(code, _(kind.word), code in kinds) for code, kind in KINDS.items()],
        "email": User.objects.filter(pk=desk.actor.id).values_list("email", flat=True).first() or "",
        "secret": secret_of(settings.SUYUAN.secret_key, desk.actor.id),
        "sent": sent_table(desk),
        "request_id": uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/alerts/digest.html", context, 422 if problems else 200)


def read(request: HttpRequest, desk: Desk) -> PutDigest:
    return PutDigest(
        is_active=bool(request.POST.get("is_active")),
        time=clean(request.POST.get("time", "")),
        zone=desk.frame.zone,
        kinds=tuple(kind for kind in request.POST.getlist("kinds") if kind in KINDS),
        mine_only=bool(request.POST.get("mine_only")),
        by_mail=bool(request.POST.get("by_mail")),
        webhook=clean(request.POST.get("webhook", ""), 300),
        language=clean(request.POST.get("language", "")) or desk.language,
    )


def sent_table(desk: Desk) -> Table:
    """What was sent to me in the last month."""
    words = {Sending.WAITING: _("waits"), Sending.SENT: _("sent"), Sending.FAILED: _("given up")}
    ways = {MAIL: _("by mail"), WEBHOOK: _("to the webhook"), NOTHING: _("nothing to say")}
    rows = [
        Row(
            (row.day, ways.get(row.way, row.way), row.subject, words[Sending(row.state)], moment(row.due), row.error),
            STATES[Sending(row.state)],
        )
        for row in Delivery.objects.filter(user=UUID(desk.actor.id)).defer("file").order_by("-made")[:30]
    ]
    columns = (
        Column(_("Day")),
        Column(_("How")),
        Column(_("Subject"), needed=False),
        Column(_("State")),
        Column(_("Next try"), "time", needed=False),
        Column(_("What went wrong"), needed=False),
    )
    return Table(_("What I was sent"), columns, rows, _("Nothing yet."))
