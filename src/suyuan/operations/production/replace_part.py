"""Replace a part: AssociationEvent DELETE removing of the old one, ADD installing of the new one."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import association_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.doors import at_door, kept_problems
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.assembling import inside_problems, parts_problems, whole_of
from suyuan.operations.shortage import absent_containers
from suyuan.stock.facts import PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacePart:
    """Take `old` out of `product`, and put `new` in where something is named. `to`: where the old part is put, default
    where goods wait in quarantine; it waits there for an inspection, unless it is `good`.
    """

    warehouse: str
    product: Line
    old: tuple[Line, ...]
    reason: str
    new: tuple[Line, ...] = ()
    to: str = ""
    good: bool = False
    prodorder: str = ""
    at: datetime | None = None


@command(ReplacePart, permission="produce")
def replace_part(ctx: Context, who: Who, c: ReplacePart) -> Plan:
    problems: list[Problem] = [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    at = happened(ctx, c.at, problems)
    day = day_of(who, c.warehouse, at)
    places = places_of(who, c.warehouse)
    whole = whole_of(who, c.warehouse, c.product, problems)
    if whole.thing is not None and whole.stands is None:
        problems.append(Problem("stock.not_here", "product", {"goods": whole.uri}))
    aside = place_of(places, c.to, "to", problems, otherwise=Purpose.QUARANTINE, into=True)
    papers = documents(who, {"prodorder": c.prodorder}, problems)
    old = resolve(who, c.old, name="old", day=day)
    new = resolve(who, c.new, places, name="new", day=day) if c.new else Resolved()
    problems += old.problems + new.problems + parts_problems(new, whole)
    problems += inside_problems(old, whole, c.warehouse) + absent_containers(new, c.warehouse)
    door = at_door(new, c.warehouse)
    problems += kept_problems(door, c.warehouse)
    events: list[JsonObject] = [
        association_event(
            head(
                ctx, who, c.warehouse, at, "removing", "in_progress", read_point=whole.place, location=aside,
                documents=papers, extra={"reason": c.reason.strip(), "status": "" if c.good else PENDING},
            ),
            "DELETE",
            parent=whole.uri,
            epcs=old.instances,
            amounts=old.classes,
        )
    ]  # fmt: skip
    events += [
        association_event(
            head(
                ctx, who, c.warehouse, at, "installing", "in_progress", read_point=whole.place, location=whole.place,
                documents=papers, extra={"from": source, "reason": c.reason.strip()},
            ),
            "ADD",
            parent=whole.uri,
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in new.by_source().items()
    ]  # fmt: skip
    result = {"product": whole.uri, "aside": aside}
    fields = old.fields | new.fields
    return Plan(result=result, events=events if whole.uri else [], problems=problems, fields=fields, held=door.held)
