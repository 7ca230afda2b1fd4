"""Legal holds: goods whose records are kept whatever the rules say, who said so and why; and who ended it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from suyuan.accounts.rules import Actor
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.models import LegalHold
from suyuan.ledger.keys import micros
from suyuan.tlog.jcs import Json
from suyuan.trace.resolve import resolve

GOODS = frozenset({"lot", "serial", "item"})
SEES, DOES = "audit.export:read", "audit.export"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLegalHold:
    """Keep the records of these goods until somebody ends it: a lot, serial or item, by URI or number."""

    goods: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLegalHold:
    """End a legal hold; somebody else than who placed it."""

    id: int
    reason: str


@command(PlaceLegalHold, permission=DOES, scope=None)
def place(ctx: Context, who: Who, c: PlaceLegalHold) -> Plan:
    problems = [] if c.reason.strip() else [Problem("insight.reason_missing", "reason")]
    try:
        found = [one for one in resolve(c.goods.strip()) if one.kind in GOODS]
    except Refused as refused:
        return Plan(problems=[*problems, *refused.problems])
    if len(found) != 1:
        problems.append(Problem("insight.hold_goods", "goods", {"goods": c.goods[:80]}))
    elif LegalHold.objects.filter(uri=found[0].uri, ended=None).exists():
        problems.append(Problem("insight.hold_there", "goods", {"goods": c.goods[:80]}))
    if problems:
        return Plan(problems=problems)
    row = LegalHold.objects.create(
        uri=found[0].uri, reason=c.reason.strip()[:500], by=person(ctx.actor), by_name=ctx.actor.name,
        since=micros(ctx.now),
    )  # fmt: skip
    return Plan(result={"id": row.pk}, about=[row.uri], changes=[changed(row, new=True, reason=row.reason)])


@command(EndLegalHold, permission=DOES, scope=None)
def end(ctx: Context, who: Who, c: EndLegalHold) -> Plan:
    problems = [] if c.reason.strip() else [Problem("insight.reason_missing", "reason")]
    row = LegalHold.objects.filter(pk=c.id, ended=None).first()
    if row is None:
        return Plan(problems=[*problems, Problem("insight.hold_unknown", "id")])
    if row.by == person(ctx.actor):
        problems.append(Problem("insight.hold_own", "id"))
    if problems:
        return Plan(problems=problems)
    row.ended, row.ended_by, row.why = micros(ctx.now), ctx.actor.name, c.reason.strip()[:500]
    row.version += 1
    row.save()
    return Plan(result={"id": row.pk}, about=[row.uri], changes=[changed(row, new=False, reason=row.why)])


def person(actor: Actor) -> str:
    return actor.human


def changed(row: LegalHold, *, new: bool, reason: str) -> Json:
    fields: dict[str, Json] = {"state": ["", "held"] if new else ["held", "ended"], "reason": ["", reason]}
    uri = own_path(settings.SUYUAN.origin, ("legalhold", str(row.pk)))
    return {"uri": uri, "key": row.uri, "version": row.version, "new": new, "fields": fields}


def held(uris: Iterable[str]) -> dict[str, LegalHold]:
    """Which of these goods are under a legal hold of their own. One statement for 900."""
    wanted = set(uris)
    return {row.uri: row for row in LegalHold.objects.filter(ended=None).order_by("pk") if row.uri in wanted}
