"""Inspections with their verdicts, as the reports of quality read and draw them: the original ones, by the days of the
verdict in the zone of the site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from suyuan.catalog.directory import Directory
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.charts import Control, Rule
from suyuan.insight.reports.declared import (
    Asked,
    Cell,
    Chart,
    Column,
    Kind,
    Linked,
    Named,
    Page,
    Series,
    To,
    Word,
    to_report,
)
from suyuan.inspection.judging import Check, measured
from suyuan.inspection.kinds import CheckKind, State
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import DECIDED, cells_of_row, check_of
from suyuan.ledger.keys import micros, moment

MOST = 5000  # inspections read for one report
_FIELDS = (
    "id", "number", "log", "goods", "item", "supplier", "checks", "results", "size", "found", "state", "decided",
)  # fmt: skip

WHICH = (  # columns of a row that is one inspection
    Column(N_("Decided"), Kind.MOMENT),
    Column(N_("Inspection"), width=1.2),
    Column(N_("Lot"), Kind.THING, width=1.4),
    Column(N_("Supplier"), Kind.THING, needed=False, width=1.4),
)


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

    @property
    def which(self) -> tuple[Cell, ...]:
        """The cells of `WHICH`."""
        supplier = Named(self.supplier) if self.supplier else None
        return moment(self.decided), Linked(self.number, self.page), Named(self.goods), supplier


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


def closer(name: str, asked: Asked, item: str, supplier: str, known: Directory) -> To:
    """The same report of one item, and of one supplier if any."""
    partner = known.partner_of(supplier) if supplier else None
    given = {"item": item, "since": asked.since.isoformat(), "until": asked.until.isoformat()}
    return to_report(name, **given, **({"partner": partner.code} if partner else {}))


def said(rules: Sequence[Rule]) -> Cell:
    """The rules by their numbers; what they mean stands below the table."""
    return Word(N_("rule {numbers}"), {"numbers": ", ".join(str(int(rule)) for rule in sorted(rules))}) if rules else ""


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
