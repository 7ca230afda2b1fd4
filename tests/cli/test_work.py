"""The worker as a process: it signs, it stops when told, and being killed leaves nothing half done."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.test_main import PATIENCE, SUYUAN, suyuan
from tests.ledgers.story import Story, document


def capture(home: Path, line: str) -> None:
    file = home.with_name("event.json")
    file.write_bytes(document([Story().event(line)]))
    done = suyuan(home, "capture", str(file))
    assert done.returncode == 0, done.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def worker(home: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith(("SUYUAN_", "DJANGO_"))}
        command = [str(SUYUAN), "--lang", "en", "serve", "--role", "worker"]
        process = subprocess.Popen(command, env={**env, "SUYUAN_HOME": str(home)}, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def signed(home: Path) -> int:
    with sqlite3.connect(home / "suyuan.sqlite3") as database:
        row = database.execute("SELECT SUM(signed_size) FROM ledger_tree").fetchone()
    database.close()
    return int(row[0] or 0)


def wait_for(size: int, home: Path) -> None:
    end = time.monotonic() + PATIENCE
    while signed(home) != size:
        assert time.monotonic() < end, f"{signed(home)} signed after {PATIENCE} seconds, not {size}"
        time.sleep(0.05)


def test_it_works(home: Path, worker: Callable[[], subprocess.Popen[str]]) -> None:
    capture(home, "08:00 receive L1 100 at x.dock")
    process = worker()
    wait_for(1, home)
    capture(home, "10:00 create S2 at x.dock")
    wait_for(2, home)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 0
    process = worker()
    capture(home, "11:00 create S3 at x.dock")
    wait_for(3, home)
    process.kill()
    process.wait()
    done = suyuan(home, "--lang", "en", "fsck")
    assert done.returncode == 0, done.stdout + done.stderr
