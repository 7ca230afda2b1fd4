"""Inspect: ObjectEvent OBSERVE inspecting / conformant or non_conformant, at the place where the goods are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from suyuan.capture.bodies import lot_facts, object_event
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.inspection.checking import MOST_FILES, inspection_of, new_id, paper_number
from suyuan.inspection.judging import Finding, judged, photos_of
from suyuan.inspection.kinds import CheckKind, Fault, Found, Mode, Stage, State, Weight
from suyuan.inspection.models import Inspection, InspectionPlan, NonConformance
from suyuan.inspection.queries import asked_of, cells_of_row, plans_of, row_checks, senders
from suyuan.inspection.writes import digest_of, do_conclude, do_open_report
from suyuan.ledger.keys import key16, micros
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.parties import documents, site
from suyuan.operations.places import places_of
from suyuan.operations.returned import unfit_problems
from suyuan.returns.kinds import CONDITIONS
from suyuan.stock.facts import PENDING, REJECTED, RELEASED
from suyuan.stock.queries import Stock, content, stock_of, uris_of
from suyuan.tlog.jcs import Json

PASS, FAIL, CONCESSION = "pass", "fail", "concession"
# The statuses that a verdict may change.
JUDGED: Mapping[str, frozenset[str]] = {
    PASS: frozenset({PENDING}),
    FAIL: frozenset({PENDING, RELEASED}),
    CONCESSION: frozenset({PENDING, REJECTED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Line):
    """Goods and what the inspection found: ``pass``, ``fail`` or ``concession`` (rejected goods accepted all the same).

    Without a quantity all that can be judged here; `receipt` (as `Receive` answered it) narrows it to one delivery.
    `until`: with a concession, the day until which goods are good all the same, expired ones too. `condition`: how
    goods look that a customer sent back (`returns.kinds.CONDITIONS`), where nobody said so when they came.
    """

    verdict: str
    receipt: str = ""
    reason: str = ""
    until: date | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect:
    """An inspection. An ordinary pass needs one inspector, a fail or a concession two people.

    `inspection`: the one whose results this is the verdict on, and `seen` the version of it that was looked at; goods
    with a plan are passed by their inspection only. A fail opens a nonconformance.
    """

    warehouse: str
    lines: tuple[Verdict, ...]
    testres: str = ""
    cert: str = ""
    inspection: str = ""
    seen: int | None = None
    at: datetime | None = None


def needs_two(c: Inspect) -> bool:
    return any(line.verdict != PASS for line in c.lines)


@command(Inspect, permission="inspect", approvals=("inspect", "lot.release:approve"), four_eyes=needs_two)
def inspect(ctx: Context, who: Who, c: Inspect) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    papers = documents(who, {"testres": c.testres, "cert": c.cert}, problems)
    goods = resolve(who, c.lines, places_of(who, c.warehouse), needed=False, day=day_of(who, c.warehouse, at))
    problems += goods.problems + verdict_problems(c.lines, day_of(who, c.warehouse, at))
    problems += weight_problems(goods, c.lines)
    stock = stock_of((key16(uri) for uri in goods.subjects), c.warehouse)
    packed = content(key16(thing.uri) for thing in goods.things if thing.container)
    rows = {
        thing.index: allowedrows(thing, c.lines[thing.index], packed if thing.container else stock)
        for thing in goods.things
    }
    problems += [
        problem for thing in goods.things for problem in there_problems(thing, c.lines[thing.index], rows[thing.index])
    ]
    today = day_of(who, c.warehouse, at).toordinal()
    looks = {thing.field: c.lines[thing.index].condition for thing in goods.things}
    problems += unfit_problems(c.warehouse, passed_rows(goods, c.lines, rows), today, looks)
    looked = concluded(c, goods, rows, problems) if c.inspection else None
    qualified = looked.row.qualified if looked else unlooked(goods, c.lines, rows, problems)
    said = {"id": str(looked.row.pk), "hash": looked.digest} if looked else {}
    events = []
    for (verdict, receipt, reason, condition, source), part in _alike(goods, c.lines).items():
        lots = lot_facts((uri, c.lines[thing.index].until, None) for thing in part.things for uri in thing.subjects)
        events.append(_event(ctx, who, c, at, papers, verdict, (receipt, reason, condition), source, part, said, lots))
    result: dict[str, Json] = {"inspected": len(goods.things)}
    if not problems:
        if looked:
            conclude(ctx, looked, c.lines[0], str(events[0]["eventID"]))
        if reports := failed(ctx, who, c, goods, rows, looked):
            result["nonconformances"] = list(reports)
    return Plan(result=result, events=events, problems=problems, fields=goods.fields, four_eyes=qualified)


def _event(
    ctx: Context,
    who: Who,
    c: Inspect,
    at: datetime,
    papers: Sequence[tuple[str, str]],
    verdict: str,
    words: tuple[str, str, str],
    source: str,
    part: Resolved,
    inspection: Mapping[str, str],
    lots: Sequence[JsonObject],
) -> JsonObject:
    return object_event(
        head(
            ctx, who, c.warehouse, at, "inspecting", "non_conformant" if verdict == FAIL else "conformant",
            read_point=source or site(who, c.warehouse), documents=papers,
            blocks=["non_conformant"] if verdict == FAIL else (),
            unblocks=["non_conformant"] if verdict == CONCESSION else (),
            extra={
                **dict(zip(("receipt", "reason", "condition"), words, strict=True)),
                "inspection": dict(inspection), "lots": list(lots),
            },
        ),
        "OBSERVE",
        epcs=part.instances,
        amounts=part.classes,
    )  # fmt: skip


def verdict_problems(lines: Sequence[Verdict], today: date) -> list[Problem]:
    """A verdict is one of three; one that rejects or forgives says why."""
    problems = []
    for n, line in enumerate(lines):
        if line.verdict not in JUDGED:
            params = {"value": line.verdict, "allowed": ", ".join(JUDGED)}
            problems.append(Problem("operations.choice", f"lines[{n}].verdict", params))
        elif line.verdict != PASS and not line.reason.strip():
            problems.append(Problem("operations.reason_missing", f"lines[{n}].reason"))
        if line.condition and line.condition not in CONDITIONS:
            params = {"value": line.condition[:40], "allowed": ", ".join(CONDITIONS)}
            problems.append(Problem("operations.choice", f"lines[{n}].condition", params))
        if line.until is not None and (line.verdict != CONCESSION or line.until < today):
            problems.append(Problem("operations.until_past", f"lines[{n}].until", {"day": line.until.isoformat()}))
    return problems


def weight_problems(goods: Resolved, lines: Sequence[Verdict]) -> list[Problem]:
    """A part of goods that are weighed each time is judged with its weight, so that pieces and weight stay together."""
    return [
        Problem("operations.weight_missing", f"{thing.field}.weight", {"item": thing.info.code})
        for thing in goods.things
        if thing.info and thing.info.catch_weight and thing.quantity is not None and not lines[thing.index].weight
    ]


def allowedrows(thing: Thing, line: Verdict, stock: Sequence[Stock]) -> list[Stock]:
    """What lies here of a thing and may be judged so; that it keeps longer can be said of released goods too."""
    keys = {key16(uri) for uri in thing.subjects}
    allowed = JUDGED.get(line.verdict, frozenset()) | ({RELEASED} if line.until else frozenset())
    return [
        row
        for row in stock
        if (thing.container or row.subject in keys)
        and row.ours
        and row.status in allowed
        and (not line.receipt or row.receipt.hex() == line.receipt)
    ]


def there_problems(thing: Thing, line: Verdict, rows: Sequence[Stock]) -> list[Problem]:
    """Is there so much of it that this verdict may change?"""
    if line.verdict not in JUDGED:
        return []
    there = sum(row.quantity for row in rows)
    wanted = thing.quantity if thing.quantity is not None and not thing.container else None
    # Of serials each one has to be there.
    missing = len(thing.instances) > len({row.subject for row in rows}) and not thing.container
    if there == 0 or missing or (wanted is not None and scaled(wanted) > there):
        shown = {
            "goods": thing.uri,
            "there": decimal_text(unscaled(there)),
            "wanted": decimal_text(wanted or Decimal(0)),
        }
        return [Problem("operations.nothing_to_judge", thing.field, shown)]
    return []


def passed_rows(
    goods: Resolved, lines: Sequence[Verdict], rows: Mapping[int, Sequence[Stock]]
) -> list[tuple[str, str, Stock]]:
    """The balances that are to be passed: the line's field, its goods, the balance."""
    return [
        (thing.field, thing.uri, row)
        for thing in goods.things
        if lines[thing.index].verdict == PASS
        for row in rows[thing.index]
    ]


# -- the inspection behind a verdict ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looked:
    """An inspection that gets its verdict: what was found, and the hash of all of it."""

    row: Inspection
    finding: Finding
    digest: str


STATE_OF = {PASS: State.PASSED, FAIL: State.FAILED, CONCESSION: State.CONCEDED}


def concluded(
    c: Inspect, goods: Resolved, rows: Mapping[int, Sequence[Stock]], problems: list[Problem]
) -> Looked | None:
    """The inspection that the verdict names; what stands between its results and this verdict goes to `problems`."""
    row = inspection_of(c.inspection, c.warehouse, problems)
    if row is None:
        return None
    if row.state != State.OPEN:
        problems.append(Problem("inspection.decided_already", "inspection", {"number": row.number}))
    if c.seen is not None and c.seen != row.version:
        problems.append(Problem("inspection.changed_meanwhile", "inspection", {"number": row.number}))
    lot = key16(row.goods)
    for thing in goods.things:
        strange = [one for one in rows[thing.index] if lot not in (one.subject, one.lot) or not _delivered(row, one)]
        if strange or not rows[thing.index]:
            shown = {"goods": thing.uri, "number": row.number}
            problems.append(Problem("inspection.other_goods", thing.field, shown))
    finding = judged(row_checks(row), asked_of(row), cells_of_row(row))
    if any(line.verdict == PASS for line in c.lines):
        problems += pass_problems(row, finding)
    return Looked(row, finding, digest_of(row))


def _delivered(row: Inspection, stock: Stock) -> bool:
    return not row.receipt or stock.receipt.hex() == row.receipt


def pass_problems(row: Inspection, finding: Finding) -> list[Problem]:
    """What forbids to pass a lot: results or papers that are missing, too much found, inspection stopped."""
    problems = []
    if finding.missing:
        params = {"count": str(len(finding.missing))}
        problems.append(Problem("inspection.results_missing", "inspection", params))
    elif not finding.good:
        params = {"found": str(finding.found), "accept": str(row.accept)}
        problems.append(Problem("inspection.outside_plan", "inspection", params))
    good = {str(paper["kind"]) for paper in row.papers if paper.get("good")}
    for kind in filter(None, row.certificates.split(",")):
        if kind not in good:
            problems.append(Problem("inspection.paper_missing", "inspection", {"paper": kind}))
    photos = min(photos_of(row_checks(row), asked_of(row)), MOST_FILES)
    if len(row.files) < photos:
        params = {"count": str(photos), "there": str(len(row.files))}
        problems.append(Problem("inspection.photo_missing", "inspection", params))
    if row.stopped:
        problems.append(Problem("inspection.stopped", "inspection"))
    return problems


def unlooked(
    goods: Resolved, lines: Sequence[Verdict], rows: Mapping[int, Sequence[Stock]], problems: list[Problem]
) -> bool:
    """Goods that are to be passed without an inspection though a plan asks for one go to `problems`. Does one of the
    plans ask for a qualified person? One statement where there are no plans, five otherwise.
    """
    passed = [(thing, row) for thing in goods.things if lines[thing.index].verdict == PASS for row in rows[thing.index]]
    if not passed or not InspectionPlan.objects.filter(is_active=True).exists():
        return False
    suppliers = senders({row.receipt for _, row in passed})
    items = uris_of({row.item or row.subject for _, row in passed})
    pairs = {
        (thing.field, thing.uri): (suppliers.get(row.receipt, ""), items.get(row.item or row.subject, ""))
        for thing, row in passed
    }
    plans = plans_of(pairs.values())
    found = {what: plan for what, pair in pairs.items() if (plan := plans[pair]) is not None}
    problems += [
        Problem("inspection.needed", field, {"goods": uri, "plan": plan.code})
        for (field, uri), plan in found.items()
        if plan.mode is not Mode.SKIP
    ]
    return any(plan.qualified for plan in found.values())


def conclude(ctx: Context, looked: Looked, line: Verdict, event: str) -> None:
    """Write the verdict down beside the results."""
    do_conclude(
        looked.row, state=STATE_OF[line.verdict], found=looked.finding.found, inspector=ctx.actor.id,
        at=micros(ctx.now), event=event, digest=looked.digest, reason=line.reason.strip(),
    )  # fmt: skip


def failed(
    ctx: Context,
    who: Who,
    c: Inspect,
    goods: Resolved,
    rows: Mapping[int, Sequence[Stock]],
    looked: Looked | None,
) -> list[str]:
    """A nonconformance for each of the goods that failed, unless one is open for them already. Their numbers."""
    numbers = []
    for thing in goods.things:
        line, lying = c.lines[thing.index], rows[thing.index]
        if line.verdict != FAIL:
            continue
        lot = looked.row.goods if looked else thing.uri
        receipt = looked.row.receipt if looked else line.receipt
        known = NonConformance.objects.filter(log=c.warehouse, goods=lot, receipt__in=("", receipt))
        number = known.exclude(state=Stage.CLOSED).values_list("number", flat=True).first()
        numbers.append(number or _report(ctx, who, c, thing, line, lying, lot, receipt, looked))
    return list(dict.fromkeys(numbers))


def _report(
    ctx: Context, who: Who, c: Inspect, thing: Thing, line: Verdict, lying: Sequence[Stock], lot: str, receipt: str,
    looked: Looked | None,
) -> str:  # fmt: skip
    suppliers = senders({row.receipt for row in lying})
    quantity = scaled(thing.quantity) if thing.quantity is not None else sum(row.quantity for row in lying)
    made = do_open_report(
        id=new_id(ctx), number=paper_number(ctx, who, c.warehouse, "N"), log=c.warehouse, goods=lot,
        item=thing.info.uri if thing.info else "",
        supplier=looked.row.supplier if looked else next(iter(suppliers.values()), ""),
        receipt=receipt, inspection=looked.row if looked else None, quantity=quantity,
        unit=thing.info.base_unit if thing.info else "", found=Found.INSPECTION.value, fault=fault_of(looked).value,
        weight=(Weight.CRITICAL if looked and looked.finding.critical else Weight.MAJOR).value,
        description=line.reason.strip(), opened_by=ctx.actor.id, at=micros(ctx.now),
    )  # fmt: skip
    return made.number


def fault_of(looked: Looked | None) -> Fault:
    """What was wrong, as far as the checks say: a measure, or anything else."""
    kinds = {check.number: check.kind for check in row_checks(looked.row)} if looked else {}
    wrong = [kinds[number] for _, number in looked.finding.wrong] if looked else []
    return Fault.MEASURE if wrong and all(kind is CheckKind.MEASURED for kind in wrong) else Fault.OTHER


def _alike(goods: Resolved, lines: Sequence[Verdict]) -> dict[tuple[str, str, str, str, str], Resolved]:
    """The things by what an event says once: verdict, delivery, reason, condition, place."""
    found: dict[tuple[str, str, str, str, str], Resolved] = {}
    for thing in goods.things:
        line = lines[thing.index]
        key = (line.verdict, line.receipt, line.reason, line.condition, thing.source)
        found.setdefault(key, Resolved()).things.append(thing)
    return found
