"""What carriers have and does not arrive: late, silent for days, refused or in trouble; and what was never booked."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from suyuan.delivery.kinds import State, Step
from suyuan.delivery.models import Consignment
from suyuan.delivery.queries import under_way
from suyuan.delivery.rules import is_late
from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.ledger.keys import micros, moment

WAITS = timedelta(hours=4)  # that a booking may be tried again before somebody is told
WEEK = 7
_TROUBLE = {Step.EXCEPTION.value: Severity.WARN, Step.REFUSED.value: Severity.URGENT}


def delivery_late(world: World) -> list[Cause]:
    """Consignments that should be there, or of which the carrier says that they come after the day they are wanted.
    One statement."""
    found = []
    for row in _ours(world, under_way().exclude(promised=None)):
        today = world.today(row.log) - timedelta(days=world.days("delivery_late"))
        if is_late(row.promised, _estimated(row, world), row.step, today) and row.promised is not None:
            gone = (world.today(row.log) - row.promised).days
            severity = Severity.URGENT if gone > WEEK else Severity.WARN
            found.append(_cause("delivery_late", row, severity, day=row.promised.isoformat()))
    return found


def delivery_stuck(world: World) -> list[Cause]:
    """Consignments of which nothing was reported for so many days. One statement."""
    before = world.before("delivery_stuck")
    return [
        _cause("delivery_stuck", row, Severity.WARN, day=world.day_of(_last(row), row.log), since=_last(row))
        for row in _ours(world, under_way())
        if _last(row) < before
    ]


def delivery_trouble(world: World) -> list[Cause]:
    """Consignments that the carrier cannot deliver, or that the recipient does not take. One statement."""
    return [
        _cause("delivery_trouble", row, _TROUBLE[row.step], since=row.at, step=row.step)
        for row in _ours(world, under_way().filter(step__in=_TROUBLE))
    ]


def booking_failed(world: World) -> list[Cause]:
    """Bookings that were given up, or have been tried for hours. One statement."""
    slow = micros(world.now - WAITS)
    rows = Consignment.objects.filter(state__in=(State.FAILED, State.WAITING, State.CANCELLING))
    return [
        _cause("booking_failed", row, Severity.URGENT if row.state == State.FAILED else Severity.WARN, since=row.made)
        for row in _ours(world, rows)
        if row.state == State.FAILED or (row.made < slow and row.tries > 1)
    ]


def _ours(world: World, rows: Iterable[Consignment]) -> list[Consignment]:
    return [row for row in rows if row.log in world.known.warehouses]


def _last(row: Consignment) -> int:
    return row.at or row.booked or row.made


def _estimated(row: Consignment, world: World) -> date | None:
    if row.estimated is None:
        return None
    return moment(row.estimated).astimezone(ZoneInfo(world.known.warehouses[row.log].time_zone)).date()


def _cause(kind: str, row: Consignment, severity: Severity, *, since: int | None = None, **facts: str) -> Cause:
    return Cause(
        kind=kind,
        log=row.log,
        cause=str(row.pk),
        subject=row.customer,
        severity=severity,
        since=since,
        facts={"number": row.number, "waybill": row.waybill or row.number, "consignment": str(row.pk), **facts},
    )
