"""Inspect: ObjectEvent OBSERVE inspecting / conformant or non_conformant, at the place where the goods are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.parties import documents, site
from suyuan.operations.places import places_of
from suyuan.stock.facts import PENDING, REJECTED, RELEASED
from suyuan.stock.queries import Stock, content, stock_of

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
    """

    verdict: str
    receipt: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect:
    """An inspection. An ordinary pass needs one inspector, a fail or a concession two people."""

    warehouse: str
    lines: tuple[Verdict, ...]
    testres: str = ""
    cert: str = ""
    at: datetime | None = None


def needs_two(c: Inspect) -> bool:
    return any(line.verdict != PASS for line in c.lines)


@command(Inspect, permission="inspect", approvals=("inspect", "lot.release:approve"), four_eyes=needs_two)
def inspect(ctx: Context, who: Who, c: Inspect) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    papers = documents(who, {"testres": c.testres, "cert": c.cert}, problems)
    goods = resolve(who, c.lines, places_of(who, c.warehouse), needed=False, day=day_of(who, c.warehouse, at))
    problems += goods.problems + verdict_problems(c.lines)
    stock = stock_of((key16(uri) for uri in goods.subjects), c.warehouse)
    packed = content(key16(thing.uri) for thing in goods.things if thing.container)
    for thing in goods.things:
        line = c.lines[thing.index]
        problems += there_problems(thing, line, packed if thing.container else stock)
    events = []
    for (verdict, receipt, reason, source), part in _alike(goods, c.lines).items():
        events.append(_event(ctx, who, c.warehouse, at, papers, verdict, receipt, reason, source, part))
    return Plan(result={"inspected": len(goods.things)}, events=events, problems=problems, fields=goods.fields)


def _event(
    ctx: Context,
    who: Who,
    warehouse: str,
    at: datetime,
    papers: Sequence[tuple[str, str]],
    verdict: str,
    receipt: str,
    reason: str,
    source: str,
    part: Resolved,
) -> JsonObject:
    return object_event(
        head(
            ctx, who, warehouse, at, "inspecting", "non_conformant" if verdict == FAIL else "conformant",
            read_point=source or site(who, warehouse), documents=papers,
            blocks=["non_conformant"] if verdict == FAIL else (),
            unblocks=["non_conformant"] if verdict == CONCESSION else (),
            extra={"receipt": receipt, "reason": reason},
        ),
        "OBSERVE",
        epcs=part.instances,
        amounts=part.classes,
    )  # fmt: skip


def verdict_problems(lines: Sequence[Verdict]) -> list[Problem]:
    """A verdict is one of three; one that rejects or forgives says why."""
    problems = []
    for n, line in enumerate(lines):
        if line.verdict not in JUDGED:
            params = {"value": line.verdict, "allowed": ", ".join(JUDGED)}
            problems.append(Problem("operations.choice", f"lines[{n}].verdict", params))
        elif line.verdict != PASS and not line.reason.strip():
            problems.append(Problem("operations.reason_missing", f"lines[{n}].reason"))
    return problems


def there_problems(thing: Thing, line: Verdict, stock: Sequence[Stock]) -> list[Problem]:
    """Is there so much of it that this verdict may change?"""
    judged = JUDGED.get(line.verdict)
    if judged is None:
        return []
    keys = {key16(uri) for uri in thing.subjects}
    rows = [
        row
        for row in stock
        if (thing.container or row.subject in keys)
        and row.ours
        and row.status in judged
        and (not line.receipt or row.receipt.hex() == line.receipt)
    ]
    there = sum(row.quantity for row in rows)
    wanted = thing.quantity if thing.quantity is not None and not thing.container else None
    if there == 0 or (wanted is not None and scaled(wanted) > there):
        shown = {
            "goods": thing.uri,
            "there": decimal_text(unscaled(there)),
            "wanted": decimal_text(wanted or Decimal(0)),
        }
        return [Problem("operations.nothing_to_judge", thing.field, shown)]
    return []


def _alike(goods: Resolved, lines: Sequence[Verdict]) -> dict[tuple[str, str, str, str], Resolved]:
    """The things by what an event says once: verdict, delivery, reason, place."""
    found: dict[tuple[str, str, str, str], Resolved] = {}
    for thing in goods.things:
        line = lines[thing.index]
        key = (line.verdict, line.receipt, line.reason, thing.source)
        found.setdefault(key, Resolved()).things.append(thing)
    return found
