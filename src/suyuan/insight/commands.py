"""What people do with alerts: give them to somebody, let them wait, wake them, say that they are done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from suyuan.accounts.models import Team, User
from suyuan.accounts.rules import Actor, login_name
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.insight.kinds import COMPANY, KINDS, State
from suyuan.insight.models import Alert
from suyuan.ledger.bulk import chunks
from suyuan.ledger.keys import micros
from suyuan.tlog.jcs import Json

MOST = 500  # alerts at once
LONGEST_SNOOZE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAlerts:
    """Alerts by their ids, and why."""

    alerts: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignAlerts(OfAlerts):
    """Give alerts to a person (`owner`, a user name) or a team (its code), until a day. What is None stays as it is; an
    empty text takes it away."""

    owner: str | None = None
    team: str | None = None
    due: date | None = None


@command(AssignAlerts, permission="", scope=None)
def assign_alerts(ctx: Context, who: Who, c: AssignAlerts) -> Plan:
    found, problems = _alerts(ctx, c)
    values: dict[str, Json | date] = {}
    if c.owner is not None:
        values["owner"] = _account(c.owner, problems)
    if c.team is not None:
        values["team"] = _team(c.team, problems)
    if c.owner and c.team:
        problems.append(Problem("insight.one_owner", "owner"))
    if c.due is not None:
        values["due"] = c.due
    if not values:
        problems.append(Problem("insight.nothing_said", "owner"))
    return Plan(problems=problems) if problems else _done(found, **values)


def _account(name: str, problems: list[Problem]) -> str:
    """The account id of a user name in use; empty where nobody is named."""
    if not name.strip():
        return ""
    user = User.objects.filter(username=login_name(name), is_active=True).first()
    if user is None:
        problems.append(Problem("insight.person_unknown", "owner", {"person": name}))
    return str(user.pk) if user else ""


def _team(code: str, problems: list[Problem]) -> str:
    if code.strip() and not Team.objects.filter(pk=code.strip()).exists():
        problems.append(Problem("insight.team_unknown", "team", {"team": code}))
    return code.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeAlerts(OfAlerts):
    """Let alerts be silent until a day, inclusive, at most 90 days; one that gets worse speaks before."""

    until: date


@command(SnoozeAlerts, permission="", scope=None)
def snooze_alerts(ctx: Context, who: Who, c: SnoozeAlerts) -> Plan:
    found, problems = _alerts(ctx, c)
    problems += _reason(c)
    today = ctx.now.date()
    if not today <= c.until <= today + LONGEST_SNOOZE:
        last = (today + LONGEST_SNOOZE).isoformat()
        problems.append(Problem("insight.snooze_long", "until", {"until": c.until.isoformat(), "last": last}))
    if problems:
        return Plan(problems=problems)
    return _done(
        found, snoozed_until=c.until, snooze_reason=c.reason.strip(), snoozed_by=ctx.actor.id,
        snooze_severity=F("severity"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeAlerts(OfAlerts):
    """Take back a snooze, or that they are done."""


@command(WakeAlerts, permission="", scope=None)
def wake_alerts(ctx: Context, who: Who, c: WakeAlerts) -> Plan:
    found, problems = _alerts(ctx, c)
    if problems:
        return Plan(problems=problems)
    return _done(
        found, state=State.OPEN.value, snoozed_until=None, snooze_severity=0, snooze_reason="", snoozed_by="",
        closed=None, closed_by="", why="",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAlerts(OfAlerts):
    """Somebody has looked after them. They stay silent as long as their cause is there, unless it gets worse."""


@command(CloseAlerts, permission="", scope=None)
def close_alerts(ctx: Context, who: Who, c: CloseAlerts) -> Plan:
    found, problems = _alerts(ctx, c)
    problems += _reason(c)
    if problems:
        return Plan(problems=problems)
    return _done(found, state=State.DONE.value, closed=micros(ctx.now), closed_by=ctx.actor.id, why=c.reason.strip())


def _reason(c: OfAlerts) -> list[Problem]:
    return [] if c.reason.strip() else [Problem("insight.reason_missing", "reason")]


def _alerts(ctx: Context, c: OfAlerts) -> tuple[list[Alert], list[Problem]]:
    """The alerts that are meant, locked; who may not act on one is refused all of them."""
    if not c.alerts:
        return [], [Problem("insight.none_chosen", "alerts")]
    if len(c.alerts) > MOST:
        return [], [Problem("insight.too_many", "alerts", {"count": str(len(c.alerts)), "most": str(MOST)})]
    found = list(Alert.objects.select_for_update().filter(pk__in=c.alerts).order_by("pk"))
    problems = []
    if len(found) < len(set(c.alerts)) or any(one.state == State.GONE for one in found):
        problems.append(Problem("insight.gone_meanwhile", "alerts"))
    if any(not may_act(ctx.actor, one.kind, one.log, one.owner) for one in found):
        problems.append(Problem("insight.not_yours", "alerts"))
    return found, problems


def may_act(actor: Actor, kind: str, log: str, owner: str = "") -> bool:
    """May he act on alerts of this kind there: by what he may do with its cause, or since it was given to him?"""
    if owner and owner == actor.id:
        return True
    acts = KINDS[kind].acts if kind in KINDS else ()
    return any(actor.scopes(one) if log == COMPANY else actor.may(one, log) for one in acts)


def _done(found: Sequence[Alert], **values: object) -> Plan:
    for part in chunks([one.pk for one in found], 400):
        Alert.objects.filter(pk__in=part).update(**values, version=F("version") + 1)
    return Plan(result={"alerts": [one.pk for one in found]}, about=_subjects(found), changes=_changes(found, values))


def _subjects(found: Iterable[Alert]) -> list[str]:
    return list(dict.fromkeys(one.subject for one in found if one.subject.startswith("http")))


def _changes(found: Sequence[Alert], values: dict[str, object]) -> list[Json]:
    told = {name: value for name, value in values.items() if not isinstance(value, F)}
    return [
        {
            "uri": f"urn:suyuan:alert:{one.pk}",
            "key": f"{one.kind} {one.subject}",
            "version": one.version + 1,
            "new": False,
            "fields": {name: [_text(getattr(one, name)), _text(value)] for name, value in told.items()},
        }
        for one in found
    ]


def _text(value: object) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
