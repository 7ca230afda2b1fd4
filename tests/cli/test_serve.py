"""The server as it runs: it answers, it says when it cannot start, and Ctrl-C ends it at once."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.postgres import free_port

SUYUAN = Path(sys.executable).with_name("suyuan")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("SUYUAN_", "LC_", "LANG", "DJANGO_"))
    }
    env = {**clean, "SUYUAN_HOME": str(tmp_path)}
    subprocess.run([SUYUAN, "migrate", "--quiet"], env=env, check=True)
    return env


@pytest.fixture
def served(env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    command = [str(SUYUAN), "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        assert f"http://localhost:{port}/" in process.stdout.readline()
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def answer(address: str) -> str:
    """The processes need a moment between the line and the first answer."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.05)
    raise AssertionError("no answer within five seconds")


def test_it_answers_and_ctrl_c_ends_it(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    for _ in range(4):
        assert answer(address) == "ok\n"
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does: every process of the group gets it
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - begun < 5


def test_a_taken_port_is_named(env: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [SUYUAN, "serve", "--port", str(port)], env=env, capture_output=True, text=True, timeout=30, check=False
        )
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
