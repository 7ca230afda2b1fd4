"""A report as a file: one of few rows as a whole, one of many piece by piece, so that none is left out and the memory
is that of one piece."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO

from django.db import connection
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from suyuan.desk.importing import EXCEL
from suyuan.desk.reporting_tables import (
    Facts,
    asked_facts,
    cells_of,
    counted,
    csv,
    facts_of,
    found_facts,
    heads_of,
    paper,
    titled,
    workbook,
)
from suyuan.gs1.problems import Problem
from suyuan.insight.reports.asking import Reading
from suyuan.insight.reports.declared import Asked, Report, Rows
from suyuan.insight.reports.declared import Cell as Told
from suyuan.insight.reports.running import Shown, answers, pieces, run
from suyuan.ledger.bulk import one_state
from suyuan.ui import workbook_files
from suyuan.ui.papers import paper_pdf
from suyuan.ui.workbook_files import Cell

FILES: Mapping[str, str] = {"xlsx": EXCEL, "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
MOST_IN_EXCEL = 1_000_000  # rows; a sheet has room for 1,048,576


@dataclass(slots=True)
class Written:
    """What a file has in it until now."""

    rows: int = 0
    notes: dict[str, Problem] = field(default_factory=dict)
    facts: dict[str, Told] = field(default_factory=dict)

    def learn(self, found: Rows) -> None:
        """Notes once, facts added: those of pieces are counts."""
        self.notes |= {note.code: note for note in found.notes}
        for word, told in found.facts:
            before = self.facts.get(word)
            self.facts[word] = before + told if isinstance(before, int) and isinstance(told, int) else told


def as_file(report: Report, reading: Reading, kind: str, by: str) -> HttpResponseBase:
    """The report as an answer: what is written piece by piece is sent so."""
    file, _facts = made(report, reading, kind, by)
    response: HttpResponseBase
    if isinstance(file, BytesIO):
        response = HttpResponse(file.getvalue(), content_type=FILES[kind])
    else:
        response = FileResponse(file, content_type=FILES[kind])
    name = file_name(report, reading.asked, kind)
    response.headers["Content-Disposition"] = content_disposition_header(kind != "pdf", name) or "attachment"
    return response


def made(report: Report, reading: Reading, kind: str, by: str) -> tuple[IO[bytes], Facts]:
    """The report as a file, and what is in it; on paper, which has room for few rows, as much as the page has."""
    parts = [reading.asked] if kind == "pdf" else pieces(report, reading.asked)
    if len(parts) > 1:
        return long_file(report, reading, parts, kind, by)
    shown = run(report, parts[0])
    return BytesIO(content_of(shown, reading, kind, by)), facts_of(shown, reading, by)


def content_of(shown: Shown, reading: Reading, kind: str, by: str) -> bytes:
    facts = facts_of(shown, reading, by)
    if kind == "xlsx":
        return workbook(shown, facts)
    return csv(shown).encode() if kind == "csv" else paper_pdf([paper(shown, facts)])


def file_name(report: Report, asked: Asked, kind: str) -> str:
    days: tuple[date, ...] = (asked.since, asked.until) if report.period else (asked.today,)
    name = " ".join((titled(report.title), *map(str, days)))
    return f"{''.join(char if char.isalnum() or char in ' -_.' else '-' for char in name)}.{kind}"


def long_file(report: Report, reading: Reading, parts: Sequence[Asked], kind: str, by: str) -> tuple[IO[bytes], Facts]:
    """The pieces one after the other, all of one state of the ledger. What is known only at the end (how many rows,
    sums and notes) stands in the second sheet.
    """
    empty, written = Shown(report, reading.asked, report.columns_for(reading.asked), Rows(())), Written()
    heads, rows, told = heads_of(empty), rows_of(report, parts, written), asked_facts(empty, reading, by)
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    with one_state(connection):
        if kind == "csv":
            file.writelines(line.encode() for line in workbook_files.csv_lines(heads, rows))
        else:
            title = titled(report.title)
            above = [] if report.bare else [[title], *([f"{word}: {value}"] for word, value in told[1:])]
            about = (_("About"), at_the_end(empty, told, written))
            rows = bounded(rows, written)
            page = workbook_files.Page(title, heads, rows, above=above, sortable=True, beside=about)
            workbook_files.write_workbook(page, file)
    file.seek(0)
    return file, list(at_the_end(empty, told, written))


def rows_of(report: Report, parts: Sequence[Asked], written: Written) -> Iterator[list[Cell]]:
    """The rows of all pieces as cells, one piece in memory at a time."""
    for shown in answers(report, parts):
        written.learn(shown.found)
        for row in cells_of(shown):
            written.rows += 1
            yield row


def bounded(rows: Iterator[list[Cell]], written: Written) -> Iterator[list[Cell]]:
    """As many as a sheet has room for, and a note where there are more."""
    for row in rows:
        if written.rows > MOST_IN_EXCEL:
            written.rows = MOST_IN_EXCEL
            written.notes["insight.report_sheet"] = Problem("insight.report_sheet", "", {"most": f"{MOST_IN_EXCEL:,}"})
            return
        yield row


def at_the_end(empty: Shown, told: Facts, written: Written) -> Iterator[tuple[str, str]]:
    """The facts of a report, with those that are known when all rows are written."""
    yield from told
    yield from found_facts(empty, written.facts.items())
    yield from counted(written.rows, written.notes.values())
