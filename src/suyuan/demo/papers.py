"""What is open when the story ends: orders, one of them late, and pallets that a supplier has sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid5
from zoneinfo import ZoneInfo

from suyuan.capture.bodies import CONTEXT, Amount, Head, Pair, aggregation_event, lot_facts, object_event
from suyuan.capture.door import capture
from suyuan.catalog.directory import directory
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.demo.company import (
    CARTON,
    CARTONS,
    CASE,
    CULTURE,
    CUP,
    CUPS_AND_FOIL,
    FOIL,
    FRUITY,
    INGREDIENTS,
    MILK,
    PLANT,
    SUGAR,
    YOGHURT,
    ZONE,
)
from suyuan.demo.dairy import Dairy, lots_of
from suyuan.demo.office import OURS, Office
from suyuan.demo.selling import lasting
from suyuan.demo.staff import BUYER, FINANCE, KEEPER
from suyuan.epcis.document import event_of
from suyuan.epcis.events import JsonObject
from suyuan.gs1.identifiers import lot_of_item, party_uri, sscc_uri
from suyuan.gs1.keys import check_digit
from suyuan.operations.outbound.reserve import Reserve
from suyuan.orders.commands import PutPurchaseLines, PutPurchaseOrders, PutSalesLines, PutSalesOrders
from suyuan.orders.kinds import Priority
from suyuan.orders.planning import paper_uri
from suyuan.orders.register_orders import PO
from suyuan.orders.written import WriteIssue

# number, supplier, days until it is expected, lines: item and quantity in base units
BOUGHT = (
    ("PO-DEMO-1", CUPS_AND_FOIL, 1, ((CUP, 8000), (FOIL, 400))),
    ("PO-DEMO-2", CARTONS, 3, ((CARTON, 600),)),
    ("PO-DEMO-3", INGREDIENTS, -2, ((SUGAR, 250), (CULTURE, 20))),  # late
)
# number, customer, days until it is to go, lines; urgent, and each line of one lot
SOLD = (
    ("SO-DEMO-1", 0, 1, ((MILK, 20 * CASE), (YOGHURT, 12 * CASE)), False, False),
    ("SO-DEMO-2", 1, 1, ((FRUITY, 10 * CASE),), True, False),
    ("SO-DEMO-3", 2, 2, ((MILK, 30 * CASE),), False, True),
)
KEPT = ("SO-DEMO-1", "SO-DEMO-3")  # have their goods already
NEEDED = ("I-DEMO-1", "LINE-1", ((CUP, 500), (FOIL, 20)))  # what a line asked for
PALLETS, ON_A_PALLET = 2, 4000
ADVICE = "DN-DEMO-1"


def open_papers(dairy: Dairy) -> None:
    """Orders as buyer and finance wrote them this evening, and what the supplier of the cups says is on its way."""
    office, today = dairy.office, dairy.options.until
    heads = [_head(number, code, today + timedelta(days=left), today) for number, code, left, _ in BOUGHT]
    office.do(PutPurchaseOrders(rows=tuple(map(Row, heads))), BUYER)
    office.do(PutPurchaseLines(rows=_lines((number, goods) for number, _, _, goods in BOUGHT)), BUYER)
    own = [one.code for one in dairy.customers if one.warehouse == PLANT] or [one.code for one in dairy.customers]
    heads = [
        {
            **_head(number, own[n % len(own)], today + timedelta(days=left), today),
            "delivery": today + timedelta(days=left + 1),
            "priority": Priority.URGENT.value if urgent else Priority.NORMAL.value,
            "single_lot": single,
        }
        for number, n, left, _goods, urgent, single in SOLD
    ]
    office.do(PutSalesOrders(rows=tuple(map(Row, heads))), FINANCE)
    office.do(PutSalesLines(rows=_lines((number, goods) for number, _, _, goods, *_ in SOLD)), FINANCE)
    for number, _, left, goods, _, single in SOLD:
        if number in KEPT:
            split = single and not _is_there_in_one(dairy, goods, today + timedelta(days=left + 1))
            office.do(Reserve(warehouse=PLANT, number=number, split=split), KEEPER)
    number, place, goods = NEEDED
    lines = tuple(Row({"item": item, "quantity": Decimal(amount)}) for item, amount in goods)
    head: dict[str, Value] = {"destination": place, "expected": today, "ordered": today, "reference": "灌装停线补料"}
    office.do(WriteIssue(warehouse=PLANT, number=number, head=Row(head), lines=lines), KEEPER)
    send_pallets(office, today)


def _is_there_in_one(dairy: Dairy, goods: Sequence[tuple[str, int]], delivery: date) -> bool:
    """Whether a lot has enough of each of these: what the story left depends on its length."""
    shelves = dairy.stock[PLANT]
    lots = {item: lots_of(shelves.usable(item, lasting(item, delivery))) for item, _ in goods}
    return all(max(lots[item].values(), default=0) >= amount for item, amount in goods)


def _head(number: str, partner: str, expected: date, today: date) -> Mapping[str, Value]:
    ordered = min(expected, today) - timedelta(days=5)
    return {"number": number, "partner": partner, "warehouse": PLANT, "ordered": ordered, "expected": expected}


def _lines(orders: Iterable[tuple[str, Sequence[tuple[str, int]]]]) -> tuple[Row, ...]:
    return tuple(
        Row({"order": number, "line": line, "item": item, "quantity": Decimal(amount)})
        for number, goods in orders
        for line, (item, amount) in enumerate(goods, 1)
    )


def send_pallets(office: Office, today: date) -> None:
    """The supplier's own events: two pallets packed, and shipped to the plant under one despatch advice."""
    known = directory()
    item = next(info.uri for info in known.items.values() if info.code == CUP)
    supplier = next(one.uri for one in known.partners.values() if one.code == CUPS_AND_FOIL)
    plant = party_uri(known.warehouses[PLANT].gln)
    lot = lot_of_item(item, f"UP{today:%y%m%d}01")
    pallets = [
        sscc_uri(digits + check_digit(digits)) for digits in (f"3690123499{n:07d}" for n in range(1, PALLETS + 1))
    ]
    office.now += timedelta(seconds=1)
    papers: tuple[Pair, ...] = (
        ("desadv", f"urn:epcglobal:cbv:bt:6950000000008:{ADVICE}"),
        ("po", paper_uri(PO, BOUGHT[0][0])),
    )
    dates = {"lots": lot_facts([(lot, None, today - timedelta(days=3))])}
    events = [
        aggregation_event(
            _event(office, f"pallet {n}", "packing"), "ADD", parent=pallet,
            amounts=[Amount(uri=lot, quantity=Decimal(ON_A_PALLET))],
        )
        for n, pallet in enumerate(pallets)
    ]  # fmt: skip
    towards = [("possessing_party", plant), ("owning_party", plant)]
    sent = _event(office, "shipping", "shipping", papers, [("possessing_party", supplier)], towards, dates)
    record(office, [*events, object_event(sent, "OBSERVE", epcs=pallets)])


def _event(
    office: Office,
    name: str,
    step: str,
    documents: tuple[Pair, ...] = (),
    sources: list[Pair] | None = None,
    destinations: list[Pair] | None = None,
    extra: Mapping[str, object] | None = None,
) -> Head:
    return Head(
        id=f"urn:uuid:{uuid5(OURS, f'{office.options} {name}')}",
        at=office.now,
        zone=ZoneInfo(ZONE),
        step=step,
        documents=documents,
        sources=sources or (),
        destinations=destinations or (),
        extra=extra or {},
    )


def record(office: Office, events: list[JsonObject]) -> None:
    """What a partner sent, as it is; what was told before an interruption is there already."""
    capture([event_of(dict(event), CONTEXT) for event in events], now=office.now)
    office.events += len(events)
