"""What is decided about recalls without a database: clocks, differences, figures, scores. Pure."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from suyuan.catalog.rules import Calendar
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS, Edge
from suyuan.genealogy.search import forward_within
from suyuan.governance.settings import DAYS, HOURS
from suyuan.recall.kinds import Direction, News, Regime, Step

MONDAY_TO_FRIDAY = Calendar()
Amounts = Mapping[str, int]  # unit → millionths
CLASSES = (1, 2, 3)  # from what may kill to what is only wrong
# Until when parties are told, in hours, by class. Food: 24, 48, 72 h (食品召回管理办法 art. 12); drugs and devices by
# the firm's setting, as the older rule (hours) or that of 2022 (1, 3, 7 days).
START: Mapping[str, tuple[int, int, int]] = {HOURS: (24, 48, 72), DAYS: (24, 72, 168)}
# Until when it is over, in working days; for drugs and devices no text says so, and whoever opens the case does.
FINISH: Mapping[str, tuple[int, int, int]] = {Regime.FOOD: (10, 20, 30)}
# How long a party may be silent, in hours, by class, before somebody has to ask it again; and so again at each level.
SILENT = (8, 24, 48)
ALONE, WITH_ALL, FOLLOWS = 1, 2, 3  # `out`: how goods were taken out of a scope
LEVELS = 3  # of asking again: a reminder, a call, the authority
FULL = 1_000_000  # a share of one, in millionths


@dataclass(frozen=True, slots=True)
class Clocks:
    """When parties are to be told at the latest, and the last day of the recall; None where nobody says."""

    start: datetime | None
    finish: date | None


def clocks(
    regime: str,
    hazard_class: int,
    opened: datetime,
    today: date,
    *,
    rule: str = HOURS,
    start_hours: int | None = None,
    finish_days: int | None = None,
    calendar: Calendar = MONDAY_TO_FRIDAY,
) -> Clocks:
    """The clocks of a case opened now. `rule`: HOURS or DAYS, for drugs and devices; `start_hours` and `finish_days`
    stand for what the rule says; `calendar`: which days count.
    """
    hours = (
        start_hours if start_hours is not None else START[HOURS if regime == Regime.FOOD else rule][hazard_class - 1]
    )
    days = finish_days if finish_days is not None else FINISH.get(regime, (0, 0, 0))[hazard_class - 1]
    return Clocks(opened + timedelta(hours=hours), calendar.after(today, days) if days else None)


def silent_until(told: datetime, hazard_class: int) -> datetime:
    """When a party that was told then has been silent for too long."""
    return told + timedelta(hours=SILENT[hazard_class - 1])


# -- the scope --------------------------------------------------------------------------------------------------------


class Good(Struct, frozen=True, gc=False):
    """A row of a scope, as `models.ScopeGoods` keeps it."""

    key: bytes
    uri: str
    kind: str
    direction: str
    depth: int
    quantity: int | None
    unit: str
    affected: int = 0
    stock_unit: str = ""
    held: int = 0
    news: str = ""
    step: str = ""
    via: str = ""
    out: int = 0
    excluded: str = ""

    @property
    def ahead(self) -> bool:
        """Named or affected, and not only what those came from."""
        return self.direction != Direction.BACKWARD

    @property
    def counts(self) -> bool:
        """Is it to be taken back?"""
        return self.ahead and not self.out


class Had(Struct, frozen=True, gc=False):
    """What a party had, as `models.ScopeParty` keeps it."""

    party: str
    role: str
    quantity: int
    unit: str
    goods: tuple[bytes, ...]
    news: str = ""


def keys_of(packed: bytes | memoryview) -> tuple[bytes, ...]:
    """Sixteen bytes each."""
    whole = bytes(packed)
    return tuple(whole[at : at + 16] for at in range(0, len(whole), 16))


def reached_by(edges: Iterable[Edge], depths: Mapping[bytes, int]) -> dict[bytes, tuple[str, bytes]]:
    """Goods → by which step, and from which goods nearer to the subjects, they were reached. Of several the first."""
    inputs: dict[bytes, bytes] = {}
    outputs: list[Edge] = []
    found: dict[bytes, tuple[str, bytes]] = {}
    for edge in edges:
        if edge.kind == INPUT:
            known = inputs.get(edge.child)
            if edge.parent in depths and (known is None or depths[edge.parent] < depths[known]):
                inputs[edge.child] = edge.parent
        elif edge.kind == OUTPUT:
            outputs.append(edge)
        elif depths.get(edge.parent, FULL) < depths.get(edge.child, -1):
            step = Step.MEMBER if edge.kind == MEMBER else Step.PACKED
            found.setdefault(edge.child, (step.value, edge.parent))
    for edge in outputs:
        source = inputs.get(edge.parent)
        if source is not None and edge.child in depths and depths[source] < depths[edge.child]:
            found.setdefault(edge.child, (Step.MADE.value, source))
    return found


def contents_of(edges: Iterable[Edge], containers: Set[bytes]) -> set[bytes]:
    """The goods that, by these edges, lay in the containers or in containers inside them."""
    inside: dict[bytes, list[bytes]] = {}
    for edge in edges:
        if edge.kind in STAYS:
            inside.setdefault(edge.child, []).append(edge.parent)
    found: set[bytes] = set()
    frontier = set(containers)
    while frontier:
        content = {key for box in frontier for key in inside.get(box, ())} - found
        found |= content
        frontier = content & inside.keys()
    return found - inside.keys()


def compared(before: Sequence[Good], now: Sequence[Good]) -> list[Good]:
    """The rows of a new version: what the trace finds now, marked where it is new, and what it no longer finds, marked
    as gone. What was taken out stays out, and of how much there was the first word stands, whatever the trace says.
    What follows from that is for `followed` to say.
    """
    known = {good.key: good for good in before}
    rows = []
    for good in now:
        old = known.pop(good.key, None)
        fresh = old is None or (good.ahead and not old.ahead)
        row = good
        if old is not None and old.out in (ALONE, WITH_ALL):
            row = replace(good, out=old.out, excluded=old.excluded)
        if old is not None and not fresh:
            row = replace(row, affected=old.affected, stock_unit=old.stock_unit)
        rows.append(replace(row, news=News.NEW.value if fresh else News.SAME.value))
    return [*rows, *(replace(old, news=News.GONE.value) for old in known.values() if old.ahead)]


def taken_out(goods: Sequence[Good], out: Mapping[bytes, tuple[int, str]], again: Set[bytes]) -> list[Good]:
    """The rows with some of them taken out (key → ALONE or WITH_ALL, and why), and others in again."""
    rows = []
    for good in goods:
        if good.key in out and good.ahead:
            rows.append(replace(good, out=out[good.key][0], excluded=out[good.key][1]))
        elif good.key in again and good.out:
            rows.append(replace(good, out=0, excluded=""))
        else:
            rows.append(good)
    return rows


def followed(edges: Iterable[Edge], goods: Sequence[Good]) -> list[Good]:
    """The rows with those out as well that are reached only through what was taken out with all that follows. `edges`:
    those of the trace, with its `cleaned`.
    """
    stopped = {good.key: good.excluded for good in goods if good.out == WITH_ALL}
    if not stopped:
        return list(goods)
    roots = [good.key for good in goods if good.direction == Direction.SUBJECT and good.key not in stopped]
    reached = forward_within((edge for edge in edges if edge.parent not in stopped), roots)
    why = next(iter(stopped.values()))

    def is_lost(good: Good) -> bool:
        return good.ahead and not good.out and good.news != News.GONE and good.key not in reached

    return [replace(good, out=FOLLOWS, excluded=why) if is_lost(good) else good for good in goods]


def compared_parties(before: Sequence[Had], now: Sequence[Had]) -> list[Had]:
    """The parties of a new version: those that are new, or have more than was known, marked."""
    known = {(had.party, had.role, had.unit): had for had in before}
    rows = []
    for had in now:
        old = known.pop((had.party, had.role, had.unit), None)
        more = old is None or had.quantity > old.quantity
        rows.append(replace(had, news=News.NEW.value if more else News.SAME.value))
    # Who was told that he had goods is not forgotten because a correction says he had none.
    return [*rows, *(replace(old, news=News.GONE.value) for old in known.values())]


def is_news(before: Sequence[Good], now: Sequence[Good], had: Sequence[Had], have: Sequence[Had]) -> bool:
    """Is there anything in these rows that the version before did not say?"""
    if {_said(good) for good in before} != {_said(good) for good in now}:
        return True
    old = {(one.party, one.role, one.unit): one.quantity for one in had}
    return any(one.quantity > old.get((one.party, one.role, one.unit), -1) for one in have)


def _said(good: Good) -> tuple[bytes, str, bool, bool, bool]:
    return (good.key, good.direction, bool(good.held), bool(good.out), good.news == News.GONE)


def digest_of(goods: Iterable[Good], parties: Iterable[Had]) -> str:
    """SHA-256 over what a version says, a line each, in order: what the record of the command commits to."""
    lines = [
        f"goods\t{good.uri}\t{good.direction}\t{'' if good.quantity is None else good.quantity}\t{good.unit}\t"
        f"{good.held}\t{good.out}\t{good.news}\t{good.excluded}"
        for good in goods
    ]
    lines += [f"party\t{had.party}\t{had.role}\t{had.quantity}\t{had.unit}" for had in parties]
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


# -- figures ----------------------------------------------------------------------------------------------------------


def share(part: int, whole: int) -> int | None:
    """`part` of `whole` in millionths, at most one; None where there is nothing to be a part of."""
    return None if whole <= 0 else min(max(part, 0) * FULL // whole, FULL)


def answered_for(had: int, found: int | None, returned: int | None, destroyed: int | None, back: int) -> int:
    """How much of what a party had cannot reach anybody any more: what it found and set apart, what it destroyed, and
    what came back by our own book or, before that is here, by its word. Never more than it had.
    """
    gone = max(back, returned or 0) + (destroyed or 0)
    return min(had, max(found or 0, gone))


def summed(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """By unit."""
    found: dict[str, int] = {}
    for unit, amount in parts:
        found[unit] = found.get(unit, 0) + amount
    return found


# -- notices ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drafted:
    """What somebody reads of a notice before he approves it."""

    id: int
    way: str
    contact: str
    subject: str
    body: str


def notices_digest(notices: Iterable[Drafted]) -> str:
    """SHA-256 over what was read, so that nothing else is approved."""
    lines = [f"{one.id}\0{one.way}\0{one.contact}\0{one.subject}\0{one.body}" for one in notices]
    return sha256("\1".join(sorted(lines)).encode()).hexdigest()
