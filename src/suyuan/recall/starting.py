"""StartRecall and StartDrill: trace, freeze what was found, and hold all of ours by one event."""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.catalog.queries import working_calendar
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.governance.settings import HOURS, RECALL_DEVICES, RECALL_DRUGS, value_of
from suyuan.gs1.identifiers import identify, own_document_uri
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import micros
from suyuan.operations.events import day_of, zone_of
from suyuan.recall.cases import (
    Versioned,
    begun,
    block_of,
    broken,
    choice_problems,
    fields_of,
    first_version,
    hold_event,
    take,
    text_problems,
)
from suyuan.recall.kinds import Kind, Regime
from suyuan.recall.models import Case
from suyuan.recall.rules import CLASSES, clocks
from suyuan.recall.scoping import Found, candidates, find
from suyuan.recall.scoring import score
from suyuan.tlog.jcs import Json
from suyuan.trace.resolve import Candidate

LONGEST_TITLE = 200
RULES = {Regime.DRUG.value: RECALL_DRUGS, Regime.DEVICE.value: RECALL_DEVICES}  # whose clocks the firm chooses


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRecall:
    """Hold these goods and all that came of them, everywhere at once, and open a case.

    `subjects`: URIs of lots, serials, items, containers or documents (a document stands for the goods of its events);
    `query`: what somebody typed for them. `kind`: recall or withdrawal. `start_hours`, `finish_days`: the clocks, where
    they are others than the regime's. Without a `title` it has the name of the first subject.
    """

    warehouse: str
    subjects: tuple[str, ...]
    reason: str
    title: str = ""
    kind: str = Kind.RECALL.value
    hazard_class: int = 1
    regime: str = Regime.FOOD.value
    hazard: str = ""
    query: str = ""
    start_hours: int | None = None
    finish_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartDrill:
    """A mock recall: the same scope by the same code, timed and scored. Nothing is held and nobody is told."""

    warehouse: str
    subjects: tuple[str, ...]
    reason: str = ""
    title: str = ""
    query: str = ""


@command(StartRecall, permission="recall.start")
def start_recall(ctx: Context, who: Who, c: StartRecall) -> Plan:
    since = begun(ctx)
    problems = _problems(c)
    found = found_for(ctx, who, c.subjects, c.query, problems)
    if problems or found is None:
        return Plan(problems=problems)
    case = _opened(ctx, who, c, found, c.kind)
    event = hold_event(ctx, who, case, [good for good in found.goods if good.held == 1], c.reason.strip())
    case.block = block_of(event)
    case.save()
    made = first_version(ctx, who, case, found, since)
    held = take(made.goods)
    flagged = broken(ctx, who, case, made.goods, c.reason.strip())
    return Plan(
        result=_result(case, made) | {"block": case.block, "reservations_broken": flagged},
        events=[event],
        about=[case.uri, *found.subjects],
        fields=fields_of(made.blocked),
        held=held,
    )


@command(StartDrill, permission="recall.start")
def start_drill(ctx: Context, who: Who, c: StartDrill) -> Plan:
    since = begun(ctx)
    problems = text_problems(("reason", c.reason or "-")) + _long(c.title)
    found = found_for(ctx, who, c.subjects, c.query, problems)
    if problems or found is None:
        return Plan(problems=problems)
    case = _opened(ctx, who, c, found, Kind.DRILL.value)
    case.save()
    made = first_version(ctx, who, case, found, since)
    case.score = score(made.scope, made.goods, made.parties)
    case.save(update_fields=["score"])
    return Plan(result=_result(case, made) | {"score": case.score}, about=[case.uri, *found.subjects])


def found_for(
    ctx: Context, who: Who, subjects: Sequence[str], query: str, problems: list[Problem], more: Sequence[Candidate] = ()
) -> Found | None:
    """The scope of what is named, or what is wrong with that."""
    named = candidates(subjects, problems)
    if problems:
        return None
    found = find(who, [*more, *named], ctx.now, query)
    if found is None:
        problems.append(Problem("recall.subject_no_goods", "subjects[0]", {"subject": named[0].uri}))
    return found


def _problems(c: StartRecall) -> list[Problem]:
    problems = text_problems(("reason", c.reason)) + _long(c.title)
    problems += choice_problems("kind", c.kind, (Kind.RECALL.value, Kind.WITHDRAWAL.value))
    problems += choice_problems("regime", c.regime, [one.value for one in Regime])
    if c.hazard_class not in CLASSES:
        problems.append(Problem("recall.class_wrong", "hazard_class", {"number": str(c.hazard_class)}))
    for field, value in (("start_hours", c.start_hours), ("finish_days", c.finish_days)):
        if value is not None and not 0 < value < 10_000:
            problems.append(Problem("recall.hours_wrong", field, {"value": str(value)}))
    return problems


def _long(title: str) -> list[Problem]:
    if len(title) <= LONGEST_TITLE:
        return []
    return [Problem("recall.text_long", "title", {"most": str(LONGEST_TITLE)})]


def _opened(ctx: Context, who: Who, c: StartRecall | StartDrill, found: Found, kind: str) -> Case:
    """The case, not saved yet."""
    drill = isinstance(c, StartDrill)
    zone = zone_of(who, c.warehouse)
    number = ctx.number(f"{'D' if drill else 'R'}{who.directory.warehouses[c.warehouse].lot_token}", zone)
    case = Case(
        number=number, uri=own_document_uri(who.origin, "recall", number), log=c.warehouse, kind=kind,
        regime=Regime.FOOD.value, hazard_class=1, title=c.title.strip() or _name(found.subjects),
        reason=c.reason.strip(), query=c.query.strip(), subjects=list(found.subjects),
        opened=micros(ctx.now), opened_by=ctx.actor.id, opened_person=ctx.actor.human,
    )  # fmt: skip
    if isinstance(c, StartRecall):
        rule = HOURS if c.regime == Regime.FOOD else str(value_of(RULES[c.regime]))
        limits = clocks(
            c.regime, c.hazard_class, ctx.now, day_of(who, c.warehouse, ctx.now), rule=rule,
            start_hours=c.start_hours, finish_days=c.finish_days, calendar=working_calendar(),
        )  # fmt: skip
        case.regime, case.hazard_class, case.hazard = c.regime, c.hazard_class, c.hazard.strip()
        case.start_due = micros(limits.start) if limits.start else None
        case.finish_due = limits.finish
    return case


def _name(subjects: Sequence[str]) -> str:
    first = identify(subjects[0]).code
    return first if len(subjects) == 1 else f"{first} +{len(subjects) - 1}"


def _result(case: Case, made: Versioned) -> dict[str, Json]:
    totals = made.scope.totals
    return {
        "case": case.number, "version": made.scope.version, "digest": made.scope.digest,
        "goods": totals["goods"], "held": totals["held"], "customers": totals["customers"], "places": totals["places"],
    }  # fmt: skip
