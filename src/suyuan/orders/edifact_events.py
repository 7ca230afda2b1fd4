"""A supplier's DESADV as the events it tells of: what he packed into which container, and what he shipped to us. So it
is a notice like what others send as EPCIS (`orders.announced`). Pure.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from suyuan.capture.bodies import Amount, Head, aggregation_event, lot_facts, object_event
from suyuan.catalog.directory import Directory
from suyuan.epcis.events import JsonObject
from suyuan.gs1.identifiers import (
    gln_uri,
    lot_of_item,
    own_document_uri,
    party_uri,
    serials_of_item,
    sscc_uri,
    with_lot,
)
from suyuan.gs1.quantities import decimal_text
from suyuan.orders.edifact_despatched import Advice, Goods, Package

BOTH = ("owning_party", "possessing_party")


def events_of(advice: Advice, known: Directory, origin: str) -> list[JsonObject]:
    """What was packed, container by container, and the shipment; only of an advice with which nothing is wrong.

    The same message gives the same events; another under its number gives others.
    """
    assert advice.supplier is not None  # an advice without one has a problem
    house = known.warehouses[advice.warehouse]
    zone = ZoneInfo(house.time_zone)
    moment = datetime.combine(advice.day or date.min, advice.clock, zone)
    paper = own_document_uri(origin, "desadv", advice.number)
    us, him = party_uri(house.gln), advice.supplier.uri

    def head(step: str, name: str, **more: object) -> Head:
        said = f"{him}|{paper}|{name}|{advice.digest}"
        return Head(
            id=f"urn:uuid:{uuid5(NAMESPACE_URL, said)}", at=moment, zone=zone, step=step,
            read_point=gln_uri(advice.gln) if advice.gln else "", **more,  # type: ignore[arg-type]  # fields by name
        )  # fmt: skip

    inner: dict[str, list[str]] = {}
    loose: list[Goods] = []
    for package in advice.packages.values():
        if package.sscc:
            inner.setdefault(_holder(advice, package.above), []).append(sscc_uri(package.sscc))
    packed = []
    for number, package in reversed(advice.packages.items()):
        if package.sscc:
            goods = [line for n in advice.packages if _holder(advice, n) == number for line in advice.packages[n].lines]
            packed.append(
                aggregation_event(
                    head("packing", package.sscc, extra={"weighed": _weighed(package)}), "ADD",
                    parent=sscc_uri(package.sscc), epcs=[*_serials(goods), *inner.get(number, ())],
                    amounts=_amounts(goods),
                )
            )  # fmt: skip
        elif not _holder(advice, number):
            loose += package.lines
    every = [line for package in advice.packages.values() for line in package.lines]
    shipped = object_event(
        head(
            "shipping", "shipping", disposition="in_transit",
            documents=[("desadv", paper), *(("po", own_document_uri(origin, "po", one)) for one in advice.orders)],
            sources=[(kind, him) for kind in BOTH], destinations=[(kind, us) for kind in BOTH],
            extra={"lots": lot_facts((_lot(line), line.expiry, line.produced) for line in every)},
        ),
        "OBSERVE", epcs=[*inner.get("", ()), *_serials(loose)], amounts=_amounts(loose),
    )  # fmt: skip
    return [*packed, shipped]


def _holder(advice: Advice, number: str) -> str:
    """The package with an SSCC that this one is, or is in; "" where it is in none."""
    seen = set()
    while number in advice.packages and number not in seen:
        if advice.packages[number].sscc:
            return number
        seen.add(number)
        number = advice.packages[number].above
    return ""


def _weighed(package: Package) -> JsonObject:
    """As our own packing says it."""
    if package.gross is None:
        return {}
    tare = package.gross - package.net if package.net is not None else Decimal(0)
    return {"gross": decimal_text(package.gross), "tare": decimal_text(max(tare, Decimal(0)))}


def _lot(line: Goods) -> str:
    assert line.info is not None  # as above
    return lot_of_item(line.info.uri, line.lot) if line.lot else line.info.uri


def _serials(lines: Sequence[Goods]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if line.info is not None and line.serials:
            serials = serials_of_item(line.info.uri, line.serials)
            found += with_lot(serials, line.info.uri, line.lot) if line.lot else serials
    return found


def _amounts(lines: Sequence[Goods]) -> list[Amount]:
    """Of goods without serials: how many; and what they weigh, of those that are weighed each time."""
    found = []
    for line in lines:
        if line.info is None or line.serials or line.amount is None:
            continue
        unit = line.unit or (line.info.base_unit if line.named == line.info.uri else "")
        named = lot_of_item(line.named, line.lot) if line.lot else line.named
        found.append(Amount(uri=named, quantity=line.amount, uom=unit))
        net = line.net if line.net is not None else line.each * line.amount if line.each is not None else None
        if line.info.catch_weight and net:
            found.append(Amount(uri=_lot(line), quantity=net, uom="KGM"))
    return found
