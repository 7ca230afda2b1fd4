"""Who does what when: processes that wait and go on, in the order of their time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush

Process = Iterator[float]  # yields the minutes until it goes on


class Timetable:
    """Runs processes up to a moment. `now` is the moment of the one that runs; equal moments in the order of entry."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self._entries = 0
        self._waiting: list[tuple[datetime, int, Process]] = []

    def add(self, at: datetime, process: Process) -> None:
        """Begin a process at a moment, at once where that is gone."""
        self._entries += 1
        heappush(self._waiting, (max(at, self.now), self._entries, process))

    def steps(self, until: datetime) -> Iterator[datetime]:
        """Give each moment at which somebody does something, then let him do it."""
        while self._waiting and self._waiting[0][0] < until:
            self.now, _, process = heappop(self._waiting)
            yield self.now
            pause = next(process, None)
            if pause is not None:
                self.add(self.now + timedelta(minutes=pause), process)
