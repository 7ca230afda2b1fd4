"""How quality goes on: measured values and shares of rejects on control charts, by item and supplier.

From inspections that have a verdict, the original ones; the days are those of the verdict in the zone of the site.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev
from uuid import UUID

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.charts import OF_OTHERS, RULES, SMALLEST, Control, Rule, individuals, means_and_ranges, shares
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Chart,
    Column,
    Group,
    Kind,
    Linked,
    Named,
    Page,
    Report,
    Row,
    Rows,
    Series,
    To,
    Word,
    to_report,
)
from suyuan.inspection.judging import Check, conforms, measured
from suyuan.inspection.kinds import CheckKind, State
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import DECIDED, cells_of_row, check_of
from suyuan.ledger.keys import micros, moment

MOST = 5000  # inspections read for one report
AT_ONCE = 5  # pieces of a subgroup, at most
CHARTS = 6  # checks of an item that are drawn
_FIELDS = (
    "id", "number", "log", "goods", "item", "supplier", "checks", "results", "size", "found", "state", "decided",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """An inspection with its verdict. `values`: check → the measurements of its sample, in the order of the pieces."""

    id: UUID
    number: str
    log: str
    goods: str
    item: str
    supplier: str
    size: int
    found: int
    passed: bool
    decided: int
    checks: Mapping[int, Check]
    values: Mapping[int, Sequence[Decimal]]

    @property
    def page(self) -> To:
        return To(Page.ADDRESS, {"url": f"/inspection/{self.id}"})


def looked_at(asked: Asked) -> list[Looked]:
    """The inspections asked for, the earliest verdict first, at most `MOST` and one. One statement."""
    rows = Inspection.objects.filter(
        log__in=asked.logs, state__in=DECIDED, superseded=False, revises=None,
        decided__gte=micros(asked.begins), decided__lt=micros(asked.ends),
    )  # fmt: skip
    if asked.item:
        rows = rows.filter(item=asked.item)
    if asked.partner:
        rows = rows.filter(supplier=asked.partner)
    return [_looked(row) for row in rows.order_by("decided", "number").only(*_FIELDS)[: MOST + 1]]


def _looked(row: Inspection) -> Looked:
    checks = {check.number: check for check in map(check_of, row.checks) if check.kind is CheckKind.MEASURED}
    values: dict[int, list[Decimal]] = {}
    for (_sample, number), text in sorted(cells_of_row(row).items()):
        value = measured(text) if number in checks else None
        if value is not None:
            values.setdefault(number, []).append(value)
    return Looked(
        row.id, row.number, row.log, row.goods, row.item, row.supplier, row.size, row.found,
        row.state == State.PASSED, row.decided or 0, checks, values,
    )  # fmt: skip


def cut(looked: Sequence[Looked]) -> list[Problem]:
    return [Problem("insight.report_many", "", {"most": f"{MOST:,}"})] if len(looked) > MOST else []


# -- measured values --------------------------------------------------------------------------------------------------


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
    Column(N_("No chance"), Kind.NUMBER),
)
DETAIL = (
    Column(N_("Decided"), Kind.MOMENT),
    Column(N_("Inspection"), width=1.2),
    Column(N_("Lot"), Kind.THING, width=1.4),
    Column(N_("Supplier"), Kind.THING, needed=False, width=1.4),
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
        known = directory()
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


def closer(name: str, asked: Asked, item: str, supplier: str, known: Directory) -> To:
    """The same report of one item, and of one supplier if any."""
    partner = known.partner_of(supplier) if supplier else None
    given = {"item": item, "since": asked.since.isoformat(), "until": asked.until.isoformat()}
    return to_report(name, **given, **({"partner": partner.code} if partner else {}))


def _details(one: Measured, chart: Drawn | None, asked: Asked) -> list[Row]:
    broken = rules_of(chart) if chart else {}
    return [
        Row(
            (
                moment(looked.decided), Linked(looked.number, looked.page), Named(looked.goods),
                Named(looked.supplier) if looked.supplier else None, name_of(one.check, asked.language), len(sample),
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


def said(rules: Sequence[Rule]) -> Cell:
    """The rules by their numbers; what they mean stands below the table."""
    return Word(N_("rule {numbers}"), {"numbers": ", ".join(str(int(rule)) for rule in sorted(rules))}) if rules else ""


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


def controlled(title: str, control: Control, labels: Sequence[str], more: Sequence[Series] = ()) -> Chart:
    """A chart with its centre line and limits; points that end a rule carry its number."""
    marked = {at: ",".join(str(int(rule)) for rule in rules) for at, rules in control.broken.items()}
    centre = [control.centre] * len(labels)
    lines = (("CL", centre), ("UCL", control.upper), ("LCL", control.lower))  # as they are called everywhere
    limits = [Series(word, points, limit=True) for word, points in lines]
    return Chart(title, labels, (Series(title, control.points, marked), *limits, *more))


def figure(value: float) -> Decimal:
    """Four digits that count: a mean is no more exact than that."""
    return Decimal(f"{value:.4g}")


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


# -- shares of rejects ------------------------------------------------------------------------------------------------

PIECES = (
    Column(N_("Item"), Kind.THING, width=1.6),
    Column(N_("Supplier"), Kind.THING, width=1.4),
    Column(N_("Inspections"), Kind.NUMBER),
    Column(N_("Lots rejected"), Kind.NUMBER),
    Column(N_("Pieces looked at"), Kind.NUMBER),
    Column(N_("Nonconforming pieces"), Kind.NUMBER),
    Column(N_("Share (%)"), Kind.NUMBER),
    Column(N_("No chance"), Kind.NUMBER),
)
EACH = (
    Column(N_("Decided"), Kind.MOMENT),
    Column(N_("Inspection"), width=1.2),
    Column(N_("Lot"), Kind.THING, width=1.4),
    Column(N_("Supplier"), Kind.THING, needed=False, width=1.4),
    Column(N_("Verdict"), width=0.9),
    Column(N_("Pieces looked at"), Kind.NUMBER),
    Column(N_("Nonconforming pieces"), Kind.NUMBER),
    Column(N_("Share (%)"), Kind.NUMBER),
    Column(N_("Rules"), needed=False, width=1.6),
)


def shares_columns(asked: Asked) -> tuple[Column, ...]:
    return EACH if asked.item else PIECES


def shares_rows(asked: Asked) -> Rows:
    """By item and supplier, or inspection by inspection of one item, with its p chart."""
    looked = looked_at(asked)
    told = [one for one in looked[:MOST] if one.size > 0]
    if asked.item:
        control = share_chart(told)
        broken = control.broken if control else {}
        rows = [_each(one, broken.get(at, ())) for at, one in enumerate(told)]
        labels = [one.number for one in told]
        charts = [controlled(N_("Share of nonconforming pieces: p"), control, labels)] if control else []
        return Rows(rows, charts=charts, notes=cut(looked))
    found: dict[tuple[str, str], list[Looked]] = {}
    for one in told:
        found.setdefault((one.item, one.supplier), []).append(one)
    known = directory()
    return Rows(
        [_share(item, supplier, found[item, supplier], asked, known) for item, supplier in sorted(found)],
        notes=cut(looked),
    )


def share_chart(looked: Sequence[Looked]) -> Control | None:
    """The p chart; None without inspections of samples."""
    return shares([min(one.found, one.size) for one in looked], [one.size for one in looked]) if looked else None


def percent(part: int, whole: int) -> Decimal:
    return figure(100 * part / whole) if whole else Decimal(0)


def _share(item: str, supplier: str, looked: Sequence[Looked], asked: Asked, known: Directory) -> Row:
    control, size = share_chart(looked), sum(one.size for one in looked)
    bad, lots = sum(min(one.found, one.size) for one in looked), sum(not one.passed for one in looked)
    cells: tuple[Cell, ...] = (
        Named(item), Named(supplier) if supplier else Word(N_("own production")), len(looked), lots, size, bad,
        percent(bad, size), len(control.broken) if control else 0,
    )  # fmt: skip
    return Row(cells, closer("quality-rejects", asked, item, supplier, known), "rejected" if lots else "")


def _each(one: Looked, rules: Sequence[Rule]) -> Row:
    bad = min(one.found, one.size)
    cells: tuple[Cell, ...] = (
        moment(one.decided), Linked(one.number, one.page), Named(one.goods),
        Named(one.supplier) if one.supplier else None,
        Word(N_("passed") if one.passed else N_("failed")), one.size, bad, percent(bad, one.size), said(rules),
    )  # fmt: skip
    return Row(cells, one.page, "" if one.passed else "rejected")


REJECTS = Report(
    name="quality-rejects",
    title=N_("Quality trend: rejects"),
    about=N_("Which share of the inspected pieces did not conform, by item and supplier, on a p chart with run rules."),
    group=Group.QUALITY,
    asks=(Ask.ITEM, Ask.PARTNER),
    columns=PIECES,
    columns_of=shares_columns,
    rows=shares_rows,
    meanings=(
        N_("Each inspection with a sample is a point; its limits are those of a share for its own sample size."),
        *(RULES[rule] for rule in OF_OTHERS),
    ),
    empty=N_("Nothing was inspected in these days."),
)
REPORTS = (MEASURED, REJECTS)
