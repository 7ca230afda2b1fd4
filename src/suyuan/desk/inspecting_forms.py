"""What comes with the form of an inspection: answers, papers, files, and results out of a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from suyuan.desk.forms import clean
from suyuan.gs1.problems import Problem, Refused
from suyuan.inspection.commands import Answer, Reviewed
from suyuan.inspection.judging import LOT, cells_of
from suyuan.inspection.kinds import CheckKind
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import asked_of, cells_of_row, row_checks
from suyuan.ui.workbooks import read_workbook


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it came: all answers with those that other pages of it hold, papers, files, note."""

    results: Mapping[tuple[int, int], str]
    papers: tuple[Reviewed, ...]
    files: tuple[str, ...]
    note: str
    seen: int | None
    reason: str
    verdict: str
    quantity: str

    def answers(self) -> tuple[Answer, ...]:
        return tuple(
            Answer(sample=sample, check=check, value=value)
            for (sample, check), value in sorted(self.results.items())
            if value
        )


def typed_of(request: HttpRequest, row: Inspection) -> Typed:
    results = cells_of_row(row)
    for name, value in request.POST.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "a" and parts[1].isdecimal() and parts[2].isdecimal():
            results[int(parts[1]), int(parts[2])] = clean(str(value))
    papers = tuple(
        Reviewed(
            kind=kind,
            number=clean(request.POST.get(f"p-{kind}-number", "")),
            file=next((str(one.get("file", "")) for one in row.papers if one.get("kind") == kind), ""),
            good=request.POST.get(f"p-{kind}-good") == "1",
        )
        for kind in filter(None, row.certificates.split(","))
    )
    seen = request.POST.get("seen", "")
    dropped = set(request.POST.getlist("drop"))
    return Typed(
        results, papers, tuple(one for one in row.files if one not in dropped), clean(request.POST.get("note", "")),
        int(seen) if seen.isdecimal() else None, clean(request.POST.get("reason", "")),
        request.POST.get("verdict", ""), clean(request.POST.get("quantity", "")),
    )  # fmt: skip


def fill(row: Inspection, results: dict[tuple[int, int], str]) -> None:
    """Yes to every yes-or-no question that has no answer yet."""
    checks = row_checks(row)
    kinds = {check.number: check.kind for check in checks}
    for cell in cells_of(checks, asked_of(row)):
        if kinds[cell[1]] in (CheckKind.YES_NO, CheckKind.PHOTO) and not results.get(cell):
            results[cell] = "yes"


def imported(request: HttpRequest, row: Inspection, results: dict[tuple[int, int], str]) -> list[Problem]:
    """Results out of a spreadsheet: a row a piece, its number first, then a column a check by name or number."""
    upload = request.FILES.get("sheet")
    if upload is None:
        return [Problem("desk.results_missing", "sheet")]
    try:
        rows = read_workbook(upload.read())[0].rows
    except Refused as refused:
        return [Problem(one.code, "sheet", one.params) for one in refused.problems]
    filled = [cells for cells in rows if any(cells)]
    checks = {
        name.casefold(): check.number
        for check in row_checks(row)
        for name in (check.name_zh, check.name_en, str(check.number))
        if name
    }
    titles = [title.strip().casefold() for title in filled[0]]
    columns = {at: checks[title] for at, title in enumerate(titles) if at and title in checks}
    if not columns:
        return [Problem("desk.results_columns", "sheet", {"names": ", ".join(checks)[:200]})]
    problems = []
    for cells in filled[1:]:
        first = cells[0].strip().removesuffix(".0")
        if not first.isdecimal() and first:
            problems.append(Problem("desk.results_piece", "sheet", {"text": first[:20]}))
            continue
        for at, check in columns.items():
            if at < len(cells) and cells[at].strip():
                results[int(first or LOT), check] = cells[at].strip()
    return problems
