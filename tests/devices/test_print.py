"""Labels reach a printer, or it is seen why not; none is lost, and none is printed twice unasked."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.devices import queue
from suyuan.devices.models import Printer, PrintJob, State
from suyuan.devices.port import Broken, NotSent, Told
from suyuan.devices.queue import Wanted, ask, cancel, forget, go_on, move, packed, print_next, trouble_of, was_printed
from suyuan.devices.registers import PutPrinters
from suyuan.gs1.element_strings import Element
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import micros
from suyuan.ui.label_symbols import Symbology
from suyuan.ui.labels import Label
from tests.devices.conftest import Stand
from tests.devices.printing import NO_PAPER, OPEN, Paper
from tests.operations.dairy import NOON, Desk, build_dairy
from tests.plugins.postgres import free_port
from tests.ui.label_reading import read_picture, zpl_picture

BY = UUID(int=7)


def labels(count: int) -> list[Label]:
    return [
        Label(
            "https://x.example/",
            f"S{n:05}",
            "酸奶",
            elements=(Element("01", "06901234000108"), Element("21", f"S{n:05}")),
        )
        for n in range(count)
    ]


def asked(printer: Printer, count: int = 3) -> PrintJob:
    return ask(printer, Wanted(labels(count), Symbology.DATAMATRIX, "Labels"), by=BY, id=uuid4(), now=NOON)


def printed(later: int = 0) -> bool:
    return print_next("me", lambda: NOON + timedelta(seconds=later))


def now_of(job: PrintJob) -> PrintJob:
    return PrintJob.objects.get(pk=job.pk)


def code_of(job: PrintJob) -> str:
    problem = trouble_of(now_of(job))
    return problem.code if problem else ""


def test_it_works(stand: Stand) -> None:
    with Paper() as paper:
        job = asked(stand(paper.port))
        assert printed()
        assert not printed()
    formats = b"".join(paper.received).split(b"\n")[:-1]
    assert [read_picture(zpl_picture(one)) for one in formats] == [
        [f"]d20106901234000108\x1d21S{n:05}".replace("\x1d", "").encode()] for n in range(3)
    ]
    assert (now_of(job).state, now_of(job).sent, code_of(job)) == (State.DONE, 3, "")


def test_labels_come_back_as_they_were_kept() -> None:
    first = labels(2)
    assert queue.unpacked(packed(first)) == first


def test_one_that_is_off_gets_it_when_it_is_on_again(stand: Stand) -> None:
    printer = stand(free_port())
    job = asked(printer)
    assert printed()
    assert (now_of(job).state, code_of(job)) == (State.WAITING, "devices.silent")
    assert now_of(job).failing == micros(NOON)
    assert not printed(later=4), "it is not asked again at once"
    assert printed(later=5)
    assert now_of(job).failing == micros(NOON), "since then"
    assert not printed(later=14)
    with Paper() as paper:
        Printer.objects.filter(pk=printer.pk).update(port=paper.port)
        assert printed(later=15)
    assert (now_of(job).state, paper.labels) == (State.DONE, 3)


@pytest.mark.parametrize(("answer", "code"), [(NO_PAPER, "devices.paper_out"), (OPEN, "devices.head_open")])
def test_one_that_cannot_print_gets_nothing(stand: Stand, answer: bytes, code: str) -> None:
    with Paper(answer=answer) as paper:
        job = asked(stand(paper.port))
        assert printed()
        assert paper.labels == 0
    assert (now_of(job).state, code_of(job)) == (State.WAITING, code)


@pytest.mark.parametrize("silent", [Paper(answer=None), Paper(answer=b""), Paper(deaf=True)])
def test_one_that_says_nothing_gets_nothing(stand: Stand, silent: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyuan.devices.tcp.ANSWER", 0.4)
    with silent as paper:
        job = asked(stand(paper.port))
        assert printed()
        assert paper.labels == 0
    assert (now_of(job).state, code_of(job)) == (State.WAITING, "devices.silent")


def test_one_that_never_answers_is_sent_to_blindly(stand: Stand) -> None:
    with Paper(answer=None) as paper:
        job = asked(stand(paper.port, answers=False))
        assert printed()
        assert paper.labels == 3
    assert now_of(job).state == State.DONE


def test_a_connection_that_breaks_is_asked_about(stand: Stand) -> None:
    """Nobody knows what is on paper: it is not tried again before a person has said so."""
    with Paper(stop=40_000) as paper:
        job = asked(stand(paper.port), 200)
        assert printed()
        assert not printed(later=3600)
    assert (now_of(job).state, code_of(job)) == (State.UNSURE, "devices.broken")
    assert 0 < now_of(job).sent < 200
    with Paper() as again:
        Printer.objects.update(port=again.port)
        assert go_on(job, 150, NOON)
        assert printed()
        assert again.labels == 50
    assert now_of(job).state == State.DONE


def test_somebody_has_seen_that_all_is_on_paper(stand: Stand) -> None:
    with Paper(stop=20_000) as paper:
        job = asked(stand(paper.port), 100)
        assert printed()
    assert was_printed(job, NOON)
    assert not was_printed(job, NOON)
    assert (now_of(job).state, now_of(job).sent) == (State.DONE, 100)
    assert not printed()


def test_another_printer_takes_it(stand: Stand) -> None:
    job = asked(stand(free_port()))
    assert printed()
    with Paper() as paper:
        assert move(job, stand(paper.port, "OFFICE"), NOON)
        assert printed()
        assert paper.labels == 3
    assert not move(job, now_of(job).printer, NOON), "it has ended"


def test_what_may_be_on_paper_moves_nowhere(stand: Stand) -> None:
    job = asked(stand(1))
    PrintJob.objects.update(state=State.UNSURE)
    assert not move(job, job.printer, NOON)


def test_a_worker_that_died_leaves_it_unsure(stand: Stand) -> None:
    job = asked(stand(1))
    assert queue.take("dead", NOON) is not None
    assert queue.take("me", NOON + timedelta(seconds=59)) is None
    assert queue.take("me", NOON + timedelta(seconds=61)) is None
    assert (now_of(job).state, code_of(job)) == (State.UNSURE, "devices.worker_died")


def test_the_dead_worker_was_only_slow(stand: Stand) -> None:
    """What it still says about the job changes nothing."""
    job = asked(stand(1))
    held = queue.take("slow", NOON)
    assert held is not None
    queue.take("me", NOON + timedelta(seconds=61))
    queue._later(held, "slow", Problem("devices.silent"), NOON)
    assert now_of(job).state == State.UNSURE


def test_two_jobs_of_one_printer_do_not_mix(stand: Stand) -> None:
    printer = stand(1)
    first, second = asked(printer), asked(printer)
    other = asked(stand(2, "OFFICE"))
    taken = [queue.take(f"w{n}", NOON) for n in range(3)]
    assert [job.pk if job else None for job in taken] == [first.pk, other.pk, None]
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintJob.objects.filter(pk=second.pk).update(state=State.SENDING)


def test_the_same_request_is_one_job(stand: Stand) -> None:
    printer, id = stand(1), uuid4()
    wanted = Wanted(labels(1), Symbology.QR, "Labels")
    assert ask(printer, wanted, by=BY, id=id, now=NOON).pk == ask(printer, wanted, by=BY, id=id, now=NOON).pk
    assert PrintJob.objects.count() == 1


def test_what_cannot_be_printed_is_refused_at_once(stand: Stand) -> None:
    printer = stand(1, media="thermal-small")
    for wanted, code in (
        (Wanted([], Symbology.QR, ""), "devices.labels_many"),
        (Wanted(labels(1) * 5001, Symbology.QR, ""), "devices.labels_many"),
        (Wanted(labels(1), Symbology.GS1_128, ""), "ui.label_too_small"),
    ):
        with pytest.raises(Refused) as refused:
            ask(printer, wanted, by=BY, id=uuid4(), now=NOON)
        assert [problem.code for problem in refused.value.problems] == [code]
    with pytest.raises(Refused):
        go_on(asked(printer), 3, NOON)


def test_cancelled_is_not_printed(stand: Stand) -> None:
    job = asked(stand(1))
    assert cancel(job, NOON)
    assert not printed()
    assert not cancel(job, NOON)


def test_what_is_old_is_forgotten(stand: Stand) -> None:
    job = asked(stand(1))
    later = NOON + timedelta(days=8)
    assert forget(later) == 0
    assert now_of(job).state == State.CANCELLED
    assert forget(later + timedelta(days=8)) == 1


class Falls:
    """A wire that fails with whatever it was made of."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send(self, formats: Iterable[bytes], told: Told) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NotSent(Problem("devices.paused")), State.WAITING),
        (Broken(Problem("devices.broken")), State.UNSURE),
        (RuntimeError("a fault of ours"), State.UNSURE),
    ],
)
def test_every_end_is_told(stand: Stand, error: Exception, state: State) -> None:
    job = asked(stand(1))
    assert print_next("me", lambda: NOON, lambda printer: Falls(error))
    assert now_of(job).state == state
    assert code_of(job)


def test_an_address_outside_is_never_connected_to(stand: Stand, desk: Desk) -> None:
    job = asked(stand(9100))
    Printer.objects.update(host="8.8.8.8")  # whatever has happened to the row
    assert printed()
    assert code_of(job) == "devices.host_outside"


@pytest.mark.engine
def test_the_queue_on_either_engine(engine: str, here: Settings) -> None:
    """One job at a time for a printer, and the next when it has ended."""
    build_dairy()
    values: dict[str, Value] = {"code": "DOCK", "warehouse": "main", "host": "127.0.0.1", "port": free_port()}
    desk = Desk()
    desk.run(PutPrinters(rows=(Row(values),)))
    printer = Printer.objects.get()
    first, second = asked(printer), asked(printer)
    held = queue.take("one", NOON)
    assert held is not None
    assert held.pk == first.pk
    assert queue.take("two", NOON) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintJob.objects.filter(pk=second.pk).update(state=State.SENDING)
    queue._unsure(held, "one", Problem("devices.broken"))
    assert printed()
    assert (now_of(second).state, code_of(second)) == (State.WAITING, "devices.silent")
