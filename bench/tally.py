"""CPU of many short pieces of work, added up."""

from dataclasses import dataclass, field
from time import process_time_ns

from bench.meter import Meter, server_ns


@dataclass(slots=True)
class Tally:
    """CPU of what is done inside `with`, added up. The servers' clocks are read where they do not count."""

    meter: Meter
    spent: int = 0
    _begun: int = field(default=0, init=False)
    _servers: int = field(default=0, init=False)

    def __enter__(self) -> None:
        self._servers = sum(map(server_ns, self.meter.servers))
        self._begun = process_time_ns()

    def __exit__(self, *_: object) -> None:
        self.spent += process_time_ns() - self._begun
        self.spent += sum(map(server_ns, self.meter.servers)) - self._servers

    def ms(self, times: int) -> float:
        return self.spent / times / 1e6
