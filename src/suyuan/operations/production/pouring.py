"""Tanks: which one is meant, what is in it, and what a draw takes of it.

What is in a tank has run together. The book keeps how much of it came of which lot, and takes what came first first;
what depends on what is said by the tank itself, which stands among the inputs of whatever is drawn from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.catalog.rules import code_key, to_base
from suyuan.gs1.identifiers import canonical
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, decimal_text, parse_amount, scaled, unit, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line, find_item
from suyuan.production.models import Tank
from suyuan.stock.queries import Stock, stock_in, uris_of

BULK = "/8004/"


@dataclass(frozen=True, slots=True)
class Poured:
    """Lines with every draw from a tank told apart by lots. `index`: line → the line of the command that it was, None
    for the tank itself."""

    lines: tuple[Line, ...]
    index: Mapping[int, int | None]
    problems: tuple[Problem, ...] = ()
    inside: Mapping[str, str] = field(default_factory=dict)  # what is in the tanks → the line that draws from there

    def own(self, text: str, name: str) -> str:
        """A field of these lines as the command's own."""
        head, _, rest = text.partition("]")
        number = head.removeprefix(f"{name}[")
        if not number.isdigit() or head == text:
            return text
        own = self.index.get(int(number))
        return name if own is None else f"{name}[{own}]{rest}"

    def said(self, problems: Sequence[Problem], name: str) -> list[Problem]:
        return [replace(problem, field=self.own(problem.field, name)) for problem in problems]


def poured(who: Who, warehouse: str, lines: Sequence[Line], name: str, day: date) -> Poured:
    """The lines; those that draw an item from a tank without naming a lot as the lots that came into it first. Each
    tank that is drawn from stands among them. No statement without a tank, three with any.
    """
    tanks = tanks_named(lines)
    if not tanks:
        return Poured(tuple(lines), {n: n for n in range(len(lines))})
    rows = sorted(stock_in(map(key16, set(tanks.values())), warehouse), key=lambda row: (row.since, row.subject))
    uris = uris_of(row.subject for row in rows)
    left = {(row.holder, row.subject, n): row.quantity for n, row in enumerate(rows)}
    found: list[Line] = []
    index: dict[int, int | None] = {}
    problems: list[Problem] = []
    for n, line in enumerate(lines):
        told = replace(line, inside=tanks.get(line.inside, line.inside))
        parts = [told]
        if line.inside in tanks and line.item and not line.lot and not line.serials:
            parts = _lots(who, told, rows, left, uris, f"{name}[{n}]", day, problems)
        for part in parts:
            index[len(found)] = n
            found.append(part)
    named = {line.container for line in found}
    for uri in dict.fromkeys(tanks.values()):
        if uri not in named:
            index[len(found)] = None
            found.append(Line(container=uri, inside=uri))
    drawn = {tanks[line.inside]: f"{name}[{n}]" for n, line in enumerate(lines) if line.inside in tanks}
    inside = {uris[row.subject]: drawn[uri] for row in rows for uri in drawn if key16(uri) == row.holder}
    return Poured(tuple(found), index, tuple(problems), inside)


def tanks_named(lines: Sequence[Line]) -> dict[str, str]:
    """What stands in `inside` → the URI of the tank that it means: an asset number, or the code of a tank."""
    texts = {line.inside for line in lines if line.inside}
    found = {text: canonical_tank(text) for text in texts if BULK in text}
    keys = {code_key(text): text for text in texts - found.keys() if "://" not in text}
    if keys:
        found |= {keys[key]: uri for key, uri in Tank.objects.filter(key__in=keys).values_list("key", "uri")}
    return {text: uri for text, uri in found.items() if uri}


def canonical_tank(text: str) -> str:
    try:
        return canonical(text)
    except Refused:
        return ""


def _lots(
    who: Who,
    line: Line,
    rows: Sequence[Stock],
    left: dict[tuple[bytes, bytes, int], int],
    uris: Mapping[bytes, str],
    at: str,
    day: date,
    problems: list[Problem],
) -> list[Line]:
    """The lots of an item in a tank that a draw takes, each with its amount in base units."""
    pack = find_item(who.directory, line.item)
    if pack is None:
        return [line]  # said where the line is read
    info = who.directory.items[pack[1].item]
    family = {key16(uri) for uri in who.directory.family(info.uri)}
    here = [(n, row) for n, row in enumerate(rows) if row.holder == key16(line.inside)]
    own = [(n, row) for n, row in here if (row.item or row.subject) in family]
    there = sum(left[row.holder, row.subject, n] for n, row in own)
    try:
        wanted = _wanted(who, line, info.base_unit, day, there)
    except Refused as refused:
        problems += [
            Problem(p.code, f"{at}.{'unit' if p.field == 'uom' else 'quantity'}", p.params) for p in refused.problems
        ]
        return []
    if wanted > there or not wanted:
        shown = {"tank": line.inside, "there": decimal_text(unscaled(there)), "unit": info.base_unit}
        problems.append(Problem("production.tank_short", f"{at}.quantity", shown))
        return []
    taken: list[Line] = []
    for n, row in own:
        part = min(wanted, left[row.holder, row.subject, n])
        if part:
            left[row.holder, row.subject, n] -= part
            wanted -= part
            taken.append(replace(line, item="", uri=uris[row.subject], quantity=unscaled(part), unit=info.base_unit))
    return taken


def _wanted(who: Who, line: Line, base: str, day: date, there: int) -> int:
    """How much, in millionths; nothing said means all of it."""
    if line.quantity is None or line.quantity == "":
        return there
    amount = Quantity(parse_amount(line.quantity), unit(line.unit or base).code)
    pack = find_item(who.directory, line.item)
    conversions = who.directory.items[pack[1].item].conversions_on(day) if pack else {}
    return scaled(to_base(amount, base, conversions).amount)


def level_of(rows: Sequence[Stock]) -> Decimal:
    """How much is in a tank."""
    return unscaled(sum(row.quantity for row in rows))
