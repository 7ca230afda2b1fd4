"""Long work: taken once, in the requester's name, taken up again when its worker dies, cancelled until it writes."""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from suyuan.accounts.models import User
from suyuan.accounts.rules import Actor
from suyuan.capture.guard import governed
from suyuan.governance import jobs
from suyuan.governance.models import Job, JobFile, JobPart, State
from suyuan.gs1.problems import Problem, Refused
from suyuan.tlog.jcs import Json

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def clock() -> datetime:
    return NOW


@pytest.fixture
def buyer() -> Actor:
    with governed():
        user = User.objects.create(username="buyer", name="Buyer")
    return Actor(str(user.pk), "Buyer", (), {})


@pytest.fixture(autouse=True)
def work() -> Iterator[list[UUID]]:
    """Jobs of the kind `try` leave their id here; `params` say what goes wrong."""
    done: list[UUID] = []

    @jobs.kind("try")
    def _try(running: jobs.Running) -> Mapping[str, Json] | None:
        if running.job.params.get("refused"):
            raise Refused([Problem("gs1.none", "cell", {"text": "x"})])
        if running.job.params.get("broken"):
            raise RuntimeError("broken")
        running.keep_part(0, {"rows": [["一"]]}, 1)
        with running.writing(2) as tell:
            tell(1)
            if running.job.params.get("late"):
                raise Refused([Problem("gs1.none", "", {})])
            done.append(running.job.id)
            running.finished.append({"made": 2})
        return None

    yield done
    del jobs.KINDS["try"]


def ask(buyer: Actor, **params: Json) -> Job:
    return jobs.ask("try", params, by=buyer, id=uuid4(), now=NOW, upload=jobs.Upload("a.csv", b"code\n"))


def test_it_works(db: None, buyer: Actor, work: list[UUID]) -> None:
    job = ask(buyer)
    assert jobs.run_next("w", clock)
    job.refresh_from_db()
    assert (job.state, job.result, job.tries, work) == (State.DONE, {"made": 2}, 1, [job.id])
    assert jobs.part_of(job.parts.get()) == {"rows": [["一"]]}
    assert not jobs.run_next("w", clock)


def test_the_same_request_is_one_job(db: None, buyer: Actor) -> None:
    one = ask(buyer)
    jobs.ask("try", {}, by=buyer, id=one.id, now=NOW)
    assert Job.objects.count() == 1


def test_nobody_fills_the_queue(db: None, buyer: Actor) -> None:
    for _ in range(jobs.MOST_OPEN):
        ask(buyer)
    with pytest.raises(Refused):
        ask(buyer)


def test_another_persons_job_is_not_shown(db: None, buyer: Actor) -> None:
    job = ask(buyer)
    assert jobs.job_of(job.id, buyer)
    assert jobs.job_of(job.id, Actor(str(uuid4()), "", (), {})) is None


@pytest.mark.parametrize(("params", "code"), [({"refused": 1}, "gs1.none"), ({"broken": 1}, "governance.job_failed")])
def test_what_went_wrong_is_kept(db: None, buyer: Actor, params: dict[str, Json], code: str) -> None:
    job = ask(buyer, **params)
    jobs.run_next("w", clock)
    job.refresh_from_db()
    assert (job.state, job.error[0]["code"]) == (State.FAILED, code)


@pytest.mark.engine
def test_a_job_is_taken_once(buyer: Actor, work: list[UUID]) -> None:
    for _ in range(6):
        ask(buyer)

    def run(name: str) -> None:
        while jobs.run_next(name, clock):
            pass
        connection.close()

    threads = [threading.Thread(target=run, args=(str(n),)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while jobs.run_next("last", clock):  # what a busy database made somebody put back
        pass
    assert len(work) == len(set(work)) == 6
    assert Job.objects.filter(state=State.DONE).count() == 6


@pytest.mark.engine
def test_a_refusal_while_writing_leaves_nothing(buyer: Actor) -> None:
    job = ask(buyer, late=1)
    jobs.run_next("w", clock)
    job.refresh_from_db()
    assert (job.state, job.result) == (State.FAILED, {})
    assert not jobs.progress_file(job.id).exists()


@pytest.mark.engine
def test_a_dead_workers_job_is_taken_up(buyer: Actor, work: list[UUID]) -> None:
    job = ask(buyer)
    assert jobs.take("dead", NOW)
    assert jobs.take("w", NOW + timedelta(seconds=30)) is None
    assert jobs.run_next("w", lambda: NOW + timedelta(seconds=61))
    job.refresh_from_db()
    assert (job.state, job.tries, work) == (State.DONE, 2, [job.id])


def test_who_was_thought_dead_ends_nothing(db: None, buyer: Actor, work: list[UUID]) -> None:
    ask(buyer)
    job = jobs.take("slow", NOW)
    assert job
    jobs.take("w", NOW + timedelta(seconds=61))
    with pytest.raises(jobs.Stopped), jobs.Running(job, "slow", clock).writing(1):
        raise AssertionError("it began to write")
    assert Job.objects.get().holder == "w"


def test_one_that_kills_its_workers_is_given_up(db: None, buyer: Actor, work: list[UUID]) -> None:
    ask(buyer)
    for turn in range(jobs.TRIES):
        assert jobs.take("dead", NOW + timedelta(minutes=2 * turn))
    assert jobs.run_next("w", lambda: NOW + timedelta(hours=1))
    job = Job.objects.get()
    assert (job.state, job.error[0]["code"], work) == (State.FAILED, "governance.job_given_up", [])


def test_it_is_cancelled_before_it_runs_and_while_it_runs(db: None, buyer: Actor, work: list[UUID]) -> None:
    waits = ask(buyer)
    assert jobs.cancel(waits.id, NOW)
    runs = ask(buyer)
    taken = jobs.take("w", NOW)
    assert taken
    assert jobs.cancel(runs.id, NOW)
    with pytest.raises(jobs.Stopped):
        jobs.Running(taken, "w", clock).beat("checking", 1, 2)
    jobs.run_next("w", lambda: NOW + timedelta(minutes=2))
    assert {job.state for job in Job.objects.all()} == {State.CANCELLED}
    assert work == []


def test_what_is_written_is_not_cancelled(db: None, buyer: Actor) -> None:
    ask(buyer)
    job = jobs.take("w", NOW)
    assert job
    with jobs.Running(job, "w", clock).writing(2) as tell:
        tell(1)
        seen = jobs.job_of(job.id, buyer)
        assert seen
        assert (seen.phase, seen.done, seen.total) == (jobs.WRITING, 1, 2)
        assert not jobs.cancel(job.id, NOW)


def test_old_files_go_and_their_jobs_stay(db: None, buyer: Actor) -> None:
    ask(buyer)
    jobs.run_next("w", clock)
    assert jobs.forget(NOW + timedelta(days=6)) == 0
    assert jobs.forget(NOW + timedelta(days=8)) == 1
    assert (Job.objects.count(), JobFile.objects.count(), JobPart.objects.count()) == (1, 0, 0)
