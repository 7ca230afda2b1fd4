"""The PostgreSQL of the benchmarks: settings of production, data that stay for the next run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.engines import FOLDER
from tests.plugins.postgres import served

POSTGRES = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "max_connections": "200",
    "jit": "off",
    # CPU is added up over all processes; helpers that are gone when it is read would be left out.
    "max_parallel_workers_per_gather": "0",
}


def is_alive(file: Path) -> bool:
    """Whether a server runs that wrote this file."""
    return file.exists() and Path(f"/proc/{file.read_text().split()[0]}").exists()


@contextmanager
def running(engine: str) -> Iterator[str]:
    """The server's `host:port` for as long as the block lasts; of an embedded engine nothing."""
    if engine == "sqlite":
        yield ""
        return
    folder = FOLDER / "server"
    folder.mkdir(parents=True, exist_ok=True)
    if is_alive(folder / "data" / "postmaster.pid"):
        raise SystemExit(f"another run is using {FOLDER}: wait for it, or give this one BENCH_LEDGERS=/another/folder")
    with served(folder, POSTGRES, stop="fast") as address:
        yield f"{address['HOST']}:{address['PORT']}"
