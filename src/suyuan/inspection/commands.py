"""The commands of inspection that move no goods: plans, results, series; those of what is bad: `nonconformances`.

A verdict is `operations.quality.inspect.Inspect`, since it says something of goods.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.catalog.registers.categories import CERTIFICATES
from suyuan.governance.context import Context
from suyuan.governance.master import Put, declare
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.inspection.checking import (
    file_problems,
    inspection_of,
    new_id,
    paper_number,
    reason_problems,
    text_length,
)
from suyuan.inspection.judging import Asked, answer_problems, cells_of, tidy
from suyuan.inspection.kinds import Mode, State
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import asked_of, checks_of, plans_of, row_checks, series, waiting_of
from suyuan.inspection.registers import REGISTERS
from suyuan.inspection.sampling import Drawn, PlanInfo, drawn_for, pieces
from suyuan.inspection.switching import Notice, Series
from suyuan.inspection.writes import do_drop, do_notice, do_open, do_record
from suyuan.ledger.keys import micros
from suyuan.tlog.jcs import Json

MOST_CELLS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInspectionPlans(Put):
    """Inspection plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPlanChecks(Put):
    """Checks of inspection plans."""


PUTS: dict[str, type[Put]] = {"inspection_plans": PutInspectionPlans, "plan_checks": PutPlanChecks}
for _name, _kind in PUTS.items():
    declare(_kind, REGISTERS[_name])


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInspection:
    """Begin to inspect a lot of one delivery; the one that is open is answered where there is one.

    `goods`: URI of the lot, or of the item where it has no lots; `receipt` as `Receive` answered it.
    """

    warehouse: str
    goods: str
    receipt: str = ""


@command(OpenInspection, permission="inspect")
def open_inspection(ctx: Context, who: Who, c: OpenInspection) -> Plan:
    try:
        goods = identify(c.goods).uri
    except Refused as refused:
        return Plan(problems=[Problem(p.code, "goods", p.params) for p in refused.problems])
    found = [one for one in waiting_of(c.warehouse, [goods]) if one.receipt == c.receipt or not c.receipt]
    if not found:
        return Plan(problems=[Problem("inspection.nothing_waits", "goods", {"goods": goods})])
    if len(found) > 1:
        return Plan(problems=[Problem("inspection.which_delivery", "receipt", {"goods": goods})])
    one = found[0]
    if one.inspection is not None:
        return Plan(result={"inspection": str(one.inspection.pk), "number": one.inspection.number})
    pair = (one.supplier, one.item)
    plan = plans_of([pair])[pair]
    now = series_for(pair, plan)
    drawn = drawn_for(plan, pieces(one.quantity), now) if plan else Drawn(Asked(0, 0))
    row = do_open(
        id=new_id(ctx),
        number=paper_number(ctx, who, c.warehouse, "I"),
        log=c.warehouse,
        waiting=one,
        plan=plan,
        drawn=drawn,
        stopped=now.stopped,
        checks=checks_of(plan.id) if plan and plan.mode not in (Mode.SKIP, Mode.CERTIFICATE) else [],
        at=micros(ctx.now),
    )
    return Plan(result={"inspection": str(row.pk), "number": row.number}, about=[goods])


def series_for(pair: tuple[str, str], plan: PlanInfo | None) -> Series:
    """Where the series of a supplier and an item stands; where nothing is sampled there is none."""
    if plan is None or plan.mode not in (Mode.SAMPLING, Mode.ALL):
        return Series()
    return series([pair], {pair: plan.reduced})[pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found: `sample` counts from 1, 0 is the lot as a whole; `check` the number of the check."""

    sample: int
    check: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A paper that came with the lot, and whether it was found good. `file`: the hash of what was brought in."""

    kind: str
    number: str = ""
    file: str = ""
    good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResults:
    """What an inspection has found so far: all of it, what is left out is taken back. `seen`: the version it was typed
    over, so that nobody overwrites what another has found."""

    warehouse: str
    inspection: str
    answers: tuple[Answer, ...] = ()
    papers: tuple[Reviewed, ...] = ()
    files: tuple[str, ...] = ()
    note: str = ""
    seen: int | None = None


@command(RecordResults, permission="inspect")
def record_results(ctx: Context, who: Who, c: RecordResults) -> Plan:
    problems: list[Problem] = []
    row = inspection_of(c.inspection, c.warehouse, problems)
    if row is None:
        return Plan(problems=problems)
    if row.state != State.OPEN:
        problems.append(Problem("inspection.decided_already", "inspection", {"number": row.number}))
    if c.seen is not None and c.seen != row.version:
        problems.append(Problem("inspection.changed_meanwhile", "inspection", {"number": row.number}))
    results = answers_of(row, c.answers, problems)
    problems += paper_problems(c.papers) + file_problems([*c.files, *(one.file for one in c.papers)])
    problems += text_length(c.note, "note")
    if problems:
        return Plan(problems=problems)
    version = do_record(
        row, results=results, papers=[paper_json(one) for one in c.papers], files=c.files, note=c.note.strip(),
        inspector=ctx.actor.id,
    )  # fmt: skip
    return Plan(result={"version": version}, about=[row.goods])


def answers_of(row: Inspection, answers: Sequence[Answer], problems: list[Problem]) -> dict[str, str]:
    """The answers as they are kept; those to no question, and those that are none, are problems."""
    checks = {check.number: check for check in row_checks(row)}
    cells = set(cells_of(list(checks.values()), asked_of(row)))
    if len(answers) > MOST_CELLS:
        params = {"count": str(len(answers)), "most": str(MOST_CELLS)}
        problems.append(Problem("inspection.answers_many", "answers", params))
        return {}
    found: dict[str, str] = {}
    for n, answer in enumerate(answers):
        check = checks.get(answer.check)
        if check is None or (answer.sample, answer.check) not in cells:
            params = {"sample": str(answer.sample), "check": str(answer.check)}
            problems.append(Problem("inspection.no_such_cell", f"answers[{n}]", params))
            continue
        value = tidy(check, answer.value)
        problems += answer_problems(check, value, f"answers[{n}]")
        if value:
            found[f"{answer.sample}.{answer.check}"] = value
    return found


def paper_problems(papers: Sequence[Reviewed]) -> list[Problem]:
    return [
        Problem("inspection.no_choice", f"papers[{n}].kind", {"text": one.kind, "allowed": ", ".join(CERTIFICATES)})
        for n, one in enumerate(papers)
        if one.kind not in CERTIFICATES
    ]


def paper_json(one: Reviewed) -> dict[str, Json]:
    return {"kind": one.kind, "number": one.number.strip(), "file": one.file, "good": one.good}


@dataclass(frozen=True, slots=True, kw_only=True)
class DropInspection:
    """An inspection that was begun by mistake, or whose goods are gone. The goods, if any, wait again."""

    warehouse: str
    inspection: str
    reason: str


@command(DropInspection, permission="inspect")
def drop_inspection(ctx: Context, who: Who, c: DropInspection) -> Plan:
    problems = reason_problems(c.reason)
    row = inspection_of(c.inspection, c.warehouse, problems)
    if row is not None and row.state != State.OPEN:
        problems.append(Problem("inspection.decided_already", "inspection", {"number": row.number}))
    if row is None or problems:
        return Plan(problems=problems)
    do_drop(row, inspector=ctx.actor.id, at=micros(ctx.now), reason=c.reason.strip())
    return Plan(about=[row.goods])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeries:
    """Say of the series of a supplier and an item that inspection may begin again after it was stopped (``resume``), or
    that production has become irregular (``irregular``). Codes or URIs; `supplier` empty for what we make."""

    item: str
    supplier: str = ""
    kind: str
    reason: str


@command(
    ChangeSeries, permission="inspect", scope=None, approvals=("lot.release:approve",),
    four_eyes=lambda c: c.kind == Notice.RESUME,
)  # fmt: skip
def change_series(ctx: Context, who: Who, c: ChangeSeries) -> Plan:
    problems = reason_problems(c.reason)
    if c.kind not in set(Notice):
        allowed = ", ".join(Notice)
        problems.append(Problem("inspection.no_choice", "kind", {"text": c.kind[:40], "allowed": allowed}))
    item = who.directory.items.get(c.item)
    supplier = who.directory.partner_of(c.supplier) if c.supplier else None
    if item is None:
        problems.append(Problem("inspection.item_unknown", "item", {"item": c.item[:80]}))
    if c.supplier and supplier is None:
        problems.append(Problem("inspection.supplier_unknown", "supplier", {"supplier": c.supplier[:80]}))
    if problems or item is None:
        return Plan(problems=problems)
    do_notice(
        supplier=supplier.uri if supplier else "", item=item.uri, kind=c.kind, reason=c.reason.strip(),
        by=ctx.actor.id, at=micros(ctx.now),
    )  # fmt: skip
    return Plan(about=[item.uri, *([supplier.uri] if supplier else [])])
