"""The server as it runs: it answers, it says when it cannot start, and Ctrl-C ends it at once."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.cli.test_main import PATIENCE, SUYUAN
from tests.plugins.engines import Templates
from tests.plugins.postgres import free_port


@pytest.fixture
def clean(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has set nothing but a home."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("SUYUAN_", "LC_", "LANG", "DJANGO_"))
    }
    return {**kept, "SUYUAN_HOME": str(tmp_path)}


@pytest.fixture
def env(clean: dict[str, str]) -> dict[str, str]:
    subprocess.run([SUYUAN, "migrate", "--quiet"], env=clean, check=True)
    return clean


@contextmanager
def serving(env: dict[str, str], *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    command = [str(SUYUAN), "serve", "--port", str(port), *words]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        assert f"http://localhost:{port}/" in process.stdout.readline()
        yield process, f"http://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):  # a web process may outlive the one that began it
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def served(env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with serving(env, "--workers", "2") as found:
        yield found


def answer(address: str) -> str:
    """The processes need a moment between the line and the first answer."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=PATIENCE) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"no answer within {PATIENCE} seconds")


def test_it_answers_and_ctrl_c_ends_it(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    for _ in range(4):
        assert answer(address) == "ok\n"
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does: every process of the group gets it
    assert process.wait(timeout=PATIENCE) == 0


def test_a_taken_port_is_named(env: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [SUYUAN, "serve", "--port", str(port)],
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr


@pytest.fixture
def postgresql(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), templates.database("postgresql"):
        yield


def test_threads_share_their_connections(postgresql: None, clean: dict[str, str]) -> None:
    """On PostgreSQL, where a new connection costs more than most answers; they stay when the answer has gone."""
    kept = connection.settings_dict
    url = f"postgresql://{kept['USER']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    def connected() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return {pid for (pid,) in cursor.fetchall()}

    with serving({**clean, "SUYUAN_DATABASE_URL": url}, "--role", "web", "--workers", "1") as (process, address):
        assert answer(address) == "ok\n"
        held = connected()
        assert answer(address) == "ok\n"
        assert held
        assert connected() >= held
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 0


def test_views_are_imported_before_anybody_asks(env: dict[str, str]) -> None:
    told = "import suyuan.config.wsgi, sys; print('suyuan.desk.urls' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
