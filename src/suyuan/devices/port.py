"""What a printer has to be able to do, whichever way it is connected, and how it may fail."""

from collections.abc import Callable, Iterable
from typing import Protocol

from suyuan.gs1.problems import Problem

Told = Callable[[int], None]  # how many labels have been handed over


class NotSent(Exception):
    """Nothing has been handed over: it may be tried again."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Broken(Exception):
    """It ended after the first byte: some of it may be on paper."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Wire(Protocol):
    """A way to a printer."""

    def send(self, formats: Iterable[bytes], told: Told) -> None:
        """Hand over the labels one after the other. Raises NotSent or Broken."""
