"""What tests of inspections share: plans, and lots inspected by them."""

from decimal import Decimal

from suyuan.catalog.models import Item
from suyuan.catalog.register import Row
from suyuan.gs1.identifiers import lot_of_item
from suyuan.inspection.commands import (
    Answer,
    OpenInspection,
    PutInspectionPlans,
    PutPlanChecks,
    RecordResults,
    Reviewed,
)
from suyuan.inspection.judging import cells_of
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import asked_of, row_checks
from suyuan.operations.commands import Inspect, ReceiptLine, Receive, Verdict
from tests.operations.dairy import INSPECTOR, LAST, SECOND, Desk


def plan(desk: Desk, code: str = "P", **values: object) -> None:
    """A sampling plan for yoghurt at AQL 1.0, level II, with a weight and a seal; other values instead."""
    told = {"code": code, "mode": "sampling", "aql": "1.0", "item": "YOG"} | values
    desk.run(PutInspectionPlans(rows=(Row(told),)), INSPECTOR)  # type: ignore[arg-type]  # plain values
    weight = {"plan": code, "number": 1, "name_en": "Weight", "kind": "measured", "unit": "g", "lower": Decimal(148)}
    seal = {"plan": code, "number": 2, "name_en": "Seal", "kind": "yes_no", "weight": "critical"}
    label = {"plan": code, "number": 3, "name_en": "Label", "kind": "yes_no", "scope": "lot"}
    desk.run(PutPlanChecks(rows=(Row(weight), Row(seal), Row(label))), INSPECTOR)  # type: ignore[arg-type]  # likewise


def received(desk: Desk, lot: str = "L1", quantity: int = 100, supplier: str = "FARM", item: str = "YOG") -> str:
    """Yoghurt at the dock, or another item; the id of its receipt."""
    line = ReceiptLine(item=item, lot=lot, quantity=quantity, expiry=LAST)
    return str(desk.run(Receive(warehouse="main", supplier=supplier, lines=(line,))).value["receipt"])


def opened(desk: Desk, lot: str = "L1", receipt: str = "", item: str = "YOG") -> Inspection:
    goods = lot_of_item(Item.objects.get(code=item).uri, lot)
    found = desk.run(OpenInspection(warehouse="main", goods=goods, receipt=receipt), INSPECTOR)
    return Inspection.objects.get(pk=found.value["inspection"])


def filled(desk: Desk, row: Inspection, *, light: int = 0, torn: int = 0, papers: tuple[Reviewed, ...] = ()) -> None:
    """All results: `light` pieces weigh too little, the seals of `torn` are not whole."""
    answers = []
    for sample, check in cells_of(row_checks(row), asked_of(row)):
        value = {1: "147" if sample <= light else "150", 2: "no" if sample <= torn else "yes", 3: "yes"}[check]
        answers.append(Answer(sample=sample, check=check, value=value))
    command = RecordResults(warehouse="main", inspection=str(row.pk), answers=tuple(answers), papers=papers)
    desk.run(command, INSPECTOR)


def verdict(row: Inspection, kind: str, reason: str = "too light") -> Inspect:
    line = Verdict(uri=row.goods, verdict=kind, receipt=row.receipt, reason=reason)
    return Inspect(warehouse="main", lines=(line,), inspection=str(row.pk))


def looked_at(
    desk: Desk, lot: str, *, light: int = 0, quantity: int = 100, supplier: str = "FARM", item: str = "YOG"
) -> Inspection:
    """A lot that came, was inspected and got the verdict of its plan."""
    receipt = received(desk, lot, quantity, supplier, item)
    row = opened(desk, lot, receipt, item)
    filled(desk, row, light=light)
    good = light <= row.accept
    desk.run(verdict(row, "pass" if good else "fail"), INSPECTOR, None if good else SECOND)
    return Inspection.objects.get(pk=row.pk)
