"""All that lies in some warehouses or places, now or at a moment, from the places inward: what stands in them, and what
is in the containers there. So what has left costs nothing. What is in a container that stands nowhere lies nowhere.

Of the past only those goods are told from the postings that something happened to since; the others lie as they do now.
Holds are not told: a posting knows quantities, not blocks.
"""

from django.db import connection

from suyuan.ledger.bulk import is_postgres
from suyuan.stock.past import KIND, TOGETHER

_AT = "(SELECT at FROM moment)"
# All there is by an index of what stands in places, some places by that of holders, each kept from the other's.
_EVERYWHERE = "b.log IN ({logs}) AND b.kind = 'place' AND (b.quantity > 0 OR b.second > 0)"
_THERE = "b.holder {{keys}} AND b.quantity > 0 AND b.log || '' IN ({logs}) AND b.kind || '' = 'place'"
_ROW = ", ".join(
    [f"b.{name}" for name in ("log", "subject", "holder", "owner", "status", "quantity", "second", "since", "kind")]
    + [f"s.{name}" for name in ("unit", "second_unit", "expiry", "produced", "item", "lot", "instance", "container")]
)
_ABOUT = "s.subject = b.subject AND s.log = b.log"
_PLACED = f"SELECT {_ROW} FROM stock_balance b CROSS JOIN stock_subject s WHERE {{where}} AND {_ABOUT}"
# Containers' contents are found by their holder, and not by an index of the log.
_INSIDE = "b.holder = h.subject AND b.log || '' = h.log AND b.kind = 'container' AND b.quantity > 0"
_CONTAINERS = "SELECT log, subject FROM placed WHERE instance = 1"
_NOW = (
    f"placed AS MATERIALIZED ({_PLACED}), home(log, subject) AS ({_CONTAINERS} "
    f"UNION SELECT b.log, b.subject FROM home h CROSS JOIN stock_balance b WHERE {_INSIDE}), "
    f"lying AS (SELECT * FROM placed UNION ALL SELECT {_ROW} FROM home h CROSS JOIN stock_balance b "
    f"CROSS JOIN stock_subject s WHERE {_INSIDE} AND {_ABOUT})"
)


def _told(goods: str, column: str, kind: str) -> str:
    """Balances of these goods, or in these containers, by then; `since` of the stay of now where that had begun."""
    return (
        f"SELECT {TOGETHER}, SUM(p.quantity) AS quantity, SUM(p.second) AS second, "
        f"MIN(CASE WHEN k.since <= {_AT} THEN k.since ELSE p.at END) AS since, k.kind "
        f"FROM {goods} x CROSS JOIN {{postings_{column}}} CROSS JOIN {{balances}} "
        f"WHERE p.{column} = x.subject AND p.log = x.log AND p.at <= {_AT} AND {KIND} AND k.kind = '{kind}' "
        f"GROUP BY {TOGETHER}, k.kind HAVING SUM(p.quantity) > 0 OR SUM(p.second) > 0"
    )


# What happened to since is looked for in the order of the postings' index: each is somewhere else in the table. It is
# sorted by an expression, so that the subjects are read as they lie.
_THEN = (
    "moment AS (SELECT CAST(%s AS bigint) AS at), "
    f"later AS MATERIALIZED (SELECT log, subject FROM stock_subject WHERE log || '' IN ({{logs}}) AND last_at > {_AT} "
    "ORDER BY COALESCE(subject, subject)), "
    f"changed AS MATERIALIZED ({_told('later', 'subject', 'place')}), "
    f"placed AS MATERIALIZED ({_PLACED} AND s.last_at <= {_AT} "
    f"UNION ALL SELECT {_ROW} FROM changed b CROSS JOIN stock_subject s WHERE {_ABOUT}{{there}}), "
    # What has ever been in a container by then: sums are not allowed where it looks further.
    f"boxes(log, subject) AS ({_CONTAINERS} UNION SELECT p.log, p.subject FROM boxes x CROSS JOIN {{postings_holder}} "
    f"CROSS JOIN stock_subject s WHERE p.holder = x.subject AND p.log = x.log AND p.at <= {_AT} "
    "AND s.subject = p.subject AND s.log = p.log AND s.instance = 1), "
    f"packed AS MATERIALIZED ({_told('boxes', 'holder', 'container')}), "
    f"home(log, subject) AS ({_CONTAINERS} "
    "UNION SELECT b.log, b.subject FROM home h JOIN packed b ON b.log = h.log AND b.holder = h.subject), "
    # CASE, since PostgreSQL guesses too few to hash them where it may join.
    f"lying AS (SELECT * FROM placed UNION ALL SELECT {_ROW} FROM packed b CROSS JOIN stock_subject s WHERE {_ABOUT} "
    "AND CASE WHEN (b.log, b.holder) IN (SELECT log, subject FROM home) THEN 1 ELSE 0 END = 1)"
)


# PostgreSQL would read whole tables for what is in a few containers; OFFSET 0 keeps it to the index of each.
_TABLES = {"postings_subject": "stock_posting p", "postings_holder": "stock_posting p", "balances": "stock_balance k"}
_BY_INDEX = _TABLES | {
    "postings_holder": "LATERAL (SELECT * FROM stock_posting q WHERE q.holder = x.subject OFFSET 0) p",
    "balances": f"LATERAL (SELECT * FROM stock_balance k WHERE {KIND} OFFSET 0) k",
}


def lying(logs: str, *, past: bool, places: bool) -> str:
    """`lying` as tables of WITH RECURSIVE: balances with what is known of their goods. `logs`: marks for the codes.

    Parameters: of the past the moment (microseconds) and the logs, then the logs; `{keys}`, before those: in which
    places.
    """
    where = (_THERE if places else _EVERYWHERE).format(logs=logs)
    there = " AND b.holder {keys}" if places else ""
    tables = _BY_INDEX if is_postgres(connection) else _TABLES
    return (_THEN if past else _NOW).format(logs=logs, where=where, there=there, **tables)
