"""What is taken from which bin, for what is kept for orders; and what of it is still to be planned. Pure.

Amounts in millionths of the base unit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

From = tuple[str, str, str]  # goods, place, container or ""


@dataclass(frozen=True, slots=True)
class Want:
    """So much of a lot or serial is kept for a line of an order."""

    line_id: int
    order_id: int
    subject: bytes
    uri: str
    owner: bytes
    quantity: int


@dataclass(frozen=True, slots=True)
class Stored:
    """So much of a lot or serial lies free in a bin, or in a container there. `rank`: what is taken first: pick faces,
    then as the bins follow each other."""

    uri: str
    owner: bytes
    place: str
    container: str
    quantity: int
    rank: tuple[int, int, str]

    @property
    def key(self) -> From:
        return (self.uri, self.place, self.container)


@dataclass(frozen=True, slots=True)
class Take:
    """So much for a want, from there."""

    want: Want
    place: str
    container: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a lot for a line, and what was done of it: `tasked` is still to be picked by open tasks, `picked`
    was picked by tasks, of which goods may have left meanwhile."""

    want: Want
    tasked: int = 0
    picked: int = 0


def to_plan(kept: Sequence[Kept], gone: Mapping[int, int]) -> list[Want]:
    """What nobody is to pick yet. `gone`: line → how much of it has left or was issued.

    A reservation stays until the goods leave. So of what was picked for a line the part that has not left stands ready,
    and is within what is kept.
    """
    ready: dict[int, int] = {}
    for one in kept:
        ready[one.want.line_id] = ready.get(one.want.line_id, 0) + one.picked
    for line in ready:
        ready[line] = max(ready[line] - gone.get(line, 0), 0)
    found = []
    for one in kept:
        here = min(ready[one.want.line_id], one.picked, one.want.quantity)
        ready[one.want.line_id] -= here
        if (left := one.want.quantity - here - one.tasked) > 0:
            found.append(replace(one.want, quantity=left))
    return found


def less_tasked(rows: Iterable[Stored], tasked: Mapping[From, int]) -> list[Stored]:
    """What lies in bins without what open tasks take from there."""
    found = []
    left = dict(tasked)
    for row in rows:
        part = min(left.get(row.key, 0), row.quantity)
        left[row.key] = left.get(row.key, 0) - part
        if row.quantity > part:
            found.append(replace(row, quantity=row.quantity - part))
    return found


def take(
    wants: Sequence[Want], rows: Iterable[Stored], far: Callable[[Stored], float] = lambda _row: 0.0
) -> tuple[list[Take], list[Want]]:
    """From which bins each want is taken, and what of it lies in none. Never more than a bin has.

    Within a lot: pick faces first, what is in opened containers and what empties its bin before what leaves a rest,
    the nearer (`far`) before the farther.
    """
    by_goods: dict[tuple[str, bytes], list[Stored]] = {}
    for row in rows:
        by_goods.setdefault((row.uri, row.owner), []).append(row)
    found, missing = list[Take](), list[Want]()
    for want in wants:
        here, left = by_goods.get((want.uri, want.owner), []), want.quantity
        while left and here:
            row = min(here, key=lambda row, left=left: _turn(row, left, far(row)))  # type: ignore[misc]  # mypy on defaults
            here.remove(row)
            part = min(row.quantity, left)
            left -= part
            found.append(Take(want, row.place, row.container, part))
            if row.quantity > part:
                here.append(replace(row, quantity=row.quantity - part))
        if left:
            missing.append(replace(want, quantity=left))
    return found, missing


def _turn(row: Stored, left: int, far: float) -> tuple[int, bool, int, float, tuple[int, int, str]]:
    emptied = row.quantity <= left
    return (row.rank[0], not emptied, row.quantity if emptied else 0, far, row.rank)
