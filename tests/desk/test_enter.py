"""Login, lock-out, language, warehouse, home."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from suyuan.accounts.models import User
from suyuan.accounts.rules import SYSTEM
from suyuan.desk.figures import DAYS, EXCEPTIONS, IN, by_flow, expiring, here, lying
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.quantities import Quantity
from suyuan.operations.lines import Line
from suyuan.operations.storage.pack import Pack
from tests.desk import company
from tests.desk.conftest import Sit


def test_it_works(firm: None) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    assert client.get("/").headers["Location"] == "/login?next=/"
    done = client.post(
        "/login?next=/receiving", {"username": "KEEPER ", "password": company.PASSWORD, "next": "/receiving"}
    )
    assert done.headers["Location"] == "/receiving"
    assert "王芳" in client.get("/").content.decode()
    client.post("/logout")
    assert client.get("/").status_code == 302


def test_a_wrong_password_is_said_once_for_both(firm: None) -> None:
    page = (
        Client(headers={"accept-language": "en"})
        .post("/login", {"username": "keeper", "password": "no"})
        .content.decode()
    )
    assert "The user name or the password is wrong." in page
    assert 'value="keeper"' in page


def test_after_five_failures_the_account_rests(firm: None, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    client = Client(headers={"accept-language": "en"})
    for _ in range(5):
        last = client.post("/login", {"username": "keeper", "password": "no"})
    assert last.status_code == 429
    assert "rests for 15 minutes" in last.content.decode()
    assert client.post("/login", {"username": "keeper", "password": company.PASSWORD}).status_code == 429


def test_nobody_is_sent_to_another_site(firm: None) -> None:
    client = Client()
    done = client.post("/login", {"username": "keeper", "password": company.PASSWORD, "next": "https://evil.example/"})
    assert done.headers["Location"] == "/"
    assert client.post("/language", {"language": "en", "next": "//evil.example"}).headers["Location"] == "/"
    assert client.post("/warehouse", {"warehouse": "plant", "next": "https://evil.example"}).headers["Location"] == "/"


def test_the_language_is_kept(sit: Sit) -> None:
    client = sit("keeper", language="zh-hans")
    assert "收货" in client.get("/").content.decode()
    client.post("/language", {"language": "en"})
    assert "Receiving" in client.get("/").content.decode()
    assert User.objects.get(username="keeper").language == "en"
    client.post("/language", {"language": "tlh"})
    assert "Receiving" in client.get("/").content.decode()


def test_only_warehouses_with_a_role_are_offered(sit: Sit) -> None:
    client = sit("eastkeeper")
    frame = client.get("/").context["frame"]
    assert [choice.code for choice in frame.warehouses] == ["east"]
    assert frame.warehouse == "east"
    links = {link.url for link in client.get("/").context["frame"].links}
    assert {"/", "/receiving", "/shipping"} <= links
    assert "/people" not in links


def test_links_are_those_one_may_use(sit: Sit) -> None:
    inspector = {link.url for link in sit("inspector").get("/").context["frame"].links}
    assert "/" in inspector
    assert not inspector & {"/receiving", "/shipping", "/people", "/audit"}
    admin = {link.url for link in sit("admin").get("/").context["frame"].links}
    assert "/people" in admin
    assert "/receiving" not in admin


def test_who_may_not_search_has_no_search_box(sit: Sit) -> None:
    assert 'role="search"' in sit("keeper").get("/").content.decode()
    assert 'role="search"' not in sit("admin").get("/").content.decode()


def test_home_shows_what_flowed_and_what_waits(sit: Sit) -> None:
    context = sit("keeper").get("/").context
    flows = {flow.icon: flow.days for flow in context["flows"]}
    assert len(flows["truck-delivery"]) == DAYS
    assert sum(flows["truck-delivery"]) == company.CUSTOMERS
    assert sum(flows["package-import"]) == 4
    assert {task.id: task.count for task in context["tasks"]} == {"pending": 2, "expiring": 3}


def test_all_that_waits_can_be_listed_and_exported(sit: Sit) -> None:
    client = sit("keeper")
    assert "HH261121A01" in client.get("/waiting/pending").content.decode()
    assert "HH261121A01" in client.get("/waiting/pending?csv=1").content.decode("utf-8-sig")
    assert client.get("/waiting/nothing").status_code == 404


def test_a_day_counts_where_the_site_is() -> None:
    found = by_flow([("receiving", "", 100, 3), ("receiving", "returned", 99, 1), ("holding", "", 87, 2)], 100)
    assert found[IN][-2:] == [1, 3]
    assert (found[EXCEPTIONS][0], found[EXCEPTIONS][-2]) == (2, 1)


@pytest.mark.parametrize("path", ["/", "/receiving", "/shipping", "/login"])
def test_pages_carry_no_inline_script_or_style(sit: Sit, path: str) -> None:
    response = (Client() if path == "/login" else sit("keeper")).get(path)
    text = response.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]


def test_what_has_left_waits_for_nobody(sit: Sit) -> None:
    """Goods on a pallet are listed while it stands here, and no longer when it has left."""
    today, client = company.TODAY.toordinal(), sit("keeper")
    packed = pack(Pack(warehouse="plant", lines=(Line(item="YOG-150", lot=company.LOT, quantity=100),)))

    def containers() -> list[str]:
        return [row.container or "" for row in lying("plant", here("plant", expiring(today + 60), 100), today)]

    pallet = str(packed.value["container"])
    assert pallet in containers()
    tabs = client.get("/thing", {"id": pallet}).context["page"].tabs
    assert [tab.id for tab in tabs][:2] == ["content", "events"]
    assert [row.cells[3] for row in client.get(tabs[0].url).context["panel"].table.rows] == [
        Quantity(Decimal(100), "C62")
    ]
    form = {"request_id": str(uuid4()), "do": "record", "customer": "C001", "line-0-uri": pallet}
    note = client.post("/shipping", form, follow=True)
    assert [str(line.quantity) for line in note.context["lines"]] == ["None", "100 C62"]
    assert pallet not in containers()
    assert "" in containers()


def pack(command: Pack) -> Result:
    return execute(Context(actor=SYSTEM, request_id=uuid4(), now=company.NOW), command)
