"""What pages ask of cases: figures that are live, parties, versions and what differs between them.

Whoever asks has a right to the warehouse that leads the case. Amounts in millionths, by unit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from suyuan.gs1.quantities import COUNT
from suyuan.ledger.keys import micros
from suyuan.recall.cases import goods_of, parties_of
from suyuan.recall.coming_back import came_back
from suyuan.recall.contacts import Contact, contacts
from suyuan.recall.going_back import sent_back
from suyuan.recall.kinds import RUNNING, Kind, NoticeState, Purpose, Role
from suyuan.recall.models import Answer, Case, Notice, Scope, ScopeGoods, ScopeParty
from suyuan.recall.rules import Amounts, answered_for, digest_of, share, summed
from suyuan.stock.facts import OWN, SAMPLE, SCRAP
from suyuan.stock.queries import NOT_GONE

_SCOPED = (
    "FROM recall_scopegoods g CROSS JOIN {table} CROSS JOIN stock_subject s "
    "WHERE g.scope_id = %s AND g.direction <> 'backward' AND g.out = 0 "
    "AND {alias}.subject = g.key AND s.log = {alias}.log AND s.subject = {alias}.subject AND s.container = 0 AND "
)
# In our custody, under way between our warehouses, or to a customer and still ours.
_OURS = "(b.kind IN ('place', 'container', 'transit') OR (b.kind = 'delivery' AND b.owner = %s))"
_HERE = (
    "SELECT s.unit, SUM(b.quantity) "
    + _SCOPED.format(table="stock_balance b", alias="b")
    + f"b.quantity > 0 AND {_OURS} AND {NOT_GONE} GROUP BY s.unit"
)
_ENDED = (
    "SELECT s.unit, -SUM(p.quantity) "
    + _SCOPED.format(table="stock_posting p", alias="p")
    + "p.at >= %s AND p.counterpart IN (%s, %s) GROUP BY s.unit"
)
TOLD = (NoticeState.SENT.value, NoticeState.CONFIRMED.value)


def cases_in(logs: Iterable[str] | None, *, drills: bool | None = None) -> QuerySet[Case]:
    """The cases led from these warehouses (None: all), the latest first; only drills, or none of them."""
    rows = Case.objects.order_by("-opened", "-pk")
    if logs is not None:
        rows = rows.filter(log__in=list(logs))
    if drills is not None:
        rows = rows.filter(kind=Kind.DRILL.value) if drills else rows.exclude(kind=Kind.DRILL.value)
    return rows


def published() -> QuerySet[Case]:
    """What consumers may read, the latest first."""
    return Case.objects.filter(published__isnull=False).exclude(kind=Kind.DRILL.value).order_by("-published")


def scopes_of(case: Case) -> list[Scope]:
    """All versions, the first first."""
    return list(Scope.objects.filter(case=case).order_by("version"))


def current(case: Case) -> Scope:
    return Scope.objects.get(case=case, version=case.version)


def is_as_frozen(scope: Scope) -> bool:
    """Do the rows say what the record of the command committed to? For whoever doubts a version years later."""
    return digest_of(goods_of(scope), parties_of(scope)) == scope.digest


# -- the clocks -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit: when it ends, when it was kept, and whether that is too late (or it is, and has not been)."""

    name: str
    due: int | None
    done: int | None
    overdue: bool


def clocks_of(case: Case, now: datetime, end_of_day: int | None) -> tuple[Clock, Clock]:
    """When parties had to be told, and when it has to be over. `end_of_day`: of `finish_due`, in microseconds."""
    at = micros(now)
    started = case.start_due is not None and (case.told or case.closed or at) > case.start_due
    finished = end_of_day is not None and (case.closed or at) > end_of_day
    return Clock("start", case.start_due, case.told, started), Clock("finish", end_of_day, case.closed, finished)


# -- the figures ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartyFigures:
    """What one party had, and what became of it. By unit, but for the notice and the share of the worst unit.

    `back`: returned since, by the ledger; `answer`: the latest word in each unit; `accounted`: what cannot reach
    anybody any more.
    """

    party: str
    role: str
    contact: Contact
    goods: int
    had: Amounts
    back: Amounts
    answers: Mapping[str, Answer]
    notice: Notice | None
    accounted: Amounts

    @property
    def told(self) -> bool:
        return self.notice is not None and self.notice.state in TOLD

    @property
    def confirmed(self) -> bool:
        """Has it said anything, or given goods back?"""
        return bool(self.answers) or (self.notice is not None and self.notice.state == NoticeState.CONFIRMED)

    @property
    def share(self) -> int | None:
        """The share of the worst unit that is accounted for, in millionths."""
        shares = [share(self.accounted.get(unit, 0), amount) for unit, amount in self.had.items()]
        return min([one for one in shares if one is not None], default=None)


@dataclass(frozen=True, slots=True)
class Figures:
    """How a case stands now. `affected`: what there was with us and with others when it came into the scope; `here`:
    in our custody now; `ended`: destroyed or taken as samples since; `sent_back`: back at suppliers;
    `outside`: what customers set apart or destroyed and have not given back. The last four are what was recovered.
    """

    affected: Amounts
    here: Amounts
    ended: Amounts
    sent_back: Amounts
    outside: Amounts
    notified: int
    confirmed: int
    parties: Sequence[PartyFigures]

    @property
    def recovered(self) -> dict[str, int]:
        units = dict.fromkeys([*self.affected, *self.here, *self.ended])
        return {
            unit: min(
                self.affected.get(unit, 0),
                sum(part.get(unit, 0) for part in (self.here, self.ended, self.sent_back, self.outside)),
            )
            for unit in units
        }

    @property
    def recovery(self) -> dict[str, int | None]:
        """Unit → share recovered, in millionths."""
        recovered = self.recovered
        return {unit: share(recovered.get(unit, 0), amount) for unit, amount in self.affected.items()}

    @property
    def effectiveness(self) -> int | None:
        """Of the parties that were told, the share that answered, in millionths; None before anybody was."""
        return share(self.confirmed, self.notified)


def figures(case: Case) -> Figures:
    """The figures of a case at this moment. A dozen statements, however many goods and parties."""
    scope = current(case)
    affected = {unit: int(amount) for unit, amount in scope.totals["affected"].items()}
    with connection.cursor() as cursor:

        def asked(sql: str, *parameters: bytes | int) -> dict[str, int]:
            cursor.execute(sql, [scope.pk, *parameters])
            return summed((str(unit or COUNT), int(amount)) for unit, amount in cursor.fetchall() if amount)

        here = asked(_HERE, OWN)
        ended = asked(_ENDED, case.opened, SCRAP, SAMPLE)
    rows = party_figures(case, scope)
    customers = [row for row in rows if row.role == Role.CUSTOMER]
    outside: dict[str, int] = {}
    for row in customers:
        for unit, amount in row.accounted.items():
            outside[unit] = outside.get(unit, 0) + amount - min(amount, row.back.get(unit, 0))
    told = [row for row in rows if row.told]
    return Figures(
        affected, here, ended, sent_back(scope), outside, len(told), sum(row.confirmed for row in told), rows
    )  # fmt: skip


def party_figures(case: Case, scope: Scope) -> list[PartyFigures]:
    """Every party of a version with what it had, was told and said. Customers first."""
    had: dict[tuple[str, str], dict[str, int]] = {}
    goods: dict[tuple[str, str], int] = {}
    for row in ScopeParty.objects.filter(scope=scope).order_by("pk"):
        place = (row.party, row.role)
        had.setdefault(place, {})[row.unit] = row.quantity
        goods[place] = goods.get(place, 0) + len(bytes(row.goods)) // 16
    back = came_back(case, {party for party, role in had if role == Role.CUSTOMER})
    answers = latest_answers(case)
    notices = latest_notices(case)
    known = contacts(party for party, _role in had)
    rows = [
        _party_figures(place, had[place], goods[place], back, answers.get(place[0], {}), notices, known)
        for place in had
    ]
    order = {Role.CUSTOMER.value: 0, Role.SUPPLIER.value: 1}
    return sorted(rows, key=lambda row: (order.get(row.role, 2), row.party))


def _party_figures(
    place: tuple[str, str],
    had: Amounts,
    goods: int,
    back: Mapping[tuple[str, str], int],
    answers: Mapping[str, Answer],
    notices: Mapping[tuple[str, str], Notice],
    known: Mapping[str, Contact],
) -> PartyFigures:
    party, role = place
    came = {unit: back[party, unit] for unit in had if role == Role.CUSTOMER and back.get((party, unit))}
    accounted: dict[str, int] = {}
    for unit, amount in had.items() if role == Role.CUSTOMER else ():
        said = answers.get(unit)
        known_of = (said.found, said.returned, said.destroyed) if said else (None, None, None)
        accounted[unit] = answered_for(amount, *known_of, came.get(unit, 0))
    mine = answers if role == Role.CUSTOMER else {}
    return PartyFigures(party, role, known[party], goods, had, came, mine, notices.get(place), accounted)


def latest_answers(case: Case) -> dict[str, dict[str, Answer]]:
    """Party → unit → its latest word. One statement."""
    found: dict[str, dict[str, Answer]] = {}
    for row in Answer.objects.filter(case=case).order_by("at", "pk"):
        found.setdefault(row.party, {})[row.unit] = row
    return found


def latest_notices(case: Case) -> dict[tuple[str, str], Notice]:
    """(party, role) → the notice that counts: the latest that is not dropped. One statement."""
    rows = Notice.objects.filter(case=case).exclude(state=NoticeState.DROPPED.value).order_by("drafted", "pk")
    return {(row.party, row.role): row for row in rows if row.purpose != Purpose.CANCEL}


# -- what differs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version says that another did not: goods (URIs) and parties (URI, role)."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    taken_out: tuple[str, ...]
    parties: tuple[tuple[str, str], ...]


def difference(older: Scope, newer: Scope) -> Difference:
    """What changed between two versions of a case. Four statements."""
    before, after = _standing(older), _standing(newer)
    was, now = _sides(older), _sides(newer)
    return Difference(
        added=tuple(sorted(uri for uri, (out, _) in after.items() if not out and before.get(uri, (1, ""))[0])),
        gone=tuple(
            sorted(uri for uri, (_, news) in after.items() if news == "gone" and before.get(uri, (0, ""))[1] != news)
        ),
        taken_out=tuple(sorted(uri for uri, (out, _) in after.items() if out and not before.get(uri, (0, ""))[0])),
        parties=tuple(sorted(now - was)),
    )


def _standing(scope: Scope) -> dict[str, tuple[int, str]]:
    rows = ScopeGoods.objects.filter(scope=scope).exclude(direction="backward")
    return {uri: (out, news) for uri, out, news in rows.values_list("uri", "out", "news")}


def _sides(scope: Scope) -> set[tuple[str, str]]:
    return set(ScopeParty.objects.filter(scope=scope).values_list("party", "role"))


# -- what wants attention ---------------------------------------------------------------------------------------------


def silent(now: datetime) -> QuerySet[Notice]:
    """Notices whose party should have answered by now."""
    rows = Notice.objects.filter(state=NoticeState.SENT.value, due__lte=micros(now), case__state__in=RUNNING)
    return rows.select_related("case").order_by("due")
