from collections.abc import Iterator

from bench.figures import Figure
from bench.ground import Ground


def capture100k(ground: Ground, rounds: int) -> Iterator[Figure]:
    yield from ()


trace100k = capture100k
