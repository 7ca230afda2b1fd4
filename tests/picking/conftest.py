"""The hall of `hall.py`, for every test here."""

import pytest

from tests.operations.dairy import Desk
from tests.picking.hall import build_hall


@pytest.fixture
def desk(db: None) -> Desk:
    build_hall()
    return Desk()
