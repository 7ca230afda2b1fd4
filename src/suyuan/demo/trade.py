"""What goes out: orders picked in one wave a morning, shipped, signed for; pallets to the distribution centre."""

from dataclasses import replace
from datetime import date

from suyuan.demo.carriage import FLEET, stays_open
from suyuan.demo.company import (
    CASE,
    CENTRE,
    CENTRE_BINS,
    COLD_BINS,
    DOCK,
    PLANT,
    RETURNS,
    STAGING,
    Customer,
)
from suyuan.demo.dairy import Dairy, keeper_of
from suyuan.demo.lab import close, decide
from suyuan.demo.selling import (
    FATES,
    REMAINING,
    Fate,
    Parcel,
    give_up_rest,
    goods,
    lasting,
    morning_parcels,
    note_customer,
    note_empties,
    picks,
    write_orders,
)
from suyuan.demo.shelves import Batch
from suyuan.demo.staff import CARRIER, CENTRE_KEEPER, INSPECTOR, KEEPER, QUALITY
from suyuan.demo.timetable import Process
from suyuan.demo.waves import is_toured, pick_parcels
from suyuan.operations.commands import (
    Deliver,
    Destroy,
    Inspect,
    Line,
    Move,
    Pack,
    Pick,
    ReceiveReturn,
    ReceiveTransfer,
    Retire,
    ReturnedLine,
    Ship,
    Transfer,
    Verdict,
    VoidShipment,
)

REFUSED, RETURNED, PACKED = 0.012, 0.008, 0.25
ONE_DAY = 24 * 60  # minutes


def wave(dairy: Dairy, warehouse: str) -> Process:
    """The morning's orders of a warehouse: all picked together, then dispatched one after the other."""
    parcels = morning_parcels(dairy, warehouse)
    if not parcels:
        return
    write_orders(dairy, parcels, dairy.today)
    if is_toured(dairy, warehouse):
        yield from pick_parcels(dairy, parcels)
        parcels = [one for one in parcels if one.parts]
    else:
        office, keeper = dairy.office, keeper_of(warehouse)
        picked = tuple(picks([part for one in parcels for part in one.parts]))
        office.do(Pick(warehouse=warehouse, lines=picked, po=f"WAVE-{dairy.today:%y%m%d}-{warehouse}"), keeper)
        note_empties(dairy, warehouse, picked)
        yield 25
    for n, parcel in enumerate(parcels):
        fate = FATES.get((dairy.left, warehouse, n))
        dairy.timetable.add(dairy.timetable.now, shipment(dairy, parcel, fate))
        yield 150 / len(parcels)


def clear_empties(dairy: Dairy, warehouse: str) -> Process:
    """Empty pallets are stacked in the evening: their numbers are not used again."""
    if dairy.empties[warehouse]:
        pallets = tuple(dairy.empties[warehouse])
        dairy.office.do(Retire(warehouse=warehouse, containers=pallets), keeper_of(warehouse))
        dairy.empties[warehouse] = []
    yield from ()


def shipment(dairy: Dairy, parcel: Parcel, fate: Fate | None) -> Process:
    """From the staging area to a customer's signature; now and then something is late, refused or comes back."""
    customer, parts = parcel.customer, parcel.parts
    office, warehouse, keeper = dairy.office, customer.warehouse, keeper_of(customer.warehouse)
    lines = goods(parts)
    if customer.trade.with_gln and fate is not Fate.REFUSED and dairy.happens(PACKED):
        packed = goods(parts, STAGING)
        sscc = office.do(Pack(warehouse=warehouse, lines=packed), keeper).value["container"]
        lines = (Line(container=str(sscc)),)
        yield 8
    command = Ship(
        warehouse=warehouse, customer=customer.code, lines=lines, po=parcel.number,
        inv=f"INV-{customer.code}-{dairy.today:%y%m%d}", delivery_date=dairy.today, carrier=FLEET,
    )  # fmt: skip
    desadv = str(office.do(command, keeper).value["desadv"])
    if dairy.once("breakdown", 0.55):
        yield 35
        reason = "车辆故障 / truck broke down"
        office.do(VoidShipment(warehouse=warehouse, desadv=desadv, reason=reason), keeper)
        yield 55
        desadv = str(office.do(command, keeper).value["desadv"])
    open_ = stays_open(dairy, customer, desadv, keeper)
    whole = bool(lines[0].container)
    note_customer(dairy, parcel)
    give_up_rest(dairy, parcel)
    if open_:
        return
    yield 50 + dairy.some(0, 150) + (ONE_DAY if fate is Fate.LATE else 0)
    if not whole and (fate is Fate.REFUSED or dairy.happens(REFUSED) or dairy.once("refused", 0.2)):
        yield from refusal(dairy, customer, desadv, parts[0])
        return
    office.do(Deliver(warehouse=warehouse, customer=customer.code, desadv=desadv), CARRIER)
    if dairy.happens(RETURNED) or dairy.once("returned", 0.3):
        yield 26 * 60
        elsewhere = dairy.once("returned elsewhere", 0.3)
        other = {PLANT: CENTRE, CENTRE: PLANT}[warehouse] if elsewhere else warehouse
        come_back(dairy, customer, other, some_of(parts[0]), "外包装破损 / outer case damaged")


def some_of(part: Batch) -> Batch:
    """A case or two of it."""
    return replace(part, amount=min(part.amount, 2 * CASE))


def refusal(dairy: Dairy, customer: Customer, desadv: str, part: Batch) -> Process:
    """Part of a delivery is refused at the door and comes back on the same truck."""
    refused, reason = some_of(part), "温度超标 / too warm on arrival"
    dairy.office.do(
        Deliver(
            warehouse=customer.warehouse, customer=customer.code, desadv=desadv, refused=goods([refused]), reason=reason
        ),
        CARRIER,
    )  # fmt: skip
    yield 120
    come_back(dairy, customer, customer.warehouse, refused, reason)


def come_back(dairy: Dairy, customer: Customer, warehouse: str, part: Batch, reason: str) -> None:
    """A return: what is only dented is sold again, what was warm is destroyed.

    In one go, so that two returns of one lot never lie in the same place with one verdict between them.
    """
    office, keeper, lines = dairy.office, keeper_of(warehouse), goods([part])
    rma = f"RMA-{customer.code}-{dairy.today:%y%m%d}"
    sound = "damaged" in reason
    looked = tuple(
        ReturnedLine(
            item=line.item, lot=line.lot, quantity=line.quantity, condition="intact" if sound else "warm",
        )
        for line in lines
    )  # fmt: skip
    back = office.do(
        ReceiveReturn(
            warehouse=warehouse, customer=customer.code, lines=looked, rma=rma, reason=reason,
            cause="damaged" if sound else "temperature",
        ),
        keeper,
    )  # fmt: skip
    judged = Verdict(
        item=part.item, lot=part.lot, quantity=part.amount, receipt=str(back.value["receipt"]), place=RETURNS,
        verdict="pass" if sound else "fail", reason="" if sound else reason,
    )  # fmt: skip
    found = office.do(
        Inspect(warehouse=warehouse, lines=(judged,), testres=f"QC-{rma}"), INSPECTOR,
        approver="" if sound else QUALITY,
    ).value.get("nonconformances", [])  # fmt: skip
    aside = tuple(replace(line, place=RETURNS) for line in lines)
    if not sound:
        for report in map(str, found):
            decide(dairy, report, "scrap", reason, warehouse=warehouse)
        gone = Destroy(
            warehouse=warehouse, lines=aside, reason=reason, ground="returned", method="incineration",
            cert=f"DES-{rma}",
        )  # fmt: skip
        office.do(gone, KEEPER, approver=QUALITY)
        for report in map(str, found):
            close(dairy, report, warehouse=warehouse)
        return
    target = dairy.turn(f"shelf {warehouse}", COLD_BINS if warehouse == PLANT else CENTRE_BINS)
    office.do(Move(warehouse=warehouse, lines=aside, to=target), keeper)
    dairy.stock[warehouse].put(replace(part, place=target, inside="", free=True))


# -- to the distribution centre ---------------------------------------------------------------------------------------


def transfer(dairy: Dairy) -> Process:
    """The night truck: released pallets leave the plant and are put away in the centre before the morning's wave."""
    ready = [batch for batch in dairy.stock[PLANT] if batch.bound and batch.free]
    if not ready:
        return
    lines = tuple(Line(container=batch.inside) for batch in ready)
    sent = dairy.office.do(Transfer(warehouse=PLANT, to=CENTRE, lines=lines), KEEPER)
    for batch in ready:
        dairy.stock[CENTRE].put(replace(batch, place="", free=False, bound=""))
    dairy.stock[PLANT].remove(ready)
    yield 4 * 60 + 10
    short = len(lines) > 1 and dairy.once("short transfer", 0.4)
    arrived, late = (lines[:-1], lines[-1:]) if short else (lines, lines[:0])
    yield from arrival(dairy, arrived, str(sent.value["desadv"]))
    if late:  # left behind on the truck
        yield 20 * 60
        yield from arrival(dairy, late, str(sent.value["desadv"]))


def arrival(dairy: Dairy, lines: tuple[Line, ...], desadv: str) -> Process:
    office = dairy.office
    office.do(ReceiveTransfer(warehouse=CENTRE, sender=PLANT, lines=lines, desadv=desadv), CENTRE_KEEPER)
    yield 15
    for start in range(0, len(lines), 3):
        target = dairy.turn("centre", CENTRE_BINS)
        moved = tuple(replace(line, place=DOCK) for line in lines[start : start + 3])
        office.do(Move(warehouse=CENTRE, lines=moved, to=target), CENTRE_KEEPER)
        pallets = {line.container for line in moved}
        for batch in dairy.stock[CENTRE]:
            if batch.inside in pallets:
                batch.place, batch.free = target, True
        yield 7


# -- what is too old --------------------------------------------------------------------------------------------------


def clear_old(dairy: Dairy, warehouse: str) -> Process:
    """Once a week what can no longer be sold leaves the shelves."""
    if dairy.today.weekday() != 6:
        return
    old = [batch for batch in dairy.stock[warehouse] if batch.free and not batch.bound and too_old(batch, dairy.today)]
    if not old:
        return
    lines = tuple(replace(line, place=line.place) for line in picks(old))
    dairy.office.do(
        Destroy(
            warehouse=warehouse,
            lines=lines,
            reason="临期下架 / too old to be sold",
            ground="unsaleable",
            method="rendering",
        ),
        KEEPER,
        approver=QUALITY,
    )
    dairy.stock[warehouse].remove(old)
    note_empties(dairy, warehouse, lines)
    yield from ()


def too_old(batch: Batch, today: date) -> bool:
    return batch.item in REMAINING and not batch.lasts(lasting(batch.item, today))
