"""`pytest tests/laws --steps 100000` does more, `--law-seed 4711` something else, `--law-seed random` whatever."""

import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--steps", type=int, default=2000, help="how many commands the state machine gives in all")
    parser.addoption("--law-seed", default="1", help="what the state machine begins with: a number, or random")


@pytest.fixture(scope="session")
def steps(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--steps"))


@pytest.fixture(scope="session")
def law_seed(request: pytest.FixtureRequest) -> int:
    chosen = request.config.getoption("--law-seed")
    return random.SystemRandom().randrange(2**32) if chosen == "random" else int(chosen)
