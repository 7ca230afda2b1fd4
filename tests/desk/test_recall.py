"""The pages of recalls: what they ask, what they show, and what comes of it."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.recall.models import Case, Notice
from tests.desk import company

Sit = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("firm")
MILK_LOT = f"/01/{company.MILK}/10/RM-1101"


@pytest.fixture
def manager(sit: Sit) -> Client:
    """Somebody who signs for quality."""
    with governed():
        do_add_user(username="qm", name="孙琪", password=company.PASSWORD, grants=[At("qm")])
    return sit("qm")


def opened(sit: Sit, goods: str = MILK_LOT) -> Case:
    inspector = sit("inspector")
    done = inspector.post("/recall/new", {"do": "hold", "subject": goods, "reason": "Salmonella in a sample"})
    assert done.status_code == 302, done.content.decode()[:3000]
    return Case.objects.get()


def test_it_works(sit: Sit) -> None:
    shown = sit("inspector").get(f"/recall/new?{urlencode({'id': MILK_LOT})}").content.decode()
    assert "Store 1 Beijing" in shown
    assert "18" in shown
    assert "Hold it all now" in shown
    case = opened(sit)
    page = sit("inspector").get(f"/recall/{case.number}").content.decode()
    assert "RM-1101" in page
    assert "Store 1 Beijing" in page


def test_every_tab_of_a_case_opens(sit: Sit) -> None:
    case = opened(sit)
    for person in ("inspector", "keeper"):
        client = sit(person)
        for tab in ("parties", "stock", "scope", "notices", "public", "course", "end"):
            assert client.get(f"/recall/{case.number}?tab={tab}").status_code == 200, tab
        for path in ("report.pdf", "phones", "phones?as=xlsx"):
            assert client.get(f"/recall/{case.number}/{path}").status_code == 200, path
    assert Notice.objects.count() == 0
