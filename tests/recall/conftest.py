"""The dairy of tests/operations, with what went out to customers."""

import pytest

from tests.operations.dairy import Desk, build_dairy


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()
