"""What is due becomes a count sheet each day, by the plans that say so: the worker asks every few minutes."""

import logging
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.door import who_is_who
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.counting.make_count import MakeCount, due_of
from suyuan.operations.events import zone_of
from suyuan.stocktake.models import CountPlan, CountSheet

_LOG = logging.getLogger(__name__)


def make_due(now: datetime) -> int:
    """Make the sheets of today; how many. One a plan and day, whatever becomes of the worker: it has the id of both."""
    made = 0
    for plan in CountPlan.objects.filter(is_active=True, daily=True).select_related("zone").order_by("key"):
        try:
            made += _make(plan, now)
        except Refused:  # somebody was faster
            continue
        except Exception:  # one plan does not stop the others
            _LOG.exception("the sheet of the counting plan %s could not be made", plan.code)
            connection.close()
    return made


def _make(plan: CountPlan, now: datetime) -> bool:
    zone = zone_of(who_is_who(), plan.warehouse_id)
    id = uuid5(NAMESPACE_URL, f"urn:suyuan:count:{plan.key}:{now.astimezone(zone).date().isoformat()}")
    if CountSheet.objects.filter(pk=id).exists() or not due_of(plan, now, zone):
        return False
    execute(
        Context(actor=SYSTEM, request_id=id, now=now, locale="en"),
        MakeCount(warehouse=plan.warehouse_id, plan=plan.code),
    )
    return True
