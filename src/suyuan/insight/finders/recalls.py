"""What a recall waits for: parties that are silent, notices that did not go, limits that have passed, goods of which
somebody has to decide whether they stay in it.
"""

from collections.abc import Iterable

from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.ledger.keys import micros
from suyuan.recall.kinds import RUNNING, Kind, NoticeState
from suyuan.recall.models import Case, Notice
from suyuan.recall.queries import current

CALL = 2  # from this level on a reminder has not helped


def recall_silent(world: World) -> list[Cause]:
    """Parties that should have answered by now, or that a reminder did not help. One statement."""
    now = micros(world.now)
    rows = Notice.objects.filter(state=NoticeState.SENT.value, case__state__in=RUNNING).select_related("case")
    return [
        _of_notice(
            "recall_silent", row, Severity.URGENT if row.level >= CALL else Severity.WARN,
            day=world.day_of(row.sent or now, row.case.log),
        )
        for row in rows.order_by("pk")
        if row.level or (row.due is not None and row.due <= now)
    ]  # fmt: skip


def recall_unsent(world: World) -> list[Cause]:
    """Notices that could not be sent. One statement."""
    rows = Notice.objects.filter(state=NoticeState.FAILED.value, case__state__in=RUNNING).select_related("case")
    return [_of_notice("recall_unsent", row, Severity.URGENT, trouble=row.trouble) for row in rows.order_by("pk")]


def recall_overdue(world: World) -> list[Cause]:
    """Recalls in which nobody was told in time, or that should be over. One statement."""
    now = micros(world.now)
    found = []
    for case in _running():
        day = ""
        if case.finish_due is not None and case.finish_due < world.today(case.log):
            day = case.finish_due.isoformat()
        elif case.told is None and case.start_due is not None and case.start_due < now:
            day = world.day_of(case.start_due, case.log)
        if day:
            found.append(_of_case("recall_overdue", case, Severity.URGENT, day=day))
    return found


def recall_undecided(world: World) -> list[Cause]:
    """Recalls whose scope has grown and was not run again, or of which the trace no longer finds some. A statement for
    each that runs.
    """
    found = []
    for case in _running():
        gone = int(current(case).totals.get("gone", 0))
        if case.grown or gone:
            severity = Severity.URGENT if case.grown else Severity.WARN
            found.append(_of_case("recall_undecided", case, severity, count=gone))
    return found


def _running() -> Iterable[Case]:
    return Case.objects.filter(state__in=RUNNING).exclude(kind=Kind.DRILL.value).order_by("pk")


def _of_case(kind: str, case: Case, severity: Severity, **facts: str | int) -> Cause:
    said = {"number": case.number, **facts}
    return Cause(kind=kind, log=case.log, cause=case.number, subject=case.uri, severity=severity, facts=said)


def _of_notice(kind: str, row: Notice, severity: Severity, **said: str) -> Cause:
    return Cause(
        kind=kind, log=row.case.log, cause=f"{row.case.number}:{row.pk}", subject=row.case.uri, severity=severity,
        facts={"number": row.case.number, "name": row.name, **said},
    )  # fmt: skip
