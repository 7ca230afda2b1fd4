"""What was planned and did not happen: late deliveries, counts, corrective action; what came otherwise; what nothing
explains."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from suyuan.gs1.identifiers import gln_uri
from suyuan.insight.goods import Lot, causes_of, rows
from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.inspection.kinds import Stage
from suyuan.inspection.models import CorrectiveAction, NonConformance
from suyuan.operations.counting.make_count import due_of
from suyuan.orders.expecting import Expected
from suyuan.orders.notices import expected
from suyuan.orders.queries import OpenOrder, party_of
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stocktake.queries import plans_of

WEEK = 7


def order_late(world: World) -> list[Cause]:
    """Orders and notices of which something should have come, or gone; urgent after a week. A fixed number of
    statements, and one more set for each warehouse."""
    found = [cause for one in [*world.purchases, *world.sales] for cause in _late_order(world, one)]
    for log in world.logs:
        for notice in expected(log):
            day = notice.expected
            late = day is not None and day + timedelta(days=world.days("order_late")) < world.today(log)
            if day is not None and late and not any(line.done for line in notice.lines):
                found.append(_notice("order_late", notice, _pressing(day, world.today(log)), len(notice.lines), day))
    return found


def _late_order(world: World, one: OpenOrder) -> Iterator[Cause]:
    log = one.order.warehouse_id
    limit = world.today(log) - timedelta(days=world.days("order_late"))
    days = [line.expected for line in one.open if line.expected is not None and line.expected < limit]
    if days:
        yield Cause(
            kind="order_late",
            log=log,
            cause=f"{one.order.kind}:{one.order.key}",
            subject=one.order.uri,
            severity=_pressing(min(days), world.today(log)),
            facts={
                "number": one.order.number, "order": one.order.kind, "partner": party_of(one.order),
                "day": min(days).isoformat(), "count": len(days),
            },
        )  # fmt: skip


def _pressing(day: date, today: date) -> Severity:
    return Severity.URGENT if (today - day).days > WEEK else Severity.WARN


def receipt_difference(world: World) -> list[Cause]:
    """Open orders of which a line came in excess, and notices of which a part is here and the rest is not a day after
    it should be."""
    found = [
        Cause(
            kind="receipt_difference",
            log=one.order.warehouse_id,
            cause=f"{one.order.kind}:{one.order.key}",
            subject=one.order.uri,
            severity=Severity.WARN,
            facts={
                "number": one.order.number, "order": one.order.kind, "partner": party_of(one.order), "count": over,
            },
        )
        for one in world.purchases
        if (over := sum(line.is_over for line in one.lines))
    ]  # fmt: skip
    for log in world.logs:
        today, first = world.today(log), world.today(log) - timedelta(days=world.days("receipt_difference"))
        for notice in expected(log):
            day = notice.expected or (notice.shipped.date() if notice.shipped else None)
            part = any(line.done or line.arrived for line in notice.lines)
            if part and day is not None and first <= day < today:
                count = sum(not line.is_here for line in notice.lines)
                found.append(_notice("receipt_difference", notice, Severity.WARN, count))
    return found


def _notice(kind: str, one: Expected, severity: Severity, count: int, day: date | None = None) -> Cause:
    return Cause(
        kind=kind,
        log=one.warehouse,
        cause=f"{one.source}:{one.key}"[:200],
        subject=one.uri or one.supplier,
        severity=severity,
        facts={
            "number": one.number or one.key, "order": "notice", "notice": one.key, "partner": one.supplier,
            "count": count, **({"day": day.isoformat()} if day else {}),
        },
    )  # fmt: skip


def count_overdue(world: World) -> list[Cause]:
    """Plans by which bins should have been counted so many days ago. The statements of each plan."""
    found = []
    for log in world.logs:
        zone = ZoneInfo(world.known.warehouses[log].time_zone)
        limit = world.today(log) - timedelta(days=world.days("count_overdue"))
        for plan in plans_of(log):
            late = [one for one in due_of(plan, world.now, zone) if _due_on(one.last, one.every) < limit]
            if late:
                never = sum(one.last is None for one in late)
                found.append(
                    Cause(
                        kind="count_overdue",
                        log=log,
                        cause=plan.key,
                        subject=gln_uri(world.known.warehouses[log].gln),
                        severity=Severity.NOTE if never == len(late) else Severity.WARN,
                        facts={
                            "plan": plan.code, "zh": plan.name_zh, "en": plan.name_en, "count": len(late),
                            "never": never,
                        },
                    )
                )  # fmt: skip
    return found


def _due_on(last: date | None, every: int) -> date:
    return date.min if last is None else last + timedelta(days=every)


def report_overdue(world: World) -> list[Cause]:
    """Nonconformances, and corrective actions of them, that are not done though their day has passed. Two
    statements."""
    latest = world.last_day - timedelta(days=world.days("report_overdue"))
    reports = {
        one.pk: (one, one.due)
        for one in NonConformance.objects.filter(due__lt=latest).exclude(state=Stage.CLOSED)
        if one.due is not None
    }
    actions = CorrectiveAction.objects.filter(done=None, due__lt=latest).select_related("nonconformance")
    for action in actions.exclude(nonconformance__state=Stage.CLOSED):
        report = action.nonconformance
        if action.due is not None:
            reports[report.pk] = (report, min(action.due, reports.get(report.pk, (report, action.due))[1]))
    return [
        Cause(
            kind="report_overdue",
            log=report.log,
            cause=report.number,
            subject=report.goods,
            severity=_pressing(day, world.today(report.log)),
            facts={"number": report.number, "day": day.isoformat(), "owner": report.owner},
        )
        for report, day in reports.values()
    ]


_UNEXPLAINED = (
    "SELECT p.log, COALESCE(s.lot, p.subject), MAX(s.unit), SUM(p.quantity), MIN(p.at) FROM ledger_record r "
    "JOIN stock_posting p ON p.log = r.log AND p.record = r.id "
    "LEFT JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject "
    "WHERE r.event_time >= %s AND p.counterpart = %s GROUP BY p.log, COALESCE(s.lot, p.subject) "
    "HAVING NOT (SUM(p.quantity) = 0)"
)


def unexplained(world: World) -> list[Cause]:
    """Goods that events of the last days took or found where the book had none, and that are still open. Two
    statements."""
    found = rows(_UNEXPLAINED, world.before("unexplained"), UNEXPLAINED)
    lots = [
        Lot(log, bytes(subject), bytes(subject), None, abs(int(quantity)), unit or "", int(at))
        for log, subject, unit, quantity, at in found
        if log in world.known.warehouses
    ]
    return causes_of("unexplained", [(lot, Severity.URGENT, {}) for lot in lots])
