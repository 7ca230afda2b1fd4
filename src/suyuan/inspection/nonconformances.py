"""The commands of nonconformances: reported, decided, with corrective actions, closed."""

from dataclasses import dataclass
from datetime import date

from suyuan.accounts.rules import login_name
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount, scaled
from suyuan.inspection.checking import (
    choice_problems,
    file_problems,
    new_id,
    owner_problems,
    paper_number,
    reason_problems,
    report_of,
)
from suyuan.inspection.kinds import DISPOSITIONS, FAULTS, FOUND, NO, WEIGHTS, YES, Disposition, Stage
from suyuan.inspection.models import CorrectiveAction, Inspection, NonConformance
from suyuan.inspection.queries import going_back_by, lying_of, senders
from suyuan.inspection.writes import (
    do_add_action,
    do_check_action,
    do_close_report,
    do_decide_report,
    do_finish_action,
    do_open_report,
)
from suyuan.ledger.keys import key16, micros
from suyuan.stock.facts import REJECTED
from suyuan.stock.queries import about, stock_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNonConformance:
    """Goods that are not as they should be. `goods`: URI of lot, serial or container; `quantity` in base units.

    `owner`: user name of whoever looks after it.
    """

    warehouse: str
    goods: str
    quantity: str = ""
    found: str
    fault: str
    weight: str
    description: str
    photos: tuple[str, ...] = ()
    owner: str = ""
    due: date | None = None


@command(ReportNonConformance, permission="lot.hold")
def report_nonconformance(ctx: Context, who: Who, c: ReportNonConformance) -> Plan:
    problems: list[Problem] = []
    for field, value, words in (("found", c.found, FOUND), ("fault", c.fault, FAULTS), ("weight", c.weight, WEIGHTS)):
        problems += choice_problems(field, value, words)
    problems += reason_problems(c.description, "description") + file_problems(c.photos) + owner_problems(c.owner)
    goods, item = _goods(c.goods, problems)
    quantity = _quantity(c.quantity, problems)
    if problems:
        return Plan(problems=problems)
    info = who.directory.items.get(item)
    row = do_open_report(
        id=new_id(ctx), number=paper_number(ctx, who, c.warehouse, "N"), log=c.warehouse, goods=goods, item=item,
        supplier=supplier_of_goods(goods), quantity=quantity, unit=info.base_unit if info else "", found=c.found,
        fault=c.fault, weight=c.weight, description=c.description.strip(), photos=c.photos, owner=login_name(c.owner),
        due=c.due, opened_by=ctx.actor.id, at=micros(ctx.now),
    )  # fmt: skip
    return Plan(result={"nonconformance": row.number}, about=[goods])


def _goods(text: str, problems: list[Problem]) -> tuple[str, str]:
    """The goods and their item; goods that the ledger has never seen are a problem."""
    try:
        found = identify(text)
    except Refused as refused:
        problems += [Problem(p.code, "goods", p.params) for p in refused.problems]
        return "", ""
    if key16(found.uri) not in about([key16(found.uri)]):
        problems.append(Problem("inspection.goods_unknown", "goods", {"goods": text[:80]}))
    return found.uri, found.item or ""


def _quantity(text: str, problems: list[Problem]) -> int | None:
    if not text.strip():
        return None
    try:
        return scaled(parse_amount(text.replace(",", "").replace("，", "")))
    except Refused as refused:
        problems += [Problem(p.code, "quantity", p.params) for p in refused.problems]
        return None


def supplier_of_goods(goods: str) -> str:
    """Who delivered a lot last, as the inspections and receipts say; empty for what we made."""
    for model in (NonConformance, Inspection):
        found = model.objects.filter(goods=goods).exclude(supplier="").values_list("supplier", flat=True).first()
        if found:
            return str(found)
    receipts = receipts_of(goods)
    return next(iter(senders(receipts).values()), "") if receipts else ""


def receipts_of(goods: str) -> list[bytes]:
    """The deliveries that what lies of a lot came with."""
    return [row.receipt for row in stock_of([key16(goods)])]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideNonConformance:
    """What is to become of the goods, and who sees to it until when. Can be decided anew until it is closed."""

    warehouse: str
    number: str
    disposition: str
    why: str
    owner: str = ""
    due: date | None = None


@command(
    DecideNonConformance, permission="inspect", approvals=("lot.release:approve",),
    four_eyes=lambda c: c.disposition == Disposition.USE_AS_IS,
)  # fmt: skip
def decide_nonconformance(ctx: Context, who: Who, c: DecideNonConformance) -> Plan:
    problems = choice_problems("disposition", c.disposition, DISPOSITIONS)
    problems += reason_problems(c.why, "why") + owner_problems(c.owner)
    row = report_of(c.number, c.warehouse, problems)
    if row is None or problems:
        return Plan(problems=problems)
    do_decide_report(
        row, disposition=Disposition(c.disposition), why=c.why.strip(), owner=login_name(c.owner), due=c.due,
        by=ctx.actor.human,
    )  # fmt: skip
    return Plan(result={"nonconformance": row.number}, about=[row.goods])


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAction:
    """What is to be done so that it does not happen again."""

    warehouse: str
    number: str
    what: str
    owner: str
    due: date | None = None


@command(AddAction, permission="inspect")
def add_action(ctx: Context, who: Who, c: AddAction) -> Plan:
    problems = reason_problems(c.what, "what") + owner_problems(c.owner)
    if not c.owner.strip():
        problems.append(Problem("inspection.owner_missing", "owner"))
    row = report_of(c.number, c.warehouse, problems)
    if row is None or problems:
        return Plan(problems=problems)
    action = do_add_action(row, what=c.what.strip(), owner=login_name(c.owner), due=c.due)
    return Plan(result={"action": action.number}, about=[row.goods])


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishAction:
    """A corrective action was done; `action` is its number."""

    warehouse: str
    number: str
    action: int
    outcome: str


@command(FinishAction, permission="inspect")
def finish_action(ctx: Context, who: Who, c: FinishAction) -> Plan:
    problems = reason_problems(c.outcome, "outcome")
    row, action = action_of(c.number, c.action, c.warehouse, problems)
    if action is not None and action.done is not None:
        problems.append(Problem("inspection.action_done", "action"))
    if row is None or action is None or problems:
        return Plan(problems=problems)
    do_finish_action(action, outcome=c.outcome.strip(), by=ctx.actor.id, at=micros(ctx.now))
    return Plan(about=[row.goods])


def action_of(
    number: str, action: int, warehouse: str, problems: list[Problem]
) -> tuple[NonConformance | None, CorrectiveAction | None]:
    row = report_of(number, warehouse, problems)
    found = row.actions.filter(number=action).first() if row else None
    if row is not None and found is None:
        problems.append(Problem("inspection.action_unknown", "action", {"action": str(action)}))
    return row, found


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAction:
    """Did a corrective action help? ``yes`` or ``no``; not by whoever did it."""

    warehouse: str
    number: str
    action: int
    effective: str
    remark: str


@command(CheckAction, permission="inspect")
def check_action(ctx: Context, who: Who, c: CheckAction) -> Plan:
    problems = reason_problems(c.remark, "remark")
    if c.effective not in (YES, NO):
        problems.append(Problem("inspection.no_yes_or_no", "effective", {"text": c.effective[:40]}))
    row, action = action_of(c.number, c.action, c.warehouse, problems)
    if action is not None and action.done is None:
        problems.append(Problem("inspection.action_not_done", "action"))
    if action is not None and action.checked is not None:
        problems.append(Problem("inspection.action_checked", "action"))
    if action is not None and action.done_by == ctx.actor.id:
        problems.append(Problem("inspection.action_own", "action"))
    if row is None or action is None or problems:
        return Plan(problems=problems)
    do_check_action(action, effective=c.effective, remark=c.remark.strip(), by=ctx.actor.id, at=micros(ctx.now))
    return Plan(about=[row.goods])


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseNonConformance:
    """All is done: the goods have gone their way, and the actions have been seen to help."""

    warehouse: str
    number: str


@command(CloseNonConformance, permission="inspect")
def close_nonconformance(ctx: Context, who: Who, c: CloseNonConformance) -> Plan:
    problems: list[Problem] = []
    row = report_of(c.number, c.warehouse, problems)
    if row is None:
        return Plan(problems=problems)
    problems += [] if problems else closing_problems(row)
    if problems:
        return Plan(problems=problems)
    do_close_report(row, at=micros(ctx.now))
    return Plan(result={"nonconformance": row.number}, about=[row.goods])


def closing_problems(row: NonConformance) -> list[Problem]:
    """Not decided; actions that are open, or did not help and nothing came after; goods that still lie rejected, or
    that go back and nobody has signed for.
    """
    problems = []
    if row.state != Stage.DECIDED:
        problems.append(Problem("inspection.not_decided", "number"))
    actions = list(row.actions.order_by("number"))
    waiting = [str(one.number) for one in actions if one.done is None or one.checked is None]
    if waiting:
        problems.append(Problem("inspection.actions_open", "number", {"actions": ", ".join(waiting)}))
    elif actions and actions[-1].effective == NO:
        problems.append(Problem("inspection.action_without_effect", "number"))
    left = lying_of(row.log, row.goods, REJECTED, row.receipt)
    if left:
        problems.append(Problem("inspection.goods_left", "number", {"quantity": decimal_text(left)}))
    going = going_back_by(row) if row.disposition == Disposition.RETURN else []
    if going:
        notes = ", ".join(one.number for one in going)
        problems.append(Problem("inspection.goods_under_way", "number", {"notes": notes}))
    return problems
