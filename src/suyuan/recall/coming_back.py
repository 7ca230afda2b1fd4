"""What came back of the goods of a case since it was opened, as the ledger has it: nobody types it a second time."""

from collections.abc import Iterable, Mapping

from django.db import connection

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.rules import PARTY, PLACE, gln_of
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.recall.models import Case, Scope

# CROSS JOIN keeps SQLite from beginning with the longest table. What a return takes from nobody's book is posted all
# the same, and so is the content of a pallet, whose status changes; so all that is added counts.
_CAME = (
    "SELECT e.party, s.unit, SUM(p.quantity) FROM (SELECT DISTINCT f.identifier AS party, f.log, f.record "
    "FROM ledger_eventitem f WHERE f.role LIKE 'from.%%' AND f.event_time >= %s AND f.identifier {keys}) e "
    "CROSS JOIN ledger_record r CROSS JOIN stock_posting p CROSS JOIN recall_scopegoods g CROSS JOIN stock_subject s "
    "WHERE r.log = e.log AND r.id = e.record AND r.biz_step = 'receiving' AND r.disposition = 'returned' "
    "AND p.log = r.log AND p.record = r.id AND p.quantity > 0 AND g.scope_id = %s AND g.key = p.subject "
    "AND g.direction <> 'backward' AND g.out = 0 AND s.log = p.log AND s.subject = p.subject AND s.container = 0 "
    "GROUP BY e.party, s.unit"
)


def came_back(case: Case, parties: Iterable[str]) -> Mapping[tuple[str, str], int]:
    """(party, unit) → millionths of the goods in the scope that counts, returned since the case was opened. Two
    statements.
    """
    scope = Scope.objects.filter(case=case, version=case.version).values_list("pk", flat=True).first()
    names = {key16(alias): party for party in parties for alias in aliases(directory(), party)}
    found: dict[tuple[str, str], int] = {}
    with connection.cursor() as cursor:
        rows = select_in(cursor, _CAME, names, case.opened, scope) if names and scope else []
    for party, unit, amount in rows:
        place = (names[bytes(party)], str(unit or COUNT))
        found[place] = found.get(place, 0) + int(amount)
    return found


def aliases(known: Directory, party: str) -> set[str]:
    """The names under which events may speak of a party."""
    uris = set(known.family(party))
    glns = {gln for uri in uris if (gln := gln_of(uri))}
    return uris | {prefix + gln for gln in glns for prefix in (PARTY, PLACE)}
