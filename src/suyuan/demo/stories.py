"""Counting, a scanner that was offline, and the complaint that waits to be traced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from suyuan.demo.company import CASE, CUP, FRUIT, FRUITY, PACK_BINS, PLANT
from suyuan.demo.dairy import Dairy, keeper_of
from suyuan.demo.office import LAST
from suyuan.demo.shelves import Batch
from suyuan.demo.staff import ADJUSTERS, KEEPER, PICKER, QUALITY
from suyuan.demo.timetable import Process
from suyuan.operations.commands import (
    Count,
    CountEntry,
    FinishCount,
    Hold,
    KeepCount,
    Line,
    MakeCount,
    Move,
    PostCount,
    ReceiveReturn,
)

SHEET_DAYS = range(2, 22)  # before the end; on the last one a bin where too little was found has a sheet already
OFF_FLAVOUR = "异味投诉 / complaint: off-flavour"


def counting(dairy: Dairy, warehouse: str) -> Process:
    """Twice a week a few lots are counted where they lie; now and then one is short."""
    lying = [batch for batch in [*dairy.stock[warehouse], *materials(dairy, warehouse)] if countable(batch)]
    if not lying:
        return
    chosen = [lying[dairy.some(0, len(lying) - 1)] for _ in range(4)]
    chosen = list({(batch.item, batch.lot, batch.place): batch for batch in chosen}.values())
    for batch in chosen:
        batch.amount -= min(batch.amount // 80, 9) if dairy.happens(0.3) else 0
    lines = tuple(Line(item=one.item, lot=one.lot, quantity=one.amount, place=one.place) for one in chosen)
    if warehouse == PLANT and dairy.left in SHEET_DAYS:
        yield from by_sheet(dairy, chosen)
        return
    reason = "循环盘点 / cycle count"
    dairy.office.do(Count(warehouse=warehouse, lines=lines, reason=reason), keeper_of(warehouse), approver=ADJUSTERS)
    yield from ()


def by_sheet(dairy: Dairy, chosen: Sequence[Batch]) -> Process:
    """A blind sheet; what the first one mistook the second one sees."""
    office, places = dairy.office, tuple(sorted({one.place for one in chosen}))
    sheet = UUID(str(office.do(MakeCount(warehouse=PLANT, places=places), KEEPER).value["sheet"]))
    wrong = chosen[:1] if dairy.number % 2 else []
    for people, batches in ((PICKER, chosen), (KEEPER, wrong)):
        if batches:
            yield 25
            mistaken = wrong if people == PICKER else []
            lines = tuple(
                CountEntry(item=one.item, lot=one.lot, quantity=one.amount // (2 if one in mistaken else 1),
                           place=one.place, seen=office.now)
                for one in batches
            )  # fmt: skip
            office.do(KeepCount(warehouse=PLANT, sheet=sheet, lines=lines), people)
            office.do(FinishCount(warehouse=PLANT, sheet=sheet, leave_out=True), KEEPER)
    office.do(PostCount(warehouse=PLANT, sheet=sheet, reason="lost"), KEEPER, approver=ADJUSTERS)


def materials(dairy: Dairy, warehouse: str) -> list[Batch]:
    return list(dairy.materials) if warehouse == PLANT else []


def countable(batch: Batch) -> bool:
    """A lot that lies alone in one place: of cases without lots nobody here knows which delivery is left."""
    return bool(batch.lot and batch.free and not batch.inside and batch.item[:2] != "BP" and batch.amount > 0)


def offline_scan(dairy: Dairy) -> Process:
    """A handheld without network: what it saw in the morning is sent in the afternoon."""
    if dairy.once("offline", 0.5):
        batch = next((batch for batch in dairy.materials.of(CUP) if batch.free), None)
        target = next((place for place in PACK_BINS[:5] if batch and place != batch.place), "")
        if batch and target:
            line = Line(item=batch.item, lot=batch.lot, quantity=batch.amount, place=batch.place)
            then = dairy.office.now - timedelta(minutes=25)
            dairy.office.do(Move(warehouse=PLANT, lines=(line,), to=target, at=then), KEEPER)
            batch.place = target
    yield from ()


# -- the incident -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incident:
    """What is to be found: the lot of the complaint, and the delivery that spoiled it and others."""

    item: str
    lot: str
    culprit_item: str
    culprit: str
    customers: int  # of all the lots that it went into


def incident(dairy: Dairy) -> Incident | None:
    """Of the last fortnight's strawberry preparation the lot that went furthest; of a short story whatever did."""
    since = dairy.options.until - timedelta(days=14)
    sold = {lot: one for lot, one in dairy.lots.items() if one.customers}
    recent = {lot: one for lot, one in sold.items() if one.item == FRUITY and one.made >= since} or sold
    went: dict[tuple[str, str], set[str]] = {}
    for one in recent.values():
        for pair in one.inputs:
            if pair[0] == FRUIT or one.item != FRUITY:
                went.setdefault(pair, set()).update(one.customers)
    if not went:
        return None
    culprit = max(went, key=lambda pair: (len(went[pair]), pair))
    lot = max((lot for lot in recent if culprit in recent[lot].inputs), key=lambda lot: len(recent[lot].customers))
    return Incident(recent[lot].item, lot, *culprit, len(went[culprit]))


def complaint(dairy: Dairy, found: Incident) -> None:
    """The last things that happen: a customer sends some back, the lot is held, and nobody knows yet why."""
    got = dairy.lots[found.lot].customers
    code = max(got, key=lambda code: (got[code], code))
    customer = next(one for one in dairy.customers if one.code == code)
    line = Line(item=found.item, lot=found.lot, quantity=min(got[code], 2 * CASE))
    back = ReceiveReturn(
        warehouse=customer.warehouse, customer=code, lines=(line,), reason=OFF_FLAVOUR, cause="quality",
        rma=f"RMA-{code}-{dairy.today:%y%m%d}-1",
    )  # fmt: skip
    dairy.office.do(back, keeper_of(customer.warehouse))
    held = (Line(item=found.item, lot=found.lot),)
    dairy.office.do(Hold(warehouse=PLANT, lines=held, reason=OFF_FLAVOUR), QUALITY, request=LAST)
