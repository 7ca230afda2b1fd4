"""How shares of rejects go on, on p charts, by item and supplier."""

from collections.abc import Sequence
from decimal import Decimal

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.problems import N_
from suyuan.insight.charts import OF_OTHERS, RULES, Control, Rule, shares
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Column,
    Group,
    Kind,
    Named,
    Report,
    Row,
    Rows,
    Word,
)
from suyuan.insight.reports.quality_looked import MOST, WHICH, Looked, closer, controlled, cut, figure, looked_at, said

PIECES = (
    Column(N_("Item"), Kind.THING, width=1.6),
    Column(N_("Supplier"), Kind.THING, width=1.4),
    Column(N_("Inspections"), Kind.NUMBER),
    Column(N_("Lots rejected"), Kind.NUMBER),
    Column(N_("Pieces looked at"), Kind.NUMBER),
    Column(N_("Nonconforming pieces"), Kind.NUMBER),
    Column(N_("Share (%)"), Kind.NUMBER),
    Column(N_("Out of control"), Kind.NUMBER),
)
EACH = (
    *WHICH,
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
    known = asked.known or directory()
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
        *one.which, Word(N_("passed") if one.passed else N_("failed")), one.size, bad, percent(bad, one.size),
        said(rules),
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
REPORTS = (REJECTS,)
