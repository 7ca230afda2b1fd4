"""A worker that is killed in the middle of writing an import: another one takes it up, all or nothing, once."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.catalog.models import Item
from suyuan.desk import importing_work
from suyuan.desk.importing_work import KIND
from suyuan.governance import jobs
from suyuan.governance.models import Job, State
from suyuan.ledger.models import Record
from suyuan.tlog.jcs import Json
from tests.desk.sheets import csv

PART = 20  # rows of a command, so that the test is quick
ROWS = 2 * PART + 1
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
PATIENCE = 30  # seconds until a hanging test gives up


def left() -> Job:
    """An import that waits to be written."""
    with governed():
        do_add_user(username="admin", name="管理员", password="grass-2-milk", grants=[At("admin")])
    actor = actor_of(User.objects.get(username="admin"), directory().sites)
    sheet = csv(("编码", "单位"), *((f"K-{n}", "个") for n in range(ROWS)))
    params: dict[str, Json] = {"register": "items", "write": True}
    return jobs.ask(KIND, params, by=actor, id=uuid4(), now=NOW, upload=jobs.Upload("items.csv", sheet))


def die_writing() -> None:
    """A process of its own takes the job and is killed (SIGKILL) when most of its rows are written."""
    connection.close()
    waiting, telling = os.pipe()
    child = os.fork()
    if child == 0:
        _write_and_hang(telling)
    os.close(telling)
    try:
        assert os.read(waiting, 1) == b"w", "the other process ended before it wrote"
    finally:
        os.close(waiting)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _write_and_hang(telling: int) -> None:
    """Never returns: this process has no business in the tests of the other."""

    def tell(file: Path, done: int) -> None:
        if done == 2 * PART:
            os.write(telling, b"w")
            time.sleep(PATIENCE)

    try:
        jobs._tell = tell
        jobs.run_next("killed", lambda: NOW)
    finally:
        os._exit(1)


@pytest.mark.engine
def test_it_works(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_work, "CHUNK", PART)
    job = left()
    die_writing()
    assert not Item.objects.exists(), "nothing of it stands"
    job.refresh_from_db()
    assert (job.state, job.holder) == (State.RUNNING, "killed")
    assert not jobs.run_next("early", lambda: NOW + jobs.STALE), "it may be alive"
    end = time.monotonic() + PATIENCE  # PostgreSQL notices by and by that the other one is gone
    while not jobs.run_next("next", lambda: NOW + jobs.STALE + timedelta(seconds=1)):
        assert time.monotonic() < end
        time.sleep(0.05)
    job.refresh_from_db()
    assert (job.state, job.holder, job.tries) == (State.DONE, "next", 2)
    assert job.result["counts"]["new"] == Item.objects.count() == ROWS
    assert Record.objects.filter(kind="change", type="PutItems").count() == 3, "each part once"
    assert not jobs.run_next("late", lambda: NOW + timedelta(days=1))
