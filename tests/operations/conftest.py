"""The dairy of `dairy.py`, for every test here."""

import pytest

from tests.operations.dairy import Desk, build_dairy


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()
