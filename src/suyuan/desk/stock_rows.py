"""The rows of the stock page: cells put together, named, and sorted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from msgspec import Struct

from suyuan.catalog.directory import directory
from suyuan.catalog.queries import Keeping, keeping, names_for
from suyuan.desk.naming import Names, item_of
from suyuan.desk.stock_asked import FILTERS, GROUPS, OURS, STATUSES, Asked, Spot, age_word
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.insight.finders.expiry import SEVERITIES as SEVERITY_OF
from suyuan.insight.kinds import SEVERITIES
from suyuan.insight.world import limits, rules
from suyuan.ledger.keys import key16
from suyuan.orders.reservations import reserved
from suyuan.stock.cells import DAY, Cell, Turn, turns
from suyuan.stock.facts import OWN
from suyuan.stock.past import stock_of_then
from suyuan.stock.queries import roots, stock_of, uris_of
from suyuan.stock.states import Level, State, level_of
from suyuan.ui.states import state as state_word
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Column, DaysLeft, Row, States, Value
from suyuan.ui.things import Thing

FREE, WAITS = State.IN_STOCK.value, State.PENDING.value
PRESSES = {level: SEVERITIES[severity] for level, severity in SEVERITY_OF.items()}
_FAR = date.max.toordinal()
_ONLY = {state.value: frozenset({state.value}) for state in State}


class Group(Struct, gc=False):
    """What one row says; there may be as many as lots. `key`: the URI, or a word of its own, empty until the `thing` is
    named; amounts in millionths; `item`: of which its lots are.
    """

    key: str
    unit: str
    thing: bytes = b""
    item: bytes = b""
    quantity: int = 0
    second: int = 0
    second_unit: str = ""
    free: int = 0
    waits: int = 0
    blocked: int = 0
    kept: int = 0
    expiry: int | None = None
    produced: int | None = None
    since: int = 0
    level: Level | None = None
    states: frozenset[str] = frozenset()
    turn: Turn | None = None

    def add(self, cell: Cell) -> None:
        amount = cell.quantity
        self.quantity = self.quantity + amount if self.quantity else amount  # the same object: there may be very many
        self.second += cell.second
        self.second_unit = self.second_unit or cell.second_unit
        if cell.state not in self.states:
            self.states |= _ONLY[cell.state]
        if cell.state == FREE:
            self.free = self.free + amount if self.free else amount
        elif cell.state == WAITS:
            self.waits += amount
        else:
            self.blocked += amount
        self.expiry = _earlier(self.expiry, cell.expiry)
        self.produced = _earlier(self.produced, cell.produced)
        self.since = min(self.since or cell.since, cell.since)


def _earlier(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def groups_of(asked: Asked, found: Iterable[Cell]) -> list[Group]:
    """The cells put together under what they are called by; things are not named yet. A fixed number of statements."""
    if asked.by in ("zone", "bin"):
        found = list(found)
    key = keys_for(asked, found)
    together: dict[tuple[str | bytes, str], Group] = {}
    same: dict[Any, Any] = {}  # of very many rows each value is kept once
    for cell in found:
        name = key(cell)
        unit = same.setdefault(cell.unit, cell.unit)
        group = together.get((name, unit))
        if group is None:
            group = Group("", unit, name) if isinstance(name, bytes) else Group(name, unit)
            together[name, unit] = group
            if asked.by == "lot":
                group.item = same.setdefault(cell.key[0], cell.key[0])
        group.add(cell)
    groups = list(together.values())
    if asked.by in ("item", "lot") and asked.is_whole:
        _keep(groups, asked)
    return groups


def named(groups: Sequence[Group]) -> None:
    """Say by what URIs the things are called; what is our own by none. One statement."""
    uris = uris_of({group.thing for group in groups if group.thing} - {OWN})
    for group in groups:
        if group.thing and group.thing != OWN:
            group.key = uris.get(group.thing) or group.thing.hex()


def _keep(groups: Iterable[Group], asked: Asked) -> None:
    """Take what is reserved for orders out of what is free. One statement."""
    away: dict[bytes, int] = {}
    for (_log, uri), amount in reserved(asked.wanted.logs).items():
        key = key16(item_of(uri) if asked.by == "item" else lot_of(uri))
        away[key] = away.get(key, 0) + amount
    for group in groups:
        group.kept = min(away.get(group.thing, 0), group.free)
        group.free -= group.kept


def lot_of(uri: str) -> str:
    """The lot of a serial whose URI names it; any other thing itself."""
    return uri.partition("/21/")[0] if "/10/" in uri else uri


def keys_for(asked: Asked, found: Iterable[Cell]) -> Callable[[Cell], str | bytes]:
    """What a cell stands under: the id of its thing, the URI of its place, or a word."""
    if asked.by == "state":
        return lambda cell: cell.state
    if asked.by in ("warehouse", "status", "age"):
        return lambda cell: str(cell.key[0])
    if asked.by in ("zone", "bin"):
        holders = {cell.key[0] for cell in found}
        at = places_of(asked, holders, uris_of(holders))
        return lambda cell: at.get(cell.key[0], "")
    return lambda cell: bytes(cell.key[-1])


def places_of(asked: Asked, holders: set[bytes], uris: Mapping[bytes, str]) -> dict[bytes, str]:
    """Holder → the URI of the bin or zone in which it, or the outermost container around it, stands."""
    then = asked.then
    outer = roots(holders, stock_of if then is None else lambda keys: stock_of_then(keys, then))
    known = {**uris, **uris_of({row.holder for row in outer.values()} - uris.keys())}
    at = {holder: known.get(outer[holder].holder if holder in outer else holder, "") for holder in holders}
    if asked.by == "bin":
        return at
    above = {spot.id: spot for spot in asked.spots.values()}
    return {holder: zone_of(uri, asked.spots, above) for holder, uri in at.items()}


def zone_of(uri: str, spots: Mapping[str, Spot], above: Mapping[int, Spot]) -> str:
    """The zone around a place, or the outermost place below the warehouse where it lies in none. Pure."""
    spot = spots.get(uri)
    while spot is not None and spot.kind != "zone":
        parent = above.get(spot.parent) if spot.parent is not None else None
        if parent is None or parent.kind == "warehouse":
            break
        spot = parent
    return spot.uri if spot else uri


# -- order ------------------------------------------------------------------------------------------------------------

_ORDERS: dict[str, Callable[[Group], tuple[int, ...]]] = {
    "quantity": lambda group: (group.quantity,),
    "free": lambda group: (group.free,),
    "kept": lambda group: (group.kept,),
    "waits": lambda group: (group.waits,),
    "blocked": lambda group: (group.blocked,),
    "expiry": lambda group: (_FAR if group.expiry is None else group.expiry, group.produced or _FAR),
    "since": lambda group: (group.since,),
}


def order_of(sort: str, by: str) -> str:
    """The column that rows are ordered by; any other than those of SORTED: their names."""
    return sort.removeprefix("-") or ("expiry" if by == "lot" else "")


def ordered(groups: list[Group], sort: str, by: str, words: Mapping[str, str]) -> list[Group]:
    """By a column, `-` before it the other way; by name otherwise, lots by the one to take first."""
    back, name = sort.startswith("-"), order_of(sort, by)
    order = _ORDERS.get(name)
    if order is not None and not words:  # so many that only those of a page have names
        return sorted(sorted(groups, key=attrgetter("thing")), key=order, reverse=back)
    named = sorted(groups, key=lambda group: (words.get(group.key, group.key), group.key, group.unit, group.thing))
    if by in ("age", "state") and not name:
        named = sorted(groups, key=lambda group: (group.key, group.unit))
    if order is None:
        return named[::-1] if back else named
    return sorted(named, key=order, reverse=back)


# -- words ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the page: `url` leads to what it is made of, `thing` to its own page."""

    name: str
    code: str
    url: str
    thing: Thing | None
    row: Row
    columns: Sequence[Column]

    @property
    def cells(self) -> list[tuple[Column, Value]]:
        """The cells behind the first one, beside their columns."""
        return list(zip(self.columns[1:], self.row.cells[1:], strict=True))


def words_of(asked: Asked, groups: Iterable[Group], language: str) -> tuple[dict[str, str], Names | None]:
    """Key → what it is called, for sorting and showing."""
    keys = {group.key for group in groups}
    if asked.by == "state":
        return {key: _(state_word(key).word) for key in keys}, None
    if asked.by == "status":
        return {key: _(STATUSES.get(key, key)) for key in keys}, None
    if asked.by == "age":
        return {key: said_age(int(key)) for key in keys}, None
    if asked.by == "warehouse":
        known = directory().warehouses
        uris = {key: gln_uri(known[key].gln) for key in keys if key in known}
        named = names_for(uris.values(), language)
        return {key: named.get(uris.get(key, ""), key) for key in keys}, None
    names = Names(keys, language)
    return {key: str(names.thing(key)) if key else _none(asked.by) for key in keys}, names


def _none(by: str) -> str:
    return _("Our own") if by == "owner" else "–"


def said_age(number: int) -> str:
    first, last = age_word(number)
    if last is None:
        return _("{first} days and more").format(first=first)
    return _("{first} to {last} days").format(first=first, last=last)


WEIGHT, TURN = "weight", "turn"
_WORDS = {
    "quantity": N_("Quantity"),
    "free": N_("Free"),
    "kept": N_("Reserved"),
    "waits": N_("To be inspected"),
    "blocked": N_("Blocked"),
    "expiry": N_("Expires"),
    "left": N_("Days left"),
    "since": N_("Days in place"),
    "state": N_("State"),
    WEIGHT: N_("Weight"),
    "fefo": N_("FEFO"),
    "fifo": N_("FIFO"),
}
SORTED = frozenset(_ORDERS)


def columns_of(asked: Asked, groups: Sequence[Group]) -> list[tuple[str, Column]]:
    """The columns of the page and of its export, each with its name in the address."""
    kept = ["kept"] if any(group.kept for group in groups) else []
    weighed = [WEIGHT] if any(group.second for group in groups) else []
    amounts = ["quantity", *weighed, "free", *kept, "waits", "blocked"]
    dates = ["expiry", "left", *(["fefo", "fifo"] if asked.by == "lot" else []), "since", "state"]
    kinds = dict.fromkeys(("quantity", WEIGHT, "free", "kept", "waits", "blocked"), "quantity")
    kinds |= {"left": "number", "since": "number", "state": "state", "fefo": "text", "fifo": "text"}
    needed = {"quantity", "free", "expiry", "fefo"}
    word, code = GROUPS[asked.by][0], "thing" if asked.by not in ("state", "status", "age", "warehouse") else "text"
    found = [("name", Column(_(word), code))]
    return found + [
        (name, Column(_(_WORDS[name]), kinds.get(name, "text"), name in needed)) for name in amounts + dates
    ]


def shown_of(
    asked: Asked,
    groups: Sequence[Group],
    columns: Sequence[tuple[str, Column]],
    words: Mapping[str, str],
    names: Names | None,
    query: Mapping[str, str],
) -> list[Shown]:
    """The rows of a page, or of an export."""
    if asked.by == "lot" and asked.then is None and len(asked.wanted.logs) == 1:
        log = asked.wanted.logs[0]
        found = turns([log], {group.item for group in groups if group.item}, asked.today)
        for group in groups:
            group.turn = found.get((log, group.thing))
    if asked.by in ("item", "lot"):
        judge(groups, asked.today, asked.wanted.logs)
    leads = GROUPS[asked.by][2]
    rows = []
    for group in groups:
        thing = names.thing(group.key) if names is not None and group.key else None
        cells = tuple(cell_of(name, group, asked, thing or words.get(group.key, "")) for name, _column in columns)
        worst = strictest_first(tuple(group.states))[0]
        code = thing.code if thing and thing.name and thing.kind not in ("place", "party") else ""
        name = (thing.name or thing.code) if thing else words.get(group.key, group.key)
        url = way(asked, group, leads, query) if leads else ""
        edge = worst if len(group.states) == 1 else ""
        rows.append(Shown(name, code, url, thing, Row(cells, edge), [column for _name, column in columns]))
    return rows


def judge(groups: Sequence[Group], today: int, logs: Sequence[str]) -> None:
    """Say of items and lots how much their last day presses, as the alerts do; of several warehouses by the limit that
    calls first. Three statements."""
    own, firm = limits().get("near_expiry", {}), rules()["near_expiry"].days or 0
    otherwise = max((own.get(log, firm) for log in logs), default=firm)
    known = keeping({item_of(group.key) for group in groups if group.expiry is not None})
    for group in groups:
        one = known.get(item_of(group.key), Keeping())
        group.level = level_of(
            group.expiry, group.produced, today, days=one.days, percent=one.percent, life=one.life, otherwise=otherwise
        )


def days_left(group: Group, today: int) -> DaysLeft | None:
    if group.expiry is None:
        return None
    word = _(PRESSES[group.level]) if group.level else ""
    return DaysLeft(group.expiry - today, word, group.level is Level.URGENT)


def cell_of(name: str, group: Group, asked: Asked, named: Thing | str) -> Value:
    """One cell; nothing where it would say nothing."""
    unit = group.unit or COUNT
    amounts = {
        "quantity": group.quantity,
        "free": group.free,
        "kept": group.kept,
        "waits": group.waits,
        "blocked": group.blocked,
    }
    if name in amounts:
        amount = amounts[name]
        return Quantity(unscaled(amount), unit) if amount or name in ("quantity", "free") else None
    turn = group.turn
    values: dict[str, Value] = {
        "name": named,
        WEIGHT: Quantity(unscaled(group.second), group.second_unit) if group.second else None,
        "expiry": date.fromordinal(group.expiry) if group.expiry else None,
        "left": days_left(group, asked.today),
        "fefo": _("{turn} of {of}").format(turn=turn.fefo, of=turn.of) if turn else None,
        "fifo": _("{turn} of {of}").format(turn=turn.fifo, of=turn.of) if turn else None,
        "since": max(0, (asked.now - group.since) // DAY),
        "state": States(strictest_first(tuple(group.states))),
    }
    return values[name]


# -- ways -------------------------------------------------------------------------------------------------------------

_NARROWS = {"item": "item", "lot": "lot", "zone": "place", "bin": "place", "container": "container", "owner": "owner",
            "status": "status", "state": "state", "age": "age", "warehouse": "warehouse"}  # fmt: skip


def way(asked: Asked, group: Group, leads: str, query: Mapping[str, str]) -> str:
    """The address of what a row is made of: narrowed to it, and put together by the next thing."""
    kept = {name: query[name] for name in (*FILTERS, "at", "known") if query.get(name)}
    value = group.key or (OURS if asked.by == "owner" else "")
    if not value:
        return ""
    return f"?{urlencode({**kept, _NARROWS[asked.by]: value, 'by': leads})}"


def total_of(groups: Iterable[Group]) -> list[tuple[Quantity, Quantity]]:
    """For each unit how much it is, and how much of it is free."""
    sums: dict[str, list[int]] = {}
    for group in groups:
        one = sums.setdefault(group.unit or COUNT, [0, 0])
        one[0] += group.quantity
        one[1] += group.free
    return [
        (Quantity(Decimal(unscaled(all_)), unit), Quantity(Decimal(unscaled(free)), unit))
        for unit, (all_, free) in sorted(sums.items())
    ]
