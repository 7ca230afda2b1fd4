"""What came back of the goods of a case since it was opened, as the ledger has it: nobody types it a second time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.rules import PARTY, PLACE, gln_of
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.recall.models import Case, Scope

_GOODS = "CASE WHEN g.key IS NULL OR s.container = 1 THEN 0 ELSE 1 END, s.instance"
_SCOPE = (
    "LEFT JOIN recall_scopegoods g ON g.scope_id = %s AND g.key = p.subject AND g.direction <> 'backward' AND g.out = 0"
)
# What a return puts somewhere; of what is in a container that comes the container itself is asked, since nothing is
# posted of content but where its status changes. CROSS JOIN keeps SQLite from beginning with the longest table.
_CAME = (
    f"SELECT e.party, p.at, p.subject, s.unit, p.quantity, {_GOODS} "
    "FROM (SELECT DISTINCT f.identifier AS party, f.log, f.record "
    "FROM ledger_eventitem f WHERE f.role LIKE 'from.%%' AND f.event_time >= %s AND f.identifier {keys}) e "
    "CROSS JOIN ledger_record r CROSS JOIN stock_posting p CROSS JOIN stock_balance k CROSS JOIN stock_subject s "
    f"{_SCOPE} WHERE r.log = e.log AND r.id = e.record AND r.biz_step = 'receiving' AND r.disposition = 'returned' "
    "AND p.log = r.log AND p.record = r.id AND p.quantity > 0 AND k.log = p.log AND k.subject = p.subject "
    "AND k.holder = p.holder AND k.owner = p.owner AND k.receipt = p.receipt AND k.status = p.status "
    "AND k.kind <> 'container' AND s.log = p.log AND s.subject = p.subject AND (s.instance = 1 OR g.key IS NOT NULL)"
)
_INSIDE = (
    f"SELECT p.holder, p.at, p.subject, s.unit, p.quantity, {_GOODS} FROM stock_posting p "
    f"JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject {_SCOPE} "
    "WHERE p.log <> 'partners' AND p.holder {keys}"
)
Amounts = dict[str, int]  # by unit, millionths


class Line(NamedTuple):
    """A posting of what `key` names: a party, or a holder. `counts`: these are goods of the scope; `box`: something may
    be in it.
    """

    key: bytes
    at: int
    subject: bytes
    unit: str
    quantity: int
    counts: bool
    box: bool


def came_back(case: Case, parties: Iterable[str]) -> Mapping[tuple[str, str], int]:
    """(party, unit) → millionths of the goods in the scope that counts, returned since the case was opened, loose or in
    containers. Two statements, and one for each level of containers.
    """
    scope = Scope.objects.filter(case=case, version=case.version).values_list("pk", flat=True).first()
    names = {key16(alias): party for party in parties for alias in aliases(directory(), party)}
    found: dict[tuple[str, str], int] = defaultdict(int)
    if not names or scope is None:
        return found
    with connection.cursor() as cursor:
        came = [_line(row) for row in select_in(cursor, _CAME, names, case.opened, scope)]
        inside = _inside(cursor, {line.subject for line in came if line.box}, scope)
    for line in came:
        amounts = content(inside, line.subject, line.at) if line.box else {}
        if line.counts:
            amounts[line.unit] = amounts.get(line.unit, 0) + line.quantity
        for unit, amount in amounts.items():
            found[names[line.key], unit] += amount
    return found


def _inside(cursor: CursorWrapper, boxes: set[bytes], scope: int) -> dict[bytes, list[Line]]:
    """What was ever put into containers or taken out, and of the containers in them."""
    inside: dict[bytes, list[Line]] = defaultdict(list)
    todo = boxes
    while todo:
        lines = [_line(row) for row in select_in(cursor, _INSIDE, todo, scope)]
        for line in lines:
            inside[line.key].append(line)
        todo = {line.subject for line in lines if line.box} - inside.keys() - todo
    return inside


def content(inside: Mapping[bytes, list[Line]], box: bytes, at: int, around: frozenset[bytes] = frozenset()) -> Amounts:
    """The goods of the scope in a container at a moment, at any depth. Pure."""
    there: dict[bytes, int] = defaultdict(int)
    lines = [line for line in inside.get(box, ()) if line.at <= at]
    for line in lines:
        there[line.subject] += line.quantity
    found: Amounts = {}
    for line in {line.subject: line for line in lines}.values():
        many = max(there[line.subject], 0)
        parts = {}
        if line.box and many and line.subject not in around:
            parts = content(inside, line.subject, at, around | {box})
        if line.counts and many:
            parts[line.unit] = parts.get(line.unit, 0) + many
        for unit, amount in parts.items():
            found[unit] = found.get(unit, 0) + amount
    return found


def _line(row: tuple[bytes, int, bytes, str, int, int, int]) -> Line:
    key, at, subject, unit, quantity, counts, box = row
    return Line(bytes(key), at, bytes(subject), str(unit or COUNT), int(quantity), bool(counts), bool(box))


def aliases(known: Directory, party: str) -> set[str]:
    """The names under which events may speak of a party."""
    uris = set(known.family(party))
    glns = {gln for uri in uris if (gln := gln_of(uri))}
    return uris | {prefix + gln for gln in glns for prefix in (PARTY, PLACE)}
