"""Ask for all causes and bring the alerts in line: the worker does it every few minutes."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from suyuan.capture.guard import governed
from suyuan.insight.finders import carried, expiry, levels, papers, planned, promised, recalls, resting
from suyuan.insight.kinds import State
from suyuan.insight.models import Alert
from suyuan.insight.rules import Cause, Changes, Key, Standing, compare
from suyuan.insight.world import World
from suyuan.ledger.bulk import chunks
from suyuan.ledger.keys import micros

_LOG = logging.getLogger(__name__)
Finder = Callable[[World], list[Cause]]
FINDERS: Mapping[str, Finder] = {
    "expired": expiry.expired,
    "near_expiry": expiry.near_expiry,
    "low": levels.low,
    "high": levels.high,
    "dead": resting.dead,
    "ageing": resting.ageing,
    "pending_long": resting.pending_long,
    "held_long": resting.held_long,
    "licence": papers.licence,
    "licence_missing": papers.licence_missing,
    "order_late": planned.order_late,
    "order_unkept": promised.order_unkept,
    "receipt_difference": planned.receipt_difference,
    "count_overdue": planned.count_overdue,
    "booking_failed": carried.booking_failed,
    "delivery_late": carried.delivery_late,
    "delivery_stuck": carried.delivery_stuck,
    "delivery_trouble": carried.delivery_trouble,
    "report_overdue": planned.report_overdue,
    "recall_silent": recalls.recall_silent,
    "recall_unsent": recalls.recall_unsent,
    "recall_overdue": recalls.recall_overdue,
    "recall_undecided": recalls.recall_undecided,
    "unexplained": planned.unexplained,
}
BATCH = 500
KEPT = timedelta(days=400)  # alerts whose cause is gone


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What asking again came to; `failed`: kinds whose question could not be asked."""

    opened: int
    changed: int
    gone: int
    failed: tuple[str, ...] = ()


def refresh(now: datetime, finders: Mapping[str, Finder] = FINDERS) -> Refreshed:
    """Open an alert for each new cause, tell the others what is so now, close those whose cause is gone.

    A kind that is switched off has no causes. One whose question fails keeps its alerts as they are.
    """
    world = World(now)
    causes, asked, failed = find(world, finders)
    changes = compare(standing(asked), causes, asked)
    _write(changes, world)
    return Refreshed(len(changes.opened), len(changes.changed), len(changes.gone), tuple(failed))


def find(world: World, finders: Mapping[str, Finder]) -> tuple[list[Cause], list[str], list[str]]:
    """All causes; the kinds that answered; those that failed."""
    causes: list[Cause] = []
    asked: list[str] = []
    failed: list[str] = []
    for kind, finder in finders.items():
        try:  # in no transaction: on SQLite that would keep those who write waiting
            causes += found(kind, finder, world) if world.rules[kind].active else []
            asked.append(kind)
        except Exception:  # one question that fails must not silence the others
            _LOG.exception("alerts of the kind %s could not be found", kind)
            failed.append(kind)
    return causes, asked, failed


def found(kind: str, finder: Finder, world: World) -> list[Cause]:
    """What a kind finds, in each warehouse by the limit that holds there: the finder is asked once for each limit."""
    own = world.limits.get(kind, {})
    causes = [one for one in finder(world) if one.log not in own]
    for days in sorted(set(own.values())):
        causes += [one for one in finder(world.limited(kind, days)) if own.get(one.log) == days]
    return causes


def standing(kinds: list[str]) -> dict[Key, Standing]:
    """The alerts of these kinds that are not gone. One statement."""
    rows = Alert.objects.filter(kind__in=kinds).exclude(state=State.GONE)
    columns = ("kind", "log", "cause", "pk", "severity", "facts", "subject", "state")
    return {
        (kind, log, cause): Standing(id, severity, facts, subject, state)
        for kind, log, cause, id, severity, facts, subject, state in rows.values_list(*columns)
    }


_CHANGE = "UPDATE insight_alert SET severity = %s, facts = %s, subject = %s WHERE id = %s"
_WAKE = (
    "UPDATE insight_alert SET state = 'open', closed = NULL, closed_by = '', why = '', version = version + 1 "
    "WHERE id = %s"
)


def _write(changes: Changes, world: World) -> None:
    """Piece by piece, so that nobody who writes waits for all of it; what is done twice is done once."""
    at = micros(world.now)
    for opened in chunks(changes.opened, BATCH):
        with governed(), transaction.atomic():
            # Another worker may have been faster.
            Alert.objects.bulk_create([_row(one, world, at) for one in opened], ignore_conflicts=True)
    for changed in chunks(changes.changed, BATCH):
        with governed(), transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_CHANGE, [(int(one.severity), one.told, one.subject, id) for id, one, _ in changed])
            if waking := [(id,) for id, _one, wakes in changed if wakes]:
                cursor.executemany(_WAKE, waking)
    for gone in chunks(changes.gone, BATCH):
        with governed(), transaction.atomic():
            Alert.objects.filter(pk__in=gone).update(state=State.GONE, closed=at)


def _row(one: Cause, world: World, at: int) -> Alert:
    rule = world.rules[one.kind]
    return Alert(
        kind=one.kind,
        log=one.log,
        cause=one.cause,
        subject=one.subject,
        severity=one.severity,
        facts=one.told,
        since=at if one.since is None else one.since,
        found=at,
        team=rule.team,
        due=world.today(one.log) + timedelta(days=rule.due_days),
    )


def forget(now: datetime) -> int:
    """Drop alerts whose cause has been gone for more than a year."""
    with governed():
        return Alert.objects.filter(state=State.GONE, closed__lt=micros(now - KEPT)).delete()[0]
