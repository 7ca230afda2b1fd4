"""What is asked of alerts: those that speak, to whom they are given, how many there are. What suppliers' scores are
made of."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import F, Q, QuerySet

from suyuan.insight.kinds import COMPANY, SCORE, State
from suyuan.insight.models import Alert, ScoreLimit, ScoreWeight
from suyuan.insight.rules import is_silent


def is_silent_now(alert: Alert, today: date) -> bool:
    """Is it snoozed?"""
    return is_silent(alert.snoozed_until, alert.snooze_severity, alert.severity, today)


def speaking(today: date) -> Q:
    """Not snoozed, or worse than it was then (`rules.is_silent`, as a condition)."""
    return Q(snoozed_until=None) | Q(snoozed_until__lt=today) | Q(severity__gt=F("snooze_severity"))


def open_alerts(today: date, logs: Iterable[str] | None = None) -> QuerySet[Alert]:
    """The alerts that speak, what presses most first; of these logs and the firm as a whole."""
    found = Alert.objects.filter(speaking(today), state=State.OPEN)
    if logs is not None:
        found = found.filter(log__in=[*logs, COMPANY])
    return found.order_by("-severity", F("due").asc(nulls_last=True), "since", "pk")


def is_for(account: str, teams: Collection[str], kinds: Collection[str]) -> Q:
    """Given to him, or to a team of his; of those given to nobody, the kinds that his roles look after."""
    return Q(owner=account) | Q(owner="", team__in=list(teams)) | Q(owner="", team="", kind__in=list(kinds))


def weights() -> dict[str, int]:
    """What each part of a supplier's score weighs now. One statement."""
    return {name: part.weight for name, part in SCORE.items()} | dict(ScoreWeight.objects.values_list("part", "weight"))


def limits() -> dict[str, int]:
    """Under how many points a supplier is marked, by what (`kinds.MARKED`). One statement."""
    return dict(ScoreLimit.objects.filter(least__gt=0).order_by("pk").values_list("part", "least"))
