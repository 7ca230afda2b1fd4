"""Returns and disposal at the desk: taken back, sold again or destroyed by two, with a certificate."""

import re
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suyuan.governance.models import ApprovalRequest
from suyuan.ledger.keys import micros
from suyuan.operations.commands import Line, Ship
from suyuan.operations.returned import returns_between
from suyuan.stock.queries import on_hand
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.desk.test_papers import Later

TICKS = count(1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def post(client: Client, url: str, do: str, **fields: Any) -> Any:  # Any: form values; a response with a context
    with company.clock(company.NOW + timedelta(seconds=next(TICKS))):
        return client.post(url, {"request_id": str(uuid4()), "do": do, **fields})


def take_back(client: Client, quantity: str = "2", **more: str) -> Any:
    form = {"customer": "C003", "cause": "damaged", "line-0-uri": company.LOT_URI, "line-0-quantity": quantity,
            "line-0-unit": "C62", **more}  # fmt: skip
    return post(client, "/receiving/returns", "record", **form)


def lying() -> dict[str, int]:
    """Status → how much lies in the plant's place for returns, or wherever returns go."""
    found: dict[str, int] = {}
    for row in on_hand(company.TODAY.toordinal(), subjects=[company.LOT_URI]):
        if row.kind == "place":
            found[row.status] = found.get(row.status, 0) + int(row.quantity)
    return found


def row_form(html: str) -> dict[str, str]:
    """The hidden fields of the first row that waits."""
    form = html[html.index('name="goods"') - 200 :]
    names = ("goods", "place", "inside", "receipt", "quantity", "weight", "weight_unit", "why")
    return {name: re.search(rf'name="{name}" value="([^"]*)"', form)[1] for name in names}  # type: ignore[index]


def sign(client: Client) -> None:
    """The second person signs what waits."""
    request = ApprovalRequest.objects.get(state="waiting")
    fields = {"action": "approve", "meaning": "responsible", "reason": "seen", "password": company.PASSWORD}
    with company.clock(company.NOW + timedelta(seconds=next(TICKS))):
        answer = client.post(f"/approvals/{request.pk}", {"request_id": str(uuid4()), **fields})
    assert answer.status_code == 302, answer.context["problems_found"]


def test_two_come_back_and_one_is_sold_again(sit: Sit) -> None:
    keeper, inspector, before = sit("keeper"), sit("inspector"), lying()
    assert take_back(keeper, **{"line-0-condition": "intact"}).status_code == 302
    page = inspector.get("/returns")
    assert "Damaged on the way" in page.content.decode()
    assert "Sell again" not in keeper.get("/returns").content.decode()  # that is the inspector's
    done = post(inspector, "/returns", "restock", **row_form(page.content.decode()))
    assert done.status_code == 302, done.context["problems_found"]
    assert "Restocking note" in inspector.get(done.headers["Location"]).content.decode()
    assert lying()["released"] - before.get("released", 0) == 2
    assert "Nothing waits" in inspector.get("/returns").content.decode()


def test_what_was_warm_is_destroyed_by_two_with_a_certificate(sit: Sit, hire: Hire) -> None:
    keeper, quality, before = sit("keeper"), hire("quality"), lying()
    take_back(keeper, **{"line-0-condition": "warm"})
    waiting = keeper.get("/returns").content.decode()
    assert "Cold chain broken" in waiting
    assert "Sell again" not in sit("inspector").get("/returns").content.decode()
    link = re.search(r'href="(/disposal\?[^"]*)"', waiting)[1].replace("&amp;", "&")  # type: ignore[index]
    page = keeper.get(link)
    (view,) = [one for one in page.context["views"] if one.picked]
    form = {"pick": str(view.n), f"line-{view.n}-uri": view.one.uri, f"line-{view.n}-place": view.one.place,
            f"line-{view.n}-at": view.one.place, f"line-{view.n}-quantity": view.quantity}  # fmt: skip
    checked = post(keeper, "/disposal", "check", **form)
    assert [str(one.amount) for one in checked.context["sums"]] == ["2"]
    refused = post(keeper, "/disposal", "ask", **form, method="incineration")
    assert [p.code for p in refused.context["problems_found"]] >= ["operations.reason_missing"]
    paper = SimpleUploadedFile("burnt.pdf", PDF)
    said = {"ground": "returned", "method": "incineration", "where": "East plant", "witness": "Wu Jing"}
    asked = post(keeper, "/disposal", "ask", **form, **said, upload=paper)
    assert asked.status_code == 302, asked.context["problems_found"]
    assert lying() == {**before, "pending": before.get("pending", 0) + 2}  # nothing before it is signed
    sign(quality)
    assert lying() == before
    listed = keeper.get("/disposal").content.decode()
    url = re.search(r'href="(/disposal/certificate\?[^"]*)"', listed)[1]  # type: ignore[index]
    certificate = keeper.get(url).content.decode()
    for word in ("Incineration", "East plant", "Wu Jing", "burnt.pdf", "王芳", company.LOT):
        assert word in certificate, word
    pdf = keeper.get(url.replace("certificate?", "certificate.pdf?"))
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    file = re.search(r'href="(/disposal/file/[^"]*)"', certificate)[1]  # type: ignore[index]
    assert keeper.get(file).content == PDF


def test_what_is_expired_goes_as_one_batch_with_its_sums(sit: Sit) -> None:
    page = sit("keeper").get("/disposal")
    assert {view.thing.code for view in page.context["views"]} == {"RM-1101", "RM-2207", "HH261114A02"}
    assert [(one.unit, str(one.amount)) for one in page.context["sums"]] == [("KGM", "1870")]


def test_figures_by_customer_item_and_reason(sit: Sit) -> None:
    keeper = sit("keeper")
    take_back(keeper)
    take_back(keeper, "5", customer="C004", cause="quality")
    for by, words in (
        ("customer", ("Store 4", "Store 5")),
        ("item", ("Plain yoghurt", "7")),
        ("cause", ("Quality complaint",)),
    ):
        html = keeper.get(f"/returns/figures?by={by}").content.decode()
        assert all(word in html for word in words), by
    csv = keeper.get("/returns/figures?by=cause&csv=list").content.decode()
    assert len(csv.strip().splitlines()) == 3
    assert "Quality complaint" in csv


def test_what_is_not_ours_gets_a_box(sit: Sit) -> None:
    keeper = sit("keeper")
    form = {"customer": "C003", "cause": "wrong_goods", "line-0-stranger": "1", "line-0-what": "kefir"}
    added = post(keeper, "/receiving/returns", "stranger", customer="C003")
    assert added.context["sheet"].lines[0].get("stranger") == "1"
    assert post(keeper, "/receiving/returns", "record", **form).status_code == 302
    empty = post(keeper, "/receiving/returns", "record", **{**form, "line-0-what": ""})
    assert "lines[0].what" in empty.context["errors"]


def test_an_announced_return_opens_its_sheet(sit: Sit, hire: Hire) -> None:
    office = hire("finance")
    row = {"number": "RMA-9", "line": "1", "customer": "C003", "warehouse": "plant", "item": "YOG-150",
           "quantity": "4", "cause": "unsold", "state": "open"}  # fmt: skip
    made = office.post(
        "/data/return_notices/new", {"request_id": str(uuid4()), **{f"v.{name}": value for name, value in row.items()}}
    )
    assert made.status_code == 302, made.content.decode()
    keeper = sit("keeper")
    html = keeper.get("/returns").content.decode()
    link = re.search(r'href="(/receiving/returns\?[^"]*)"', html)[1].replace("&amp;", "&")  # type: ignore[index]
    sheet = keeper.get(link).context["sheet"]
    assert (sheet.get("customer"), sheet.get("rma"), sheet.get("cause")) == ("C003", "RMA-9", "unsold")
    take_back(keeper, "4", rma="RMA-9")
    assert "RMA-9" not in keeper.get("/returns").content.decode().partition("Announced, still to come")[2]


def test_one_of_several_shipments_is_chosen(sit: Sit) -> None:
    """The latest is offered first, each with its day and what is left of it."""
    line = Line(uri=company.LOT_URI, quantity=12)
    Later().run(Ship(warehouse="plant", customer="C003", lines=(line,), desadv="DHH-90"))
    keeper = sit("keeper")
    form = {"customer": "C003", "cause": "damaged", "line-0-uri": company.LOT_URI, "line-0-quantity": "2",
            "line-0-unit": "C62"}  # fmt: skip
    html = post(keeper, "/receiving/returns", "refresh", **form).content.decode()
    select = html[html.index('name="line-0-desadv"') :]
    offered = re.findall(r'<option value="([^"]*)">([^<]*)</option>', select[: select.index("</select>")])
    assert offered[0][0] == "DHH-90"
    assert "12 pcs left" in offered[0][1]
    older = offered[1][0]
    assert take_back(keeper, **{"line-0-desadv": older}).status_code == 302
    (row,) = returns_between("plant", 0, micros(company.NOW + timedelta(days=1)))
    assert row.told is not None
    assert row.told.shipment == older
    refused = take_back(keeper, **{"line-0-desadv": "D-NONE"})
    assert [(p.field, p.code) for p in refused.context["problems_found"]] == [
        ("lines[0].desadv", "operations.not_in_shipment")
    ]


def test_somebody_looks_before_it_is_sold_again(sit: Sit) -> None:
    keeper, inspector = sit("keeper"), sit("inspector")
    take_back(keeper)
    page = inspector.get("/returns").content.decode()
    assert '<select class="form-select" name="condition"' in page
    refused = post(inspector, "/returns", "restock", **row_form(page))
    assert [p.code for p in refused.context["problems_found"]] == ["operations.condition_unknown"]
    done = post(inspector, "/returns", "restock", **row_form(page), condition="intact")
    assert done.status_code == 302, done.context["problems_found"]
