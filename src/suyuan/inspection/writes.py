"""What is written of inspections and nonconformances: each function trusts its arguments, a command judged them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, scaled
from suyuan.inspection.judging import Check
from suyuan.inspection.kinds import Disposition, Stage, State
from suyuan.inspection.models import CorrectiveAction, Inspection, NonConformance, SeriesNotice
from suyuan.inspection.queries import Waiting
from suyuan.inspection.sampling import Drawn, PlanInfo, pieces
from suyuan.tlog.jcs import Json
from suyuan.tlog.jcs import canonical as jcs


def check_json(check: Check) -> dict[str, Json]:
    """A check as an inspection carries it."""
    limits = {name: getattr(check, name) for name in ("lower", "upper", "target")}
    told: dict[str, Json] = {
        "number": check.number, "name_zh": check.name_zh, "name_en": check.name_en, "kind": check.kind.value,
        "weight": check.weight.value, "scope": check.scope.value, "unit": check.unit, "method": check.method,
        "choices": list(check.choices), "good": list(check.good),
    }  # fmt: skip
    return told | {name: signed_text(value) for name, value in limits.items() if value is not None}


def signed_text(value: object) -> str:
    return decimal_text(value) if isinstance(value, Decimal) else str(value)


def do_open(
    *, id: UUID, number: str, log: str, waiting: Waiting, plan: PlanInfo | None, drawn: Drawn, stopped: bool,
    checks: Sequence[Check], at: int,
) -> Inspection:  # fmt: skip
    """An inspection that begins. What was pending when it began is its lot."""
    return Inspection.objects.create(
        id=id,
        number=number,
        log=log,
        goods=waiting.goods,
        receipt=waiting.receipt,
        item=waiting.item,
        supplier=waiting.supplier,
        plan=plan.code if plan else "",
        mode=plan.mode.value if plan else "",
        qualified=plan.qualified if plan else False,
        quantity=scaled(waiting.quantity),
        unit=waiting.unit,
        lot_size=pieces(waiting.quantity),
        level=plan.level if plan and drawn.letter else "",
        aql=plan.aql if plan and drawn.letter else "",
        severity=drawn.severity.value,
        stopped=stopped,
        letter=drawn.letter,
        size=drawn.asked.size,
        accept=drawn.asked.accept,
        minor_aql=plan.minor_aql if plan and drawn.asked.minor_size else "",
        minor_size=drawn.asked.minor_size,
        minor_accept=drawn.asked.minor_accept,
        certificates=",".join(plan.certificates) if plan else "",
        checks=[check_json(check) for check in checks],
        opened=at,
    )


def do_record(
    row: Inspection,
    *,
    results: Mapping[str, str],
    papers: Sequence[Mapping[str, Json]],
    files: Sequence[str],
    note: str,
    inspector: str,
) -> int:
    """What was found so far, while there is no verdict. Refused where somebody else wrote first. The new version."""
    updated = Inspection.objects.filter(pk=row.pk, state=State.OPEN, version=row.version).update(
        results=dict(results),
        papers=list(papers),
        files=list(files),
        note=note,
        inspector=inspector,
        version=row.version + 1,
    )
    if updated != 1:
        raise Refused([Problem("inspection.changed_meanwhile", "inspection", {"number": row.number})])
    return row.version + 1


def digest_of(row: Inspection) -> str:
    """The hash that the event of a verdict carries: of what was to be looked at and what was found."""
    said: dict[str, Json] = {
        "id": str(row.pk), "number": row.number, "goods": row.goods, "receipt": row.receipt, "plan": row.plan,
        "mode": row.mode, "severity": row.severity, "letter": row.letter, "aql": row.aql, "level": row.level,
        "lot_size": row.lot_size, "size": row.size, "accept": row.accept, "minor_size": row.minor_size,
        "minor_accept": row.minor_accept, "checks": row.checks, "results": row.results, "papers": row.papers,
        "files": row.files, "note": row.note, "reason": row.reason,
        "revises": str(row.revises_id) if row.revises_id else "",
    }  # fmt: skip
    return sha256(jcs(json.loads(json.dumps(said)))).hexdigest()


def do_conclude(
    row: Inspection, *, state: State, found: int, inspector: str, at: int, event: str, digest: str, reason: str
) -> None:
    """The verdict; there is one."""
    updated = Inspection.objects.filter(pk=row.pk, state=State.OPEN, version=row.version).update(
        state=state.value,
        found=found,
        inspector=inspector,
        decided=at,
        event=event,
        digest=digest,
        reason=reason,
        version=row.version + 1,
    )
    if updated != 1:
        raise Refused([Problem("inspection.changed_meanwhile", "inspection", {"number": row.number})])


def do_drop(row: Inspection, *, inspector: str, at: int, reason: str) -> None:
    """An inspection that was begun and comes to nothing: the goods are gone, or wait again."""
    updated = Inspection.objects.filter(pk=row.pk, state=State.OPEN, version=row.version).update(
        state=State.DROPPED.value, inspector=inspector, decided=at, reason=reason, version=row.version + 1
    )
    if updated != 1:
        raise Refused([Problem("inspection.changed_meanwhile", "inspection", {"number": row.number})])


def do_revise(old: Inspection, new: Inspection) -> Inspection:
    """Results put right after the verdict: a row of their own, which names the one it takes the place of."""
    if Inspection.objects.filter(pk=old.pk, superseded=False).update(superseded=True) != 1:
        raise Refused([Problem("inspection.changed_meanwhile", "inspection", {"number": old.number})])
    new.save(force_insert=True)
    return new


def do_notice(*, supplier: str, item: str, kind: str, reason: str, by: str, at: int) -> SeriesNotice:
    return SeriesNotice.objects.create(supplier=supplier, item=item, kind=kind, reason=reason, by=by, at=at)


# -- nonconformances --------------------------------------------------------------------------------------------------


def do_open_report(
    *, id: UUID, number: str, log: str, goods: str, item: str, found: str, fault: str, weight: str, description: str,
    opened_by: str, at: int, supplier: str = "", receipt: str = "", inspection: Inspection | None = None,
    quantity: int | None = None, unit: str = "", owner: str = "", due: date | None = None, photos: Sequence[str] = (),
) -> NonConformance:  # fmt: skip
    return NonConformance.objects.create(
        id=id, number=number, log=log, goods=goods, item=item, supplier=supplier, receipt=receipt,
        inspection=inspection, quantity=quantity, unit=unit, found=found, fault=fault, weight=weight,
        description=description, photos=list(photos), owner=owner, due=due, opened=at, opened_by=opened_by,
    )  # fmt: skip


def do_decide_report(
    row: NonConformance, *, disposition: Disposition, why: str, owner: str, due: date | None, by: str
) -> None:
    _changed(
        row,
        Stage.OPEN if row.state == Stage.OPEN else Stage.DECIDED,
        disposition=disposition.value,
        why=why,
        owner=owner,
        due=due,
        decided_by=by,
        state=Stage.DECIDED.value,
    )


def do_close_report(row: NonConformance, *, at: int) -> None:
    _changed(row, Stage.DECIDED, state=Stage.CLOSED.value, closed=at)


def _changed(row: NonConformance, before: Stage, **values: object) -> None:
    found = NonConformance.objects.filter(pk=row.pk, version=row.version, state=before.value)
    if found.update(**values, version=row.version + 1) != 1:
        raise Refused([Problem("inspection.changed_meanwhile", "number", {"number": row.number})])


def do_add_action(row: NonConformance, *, what: str, owner: str, due: date | None) -> CorrectiveAction:
    number = row.actions.count() + 1
    return CorrectiveAction.objects.create(nonconformance=row, number=number, what=what, owner=owner, due=due)


def do_finish_action(action: CorrectiveAction, *, outcome: str, by: str, at: int) -> None:
    CorrectiveAction.objects.filter(pk=action.pk, done=None).update(outcome=outcome, done_by=by, done=at)


def do_check_action(action: CorrectiveAction, *, effective: str, remark: str, by: str, at: int) -> None:
    CorrectiveAction.objects.filter(pk=action.pk, checked=None).update(
        effective=effective, remark=remark, checked_by=by, checked=at
    )
