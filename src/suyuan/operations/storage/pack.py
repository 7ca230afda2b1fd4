"""Pack: AggregationEvent ADD packing, the container as parent."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import aggregation_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, container_uri, resolve
from suyuan.operations.lots import mint_sscc
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers, amount_of, elsewhere
from suyuan.operations.storage.proposals import Taken, lots_problems
from suyuan.operations.storage.weighing import weighed_of, weight_problems
from suyuan.tlog.jcs import Json

LONGEST = 20_000  # millimetres: longer than any truck


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Put goods into a container: `container` as SSCC, code or URI; without one a new SSCC is minted.

    `place`: where the container stands, default the staging place. `po`: the order that it is packed for. `gross`: what
    it weighs now with all that is in it, in kilograms, and `tare`, the empty container; where the catalog makes that
    differ by more than the firm's tolerance, a `reason` is wanted. `size`: length, width and height in millimetres.
    """

    warehouse: str
    lines: tuple[Line, ...]
    container: str = ""
    place: str = ""
    po: str = ""
    gross: str = ""
    tare: str = ""
    size: tuple[int, ...] = ()
    reason: str = ""
    at: datetime | None = None


@command(Pack, permission="pick")
def pack(ctx: Context, who: Who, c: Pack) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place, "place", problems, otherwise=Purpose.STAGING, into=True)
    goods = resolve(who, c.lines, places, day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    parent = ""
    try:
        parent = container_uri(who, c.container, "container") if c.container else mint_sscc(who, c.warehouse)
    except Refused as refused:
        problems += refused.problems
    problems += elsewhere(parent, c.warehouse, "container") if c.container else []
    if parent in goods.subjects:
        problems.append(Problem("operations.into_itself", "container", {"container": parent}))
    taken = [Taken(uri, amount_of(thing) or None) for thing in goods.things for uri in thing.subjects]
    problems += lots_problems(who, c.warehouse, taken, place, "place", container=parent) if parent else []
    papers = documents(who, {"po": c.po}, problems)
    problems += size_problems(c.size)
    weighed = weighed_of(who, c.gross, c.tare, goods, parent if c.container else "", problems)
    problems += weight_problems(weighed, c.reason) if weighed else []
    said = {"size": list(c.size), "reason": c.reason.strip(), "weighed": weighed.told() if weighed else {}}
    events = [
        aggregation_event(
            head(
                ctx, who, c.warehouse, at, "packing", "in_progress",
                read_point=place, location=place, documents=papers, extra={"from": source, **said},
            ),
            "ADD",
            parent=parent,
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
        if parent
    ]  # fmt: skip
    result: dict[str, Json] = {"container": parent, "place": place}
    if weighed:
        result |= {"weighed": weighed.told(), "unknown": list(weighed.unknown)}
    return Plan(result=result, events=events, problems=problems, fields=goods.fields)


def size_problems(size: tuple[int, ...]) -> list[Problem]:
    """Three lengths in millimetres, or none."""
    if not size or (len(size) == 3 and all(0 < one <= LONGEST for one in size)):
        return []
    return [Problem("operations.size_strange", "size", {"most": str(LONGEST)})]
