"""RerunScope, WidenScope, NarrowScope: the next version of a scope. What is new is held at once; what the trace no
longer finds is proposed; only two people take anything out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import key16
from suyuan.recall.cases import (
    OfCase,
    Versioned,
    begun,
    broken,
    case_of,
    fields_of,
    goods_of,
    hold_event,
    lift_event,
    merged,
    next_version,
    scope_of,
    signer_problems,
    take,
    text_problems,
)
from suyuan.recall.drafting import do_draft
from suyuan.recall.kinds import Cause, News, Role, State
from suyuan.recall.models import Case
from suyuan.recall.rules import ALONE, WITH_ALL, Good
from suyuan.recall.scoping import BY_LOT, candidates
from suyuan.recall.starting import found_for
from suyuan.recall.writes import do_watch
from suyuan.stock.store import NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunScope(OfCase):
    """Run the trace again. Where it says nothing new, there is no new version."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WidenScope(OfCase):
    """More is recalled than was thought: `subjects` as in `StartRecall`, beside those there are."""

    subjects: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrowScope(OfCase):
    """Goods (URIs) are taken out of the scope, and freed of this recall alone; `onward`: with what was reached through
    them only. `version`: of the scope that was looked at.
    """

    goods: tuple[str, ...]
    reason: str
    version: int = 0
    onward: bool = True


@command(RerunScope, permission="recall.start")
def rerun_scope(ctx: Context, who: Who, c: RerunScope) -> Plan:
    since = begun(ctx)
    problems: list[Problem] = []
    case = case_of(c, problems)
    found = found_for(ctx, who, case.subjects, case.query, problems) if case is not None else None
    if case is None or found is None or problems:
        return Plan(problems=problems)
    before = goods_of(scope_of(case))
    now = merged(case, found, before)
    if not now.news:
        do_watch(case, found, 0)
        Case.objects.filter(pk=case.pk).update(grown=False)
        return Plan(result={"case": case.number, "version": case.version, "changed": False}, about=[case.uri])
    made = next_version(ctx, who, case, found, now, before, since, Cause.RERUN, c.reason.strip())
    return _plan(ctx, who, case, made, c.reason.strip() or case.reason)


@command(WidenScope, permission="recall.start")
def widen_scope(ctx: Context, who: Who, c: WidenScope) -> Plan:
    since = begun(ctx)
    problems = text_problems(("reason", c.reason))
    case = case_of(c, problems)
    if case is None:
        return Plan(problems=problems)
    named = candidates(c.subjects, problems)
    found = found_for(ctx, who, case.subjects, case.query, problems, named) if not problems else None
    if problems or found is None:
        return Plan(problems=problems)
    before = goods_of(scope_of(case))
    now = merged(case, found, before, again={one.key for one in named})
    if not {good.key for good in now.goods if good.counts} - {good.key for good in before if good.counts}:
        return Plan(problems=[Problem("recall.nothing_new", "subjects")])
    made = next_version(ctx, who, case, found, now, before, since, Cause.WIDENED, c.reason.strip())
    return _plan(ctx, who, case, made, c.reason.strip())


@command(NarrowScope, permission="recall.start", approvals=("recall.start:approve",), four_eyes=always)
def narrow_scope(ctx: Context, who: Who, c: NarrowScope) -> Plan:
    since = begun(ctx)
    problems = text_problems(("reason", c.reason))
    case = case_of(c, problems)
    if case is None:
        return Plan(problems=problems)
    before = goods_of(scope_of(case))
    out = chosen(c.goods, before, problems)
    problems += signer_problems(ctx, case.opened_person) + version_problems(case, c.version)
    found = found_for(ctx, who, case.subjects, case.query, problems) if not problems else None
    if problems or found is None:
        return Plan(problems=problems)
    how = (WITH_ALL if c.onward else ALONE, c.reason.strip()[:300])
    now = merged(case, found, before, dict.fromkeys(out, how))
    if not any(good.counts for good in now.goods):
        return Plan(problems=[Problem("recall.all_out", "goods")])
    made = next_version(ctx, who, case, found, now, before, since, Cause.NARROWED, c.reason.strip())
    return _plan(ctx, who, case, made, c.reason.strip())


def chosen(goods: Sequence[str], before: Sequence[Good], problems: list[Problem], field: str = "goods") -> set[bytes]:
    """The keys of the goods that are named; a problem at what is not in the scope, is out already, or is a serial that
    its lot holds: that cannot be freed alone.
    """
    if not goods:
        problems.append(Problem("recall.subjects_missing", field))
    known = {good.key: good for good in before if good.ahead}
    keys: dict[bytes, int] = {}
    for n, text in enumerate(goods):
        try:
            keys.setdefault(key16(identify(text.strip()).uri), n)
        except Refused as refused:
            problems += [Problem(p.code, f"{field}[{n}]", p.params) for p in refused.problems]
    lots = any(known[key].kind == "lot" for key in keys if key in known)
    for key, n in keys.items():
        good = known.get(key)
        code = (
            "recall.not_in_scope" if good is None
            else "recall.out_already" if good.out
            else "recall.held_by_lot" if good.held == BY_LOT and not lots
            else ""
        )  # fmt: skip
        if code:
            problems.append(Problem(code, f"{field}[{n}]", {"goods": goods[n][:200]}))
    return set(keys)


def version_problems(case: Case, version: int) -> list[Problem]:
    """Has the scope changed since somebody looked? 0: he did not say."""
    if version in (0, case.version):
        return []
    return [Problem("recall.scope_changed", "version", {"version": str(case.version)})]


def _plan(ctx: Context, who: Who, case: Case, made: Versioned, reason: str) -> Plan:
    """Hold what is new, free what is out, and write drafts for parties that are new, where others were told already."""
    events = [hold_event(ctx, who, case, made.blocked, reason)] if made.blocked else []
    events += [lift_event(ctx, who, case, made.freed, reason)] if made.freed else []
    held = take(made.blocked) if made.blocked else NOTHING
    flagged = broken(ctx, who, case, made.blocked, reason) if made.blocked else 0
    drafted = 0
    if case.state == State.NOTIFYING:
        new = [(one.party, one.role) for one in made.parties if one.news == News.NEW and one.role == Role.CUSTOMER]
        drafted = len(do_draft(ctx, who, case, made.scope, new))
    totals = made.scope.totals
    return Plan(
        result={
            "case": case.number, "version": made.scope.version, "digest": made.scope.digest, "changed": True,
            "held": len(made.blocked), "freed": len(made.freed), "gone": totals["gone"],
            "reservations_broken": flagged, "drafted": drafted,
        },
        events=events,
        about=[case.uri],
        fields=fields_of(made.blocked, made.freed),
        held=held,
    )  # fmt: skip
