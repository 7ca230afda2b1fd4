"""How much of the goods of a case is back at suppliers, or on its way there."""

from django.db import connection

from suyuan.catalog.directory import directory
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.recall.coming_back import aliases
from suyuan.recall.kinds import Role
from suyuan.recall.models import Scope, ScopeParty
from suyuan.recall.rules import summed

# What stands now with whom it was sent back to, or is under way to him: what was voided, or came again, is not there.
_LOOSE = (
    "SELECT s.unit, SUM(b.quantity) FROM (SELECT DISTINCT p.log, p.subject, p.owner FROM recall_scopegoods g "
    "CROSS JOIN stock_posting p CROSS JOIN ledger_record r WHERE g.scope_id = %s AND g.direction <> 'backward' "
    "AND g.out = 0 AND p.subject = g.key AND p.quantity > 0 AND r.log = p.log AND r.id = p.record "
    "AND r.biz_step = 'shipping' AND r.disposition = 'returned') e CROSS JOIN stock_balance b "
    "CROSS JOIN stock_subject s WHERE b.subject = e.subject AND b.log = e.log AND b.owner = e.owner AND b.quantity > 0 "
    "AND b.kind IN ('delivery', 'party') AND s.log = b.log AND s.subject = b.subject AND s.container = 0 "
    "GROUP BY s.unit"
)
_PACKED = (
    "WITH RECURSIVE boxes(subject) AS (SELECT DISTINCT b.subject FROM ledger_eventitem f CROSS JOIN ledger_record r "
    "CROSS JOIN stock_posting p CROSS JOIN stock_balance b CROSS JOIN stock_subject s "
    "WHERE f.role LIKE 'to.%%' AND f.identifier {keys} AND r.log = f.log AND r.id = f.record "
    "AND r.biz_step = 'shipping' AND r.disposition = 'returned' AND p.log = r.log AND p.record = r.id "
    "AND p.quantity > 0 AND s.log = p.log AND s.subject = p.subject AND s.instance = 1 AND b.subject = p.subject "
    "AND b.log = p.log AND b.owner = p.owner AND b.quantity > 0 AND b.kind IN ('delivery', 'party') "
    "UNION SELECT b.subject FROM boxes x CROSS JOIN stock_balance b CROSS JOIN stock_subject s "
    "WHERE b.holder = x.subject AND b.quantity > 0 AND s.log = b.log AND s.subject = b.subject AND s.instance = 1) "
    "SELECT s.unit, SUM(b.quantity) FROM boxes x CROSS JOIN stock_balance b CROSS JOIN recall_scopegoods g "
    "CROSS JOIN stock_subject s WHERE b.holder = x.subject AND b.quantity > 0 AND b.log <> 'partners' "
    "AND g.scope_id = %s AND g.key = b.subject AND g.direction <> 'backward' AND g.out = 0 "
    "AND s.log = b.log AND s.subject = b.subject AND s.container = 0 GROUP BY s.unit"
)


def sent_back(scope: Scope) -> dict[str, int]:
    """Unit → millionths: loose goods at anybody, and goods in containers at the suppliers of the scope. Three
    statements.
    """
    parties = ScopeParty.objects.filter(scope=scope, role=Role.SUPPLIER.value).values_list("party", flat=True)
    known = directory()
    names = [key16(alias) for party in set(parties) for alias in aliases(known, party)]
    with connection.cursor() as cursor:
        cursor.execute(_LOOSE, [scope.pk])
        rows = [*cursor.fetchall(), *select_in(cursor, _PACKED, names, scope.pk)]
    return summed((str(unit or COUNT), int(amount)) for unit, amount in rows)
