"""What the worker looks after: whether the scope of a case has grown since it was frozen, and who has not answered.

A record is looked at once for each case, when it has its leaf: one that was not there when a scope was made has a later
one, so nothing is missed. What is not about the goods costs two lookups; only where it may reach more of them, or
somebody new, is the trace run again.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.guard import governed
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import micros
from suyuan.recall.kinds import RUNNING, Kind
from suyuan.recall.models import Case, Watch
from suyuan.recall.notices import EscalateNotice
from suyuan.recall.queries import current, silent
from suyuan.recall.rescoping import RerunScope
from suyuan.recall.scoping import positions_now

Clock = Callable[[], datetime]
PAUSE = timedelta(seconds=30)  # at least between two traces of a case
PATIENCE = 50  # and so many times as long as the last one took
MOST = 100  # silent parties that are asked again in one turn
_LOG = logging.getLogger(__name__)
# Steps by which goods change hands; what else moves goods makes them neither more nor somebody else's.
_HANDED = "('shipping', 'receiving', 'accepting', 'arriving', 'void_shipping', 'retail_selling', 'dispensing')"
_SCOPED = "g.scope_id = %s AND g.direction <> 'backward'"
# A new record that draws an edge from the goods, or from a making they went into; that hands them over; or that
# declares an earlier one wrong.
_GROWN = (
    "SELECT 1 FROM ledger_leaf f CROSS JOIN ledger_record r "
    'WHERE f.log = %s AND f."index" >= %s AND f."index" < %s AND r.log = f.log AND r.id = f.id AND r.kind = \'epcis\' '
    "AND (EXISTS (SELECT 1 FROM genealogy_edge e CROSS JOIN recall_scopegoods g "
    f"WHERE e.record = r.id AND e.log = r.log AND {_SCOPED} AND g.key = e.parent) "
    "OR EXISTS (SELECT 1 FROM genealogy_edge e CROSS JOIN genealogy_edge n CROSS JOIN recall_scopegoods g "
    "WHERE e.record = r.id AND e.log = r.log AND e.kind = 'output' AND n.child = e.parent AND n.kind = 'input' "
    f"AND {_SCOPED} AND g.key = n.parent) "
    f"OR ((r.biz_step IN {_HANDED} OR r.action = 'ADD' OR r.declares IS NOT NULL) AND EXISTS ("
    "SELECT 1 FROM ledger_eventitem i CROSS JOIN recall_scopegoods g "
    f"WHERE i.log = r.log AND i.record = COALESCE(r.declares, r.id) AND {_SCOPED} AND g.key = i.identifier))) LIMIT 1"
)


def watch(clock: Clock) -> int:
    """Look at every case that runs; how many scopes were run again."""
    again = 0
    running = Case.objects.filter(state__in=RUNNING).exclude(kind=Kind.DRILL.value).order_by("pk")
    for case in running:
        try:
            again += watch_one(case, clock)
        except Exception:  # one case does not stop the others
            _LOG.exception("the scope of the recall %s could not be looked after", case.number)
            connection.close()
    return again


def watch_one(case: Case, clock: Clock) -> bool:
    """Run the scope again where it may have grown, unless that was done a moment ago."""
    row = Watch.objects.get(case=case)
    now, sizes = clock(), positions_now()
    if row.due > micros(now) or not (case.grown or grown(case, row.seen, sizes)):
        if not case.grown and row.due <= micros(now) and row.seen != sizes:
            Watch.objects.filter(case=case).update(seen=sizes)
        return False
    if not case.grown:
        with governed():  # said before the trace is run, which may take a while
            Case.objects.filter(pk=case.pk, state__in=RUNNING).update(grown=True)
    try:
        execute(_context(case, sizes, clock), RerunScope(warehouse=case.log, case=case.number, reason=""))
    except Refused:  # somebody ended it meanwhile
        return False
    finally:
        took = clock() - now
        due = micros(clock() + max(PAUSE, PATIENCE * took))
        Watch.objects.filter(case=case).update(due=due)
    return True


def grown(case: Case, seen: Mapping[str, int], sizes: Mapping[str, int]) -> bool:
    """Is there a record with a leaf between these that may reach more of the goods, or somebody new? A statement for
    each log that has grown."""
    scope = current(case).pk
    with connection.cursor() as cursor:
        for log, size in sizes.items():
            since = seen.get(log, 0)
            if size > since:
                cursor.execute(_GROWN, [log, since, size, scope, scope, scope])
                if cursor.fetchone():
                    return True
    return False


def escalate(clock: Clock) -> int:
    """Ask those again who were silent for too long; how many."""
    asked = 0
    for notice in silent(clock())[:MOST]:
        command = EscalateNotice(warehouse=notice.case.log, case=notice.case.number, notice=notice.pk)
        try:
            execute(_made(f"{notice.pk}:{notice.level}:{notice.due}", clock), command)
        except Refused:  # it answered meanwhile
            continue
        asked += 1
    return asked


def _context(case: Case, sizes: Mapping[str, int], clock: Clock) -> Context:
    return _made(f"{case.number}:{case.version}:{sorted(sizes.items())}:{micros(clock())}", clock)


def _made(text: str, clock: Clock) -> Context:
    request = UUID(bytes=sha256(f"suyuan.recall:{text}".encode()).digest()[:16])
    return Context(actor=SYSTEM, request_id=request, now=clock(), clock=clock, locale="en")
