"""Suppliers' despatch advices as EDIFACT messages, pasted or from a file."""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suyuan.governance.audit import Wanted, search
from suyuan.orders.notices import expected
from tests.desk.company import PLANT
from tests.desk.conftest import Sit

BODY = (
    "UNH+1+DESADV:D:96A:UN:EAN005'BGM+351+LS-7+{function}'DTM+11:20261120:102'NAD+SU+FARM-1::91'NAD+DP+{plant}::9'"
    "CPS+1'LIN+1'PIA+5+MILK:IN'QTY+12:{quantity}:KGM'GIN+BX+RM-9'CNT+2:1'UNT+12+1'"
)


def said(function: str = "9", quantity: int = 900) -> str:
    return BODY.format(function=function, quantity=quantity, plant=PLANT)


def post(client: Client, **form: object) -> tuple[int, str]:
    response = client.post("/orders/advice", {"request_id": str(uuid4()), **form}, follow=True)
    return response.status_code, response.content.decode()


def quantities() -> list[int]:
    return [int(line.quantity) for one in expected("plant") if one.number == "LS-7" for line in one.lines]


def test_it_works(sit: Sit) -> None:
    keeper = sit("keeper")
    assert "/orders/advice" in keeper.get("/orders?tab=notices").content.decode()
    assert "DESADV" in keeper.get("/orders/advice").content.decode()
    status, page = post(keeper, file=SimpleUploadedFile("advice.edi", said().encode()))
    assert status == 200
    assert "FARM-1 LS-7: announced" in page
    assert quantities() == [900]
    assert "announced" not in post(keeper, text=said())[1], "sent twice it is one"
    assert "FARM-1 LS-7: replaced" in post(keeper, text=said("5", 800))[1]
    assert quantities() == [800]
    assert "FARM-1 LS-7: cancelled" in post(keeper, text=said("1"))[1]
    assert quantities() == []
    done = search(Wanted(commands=("TakeAdvice",))).entries
    assert sorted(one.body["params"]["function"] for one in done) == ["1", "5", "9", "9"]


def test_what_is_refused_says_why_and_keeps_what_was_typed(sit: Sit) -> None:
    keeper = sit("keeper")
    post(keeper, text=said())
    status, page = post(keeper, text=said("9", 700))
    assert status == 422
    assert "announced already, with other content" in page
    assert "QTY+12:700:KGM" in page
    assert "is none of a despatch advice that is taken" in post(keeper, text=said("7"))[1]
    assert "There is no message in this file" in post(keeper, text=" ")[1]
    assert quantities() == [900]


def test_who_may(sit: Sit) -> None:
    assert sit("inspector").get("/orders/advice").status_code == 403
