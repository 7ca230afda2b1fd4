"""Where goods are, told as small ledgers. Every story is replayed in order and shuffled after each telling."""

import pytest

from tests.ledgers.story import stock, tell, two_warehouses, unexplained

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def test_it_works() -> None:
    tell("""
        09:00 receive L1 100 at dock from farm
        10:00 store L1 60 at bin1
        11:00 pass L1 at bin1
        12:00 ship L1 25 from bin1 to shop
    """)
    assert stock("L1") == {"L1": {"dock": "40 released", "bin1": "35 released", "way": "25 released"}}
    assert unexplained() == 0
