"""How well a drill went, from what it froze: each part a share in millionths, and what the sum of them is made of."""

from collections.abc import Mapping, Sequence

from django.db import connection

from suyuan.gs1.quantities import COUNT
from suyuan.recall.contacts import contacts
from suyuan.recall.kinds import Role
from suyuan.recall.models import Scope
from suyuan.recall.rules import FULL, Good, Had, share, summed
from suyuan.stock.facts import CONSUMED, RETIRED, SAMPLE, SCRAP, UNEXPLAINED, VARIANCE
from suyuan.tlog.jcs import Json

# What each part weighs; shown beside it. Traceability standards give four hours for both directions and the balance.
WEIGHTS: Mapping[str, int] = {"time": 25, "linked": 25, "accounted": 25, "contacts": 25}
IN_TIME, TOO_LATE = 4 * 3600, 24 * 3600  # seconds from the start to the end: full marks, and none
_ENDS = (CONSUMED, SCRAP, SAMPLE, RETIRED, VARIANCE, UNEXPLAINED)
_BOOK = (
    "SELECT s.unit, p.counterpart, SUM(p.quantity) "
    "FROM recall_scopegoods g CROSS JOIN stock_posting p CROSS JOIN stock_subject s "
    "WHERE g.scope_id = %s AND g.direction <> 'backward' AND g.out = 0 AND p.subject = g.key "
    "AND s.subject = p.subject AND s.log = p.log AND s.container = 0 "
    f"AND p.counterpart IN ({', '.join(['%s'] * len(_ENDS))}) GROUP BY s.unit, p.counterpart"
)


def score(scope: Scope, goods: Sequence[Good], parties: Sequence[Had], seconds: int | None = None) -> dict[str, Json]:
    """The parts and the whole (0 to 100). `seconds` from the start to the end of the drill, None while it runs.

    ``linked``: the share of the goods whose chain is not broken (`trace.linked`); ``accounted``: of what there ever
    was, the share that the book knows the whereabouts of; ``contacts``: the parties who can be reached.
    """
    told = contacts(had.party for had in parties)
    asked = {had.party for had in parties if had.role != Role.MAKER}
    missing = sorted(uri for uri in asked if not set(told[uri].ways) - {"letter"})
    parts: dict[str, int | None] = {
        "time": None if seconds is None else time_share(seconds),
        "linked": int(scope.totals["linked"]),
        "accounted": accounted_share(scope, goods),
        "contacts": FULL if not asked else share(len(asked) - len(missing), len(asked)),
    }
    return {
        "parts": dict(parts),
        "points": points(parts),
        "millis": scope.millis,
        "seconds": seconds,
        "missing": list(missing),
        "parties": len(asked),
    }


def points(parts: Mapping[str, int | None]) -> int:
    """Out of a hundred, by the weights of the parts that are known."""
    known = {name: value for name, value in parts.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in known)
    return sum(WEIGHTS[name] * value for name, value in known.items()) * 100 // (weight * FULL) if weight else 0


def time_share(seconds: int) -> int:
    """All of it within four hours, none after a day."""
    return FULL * (TOO_LATE - min(max(seconds, IN_TIME), TOO_LATE)) // (TOO_LATE - IN_TIME)


def accounted_share(scope: Scope, goods: Sequence[Good]) -> int:
    """Of what there ever was, the share that is neither unexplained nor was found missing or too much; the worst unit
    counts. What there was is what lies anywhere now, and what was used, destroyed, sampled or lost.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, [scope.pk, *_ENDS])
        rows = [(str(unit or COUNT), bytes(end), int(net)) for unit, end, net in cursor.fetchall()]
    there = summed((good.stock_unit, good.affected) for good in goods if good.counts and good.affected)
    lost: dict[str, int] = {}
    for unit, end, net in rows:
        there[unit] = there.get(unit, 0) + max(-net, 0)
        if end in (VARIANCE, UNEXPLAINED):
            lost[unit] = lost.get(unit, 0) + abs(net)
    shares = [share(amount - lost.get(unit, 0), amount) for unit, amount in there.items()]
    return min([one for one in shares if one is not None], default=FULL)
