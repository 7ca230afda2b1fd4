"""Pure: how much of an answer is fully linked. A share that can be counted, no figure of confidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from suyuan.genealogy.edges import OUTPUT, Edge
from suyuan.genealogy.search import Sum, forward_within
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.keys import PARTNERS, key16
from suyuan.trace.origins import Origins
from suyuan.trace.parties import Deed
from suyuan.trace.values import ONE, Trace

OPENED = "stock_taking"


@dataclass(frozen=True, slots=True)
class Linked:
    """Of all goods in one unit: how much there is, and how much of it is fully linked. Millionths."""

    unit: str
    quantity: int
    linked: int

    @property
    def percent(self) -> float:
        return 100 * self.linked / self.quantity if self.quantity else 100.0


@dataclass(frozen=True, slots=True)
class Linkage:
    """How much of an answer is fully linked: by unit, since two are never added; and by lots and serials, of which
    `unknown` are some that nobody said the quantity of.
    """

    shares: tuple[Linked, ...]
    things: int
    linked: int
    unknown: int

    @property
    def percent(self) -> float:
        """The least share of any unit, in per cent; by lots and serials where no quantity is known."""
        of_things = 100 * self.linked / self.things if self.things else 100.0
        return min((share.percent for share in self.shares), default=of_things)


def linkage(answer: Trace) -> Linkage:
    """How much of the goods of an answer is fully linked.

    Goods are the lots and serials of the answer: the subjects, with all of them that came or was made; what lies
    behind, with as much as was put in; what lies ahead, with as much as came into being; a serial is one piece.
    Containers are not goods. A quantity is *fully linked* if no gap of any class is declared of these goods or of
    anything in the answer that they came from; one gap makes all of it unlinked, never a part. What nobody gave an
    amount of counts among the things and in no quantity.
    """
    gaps = {key16(problem.field) for problem in answer.gaps}
    broken = forward_within(chain(answer.edges, answer.cleaned), gaps) if gaps else gaps
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    things = linked = unknown = 0
    for key, quantity, unit in _goods(answer):
        is_linked = key not in broken
        things, linked = things + 1, linked + is_linked
        if quantity is None:
            unknown += 1
            continue
        parts = sums[unit or COUNT]
        parts[0] += quantity
        parts[1] += quantity if is_linked else 0
    return Linkage(tuple(Linked(unit, *parts) for unit, parts in sorted(sums.items())), things, linked, unknown)


def _goods(answer: Trace) -> Iterator[tuple[bytes, int | None, str]]:
    """Each once, though it may lie on both sides of the subject."""
    seen: set[bytes] = set()
    for subject in answer.subjects:
        if subject.kind in ("lot", "serial"):
            seen.add(subject.key)
            yield (subject.key, *answer.began.get(subject.key, (None, "")))
    both = bool(answer.backward) and bool(answer.forward)
    for found in (*answer.backward, *answer.forward):
        if found.kind != "container" and found.key not in seen:
            if both:
                seen.add(found.key)
            yield found.key, found.quantity, found.unit


def began_with(edges: Iterable[Edge], deeds: Sequence[Deed], roots: Set[bytes], origins: Origins) -> dict[bytes, Sum]:
    """How much of each subject there was to begin with: what we made of it, what came in, was there when the book was
    opened, or was brought into being by itself; where it never was ours, what partners made. Of two units the first
    that anybody named; None where nobody said how much.
    """
    ours: dict[bytes, Sum] = {}
    theirs: dict[bytes, Sum] = {}
    for edge in edges:
        if edge.kind == OUTPUT and edge.child in roots:
            sums = theirs if edge.log == PARTNERS else ours
            _add(sums, edge.child, ONE if edge.instance else edge.quantity, edge.unit)
    for deed in deeds:
        if deed.step == OPENED or deed.action == "ADD":
            for key, (role, quantity, unit) in deed.named.items():
                if role == "epc" and key in roots:
                    _add(theirs if deed.log == PARTNERS else ours, key, ONE if quantity is None else quantity, unit)
    for key in roots & origins.given.keys():
        _add(ours, key, sum(origins.given[key].values()), origins.units.get(key, ""))
    return theirs | ours


def _add(sums: dict[bytes, Sum], key: bytes, quantity: int | None, unit: str) -> None:
    known, first = sums.get(key, (0, unit))
    if unit == first or not first:
        sums[key] = (None if known is None or quantity is None else known + quantity, unit or first)
