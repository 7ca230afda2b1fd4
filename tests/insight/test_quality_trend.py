"""What inspections measured and rejected, as reports tell it, against plain sums over what was typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.catalog.drafts import NewPartner
from suyuan.catalog.writes import do_add_partners
from suyuan.gs1.quantities import Quantity
from suyuan.insight.charts import Rule
from suyuan.insight.reports.declared import Asked, Cell, Linked, Named, Report, Rows, Word
from suyuan.insight.reports.quality_looked import Looked
from suyuan.insight.reports.quality_measured import MEASURED, drawn, rules_of
from suyuan.insight.reports.quality_rejects import REJECTS
from suyuan.insight.reports.running import run
from tests.operations.dairy import Desk, yoghurt
from tests.operations.looking import looked_at, plan
from tests.plugins.engines import Statements

YOG = yoghurt("L1").rpartition("/10/")[0]
LIGHT = (0, 2, 0, 1, 0)  # pieces of 147 g instead of 150 in each lot


def asked(desk: Desk, **values: object) -> Asked:
    known = directory()
    zone = known.warehouses["main"].time_zone
    told = Asked(
        since=desk.now.date() - timedelta(days=3), until=desk.now.date(), logs=("main",), zone=ZoneInfo(zone),
        now=desk.now, language="en", known=known,
    )  # fmt: skip
    return replace(told, **values)  # type: ignore[arg-type]  # fields by name


def plain(cell: Cell) -> object:
    match cell:
        case Linked():
            return cell.value
        case Named():
            return cell.uri
        case Word():
            return cell.text.replace("{numbers}", cell.params.get("numbers", ""))
        case Quantity():
            return cell.amount
    return cell


def table(found: Rows) -> list[tuple[object, ...]]:
    return [tuple(plain(cell) for cell in row.cells) for row in found.rows]


@pytest.fixture
def lots(desk: Desk) -> list[tuple[int, int]]:
    """Five lots: how many pieces of each were looked at, and how many were too light."""
    plan(desk)
    found = []
    for n, light in enumerate(LIGHT):
        found.append((looked_at(desk, f"L{n}", light=light).size, light))
        desk.later(minutes=10)
    return found


def test_what_was_measured(desk: Desk, lots: list[tuple[int, int]]) -> None:
    (row,) = table(run(MEASURED, asked(desk)).found)
    pieces, light = sum(size for size, _ in lots), sum(LIGHT)
    assert row[:4] == (YOG, "Weight (g)", 5, pieces)
    assert row[4] == round(Decimal(147 * light + 150 * (pieces - light)) / pieces, 1)
    assert row[6] == light


def test_each_sample_and_its_charts(desk: Desk, lots: list[tuple[int, int]]) -> None:
    shown = run(MEASURED, asked(desk, item=YOG))
    rows = table(shown.found)
    assert [row[2] for row in rows] == [yoghurt(f"L{n}") for n in range(5)]
    assert [row[7] for row in rows] == [Decimal(3) if light else Decimal(0) for light in LIGHT]
    means, ranges = shown.found.charts
    assert means.series[0].points == pytest.approx([(150 * 5 - 3 * light) / 5 for light in LIGHT])
    assert [*ranges.series[0].points] == [3.0 if light else 0.0 for light in LIGHT]
    centre, upper = means.series[1].points[0], means.series[2].points[0]
    assert (centre, upper) == pytest.approx((149.64, 149.64 + 0.577 * 1.2), abs=1e-3)
    assert {one.title for one in means.series} == {"Weight (g): X̄, n = 5", "CL", "UCL", "LCL", "Check: lower limit"}
    assert len(shown.columns) == len(rows[0])


def test_which_share_did_not_conform(desk: Desk, lots: list[tuple[int, int]]) -> None:
    (row,) = table(run(REJECTS, asked(desk)).found)
    pieces = sum(size for size, _ in lots)
    farm = next(one.uri for one in directory().partners.values() if one.code == "FARM")
    assert row[:6] == (YOG, farm, 5, 2, pieces, sum(LIGHT))
    assert row[6] == Decimal(f"{100 * sum(LIGHT) / pieces:.4g}")
    shown = run(REJECTS, asked(desk, item=YOG))
    assert [row[4:7] for row in table(shown.found)] == [
        ("failed" if light else "passed", size, light) for size, light in lots
    ]  # fmt: skip
    (chart,) = shown.found.charts
    assert chart.series[0].points == pytest.approx([light / size for size, light in lots])


def test_only_what_is_asked_for(desk: Desk, lots: list[tuple[int, int]]) -> None:
    for report in (MEASURED, REJECTS):
        for other in (
            {"logs": ("cold",)},
            {"item": f"{YOG[:-1]}9"},
            {"partner": "https://id.example/nobody"},
            {"until": desk.now.date() - timedelta(days=2)},
        ):
            assert run(report, asked(desk, **other)).found.rows == []


@pytest.mark.parametrize("report", [MEASURED, REJECTS], ids=lambda report: report.name)
@pytest.mark.parametrize("item", ["", YOG])
def test_a_fixed_number_of_statements(
    desk: Desk, statements: Callable[[], Statements], report: Report, item: str
) -> None:
    """As many for three items of three suppliers, and many lots, as for one; none for a row."""
    with governed():
        do_add_partners(partners=[NewPartner(code=code, roles=["supplier"]) for code in ("FARM2", "FARM3")])
    counts, rows = [], []
    for n, (code, supplier) in enumerate((("YOG", "FARM"), ("FRESH", "FARM2"), ("YOG", "FARM3"), ("WHEY", "FARM2"))):
        if n < 2 or code == "WHEY":
            plan(desk, f"P{n}", item=code)
        for lot in range(1 + n):
            looked_at(desk, f"L{n}{lot}", light=lot % 2, supplier=supplier, item=code)
        with statements() as told:
            rows.append(len(run(report, asked(desk, item=item)).found.rows))
        counts.append(len(told))
    assert len(set(counts)) == 1
    assert counts[0] <= 2  # the catalog's version when it is asked, and the inspections
    assert rows[-1] > rows[0]


def looked(n: int) -> Looked:
    return Looked(UUID(int=n), f"N{n}", "main", "", "", "", 5, 0, True, n, {}, {})


def test_subgroups_of_what_most_samples_have() -> None:
    whole = [(looked(n), [1.0, 2.0, 3.0, 4.0]) for n in range(9)]
    chart = drawn([*whole, (looked(9), [1.0])])
    assert chart is not None
    assert (chart.size, len(chart.looked), chart.left_out) == (4, 9, 1)
    singles = drawn([(looked(n), [float(n)]) for n in range(9)])
    assert singles is not None
    assert (singles.size, len(singles.means.points), len(singles.ranges.points)) == (1, 9, 8)
    # A moving range belongs to the later of its two.
    jump = drawn([(looked(n), [0.0 if n < 30 else 100.0]) for n in range(40)])
    assert jump is not None
    assert Rule.BEYOND in rules_of(jump)[looked(30).id]
    assert drawn([]) is None
    assert drawn([(looked(0), [1.0, 2.0])]) is None
