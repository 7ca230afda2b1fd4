"""The last gate before the truck: blocks of the whole company, dates, life that is left on delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suyuan.capture.reading import Who
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Resolved
from suyuan.stock.book import BLOCKING
from suyuan.stock.queries import About, Stock, about, content, uris_of


@dataclass(frozen=True, slots=True)
class Leaving:
    """One kind of goods at the gate: its line, its own and its superiors' blocks, its last day."""

    uri: str
    field: str
    item: str | None
    blocks: frozenset[str]
    expiry: int | None


def leaving(who: Who, goods: Resolved) -> list[Leaving]:
    """What is about to leave, with what is in its containers. Two statements, one more for each level of containers."""
    named = {key16(uri): (uri, thing.field) for thing in goods.things for uri in thing.subjects}
    items = {key16(thing.info.uri): thing.info.uri for thing in goods.things if thing.info}
    known = about([*named, *items])
    packed = content(key for key in named if key in known and known[key].container)
    above = {key for held in known.values() for key in (held.lot, held.item) if key}
    above |= {key for row in packed for key in (row.lot, row.item, row.subject) if key}
    if missing := above - known.keys() - named.keys() - items.keys():
        known |= about(missing)
    uris = uris_of({row.subject for row in packed}) if packed else {}
    inner = [(row.subject, uris.get(row.subject, row.subject.hex()), _field_of(row, packed, named)) for row in packed]
    every = [(key, uri, field) for key, (uri, field) in named.items()] + inner
    item_uris = {key16(uri): uri for uri in who.directory.items} if packed else items
    return [_leaving(key, uri, field, known, item_uris) for key, uri, field in every]


def _leaving(key: bytes, uri: str, field: str, known: Mapping[bytes, About], item_uris: Mapping[bytes, str]) -> Leaving:
    held = known.get(key)
    if held is None:
        return Leaving(uri, field, None, frozenset(), None)
    chain = [held, *(known[above] for above in (held.lot, held.item) if above is not None and above in known)]
    days = [one.expiry for one in chain if one.expiry is not None]
    blocks = frozenset(block for one in chain for block in one.blocks.values())
    return Leaving(uri, field, item_uris.get(held.item or b""), blocks, min(days, default=None))


def _field_of(row: Stock, packed: Sequence[Stock], named: Mapping[bytes, tuple[str, str]]) -> str:
    """The line of the outermost container."""
    holders = {one.subject: one.holder for one in packed}
    holder, steps = row.holder, 0
    while holder not in named and holder in holders and steps < len(packed):
        holder, steps = holders[holder], steps + 1
    return named[holder][1] if holder in named else ""


def gate_problems(rows: Sequence[Leaving], today: date) -> list[Problem]:
    """What may not leave today, whoever wants it."""
    problems = []
    for row in rows:
        states = {BLOCKING[block] for block in row.blocks if block in BLOCKING}
        if row.expiry is not None and row.expiry < today.toordinal():
            states.add("expired")
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
