"""What the page of mass balances is asked: the words of its address, read into goods, days and warehouses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk
from suyuan.desk.finding import find
from suyuan.desk.forms import clean, day_of
from suyuan.gs1.identifiers import ID_ORIGIN
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.balance_asked import Wanted, of_items, of_lots
from suyuan.insight.balance_lots import how_many
from suyuan.insight.balance_whole import Plan, Whole, plan_of
from suyuan.ledger.keys import key16, micros
from suyuan.production.models import WorkOrder
from suyuan.production.queries import find_work
from suyuan.trace.resolve import Candidate
from suyuan.ui.frame import Choice
from suyuan.ui.things import Thing, thing_of, uri_of_id

SEES = "trace.full:read"
USUAL = 30  # days of everything
LONGEST = 366
MOST = 500  # lots named at once
MANY = 2_000  # lots and serials of an item of which each has its own history told
GOODS = frozenset({"lot", "serial", "item"})
ALL = "all"


@dataclass(frozen=True, slots=True)
class Address:
    """What stands in the address, and how it is kept in links: `ids` name goods or a work order."""

    ids: tuple[str, ...]
    since: date | None
    until: date
    where: str

    def url(self, **more: str) -> str:
        said = [("id", one) for one in self.ids]
        said += [("since", self.since.isoformat())] if self.since else []
        said += [("until", self.until.isoformat()), ("in", self.where)]
        return f"?{urlencode([*said, *((name, value) for name, value in more.items() if value)])}"


@dataclass(kw_only=True)
class Asked:
    """The address read. `subjects`: what the balance is of; `whole`: of everything, since nothing was named; `work`:
    the order it is of; `choices`: what a text may mean, where it may be several things; `hidden`: there are warehouses
    that the reader may not look into.
    """

    address: Address
    subjects: Sequence[Candidate]
    logs: tuple[str, ...]
    warehouses: tuple[Choice, ...]
    desk: Desk
    whole: bool = False
    work: WorkOrder | None = None
    choices: tuple[Thing, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    hidden: bool = False

    @cached_property
    def items(self) -> list[bytes]:
        """Those that are named, with those that were merged into them."""
        known = directory()
        return [key16(uri) for one in self.subjects if one.kind == "item" for uri in known.family(one.uri)]

    @cached_property
    def goods(self) -> Mapping[bytes, bytes]:
        """The lots and serials that are named, or of the items that are, each with what it is put together by."""
        found = of_lots(one.key for one in self.subjects if one.kind != "item")
        return (of_items(self.logs, self.items) if self.items else {}) | found

    @cached_property
    def many(self) -> tuple[int, int]:
        """How many goods there are of the items, and how many lots; none where something else is named."""
        only = all(one.kind == "item" for one in self.subjects)
        return how_many(self.logs, self.items) if only else (0, 0)

    @property
    def by_days(self) -> bool:
        """Is it of so much that only the days that are kept can tell?"""
        return self.whole or self.many[0] > MANY

    @property
    def since(self) -> int | None:
        return None if self.address.since is None else self._start(self.address.since)

    @property
    def until(self) -> int:
        """The end of the last day."""
        return self._start(self.address.until + timedelta(days=1))

    def _start(self, day: date) -> int:
        return micros(datetime.combine(day, time(), self.desk.zone).astimezone(UTC))

    def wanted(self, goods: Mapping[bytes, bytes]) -> Wanted:
        return Wanted(logs=self.logs, since=self.since, until=self.until, goods=goods)

    def everything(self) -> Whole:
        """All goods, or all of the items."""
        items = None if self.whole else self.items
        return Whole(logs=self.logs, since=self.since, until=self.until, items=items)

    @cached_property
    def plan(self) -> Plan:
        """How that is answered."""
        return plan_of(self.everything())


def read(query: QueryDict, desk: Desk) -> Asked:
    """`?id=` (often) or `?q=` name goods or a work order; `&since=&until=` days, both inclusive; `&in=` a warehouse or
    ``all``. What means nothing is a problem at its name.
    """
    problems: list[Problem] = []
    subjects, choices = named_in(query, desk, problems)
    work = next((found for one in subjects if one.kind not in GOODS and (found := find_work(one.uri))), None)
    if work is not None and not desk.actor.may(SEES, work.warehouse_id):
        work = None
    if work is None:
        problems += [Problem("desk.balance_kind", "q", {"text": one.uri}) for one in subjects if one.kind not in GOODS]
        subjects = [one for one in subjects if one.kind in GOODS]
    until = min(day_of(clean(query.get("until", "")), "until", problems) or desk.today, desk.today)
    since = day_of(clean(query.get("since", "")), "since", problems)
    whole = not (subjects or work or clean(query.get("q", "")) or query.getlist("id"))
    if since is not None and (since > until or (whole and (until - since).days >= LONGEST)):
        problems.append(Problem("desk.figures_span", "since", {"days": str(LONGEST)}))
        since = None
    if whole and since is None:
        since = until - timedelta(days=USUAL - 1)
    seen = [choice for choice in desk.frame.warehouses if desk.actor.may(SEES, choice.code)]
    codes = tuple(choice.code for choice in seen)
    where = query.get("in", "")
    where = where if where in codes else ALL if where == ALL or not whole else desk.warehouse
    where = where if where in (*codes, ALL) else ALL
    every = (Choice(ALL, _("All warehouses")),) if len(seen) > 1 else ()
    ids = tuple(one.uri.removeprefix(ID_ORIGIN) for one in subjects)
    return Asked(
        address=Address(ids, since, until, where),
        subjects=[] if work else subjects,
        logs=codes if where == ALL else (where,),
        warehouses=(*every, *seen),
        desk=desk,
        whole=whole,
        work=work,
        choices=choices,
        problems=problems,
        hidden=len(codes) < len(directory().warehouses),
    )


def named_in(query: QueryDict, desk: Desk, problems: list[Problem]) -> tuple[list[Candidate], tuple[Thing, ...]]:
    """The things that the address names; or what a text may mean, to be chosen from. What is typed goes before."""
    found: dict[str, Candidate] = {}
    typed = [one for part in _PARTS.split(clean(query.get("q", ""))) if (one := part.strip())][:MOST]
    for text in query.getlist("id")[:MOST] if not typed else ():
        try:
            uri = uri_of_id(clean(text))
        except Refused:
            problems.append(Problem("desk.uri_unknown", "q", {"text": text[:80]}))
            continue
        found[uri] = Candidate(uri, thing_of(uri).kind)
    for text in typed:
        meant = find(text, desk.language)
        problems += meant.problems
        things = [thing for thing in meant.things if thing.kind in GOODS] or list(meant.things)
        if len(things) > 1:
            return [], tuple(things)
        found |= {thing.uri: Candidate(thing.uri, thing.kind) for thing in things}
    return list(found.values()), ()


_PARTS = re.compile(r"[\n;；，、]|, ")
