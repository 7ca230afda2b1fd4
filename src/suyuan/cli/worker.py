"""The worker of `suyuan serve`: signs what has been recorded, a moment later and apart from it, and does the jobs."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from django.db import Error, connection
from django.utils import timezone
from django.utils.translation import get_language

from suyuan.capture.guard import governed
from suyuan.delivery import sending as carriers
from suyuan.desk import alerts_digest, importing_work, reporting_mail
from suyuan.devices import queue as printers
from suyuan.governance import merging
from suyuan.governance.jobs import forget, run_next
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight import advising, balance_days, dayflows, erasing, refreshing, sending
from suyuan.insight import notices as recall_hooks
from suyuan.ledger.sequencer import check_all, give_back, new_holder, sequence
from suyuan.operations.counting import daily
from suyuan.recall import sending as notices
from suyuan.recall import watching
from suyuan.ui.problems import sentence

PAUSE = 1.0  # seconds between two looks at an empty queue
LONGEST_PAUSE = 30.0  # after failures
FINISH_JOB = 5.0  # seconds that a job may still take when the worker is stopped
PRINTING = 3  # printers that are sent to at the same time
ALERTS = 60.0  # seconds at least between two times that all alerts are asked for
PATIENCE = 50  # and so many times as long as asking took, so that it never takes more than a fiftieth
FIGURES = 60.0  # seconds at least between two times that the figures of the days are brought up to date
DIGESTS = 30.0  # seconds between two looks whether somebody is to be sent something
ADVICES = 10.0  # seconds between two looks for shipments whose customers are to be told
CARRIERS = 5.0  # seconds between two looks for consignments to be booked or asked for
RECALLS = 10.0  # seconds between two looks whether scopes of recalls have grown, and for notices to be sent
COUNTS = 900.0  # seconds between two looks for bins that are due by a plan
SWEEP = 3600.0  # seconds between two looks for files of old jobs
REFUSED = 2
DONE_HERE = (importing_work.KIND, merging.SEARCH)  # kinds of jobs, declared by those who know how
_START = "from suyuan.cli.main import main; raise SystemExit(main())"
_LOG = logging.getLogger(__name__)


def work(stop: threading.Event) -> int:
    """Sequence until `stop` is set. 2 if a log was not signed, for reasons that are said once each; else 0.

    Raises Refused at once where a log must not be signed on when the worker starts.
    """
    problems = check_all()
    if problems:
        raise Refused(problems)
    holder, told, pause = new_holder(), set[str](), PAUSE
    jobs = threading.Thread(target=do_jobs, args=(stop, holder), daemon=True)
    jobs.start()  # beside the signing: a long job must not stop it
    printing = [threading.Thread(target=do_prints, args=(stop, f"{holder}/{n}"), daemon=True) for n in range(PRINTING)]
    for thread in printing:
        thread.start()
    tasks = (do_alerts, do_figures, do_sendings, do_carriers, do_advices, do_recalls)
    beside = [threading.Thread(target=one, args=(stop, holder), daemon=True) for one in tasks]
    for thread in beside:
        thread.start()
    while not stop.is_set():
        try:
            with governed():
                outcomes = sequence(timezone.now(), holder=holder)
        except (Error, OSError):  # the database restarts, the disk is full: what is half done is completed later
            _LOG.exception("sequencing failed; it is tried again in %s s", pause)
            connection.close()
            stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        pause = PAUSE
        _tell([problem for outcome in outcomes for problem in outcome.problems], told)
        if not any(outcome.more for outcome in outcomes):
            stop.wait(PAUSE)
    with governed():
        give_back(holder)
    for thread in (*printing, *beside):
        thread.join(FINISH_JOB)
    jobs.join(FINISH_JOB)  # what is left then is taken up again by the next worker
    return REFUSED if told else 0


class Every:
    """Something that is to be done again so many seconds after it was done last."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.last: float | None = None

    def due(self) -> bool:
        """Is it time? Then the next time is counted from now."""
        now = time.monotonic()
        if self.last is not None and now - self.last < self.seconds:
            return False
        self.last = now
        return True


def again(stop: threading.Event, work: Callable[[], float], failed: str, pause: float) -> None:
    """`work` again and again until `stop` is set, in a thread of its own with a connection of its own. It answers how
    many seconds to wait before the next time; `failed`: what is logged when it raises, after which `pause` is waited.
    """
    while not stop.is_set():
        try:
            wait = work()
        except Exception:  # whatever it was, the next time is another
            _LOG.exception(failed)
            connection.close()
            wait = pause
        if wait:
            stop.wait(wait)
    connection.close()


def do_jobs(stop: threading.Event, holder: str) -> None:
    """One job after another."""
    sweep = Every(SWEEP)

    def work() -> float:
        busy = run_next(holder, timezone.now)
        if sweep.due():
            forget(timezone.now())
        return 0 if busy else PAUSE

    again(stop, work, "a job could not be taken or ended", PAUSE)


def do_prints(stop: threading.Event, holder: str) -> None:
    """One print job after another; several of these, since a printer that is slow holds one up."""
    sweep = Every(SWEEP)

    def work() -> float:
        busy = printers.print_next(holder, timezone.now)
        if sweep.due():
            printers.forget(timezone.now())
        return 0 if busy else PAUSE

    again(stop, work, "a print job could not be taken or ended", PAUSE)


def do_alerts(stop: threading.Event, holder: str) -> None:
    """Ask for what wants attention, every minute or few; and make the count sheets of the day."""
    sweep, counts = Every(SWEEP), Every(COUNTS)

    def work() -> float:
        begun = time.monotonic()
        if counts.due():
            daily.make_due(timezone.now())
        refreshing.refresh(timezone.now())
        if sweep.due():
            refreshing.forget(timezone.now())
        return max(ALERTS, PATIENCE * (time.monotonic() - begun))

    again(stop, work, "alerts could not be brought up to date", ALERTS)


def do_figures(stop: threading.Event, holder: str) -> None:
    """Bring the figures of the days up to date, a few days at a time."""

    def work() -> float:
        begun = time.monotonic()
        passes = [dayflows.refresh(timezone.now(), rounds=1), balance_days.refresh(timezone.now(), rounds=1)]
        taken = time.monotonic() - begun
        return taken if any(one.more for one in passes) else max(FIGURES, PATIENCE * taken)

    again(stop, work, "the figures of the days could not be made", FIGURES)


def do_sendings(stop: threading.Event, holder: str) -> None:
    """Make the digests whose time has come, and send what is due."""
    sweep = Every(SWEEP)

    def work() -> float:
        alerts_digest.make_due(timezone.now())
        reporting_mail.make_due(timezone.now())
        busy = sending.send_next(holder, timezone.now)
        if sweep.due():
            sending.forget(timezone.now())
            erasing.erase_due(timezone.now())
        return 0 if busy else DIGESTS

    again(stop, work, "a digest could not be made or sent", DIGESTS)


def do_carriers(stop: threading.Event, holder: str) -> None:
    """Book with carriers and ask what became of consignments."""
    again(
        stop,
        lambda: 0 if carriers.work_next(holder, timezone.now) else CARRIERS,
        "a consignment could not be taken",
        CARRIERS,
    )


def do_advices(stop: threading.Event, holder: str) -> None:
    """Tell customers what was shipped to them."""

    def work() -> float:
        advising.make_due(timezone.now())
        return 0 if advising.send_next(holder, timezone.now) else ADVICES

    again(stop, work, "a despatch advice could not be made or sent", ADVICES)


def do_recalls(stop: threading.Event, holder: str) -> None:
    """Send notices of recalls, ask the silent again, and look whether scopes have grown."""

    def work() -> float:
        if notices.send_next(holder, timezone.now, recall_hooks.post):
            return 0
        watching.escalate(timezone.now)
        watching.watch(timezone.now)
        return RECALLS

    again(stop, work, "recalls could not be looked after", RECALLS)


def _tell(problems: list[Problem], told: set[str]) -> None:
    for text in map(sentence, problems):
        if text not in told:
            print(f"suyuan: {text}", file=sys.stderr, flush=True)
            told.add(text)


def serve_worker(*, with_parent: bool) -> int:
    """Work until SIGTERM or SIGINT; `with_parent` also until the process that started this one is gone."""
    stop, parent = threading.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        threading.Thread(target=_watch, args=(stop, lambda: os.getppid() == parent), daemon=True).start()
    return work(stop)


def _watch(stop: threading.Event, alive: Callable[[], bool]) -> None:
    while alive() and not stop.wait(PAUSE):
        pass
    stop.set()


class Supervised:
    """A worker process beside this one: started again when it dies, stopped at the end of the `with` block.

    One that refuses has said why and is not started again; the web goes on, since goods keep arriving. `status` is then
    2, for whoever looks at how this process ended.
    """

    def __init__(self) -> None:
        self.status = 0
        self._language = get_language() or "en"  # of this thread; the other has none
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._supervise)

    def __enter__(self) -> "Supervised":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _supervise(self) -> None:
        pause = PAUSE
        while not self._stop.is_set():
            self.status = self._run_once()
            if self.status == REFUSED:
                return
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self.status = 0 if self.status < 0 else self.status

    def _run_once(self) -> int:
        words = ["--lang", self._language, "serve", "--role", "worker", "--with-parent"]
        # In a group of its own: Ctrl-C in the terminal is for this process, which then stops the worker.
        worker = subprocess.Popen([sys.executable, "-c", _START, *words], process_group=0)
        while worker.poll() is None and not self._stop.wait(0.2):
            pass
        if worker.poll() is None:
            worker.terminate()
        return worker.wait()
