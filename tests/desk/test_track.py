"""Consignments at the desk: who sees them, what presses; booked, cancelled, tried again; the keys of accounts."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.files import do_add_file, keep_bytes
from suyuan.catalog.register import Row
from suyuan.delivery.models import CarrierSecret, Consignment, RefusedCall
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.delivery.sending import work_next
from suyuan.delivery.writes import count_refused
from suyuan.desk.tracking_map import city_in, sketch_of
from tests.desk import company
from tests.desk.conftest import Sit
from tests.desk.test_carry import carriers, shipped, text

assert carriers  # the fixture


@pytest.fixture
def accounts(carriers: None) -> None:
    work = company.Work()
    work.number = 8_000_000
    rows: list[dict[str, Any]] = [
        {"code": "FAST", "name_en": "Fast Lorries", "partner": "FAST", "adapter": "manual", "cutoff": "1-7 17:00"},
        {"code": "SF", "name_en": "SF Express", "partner": "SLOW", "adapter": "sf", "customer": "C", "sender_name": "D",
         "sender_address": "1 Farm Road", "services": "1 Express"},
    ]  # fmt: skip
    work.do(company.NOW, PutCarrierAccounts(rows=tuple(map(Row, rows))))


def book(sit: Sit, **more: str) -> Consignment:
    form = {"request_id": str(uuid4()), "desadv": "D-1", "account": "FAST", "parcels": "2", "weight": "12,5", **more}
    answer = sit("keeper").post("/consignments/new", form)
    assert answer.status_code == 302, text(answer)
    row = Consignment.objects.get()
    assert answer.headers["Location"] == f"/consignments/{row.pk}"
    return row


def work() -> None:
    while work_next("w", lambda: company.NOW + timedelta(minutes=1)):
        pass


def test_it_works(sit: Sit, accounts: None) -> None:
    shipped("FAST", "D-1")
    keeper = sit("keeper")
    listed = text(keeper.get("/consignments"))
    assert "Dispatched, and no carrier booked" in listed
    url = re.search(r'href="(/consignments/new[^"]*desadv=D-1[^"]*)"', listed)
    assert url is not None
    form = text(keeper.get(url[1].replace("&amp;", "&")))
    for word in ("Store 4 Taiyuan", "Fast Lorries", 'value="2026-11-23"', "Leaves next"):
        assert word in form, word
    row = book(sit, promised="2026-11-23")
    assert (row.parcels, row.weight, row.promised and row.promised.isoformat()) == (2, 12_500_000, "2026-11-23")
    work()
    page = text(keeper.get(f"/consignments/{row.pk}"))
    for word in ("booked", row.reference, "Cancel the booking"):
        assert word in page, word
    assert 'desadv=D-1"' not in text(keeper.get("/consignments"))


def test_what_is_wrong_stands_beside_its_field(sit: Sit, accounts: None) -> None:
    shipped("FAST", "D-1")
    keeper = sit("keeper")
    form = {"desadv": "D-9", "account": "SF", "parcels": "many", "weight": "heavy", "promised": "soon"}
    page = text(keeper.post("/consignments/new", form))
    for word in ("“many”", "“soon”", 'value="heavy"', 'value="D-9"'):
        assert word in page, word
    page = text(keeper.post("/consignments/new", {**form, "parcels": "1", "promised": ""}))
    for word in ("“heavy” is no weight", "D-9"):
        assert word in page, word


def test_it_is_cancelled_with_a_reason(sit: Sit, accounts: None) -> None:
    shipped("FAST", "D-1")
    row = book(sit)
    url, keeper = f"/consignments/{row.pk}", sit("keeper")
    page = text(keeper.post(url, {"do": "cancel", "request_id": str(uuid4())}))
    assert "Say why" in page
    answer = keeper.post(url, {"do": "cancel", "reason": "collected", "request_id": str(uuid4())})
    assert answer.status_code == 302
    assert Consignment.objects.get().state == "cancelled"
    assert "is not known" in text(keeper.post(url, {"do": "vanish"}))


def test_a_booking_that_was_given_up_says_why_and_is_tried_again(sit: Sit, accounts: None) -> None:
    shipped("FAST", "D-1")
    row = book(sit, account="SF", service="1 Express")
    work()  # no check word was entered, and the customer has no address
    url, keeper = f"/consignments/{row.pk}", sit("keeper")
    page = text(keeper.get(url))
    assert "has no address, and a carrier needs one" in page
    assert "Book again" in page
    assert "booking failed" in text(keeper.get("/consignments?show=pressing"))
    assert keeper.post(url, {"do": "retry", "request_id": str(uuid4())}).status_code == 302
    assert Consignment.objects.get().state == "waiting"


def test_who_sees_it(sit: Sit, accounts: None) -> None:
    shipped("FAST", "D-1")
    url = f"/consignments/{book(sit).pk}"
    assert sit("inspector").get(url).status_code == 200
    assert "Cancel the booking" not in text(sit("inspector").get(url))
    assert sit("inspector").get("/consignments/new").status_code == 403
    assert sit("fast").get("/consignments").status_code == 403
    assert sit("fast").get(url).status_code == 403
    assert sit("eastkeeper", "east").get(url).status_code == 404
    assert sit("keeper").get(f"/consignments/{uuid4()}").status_code == 404


def test_only_pictures_that_its_events_name_are_shown(sit: Sit, accounts: None) -> None:
    shipped("FAST", "D-1")
    row = book(sit)
    hash, _kind = keep_bytes(b"\x89PNG\r\n\x1a\n" + b"somebody else's")
    assert sit("keeper").get(f"/consignments/{row.pk}/pictures/{hash}").status_code == 404
    assert sit("keeper").get(f"/consignments/{row.pk}/label").status_code == 404
    label, _kind = keep_bytes(b"%PDF-1.4 label")
    with governed():
        do_add_file(name="W1", hash=label, version=1)
        Consignment.objects.filter(pk=row.pk).update(label=label)
    assert sit("keeper").get(f"/consignments/{row.pk}/label").content == b"%PDF-1.4 label"
    assert sit("eastkeeper", "east").get(f"/consignments/{row.pk}/label").status_code == 404


def test_keys_are_entered_and_never_shown(sit: Sit, accounts: None) -> None:
    with governed():
        do_add_user(username="boss", name="Boss", password=company.PASSWORD, grants=[At("admin")])
        count_refused("SF", company.TODAY, "unsigned")
    boss = sit("boss")
    url = "/consignments/accounts/sf"
    page = text(boss.get(url))
    for word in ("Check word", "missing", "/api/carriers/sf/", "unsigned"):
        assert word in page, word
    form = {"name": "check_word", "value": "c0rrect-horse", "request_id": str(uuid4())}
    assert boss.post(url, form).status_code == 302
    page = text(boss.get(url))
    assert "entered" in page
    assert "c0rrect-horse" not in page
    assert b"c0rrect-horse" not in bytes(CarrierSecret.objects.get().sealed)
    assert "c0rrect-horse" not in text(boss.get("/audit"))
    assert sit("keeper").get(url).status_code == 403
    assert boss.get("/consignments/accounts/none").status_code == 404
    assert RefusedCall.objects.count() == 1


def test_a_city_is_found_in_what_carriers_say() -> None:
    said = ("快件到达 【上海浦江中转场】", "浙江省,杭州市", "Arrived at Hangzhou hub", "the depot", "从北京到上海")
    assert [city_in(one) for one in said] == ["上海", "杭州", "杭州", "", "北京"]


def test_a_sketch_is_drawn_to_scale_and_inside() -> None:
    found = sketch_of("呼和浩特市", ["呼和浩特市", "", "大同市"], "太原市", arrived=False, english=True)
    assert found is not None
    assert [dot.name for dot in found.dots] == ["Hohhot", "Datong", "Taiyuan"]
    hohhot, datong, taiyuan = found.dots
    assert hohhot.y < datong.y < taiyuan.y
    assert hohhot.x < datong.x
    assert (datong.here, taiyuan.end) == (True, True)
    assert found.ahead == f"{datong.x},{datong.y} {taiyuan.x},{taiyuan.y}"
    assert all(0 < dot.x < found.width and 0 < dot.y < found.height for dot in found.dots)
    arrived = sketch_of("呼和浩特市", ["大同市"], "太原市", arrived=True, english=False)
    assert arrived is not None
    assert arrived.ahead == ""
    assert sketch_of("呼和浩特市", ["there"], "呼和浩特", arrived=False, english=False) is None


def test_the_row_of_an_account_leads_to_its_keys(sit: Sit, accounts: None) -> None:
    with governed():
        do_add_user(username="boss", name="Boss", password=company.PASSWORD, grants=[At("admin")])
    assert 'href="/consignments/accounts/sf"' in text(sit("boss").get("/data/carrier_accounts/row?key=SF"))
    assert "/consignments/accounts" not in text(sit("keeper").get("/data/carrier_accounts/row?key=SF"))
