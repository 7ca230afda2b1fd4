"""CloseRecall, CancelRecall, CloseDrill.

The end of a recall frees nothing by itself. What was recalled stays so, for a return that comes a year later must not
be sold: what is still here is destroyed or sent back by its own commands, before the end or after it. Only goods that
are named as good are freed, and by a cancelled recall all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import micros
from suyuan.recall.cases import (
    OfCase,
    case_of,
    fields_of,
    goods_of,
    lift_event,
    parties_of,
    scope_of,
    signer_problems,
    text_problems,
)
from suyuan.recall.drafting import as_recipient, do_draft
from suyuan.recall.kinds import News, NoticeState, Purpose, State
from suyuan.recall.models import Case, Notice
from suyuan.recall.notices import do_approve
from suyuan.recall.publishing import do_withdraw
from suyuan.recall.queries import TOLD, figures
from suyuan.recall.rescoping import chosen, version_problems
from suyuan.recall.rules import Good
from suyuan.recall.scoping import NAMED
from suyuan.recall.scoring import score

_OPEN = (NoticeState.DRAFTED.value, NoticeState.APPROVED.value, NoticeState.FAILED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRecall(OfCase):
    """It is over. `outcome`: what came of it; `open_why`: why it can be closed though questions are open, none where
    none are. `good`: goods (URIs) that turned out to be good and are freed; `version`: of the scope that was looked at.
    """

    outcome: str
    open_why: str = ""
    good: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRecall(OfCase):
    """It was a mistake, such as two lots confused: everything is freed, and whoever was told is told so."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDrill(OfCase):
    """The drill is over: from the start until now counts. `outcome`: what was learnt."""

    outcome: str


@command(CloseRecall, permission="recall.close", approvals=("recall.close:approve",), four_eyes=always)
def close_recall(ctx: Context, who: Who, c: CloseRecall) -> Plan:
    problems = text_problems(("outcome", c.outcome), code="recall.finding_missing")
    case = case_of(c, problems)
    if case is None:
        return Plan(problems=problems)
    before = goods_of(scope_of(case))
    good = chosen(c.good, before, problems, "good") if c.good else set()
    problems += signer_problems(ctx, case.opened_person) + version_problems(case, c.version)
    if not c.open_why.strip():
        problems += open_questions(case, before)
    if problems:
        return Plan(problems=problems)
    freed = [one for one in before if one.key in good and one.held == NAMED]
    _drop_drafts(case, c.outcome)
    _end(ctx, case, State.CLOSED, c.outcome, c.open_why)
    return Plan(
        result={"case": case.number, "state": State.CLOSED.value, "freed": len(freed)},
        events=[lift_event(ctx, who, case, freed, c.outcome.strip())] if freed else [],
        about=[case.uri],
        fields=fields_of(freed),
    )


@command(CancelRecall, permission="recall.close", approvals=("recall.close:approve",), four_eyes=always)
def cancel_recall(ctx: Context, who: Who, c: CancelRecall) -> Plan:
    problems = text_problems(("reason", c.reason))
    case = case_of(c, problems)
    if case is None:
        return Plan(problems=problems)
    if problems := [*problems, *signer_problems(ctx, case.opened_person)]:
        return Plan(problems=problems)
    scope = scope_of(case)
    freed = [good for good in goods_of(scope) if good.held == NAMED]
    _drop_drafts(case, c.reason)
    told = _tell_again(ctx, who, case, c.reason.strip())
    if case.published is not None:
        do_withdraw(case, micros(ctx.now))
    _end(ctx, case, State.CANCELLED, c.reason, "")
    return Plan(
        result={"case": case.number, "state": State.CANCELLED.value, "freed": len(freed), "told": told},
        events=[lift_event(ctx, who, case, freed, c.reason.strip())] if freed else [],
        about=[case.uri],
        fields=fields_of(freed),
    )


@command(CloseDrill, permission="recall.start")
def close_drill(ctx: Context, who: Who, c: CloseDrill) -> Plan:
    problems = text_problems(("outcome", c.outcome), code="recall.finding_missing")
    case = case_of(c, problems, drill=True)
    if case is None or problems:
        return Plan(problems=problems)
    scope = scope_of(case)
    seconds = (micros(ctx.now) - case.opened) // 1_000_000
    case.score = score(scope, goods_of(scope), parties_of(scope), seconds)
    case.save(update_fields=["score"])
    _end(ctx, case, State.CLOSED, c.outcome, "")
    return Plan(result={"case": case.number, "score": case.score}, about=[case.uri])


def open_questions(case: Case, goods: Sequence[Good]) -> list[Problem]:
    """What stands against closing it, unless somebody says why it does not."""
    problems = []
    now = figures(case)
    customers = [row for row in now.parties if row.role == "customer"]
    waiting = [row for row in customers if not row.confirmed and (row.share or 0) < 1_000_000]
    if waiting:
        params = {"count": str(len(waiting)), "of": str(len(customers))}
        problems.append(Problem("recall.unanswered", "case", params))
    unsent = Notice.objects.filter(case=case, state__in=_OPEN).count()
    if unsent:
        problems.append(Problem("recall.not_told", "case", {"count": str(unsent)}))
    gone = sum(good.news == News.GONE and good.counts for good in goods)
    if gone:
        problems.append(Problem("recall.gone_open", "case", {"count": str(gone)}))
    if case.grown:
        problems.append(Problem("recall.has_grown", "case"))
    recovered = now.recovered
    for unit, amount in now.affected.items():
        left = amount - recovered.get(unit, 0)
        if left > 0:
            params = {"affected": decimal_text(unscaled(amount)), "unit": unit, "open": decimal_text(unscaled(left))}
            problems.append(Problem("recall.not_all_back", "case", params))
    if case.published is not None:
        problems.append(Problem("recall.published", "case"))
    return problems


def _end(ctx: Context, case: Case, state: State, outcome: str, open_why: str) -> None:
    Case.objects.filter(pk=case.pk).update(
        state=state.value, closed=micros(ctx.now), closed_by=ctx.actor.id, outcome=outcome.strip(),
        open_why=open_why.strip(), grown=False,
    )  # fmt: skip


def _drop_drafts(case: Case, why: str) -> None:
    """What has not gone does not go any more."""
    open_ = Notice.objects.filter(case=case, state__in=_OPEN)
    open_.update(state=NoticeState.DROPPED.value, next_try=None, due=None, note=why.strip()[:300])


def _tell_again(ctx: Context, who: Who, case: Case, reason: str) -> int:
    """A notice to each party that was told, by the same way; whoever signs for the end signs for these."""
    told = Notice.objects.filter(case=case, state__in=TOLD)
    last = {_whom(row): row for row in told.order_by("pk")}
    if not last:
        return 0
    told.update(due=None, next_try=None)
    drafts = do_draft(
        ctx, who, case, scope_of(case), {(party, role) for party, role, _name in last if party},
        purpose=Purpose.CANCEL, reason=reason, others=[as_recipient(row) for row in last.values() if not row.party],
    )  # fmt: skip
    for draft in drafts:
        before = last[_whom(draft)]
        draft.way, draft.contact = before.way, before.contact
    Notice.objects.bulk_update(drafts, ["way", "contact"], batch_size=500)
    do_approve(ctx, drafts)
    return len(drafts)


def _whom(notice: Notice) -> tuple[str, str, str]:
    """What tells recipients apart: an authority has only its name."""
    return notice.party, notice.role, "" if notice.party else notice.name
