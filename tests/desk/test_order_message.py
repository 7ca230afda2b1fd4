"""Orders as EDIFACT messages, pasted or from a file."""

from collections.abc import Callable
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.orders.models import Order
from tests.desk import company
from tests.desk.company import YOGHURT, gln

Sit = Callable[..., Client]
GOOD = (
    "UNH+1+ORDERS:D:01B:UN'BGM+220+7001+9'DTM+2:20261125:102'NAD+BY+{customer}::9'LIN+1++{item}:SRV'QTY+21:5'"
    "UNS+S'UNT+8+1'"
)


def good(number: str = "7001") -> str:
    return GOOD.format(customer=gln(101), item=YOGHURT).replace("7001", number)


def office(sit: Sit) -> Client:
    with governed():
        do_add_user(username="finance", name="Fei", password=company.PASSWORD, grants=[At("finance")])
    return sit("finance")


def post(client: Client, **form: object) -> tuple[int, str]:
    response = client.post("/orders/message", {"request_id": str(uuid4()), **form})
    return response.status_code, response.content.decode()


def test_it_works(sit: Sit) -> None:
    client = office(sit)
    assert "/orders/message" in client.get("/orders?tab=sales").content.decode()
    status, _shown = post(client, file=SimpleUploadedFile("orders.edi", good().encode()))
    assert status == 302
    order = Order.objects.get()
    assert (order.number, order.warehouse_id, order.reference) == ("C001-7001", "plant", "7001")
    assert post(client, text=good())[0] == 302
    assert Order.objects.count() == 1


def test_the_right_ones_are_written_and_each_fault_is_named(sit: Sit) -> None:
    client = office(sit)
    bad = good("7002").replace("QTY+21:5", "QTY+21:many").replace("UNT+8+1", "UNT+8+2").replace("UNH+1", "UNH+2")
    status, shown = post(client, text=good() + bad)
    assert status == 422
    assert "Segment 14 (QTY): “many” is no amount." in shown
    assert "C001-7001" in shown
    assert "7002" in shown, "what was pasted stays"
    assert Order.objects.count() == 1
    early = good("7003").replace("DTM+2:20261125:102'", "DTM+10:20261126:102'DTM+2:20261125:102'").replace("+8+", "+9+")
    status, shown = post(client, text=early)
    assert status == 422
    assert "segments[4].DTM" in shown


def test_who_may(sit: Sit) -> None:
    assert sit("keeper").get("/orders/message").status_code == 403
    assert "/orders/message" not in sit("keeper").get("/orders?tab=sales").content.decode()
