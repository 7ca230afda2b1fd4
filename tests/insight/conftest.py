"""The dairy of tests/operations, with what somebody should look at in it."""

import pytest

from tests.operations.dairy import Desk, build_dairy


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()
