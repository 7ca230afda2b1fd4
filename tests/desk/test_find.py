"""The search box takes anything."""

import pytest
from django.test import Client

from suyuan.desk.finding import LONGEST, find
from tests.desk import company
from tests.desk.conftest import Sit


@pytest.mark.parametrize(
    "text",
    [
        company.LOT,
        company.LOT.lower(),
        f" {company.LOT} ",
        company.LOT_URI,
        f"(01){company.YOGHURT}(10){company.LOT}",
        f"]d201{company.YOGHURT}10{company.LOT}",
        f"https://shop.example/01/{company.YOGHURT}/10/{company.LOT}?17=261212",
        f"urn:epc:class:lgtin:6901234.000010.{company.LOT}",
    ],
)
def test_a_lot_is_found_however_it_is_written(sit: Sit, text: str) -> None:
    response = sit("keeper").get("/search", {"q": text})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("YOG-150", "item"),
        (company.YOGHURT, "item"),
        ("C-01-03", "place"),
        ("FARM-1", "party"),
        ("PO-26-110", "document"),
    ],
)
def test_other_things_are_found_by_their_codes(firm: None, text: str, kind: str) -> None:
    assert {thing.kind for thing in find(text, "en").things} == {kind}


def test_the_beginning_of_a_number_lists_what_it_may_be(sit: Sit) -> None:
    page = sit("keeper").get("/search", {"q": "HH2611"}).content.decode()
    assert company.LOT in page
    assert "HH261121A01" in page
    assert "Plain yoghurt 150 g" in page


def test_what_is_not_there_is_said(sit: Sit) -> None:
    response = sit("keeper").get("/search", {"q": "ZZ-NOT"})
    assert "Nothing is known as “ZZ-NOT”" in response.content.decode()


@pytest.mark.parametrize("text", ["<script>", "'; DROP TABLE ledger_record; --", "\0", "%", "(01)123", "]d2", "9" * 18])
def test_odd_input_is_answered(sit: Sit, text: str) -> None:
    response = sit("keeper").get("/search", {"q": text}, follow=True)
    assert response.status_code == 200
    assert b"<script>" not in response.content.replace(b'<script type="application/json"', b"")


def test_a_book_is_not_searched_for(sit: Sit) -> None:
    assert f"at most {LONGEST} are read" in sit("keeper").get("/search", {"q": "x" * 3000}).content.decode()


def test_an_empty_box_leads_home(sit: Sit) -> None:
    assert sit("keeper").get("/search", {"q": " "}).headers["Location"] == "/"


def test_who_may_not_trace_reads_which_right_is_missing(sit: Sit) -> None:
    response = sit("admin").get("/search", {"q": company.LOT})
    assert response.status_code == 403
    assert "Trace goods in both directions" in response.content.decode()


def test_a_stranger_is_asked_to_log_in(firm: None) -> None:
    assert Client().get("/search", {"q": company.LOT}).headers["Location"].startswith("/login?next=")
