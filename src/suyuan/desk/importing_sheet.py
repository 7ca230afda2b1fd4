"""What a check found, drawn as the sheet it was found in: the wrong cells marked, the sentences in place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from suyuan.accounts.rules import in_language
from suyuan.catalog.fields import Field
from suyuan.catalog.likeness import WHY, Why
from suyuan.catalog.register import Intake
from suyuan.desk.importing_work import CHANGED, NEW, PART, SAME, WRONG
from suyuan.desk.office import word_of
from suyuan.governance.jobs import part_of
from suyuan.governance.models import Job, JobPart
from suyuan.gs1.problems import N_, Problem
from suyuan.ui.problems import sentence
from suyuan.ui.workbook_files import Head, Page, make_workbook

ROWS = 50
MOST_WRONG = 10_000  # rows of a workbook with sentences
FATES = {
    NEW: (N_("new"), "state-released", "plus"),
    CHANGED: (N_("changed"), "state-transit", "edit"),
    SAME: (N_("as it is"), "state-in_stock", "check"),
    WRONG: (N_("wrong"), "state-rejected", "x"),
}


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of the sheet: its text, and the sentences about it."""

    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row with its number in the sheet; `sentences` are about the row, or a field that no column holds."""

    number: int
    fate: str
    cells: tuple[CellView, ...]
    sentences: tuple[str, ...]
    signed: bool

    @property
    def shown(self) -> tuple[str, str, str]:
        word, classes, icon = FATES.get(self.fate, ("", "", ""))
        return (_(word) if word else "", classes, icon)


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column as it stands over the sheet: its word, its letter's number, and the fields it may be."""

    number: int
    word: str
    options: tuple[tuple[str, str, bool], ...]

    @property
    def used(self) -> bool:
        return any(chosen for name, _word, chosen in self.options if name)


@dataclass(frozen=True, slots=True)
class Double:
    """A new row and what it may repeat: code, name, how alike in percent, why."""

    number: int
    code: str
    others: tuple[tuple[str, str, int, str], ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """A page of the sheet. `number` of `pages`; `all`: the rows that are right are shown as well."""

    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    counts: Mapping[str, int]
    missing: tuple[str, ...]
    written: bool
    all: bool
    number: int
    pages: int
    signed: int
    alike: int = 0
    doubles: tuple[Double, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1

    @property
    def moving(self) -> int:
        """Rows that would be written."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def ready(self) -> bool:
        return not self.written and not self.counts[WRONG] and not self.missing and self.moving > 0

    @property
    def shown_counts(self) -> list[tuple[str, int, str, str]]:
        """Word, count, classes and icon of each fate that there is."""
        return [(_(word), self.counts[fate], classes, icon) for fate, (word, classes, icon) in FATES.items()]


def sheet_view(job: Job, register: Intake, query: QueryDict) -> SheetView:
    """The page that `query` asks for: `page`, and `all` where some rows are wrong."""
    counts: Mapping[str, int] = job.result["counts"]
    whole = bool(query.get("all")) or not counts[WRONG]
    total = sum(counts.values()) if whole else counts[WRONG]
    pages = max(1, -(-total // ROWS))
    asked = query.get("page", "1")
    number = min(pages, max(1, int(asked) if asked.isdecimal() and len(asked) < 7 else 1))
    fields = register.all_fields()
    start = (number - 1) * ROWS
    rows = tuple(_row(job, one) for one in _slice(job, whole, start, start + ROWS))
    by_name = {one.name: one for one in fields}
    missing = tuple(word_of(by_name[name]) for name in job.result["missing"] if name in by_name)
    columns = _columns(job, fields)
    signed = int(job.result.get("signed", 0))
    return SheetView(
        columns, rows, counts, missing, bool(job.result["written"]), whole, number, pages, signed, *_doubles(job)
    )


def _doubles(job: Job) -> tuple[int, tuple[Double, ...]]:
    """What the check found likely to be there already; none was looked for by one that wrote."""
    listed = tuple(
        Double(number, code, tuple(_other(*told) for told in alike))
        for number, code, alike in job.result.get("doubles", ())
    )
    return int(job.result.get("alike", 0)), listed


def _other(code: str, zh: str, en: str, score: int, *whys: str) -> tuple[str, str, int, str]:
    said = " · ".join(_(WHY[Why(one)]) for one in whys)
    return code, in_language(get_language() or "", zh, en), score, said


def _slice(job: Job, whole: bool, start: int, end: int) -> Iterator[Sequence[Any]]:
    """Rows as they were kept; only the parts that the page needs are read."""
    if whole:
        parts = JobPart.objects.filter(job=job, number__gte=start // PART, number__lte=(end - 1) // PART)
        rows = [row for part in parts.order_by("number") for row in part_of(part)]
        offset = start // PART * PART
        yield from rows[start - offset : end - offset]
        return
    passed = 0
    for number, wrong in JobPart.objects.filter(job=job).order_by("number").values_list("number", "wrong"):
        if passed < end and passed + wrong > start:
            part = [row for row in part_of(JobPart.objects.get(job=job, number=number)) if row[1] == WRONG]
            yield from part[max(0, start - passed) : end - passed]
        passed += wrong


def _row(job: Job, kept: Sequence[Any]) -> RowView:
    number, fate, cells, problems, *more = kept  # one kept before a version that says `signed` has no more
    columns = {name: int(column) for column, name in job.result["columns"].items()}
    width = len(job.result["words"])
    said: dict[int, list[str]] = {}
    for name, code, params in problems:
        said.setdefault(columns.get(name, -1), []).append(sentence(Problem(code, name, in_words(params))))
    texts = [*cells, *[""] * (width - len(cells))]
    views = tuple(CellView(text, tuple(said.get(n, ()))) for n, text in enumerate(texts[:width]))
    return RowView(number, fate, views, tuple(said.get(-1, ())), any(more))


def in_words(params: Mapping[str, str]) -> dict[str, str]:
    """A field's word stands in the params as it is marked; the reader has his own."""
    return {name: _(value) if name == "field" and value else value for name, value in params.items()}


def _columns(job: Job, fields: Sequence[Field]) -> tuple[ColumnView, ...]:
    chosen: Mapping[str, str] = job.result["columns"]
    words = [(one.name, word_of(one)) for one in fields]
    return tuple(
        ColumnView(
            n,
            word,
            (
                ("", _("– leave out –"), str(n) not in chosen),
                *((name, said, chosen.get(str(n)) == name) for name, said in words),
            ),
        )
        for n, word in enumerate(job.result["words"])
    )


def wrong_workbook(job: Job, register: Intake) -> bytes:
    """The wrong rows with their head, as they came, so that the workbook can be mended and sent again."""
    rows = [_row(job, one) for one in _slice(job, False, 0, MOST_WRONG)]
    heads = [Head(column.word) for column in _columns(job, register.all_fields())]
    notes: dict[tuple[int, int], str] = {}
    for n, row in enumerate(rows):
        for column, said in [(0, row.sentences), *((c, cell.sentences) for c, cell in enumerate(row.cells))]:
            if said:
                notes[n, column] = " ".join([*filter(None, [notes.get((n, column))]), *said])
    return make_workbook(Page(_(register.many), heads, [[cell.text for cell in row.cells] for row in rows], notes))
