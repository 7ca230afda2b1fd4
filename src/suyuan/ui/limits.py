"""How often somebody outside may call."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock


@dataclass(slots=True)
class Limit:
    """So many calls a minute from each address; in this process alone, which keeps the database out of it."""

    most: int
    minute: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def lets(self, key: tuple[str, str], now: datetime) -> bool:
        minute = int(now.timestamp() // 60)
        with self.lock:
            if minute != self.minute:
                self.minute, self.counts = minute, {}
            self.counts[key] = self.counts.get(key, 0) + 1
            return self.counts[key] <= self.most
