"""The mass balance of everything, or of items with however many lots: sums of the days that the worker has kept, and
what happened in the rest of the time told event by event. So it is as the ledger is at this moment.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from suyuan.insight import dayflows
from suyuan.insight.balance import Account, Amounts, Entry, Key, Term, in_one_unit
from suyuan.insight.balance_asked import CLOSING_OF, EVER, lay_there
from suyuan.insight.balance_days import count, reach, told_between
from suyuan.insight.dayflows import EVERY
from suyuan.insight.models import DayMark

MOST_TOLD = 20_000  # events that are told while somebody waits
_OPENING = {closing: opening for opening, closing in CLOSING_OF.items()}
_SUMS = (
    "SELECT item, unit, term, involved, asked, SUM(CASE WHEN day < %s THEN amount ELSE 0 END), "
    "SUM(CASE WHEN day >= %s AND day < %s THEN amount ELSE 0 END), "
    "SUM(CASE WHEN day >= %s AND day < %s THEN events ELSE 0 END) "
    "FROM insight_daybalance WHERE ((day < %s AND term IN ('closing', 'closing_way')) OR (day >= %s AND day < %s)) "
    "{items} GROUP BY item, unit, term, involved, asked"
)
_DAYS = (
    "SELECT DISTINCT day, involved, asked FROM insight_daybalance WHERE day >= %s AND day < %s AND term = %s "
    "{items} ORDER BY day DESC"
)
_FIRST = "SELECT MIN(day) FROM insight_daybalance"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What is asked: the balance of these items, None for all, in these warehouses; from `since` (None: from the
    beginning) to before `until`, in microseconds.
    """

    logs: Sequence[str]
    until: int
    since: int | None = None
    items: Collection[bytes] | None = None

    def counts(self, item: bytes) -> bool:
        return self.items is None or item in self.items


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is answered. The days `before` one (ordinal) and those `during` the time, the last exclusive, are summed;
    the spans (microseconds) are told.
    """

    before: int = 0
    during: tuple[int, int] = (0, 0)
    told_before: Span = (0, 0)
    told_during: tuple[Span, ...] = ()
    zone: ZoneInfo | None = None


@dataclass(slots=True)
class Sum:
    """What is kept of a term: before the time and in it, and of how many events in it."""

    before: int = 0
    during: int = 0
    events: int = 0


@dataclass(slots=True)
class Found:
    """A balance: sums of the days kept, what was told before the time, and in it."""

    plan: Plan
    kept: dict[Key, dict[Term, Sum]]
    before: dict[Key, Amounts] = field(default_factory=dict)
    told: list[list[Entry]] = field(default_factory=list)  # of each span in the time

    def balances(self) -> dict[Key, Account]:
        """(item, unit) → its balance; what nothing happened to and nothing lay of is left out."""
        accounts: dict[Key, Account] = defaultdict(Account)
        opening: dict[Key, Amounts] = defaultdict(lambda: defaultdict(int))
        for key, amounts in self.before.items():
            _add(opening[key], amounts)
        for key, sums in self.kept.items():
            if during := {term: one.during for term, one in sums.items() if one.events}:
                accounts[key].add(during)
            _add(opening[key], {term: one.before for term, one in sums.items() if one.before})
        for entry in chain(*self.told):
            accounts[entry.key, entry.unit].add(entry.amounts)
        lay_there(accounts, {key: there for key, amounts in opening.items() if (there := _lay(amounts))})
        return in_one_unit(accounts)

    def events(self, term: Term) -> Mapping[Key, int]:
        """(item, unit as posted) → how many events are behind a term."""
        many = Counter({key: sums[term].events for key, sums in self.kept.items() if term in sums})
        many.update((entry.key, entry.unit) for entry in chain(*self.told) if term in entry.amounts)
        return many


def _add(sums: Amounts, amounts: Mapping[Term, int]) -> None:
    for term, amount in amounts.items():
        sums[term] += amount


def _lay(amounts: Amounts) -> Amounts:
    """What had been left there lay there."""
    return {_OPENING[term]: amount for term, amount in amounts.items() if amount}


# -- asking -----------------------------------------------------------------------------------------------------------


def balances(whole: Whole) -> dict[Key, Account]:
    """However much of it has to be told."""
    return found(whole, plan_of(whole)).balances()


def found(whole: Whole, plan: Plan) -> Found:
    answer = Found(plan, _kept(whole, plan))
    before: dict[Key, Amounts] = defaultdict(lambda: defaultdict(int))
    for entry in _entries(whole, plan.told_before):
        amounts = {term: entry.amounts[term] for term in _OPENING if term in entry.amounts}
        _add(before[entry.key, entry.unit], amounts)
    answer.before = before
    for span in plan.told_during:
        answer.told.append(list(_entries(whole, span)))
    return answer


def latest(whole: Whole, term: Term, answer: Found, most: int = MOST_TOLD) -> Iterator[Entry]:
    """The events behind a term, the latest first: only days that have any are told, until they had `most` events."""
    *first, last = answer.told
    yield from _of_term(term, last)
    for since, until in reversed(_days(whole, term, answer.plan)):
        yield from _of_term(term, _entries(whole, (since, until)))
        most -= count(since, until)
        if most <= 0:
            return
    for told in first:
        yield from _of_term(term, told)


def _of_term(term: Term, entries: Iterable[Entry]) -> Iterator[Entry]:
    return reversed([entry for entry in entries if term in entry.amounts])


def _days(whole: Whole, term: Term, plan: Plan) -> list[Span]:
    """The days kept in the time that have something of a term, the first first."""
    if plan.zone is None:
        return []
    items, keys = _of_items(whole)
    with connection.cursor() as cursor:
        cursor.execute(_DAYS.format(items=items), [*plan.during, term.value, *keys])
        rows = cursor.fetchall()
    days = sorted({int(day) for day, involved, asked in rows if _is_asked(whole, involved, asked)})
    return [(dayflows.start_of(day, plan.zone), dayflows.start_of(day + 1, plan.zone)) for day in days]


def _entries(whole: Whole, span: Span) -> Iterator[Entry]:
    for one in told_between(*span, whole.counts):
        if entry := one.within(whole.logs):
            yield entry


def _kept(whole: Whole, plan: Plan) -> dict[Key, dict[Term, Sum]]:
    sums: dict[Key, dict[Term, Sum]] = defaultdict(lambda: defaultdict(Sum))
    items, keys = _of_items(whole)
    first, end = plan.during
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(items=items), [plan.before, first, end, first, end, plan.before, first, end, *keys])
        rows = cursor.fetchall()
    for item, unit, term, involved, asked, before, during, events in rows:
        if _is_asked(whole, involved, asked):
            one = sums[bytes(item), unit][Term(term)]
            one.before += int(before)
            one.during += int(during)
            one.events += int(events)
    return sums


def _of_items(whole: Whole) -> tuple[str, list[Any]]:
    if whole.items is None:
        return "", []
    return f"AND item IN ({', '.join(['%s'] * len(whole.items))})", list(whole.items)


def _is_asked(whole: Whole, involved: str, asked: str) -> bool:
    """Of the sets of warehouses that an event concerns, the one of those that are asked together."""
    return asked.split(" ") == [log for log in involved.split(" ") if log in whole.logs]


# -- what is kept -----------------------------------------------------------------------------------------------------


def plan_of(whole: Whole) -> Plan:
    """What is summed, as far as it is trusted, and what is told."""
    kept = trusted()
    if kept is None:
        since = EVER if whole.since is None else whole.since
        return Plan(told_before=(EVER, since), told_during=((since, whole.until),))
    return planned(whole, *kept)


def trusted() -> tuple[int | None, ZoneInfo] | None:
    """The first day (ordinal) that is not trusted, if any, and the zone that days are told in; None where there are
    none.
    """
    mark = DayMark.objects.filter(pk=EVERY).first()
    if mark is None or mark.stale == date.min.toordinal():
        return None
    zone = ZoneInfo(mark.zone)
    at = dayflows.unnoticed()
    stale = [mark.stale] if mark.stale is not None else []
    stale += [dayflows.day_of(at, zone)] if at is not None else []
    return min(stale, default=None), zone


def planned(whole: Whole, stale: int | None, zone: ZoneInfo) -> Plan:
    """`stale`: the first day that is not trusted."""

    def trusted(day: int) -> int:
        return day if stale is None else min(day, stale)

    def start(day: int) -> int:
        return dayflows.start_of(day, zone)

    end = trusted(dayflows.day_of(whole.until, zone))
    if whole.since is None:
        return Plan(during=(0, end), told_during=((start(end), whole.until),), zone=zone)
    day = dayflows.day_of(whole.since, zone)
    before = trusted(day)
    first = day if start(day) == whole.since else day + 1
    told_before = (start(before), whole.since)
    if first >= end:
        return Plan(before, told_before=told_before, told_during=((whole.since, whole.until),), zone=zone)
    spans = ((whole.since, start(first)), (start(end), whole.until))
    return Plan(before, (first, end), told_before, spans, zone)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the worker has come: `done` of `days`."""

    done: int
    days: int


def waits_for(plan: Plan) -> Progress | None:
    """How far the days are made, where too many events are left to be told while somebody waits."""
    if not any(reach(*span, MOST_TOLD) for span in (plan.told_before, *plan.told_during)):
        return None
    kept = trusted()
    if kept is None:
        return Progress(0, 1)
    stale, zone = kept
    with connection.cursor() as cursor:
        cursor.execute(_FIRST)
        (first,) = cursor.fetchone()
    end = dayflows.last_day(zone) + 1
    first = end if first is None else first
    return Progress(max((stale or end) - first, 0), max(end - first, 1))
