"""The most memory that the product takes above the idle process, each time in a process of its own (`peak`)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from bench.building import LIMIT, document
from bench.figures import Figure
from bench.ground import Ground

MANY = 100_000


def capture100k(ground: Ground, rounds: int) -> Iterator[Figure]:
    """A document of 100,000 events through `suyuan capture`; on the ledger of that size only."""
    if ground.events != MANY:
        return
    with NamedTemporaryFile(suffix=".jsonld") as file:
        file.write(document(ground.take(MANY)))
        file.flush()
        yield Figure("memory.capture100k", ground.engine, ground.events, peak("capture", file.name), "MB")


def trace100k(ground: Ground, rounds: int) -> Iterator[Figure]:
    """The trace of the salt, where it reaches 100,000 goods."""
    if ground.marks.shape.salt * 20 < MANY:
        return
    megabytes = peak("trace", ground.marks.bighub, "--json")
    yield Figure("memory.trace100k", ground.engine, ground.events, megabytes, "MB")


def peak(*command: str) -> float:
    """What `bench.peak` tells; on the installation of this process."""
    root = Path(__file__).resolve().parents[1]
    environ = os.environ | {"SUYUAN_CAPTURE_LIMIT_BYTES": str(LIMIT)}
    told = [sys.executable, "-W", "ignore", "-m", "bench.peak", *command]
    done = subprocess.run(told, cwd=root, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return float(done.stdout.split()[-1])
