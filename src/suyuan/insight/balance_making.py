"""What was put into each transformation against what came out of it, and the yield where both are measured alike.

Events that share a transformation are one (domain.md, Containers, tanks, making). A fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.gs1.quantities import COUNT, unit
from suyuan.ledger.bulk import select_in
from suyuan.stock.facts import CONSUMED, MADE, SCRAP

Sums = dict[tuple[bytes, str], int]  # (item, unit) → millionths
_NODES = (
    "SELECT child FROM genealogy_edge WHERE kind = 'input' AND parent {keys}",
    "SELECT parent FROM genealogy_edge WHERE kind = 'output' AND child {keys}",
)
_OF_RECORDS = (
    "SELECT DISTINCT CASE WHEN kind = 'input' THEN child ELSE parent END FROM genealogy_edge "
    "WHERE kind IN ('input', 'output') AND record {keys}"
)
_RECORDS = (
    "SELECT DISTINCT record, child FROM genealogy_edge WHERE kind = 'input' AND child {keys}",
    "SELECT DISTINCT record, parent FROM genealogy_edge WHERE kind = 'output' AND parent {keys}",
)
_OF_WORK = "SELECT DISTINCT record FROM ledger_eventitem WHERE role = 'doc.prodorder' AND identifier {keys}"
_POSTED = (
    "SELECT p.record, p.log, MAX(p.at), COALESCE(s.item, p.subject), s.unit, s.second_unit, p.counterpart, "
    "SUM(p.quantity), SUM(p.second) FROM stock_posting p "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject AND s.container = 0 "
    "WHERE p.counterpart IN (%s, %s, %s) AND p.record {keys} "
)
_TOGETHER = "GROUP BY p.record, p.log, COALESCE(s.item, p.subject), s.unit, s.second_unit, p.counterpart"


@dataclass(slots=True)
class Making:
    """One transformation. `at`: of the latest of its events, microseconds."""

    at: int = 0
    record: bytes = b""
    log: str = ""
    put_in: Sums = field(default_factory=lambda: defaultdict(int))
    made: Sums = field(default_factory=lambda: defaultdict(int))
    lost: Sums = field(default_factory=lambda: defaultdict(int))

    def yields(self) -> dict[str, float]:
        """Dimension → what came out for what was put in, for those that both sides have."""
        return yields(self.put_in, self.made)


def yields(put_in: Mapping[tuple[bytes, str], int], made: Mapping[tuple[bytes, str], int]) -> dict[str, float]:
    """Pure. Pieces go with pieces and masses with masses; pieces that many kilograms become have no yield."""
    before, after = _by_dimension(put_in), _by_dimension(made)
    return {dimension: float(after[dimension] / before[dimension]) for dimension in before if dimension in after}


def _by_dimension(sums: Mapping[tuple[bytes, str], int]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = defaultdict(Fraction)
    for (_item, code), amount in sums.items():
        found[unit(code).dimension] += amount * unit(code).factor
    return {dimension: amount for dimension, amount in found.items() if amount > 0}


def makings_of(goods: Iterable[bytes], since: int | None, until: int, logs: Iterable[str]) -> list[Making]:
    """The transformations that these went into or came from, the latest first. Five statements."""
    wanted = list(goods)
    with connection.cursor() as cursor:
        nodes = {bytes(node) for sql in _NODES for (node,) in select_in(cursor, sql, wanted)}
        return _told(cursor, nodes, since, until, frozenset(logs))


def makings_of_work(work: bytes, logs: Iterable[str]) -> list[Making]:
    """The transformations of a work order, the latest first. Five statements."""
    with connection.cursor() as cursor:
        records = [bytes(record) for (record,) in select_in(cursor, _OF_WORK, [work])]
        nodes = {bytes(node) for (node,) in select_in(cursor, _OF_RECORDS, records)}
        return _told(cursor, nodes, None, 2**62, frozenset(logs))


def _told(
    cursor: CursorWrapper, nodes: set[bytes], since: int | None, until: int, logs: frozenset[str]
) -> list[Making]:
    node_of = {bytes(record): bytes(node) for sql in _RECORDS for record, node in select_in(cursor, sql, nodes)}
    found: dict[bytes, Making] = defaultdict(Making)
    for row in select_in(cursor, _POSTED, node_of, CONSUMED, MADE, SCRAP, suffix=_TOGETHER):
        record, log, at, item, code, second_code, counterpart, quantity, second = row
        making = found[node_of[bytes(record)]]
        if log not in logs:
            continue
        if at >= making.at:
            making.at, making.record, making.log = at, bytes(record), log
        side, sign = {CONSUMED: (making.put_in, -1), MADE: (making.made, 1), SCRAP: (making.lost, -1)}[
            bytes(counterpart)
        ]
        for amount, measured in ((int(quantity), code), (int(second), second_code)):
            if amount:
                side[bytes(item), measured or COUNT] += sign * amount
    told = [one for one in found.values() if one.record and (since is None or one.at >= since) and one.at < until]
    return sorted(told, key=lambda one: (-one.at, one.record))
