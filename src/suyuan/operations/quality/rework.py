"""Rework: TransformationEvent repairing / in_progress. Rejected goods become a lot of its own, to be inspected anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from suyuan.capture.bodies import lot_facts, transformation_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.inspection.checking import report_of
from suyuan.inspection.kinds import Disposition
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, closed_problems, resolve, unlotted_problems
from suyuan.operations.lots import expiry_of, number_lines, shift_at
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import amount_of
from suyuan.stock.book import BLOCKING
from suyuan.stock.facts import REJECTED
from suyuan.stock.queries import About, Stock, about, stock_of
from suyuan.stock.states import State, is_expired
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworked(Line):
    """What came out of it. Without a lot number it gets one by the category's template.

    `expiry`: an earlier last day than that of the goods that were reworked; they keep no longer than before.
    """

    expiry: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    """Rejected goods made good, by the report `nonconformance` in which rework was decided. What is missing between
    inputs and outputs is waste."""

    warehouse: str
    nonconformance: str
    inputs: tuple[Line, ...]
    outputs: tuple[Reworked, ...]
    place: str = ""
    prodorder: str = ""
    at: datetime | None = None


@command(Rework, permission="produce")
def rework(ctx: Context, who: Who, c: Rework) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place, "place", problems, otherwise=Purpose.PRODUCTION, into=True)
    papers = documents(who, {"prodorder": c.prodorder}, problems)
    day = day_of(who, c.warehouse, at)
    report = report_of(c.nonconformance, c.warehouse, problems, "nonconformance")
    if report is not None and report.disposition != Disposition.REWORK:
        problems.append(Problem("operations.not_to_rework", "nonconformance", {"number": report.number}))
    inputs = resolve(who, c.inputs, places, name="inputs", day=day)
    lines = number_lines(who, c.warehouse, c.outputs, shift=shift_at(who, c.warehouse, at), day=day)
    outputs = resolve(who, lines, name="outputs", day=day)
    problems += inputs.problems + outputs.problems + unlotted_problems(outputs) + closed_problems(who, outputs)
    known = about(key16(uri) for uri in inputs.subjects)
    problems += rejected_problems(inputs, stock_of((key16(uri) for uri in inputs.subjects), c.warehouse))
    problems += blocked_problems(inputs, known, day) + itself_problems(inputs, outputs)
    last = min((one.expiry for one in known.values() if one.expiry is not None), default=None)
    dates = {uri: _expiry(outputs, lines, uri, last, day) for uri in outputs.subjects}
    parts = inputs.by_source()
    node = ctx.mint() if len(parts) > 1 else ""
    events = []
    for number, (source, part) in enumerate(parts.items(), 1):
        whole = number == len(parts)
        events.append(
            transformation_event(
                head(
                    ctx, who, c.warehouse, at, "repairing", "in_progress",
                    read_point=place, location=place, documents=papers,
                    extra={
                        "from": source, "nonconformance": report.number if report else "",
                        "lots": lot_facts((uri, expiry, None) for uri, expiry in dates.items()) if whole else [],
                    },
                ),
                inputs=part.instances,
                input_amounts=part.classes,
                outputs=outputs.instances if whole else (),
                output_amounts=outputs.classes if whole else (),
                transformation=node,
            )
        )  # fmt: skip
    made: list[dict[str, Json]] = [
        {"uri": thing.uri, "lot": thing.lot, "expiry": day_.isoformat() if (day_ := dates.get(thing.uri)) else None}
        for thing in outputs.things
    ]
    result: dict[str, Json] = {"lots": list(made), "place": place}
    return Plan(result=result, events=events, problems=problems, fields=outputs.fields | inputs.fields)


def _expiry(outputs: Resolved, lines: Sequence[Reworked], uri: str, last: int | None, day: date) -> date | None:
    """The last day: none later than that of what went in; by shelf life only where nothing else is known."""
    thing = next(thing for thing in outputs.things if uri in thing.subjects)
    before = date.fromordinal(last) if last is not None else None
    said = lines[thing.index].expiry
    if said is None and before is None and thing.info is not None:
        return expiry_of(thing.info, None, day)
    return min((one for one in (said, before) if one is not None), default=None)


def rejected_problems(inputs: Resolved, stock: Sequence[Stock]) -> list[Problem]:
    """Only what was rejected is reworked: is there so much of it?"""
    left: dict[bytes, int] = {}
    for row in stock:
        if row.ours and row.status == REJECTED:
            left[row.subject] = left.get(row.subject, 0) + row.quantity
    problems = []
    for thing in inputs.things:
        for uri in thing.subjects:
            there, wanted = left.get(key16(uri), 0), amount_of(thing)
            if there <= 0 or wanted > there:
                shown = {"goods": uri, "there": decimal_text(unscaled(max(there, 0)))}
                problems.append(Problem("operations.not_rejected", thing.field, shown))
            left[key16(uri)] = there - wanted
    return problems


def blocked_problems(inputs: Resolved, known: Mapping[bytes, About], day: date) -> list[Problem]:
    """A hold, a recall and the last day count for rework as for everything else."""
    above = about({key for one in known.values() for key in (one.lot, one.item) if key})
    problems = []
    for thing in inputs.things:
        for uri in thing.subjects:
            one = known.get(key16(uri))
            chain = (
                [held for held in (one, *(above.get(key or b"") for key in (one.lot, one.item))) if held] if one else []
            )
            states = {BLOCKING[word] for held in chain for word in held.blocks.values() if word in BLOCKING}
            if one is not None and is_expired(one.expiry, day.toordinal()):
                states.add(State.EXPIRED)
            problems += [Problem(f"stock.{state}", thing.field, {"goods": uri}) for state in sorted(states)]
    return problems


def itself_problems(inputs: Resolved, outputs: Resolved) -> list[Problem]:
    """What comes out is a lot of its own, so that what was rejected stays told."""
    eaten = set(inputs.subjects)
    return [
        Problem("operations.made_of_itself", thing.field, {"goods": uri})
        for thing in outputs.things
        for uri in thing.subjects
        if uri in eaten
    ]
