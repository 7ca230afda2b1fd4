"""CPU time of this process and of the database's processes that work for it. Wall time tells of the neighbours."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time_ns
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts all threads of this process (an embedded database works in them) and the processes `servers` (pids)."""

    servers: tuple[int, ...] = ()

    def spent(self, work: Callable[[], T]) -> tuple[float, T]:
        """Seconds of CPU that `work` took, and what it gave back. Rubbish of before is collected before."""
        gc.collect()
        served = sum(map(server_ns, self.servers))
        begun = process_time_ns()
        done = work()
        own = process_time_ns() - begun
        return (own + sum(map(server_ns, self.servers)) - served) / 1e9, done


def server_ns(pid: int) -> int:
    """Nanoseconds a process has run; 0 once it is gone."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0
