"""Whose alerts are whose: those that were given to somebody, to his team, or that his roles look after."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from suyuan.accounts.models import Team
from suyuan.accounts.rules import Actor
from suyuan.catalog.directory import Directory
from suyuan.insight.kinds import Severity
from suyuan.insight.queries import open_alerts
from suyuan.insight.world import Rule, rules

SEES = "trace.full:read"
_known: tuple[str, dict[str, Rule]] = ("", {})


def rules_now(known: Directory) -> dict[str, Rule]:
    """The rules of alerts. They are a register, so the catalog's version says whether they have changed."""
    global _known
    if _known[0] != known.token:
        _known = known.token, rules()
    return _known[1]


def mine(actor: Actor, known: Directory) -> Q:
    """The alerts that are his to look after."""
    kinds = [rule.kind for rule in rules_now(known).values() if rule.role in actor.roles]
    teams = Team.objects.filter(members__pk=actor.id).values("pk")
    return Q(owner=actor.id) | Q(owner="") & (Q(team__in=teams) | Q(team="", kind__in=kinds))


def logs_of(actor: Actor, known: Directory) -> list[str]:
    """The warehouses whose alerts he may see."""
    return [code for code in sorted(known.warehouses) if actor.may(SEES, code)]


def how_many_press(actor: Actor, known: Directory, warehouse: str, now: datetime) -> int:
    """How many urgent alerts of the warehouse, or of the firm, are his. One statement."""
    if not warehouse or not actor.may(SEES, warehouse):
        return 0
    found = open_alerts(timezone.localdate(now), [warehouse]).filter(mine(actor, known), severity=Severity.URGENT)
    return found.count()
