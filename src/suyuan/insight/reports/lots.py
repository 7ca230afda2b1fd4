"""Lots as ledgers name them: their numbers, their dates, and serials put together by lot."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Refused
from suyuan.insight.reports.happened import Goods
from suyuan.ledger.keys import key16
from suyuan.stock.queries import about


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of a lot's days; the last one is inclusive."""

    expiry: date | None = None
    produced: date | None = None


def lot_number(uri: str) -> str:
    """The number of a lot, or of the lot that a serial's own URI names; empty for goods without lots."""
    try:
        found = identify(uri)
        return identify(found.lot).code if found.lot else found.code if found.kind is Kind.LOT else ""
    except Refused:
        return ""


def serial_number(uri: str) -> str:
    try:
        found = identify(uri)
    except Refused:
        return ""
    return found.code if found.kind is Kind.SERIAL else ""


def per_lot(goods: Iterable[Goods]) -> list[Goods]:
    """One row a lot and unit: serials are counted under their lot, and what lay in several containers is added up."""
    found: dict[tuple[bytes, str], Goods] = {}
    for one in goods:
        key = one.lot or one.key
        known = found.get((key, one.unit))
        amount = one.amount + (known.amount if known else 0)
        found[key, one.unit] = replace(known or one, key=key, uri=one.lot_uri or one.uri, quantity=amount, box="")
    return list(found.values())


def per_box(goods: Iterable[Goods]) -> list[Goods]:
    """`per_lot`, what lies in each container for itself."""
    boxes: dict[str, list[Goods]] = {}
    for one in goods:
        boxes.setdefault(one.box, []).append(one)
    return [replace(one, box=box) for box, rows in boxes.items() for one in per_lot(rows)]


def dates_of(goods: Iterable[Goods]) -> dict[bytes, Dates]:
    """Key → its dates: its own, else those of its lot. One statement."""
    rows = list(goods)
    known = about({one.key for one in rows} | {one.lot for one in rows if one.lot})
    found = {}
    for one in rows:
        chain = [known.get(one.key), known.get(one.lot or b"")]
        expiry = next((at.expiry for at in chain if at and at.expiry is not None), None)
        produced = next((at.produced for at in chain if at and at.produced is not None), None)
        found[one.key] = Dates(_day(expiry), _day(produced))
    return found


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


def plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return one if other is None else other if one is None else one + other


def is_lot(asked: str, uri: str) -> bool:
    """Whether goods are of the lot that was asked for: by its number, or by a URI."""
    return not asked or asked == uri or asked == lot_number(uri) or key16(asked) == key16(uri)


def per_unit(goods: Iterable[Goods]) -> list[Goods]:
    """One row a serial, and one a lot of what has none."""
    rows = list(goods)
    serials = [one for one in rows if one.kind == "serial"]
    return [*serials, *per_lot(one for one in rows if one.kind != "serial")]
