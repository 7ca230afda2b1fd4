"""Hold: ObjectEvent OBSERVE holding, persistentDisposition set unavailable. The event's id is the block's."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import event_key, key16
from suyuan.operations import doors
from suyuan.operations.carrying import break_held
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import site
from suyuan.orders.reservations import do_break
from suyuan.stock.queries import about
from suyuan.stock.store import NOTHING
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Block whole lots, serials, containers or items (a line without lot): here, elsewhere, what is still to come."""

    warehouse: str
    lines: tuple[Line, ...]
    reason: str
    at: datetime | None = None


@command(Hold, permission="lot.hold")
def hold(ctx: Context, who: Who, c: Hold) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    goods = resolve(who, c.lines, needed=False, whole=True)
    problems += goods.problems + unknown_problems(goods)
    if not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    flagged, held = 0, NOTHING
    if not problems:
        held = doors.hold(goods)  # first, as whoever takes them does, so that what is kept just now is broken too
        items = [thing.info.uri for thing in goods.things if thing.info and thing.uri == thing.info.uri]
        flagged = do_break(goods.subjects, items, c.reason.strip())
        boxes = [thing.uri for thing in goods.things if thing.container]
        flagged += break_held(c.warehouse, boxes, day_of(who, c.warehouse, at).toordinal(), c.reason.strip())
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "holding",
            read_point=site(who, c.warehouse), blocks=["unavailable"], extra={"reason": c.reason.strip()},
        ),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.whole,
    )  # fmt: skip
    block = event_key(str(event["eventID"])).hex()
    result: dict[str, Json] = {"block": block, "reservations_broken": flagged}
    return Plan(result=result, events=[event], problems=problems, fields=goods.fields, held=held)


def unknown_problems(goods: Resolved) -> list[Problem]:
    """A block on a mistyped lot would hold nothing: only what the ledger has seen can be held."""
    known = about(key16(uri) for uri in goods.subjects)
    items = {thing.info.uri for thing in goods.things if thing.info}
    return [
        Problem("operations.goods_unknown", thing.field, {"goods": uri})
        for thing in goods.things
        for uri in thing.subjects
        if key16(uri) not in known and uri not in items
    ]
