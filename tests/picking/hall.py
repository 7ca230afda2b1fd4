"""The dairy with a hall of two aisles, and orders whose goods lie there."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from suyuan.accounts.rules import Actor
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.fields import Value
from suyuan.catalog.models import Place
from suyuan.catalog.writes import bump, do_add_places
from suyuan.operations.commands import (
    Inspect,
    Line,
    MakeWave,
    PickTask,
    PutAway,
    ReceiptLine,
    Receive,
    Reserve,
    TakeTour,
    Verdict,
)
from suyuan.picking.models import Task, Tour
from tests.operations.dairy import KEEPER, LAST, Desk, build_dairy, person, yoghurt
from tests.orders import ordering

EARLY, LATE = date(2026, 12, 5), date(2026, 12, 15)
MEI = person("keeper", "Mei")
DAY = date(2026, 11, 21)


def build_hall() -> None:
    """Aisles A and B, six bins deep, the second bin of A a pick face; the staging place before them."""
    build_dairy()
    with governed():
        bins = [f"{aisle}{deep}" for aisle in "AB" for deep in range(1, 7)]
        places = [NewPlace(code=code, purpose="picking" if code == "A2" else "storage") for code in bins]
        do_add_places(warehouse="main", places=places)
        version = bump()
        for code in bins:
            at = {"aisle": code[0], "x": 0.0 if code[0] == "A" else 4.0, "y": 2.0 * int(code[1:])}
            Place.objects.filter(warehouse="main", code=code).update(**at, version=version)
        Place.objects.filter(warehouse="main", code="OUT").update(x=2.0, y=-2.0, version=version)


def laid(desk: Desk, lot: str, quantity: int, *bins: str, expiry: date = LAST) -> str:
    """Yoghurt, so much in each bin; its URI."""
    line = ReceiptLine(item="YOG", lot=lot, quantity=quantity * len(bins), expiry=expiry)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot=lot, verdict="pass"),)))
    for code in bins:
        desk.run(PutAway(warehouse="main", lines=(Line(item="YOG", lot=lot, quantity=quantity),), to=code))
    return yoghurt(lot)


def ordered(desk: Desk, number: str, *amounts: int, reserve: bool = True, **more: Value) -> None:
    """A sales order of so many yoghurts in each line, reserved."""
    ordering.sale(desk, number, **{"delivery": DAY, **more})
    for line, amount in enumerate(amounts, 1):
        ordering.sold(desk, line, "YOG", amount, number)
    if reserve:
        desk.run(Reserve(warehouse="main", number=number), KEEPER)


def waved(desk: Desk, *orders: str, actor: Actor = KEEPER, take: bool = True, **more: object) -> list[Tour]:
    """A wave of these orders, its tours taken by who made it."""
    told = desk.run(MakeWave(warehouse="main", orders=orders, **more), actor)  # type: ignore[arg-type]  # of the command
    tours = list(Tour.objects.filter(wave=told.value["wave"]).order_by("number"))
    for tour in tours if take else ():
        desk.run(TakeTour(warehouse="main", tour=tour.pk), actor)
    return tours


def tasks(tour: Tour | int) -> list[Task]:
    return list(Task.objects.filter(tour=tour).order_by("sequence", "pk"))


def walk(tour: Tour | int) -> list[str]:
    """``A1 L1 5``: what is to be taken from where, in the order of the walk."""
    codes = dict(Place.objects.values_list("uri", "code"))
    return [
        f"{codes[task.place]} {task.uri.rpartition('/')[2]} {Decimal(task.quantity) / 10**6:f}"
        for task in tasks(tour)
        if task.state == "open"
    ]


def code_of(task: Task) -> str:
    return Place.objects.get(uri=task.place).code


def picking(task: Task, **more: object) -> PickTask:
    """The scan of the right bin and the right lot."""
    told: dict[str, object] = {
        "bin": code_of(task),
        "goods": task.uri,
        "scans": 2,
        "scanned": frozenset({"bin", "goods"}),
    }
    return PickTask(warehouse="main", task=task.pk, **{**told, **more})  # type: ignore[arg-type]  # of the command


def pick_all(desk: Desk, tours: Sequence[Tour], actor: Actor = KEEPER) -> None:
    for tour in tours:
        for task in tasks(tour):
            if task.state == "open":
                desk.run(picking(task), actor)
