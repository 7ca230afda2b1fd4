"""Take apart: AssociationEvent DELETE disassembling; the parts are what they were, the whole may end with it."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import association_event, object_event
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.events import happened, head
from suyuan.operations.lines import Line, Resolved
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.assembling import inside_problems, whole_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeApart:
    """Take all parts out of `product`, to where it stands or to `to`. `ends`: there is no product any more then."""

    warehouse: str
    product: Line
    reason: str
    to: str = ""
    ends: bool = True
    prodorder: str = ""
    at: datetime | None = None


@command(TakeApart, permission="produce")
def take_apart(ctx: Context, who: Who, c: TakeApart) -> Plan:
    problems: list[Problem] = [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    at = happened(ctx, c.at, problems)
    whole = whole_of(who, c.warehouse, c.product, problems)
    if whole.thing is not None and whole.stands is None:
        problems.append(Problem("stock.not_here", "product", {"goods": whole.uri}))
    place = place_of(places_of(who, c.warehouse), c.to, "to", problems, into=True) or whole.place
    papers = documents(who, {"prodorder": c.prodorder}, problems)
    problems += inside_problems(Resolved(), whole, c.warehouse) if whole.stands else []
    extra = {"reason": c.reason.strip()}
    events: list[JsonObject] = [
        association_event(
            head(
                ctx, who, c.warehouse, at, "disassembling", "in_progress", read_point=whole.place, location=place,
                documents=papers, extra=extra,
            ),
            "DELETE",
            parent=whole.uri,
        )
    ]  # fmt: skip
    if c.ends:
        ended = head(
            ctx, who, c.warehouse, at, "decommissioning", "inactive", read_point=whole.place, documents=papers,
            extra=extra,
        )  # fmt: skip
        events.append(object_event(ended, "DELETE", epcs=[whole.uri]))
    fields = {whole.uri: "product"}
    return Plan(result={"place": place}, events=events if whole.uri else [], problems=problems, fields=fields)
