"""What comes from our own warehouses, and what customers send back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suyuan.operations.commands import Line, Ship, Transfer
from suyuan.stock.queries import on_hand
from tests.desk import company
from tests.desk.conftest import Sit

NOTE = "T-1"


def send(quantity: int = 36) -> None:
    load = Line(item="YOG-150", lot=company.LOT, quantity=quantity)
    work = company.Work()
    work.number = 500  # other requests than those of the history
    work.do(company.NOW - timedelta(hours=1), Transfer(warehouse="plant", to="east", lines=(load,), desadv=NOTE))


def post(client: Client, url: str, do: str, **fields: Any) -> Any:  # Any: form values; a response with a context
    return client.post(url, {"request_id": str(uuid4()), "do": do, **fields})


def lying(place: str) -> int:
    rows = on_hand(company.TODAY.toordinal(), subjects=[company.LOT_URI])
    return int(sum(row.quantity for row in rows if place in row.place))


def test_a_transfer_is_confirmed_by_scans_and_what_is_short_stays_under_way(sit: Sit) -> None:
    send()
    client = sit("eastkeeper", "east")
    assert NOTE in client.get("/receiving/transfers").content.decode()
    opened = post(client, "/receiving/transfers", "scan", scan=NOTE)
    note = {"note": opened.context["note"].document, "from": "plant"}
    (row,) = opened.context["rows"]
    assert (str(row.sent.amount), row.got) == ("36", "")
    nothing = post(client, "/receiving/transfers", "record", **note)
    assert [p.code for p in nothing.context["problems_found"]] == ["desk.nothing_confirmed"]
    (row,) = post(client, "/receiving/transfers", "scan", scan=company.LOT, **note).context["rows"]
    assert (row.got, row.read) == ("36", True)
    over = post(client, "/receiving/transfers", "record", **note, **{"got-0": "40"})
    assert "operations.more_than_under_way" in [p.code for p in over.context["errors"]["got-0"]]
    done = post(client, "/receiving/transfers", "record", **note, **{"got-0": "30", "read-0": "1"})
    assert done.status_code == 302, done.context["problems_found"]
    assert "Receipt" in client.get(done.headers["Location"]).content.decode()
    (row,) = post(client, "/receiving/transfers", "scan", scan=NOTE).context["rows"]
    assert str(row.sent.amount) == "6"
    assert lying(company.EAST) == 30
    everything = post(client, "/receiving/transfers", "all", **note).context["rows"]
    assert everything[0].got == "6"
    done = post(client, "/receiving/transfers", "record", **note, **{"got-0": "6"})
    assert done.status_code == 302, done.context["problems_found"]
    assert NOTE not in client.get("/receiving/transfers").content.decode()
    wrong = post(client, "/receiving/transfers", "scan", scan=NOTE)
    assert [p.code for p in wrong.context["problems_found"]] == ["desk.note_not_under_way"]


def test_a_return_is_tied_to_what_the_customer_had(sit: Sit) -> None:
    client = sit("keeper")
    found = post(client, "/receiving/returns", "scan", scan="C003")
    assert found.context["sheet"].get("customer") == "C003"
    uri = {"line-0-uri": company.LOT_URI, "line-0-quantity": "12"}
    form = {"customer": "C003", **uri}
    bad = post(client, "/receiving/returns", "record", **form)
    assert [p.code for p in bad.context["errors"]["reason"]] == ["operations.reason_missing"]
    many = post(client, "/receiving/returns", "record", **{**form, "line-0-quantity": "9999"}, reason="dented")
    assert [p.code for p in many.context["to_accept"]] == ["operations.never_sent"]
    photo = SimpleUploadedFile("dent.png", b"\x89PNG\r\n\x1a\n dent")
    done = post(client, "/receiving/returns", "record", **form, reason="dented", shot=photo)
    page = client.get(done.headers["Location"]).content.decode()
    for text in ("dented", "dent.png", company.LOT):
        assert text in page
    rows = on_hand(company.TODAY.toordinal(), subjects=[company.LOT_URI])
    assert ("12", "pending") in [(str(row.quantity), row.status) for row in rows]


def test_a_delivery_note_tells_customer_and_goods(sit: Sit) -> None:
    work = company.Work()
    work.number = 600
    load = Line(item="YOG-150", lot=company.LOT, quantity=24)
    work.do(
        company.NOW - timedelta(hours=1),
        Ship(warehouse="plant", customer="C005", lines=(load,), desadv="D-1"),
    )
    found = post(sit("keeper"), "/receiving/returns", "scan", scan="D-1")
    assert (found.context["sheet"].get("customer"), found.context["sheet"].get("desadv")) == ("C005", "D-1")
    (had,) = found.context["had"]
    assert had.thing.uri == company.LOT_URI
    assert had.quantity.amount >= 24


def test_goods_tell_the_customer_where_only_one_has_them(sit: Sit) -> None:
    client = sit("keeper")
    sheet = post(client, "/receiving/returns", "scan", scan=company.LOT).context["sheet"]
    assert (sheet.get("customer"), len(sheet.lines)) == ("", 1)
    unknown = post(client, "/receiving/returns", "scan", scan="NO SUCH LOT")
    assert [p.code for p in unknown.context["problems_found"]] == ["desk.scan_no_goods"]
