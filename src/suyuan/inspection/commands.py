"""The commands of inspection that move no goods: plans, results, nonconformances and what is done about them.

A verdict is `operations.quality.inspect.Inspect`, since it says something of goods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from suyuan.accounts.models import User
from suyuan.accounts.rules import login_name
from suyuan.capture.who import Who
from suyuan.catalog.directory import directory
from suyuan.catalog.files import do_add_file
from suyuan.catalog.models import File
from suyuan.catalog.registers.categories import CERTIFICATES
from suyuan.governance.context import Context
from suyuan.governance.master import Put, declare
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount, scaled
from suyuan.inspection.judging import Asked, answer_problems, cells_of, tidy
from suyuan.inspection.kinds import DISPOSITIONS, FAULTS, FOUND, NO, WEIGHTS, YES, Disposition, Mode, Stage, State
from suyuan.inspection.models import CorrectiveAction, Inspection, NonConformance
from suyuan.inspection.queries import (
    asked_of,
    checks_of,
    going_back_by,
    lying_of,
    plans_of,
    row_checks,
    senders,
    series,
    waiting_of,
)
from suyuan.inspection.registers import REGISTERS
from suyuan.inspection.sampling import Drawn, PlanInfo, drawn_for, pieces
from suyuan.inspection.switching import Notice, Series
from suyuan.inspection.writes import (
    do_add_action,
    do_check_action,
    do_close_report,
    do_decide_report,
    do_drop,
    do_finish_action,
    do_notice,
    do_open,
    do_open_report,
    do_record,
)
from suyuan.ledger.keys import key16, micros
from suyuan.stock.facts import REJECTED
from suyuan.stock.queries import about, stock_of
from suyuan.tlog.jcs import Json

MOST_CELLS = 20_000
MOST_FILES = 50
LONGEST = 2000  # signs of a description, reason or note


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInspectionPlans(Put):
    """Inspection plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPlanChecks(Put):
    """Checks of inspection plans."""


PUTS: dict[str, type[Put]] = {"inspection_plans": PutInspectionPlans, "plan_checks": PutPlanChecks}
for _name, _kind in PUTS.items():
    declare(_kind, REGISTERS[_name])


def zone(who: Who, warehouse: str) -> ZoneInfo:
    return who.zone(warehouse) or ZoneInfo("UTC")


def paper_number(ctx: Context, who: Who, warehouse: str, prefix: str) -> str:
    return ctx.number(f"{prefix}{who.directory.warehouses[warehouse].lot_token}", zone(who, warehouse))


def new_id(ctx: Context) -> UUID:
    return UUID(ctx.mint().removeprefix("urn:uuid:"))


# -- inspections ------------------------------------------------------------------------------------------------------


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


def inspection_of(text: str, warehouse: str, problems: list[Problem], field: str = "inspection") -> Inspection | None:
    """The inspection of an id in this warehouse; a problem where there is none."""
    try:
        found = Inspection.objects.filter(pk=UUID(text), log=warehouse).first()
    except ValueError:
        found = None
    if found is None:
        problems.append(Problem("inspection.unknown", field, {"inspection": text[:40]}))
    return found


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


def file_problems(hashes: Sequence[str]) -> list[Problem]:
    """Files that were never brought in, too many at once; those whose bytes are kept have their rows afterwards."""
    wanted = {hash_ for hash_ in hashes if hash_}
    if len(wanted) > MOST_FILES:
        return [Problem("inspection.files_many", "files", {"count": str(len(wanted)), "most": str(MOST_FILES)})]
    known = set(File.objects.filter(hash__in=wanted).values_list("hash", flat=True)) if wanted else set()
    problems: list[Problem] = []
    for hash_ in sorted(wanted - known):
        try:
            do_add_file(name="", hash=hash_, version=directory().version)
        except Refused as refused:
            problems += [Problem(p.code, "files", p.params) for p in refused.problems]
    return problems


def text_length(text: str, field: str) -> list[Problem]:
    if len(text) <= LONGEST:
        return []
    return [Problem("inspection.text_long", field, {"longest": str(LONGEST), "length": str(len(text))})]


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


def reason_problems(reason: str, field: str = "reason") -> list[Problem]:
    return text_length(reason, field) if reason.strip() else [Problem("inspection.reason_missing", field)]


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


# -- nonconformances --------------------------------------------------------------------------------------------------


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


def choice_problems(field: str, value: str, words: Mapping[str, str]) -> list[Problem]:
    if value in set(words):
        return []
    return [Problem("inspection.no_choice", field, {"text": value[:40], "allowed": ", ".join(words)})]


def owner_problems(name: str, field: str = "owner") -> list[Problem]:
    if not name.strip() or User.objects.filter(username=login_name(name), is_active=True).exists():
        return []
    return [Problem("inspection.person_unknown", field, {"name": name[:40]})]


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


def report_of(number: str, warehouse: str, problems: list[Problem], field: str = "number") -> NonConformance | None:
    """The nonconformance of a number in this warehouse; a problem where there is none."""
    found = NonConformance.objects.filter(number=number, log=warehouse).first()
    if found is None:
        problems.append(Problem("inspection.report_unknown", field, {"number": number[:40]}))
    elif found.state == Stage.CLOSED:
        problems.append(Problem("inspection.report_closed", field, {"number": found.number}))
    return found


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
