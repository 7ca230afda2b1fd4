"""Everything that an answer found as one table: goods in both directions, what of them lies where, who had them.

It can be narrowed by kinds and days. What a filter hides is counted by kind, beside the table and in its last row: no
consequence goes unseen.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from operator import attrgetter

from django.utils.translation import gettext as _

from suyuan.desk.access import Desk
from suyuan.desk.cards import Filter
from suyuan.desk.directions import amount_of
from suyuan.desk.forms import clean, day_of
from suyuan.desk.naming import Names
from suyuan.genealogy.edges import INPUT, OUTPUT
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.ledger.keys import micros, moment
from suyuan.trace.answer import Trace
from suyuan.ui.tables import Column, Row, States, Table

# The kinds of rows, with their words, in the order of the table. The last ones are goods, by what they are.
KINDS: Mapping[str, str] = {
    "customer": N_("Customer"),
    "stock": N_("In stock or under way"),
    "lot": N_("Lot"),
    "serial": N_("Serial"),
    "container": N_("Container"),
    "supplier": N_("Supplier"),
    "maker": N_("Maker"),
}
AHEAD, BEHIND = N_("Forward"), N_("Backward")
TOGETHER = 1000  # rows of a file that are in memory at once


@dataclass(frozen=True, slots=True)
class Reached:
    """One thing that was found: `uri` of the goods or the partner, `place` where some of it lies; times in
    microseconds, None where it is now or nobody said when.
    """

    kind: str
    direction: str
    steps: int | None
    uri: str
    amount: Quantity | None
    place: str = ""
    state: str = ""
    since: int | None = None
    until: int | None = None
    doubtful: bool = False


def filter_of(kinds: Iterable[str], since: str, until: str, desk: Desk) -> Filter:
    """As asked for in an address. A day that is none is a problem, and narrows nothing."""
    problems: list[Problem] = []
    first, last = day_of(clean(since), "from", problems), day_of(clean(until), "to", problems)
    begins = micros(datetime.combine(first, time(), desk.zone)) if first else None
    ends = micros(datetime.combine(last + timedelta(days=1), time(), desk.zone)) - 1 if last else None
    chosen = tuple(kind for kind in KINDS if kind in set(kinds))
    return Filter(chosen, clean(since), clean(until), begins, ends, tuple(problems))


def rows_of(answer: Trace) -> Iterator[Reached]:
    """Everything that was found, those first whom it matters to most."""
    for share, unit in sorted(answer.parties, key=lambda entry: (list(KINDS).index(entry[0].role), -entry[0].quantity)):
        if share.role == "customer":
            amount = Quantity(unscaled(share.quantity), unit or COUNT)
            yield Reached(
                "customer", AHEAD, None, share.party, amount, since=share.since or None, until=share.until or None
            )
    for lying in answer.stock:
        amount = Quantity(unscaled(lying.quantity), lying.unit)
        state = "transit" if lying.under_way else lying.status
        yield Reached("stock", AHEAD, None, lying.uri, amount, lying.place, state)
    since = _times(answer)
    for direction, goods in ((AHEAD, answer.forward), (BEHIND, answer.backward)):
        for found in goods:
            first, last = since[direction].get(found.key, (None, None))
            doubtful = found.key in answer.doubtful
            kind = found.kind if found.kind in KINDS else "lot"
            yield Reached(
                kind, direction, found.depth, found.uri, amount_of(found), since=first, until=last, doubtful=doubtful
            )
    for share, unit in answer.parties:
        if share.role != "customer":
            amount = Quantity(unscaled(share.quantity), unit or COUNT)
            yield Reached(
                share.role, BEHIND, None, share.party, amount, since=share.since or None, until=share.until or None
            )


def _times(answer: Trace) -> dict[str, dict[bytes, tuple[int, int]]]:
    """First and last moment at which a step led to each thing, forward to what it made or went into, backward to what
    was put in.
    """
    found: dict[str, dict[bytes, tuple[int, int]]] = {AHEAD: {}, BEHIND: {}}
    for direction, goods, end, beside in (
        (AHEAD, answer.forward, attrgetter("child"), INPUT),
        (BEHIND, answer.backward, attrgetter("parent"), OUTPUT),
    ):
        times = found[direction]
        for edge in answer.edges if goods else ():
            if edge.kind != beside:
                key, at = end(edge), edge.since
                first, last = times.get(key, (at, at))
                if key not in times or at < first or at > last:
                    times[key] = (min(first, at), max(last, at))
    return found


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The rows that a filter lets through, and how many of each kind it hides."""

    rows: Sequence[Reached]
    hidden: Mapping[str, int]


def narrowed(rows: Iterable[Reached], wanted: Filter) -> Narrowed:
    shown, hidden = [], Counter[str]()
    for row in rows:
        if _lets(wanted, row):
            shown.append(row)
        else:
            hidden[row.kind] += 1
    return Narrowed(shown, {kind: hidden[kind] for kind in KINDS if hidden[kind]})


def _lets(wanted: Filter, row: Reached) -> bool:
    if wanted.kinds and row.kind not in wanted.kinds:
        return False
    if row.since is None or row.until is None:  # what lies somewhere lies there on every day up to now
        return True
    return (wanted.begins is None or row.until >= wanted.begins) and (wanted.ends is None or row.since <= wanted.ends)


def hidden_said(hidden: Mapping[str, int]) -> str:
    """What a filter hides, in a sentence; empty where it hides nothing."""
    if not hidden:
        return ""
    parts = ", ".join(f"{_(KINDS[kind])} {count:,}" for kind, count in hidden.items())
    return _("Hidden by the filter: {parts}.").format(parts=parts)


def consequences_table(found: Narrowed, names: Names, export: str, most: int) -> Table:
    """The first `most` of them."""
    rows = [_drawn(row, names) for row in found.rows[:most]]
    empty = hidden_said(found.hidden) or _("Nothing came of it, and it came of nothing recorded.")
    return Table("affected", _columns(), rows, empty, len(found.rows), export)


def exported(answer: Trace, wanted: Filter, language: str) -> Iterator[Table]:
    """All of them for a file, some at a time, since there may be very many; the last row says what is hidden."""
    rows, hidden = rows_of(answer), Counter[str]()
    while part := list(islice(rows, TOGETHER)):
        found = narrowed(part, wanted)
        hidden.update(found.hidden)
        names = Names(uris_of(found.rows), language)
        yield Table("affected", _columns(), [_drawn(row, names) for row in found.rows])
    if said := hidden_said({kind: hidden[kind] for kind in KINDS if hidden[kind]}):
        yield Table("affected", _columns(), [Row((said, *[None] * (len(_columns()) - 1)))])


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Kind")),
        Column(_("Direction"), needed=False),
        Column(_("Steps away"), "number", needed=False),
        Column(_("Goods or partner"), "thing"),
        Column(_("Quantity"), "quantity"),
        Column(_("Place"), "thing", needed=False),
        Column(_("State"), "state", needed=False),
        Column(_("First"), "time", needed=False),
        Column(_("Last"), "time", needed=False),
        Column(_("Note"), needed=False),
    )


def _drawn(row: Reached, names: Names) -> Row:
    thing = names.thing(row.uri, row.kind if row.kind in ("lot", "serial", "container") else "")
    cells = (
        _(KINDS[row.kind]),
        _(row.direction),
        row.steps,
        thing,
        row.amount,
        names.thing(row.place) if row.place else None,
        States((row.state,)) if row.state else None,
        moment(row.since) if row.since is not None else None,
        moment(row.until) if row.until is not None else None,
        _("by the times impossible") if row.doubtful else "",
    )
    return Row(cells, row.state)


def uris_of(rows: Iterable[Reached]) -> set[str]:
    """What a table of these names."""
    return {uri for row in rows for uri in (row.uri, row.place) if uri}
