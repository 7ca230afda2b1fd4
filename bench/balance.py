"""Mass balances: what it takes to sum all days anew, beside one statement that reads the same postings, and the pages
that ask for the sums. What both say was made and used up must be the same.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from bench import factory
from bench.figures import Figure, of_rounds
from bench.ground import Ground, backends
from bench.meter import Meter
from bench.page import measure
from bench.tally import Tally
from suyuan.insight import balance_days, balance_whole, dayflows
from suyuan.insight.balance import Term
from suyuan.insight.balance_whole import Whole
from suyuan.insight.models import DayMark
from suyuan.ledger.keys import micros
from suyuan.stock.facts import CONSUMED, MADE

_BARE = (
    "SELECT COALESCE(s.item, p.subject), s.unit, p.counterpart, r.biz_step, SUM(p.quantity), SUM(p.second) "
    "FROM stock_posting p JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log "
    "JOIN ledger_record r ON r.id = p.record AND r.log = p.log WHERE s.container = 0 GROUP BY 1, 2, 3, 4"
)
_TERMS = {MADE: (Term.MADE, 1), CONSUMED: (Term.CONSUMED, -1)}
ITEM = "BULK"  # two lots a cycle
Sums = dict[tuple[bytes, Term], int]


def days(ground: Ground, _rounds: int) -> Iterator[Figure]:
    """All days from the first event on, then the pages: of a year of everything, and of an item with all its lots."""
    ended = ground.marks.ended
    meter = Meter(backends(ground.reader))
    made, bare = Tally(meter), Tally(meter)
    with made:
        _make(ended)
    with bare:
        rows = ground.reader.select(_BARE)
    bare_sums: Sums = defaultdict(int)
    for item, _unit, counterpart, _step, quantity, _second in rows:
        if bytes(counterpart) in _TERMS:
            term, sign = _TERMS[bytes(counterpart)]
            bare_sums[bytes(item), term] += sign * int(quantity)
    if bare_sums != _told(ended):
        raise AssertionError("what was made and used up differs")
    yield of_rounds("balance.days", ground.engine, ground.events, "ms CPU", [made.ms(1)], [bare.ms(1)])


def year(ground: Ground, rounds: int) -> Iterator[Figure]:
    """The page of everything in a year."""
    _make(ground.marks.ended)
    since, until = _days(ground)
    url = f"/balance?{urlencode({'since': since, 'until': until})}"
    yield from measure("page.balance", lambda _marks: url, ground, rounds, requests=5)


def item(ground: Ground, rounds: int) -> Iterator[Figure]:
    """The page of an item with all its lots."""
    _make(ground.marks.ended)
    _since, until = _days(ground)
    url = f"/balance?{urlencode({'id': f'/01/{factory.GTINS[ITEM]}', 'until': until})}"
    yield from measure("page.balance.item", lambda _marks: url, ground, rounds, requests=3)


def _make(ended: datetime) -> None:
    dayflows.notice()
    DayMark.objects.filter(pk=dayflows.EVERY).update(stale=date.min.toordinal())
    while balance_days.refresh(ended).more:
        pass


def _told(ended: datetime) -> Sums:
    whole = Whole(logs=[factory.WAREHOUSE], until=micros(ended + timedelta(days=1)))
    return {
        (key, term): account[term]
        for (key, _unit), account in balance_whole.balances(whole).items()
        for term, _sign in _TERMS.values()
        if account[term]
    }


def _days(ground: Ground) -> tuple[date, date]:
    until = (ground.marks.ended + timedelta(days=1)).date()
    return until - timedelta(days=364), until
