"""The queue in front of a database file: one writer at a time, first among the threads of a process, then among
processes."""

import fcntl
import os
import threading
from collections import defaultdict
from pathlib import Path

threads: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Turn:
    """A writer's turn at the database file `path`; None (a database in memory) needs none. Taking it twice is a no-op,
    as is giving it back."""

    def __init__(self, path: Path | None) -> None:
        self.path = None if path is None else os.path.realpath(path)
        self.file: int | None = None

    def take(self, timeout: float) -> bool:
        """Wait for the turn; False after `timeout` seconds behind a thread of this process. Behind another process
        the wait has no end but that process's own: the kernel then hands the lock on, even from a process that was
        killed."""
        if self.path is None or self.file is not None:
            return True
        if not threads[self.path].acquire(timeout=timeout):
            return False
        try:
            self.file = lock_file(f"{self.path}-queue")
        except BaseException:
            threads[self.path].release()
            raise
        return True

    def give_back(self) -> None:
        if self.path is None or self.file is None:
            return
        file, self.file = self.file, None
        os.close(file)  # closing is what unlocks
        threads[self.path].release()


def lock_file(path: str) -> int:
    """A descriptor that holds the lock. Opened anew for each turn, since a lock belongs to the open file, which threads
    would share."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except BaseException:
        os.close(file)
        raise
    return file
