"""The capture interface (EPCIS 2.0 §8.2.7, §12.6): a document in, done at once and wholly, its job to look at after."""

import json
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from suyuan.api.access import LIMIT, SECURITY, UNKNOWN, VALIDATION, Caller, Refusal, api_view
from suyuan.capture.bodies import stamp
from suyuan.capture.door import Captured, Plain, capture, who_is_who
from suyuan.capture.guard import governed
from suyuan.capture.personal import commit, keep
from suyuan.capture.reading import log_of
from suyuan.capture.who import Who
from suyuan.epcis.document import open_document
from suyuan.epcis.events import Event, EventType
from suyuan.governance.records import ACTOR, NAME_FIELD, person_uri, who_json
from suyuan.gs1.problems import Problem
from suyuan.ledger.entries import Entry, Mention, Name
from suyuan.ledger.keys import COMPANY, key16, micros
from suyuan.ledger.models import Body, Kind, Record
from suyuan.stock.book import OUTBOUND
from suyuan.tlog.jcs import canonical as jcs

TYPES = frozenset({"application/json", "application/ld+json"})
COMMAND = "Capture"
TRIES = 4
# What a person answers for, and often two: a machine cannot sign.
PEOPLE_STEPS = frozenset({"destroying", "repairing"})
JUDGEMENTS = frozenset({("inspecting", "conformant"), ("inspecting", "non_conformant")})
# With these, what is pending, rejected or held may leave or be used up: back to a supplier, as waste.
UNFREE = frozenset({"returned", "disposed"})
OWN_STATUS = "urn:suyuan:epcis:status"


@api_view("capture")
def capture_document(request: HttpRequest, caller: Caller) -> HttpResponse:
    """POST an EPCIS document: 202 and the address of the job, which is finished then. Nothing is taken in part."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    data = body_of(request)
    document = open_document(data, limit=settings.SUYUAN.capture_limit_bytes)
    most = settings.SUYUAN.capture_limit_events
    if len(document) > most:
        params = {"count": str(len(document)), "most": str(most)}
        raise Refusal(413, LIMIT, [Problem("api.events_too_many", "", params)])
    events = list(document.events())
    who = who_is_who()
    check_rights(events, caller, who)
    job = uuid4()
    done = patiently(lambda: record(events, caller, who, job, sha256(data).hexdigest()))
    body = {"captureID": str(job), "recorded": len(done.recorded) - 1, "repeated": len(done.repeated)}
    return JsonResponse(body, status=202, headers={"Location": reverse("api:job", args=[job]), **limits()})


def limits() -> dict[str, str]:
    """What this interface takes, as the standard's headers say it (§12.7)."""
    options = settings.SUYUAN
    return {
        "GS1-EPCIS-Version": "2.0.0",
        "GS1-EPCIS-Capture-Limit": str(options.capture_limit_events),
        "GS1-EPCIS-Capture-File-Size-Limit": str(options.capture_limit_bytes),
        "GS1-Capture-Error-Behaviour": "rollback",
    }


def body_of(request: HttpRequest) -> bytes:
    if (request.content_type or "").lower() not in TYPES:
        raise Refusal(415, VALIDATION, [Problem("api.media_type", "", {"type": (request.content_type or "")[:60]})])
    try:
        return request.body
    except RequestDataTooBig:
        most = str(settings.SUYUAN.capture_limit_bytes)
        raise Refusal(413, LIMIT, [Problem("api.too_large", "", {"most": most})]) from None


def check_rights(events: Sequence[Event], caller: Caller, who: Who) -> None:
    """May the caller capture in each warehouse that the events name; and is nothing among them for people to decide?"""
    named = [(n, log_of(event, who), event) for n, event in enumerate(events)]
    ours = [row for row in named if row[1] in who.directory.warehouses]
    denied = sorted({log for _n, log, _event in ours if not caller.actor.may("capture", log)})
    problems = [Problem("api.not_allowed", "", {"scope": log}) for log in denied]
    problems += [Problem("api.needs_people", f"eventList[{n}]") for n, _log, event in ours if needs_people(event)]
    if problems:
        raise Refusal(403, SECURITY, problems)


def needs_people(event: Event) -> bool:
    """Does it lift a hold, judge quality, destroy, take an earlier event back, or take what is not free?"""
    return bool(
        event.persistent_unset
        or event.error is not None
        or event.biz_step in PEOPLE_STEPS
        or (event.biz_step, event.disposition) in JUDGEMENTS
        or (event.disposition in UNFREE and (event.biz_step in OUTBOUND or event.type is EventType.TRANSFORMATION))
        or OWN_STATUS in event.extensions
    )


# -- recording ---------------------------------------------------------------------------------------------------------


def record(events: Sequence[Event], caller: Caller, who: Who, job: UUID, digest: str) -> Captured:
    """All events and, beside them, who brought them: one transaction."""
    log = log_of(events[0], who) if events else COMPANY
    name = commit(NAME_FIELD, caller.actor.name)
    body = jcs(
        {
            "type": "change",
            "command": COMMAND,
            "actor": who_json(caller.actor, name.commitment),
            "scope": log,
            "request": str(job),
            "time": stamp(caller.now),
            "client_time": None,
            "terminal": caller.terminal,
            "params": {"document": digest},
            "result": {"events": len(events)},
            "events": [],
        }
    )
    uri = person_uri(caller.actor.id)
    entry = Entry(log=log, id=job.bytes, kind=Kind.CHANGE.value, body=body, event_time=micros(caller.now), type=COMMAND)
    person = Name(key16(uri), uri, "person", None, caller.actor.id)
    plain = Plain(entry, (Mention(person.id, ACTOR),), (person,))
    with transaction.atomic(), governed(), connection.cursor() as cursor:
        done = capture(events, now=caller.now, guarded=True, plain=[plain], who=who)
        keep(cursor, log, job.bytes, [name])
    return done


def patiently(work: Callable[[], Captured]) -> Captured:
    """Again, where another transaction was faster."""
    for attempt in range(TRIES):
        try:
            return work()
        except OperationalError:
            if attempt == TRIES - 1:
                raise
            time.sleep(0.02 * 2**attempt)
    raise AssertionError("the loop above returns or raises")


# -- the job -----------------------------------------------------------------------------------------------------------


@api_view("capture:read")
def job(request: HttpRequest, caller: Caller, id: UUID) -> HttpResponse:
    """GET a capture job (§8.2.7.2): what became of a document. Others' are for those who may read them all."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    rows = Record.objects.filter(id=id.bytes, type=COMMAND, kind=Kind.CHANGE).values_list("log", flat=True)
    log = rows.first()
    found = Body.objects.filter(id=id.bytes, log=log).values_list("body", flat=True).first() if log else None
    told = json.loads(bytes(found)) if found is not None else None
    if told is None or told["actor"]["id"] != caller.actor.id:
        raise Refusal(404, UNKNOWN, [Problem("api.job_unknown", "id")])
    return JsonResponse(
        {
            "captureID": str(id),
            "createdAt": told["time"],
            "finishedAt": told["time"],
            "running": False,
            "success": True,
            "captureErrorBehaviour": "rollback",
            "errors": [],
            "events": told["result"]["events"],
        },
        headers=limits(),
    )
