"""Bringing a spreadsheet in: upload, every error in its cell, then all of it or nothing."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.catalog.register import Intake
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field
from suyuan.desk.importing_sheet import sheet_view, wrong_workbook
from suyuan.desk.importing_work import BRINGS_SOMETHING, KIND, SHEETS, may_bring
from suyuan.desk.registers import REGISTERS
from suyuan.desk.sheets import request_id
from suyuan.governance.jobs import Upload, ask, cancel, job_of
from suyuan.governance.models import Job, JobFile, State
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.tlog.jcs import Json
from suyuan.ui.workbooks import MOST_BYTES

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHASES = {
    "reading": N_("The file is being read"),
    "checking": N_("Every row is being checked"),
    "writing": N_("The rows are being written; this can no longer be stopped"),
}
WAITING = N_("Waiting for its turn")


def changeable(desk: Desk) -> list[Intake]:
    """The registers he may bring rows into."""
    return [one for one in SHEETS.values() if may_bring(desk.actor, one)]


@desk_page(access=BRINGS_SOMETHING)
def start(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: choose what and which file (`?register=`). POST: leave the file for checking, and go to its page."""
    mine = changeable(desk)
    asked = request.POST.get("register") or request.GET.get("register", "")
    problems: list[Problem] = []
    if request.method == "POST":
        chosen = next((one for one in mine if one.name == asked), None)
        upload, problems = uploaded(request)
        if chosen is None:
            problems.append(Problem("desk.register_missing", "register"))
        if upload is not None and chosen is not None and not problems:
            try:
                job = leave(request, desk, chosen, {"emptying": bool(request.POST.get("emptying"))}, upload)
                return HttpResponseRedirect(reverse("desk:importing", args=[job.id]))
            except Refused as refused:
                problems = list(refused.problems)
    registers = [(one.name, _(one.many), one.name == asked) for one in mine]
    context = {"registers": registers, "asked": asked if asked in SHEETS else "", "request_id": uuid4()}
    context |= {"found": problems, "errors": by_field(problems), "most": MOST_BYTES // 1024 // 1024}
    return page(request, desk, "desk/importing/start.html", context, 422 if problems else 200)


def uploaded(request: HttpRequest) -> tuple[Upload | None, list[Problem]]:
    """The file of the form, if it is there and not too large."""
    file = request.FILES.get("file")
    if file is None:
        return None, [Problem("desk.file_missing", "file")]
    if (file.size or 0) > MOST_BYTES:
        return None, [Problem("ui.file_large", "file", {"most": str(MOST_BYTES // 1024 // 1024)})]
    return Upload(file.name or "", file.read()), []


def leave(
    request: HttpRequest, desk: Desk, register: Intake, params: Mapping[str, Json], upload: Upload | None = None
) -> Job:
    """A job for the worker, once for each form sent."""
    said = {"register": register.name, **params}
    terminal = request.META.get("HTTP_USER_AGENT", "")
    return ask(KIND, said, by=desk.actor, id=request_id(request), now=desk.now, terminal=terminal, upload=upload)


def own_job(desk: Desk, id: UUID) -> tuple[Job, Intake] | None:
    """The reader's own import, of a register that he may still change."""
    job = job_of(id, desk.actor)
    register = SHEETS.get(job.params.get("register", "")) if job is not None and job.kind == KIND else None
    if job is None or register is None or not may_bring(desk.actor, register):
        return None
    return job, register


def missing(request: HttpRequest, desk: Desk) -> HttpResponse:
    return page(request, desk, "desk/refused.html", {"problem": Problem("desk.import_unknown", "")}, status=404)


@desk_page(access=BRINGS_SOMETHING)
def shown(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """How far an import is, and what was found: `?all=1` shows the rows that are right as well, `?page=`."""
    found = own_job(desk, id)
    if found is None:
        return missing(request, desk)
    job, register = found
    ended = job.state not in (State.WAITING, State.RUNNING)
    view = sheet_view(job, register, request.GET) if ended and job.state == State.DONE else None
    file = JobFile.objects.filter(pk=job.params.get("file") or job.pk).only("name").first()
    context = {
        "job": job,
        "register": register,
        "many": _(register.many),
        "file": file.name if file else "",
        "running": not ended,
        "phase": _(PHASES.get(job.phase, WAITING)) if job.state == State.RUNNING else _(WAITING),
        "stoppable": job.phase != "writing",
        "view": view,
        "found": [problem_of(one) for one in job.error],
        "request_id": uuid4(),
        "list_url": reverse("desk:list", args=[register.name]) if register.name in REGISTERS else reverse("desk:home"),
    }
    return page(request, desk, "desk/importing/job.html", context)


def problem_of(kept: Mapping[str, str]) -> Problem:
    params = kept.get("params")
    return Problem(kept["code"], kept.get("field", ""), dict(params) if isinstance(params, dict) else {})


@require_POST
@desk_page(access=BRINGS_SOMETHING)
def again(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Check anew: the same file with other columns, or a mended one. With `write`, bring it in."""
    found = own_job(desk, id)
    if found is None:
        return missing(request, desk)
    job, register = found
    upload, _problems = uploaded(request) if request.FILES else (None, [])
    params: dict[str, Json] = {"emptying": bool(request.POST.get("emptying"))}
    if upload is None:
        params |= {"file": job.params.get("file") or str(job.pk), "sheet": job.result.get("sheet", "")}
        params |= chosen_columns(request.POST, job)
    if request.POST.get("do") == "write" and upload is None:
        params |= {"write": True, "emptying": bool(job.params.get("emptying"))}
    try:
        made = leave(request, desk, register, params, upload)
    except Refused as refused:
        problem = refused.problems[0]
        return page(request, desk, "desk/refused.html", {"problem": problem}, status=422)
    return HttpResponseRedirect(reverse("desk:importing", args=[made.id]))


def chosen_columns(posted: QueryDict, job: Job) -> dict[str, Json]:
    """Which column is which field, where somebody chose; what was only proposed is proposed again."""
    before: Mapping[str, str] = job.result.get("columns", {})
    words: Sequence[str] = job.result.get("words", ())
    columns = {str(n): posted.get(f"column-{n}", "") for n in range(len(words)) if posted.get(f"column-{n}")}
    if not any(name.startswith("column-") for name in posted):
        columns = dict(before)
    if columns != before or "columns" in job.params:
        return {"columns": dict(columns)}
    return {}


@require_POST
@desk_page(access=BRINGS_SOMETHING)
def stop(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Cancel what has not begun to write."""
    if own_job(desk, id) is None:
        return missing(request, desk)
    cancel(id, desk.now)
    return HttpResponseRedirect(reverse("desk:importing", args=[id]))


@desk_page(access=BRINGS_SOMETHING)
def wrong(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """The rows that are wrong as a workbook, each sentence beside its cell: mend it there and send it again."""
    found = own_job(desk, id)
    if found is None or found[0].state != State.DONE:
        return missing(request, desk)
    response = HttpResponse(wrong_workbook(*found), content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{found[1].name}-errors.xlsx"'
    return response
