"""Views of reports that people keep: for themselves, for all, and to be sent by mail."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from suyuan.accounts.models import User
from suyuan.accounts.rules import PERSON, Actor, is_time_zone, login_name
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.digests import LANGUAGES, minute_of
from suyuan.insight.models import Delivery, ReportView
from suyuan.insight.reports.asking import names_of
from suyuan.insight.reports.catalogue import REPORTS
from suyuan.ledger.keys import micros, moment
from suyuan.tlog.jcs import Json

EVERY: Mapping[str, str] = {"": N_("not at all"), "day": N_("every day"), "week": N_("every week"),
                            "month": N_("every month")}  # fmt: skip
MOST_VIEWS = 100  # of one person
MOST_RECIPIENTS = 30
LATE = timedelta(days=3)  # after which nobody is sent what was due


@dataclass(frozen=True, slots=True, kw_only=True)
class PutReportView:
    """Keep a view of a report: a new one, or that with this `id`. `query`: its parameters as an address has them.

    `every`: ``day``, ``week``, ``month`` or nothing: when it is sent; `on` the day of the week (1 to 7) or month, at
    `time` (``07:30``) in `zone`, to `recipients` (user names).
    """

    report: str
    name: str
    query: str = ""
    id: int | None = None
    shared: bool = False
    every: str = ""
    on: int = 1
    time: str = "07:30"
    zone: str = ""
    recipients: tuple[str, ...] = ()
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropReportView:
    """Keep a view no longer."""

    id: int


@command(PutReportView, permission="", scope=None)
def put_view(ctx: Context, who: Who, c: PutReportView) -> Plan:
    owner = account_of(ctx.actor)
    if owner is None:
        return Plan(problems=[Problem("insight.view_person", "")])
    before = ReportView.objects.filter(pk=c.id, owner=owner).first() if c.id is not None else None
    problems = view_problems(c, ctx.actor, owner, known=c.id is None or before is not None)
    people, unknown = recipients_of(c)
    problems += unknown
    if problems:
        return Plan(problems=problems)
    values: dict[str, Json] = {
        "report": c.report, "name": c.name.strip(), "query": kept_query(c.report, c.query), "shared": c.shared,
        "every": c.every, "on": c.on, "minute": minute_of(c.time) or 0, "zone": c.zone,
        "recipients": [str(one.pk) for one in people], "language": c.language,
    }  # fmt: skip
    timed = ("every", "on", "minute", "zone")
    anew = before is None or any(getattr(before, name) != values[name] for name in timed)
    version = before.version + 1 if before else 1
    row = before or ReportView(owner=owner)
    fields: dict[str, Json] = {
        name: [str(getattr(before, name)) if before else "", str(value)]
        for name, value in values.items()
        if before is None or getattr(before, name) != value
    }
    for name, value in values.items():
        setattr(row, name, value)
    row.version, row.begun = version, micros(ctx.now) if anew else row.begun
    row.save()
    return Plan(result={"id": row.pk, "version": version}, about=[uri_of(row.pk)],
                changes=[changed(row, new=before is None, fields=fields)])  # fmt: skip


@command(DropReportView, permission="", scope=None)
def drop_view(ctx: Context, who: Who, c: DropReportView) -> Plan:
    row = ReportView.objects.filter(pk=c.id, owner__pk=_uuid(ctx.actor.id)).first()
    if row is None:
        return Plan(problems=[Problem("insight.view_unknown", "id")])
    change = changed(row, new=False, fields={"name": [row.name, ""]})
    uri = uri_of(row.pk)
    row.delete()
    return Plan(result={"id": c.id}, about=[uri], changes=[change])


def uri_of(id: int) -> str:
    return own_path(settings.SUYUAN.origin, ("reportview", str(id)))


def changed(row: ReportView, *, new: bool, fields: Mapping[str, Json]) -> Json:
    return {"uri": uri_of(row.pk), "key": row.name, "version": row.version, "new": new, "fields": dict(fields)}


def account_of(actor: Actor) -> User | None:
    return User.objects.filter(pk=_uuid(actor.id), kind=PERSON).first()


def _uuid(text: str) -> UUID:
    """The id of an account; of what is none, one that nobody has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def kept_query(report: str, query: str) -> str:
    """The parameters that the report knows, in one order."""
    given = dict(parse_qsl(query.lstrip("?")))
    return urlencode({name: given[name] for name in names_of(REPORTS[report]) if given.get(name)})


def view_problems(c: PutReportView, actor: Actor, owner: User, *, known: bool) -> list[Problem]:
    problems = [] if known else [Problem("insight.view_unknown", "id")]
    report = REPORTS.get(c.report)
    if report is None or not actor.scopes(report.permission):
        return [*problems, Problem("insight.view_report", "report", {"report": c.report[:40]})]
    mine = ReportView.objects.filter(owner=owner).exclude(pk=c.id or 0)
    if not c.name.strip() or len(c.name) > 100:
        problems.append(Problem("insight.view_name", "name"))
    elif mine.filter(name=c.name.strip()).exists():
        problems.append(Problem("insight.view_taken", "name", {"name": c.name.strip()}))
    if mine.count() >= MOST_VIEWS:
        problems.append(Problem("insight.view_many", "", {"most": str(MOST_VIEWS)}))
    if len(kept_query(c.report, c.query)) > 1000:
        problems.append(Problem("insight.view_long", "query"))
    if c.every not in EVERY or not 1 <= c.on <= (7 if c.every == "week" else 31):
        problems.append(Problem("insight.view_every", "every"))
    if minute_of(c.time) is None:
        problems.append(Problem("insight.digest_minute", "time"))
    if (c.every and not is_time_zone(c.zone)) or c.language not in LANGUAGES:
        problems.append(Problem("insight.digest_zone", "zone"))
    return problems


def recipients_of(c: PutReportView) -> tuple[list[User], list[Problem]]:
    """The accounts that it is sent to: people in use who have an address."""
    names = list(dict.fromkeys(login_name(name) for name in c.recipients if name.strip()))
    found = {one.username: one for one in User.objects.filter(username__in=names, is_active=True, kind=PERSON)}
    missing = [name for name in names if name not in found]
    problems = [Problem("insight.person_unknown", "recipients", {"person": name}) for name in missing]
    problems += [
        Problem("insight.view_address", "recipients", {"person": one.name}) for one in found.values() if not one.email
    ]
    if c.every and not names:
        problems.append(Problem("insight.view_nobody", "recipients"))
    if len(names) > MOST_RECIPIENTS:
        problems.append(Problem("insight.view_crowd", "recipients", {"most": str(MOST_RECIPIENTS)}))
    return list(found.values()), problems


def seen_by(actor: Actor) -> list[ReportView]:
    """His own views, and those that others share of reports that he may see."""
    rows = ReportView.objects.filter(Q(owner__pk=_uuid(actor.id)) | Q(shared=True)).select_related("owner")
    return [one for one in rows.order_by("name", "pk") if one.report in REPORTS
            and actor.scopes(REPORTS[one.report].permission)]  # fmt: skip


# -- when it is sent --------------------------------------------------------------------------------------------------


def last_due(every: str, on: int, minute: int, local: datetime) -> date:
    """The last day on which it was due by now, in the zone of `local`."""
    today = local.date()
    day = today if local.hour * 60 + local.minute >= minute else today - timedelta(days=1)
    if every == "week":
        return day - timedelta(days=(day.isoweekday() - on) % 7)
    if every == "month":
        this = _in_month(day.year, day.month, on)
        if this <= day:
            return this
        before = day.replace(day=1) - timedelta(days=1)
        return _in_month(before.year, before.month, on)
    return day


def _in_month(year: int, month: int, on: int) -> date:
    return date(year, month, min(on, calendar.monthrange(year, month)[1]))


def due_views(now: datetime) -> list[tuple[ReportView, date, list[User]]]:
    """Which views are to be sent for which day, and to whom who was not sent it yet. Four statements."""
    rows = list(ReportView.objects.exclude(every="").filter(owner__is_active=True).order_by("pk"))
    days = {row.pk: day for row in rows if (day := _due(row, now)) is not None}
    wanted = {UUID(one) for row in rows if row.pk in days for one in row.recipients}
    people = {one.pk: one for one in User.objects.filter(pk__in=wanted, is_active=True).exclude(email="")}
    made = set(
        Delivery.objects.filter(about__in=[f"view:{id}" for id in days], day__in=set(days.values()))
        .values_list("about", "day", "user")
    )  # fmt: skip
    found = []
    for row in rows:
        if row.pk in days:
            to = [people[id] for one in row.recipients if (id := UUID(one)) in people]
            left = [one for one in to if (f"view:{row.pk}", days[row.pk], one.pk) not in made]
            if left:
                found.append((row, days[row.pk], left))
    return found


def _due(row: ReportView, now: datetime) -> date | None:
    zone = ZoneInfo(row.zone)
    day = last_due(row.every, row.on, row.minute, now.astimezone(zone))
    at = datetime(day.year, day.month, day.day, row.minute // 60, row.minute % 60, tzinfo=zone)
    return day if moment(row.begun) <= at and now - at < LATE else None
