"""One inspection: what is drawn and looked at, what was found, the verdict on it."""

import json
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from suyuan.catalog.files import media_type, path_of
from suyuan.catalog.models import Certificate, File
from suyuan.catalog.registers.categories import CERTIFICATES
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.forms import by_field, clean
from suyuan.desk.goods import named
from suyuan.desk.inspecting_forms import Typed, fill, imported, typed_of
from suyuan.desk.inspecting_views import (
    check_view,
    grid,
    paper_words,
    people_of,
    quantity_of,
    sampling_words,
    series_url,
    state_word,
    tabs,
    thing_or_none,
    verdict_words,
)
from suyuan.desk.naming import Names
from suyuan.desk.office_files import HEADERS
from suyuan.desk.returning import conditions
from suyuan.desk.sheets import context_of, record
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.inspection.commands import Answer, DropInspection, RecordResults
from suyuan.inspection.judging import cells_of, judged
from suyuan.inspection.kinds import Mode, Scope, State
from suyuan.inspection.models import Inspection, NonConformance
from suyuan.inspection.queries import asked_of, cells_of_row, row_checks
from suyuan.ledger.keys import key16, moment
from suyuan.ledger.models import Body
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.operations.quality.revise import ReviseInspection
from suyuan.operations.returned import is_unseen
from suyuan.stock.facts import PENDING
from suyuan.stock.queries import on_hand, stock_of, stock_of_items, uris_of
from suyuan.ui.uploads import kept_files

CELLS_A_PAGE = 800  # inputs in one form: no request takes many more
VERDICTS = ("pass", "fail", "concession")


@desk_page("inspect:read")
def inspection(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """One inspection. POST `do`: save, fill, import, pass, fail, concession, ask, revise, drop."""
    row = Inspection.objects.filter(pk=id, log=desk.warehouse).select_related("revises").first()
    if row is None:
        problem = Problem("inspection.unknown", "", {"inspection": str(id)})
        return page(request, desk, "desk/refused.html", {"problem": problem}, status=404)
    problems: list[Problem] = []
    typed: Typed | None = None
    if request.method == "POST":
        typed = typed_of(request, row)
        done, problems = _done(request, desk, row, typed)
        if done is not None and not problems:
            return done
        row.refresh_from_db()
    return page(request, desk, "desk/inspecting/inspection.html", shown(request, desk, row, typed, problems))


def _done(request: HttpRequest, desk: Desk, row: Inspection, typed: Typed) -> tuple[HttpResponse | None, list[Problem]]:
    """What the button asks; where to go when it is done."""
    do = request.POST.get("do", "save")
    here = HttpResponseRedirect(f"{reverse('desk:inspection', args=[row.pk])}{_page_of(request)}")
    if do == "drop":
        command = DropInspection(warehouse=desk.warehouse, inspection=str(row.pk), reason=typed.reason)
        return HttpResponseRedirect(reverse("desk:inspections")), record(desk, request, command)
    if do == "revise":
        asked = ask(desk, request, revision(desk, row, typed), typed.reason)
        return HttpResponseRedirect(reverse("desk:approvals")), asked
    files, problems = kept_files(request)
    results = dict(typed.results)
    if do == "fill":
        fill(row, results)
    if do == "import":
        problems += imported(request, row, results)
    if problems:
        return None, problems
    if do in (*VERDICTS, ASK):
        return _judged(request, desk, row, typed, [*typed.files, *files])
    told = replace(typed, results=results, files=(*typed.files, *files))
    return here, save(desk, request, row, told)


def _page_of(request: HttpRequest) -> str:
    first = request.POST.get("next") or request.POST.get("from") or ""
    return f"?{urlencode({'from': first})}" if first.isdecimal() and first != "1" else ""


def save(desk: Desk, request: HttpRequest, row: Inspection, typed: Typed, *, first: bool = False) -> list[Problem]:
    """Keep what was typed. `first`: another command follows under the request of this form."""
    command = RecordResults(
        warehouse=desk.warehouse, inspection=str(row.pk), answers=typed.answers(), papers=typed.papers,
        files=typed.files, note=typed.note, seen=typed.seen,
    )  # fmt: skip
    context = context_of(desk, request)
    try:
        execute(replace(context, request_id=uuid4()) if first else context, command)
    except Refused as refused:
        return by_cell(named(refused.problems, desk.language), typed.answers())
    return []


def by_cell(problems: list[Problem], answers: tuple[Answer, ...]) -> list[Problem]:
    """Problems of answers at the inputs they were typed in."""
    names = {f"answers[{n}]": f"a-{one.sample}-{one.check}" for n, one in enumerate(answers)}
    return [Problem(one.code, names.get(one.field, one.field), one.params) for one in problems]


def _judged(
    request: HttpRequest, desk: Desk, row: Inspection, typed: Typed, files: list[str]
) -> tuple[HttpResponse | None, list[Problem]]:
    """Save what was typed, then the verdict on it: done at once, or left for the second person."""
    told = replace(typed, files=tuple(files))
    if (told.results, [*told.files], told.note) != (cells_of_row(row), row.files, row.note) or typed.papers:
        problems = save(desk, request, row, told, first=True)
        if problems:
            return None, problems
        row.refresh_from_db()
    do = request.POST.get("do", "")
    kind = typed.verdict if do == ASK else do
    command = verdict_of(desk, row, kind, typed.reason, clean(request.POST.get("condition", "")))
    if do == ASK:
        problems = ask(desk, request, command, typed.reason or row.number)
        return HttpResponseRedirect(reverse("desk:approvals")), problems
    problems = record(desk, request, command)
    if not problems:
        messages.success(request, _("The verdict is recorded."))
    return HttpResponseRedirect(reverse("desk:inspections")), problems


def verdict_of(desk: Desk, row: Inspection, kind: str, reason: str, condition: str = "") -> Inspect:
    """The verdict on all that waits of the lot; serials each by their name. `condition`: how what came back looks."""
    lying = [one for one in stock_of([key16(row.goods)], desk.warehouse) if one.status == PENDING]
    of_all = Verdict(uri=row.goods, verdict=kind, receipt=row.receipt, reason=reason, condition=condition)
    lines: tuple[Verdict, ...] = (of_all,)
    if not lying:
        serials = serials_of(desk.warehouse, row)
        lines = tuple(replace(of_all, uri=uri) for uri in serials) or lines
    return Inspect(warehouse=desk.warehouse, lines=lines, inspection=str(row.pk), seen=row.version)


def serials_of(warehouse: str, row: Inspection) -> list[str]:
    """The serials of a lot that wait, of the delivery inspected."""
    lot = key16(row.goods)
    lying = [one for one in stock_of_items([key16(row.item)], warehouse) if one.lot == lot and one.status == PENDING]
    keys = [one.subject for one in lying if not row.receipt or one.receipt.hex() == row.receipt]
    uris = uris_of(keys)
    return sorted(uris[key] for key in keys if key in uris)


def unseen(desk: Desk, row: Inspection) -> bool:
    """Did the goods come back from a customer, and has nobody said how they look?"""
    return is_unseen(desk.warehouse, [key16(uri) for uri in (row.goods, *serials_of(desk.warehouse, row))], row.receipt)


def revision(desk: Desk, row: Inspection, typed: Typed) -> ReviseInspection:
    return ReviseInspection(
        warehouse=desk.warehouse, inspection=str(row.pk), reason=typed.reason, answers=typed.answers(),
        papers=typed.papers, files=typed.files, note=typed.note,
    )  # fmt: skip


def shown(
    request: HttpRequest, desk: Desk, row: Inspection, typed: Typed | None, problems: list[Problem]
) -> dict[str, object]:
    """Everything the page shows."""
    open_ = row.state == State.OPEN
    names = Names([uri for uri in (row.goods, row.supplier) if uri], desk.language)
    return {
        "row": row,
        "open": open_,
        "tabs": tabs("waiting" if open_ else "done"),
        "thing": names.thing(row.goods),
        "supplier": thing_or_none(names, row.supplier),
        "quantity": quantity_of(row),
        "words": sampling_words(row),
        "state_word": state_word(row),
        "lies": lies(row, desk),
        "papers": papers_shown(row, typed),
        "certificates": certificates_of(row.supplier, desk),
        "arrived": arrived_with(row),
        "files": files_of(row),
        "paper_words": paper_words(row.certificates),
        "series_url": series_url(row.supplier, row.item) if row.mode == Mode.SAMPLING else "",
        "reports": list(NonConformance.objects.filter(inspection=row).values_list("number", flat=True)),
        "newer": row.revised.first() if row.superseded else None,
        "inspector": people_of([row.inspector]).get(row.inspector, ""),
        "decided": moment(row.decided) if row.decided else None,
        "opened": moment(row.opened),
        "may": desk.actor.may("inspect", desk.warehouse),
        "request_id": uuid4(),
        "can_ask": can_ask(request, problems) or row.qualified,
        "problems_found": problems,
        "errors": by_field(problems),
        "note": typed.note if typed else row.note,
        "reason": typed.reason if typed else "",
        "chosen": typed.verdict if typed else "",
        "conditions": conditions() if open_ and unseen(desk, row) else [],
        "condition": request.POST.get("condition", ""),
        "revising": "revise" in request.GET and not open_ and not row.superseded,
        **results_shown(request, desk, row, typed),
    }


def results_shown(request: HttpRequest, desk: Desk, row: Inspection, typed: Typed | None) -> dict[str, object]:
    """The grid: so many pieces as one form takes, and what all results say."""
    checks, asked = row_checks(row), asked_of(row)
    results = dict(typed.results) if typed else cells_of_row(row)
    cells = cells_of(checks, asked)
    total = max((sample for sample, _check in cells), default=0)
    step = max(1, CELLS_A_PAGE // max(1, len(checks)))
    start = request.POST.get("from") or request.GET.get("from") or "1"
    first = int(start) if start.isdecimal() and 1 <= int(start) <= max(total, 1) else 1
    last = min(total, first + step - 1)
    finding = judged(checks, asked, results)
    of_lot, pieces = grid(checks, cells, results, first, last, desk.language)
    state, said = verdict_words(row, finding, asked)
    return {
        "checks": [check_view(check, desk.language) for check in checks if check.scope is Scope.PIECE],
        "of_lot": of_lot,
        "pieces": pieces,
        "finding": finding,
        "verdict_state": state,
        "verdict_said": said,
        "first": first,
        "last": last,
        "total": total,
        "before": max(1, first - step) if first > 1 else 0,
        "after": last + 1 if last < total else 0,
    }


def lies(row: Inspection, desk: Desk) -> list[tuple[object, str | None, Quantity]]:
    """Where what waits of the lot lies: place, container, how much."""
    found = on_hand(desk.today.toordinal(), log=desk.warehouse, subjects=[row.goods])
    here = [one for one in found if one.status == PENDING and row.receipt in ("", one.receipt)]
    places = Names([one.place for one in here], desk.language)
    return [(places.thing(one.place), one.container, Quantity(one.quantity, one.unit or COUNT)) for one in here]


def papers_shown(row: Inspection, typed: Typed | None) -> list[dict[str, object]]:
    """The papers that the lot must come with: what was found of each."""
    kept = {str(one.get("kind")): one for one in row.papers}
    if typed:
        kept = {one.kind: {"number": one.number, "good": one.good} for one in typed.papers}
    return [
        {
            "kind": kind, "word": _(CERTIFICATES[kind]), "number": kept.get(kind, {}).get("number", ""),
            "good": bool(kept.get(kind, {}).get("good")),
        }
        for kind in row.certificates.split(",")
        if kind in CERTIFICATES
    ]  # fmt: skip


def certificates_of(supplier: str, desk: Desk) -> list[tuple[str, str, object, bool]]:
    """The supplier's own certificates: kind, number, last day, whether good today."""
    if not supplier:
        return []
    rows = Certificate.objects.filter(partner__uri=supplier, is_active=True).order_by("kind", "number")
    return [
        (
            _(CERTIFICATES.get(one.kind, one.kind)),
            one.number,
            one.valid_until,
            one.valid_until is None or one.valid_until >= desk.today,
        )
        for one in rows
    ]


def arrived_with(row: Inspection) -> list[tuple[str, str]]:
    """What was attached when the goods were received: (hash, name)."""
    if not row.receipt:
        return []
    stored = Body.objects.filter(log=row.log, id=bytes.fromhex(row.receipt)).values_list("body", flat=True).first()
    told = json.loads(bytes(stored)).get("suyuan:attachments", []) if stored is not None else []
    hashes = [str(one["hash"]) for one in told if one.get("id") in (None, "", row.goods)]
    return file_names(hashes)


def files_of(row: Inspection) -> list[tuple[str, str]]:
    return file_names(row.files)


def file_names(hashes: list[str]) -> list[tuple[str, str]]:
    known = dict(File.objects.filter(hash__in=hashes).values_list("hash", "name")) if hashes else {}
    return [(one, known.get(one) or one[:12]) for one in hashes]


@desk_page("inspect:read")
def inspection_file(request: HttpRequest, desk: Desk, id: UUID, hash: str) -> HttpResponse:
    """A photo or paper that an inspection names, or that came with its goods."""
    row = Inspection.objects.filter(pk=id, log=desk.warehouse).first()
    named = {one for one, _name in (*arrived_with(row), *files_of(row))} if row else set()
    return sent_file(request, desk, hash if hash in named else "")


def sent_file(request: HttpRequest, desk: Desk, hash: str) -> HttpResponse:
    """A kept file, shown where it is a picture; without a hash there is none."""
    known = File.objects.filter(hash=hash).first() if hash else None
    if known is None or not path_of(hash).exists():
        return page(request, desk, "desk/refused.html", {"problem": Problem("catalog.file_gone")}, status=404)
    data = path_of(hash).read_bytes()
    kind = media_type(data) or "application/octet-stream"
    response = HttpResponse(data, content_type=kind, headers=HEADERS)
    response["Content-Disposition"] = (
        content_disposition_header(not kind.startswith("image/"), known.name) or "attachment"
    )
    return response
