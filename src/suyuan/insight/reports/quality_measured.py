"""How measured values go on: mean and range on control charts, by item and check."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev
from uuid import UUID

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.charts import RULES, SMALLEST, Control, Rule, individuals, means_and_ranges
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Chart,
    Column,
    Group,
    Kind,
    Named,
    Report,
    Row,
    Rows,
    Series,
)
from suyuan.insight.reports.quality_looked import MOST, WHICH, Looked, closer, controlled, cut, figure, looked_at, said
from suyuan.inspection.judging import Check, conforms

AT_ONCE = 5  # pieces of a subgroup, at most
CHARTS = 6  # checks of an item that are drawn


@dataclass(frozen=True, slots=True)
class Measured:
    """One check over inspections. `samples`: of each inspection that has any, its measurements."""

    item: str
    check: Check
    samples: Sequence[tuple[Looked, Sequence[Decimal]]]

    @property
    def values(self) -> list[float]:
        return [float(value) for _looked, sample in self.samples for value in sample]

    @property
    def outside(self) -> int:
        return sum(not conforms(self.check, str(value)) for _looked, sample in self.samples for value in sample)

    def drawn(self) -> "Drawn | None":
        return drawn([(looked, [float(value) for value in sample]) for looked, sample in self.samples])


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts of one check: `size` pieces a subgroup (1: single values), `looked` for each point of `means`;
    `left_out` had fewer pieces."""

    size: int
    looked: Sequence[Looked]
    means: Control
    ranges: Control
    left_out: int


def drawn(samples: Sequence[tuple[Looked, Sequence[float]]]) -> Drawn | None:
    """X̄ and R of the first pieces of each sample: as many as four of five samples have, at most five; where that is
    one piece, single values and their moving ranges. None where two points can't be made."""
    sizes = sorted(len(sample) for _looked, sample in samples)
    size = min(sizes[len(sizes) // 5], AT_ONCE) if sizes else 0
    kept = [(looked, sample[:size]) for looked, sample in samples if len(sample) >= size > 0]
    if len(kept) < SMALLEST:
        return None
    looked = [one for one, _sample in kept]
    if size < SMALLEST:
        means, ranges = individuals([sample[0] for _looked, sample in kept])
    else:
        means, ranges = means_and_ranges([sample for _looked, sample in kept])
    return Drawn(size, looked, means, ranges, len(samples) - len(kept))


def measured_checks(looked: Iterable[Looked]) -> list[Measured]:
    """Each check of each item, by item and number; a check is the same while its number, name and unit are."""
    found: dict[tuple[str, int, str, str], list[tuple[Looked, Sequence[Decimal]]]] = {}
    checks: dict[tuple[str, int, str, str], Check] = {}
    for one in looked:
        for number, sample in one.values.items():
            check = one.checks[number]
            key = (one.item, number, check.name_zh or check.name_en, check.unit)
            found.setdefault(key, []).append((one, sample))
            checks[key] = check  # the limits of the latest
    return [Measured(key[0], checks[key], found[key]) for key in sorted(found)]


def name_of(check: Check, language: str) -> str:
    zh = language.startswith("zh")
    name = (check.name_zh or check.name_en) if zh else (check.name_en or check.name_zh)
    return f"{name} ({check.unit})" if check.unit else name


SUMMARY = (
    Column(N_("Item"), Kind.THING, width=1.6),
    Column(N_("Check"), width=1.4),
    Column(N_("Inspections"), Kind.NUMBER),
    Column(N_("Measurements"), Kind.NUMBER),
    Column(N_("Mean"), Kind.NUMBER),
    Column(N_("Standard deviation"), Kind.NUMBER, needed=False),
    Column(N_("Beyond limits"), Kind.NUMBER),
    Column(N_("Out of control"), Kind.NUMBER),
)
DETAIL = (
    *WHICH,
    Column(N_("Check"), width=1.3),
    Column(N_("Pieces"), Kind.NUMBER),
    Column(N_("Mean"), Kind.NUMBER),
    Column(N_("Range"), Kind.NUMBER),
    Column(N_("Rules"), needed=False, width=1.6),
)


def means_columns(asked: Asked) -> tuple[Column, ...]:
    return DETAIL if asked.item else SUMMARY


def means_rows(asked: Asked) -> Rows:
    looked = looked_at(asked)
    told = measured_checks(looked[:MOST])
    if not asked.item:
        known = asked.known or directory()
        return Rows([_summed(one, asked, known) for one in told], notes=cut(looked))
    charts: list[Chart] = []
    notes = cut(looked)
    rows: list[Row] = []
    for one in told:
        chart = one.drawn()
        rows += _details(one, chart, asked)
        if chart is not None and len(charts) < 2 * CHARTS:
            charts += charts_of(one, chart, asked)
            if chart.left_out:
                params = {"check": name_of(one.check, asked.language), "count": str(chart.left_out)}
                notes.append(Problem("insight.chart_left_out", "", params | {"size": str(chart.size)}))
    if len(told) > CHARTS:
        notes.append(Problem("insight.chart_most", "", {"most": str(CHARTS), "count": str(len(told))}))
    return Rows(rows, charts=charts, notes=notes)


def _summed(one: Measured, asked: Asked, known: Directory) -> Row:
    values, chart = one.values, one.drawn()
    spread = stdev(values) if len(values) > 1 else None
    cells: tuple[Cell, ...] = (
        Named(one.item),
        name_of(one.check, asked.language),
        len(one.samples),
        len(values),
        figure(fmean(values)),
        None if spread is None else figure(spread),
        one.outside,
        None if chart is None else len(chart.means.broken.keys() | chart.ranges.broken.keys()),
    )
    return Row(
        cells, closer("quality-measured", asked, one.item, asked.partner, known), "rejected" if one.outside else ""
    )


def _details(one: Measured, chart: Drawn | None, asked: Asked) -> list[Row]:
    broken = rules_of(chart) if chart else {}
    return [
        Row(
            (
                *looked.which, name_of(one.check, asked.language), len(sample),
                figure(fmean(map(float, sample))), max(sample) - min(sample), said(broken.get(looked.id, ())),
            ),
            looked.page,
            "rejected" if any(not conforms(one.check, str(value)) for value in sample) else "",
        )
        for looked, sample in one.samples
    ]  # fmt: skip


def rules_of(chart: Drawn) -> dict[UUID, tuple[Rule, ...]]:
    """Inspection → the rules that its mean or its range ends."""
    later = len(chart.means.points) - len(chart.ranges.points)  # a moving range belongs to the second of its two
    found: dict[UUID, tuple[Rule, ...]] = {}
    for control, shift in ((chart.means, 0), (chart.ranges, later)):
        for at, rules in control.broken.items():
            id = chart.looked[at + shift].id
            found[id] = tuple(dict.fromkeys((*found.get(id, ()), *rules)))
    return found


def charts_of(one: Measured, chart: Drawn, asked: Asked) -> list[Chart]:
    name = name_of(one.check, asked.language)
    labels = [looked.number for looked in chart.looked]
    later = len(labels) - len(chart.ranges.points)
    of_means, of_ranges = ("X", "MR") if later else (f"X̄, n = {chart.size}", f"R, n = {chart.size}")
    bounds = ((N_("Check: lower limit"), one.check.lower), (N_("Check: upper limit"), one.check.upper))
    asks = [Series(word, [float(limit)] * len(labels), limit=True) for word, limit in bounds if limit is not None]
    return [
        controlled(f"{name}: {of_means}", chart.means, labels, asks),
        controlled(f"{name}: {of_ranges}", chart.ranges, labels[later:]),
    ]


MEASURED = Report(
    name="quality-measured",
    title=N_("Quality trend: measured values"),
    about=N_("Mean and range of what was measured, on control charts with run rules; choose an item for its charts."),
    group=Group.QUALITY,
    asks=(Ask.ITEM, Ask.PARTNER),
    columns=SUMMARY,
    columns_of=means_columns,
    rows=means_rows,
    meanings=(
        N_("X̄ and R: mean and range of the first pieces of each sample, as many as most samples have, at most five."),
        N_("Limits (UCL, LCL) lie three standard deviations from the centre line (CL); by the mean range, ISO 7870-2."),
        *RULES.values(),
    ),
    empty=N_("Nothing was measured in inspections of these days."),
)
REPORTS = (MEASURED,)
