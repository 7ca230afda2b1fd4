"""What waits for the printers. Rows, as with jobs: a label asked for is printed, or it is seen why not.

A printer that is off is asked again and again, ever less often. A connection that broke after the first byte, or a
worker that died while it was sending, leaves the job `UNSURE`: a person looks and says how it goes on, so that no label
is printed twice unasked.
"""

import json
import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from suyuan.devices.models import Printer, PrintJob, State
from suyuan.devices.port import Broken, NotSent, Wire
from suyuan.devices.tcp import Tcp
from suyuan.gs1.element_strings import Element
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import micros
from suyuan.ui.label_symbols import Symbology
from suyuan.ui.labels import STOCKS, Label
from suyuan.ui.zpl import check_fit, labels_zpl

MOST = 5000  # labels in one job
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(seconds=60)
STALE = timedelta(seconds=60)
TELL_EVERY = 20  # labels
KEPT = timedelta(days=7)
_LOG = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Connect = Callable[[Printer], Wire]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Labels to be printed, in order. `title`: what they are, for whoever looks at the queue."""

    labels: Sequence[Label]
    symbology: Symbology
    title: str


# -- asking for it ----------------------------------------------------------------------------------------------------


def ask(printer: Printer, wanted: Wanted, *, by: UUID, id: UUID, now: datetime) -> PrintJob:
    """Leave labels for a printer; those of this id that are there already are answered as they are. Refused where the
    printer is not in use, there are too many, or one does not fit (said at once, not when it is printed).
    """
    there = PrintJob.objects.filter(pk=id, requested_by=by).first()
    if there is not None:
        return there
    problems = [] if printer.is_active else [Problem("devices.printer_closed", "printer", {"printer": printer.code})]
    if not 0 < len(wanted.labels) <= MOST:
        params = {"count": str(len(wanted.labels)), "most": str(MOST)}
        problems.append(Problem("devices.labels_many", "copies", params))
    if problems:
        raise Refused(problems)
    check_fit(wanted.labels, STOCKS[printer.media], int(printer.dpi), wanted.symbology)
    return PrintJob.objects.create(
        id=id, printer=printer, title=wanted.title[:200], symbology=wanted.symbology, labels=packed(wanted.labels),
        count=len(wanted.labels), requested_by=by, created=micros(now), due=micros(now),
    )  # fmt: skip


def packed(labels: Sequence[Label]) -> bytes:
    return zlib.compress(json.dumps([asdict(label) for label in labels], ensure_ascii=False).encode(), 6)


def unpacked(data: bytes | memoryview) -> list[Label]:
    return [_label(row) for row in json.loads(zlib.decompress(bytes(data)))]


def _label(row: dict[str, object]) -> Label:
    elements = row.pop("elements")
    facts = row.pop("facts")
    assert isinstance(elements, list)
    assert isinstance(facts, list)
    return Label(
        **{name: str(value) for name, value in row.items()},
        facts=tuple((str(word), str(value)) for word, value in facts),
        elements=tuple(Element(one["ai"], one["value"]) for one in elements),
    )


# -- what a person says -----------------------------------------------------------------------------------------------


def cancel(job: PrintJob, now: datetime) -> bool:
    """Do not print the rest. False where it is being sent or has ended."""
    open_ = PrintJob.objects.filter(pk=job.pk, state__in=(State.WAITING, State.UNSURE))
    return bool(open_.update(state=State.CANCELLED, finished=micros(now)))


def was_printed(job: PrintJob, now: datetime) -> bool:
    """Somebody has looked: all of it is on paper."""
    unsure = PrintJob.objects.filter(pk=job.pk, state=State.UNSURE)
    return bool(unsure.update(state=State.DONE, sent=F("count"), finished=micros(now), trouble={}))


def go_on(job: PrintJob, first: int, now: datetime) -> bool:
    """Print from the label on that stands behind `first` others. False where somebody has decided already."""
    if not 0 <= first < job.count:
        params = {"first": str(first + 1), "count": str(job.count)}
        raise Refused([Problem("devices.first_label", "first", params)])
    unsure = PrintJob.objects.filter(pk=job.pk, state__in=(State.UNSURE, State.WAITING))
    again: dict[str, object] = {
        "first": first,
        "sent": first,
        "due": micros(now),
        "tries": 0,
        "failing": None,
        "trouble": {},
    }
    return bool(unsure.update(state=State.WAITING, **again))


def move(job: PrintJob, printer: Printer, now: datetime) -> bool:
    """Let another printer do it. False where it is being sent, may be on paper, or has ended."""
    if not printer.is_active:
        raise Refused([Problem("devices.printer_closed", "printer", {"printer": printer.code})])
    waiting = PrintJob.objects.filter(pk=job.pk, state=State.WAITING)
    return bool(waiting.update(printer=printer, due=micros(now), tries=0, failing=None, trouble={}))


# -- printing ---------------------------------------------------------------------------------------------------------


def over_tcp(printer: Printer) -> Wire:
    return Tcp(printer.host, printer.port, settings.SUYUAN.printer_networks, printer.answers)


def print_next(holder: str, clock: Clock, connect: Connect = over_tcp) -> bool:
    """Take the next job of a printer that is free, and print it. False where there was none."""
    job = take(holder, clock())
    if job is None:
        return False
    wire = connect(job.printer)
    try:
        wire.send(_formats(job), lambda count: _tell(job, holder, count, clock))
    except NotSent as failed:
        _later(job, holder, failed.problem, clock())
    except Broken as failed:
        _unsure(job, holder, failed.problem)
    except Refused as refused:  # one of the labels does not fit
        _unsure(job, holder, refused.problems[0])
    except Exception:  # whatever it was, nobody knows how much is on paper
        _LOG.exception("print job %s failed", job.pk)
        _unsure(job, holder, Problem("devices.failed", "printer"))
    else:
        done = {"state": State.DONE, "sent": job.count, "finished": micros(clock()), "trouble": {}, "failing": None}
        _mine(job, holder).update(**done)
    return True


def take(holder: str, now: datetime) -> PrintJob | None:
    """The next job whose time has come, now this worker's; those of workers that died become unsure."""
    lost = PrintJob.objects.filter(state=State.SENDING, heartbeat__lt=micros(now - STALE))
    lost.update(state=State.UNSURE, holder="", trouble=_json(Problem("devices.worker_died", "printer")))
    busy = PrintJob.objects.filter(state=State.SENDING).values("printer")
    free = PrintJob.objects.filter(state=State.WAITING, due__lte=micros(now)).exclude(printer__in=busy)
    for id in free.order_by("due", "created").values_list("pk", flat=True)[:5]:
        try:
            with transaction.atomic():
                won = PrintJob.objects.filter(pk=id, state=State.WAITING).update(
                    state=State.SENDING, holder=holder, heartbeat=micros(now), tries=F("tries") + 1
                )
        except IntegrityError:  # another worker has just taken one for this printer
            continue
        if won:
            return PrintJob.objects.select_related("printer").get(pk=id)
    return None


def _formats(job: PrintJob) -> Iterator[bytes]:
    stock, dpi = STOCKS[job.printer.media], int(job.printer.dpi)
    labels = unpacked(job.labels)[job.first :]
    return labels_zpl(labels, stock, dpi, Symbology(job.symbology))


def _tell(job: PrintJob, holder: str, count: int, clock: Clock) -> None:
    if count % TELL_EVERY == 0 or count == 1:
        _mine(job, holder).update(sent=job.first + count, heartbeat=micros(clock()))
    job.sent = job.first + count


def _later(job: PrintJob, holder: str, problem: Problem, now: datetime) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(job.tries - 1, 10), LONGEST_PAUSE)
    since = job.failing or micros(now)
    again = {"due": micros(now + pause), "failing": since, "trouble": _json(problem), "holder": ""}
    _mine(job, holder).update(state=State.WAITING, **again)


def _unsure(job: PrintJob, holder: str, problem: Problem) -> None:
    _mine(job, holder).update(state=State.UNSURE, sent=job.sent, trouble=_json(problem), holder="")


def _mine(job: PrintJob, holder: str) -> QuerySet[PrintJob]:
    return PrintJob.objects.filter(pk=job.pk, holder=holder, state=State.SENDING)


def _json(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "field": problem.field, "params": dict(problem.params)}


def trouble_of(job: PrintJob) -> Problem | None:
    """Why it waits or is unsure."""
    if not job.trouble:
        return None
    return Problem(job.trouble["code"], job.trouble["field"], job.trouble["params"])


def forget(now: datetime) -> int:
    """Drop the labels of what has ended days ago, and give up what nobody has printed since."""
    old = micros(now - KEPT)
    PrintJob.objects.filter(state=State.WAITING, created__lt=old).update(state=State.CANCELLED, finished=micros(now))
    return PrintJob.objects.filter(state__in=(State.DONE, State.CANCELLED), finished__lt=old).delete()[0]
