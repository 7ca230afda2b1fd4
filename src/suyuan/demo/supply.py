"""What comes in: raw milk every morning, packaging and ingredients when they run low."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from math import ceil

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.demo.company import (
    BOTTLE,
    CARTON,
    CARTONS,
    CULTURE,
    CUP,
    CUPS_AND_FOIL,
    DOCK,
    DRY_BINS,
    FARMS,
    FOIL,
    FREEZER,
    FRUIT,
    INGREDIENTS,
    MILK_DOCK,
    PACK_BINS,
    PLANT,
    RAW,
    SUGAR,
    tank_uri,
)
from suyuan.demo.contacts import REPORT
from suyuan.demo.dairy import Dairy
from suyuan.demo.lab import close, decide, judge
from suyuan.demo.making import daily_use
from suyuan.demo.shelves import Batch
from suyuan.demo.staff import ADJUSTERS, BUYER, INSPECTOR, KEEPER, QUALITY
from suyuan.demo.timetable import Process
from suyuan.operations.attachments import Attachment
from suyuan.operations.commands import (
    ConfirmReturn,
    Correct,
    Destroy,
    Inspect,
    Line,
    Move,
    Pack,
    PutAway,
    ReceiptLine,
    Receive,
    ReturnToSupplier,
    Verdict,
)
from suyuan.orders.commands import ClosePurchase, PutPurchaseLines, PutPurchaseOrders

MILK_FAILS, MATERIAL_FAILS = 0.012, 0.02
ORDERED_DAYS = 30  # the last ones, whose deliveries have an order of ours
# Supplier → every how manieth delivery comes late, and lacks something; every how many days one comes with its report.
KEPT = {CUPS_AND_FOIL: (4, 9), CARTONS: (2, 5), INGREDIENTS: (9, 3)}
CERTIFIED = {"FARM-1": 1, "FARM-2": 2, "FARM-3": 5, CUPS_AND_FOIL: 1, INGREDIENTS: 2}


def milk_delivery(dairy: Dairy, farm: str, litres: int, tank: str) -> Process:
    """A farm's truck: received, tested, pumped into the tank, or refused and destroyed."""
    office, day = dairy.office, dairy.today
    nth = dairy.turns.get(farm, 0) + 1
    dairy.turns[farm] = nth
    lot = f"{farm.replace('FARM-', 'F')}-{day:%y%m%d}" + (f"-{nth}" if dairy.lines > 1 else "")
    line = ReceiptLine(item=RAW, lot=lot, quantity=litres, produced=day, expiry=day + timedelta(days=2))
    office.do(
        Receive(
            warehouse=PLANT, supplier=farm, lines=(line,), place=MILK_DOCK, desadv=f"MILK-{lot}",
            attachments=came_with(dairy, farm),
        ),
        KEEPER,
    )  # fmt: skip
    yield 20 + dairy.some(0, 10)
    if dairy.happens(MILK_FAILS) or dairy.once("bad milk", 0.4):
        reason = "抗生素检测阳性 / antibiotics found"
        report = judge(dairy, RAW, lot, lot, fault=reason)
        decide(dairy, report, "scrap", reason)
        yield 90
        gone = (Line(item=RAW, lot=lot, quantity=litres, place=MILK_DOCK),)
        office.do(Destroy(warehouse=PLANT, lines=gone, reason=reason, cert=f"DES-{lot}"), KEEPER, approver=QUALITY)
        close(dairy, report)
        return
    judge(dairy, RAW, lot, lot)
    yield 10
    pumped = (Line(item=RAW, lot=lot, quantity=litres, place=MILK_DOCK),)
    office.do(Pack(warehouse=PLANT, lines=pumped, container=tank_uri(tank), place=tank), KEEPER)
    dairy.tanks[tank].put(Batch(RAW, lot, litres, inside=tank_uri(tank), free=True))


def milk_intake(dairy: Dairy, litres: int, tank: str) -> None:
    """The day's raw milk from all farms, one truck after the other from half past five."""
    trucks = [farm for farm, _, _ in FARMS] * dairy.lines
    share = ceil(litres / len(trucks) / 10) * 10
    for number, farm in enumerate(trucks):
        minute = 30 + number * 90 // len(trucks)
        dairy.timetable.add(dairy.moment(5 + minute // 60, minute % 60), milk_delivery(dairy, farm, share, tank))


# -- packaging and ingredients ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Supply:
    """Something bought: by whom, ordered for how many days when it lasts for fewer than `low`, and where it is put."""

    supplier: str
    days: int
    low: int
    bins: tuple[str, ...]
    step: int  # what an order is a multiple of
    life: int | None = None


SUPPLIES = {
    CUP: Supply(CUPS_AND_FOIL, 7, 4, tuple(PACK_BINS[:5]), 500),
    FOIL: Supply(CUPS_AND_FOIL, 9, 4, tuple(PACK_BINS[5:8]), 100),
    BOTTLE: Supply(CARTONS, 6, 4, tuple(PACK_BINS[8:13]), 500),
    CARTON: Supply(CARTONS, 8, 4, (PACK_BINS[13],), 50),
    FRUIT: Supply(INGREDIENTS, 9, 4, tuple(DRY_BINS[:4]), 20, 180),
    SUGAR: Supply(INGREDIENTS, 20, 6, tuple(DRY_BINS[4:]), 25, 720),
    CULTURE: Supply(INGREDIENTS, 20, 6, (FREEZER,), 10, 540),
}


@dataclass(frozen=True, slots=True)
class Spoiled:
    """The delivery behind the incident: so many days before the end, old, so that it is used first, and a lot of it."""

    start: int = 14
    stop: int = 18
    age: int = 120
    cover: int = 24


SPOILED = Spoiled()


def order_materials(dairy: Dairy) -> None:
    """Every morning: who has something that runs low brings it today."""
    use = daily_use(dairy)
    if dairy.left == SPOILED.start and dairy.options.days > SPOILED.stop:
        spoiled = {FRUIT: _rounded(SPOILED.cover * use[FRUIT], SUPPLIES[FRUIT].step)}
        made = dairy.today - timedelta(days=SPOILED.age)
        dairy.timetable.add(dairy.moment(9, 10), delivery(dairy, INGREDIENTS, spoiled, made))
    for supplier in (CUPS_AND_FOIL, CARTONS, INGREDIENTS):
        theirs = [item for item, supply in SUPPLIES.items() if supply.supplier == supplier]
        low = [item for item in theirs if dairy.materials.total(item) < SUPPLIES[item].low * use[item]]
        if low:
            wanted = {item: _rounded(SUPPLIES[item].days * use[item], SUPPLIES[item].step) for item in low}
            dairy.timetable.add(dairy.moment(7, 10 + dairy.some(0, 40)), delivery(dairy, supplier, wanted))


def _rounded(amount: float, step: int) -> int:
    return max(1, ceil(amount / step)) * step


def delivery(dairy: Dairy, supplier: str, wanted: dict[str, int], made_long_ago: date | None = None) -> Process:
    """A supplier's truck: received, inspected, put away; or something wrong with it."""
    office, day = dairy.office, dairy.today
    made = made_long_ago or day - timedelta(days=dairy.some(5, 25))
    lots = {item: "" if item == CARTON else f"{item[3:5]}{made:%y%m%d}{dairy.some(10, 99)}" for item in wanted}
    slip = CUP in wanted and dairy.once("a slip of the pen", 0.3)
    typed = {item: amount + (1000 if slip and item == CUP else 0) for item, amount in wanted.items()}
    lines = tuple(_receipt(item, lots[item], typed[item], made) for item in wanted)
    papers = f"{supplier}-{day:%y%m%d}" + ("-2" if made_long_ago else "")
    short = not slip and order_ahead(dairy, supplier, f"PO-{papers}", wanted)
    receipt = office.do(
        Receive(
            warehouse=PLANT, supplier=supplier, lines=lines, po=f"PO-{papers}", desadv=f"DN-{papers}",
            attachments=came_with(dairy, supplier),
        ),
        KEEPER,
    )  # fmt: skip
    if short:
        office.do(ClosePurchase(number=f"PO-{papers}", reason="供应商缺货 / the supplier has no more"), BUYER)
    yield 30 + dairy.some(0, 20)
    if slip:  # seen at once: the paper says 1000 less than was typed
        right = (Line(item=CUP, lot=lots[CUP], quantity=wanted[CUP]),)
        office.do(
            Correct(
                warehouse=PLANT, event=receipt.events[0], error="incorrect_data", lines=right,
                reason="录入数量有误 / quantity mistyped",
            ),
            KEEPER, approver=ADJUSTERS,
        )  # fmt: skip
        yield 10
    bad = FOIL in wanted and (dairy.once("bad foil", 0.5) or dairy.happens(MATERIAL_FAILS))
    good = [item for item in wanted if not (bad and item == FOIL)]
    planned = CUP in good and "plans" in dairy.done
    if planned:
        judge(dairy, CUP, lots[CUP], papers)
    passed = tuple(Verdict(item=item, lot=lots[item], verdict="pass") for item in good if not (planned and item == CUP))
    if passed:
        office.do(Inspect(warehouse=PLANT, lines=passed, testres=f"QC-{papers}"), INSPECTOR)
    yield 15
    for item in good:
        target = dairy.turn(item, list(SUPPLIES[item].bins))
        goods = (Line(item=item, lot=lots[item], quantity=wanted[item]),)
        office.do(PutAway(warehouse=PLANT, lines=goods, to=target), KEEPER)
        dairy.materials.put(Batch(item, lots[item], wanted[item], target, expiry=_last(item, made), free=True))
        yield 6
    if bad:
        yield from bad_foil(dairy, lots[FOIL], wanted[FOIL])


def order_ahead(dairy: Dairy, supplier: str, number: str, wanted: dict[str, int]) -> bool:
    """The order behind a delivery of the last weeks, as it should have been kept: now and then it comes late, or not
    all of it, which is said."""
    if dairy.left > ORDERED_DAYS:
        return False
    nth = dairy.turns[supplier] = dairy.turns.get(supplier, 0) + 1
    late, short = (nth % every == 0 for every in KEPT[supplier])
    due = dairy.today - timedelta(days=2 if late else 0)
    head: dict[str, Value] = {"number": number, "partner": supplier, "warehouse": PLANT}
    days: dict[str, Value] = {"expected": due, "ordered": due - timedelta(days=5)}
    dairy.office.do(PutPurchaseOrders(rows=(Row(head | days),)), BUYER)
    asked = {item: amount + (SUPPLIES[item].step if short else 0) for item, amount in wanted.items()}
    lines = (
        Row({"order": number, "line": n, "item": item, "quantity": Decimal(amount)})
        for n, (item, amount) in enumerate(asked.items(), 1)
    )
    dairy.office.do(PutPurchaseLines(rows=tuple(lines)), BUYER)
    return short


def came_with(dairy: Dairy, supplier: str) -> tuple[Attachment, ...]:
    """The test report, where a delivery of the last weeks has one."""
    every = CERTIFIED.get(supplier)
    has = every is not None and dairy.left <= ORDERED_DAYS and dairy.number % every == 0
    return (Attachment(hash=sha256(REPORT).hexdigest()),) if has else ()


def _receipt(item: str, lot: str, amount: int, made: date) -> ReceiptLine:
    if item == CARTON:
        return ReceiptLine(item=item, quantity=amount)
    return ReceiptLine(item=item, lot=lot, quantity=amount, produced=made, expiry=_last(item, made))


def _last(item: str, made: date) -> date | None:
    life = SUPPLIES[item].life
    return made + timedelta(days=life) if life else None


def bad_foil(dairy: Dairy, lot: str, amount: int) -> Process:
    """A roll that does not seal: refused, put aside, fetched by its supplier two days later, who signs for it."""
    reason = "封口强度不合格 / does not seal"
    report = judge(dairy, FOIL, lot, lot, fault=reason)
    yield 10
    aside = (Line(item=FOIL, lot=lot, quantity=amount, place=DOCK),)
    dairy.office.do(Move(warehouse=PLANT, lines=aside, to="QA"), KEEPER)
    yield 90
    decide(dairy, report, "return", reason)
    yield 2 * 24 * 60
    back = ReturnToSupplier(
        warehouse=PLANT, supplier=CUPS_AND_FOIL, reason=reason, nonconformance=report, rma=f"RMA-{lot}",
        lines=(Line(item=FOIL, lot=lot, quantity=amount, place="QA"),),
    )  # fmt: skip
    note = str(dairy.office.do(back, KEEPER).value["desadv"])
    yield 5 * 60
    dairy.office.do(ConfirmReturn(warehouse=PLANT, desadv=note), KEEPER)
    close(dairy, report)
