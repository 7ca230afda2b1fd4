"""The daily digest: what somebody wants to be sent, and when it is time."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from suyuan.accounts.models import User
from suyuan.accounts.rules import PERSON, is_time_zone
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.records import person_uri
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.hooks import hook_of
from suyuan.insight.kinds import KINDS
from suyuan.insight.models import Delivery, Digest
from suyuan.tlog.jcs import Json

_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class PutDigest:
    """What the actor himself is sent: at a time of day (``07:30``) in a zone, of these kinds (empty: all)."""

    is_active: bool
    time: str
    zone: str
    kinds: tuple[str, ...] = ()
    mine_only: bool = False
    by_mail: bool = False
    webhook: str = ""
    language: str = "zh-hans"


@command(PutDigest, permission="", scope=None)
def put_digest(ctx: Context, who: Who, c: PutDigest) -> Plan:
    user = _account(ctx.actor.id)
    if user is None:
        return Plan(problems=[Problem("insight.digest_person", "")])
    problems = digest_problems(c, user)
    if problems:
        return Plan(problems=problems)
    before = Digest.objects.filter(pk=user.pk).first()
    values: dict[str, str | int | bool] = {
        "is_active": c.is_active, "minute": minute_of(c.time) or 0, "zone": c.zone, "kinds": ",".join(c.kinds),
        "mine_only": c.mine_only, "by_mail": c.by_mail, "webhook": c.webhook, "language": c.language,
    }  # fmt: skip
    version = before.version + 1 if before else 1
    Digest.objects.update_or_create(pk=user.pk, defaults={**values, "version": version})
    fields: dict[str, Json] = {
        name: [str(getattr(before, name)) if before else "", str(value)]
        for name, value in values.items()
        if before is None or getattr(before, name) != value
    }
    uri = person_uri(str(user.pk))
    changes: list[Json] = [{"uri": uri, "key": "digest", "version": version, "new": before is None, "fields": fields}]
    return Plan(result={"version": version}, about=[uri], changes=changes)


def _account(id: str) -> User | None:
    try:
        return User.objects.filter(pk=UUID(id), kind=PERSON).first()
    except ValueError:
        return None


def minute_of(text: str) -> int | None:
    """The minute of the day that a time means; None where it is none."""
    found = _TIME.fullmatch(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def digest_problems(c: PutDigest, user: User) -> list[Problem]:
    """What is wrong with it; one that is switched off may be anything that can be kept."""
    problems = [Problem("insight.digest_kind", "kinds", {"kind": kind}) for kind in c.kinds if kind not in KINDS]
    if minute_of(c.time) is None:
        problems.append(Problem("insight.digest_minute", "time"))
    if not is_time_zone(c.zone) or c.language not in LANGUAGES:
        problems.append(Problem("insight.digest_zone", "zone"))
    if c.webhook:
        try:
            hook_of(c.webhook, settings.SUYUAN.webhook_hosts)
        except Refused as refused:
            problems += refused.problems
    if c.is_active and not c.by_mail and not c.webhook:
        problems.append(Problem("insight.digest_nowhere", "by_mail"))
    if c.is_active and c.by_mail and not user.email:
        problems.append(Problem("insight.digest_mail", "by_mail"))
    return problems


def day_due(minute: int, zone: str, now: datetime) -> date | None:
    """The day whose digest is due by now; None before its time."""
    local = now.astimezone(ZoneInfo(zone))
    return local.date() if local.hour * 60 + local.minute >= minute else None


def due(now: datetime) -> list[tuple[Digest, date]]:
    """Whose digest of which day is to be made. Two statements."""
    rows = Digest.objects.filter(is_active=True, user__is_active=True).select_related("user")
    days = [(row, day) for row in rows if (day := day_due(row.minute, row.zone, now)) is not None]
    people, dates = [row.pk for row, _day in days], {day for _row, day in days}
    made = set(Delivery.objects.filter(user__in=people, day__in=dates, about="").values_list("user", "day"))
    return [(row, day) for row, day in days if (row.pk, day) not in made]
