"""Whether the scopes are what the ledger says they were when they were frozen: asked by `suyuan fsck`."""

import json
from collections.abc import Iterator

from django.db import connection

from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.recall.models import Case, Scope
from suyuan.recall.queries import is_as_frozen

_FROZEN = (
    "SELECT b.body FROM ledger_eventitem i JOIN ledger_record r ON r.log = i.log AND r.id = i.record "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id WHERE i.identifier = %s AND i.role = 'about' "
    "AND r.type IN ('StartRecall', 'StartDrill', 'RerunScope', 'WidenScope', 'NarrowScope')"
)


def scope_findings() -> Iterator[Problem]:
    """A problem for each version whose rows are others than its record committed to, or that is gone."""
    for case in Case.objects.order_by("pk"):
        frozen = _recorded(case)
        there = {scope.version: scope for scope in Scope.objects.filter(case=case)}
        for version, digest in sorted(frozen.items()):
            scope = there.get(version)
            if scope is None or scope.digest != digest or not is_as_frozen(scope):
                params = {"number": case.number, "version": str(version)}
                yield Problem("recall.scope_differs", case.number, params)


def _recorded(case: Case) -> dict[int, str]:
    """Version → digest, as the records of its commands have it."""
    with connection.cursor() as cursor:
        cursor.execute(_FROZEN, [key16(case.uri)])
        said = [json.loads(bytes(body))["result"] for (body,) in cursor.fetchall()]
    return {int(one["version"]): str(one["digest"]) for one in said if "digest" in one}
