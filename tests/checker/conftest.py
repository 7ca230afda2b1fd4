"""`pytest tests/checker --ledgers 20000` checks more ledgers, `--first 4711` begins elsewhere."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ledgers", type=int, default=300, help="how many random ledgers are checked")
    parser.addoption("--first", type=int, default=0, help="the seed of the first one")
