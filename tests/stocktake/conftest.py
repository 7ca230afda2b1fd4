"""The dairy of tests/operations, where sheets are counted."""

import pytest

from tests.operations.dairy import Desk, build_dairy


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()
