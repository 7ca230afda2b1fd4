"""A report answered: in the scope of whoever asks, with a bound that is said where it cuts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from suyuan.gs1.problems import Problem
from suyuan.insight.reports.declared import Asked, Column, Report, Rows


@dataclass(frozen=True, slots=True)
class Shown:
    """A report with its columns and its rows; `found.notes` say what is not in them."""

    report: Report
    asked: Asked
    columns: tuple[Column, ...]
    found: Rows


def run(report: Report, asked: Asked) -> Shown:
    """The rows of a report. Who may see none of the warehouses asked for is answered nothing."""
    columns = report.columns_for(asked)
    found = report.rows(asked) if asked.logs else Rows(())
    return Shown(report, asked, columns, bounded(found, asked.most))


def bounded(found: Rows, most: int) -> Rows:
    """At most so many rows, and a note that there are more."""
    total = max(found.total or 0, len(found.rows))
    shown: Sequence[object] = found.rows
    if len(shown) <= most and total <= len(shown):
        return replace(found, total=total)
    note = Problem("insight.report_cut", "", {"most": f"{min(most, len(shown)):,}"})
    return replace(found, rows=found.rows[:most], notes=(*found.notes, note), total=total)
