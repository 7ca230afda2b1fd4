"""What waits for the printers of the warehouse: how far each job is, why one does not go on, and what to do then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import clean
from suyuan.desk.labels_print import PRINTS, local, printer_name, printers_of
from suyuan.devices import queue
from suyuan.devices.models import PrintJob, State
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger.keys import moment
from suyuan.ui.label_pdf import labels_pdf
from suyuan.ui.label_symbols import Symbology
from suyuan.ui.labels import STOCKS
from suyuan.ui.problems import sentence

SHOWN = 100
SOON, LATER = 3, 20  # seconds until a look at the queue is taken again
WORDS = {
    State.WAITING: N_("Waiting"), State.SENDING: N_("Being printed"), State.UNSURE: N_("Perhaps printed"),
    State.DONE: N_("Printed"), State.CANCELLED: N_("Cancelled"),
}  # fmt: skip
LOOKS = {
    State.WAITING: ("hourglass", "state-pending"), State.SENDING: ("printer", "state-transit"),
    State.UNSURE: ("alert-triangle", "state-held"), State.DONE: ("circle-check", "state-released"),
    State.CANCELLED: ("ban", "state-expired"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as a row; `says`: why it waits, or what nobody knows. `others`: printers that could do it instead."""

    id: UUID
    title: str
    printer: str
    asked: datetime
    count: int
    sent: int
    state: str
    word: str
    icon: str
    look: str
    says: str
    first: int
    others: tuple[tuple[str, str], ...]

    @property
    def open(self) -> bool:
        return self.state in (State.WAITING, State.UNSURE)


@desk_page(access=PRINTS)
def jobs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The newest first, what needs somebody before all others."""
    printers = {code: printer_name(printer, desk) for code, printer in printers_of(desk).items()}
    rows = [shown(job, desk, printers) for job in _jobs(desk)[:SHOWN]]
    rows.sort(key=lambda row: row.state != State.UNSURE)
    context = {"rows": rows, "lives": seconds(rows), "tab": "queue"}
    return page(request, desk, "desk/labels/queue.html", context)


def seconds(rows: Sequence[Shown]) -> int:
    """How often to look again: what is about to be printed changes soon, what waits for a printer does not. Pure."""
    if any(row.state == State.SENDING or (row.state == State.WAITING and not row.says) for row in rows):
        return SOON
    return LATER if any(row.state == State.WAITING for row in rows) else 0


def _jobs(desk: Desk) -> QuerySet[PrintJob]:
    mine = PrintJob.objects.filter(printer__warehouse_id=desk.warehouse).defer("labels")
    return mine.select_related("printer", "printer__place").order_by("-created")


def shown(job: PrintJob, desk: Desk, printers: Mapping[str, str]) -> Shown:
    state = State(job.state)
    icon, look = LOOKS[state]
    return Shown(
        job.pk, job.title, printer_name(job.printer, desk), moment(job.created), job.count, job.sent, state,
        _(WORDS[state]), icon, look, _says(job, desk), min(job.sent + 1, job.count),
        tuple(one for one in printers.items() if one[0] != job.printer.code),
    )  # fmt: skip


def _says(job: PrintJob, desk: Desk) -> str:
    problem = queue.trouble_of(job)
    if problem is None:
        return ""
    if problem.code == "devices.silent" and job.failing:
        said = _("{printer} does not answer since {time}. It is tried again by itself.")
        return said.format(printer=printer_name(job.printer, desk), time=local(moment(job.failing), desk))
    return sentence(problem)


@require_POST
@desk_page(access=PRINTS)
def job(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """POST `do`: cancel, printed, again (from label `first`), move (to `printer`), pdf."""
    found = PrintJob.objects.filter(pk=id, printer__warehouse_id=desk.warehouse).select_related("printer").first()
    if found is None:
        return page(request, desk, "desk/refused.html", {"problem": Problem("desk.print_job_unknown")}, 404)
    do = request.POST.get("do", "")
    try:
        if do == "pdf":
            return _pdf(found)
        if not _done(request, desk, found, do):
            messages.warning(request, _("It has gone on meanwhile; this is how it stands now."))
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, sentence(problem))
    return HttpResponseRedirect(reverse("desk:label_queue"))


def _done(request: HttpRequest, desk: Desk, job: PrintJob, do: str) -> bool:
    if do == "cancel":
        return queue.cancel(job, desk.now)
    if do == "printed":
        return queue.was_printed(job, desk.now)
    if do == "again":
        text = clean(request.POST.get("first", ""))
        return queue.go_on(job, int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 6 else -1, desk.now)
    if do == "move":
        code = clean(request.POST.get("printer", ""))
        printer = printers_of(desk).get(code)
        if printer is None:
            raise Refused([Problem("devices.printer_unknown", "printer", {"printer": code[:40]})])
        return queue.move(job, printer, desk.now)
    return False


def _pdf(job: PrintJob) -> HttpResponse:
    """The labels that are left, on what the printer holds: to be printed another way."""
    labels = queue.unpacked(job.labels)[job.first :]
    drawn = labels_pdf(labels, STOCKS[job.printer.media], job.title, Symbology(job.symbology))
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return response
