"""The trace as SQL by hand: two statements, one a direction, each with its goods, quantities and parties; the one that
goes forward with stock as well.

They take every edge, whatever its time: in the ledger of the bench a container is used once. Whoever runs them compares
what they answer with what the product answers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.raw import Raw, Row

STEPS = "('within', 'seen', 'pooled', 'input', 'output', 'member')"
_FORWARD = f"""
WITH RECURSIVE reach(id) AS (
  SELECT {{root}}
  UNION
  SELECT e.child FROM reach r {{then}} genealogy_edge e ON e.parent = r.id WHERE e.kind IN {STEPS}
),
goods AS (SELECT DISTINCT r.id, n.uri, n.kind FROM reach r {{then}} ledger_identifier n ON n.id = r.id),
sent AS (
  SELECT i.record, i.log, g.id, i.quantity, i.unit FROM goods g
  {{then}} ledger_eventitem i ON i.identifier = g.id AND i.role = 'epc'
  {{then}} ledger_record r ON r.id = i.record AND r.log = i.log
  WHERE r.biz_step = 'shipping' AND r.kind = 'epcis' AND r.declares IS NULL
    AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id)
),
amounts AS (
  SELECT s.record, s.log, s.quantity, s.unit FROM sent s WHERE s.quantity IS NOT NULL
  UNION ALL
  SELECT s.record, s.log, e.quantity, e.unit FROM sent s
  {{then}} genealogy_edge e ON e.child = s.id AND e.kind = 'within' {{then}} reach content ON content.id = e.parent
),
loads AS (SELECT record, log, unit, SUM(quantity) AS quantity FROM amounts GROUP BY record, log, unit)
SELECT 'goods', g.uri, g.kind, NULL, g.id,
  (SELECT SUM(e.quantity) FROM genealogy_edge e WHERE e.child = g.id AND e.kind = 'output')
FROM goods g
UNION ALL
SELECT 'stock', h.uri, b.status, s.blocks, b.subject, b.quantity FROM goods g
{{then}} stock_balance b ON b.subject = g.id AND b.quantity > 0
{{then}} stock_subject s ON s.subject = b.subject AND s.log = b.log
LEFT JOIN stock_balance c ON b.kind = 'container' AND c.subject = b.holder AND c.log = b.log AND c.quantity > 0
LEFT JOIN ledger_identifier h ON h.id = COALESCE(c.holder, b.holder) AND h.log = b.log
WHERE (g.kind <> 'container' OR g.id = {{root}}) AND COALESCE(c.kind, b.kind) <> 'party'
UNION ALL
SELECT 'customer', p.uri, l.unit, NULL, NULL, SUM(l.quantity) FROM loads l
{{then}} ledger_eventitem t ON t.record = l.record AND t.log = l.log AND t.role = 'to.possessing_party'
{{then}} ledger_identifier p ON p.id = t.identifier AND p.log = t.log
GROUP BY p.uri, l.unit
"""
_BACKWARD = f"""
WITH RECURSIVE reach(id) AS (
  SELECT {{root}}
  UNION
  SELECT e.parent FROM reach r {{then}} genealogy_edge e ON e.child = r.id WHERE e.kind IN {STEPS}
),
goods AS (SELECT DISTINCT r.id, n.uri, n.kind FROM reach r {{then}} ledger_identifier n ON n.id = r.id),
used AS (
  SELECT e.parent AS id, SUM(e.quantity) AS quantity FROM reach r
  {{then}} genealogy_edge e ON e.child = r.id AND e.kind IN ('input', 'within') GROUP BY e.parent
),
came AS (
  SELECT i.record, i.log, i.unit, SUM(i.quantity) AS quantity FROM goods g
  {{then}} ledger_eventitem i ON i.identifier = g.id AND i.role = 'epc'
  {{then}} ledger_record r ON r.id = i.record AND r.log = i.log
  WHERE g.kind <> 'container' AND r.biz_step = 'receiving' AND r.kind = 'epcis' AND r.declares IS NULL
    AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id)
  GROUP BY i.record, i.log, i.unit
)
SELECT 'goods', g.uri, g.kind, NULL, g.id, u.quantity FROM goods g LEFT JOIN used u ON u.id = g.id
UNION ALL
SELECT 'supplier', p.uri, c.unit, NULL, NULL, SUM(c.quantity) FROM came c
{{then}} ledger_eventitem t ON t.record = c.record AND t.log = c.log AND t.role = 'from.possessing_party'
{{then}} ledger_identifier p ON p.id = t.identifier AND p.log = t.log
GROUP BY p.uri, c.unit
"""
# SQLite takes tables in another order than they stand, and reads one whole, unless CROSS forbids it.
WORDS = {"sqlite": {"root": "%s", "then": "CROSS JOIN"}, "postgres": {"root": "%s::bytea", "then": "JOIN"}}
FORWARD = {engine: _FORWARD.format(**words) for engine, words in WORDS.items()}
BACKWARD = {engine: _BACKWARD.format(**words) for engine, words in WORDS.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What both sides are compared by: goods with quantities in either direction, the sum of the stock of each, what
    each party had. Millionths.
    """

    forward: Mapping[bytes, int | None]
    backward: Mapping[bytes, int | None]
    stock: Mapping[bytes, int]
    parties: Mapping[tuple[str, str, str], int]


def fetch(raw: Raw, root: bytes) -> tuple[list[Row], list[Row]]:
    """What is measured: both statements and their rows."""
    return raw.select(FORWARD[raw.engine], [root, root]), raw.select(BACKWARD[raw.engine], [root])


def answer_of(rows: tuple[Sequence[Row], Sequence[Row]], root: bytes) -> Answer:
    forward, backward = rows
    stock: dict[bytes, int] = defaultdict(int)
    for kind, _, _, _, subject, quantity in forward:
        if kind == "stock":
            stock[subject] += int(quantity)
    parties = {
        (kind, uri, unit): int(quantity)
        for kind, uri, unit, _, _, quantity in (*forward, *backward)
        if kind in ("customer", "supplier") and quantity
    }
    return Answer(_amounts(forward, root), _amounts(backward, root), stock, parties)


def _amounts(rows: Sequence[Row], root: bytes) -> dict[bytes, int | None]:
    """Of lots; a container is one, whatever is in it."""
    return {
        key: None if said == "container" or quantity is None else int(quantity)
        for kind, _, said, _, key, quantity in rows
        if kind == "goods" and key != root
    }
