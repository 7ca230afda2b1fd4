"""The last gate before the truck: blocks of the whole company, dates, life that is left on delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Resolved
from suyuan.stock.book import BLOCKING
from suyuan.stock.queries import About, Stock, about, content, uris_of
from suyuan.stock.states import State, is_expired


@dataclass(frozen=True, slots=True)
class Leaving:
    """One kind of goods at the gate: its line, its own and its superiors' blocks, its last day."""

    uri: str
    field: str
    item: str | None
    blocks: frozenset[str]
    expiry: int | None


def leaving(who: Who, goods: Resolved) -> list[Leaving]:
    """What is about to leave, with what is in its containers. One statement for loose goods; four, and one more for
    each level of containers, for packed ones."""
    named = {key16(uri): (uri, thing.field) for thing in goods.things for uri in thing.subjects}
    items = {key16(thing.info.uri): thing.info.uri for thing in goods.things if thing.info}
    known = about([*named, *items])
    packed = content(key for key in named if key in known and known[key].container)
    inner = {key for row in packed for key in (row.subject, row.item) if key}
    uris = items | {key: uri for key, (uri, _) in named.items()} | (uris_of(inner) if inner else {})
    above = inner | {row.lot for row in packed if row.lot}
    above |= {key for held in known.values() for key in (held.lot, held.item) if key}
    if missing := above - known.keys() - named.keys() - items.keys():
        known |= about(missing)
    lines = {key: field for key, (_, field) in named.items()}
    lines |= {row.subject: _line_of(row, packed, lines) for row in packed}
    return [_leaving(known[key], field, known, uris) for key, field in lines.items() if key in known]


def _leaving(held: About, field: str, known: Mapping[bytes, About], uris: Mapping[bytes, str]) -> Leaving:
    chain = [held, *(known[above] for above in (held.lot, held.item) if above is not None and above in known)]
    days = [one.expiry for one in chain if one.expiry is not None]
    blocks = frozenset(block for one in chain for block in one.blocks.values())
    uri = uris.get(held.subject, held.subject.hex())
    return Leaving(uri, field, uris.get(held.item or b""), blocks, min(days, default=None))


def _line_of(row: Stock, packed: Sequence[Stock], lines: Mapping[bytes, str]) -> str:
    """The line of the outermost container."""
    holders = {one.subject: one.holder for one in packed}
    holder, steps = row.holder, 0
    while holder not in lines and holder in holders and steps < len(packed):
        holder, steps = holders[holder], steps + 1
    return lines.get(holder, "")


def gate_problems(rows: Sequence[Leaving], today: date) -> list[Problem]:
    """What may not leave today, whoever wants it."""
    problems = []
    for row in rows:
        states = {BLOCKING[block] for block in row.blocks if block in BLOCKING}
        if is_expired(row.expiry, today.toordinal()):
            states.add(State.EXPIRED)
        problems += [Problem(f"stock.{state}", row.field, {"goods": row.uri}) for state in sorted(states)]
    return problems


def life_problems(who: Who, rows: Sequence[Leaving], delivery: date | None) -> list[Problem]:
    """Days that are left on delivery (expiry − delivery date, ≥ passes); asked for where the item has such a rule."""
    problems: list[Problem] = []
    for row in rows:
        info = who.directory.items.get(row.item or row.uri)
        least = info.min_remaining_days_dispatch if info else None
        if info is None or least is None or row.expiry is None:
            continue
        if delivery is None:
            problems.append(Problem("operations.delivery_date_missing", "delivery_date", {"item": info.code}))
        elif row.expiry - delivery.toordinal() < least:
            left = str(row.expiry - delivery.toordinal())
            params = {"goods": row.uri, "days": left, "least": str(least)}
            problems.append(Problem("operations.short_remaining_life", row.field, params))
    return problems
