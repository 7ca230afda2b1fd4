"""The goods on a moving page: what a scan means, where they lie, and how much of them there is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from suyuan.desk.access import Desk
from suyuan.desk.forms import MOST_LINES, Line, Sheet
from suyuan.desk.naming import Names
from suyuan.desk.receiving import amount_text
from suyuan.desk.scans import fields_of
from suyuan.gs1.identifiers import Kind, identify, sscc_uri
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text, unscaled
from suyuan.gs1.scans import scan
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line as Goods
from suyuan.stock.book import PACKED
from suyuan.stock.queries import Stock, stock_in, stock_of, uris_of
from suyuan.trace.resolve import resolve
from suyuan.ui.things import Thing

GOODS = (Kind.LOT, Kind.SERIAL, Kind.CONTAINER, Kind.ITEM)
COLUMNS = ("uri", "quantity", "weight", "from")
NUMBER = re.compile(r"\d{1,7}([.,]\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Lies:
    """Where some of it lies: the holder, how much of it is there, and in which unit."""

    uri: str
    packed: bool
    amount: Quantity
    thing: Thing


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page draws it. `whole`: a container or serial, which moves as it is; `inside`: what is in it;
    `weighed`: how much goes is weighed besides being counted, and `weight` is that.
    """

    number: int
    thing: Thing
    whole: bool
    quantity: str
    unit: str
    places: Sequence[Lies]
    chosen: str
    inside: Sequence[Quantity]
    weighed: bool = False
    weight: str = ""

    @property
    def path(self) -> str:
        return f"lines[{self.number}]"

    @property
    def there(self) -> Lies | None:
        """Where it is taken from."""
        return next((one for one in self.places if one.uri == self.chosen), None)


def goods_of(text: str, desk: Desk) -> tuple[str, str]:
    """The one thing that a label or a typed code means, and the amount that the label says."""
    found = [one for one in resolve(text) if one.kind in GOODS]
    if not found:
        raise Refused([Problem("desk.not_found", "scan", {"text": text[:80]})])
    if len(found) > 1:
        raise Refused([Problem("desk.goods_ambiguous", "scan", {"text": text[:80]})])
    try:
        amount = fields_of(scan(text, today=desk.today)).get("quantity", "")
    except Refused:
        amount = ""
    return found[0].uri, amount if found[0].kind == Kind.LOT else ""


def number_in(text: str, sheet: Sheet) -> str:
    """A bare number after a label of goods is how much of them; empty where it is none."""
    if not sheet.lines or is_whole(sheet.lines[-1].get("uri")) or not NUMBER.fullmatch(text):
        return ""
    return text.replace(",", ".")


def is_whole(uri: str) -> bool:
    return kind_of(uri) in (Kind.CONTAINER, Kind.SERIAL)


def kind_of(uri: str) -> Kind | None:
    try:
        return identify(uri).kind
    except Refused:
        return None


def container_in(text: str) -> str:
    """The URI of the container on a label, known already or not; empty where it is none."""
    digits = "".join(text.split())
    try:
        if digits.isdigit() and len(digits) in (18, 20):
            return sscc_uri(digits[-18:])
        found = scan(text)
        return sscc_uri(found.sscc) if found.sscc and not found.gtin else ""
    except Refused:
        return ""


def with_goods(sheet: Sheet, uri: str, amount: str, desk: Desk, source: str = "") -> Sheet:
    """The sheet with these goods as another line, from `source`, or from where most of them lie; all there is unless
    said. The same label once more changes nothing."""
    if any(line.get("uri") == uri for line in sheet.lines):
        return sheet
    rows = [row for row in stock_of([key16(uri)], desk.warehouse) if row.ours]
    if not rows:
        raise Refused([Problem("stock.not_here", "scan", {"goods": uri})])
    there: dict[bytes, int] = {}
    heavy: dict[bytes, int] = {}
    for row in rows:
        there[row.holder] = there.get(row.holder, 0) + row.quantity
        heavy[row.holder] = heavy.get(row.holder, 0) + row.second
    wanted = key16(source) if source else b""
    holder = wanted if wanted in there else max(there, key=lambda key: (there[key], key))
    if source and wanted not in there:
        raise Refused([Problem("desk.not_in_place", "scan", {"goods": uri, "place": source})])
    whole = rows[0].container or rows[0].instance
    weight = "" if whole or amount or not heavy[holder] else decimal_text(unscaled(heavy[holder]))
    amount = "" if whole else amount or decimal_text(unscaled(there[holder]))
    said = {"uri": uri, "quantity": amount, "weight": weight, "from": uris_of([holder]).get(holder, "")}
    return sheet.with_line(Line({name: value for name, value in said.items() if value or name != "weight"}))


def goods_scanned(sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, str]:
    """The sheet after a scan of goods, or of a quantity for the last ones, and what it did."""
    if number := number_in(text, sheet):
        changed = sheet.with_last(sheet.lines[-1].put(quantity=number))
        return changed, _("Quantity: {number}").format(number=number)
    if len(sheet.lines) >= MOST_LINES:
        raise Refused([Problem("desk.lines_too_many", "scan", {"count": str(MOST_LINES + 1), "most": str(MOST_LINES)})])
    uri, amount = goods_of(text, desk)
    said = _("Read: {goods}").format(goods=str(Names([uri], desk.language).thing(uri)))
    return with_goods(sheet, uri, amount, desk), said


def shown_of(sheet: Sheet, desk: Desk) -> list[Shown]:
    """The lines with all that is known of them. Four statements, whatever their number."""
    keys = {key16(line.get("uri")): line.get("uri") for line in sheet.lines}
    rows = [row for row in stock_of(keys, desk.warehouse) if row.ours] if keys else []
    boxes = {row.subject for row in rows if row.container}
    inside = stock_in(boxes, desk.warehouse) if boxes else []
    uris = uris_of({row.holder for row in rows}) if rows else {}
    names = Names([*keys.values(), *uris.values()], desk.language)
    return [_shown(n, line, rows, inside, uris, names) for n, line in enumerate(sheet.lines)]


def _shown(
    n: int, line: Line, rows: Iterable[Stock], inside: Iterable[Stock], uris: Mapping[bytes, str], names: Names
) -> Shown:
    key = key16(line.get("uri"))
    mine = [row for row in rows if row.subject == key]
    unit = next((row.unit for row in mine if row.unit), COUNT)
    places: dict[bytes, Lies] = {}
    for row in mine:
        uri = uris.get(row.holder, "")
        before = places[row.holder].amount if row.holder in places else Quantity(unscaled(0), unit)
        amount = before + Quantity(unscaled(row.quantity), unit)
        places[row.holder] = Lies(uri, row.kind == PACKED, amount, names.thing(uri))
    sums: dict[str, int] = {}
    for row in inside:
        if row.holder == key and not row.container:
            sums[row.unit or COUNT] = sums.get(row.unit or COUNT, 0) + row.quantity
    whole = any(row.container or row.instance for row in mine)
    held = [Quantity(unscaled(amount), code) for code, amount in sorted(sums.items())]
    return Shown(
        n,
        names.thing(line.get("uri")),
        whole,
        line.get("quantity"),
        unit,
        list(places.values()),
        line.get("from"),
        held,
        not whole and any(row.second_unit for row in mine),
        line.get("weight"),
    )


def command_lines(sheet: Sheet, shown: Sequence[Shown], *, placed: bool = True) -> tuple[Goods, ...]:
    """The lines as a command has them; `placed`: each with the bin or container it is taken from."""
    return tuple(_goods(line, one, placed) for line, one in zip(sheet.lines, shown, strict=True))


def _goods(line: Line, one: Shown, placed: bool) -> Goods:
    uri, source = line.get("uri"), one.there
    found = Goods(container=uri) if one.whole and one.thing.kind == "container" else Goods(uri=uri)
    if not one.whole:
        weight = amount_text(line.get("weight")) if one.weighed else None
        found = replace(found, quantity=amount_text(line.get("quantity")), unit=one.unit, weight=weight)
    if source is None or not placed:
        return found
    return replace(found, inside=source.uri) if source.packed else replace(found, place=source.uri)
