"""Trucks of the last day: one left with a mixed pallet, checked by scan and booked; one is half loaded."""

from collections.abc import Generator
from datetime import date
from uuid import UUID

from suyuan.demo.carriage import FLEET, is_last_day
from suyuan.demo.company import BUTTER, CASE, CREAM, FRUITY, PLANT, STAGING, YOGHURT
from suyuan.demo.dairy import Dairy
from suyuan.demo.selling import Parcel, goods, lasting, note_customer, write_orders
from suyuan.demo.shelves import Batch
from suyuan.demo.staff import KEEPER
from suyuan.demo.timetable import Process
from suyuan.demo.waves import pick_parcels
from suyuan.governance.params import Personal
from suyuan.operations.commands import BeginLoad, BookCarrier, CloseLoad, Line, Pack, ScanLoad, Ship

# Number, which of the plant's customers, cases of each product.
MIXED = ("SO-DEMO-4", 0, {YOGHURT: 8, FRUITY: 6, CREAM: 1, BUTTER: 1})
HALF = ("SO-DEMO-5", 3, {YOGHURT: 6, FRUITY: 3, CREAM: 2})
TRUCK, SEAL = "演A·00001", "S-0001"


def mixed_pallet(dairy: Dairy) -> Process:
    """Two cartons and loose cases on one pallet, loaded by scan, shipped, booked."""
    parcel = yield from prepared(dairy, MIXED, dairy.options.until)
    if parcel is None:
        return
    office, customer = dairy.office, parcel.customer
    small = [part for part in parcel.parts if part.item in (CREAM, BUTTER)]
    loose = [part for part in parcel.parts if part not in small]
    lines = goods(loose, STAGING) + tuple(Line(container=pack(dairy, parcel, goods([part], STAGING))) for part in small)
    pallet = pack(dairy, parcel, lines, gross="186.5", tare="22")
    yield 12
    load = begin_load(dairy, parcel)
    office.do(ScanLoad(warehouse=PLANT, load=load, uri=pallet), KEEPER)
    office.do(CloseLoad(warehouse=PLANT, load=load, vehicle=TRUCK, seal=SEAL, driver=Personal("演示司机")), KEEPER)
    yield 9
    ship = Ship(
        warehouse=PLANT, customer=customer.code, lines=(Line(container=pallet),), po=parcel.number, load=load,
        delivery_date=dairy.options.until, carrier=FLEET, vehicle=TRUCK, seal=SEAL,
    )  # fmt: skip
    desadv = str(office.do(ship, KEEPER).value["desadv"])
    note_customer(dairy, parcel)
    booked = BookCarrier(
        warehouse=PLANT, desadv=desadv, account=FLEET, service="cold", weight="186.5", promised=dairy.options.until
    )
    office.do(booked, KEEPER)


def half_a_truck(dairy: Dairy) -> Process:
    """Two cartons and loose cases stand at the dock; one carton is on the truck."""
    parcel = yield from prepared(dairy, HALF, dairy.options.until)
    if parcel is None:
        return
    cartons = [pack(dairy, parcel, goods([part], STAGING)) for part in parcel.parts if part.item != YOGHURT]
    yield 10
    load = begin_load(dairy, parcel)
    for carton in cartons[:1]:
        dairy.office.do(ScanLoad(warehouse=PLANT, load=load, uri=carton), KEEPER)


def prepared(dairy: Dairy, what: tuple[str, int, dict[str, int]], due: date) -> Generator[float, None, Parcel | None]:
    """The order, as far as its goods are there, picked by tour; None on any day but the last."""
    number, nth, cases = what
    if not is_last_day(dairy):
        return None
    mine = [one for one in dairy.customers if one.warehouse == PLANT]
    shelves = dairy.stock[PLANT]
    parts: list[Batch] = []
    for item, amount in cases.items():
        parts += shelves.take(item, amount * CASE, lasting(item, due))
    parcel = Parcel(mine[nth % len(mine)], number, parts)
    if parts:
        write_orders(dairy, [parcel], due)
        yield from pick_parcels(dairy, [parcel])
        yield 6
    return parcel if parcel.parts else None


def pack(dairy: Dairy, parcel: Parcel, lines: tuple[Line, ...], **more: str) -> str:
    """The SSCC of a new carton or pallet."""
    packed = Pack(warehouse=PLANT, lines=lines, po=parcel.number, **more)  # type: ignore[arg-type]  # weights, as text
    return str(dairy.office.do(packed, KEEPER).value["container"])


def begin_load(dairy: Dairy, parcel: Parcel) -> UUID:
    begun = BeginLoad(warehouse=PLANT, number=parcel.number, carrier=FLEET, vehicle=TRUCK)
    return UUID(str(dairy.office.do(begun, KEEPER).value["load"]))
