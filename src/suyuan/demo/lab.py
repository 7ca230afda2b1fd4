"""The laboratory: what waits is inspected by plan, what fails has a report that is decided, done and closed."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from suyuan.catalog.directory import directory
from suyuan.catalog.register import Row, Values
from suyuan.demo.company import CUP, PLANT, RAW
from suyuan.demo.dairy import Dairy
from suyuan.demo.staff import INSPECTOR, KEEPER, QUALITY
from suyuan.gs1.identifiers import lot_of_item
from suyuan.inspection.commands import Answer, OpenInspection, PutInspectionPlans, PutPlanChecks, RecordResults
from suyuan.inspection.judging import Check, cells_of
from suyuan.inspection.kinds import CheckKind
from suyuan.inspection.models import Inspection
from suyuan.inspection.nonconformances import AddAction, CloseNonConformance, DecideNonConformance, ReportNonConformance
from suyuan.inspection.queries import asked_of, row_checks
from suyuan.operations.commands import Inspect, Verdict

PLANNED_FROM = 21  # days before the end: until then a signature was all there was
PLANS: tuple[Values, ...] = (
    {"code": "RAW-MILK", "name_zh": "生牛乳验收", "name_en": "Raw milk intake", "mode": "sampling", "sample_size": 1,
     "item": RAW},
    {"code": "CUPS", "name_zh": "酸奶杯进货检验", "name_en": "Yoghurt cups, incoming", "mode": "sampling", "aql": "2.5",
     "level": "S-2", "item": CUP},
)  # fmt: skip
# Number → least and most, and how many decimals a value has.
MILK_RANGES = {1: (2.5, 5.6, 1), 2: (3.5, 4.2, 2), 3: (3.0, 3.4, 2)}
CUP_RANGES = {1: (70.4, 71.6, 1)}
ANTIBIOTICS = 4
CHECKS: tuple[Values, ...] = (
    {"plan": "RAW-MILK", "number": 1, "name_zh": "温度", "name_en": "Temperature", "kind": "measured", "scope": "lot",
     "unit": "°C", "upper": Decimal(6)},
    {"plan": "RAW-MILK", "number": 2, "name_zh": "脂肪", "name_en": "Fat", "kind": "measured", "scope": "lot",
     "unit": "g/100 g", "lower": Decimal("3.1")},
    {"plan": "RAW-MILK", "number": 3, "name_zh": "蛋白质", "name_en": "Protein", "kind": "measured", "scope": "lot",
     "unit": "g/100 g", "lower": Decimal("2.8")},
    {"plan": "RAW-MILK", "number": ANTIBIOTICS, "name_zh": "抗生素阴性", "name_en": "No antibiotics", "kind": "yes_no",
     "scope": "lot", "weight": "critical"},
    {"plan": "CUPS", "number": 1, "name_zh": "高度", "name_en": "Height", "kind": "measured", "unit": "mm",
     "lower": Decimal(70), "upper": Decimal(72)},
    {"plan": "CUPS", "number": 2, "name_zh": "无裂纹", "name_en": "No cracks", "kind": "yes_no"},
)  # fmt: skip
RANGES = {RAW: MILK_RANGES, CUP: CUP_RANGES}


def lay_plans(dairy: Dairy) -> None:
    """The plans, on the first morning of the last weeks."""
    if dairy.left <= PLANNED_FROM and "plans" not in dairy.done:
        dairy.done.add("plans")
        dairy.office.do(PutInspectionPlans(rows=tuple(map(Row, PLANS))), INSPECTOR)
        dairy.office.do(PutPlanChecks(rows=tuple(map(Row, CHECKS))), INSPECTOR)


def judge(dairy: Dairy, item: str, lot: str, paper: str, *, fault: str = "") -> str:
    """Pass a lot that came in, or fail it for `fault` with a second person: the number of the report, empty for a pass.

    By its plan where there is one; with results that a story of their own decides, so that no other chance changes.
    """
    verdict, second = ("fail", QUALITY) if fault else ("pass", "")
    by_plan = ""
    if "plans" in dairy.done and item in RANGES:
        by_plan = look(dairy, item, lot, bad=bool(fault))
    line = Verdict(item=item, lot=lot, verdict=verdict, reason=fault)
    told = Inspect(warehouse=PLANT, lines=(line,), testres=f"QC-{paper}", inspection=by_plan)
    found = dairy.office.do(told, INSPECTOR, approver=second).value.get("nonconformances", [])
    return str(found[0]) if found else ""


def look(dairy: Dairy, item: str, lot: str, *, bad: bool) -> str:
    """Open an inspection and write down what it found; its id."""
    opened = dairy.office.do(OpenInspection(warehouse=PLANT, goods=goods_of(item, lot)), INSPECTOR)
    row = Inspection.objects.get(pk=opened.value["inspection"])
    chance = Random(f"{dairy.options.seed} {item} {lot}")
    checks = row_checks(row)
    known = {check.number: check for check in checks}
    answers = tuple(
        Answer(sample=sample, check=number, value=_found(item, known[number], chance, bad))
        for sample, number in cells_of(checks, asked_of(row))
    )
    dairy.office.do(RecordResults(warehouse=PLANT, inspection=str(row.pk), answers=answers), INSPECTOR)
    return str(row.pk)


def goods_of(item: str, lot: str) -> str:
    """The URI of a lot."""
    return lot_of_item(next(info.uri for info in directory().items.values() if info.code == item), lot)


def _found(item: str, check: Check, chance: Random, bad: bool) -> str:
    if check.kind is CheckKind.MEASURED:
        least, most, digits = RANGES[item][check.number]
        return f"{chance.uniform(least, most):.{digits}f}"
    return "no" if bad and check.number == ANTIBIOTICS else "yes"


# -- reports ----------------------------------------------------------------------------------------------------------


def decide(dairy: Dairy, report: str, disposition: str, why: str, *, warehouse: str = PLANT) -> None:
    """What becomes of goods that failed."""
    command = DecideNonConformance(warehouse=warehouse, number=report, disposition=disposition, why=why)
    dairy.office.do(command, INSPECTOR)


def close(dairy: Dairy, report: str, *, warehouse: str = PLANT) -> None:
    dairy.office.do(CloseNonConformance(warehouse=warehouse, number=report), INSPECTOR)


def open_report(dairy: Dairy) -> None:
    """What is open on the last evening: cups with a burr, and what is to be done about it."""
    batch = next((batch for batch in dairy.materials.of(CUP) if batch.free and batch.lot), None)
    if batch is None:
        return
    due = dairy.options.until + timedelta(days=5)
    told = ReportNonConformance(
        warehouse=PLANT, goods=goods_of(CUP, batch.lot), quantity="36", found="production", fault="appearance",
        weight="minor", description="杯口有毛边 / burr on the rim", owner=INSPECTOR, due=due,
    )  # fmt: skip
    number = str(dairy.office.do(told, KEEPER).value["nonconformance"])
    what = "请供应商修模 / the supplier is to mend the mould"
    action = AddAction(warehouse=PLANT, number=number, what=what, owner=QUALITY, due=due + timedelta(days=9))
    dairy.office.do(action, INSPECTOR)
