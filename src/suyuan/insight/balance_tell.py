"""What each event did to a mass balance, told one after the other from the postings. Pure.

Within the books are places of ours, containers that stand there, and what is under way and ours. Goods of a container
that leaves leave with it, though no posting names them. Every posting stands in one term, and what nothing explains is
a term of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from suyuan.insight.balance import Amounts, Entry, Key, Term
from suyuan.insight.dayflows_tell import Standing
from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import DELIVERY, INBOUND, OUTBOUND, PACKED, PLACE, TRANSIT
from suyuan.stock.facts import HOLDER_NAMES, OWN, TRANSFERRED

VOIDED = "void_shipping"
HERE, WAY, AWAY, BACK = "here", "way", "away", "back"  # in stock, under way and ours, a customer's, sent to a supplier
_ENDS = {"scrap": Term.SCRAP, "sample": Term.SAMPLE, "retired": Term.RETIRED}
_OPENING_OF = {HERE: Term.OPENING, WAY: Term.OPENING_WAY}
_Place = tuple[bytes, str, str]  # … and the log whose book has them


class Line(NamedTuple):
    """One posting with its event. `key`: what its goods are put together by; `counts`: they are asked about; `box`: the
    subject may hold others.
    """

    at: int
    sequence: int
    recorded: int
    record: bytes
    log: str
    step: str
    type: str
    disposition: str
    subject: bytes
    key: bytes
    counts: bool
    box: bool
    unit: str
    second_unit: str
    holder: bytes
    owner: bytes
    kind: str
    counterpart: bytes
    quantity: int
    second: int


class Lay(NamedTuple):
    """What lay somewhere before the first event: the same columns of a balance."""

    log: str
    subject: bytes
    key: bytes
    counts: bool
    box: bool
    unit: str
    second_unit: str
    holder: bytes
    owner: bytes
    kind: str
    quantity: int
    second: int


@dataclass(slots=True)
class Change:
    """What an event changed of a key: by where it lies, over all, and by boundless holder; `partners`: what the book of
    partners gave up.
    """

    groups: dict[str, int] = field(default_factory=partial(defaultdict, int))
    total: int = 0
    beyond: dict[str, int] = field(default_factory=partial(defaultdict, int))
    found: int = 0
    partners: int = 0

    @property
    def other(self) -> int:
        """What came from somebody, or went to him, with no boundless holder between: a posting without another half,
        since both halves of a move within the books cancel.
        """
        return self.total - sum(self.beyond.values()) + self.beyond.get("external", 0)

    @property
    def handed_on(self) -> int:
        """What left like that, and was not a customer's before."""
        return max(-self.other - max(-self.groups[AWAY], 0), 0)

    @property
    def matters(self) -> bool:
        """Or was it only moved within the books?"""
        return bool(self.beyond or self.total or any(self.groups.values()))

    def plus(self, other: "Change") -> None:
        for group, amount in other.groups.items():
            self.groups[group] += amount
        for name, amount in other.beyond.items():
            self.beyond[name] += amount
        self.total += other.total
        self.found += other.found
        self.partners += other.partners


_NOTHING = Change()


class Told(NamedTuple):
    """What an event did to the goods of a key, in one unit, in the book of each log."""

    event: Line
    key: bytes
    unit: str
    changes: Mapping[str, Change]

    @property
    def involved(self) -> list[str]:
        """The warehouses of ours that it concerns."""
        return sorted(log for log, change in self.changes.items() if log != PARTNERS and change.matters)

    def within(self, logs: Collection[str]) -> Entry | None:
        """Its share of each term to whom these warehouses are the books; None where there is none."""
        here = _together(self.changes, [log for log in self.changes if log in logs])
        if not here.matters:
            return None
        if partners := self.changes.get(PARTNERS):
            here = _together({"": here, PARTNERS: partners}, ["", PARTNERS])
        elsewhere = _together(self.changes, [log for log in self.changes if log != PARTNERS and log not in logs])
        first = self.event
        amounts = terms_of(first, here, elsewhere)
        if not amounts:
            return None
        return Entry(first.at, first.record, first.log, first.step, first.type, first.disposition, self.key, self.unit,
                     amounts)  # fmt: skip


def _together(changes: Mapping[str, Change], logs: Sequence[str]) -> Change:
    if not logs:
        return _NOTHING
    if len(logs) == 1:
        return changes[logs[0]]
    whole = Change()
    for log in logs:
        whole.plus(changes[log])
    return whole


class Yard:
    """Where containers stand and what is in them, between events. `sent_back`: holders under way to a supplier."""

    def __init__(self, sent_back: Iterable[bytes] = ()) -> None:
        self.standing = Standing()
        self.sent_back = set(sent_back)

    def begin(self, lying: Iterable[Lay]) -> dict[_Place, Amounts]:
        """Put there what lay there, and tell how much of it was in stock and under way, in the book of each log."""
        sums: dict[_Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in lying:
            if row.box:
                self._stand(row)
            for amount, code in _amounts(row) if row.log != PARTNERS else ():
                place = (row.key, code, row.log)
                if row.kind == PACKED:
                    self.standing.inside[row.holder][_packed(place)] += amount
                else:
                    sums[place][self._group(row)] += amount
        for box, inside in self.standing.inside.items():
            for packed, amount in inside.items():
                sums[_unpacked(packed)][self.group_of(box)] += amount
        return {
            place: {term: groups[group] for group, term in _OPENING_OF.items() if groups[group]}
            for place, groups in sums.items()
        }

    def tell(self, lines: Iterable[Line]) -> Iterator[Told]:
        """What each event did, in the order of events."""
        for _, group in groupby(lines, _event):
            event = list(group)
            for (key, code), changes in self._apply(event).items():
                if any(change.matters for change in changes.values()):
                    yield Told(event[0], key, code, changes)

    def _apply(self, event: Sequence[Line]) -> Mapping[Key, dict[str, Change]]:
        changes: dict[Key, dict[str, Change]] = defaultdict(partial(defaultdict, Change))
        if event[0].step == "shipping" and event[0].disposition == "returned":
            self.sent_back |= {line.holder for line in event if line.kind == DELIVERY}
        boxes = [line for line in event if line.box]
        moved = self.standing.with_inner(line.subject for line in boxes) if boxes else ()
        self._count(moved, changes, -1)
        for line in boxes:
            self._stand(line)
        for line in event:
            for amount, code in _amounts(line):
                if line.log != PARTNERS:
                    self._post(line, amount, code, changes[line.key, code][line.log], moved)
                elif line.counterpart == TRANSFERRED:
                    changes[line.key, code][PARTNERS].partners += amount
        self._count(moved, changes, 1)
        return changes

    def _post(self, line: Line, amount: int, code: str, change: Change, moved: Collection[bytes]) -> None:
        change.total += amount
        name = HOLDER_NAMES.get(line.counterpart)
        if name is not None:
            change.beyond[name] += amount
            change.found += amount if name == "variance" and amount > 0 else 0
        if line.kind != PACKED:
            change.groups[self._group(line)] += amount
            return
        self.standing.inside[line.holder][_packed((line.key, code, line.log))] += amount
        if line.holder not in moved:
            change.groups[self.group_of(line.holder)] += amount

    def _count(self, boxes: Iterable[bytes], changes: Mapping[Key, dict[str, Change]], sign: int) -> None:
        """What is in these containers themselves, by where they stand."""
        for box in boxes:
            if inside := self.standing.inside.get(box):
                group = self.group_of(box)
                for packed, amount in inside.items():
                    key, code, log = _unpacked(packed)
                    changes[key, code][log].groups[group] += sign * amount

    def _stand(self, line: Line | Lay) -> None:
        if line.kind == PACKED:
            self.standing.stand(line.subject, line.holder, PACKED, line.quantity)
        else:  # whose it is under way says whether it is still ours
            self.standing.stand(line.subject, line.holder + line.owner, self._group(line), line.quantity)

    def _group(self, line: Line | Lay) -> str:
        if line.kind == PLACE:
            return HERE
        if line.kind == TRANSIT or (line.kind == DELIVERY and line.owner == OWN):
            return WAY
        return BACK if line.kind == DELIVERY and line.holder in self.sent_back else AWAY

    def group_of(self, box: bytes) -> str:
        """Where the outermost container around it stands; one that stands nowhere has not left."""
        seen: set[bytes] = set()
        while box not in seen:
            seen.add(box)
            stands = next((place for place, many in self.standing.holders.get(box, {}).items() if many > 0), None)
            if stands is None:
                return HERE
            if self.standing.kinds[stands] != PACKED:
                return self.standing.kinds[stands]
            box = stands
        return HERE


_event = itemgetter(0, 1, 2, 3)  # what the lines of an event have in common, and their order


def _amounts(line: Line | Lay) -> Iterator[tuple[int, str]]:
    """What a posting moved, in each unit."""
    if line.counts:
        if line.quantity:
            yield line.quantity, line.unit
        if line.second:
            yield line.second, line.second_unit


def _packed(place: _Place) -> bytes:
    key, code, log = place
    return key + f"{code} {log}".encode()


def _unpacked(packed: bytes) -> _Place:
    code, _, log = packed[16:].decode().partition(" ")
    return packed[:16], code, log


def terms_of(event: Line, change: Change, elsewhere: Change) -> Amounts:
    """The terms that the change of a key by an event belongs to; those of nothing are left out. `elsewhere`: what it
    changed in warehouses that are not asked for.
    """
    terms: Amounts = defaultdict(int)
    terms[Term.CLOSING] = change.groups[HERE]
    terms[Term.CLOSING_WAY] = change.groups[WAY]
    came = Term.RETURNED if event.disposition == "returned" else Term.RECEIVED
    kept = event.type == "TransformationEvent" and event.step == "repackaging"  # the same goods under another number
    for name, amount in change.beyond.items():
        match name:
            case "made":
                terms[Term.RENAMED_IN if kept else Term.MADE] += amount
            case "consumed":
                terms[Term.RENAMED_OUT if kept else Term.CONSUMED] -= amount
            case "scrap" | "sample" | "retired":
                terms[_ENDS[name]] -= amount
            case "variance":
                started = change.found if event.step == "stock_taking" else 0
                terms[Term.STARTED] += started
                terms[Term.DIFFERENCE] -= amount - started
            case "unexplained":
                terms[Term.UNEXPLAINED] += amount
            case "transferred":
                # Between warehouses of ours, or out of the book of what partners have packed for us.
                arrived = min(amount, -change.partners) if amount > 0 else 0
                terms[came] += arrived
                terms[Term.MOVED_IN if amount > arrived else Term.MOVED_OUT] += abs(amount - arrived)
    _across(event, change, elsewhere, came, terms)
    return {term: amount for term, amount in terms.items() if amount}


def _across(event: Line, change: Change, elsewhere: Change, came: Term, terms: Amounts) -> None:
    """What crossed the edge of the books, to or from others."""
    away, back, other = change.groups[AWAY], change.groups[BACK], change.other
    if other > 0:
        ours = min(other, elsewhere.handed_on)
        terms[Term.MOVED_IN] += ours
        terms[came] += other - ours
    elif event.step in OUTBOUND:
        terms[Term.SHIPPED] -= other
    elif other < 0:
        # What a customer hands on stays gone; whatever else others say they have of ours, nothing explains.
        away -= other + change.handed_on
        ours = min(change.handed_on, max(elsewhere.other, 0))
        terms[Term.MOVED_OUT] += ours
        terms[Term.UNEXPLAINED] -= change.handed_on - ours
    gone = away + back
    if event.step in OUTBOUND:
        terms[Term.SENT_BACK if event.disposition == "returned" else Term.SHIPPED] += gone
    elif event.step == VOIDED:
        terms[Term.SHIPPED] += away
        terms[Term.SENT_BACK] += back
    elif gone > 0:
        terms[Term.SHIPPED] += gone
    elif event.step in INBOUND:
        terms[came] -= gone
    elif back < 0:
        terms[Term.SENT_BACK] += gone
    else:
        terms[Term.RETURNED] -= gone
