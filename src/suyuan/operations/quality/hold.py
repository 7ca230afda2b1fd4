"""Hold: ObjectEvent OBSERVE holding, persistentDisposition set unavailable. The event's id is the block's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.models import Item
from suyuan.genealogy.search import members
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import event_key, key16
from suyuan.operations import doors
from suyuan.operations.carrying import break_held
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import site
from suyuan.orders.reservations import do_break, take_turn
from suyuan.stock.queries import about
from suyuan.stock.store import NOTHING
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Block whole lots, serials, containers or items (a line without lot): here, elsewhere, what is still to come.

    A lot is held with all its serials, by its own row alone; a serial by itself.
    """

    warehouse: str
    lines: tuple[Line, ...]
    reason: str
    at: datetime | None = None


@command(Hold, permission="lot.hold")
def hold(ctx: Context, who: Who, c: Hold) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    goods = resolve(who, c.lines, needed=False, whole=True)
    serials = serials_of(goods)
    problems += goods.problems + unknown_problems(goods, serials)
    if not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    flagged, held = 0, NOTHING
    if not problems:
        items = [thing.info.uri for thing in goods.things if thing.info and thing.uri == thing.info.uri]
        # First, as whoever takes them or keeps them for an order does, so that what is kept just now is broken too.
        take_turn(Item.objects.filter(uri__in=items).values_list("pk", flat=True) if items else (), c.warehouse)
        held = doors.hold(goods, serials)
        flagged = do_break([*map(key16, goods.subjects), *serials], items, c.reason.strip())
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


def serials_of(goods: Resolved) -> set[bytes]:
    """The serials of the lots that are named as a whole. One statement."""
    lots = [key16(uri) for thing in goods.things if thing.lot and not thing.instances for uri in thing.subjects]
    with connection.cursor() as cursor:
        return members(cursor, lots)


def unknown_problems(goods: Resolved, serials: Iterable[bytes]) -> list[Problem]:
    """A block on a mistyped lot would hold nothing: only what the ledger has seen can be held, or of which it has seen
    serials.
    """
    seen = about([*map(key16, goods.subjects), *serials])
    known = seen.keys() | {one.lot for one in seen.values()}
    items = {thing.info.uri for thing in goods.things if thing.info}
    return [
        Problem("operations.goods_unknown", thing.field, {"goods": uri})
        for thing in goods.things
        for uri in thing.subjects
        if key16(uri) not in known and uri not in items
    ]
