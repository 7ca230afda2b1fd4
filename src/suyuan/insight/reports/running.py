"""A report answered: in the scope of whoever asks, with a bound that is said where it cuts; and piece by piece for a
file, which has none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from suyuan.gs1.problems import Problem
from suyuan.insight.reports.declared import Asked, Column, Report, Rows
from suyuan.ledger.keys import micros, moment

PIECE = 2_500  # events of a piece, of whatever kind: 50 to 200 MB by report, whatever the number of days
ENDLESS = 10**9  # rows; no ledger has them
CUT = frozenset({"insight.report_cut", "insight.report_many"})
_NTH = (
    "SELECT event_time FROM ledger_record WHERE event_time >= %s AND event_time < %s "
    "ORDER BY event_time LIMIT 1 OFFSET %s"
)


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
    found = bounded(report.rows(asked) if asked.logs else Rows(()), asked.most)
    if in_pieces(report) and asked.window is None and any(note.code in CUT for note in found.notes):
        found = replace(found, notes=(*found.notes, Problem("insight.report_files")))
    return Shown(report, asked, columns, found)


def bounded(found: Rows, most: int) -> Rows:
    """At most so many rows, and a note that there are more."""
    total = max(found.total or 0, len(found.rows))
    shown: Sequence[object] = found.rows
    if len(shown) <= most and total <= len(shown):
        return replace(found, total=total)
    note = Problem("insight.report_cut", "", {"most": f"{min(most, len(shown)):,}"})
    return replace(found, rows=found.rows[:most], notes=(*found.notes, note), total=total)


def in_pieces(report: Report) -> bool:
    """Can it be told of any number of events?"""
    return report.by_event or report.summed is not None


def pieces(report: Report, asked: Asked) -> list[Asked]:
    """What is asked, in pieces whose rows one after the other are the whole report: several where the report allows it
    and many events happened in these days. Pieces have no bound of rows.
    """
    if not in_pieces(report) or not asked.logs:
        return [asked]
    return [replace(asked, window=window, most=ENDLESS) for window in windows(asked.begins, asked.ends, PIECE)]


def answers(report: Report, parts: Sequence[Asked]) -> Iterator[Shown]:
    """What the pieces answer one after the other: no more in memory than the rows of one, or all sums."""
    if report.summed is None:
        yield from (run(report, part) for part in parts)
        return
    found, columns = report.summed(parts), report.columns_for(parts[0])
    yield Shown(report, parts[0], columns, replace(found, rows=found.rows[:PIECE]))
    for n in range(PIECE, len(found.rows), PIECE):
        yield Shown(report, parts[0], columns, Rows(found.rows[n : n + PIECE]))


def windows(begins: datetime, ends: datetime, most: int) -> list[tuple[datetime, datetime]]:
    """Times that follow one another, with at most so many events in each; more only where they have one moment."""
    found, at, end = [], micros(begins), micros(ends)
    while True:
        later = _nth(at, end, most)
        if later == at:
            later = _nth(at + 1, end, 0)
        found.append((moment(at), moment(end if later is None else later)))
        if later is None:
            return found
        at = later


def _nth(since: int, until: int, n: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_NTH, [since, until, n])
        row = cursor.fetchone()
    return None if row is None else int(row[0])
