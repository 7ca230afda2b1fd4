"""Long work: asked for by a person, done by a worker in his name and with the rights he has at that time.

A job is taken by one statement, so that two workers never have the same; one whose worker died is taken up again. What
it writes it writes in one transaction with the word that it is done (`Running.writing`): either both stand or neither,
so a job taken up again does nothing twice.
"""

import json
import logging
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.rules import Actor
from suyuan.catalog.directory import directory
from suyuan.governance.context import Context
from suyuan.governance.models import Job, JobFile, JobPart, State
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.bulk import is_postgres
from suyuan.ledger.keeping import keeping
from suyuan.ledger.keys import micros
from suyuan.tlog.jcs import Json

STALE = timedelta(seconds=60)  # without a beat: its worker is dead
TRIES = 3  # one that takes its worker with it each time is given up
MOST_OPEN = 10  # jobs of one person that wait or run
KEPT = timedelta(days=7)  # the file and the parts of a job that has ended
WRITING = "writing"
_LOG = logging.getLogger(__name__)
_ENDED = (State.DONE, State.FAILED, State.CANCELLED)

Clock = Callable[[], datetime]
Answer = Mapping[str, Json]


class Stopped(Exception):
    """The work was cancelled, or somebody else has it by now: leave it as it is."""


@dataclass(frozen=True, slots=True)
class Running:
    """A job in the hands of this worker."""

    job: Job
    holder: str
    clock: Clock
    finished: list[Answer] = field(default_factory=list)

    def actor(self) -> Actor:
        """Who asked for it, with the rights he has now."""
        return actor_of(User.objects.get(pk=self.job.requested_by), directory().sites)

    def context(self, actor: Actor, number: int) -> Context:
        """For the `number`th command of this job; the same one each time the job is taken up."""
        request = UUID(bytes=sha256(self.job.id.bytes + number.to_bytes(8, "big")).digest()[:16])
        return Context(actor=actor, request_id=request, now=self.clock(), clock=self.clock, terminal=self.job.terminal)

    def beat(self, phase: str, done: int, total: int) -> None:
        """Say how far it is. Raises Stopped where it shall not go on."""
        mine = Job.objects.filter(pk=self.job.pk, holder=self.holder, state=State.RUNNING, stop=False)
        if not mine.update(phase=phase, done=done, total=total, heartbeat=micros(self.clock())):
            raise Stopped

    def keep_part(self, number: int, content: Json, wrong: int = 0) -> None:
        """Keep a piece of what was found; one of that number that is there already is replaced."""
        packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 1)
        JobPart.objects.update_or_create(job=self.job, number=number, defaults={"wrong": wrong, "content": packed})

    @contextmanager
    def writing(self, total: int) -> Iterator[Callable[[int], None]]:
        """One transaction with everything that is written and the end of the job; yields what says how far it is.

        Its row is locked meanwhile, so that nobody takes the job up, and only a file tells the others how far it is.
        """
        file = progress_file(self.job.id)
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with transaction.atomic():
                self.beat(WRITING, 0, total)
                yield lambda done: _tell(file, done)
                self._end(State.DONE, self.finished[-1] if self.finished else {}, [])
        finally:
            file.unlink(missing_ok=True)

    def _end(self, state: State, result: Answer, problems: Sequence[Problem]) -> None:
        mine = Job.objects.filter(pk=self.job.pk, holder=self.holder, state=State.RUNNING)
        error = [{"code": p.code, "field": p.field, "params": dict(p.params)} for p in problems]
        if not mine.update(state=state, result=result, error=error, finished=micros(self.clock())):
            raise Stopped


Work = Callable[[Running], Answer | None]
KINDS: dict[str, Work] = {}


def kind(name: str) -> Callable[[Work], Work]:
    """Declare what does the jobs of this kind. It answers the result, or None where `writing` has ended the job."""

    def declare(work: Work) -> Work:
        KINDS[name] = work
        return work

    return declare


def part_of(row: JobPart) -> Any:  # Any: JSON as `keep_part` got it
    """What `keep_part` kept."""
    return json.loads(zlib.decompress(bytes(row.content)))


# -- asking for it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


def ask(
    name: str, params: Mapping[str, Json], *, by: Actor, id: UUID, now: datetime, terminal: str = "",
    upload: Upload | None = None, total: int = 0,
) -> Job:  # fmt: skip
    """Leave a job for the worker; one of this id that is there already is answered as it is.

    Raises Refused where too many of this person wait.
    """
    there = Job.objects.filter(pk=id).first()
    if there is not None and str(there.requested_by) == by.id:
        return there
    open_ = Job.objects.filter(requested_by=by.id, state__in=(State.WAITING, State.RUNNING)).count()
    if there is not None or open_ >= MOST_OPEN:
        raise Refused([Problem("governance.job_too_many", "", {"count": str(open_)})])
    with transaction.atomic():
        job = Job.objects.create(
            id=id, kind=name, params=dict(params), requested_by=UUID(by.id), terminal=terminal[:200],
            file_hash=sha256(upload.content).hexdigest() if upload else "", created=micros(now), total=total,
        )  # fmt: skip
        if upload is not None:
            JobFile.objects.create(job=job, name=upload.name[-200:], content=upload.content)
    return job


def cancel(id: UUID, now: datetime) -> bool:
    """Stop a job that waits or has not begun to write. False where it is too late."""
    ended = {"state": State.CANCELLED, "finished": micros(now)}
    if Job.objects.filter(pk=id, state=State.WAITING).update(**ended):
        return True
    # One that is being written is locked until it is done on PostgreSQL, as everything is on SQLite.
    if Job.objects.filter(pk=id, phase=WRITING).exists():
        return False
    return bool(Job.objects.filter(pk=id, state=State.RUNNING).exclude(phase=WRITING).update(stop=True))


def job_of(id: UUID, by: Actor) -> Job | None:
    """A person's own job, with how far it is at this moment."""
    try:
        job = Job.objects.filter(pk=id, requested_by=UUID(by.id)).first()
    except ValueError:  # the system has no account
        return None
    if job is not None and job.state == State.RUNNING:
        with suppress(OSError, ValueError):
            job.phase, job.done = WRITING, int(progress_file(job.id).read_text())
    return job


def progress_file(id: UUID) -> Path:
    return keeping().home / "jobs" / str(id)


def _tell(file: Path, done: int) -> None:
    with suppress(OSError):  # a full disk shall not undo an import
        file.write_text(str(done))


# -- doing it ---------------------------------------------------------------------------------------------------------


def take(holder: str, now: datetime) -> Job | None:
    """The next job, now this worker's. None where nothing waits."""
    stale = micros(now - STALE)
    free = "(state = 'waiting' OR (state = 'running' AND heartbeat < %s))"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM governance_job WHERE {free} LIMIT 1", [stale])
        if cursor.fetchone() is None:  # nothing is locked for a look at an empty queue
            return None
        skipping = " FOR UPDATE SKIP LOCKED" if is_postgres(connection) else ""
        cursor.execute(
            "UPDATE governance_job SET state = 'running', holder = %s, heartbeat = %s, tries = tries + 1, "
            "started = COALESCE(started, %s) WHERE id = "
            f"(SELECT id FROM governance_job WHERE {free} ORDER BY created LIMIT 1{skipping}) AND {free} RETURNING id",
            [holder, micros(now), micros(now), stale, stale],
        )
        row = cursor.fetchone()
    return Job.objects.get(pk=row[0]) if row else None


def run_next(holder: str, clock: Clock) -> bool:
    """Take one job and do it. False where there was none."""
    job = take(holder, clock())
    if job is None:
        return False
    running = Running(job, holder, clock)
    with suppress(Stopped):
        _end_of(running)
        return True
    Job.objects.filter(pk=job.pk, holder=holder, state=State.RUNNING, stop=True).update(
        state=State.CANCELLED, finished=micros(clock())
    )
    return True


def _end_of(running: Running) -> None:
    job = running.job
    if job.tries > TRIES:
        return running._end(State.FAILED, {}, [Problem("governance.job_given_up", "", {"tries": str(TRIES)})])
    try:
        running.beat(job.phase if job.phase != WRITING else "", 0, job.total)
        result = KINDS[job.kind](running)
        if result is not None:
            running._end(State.DONE, result, [])
    except Refused as refused:
        running._end(State.FAILED, {}, refused.problems[:100])
    except Stopped:
        raise
    except OperationalError:  # the database was busy or went away: another worker, or this one, takes it up again
        _LOG.warning("job %s (%s) put back", job.id, job.kind, exc_info=True)
        Job.objects.filter(pk=job.pk, holder=running.holder, state=State.RUNNING).update(state=State.WAITING)
    except Exception:
        _LOG.exception("job %s (%s) failed", job.id, job.kind)
        running._end(State.FAILED, {}, [Problem("governance.job_failed", "", {"job": str(job.id)})])


def forget(now: datetime) -> int:
    """Drop the files and parts of jobs that ended some days ago; their rows stay. How many files."""
    old = Job.objects.filter(state__in=_ENDED, finished__lt=micros(now - KEPT)).values("pk")
    JobPart.objects.filter(job__in=old).delete()
    return JobFile.objects.filter(job__in=old).delete()[0]
