"""Two items become one for all that is to come; what was recorded stays as it was said."""

from decimal import Decimal

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.door import who_is_who
from suyuan.capture.replay import differences
from suyuan.catalog.directory import directory
from suyuan.catalog.duplicates import suspected
from suyuan.catalog.fields import Value
from suyuan.catalog.models import Alias, Item, ItemPack, Likeness, Partner
from suyuan.catalog.register import Row
from suyuan.governance.master import PutItems, PutPacks, PutPartners
from suyuan.governance.merging import (
    DismissItems,
    MergeItems,
    MergePartners,
    PartItems,
    PartPartners,
    search,
)
from suyuan.governance.queries import changes_about
from suyuan.gs1.identifiers import lot_of_item, lot_uri
from suyuan.operations.commands import Inspect, Line, PutAway, ReceiptLine, Receive, Ship, Verdict
from suyuan.operations.lines import find_item
from suyuan.operations.outbound.suggest import suggest
from suyuan.operations.parties import find_partner
from suyuan.trace.answer import trace
from suyuan.trace.resolve import Candidate
from tests.governance.test_approve import opened
from tests.operations.dairy import LAST, QUALITY, YOGHURT, Desk, refusal, stocked

OLD_GTIN, OLD_CASE = "06901234000306", "16901234000303"
MERGE = MergeItems(keep="YOG", merged="YOG-OLD", reason="one thing under two codes")


def add(desk: Desk, code: str = "YOG-OLD", **values: Value) -> None:
    told: dict[str, Value] = {"name_en": "Yoghurt", "base_unit": "EA", "gtin": OLD_GTIN, "category": "dairy"}
    desk.run(PutItems(rows=(Row({"code": code, **told, **values}),)))


@pytest.fixture
def twice(desk: Desk) -> Desk:
    """Yoghurt that was entered a second time, with goods of both here."""
    add(desk)
    desk.run(PutPacks(rows=(Row({"item": "YOG-OLD", "gtin": OLD_CASE, "numerator": 12}),)))
    stocked(desk)
    took_in(desk, "YOG-OLD", "X1", 40)
    return desk


def took_in(desk: Desk, item: str, lot: str, quantity: int) -> None:
    line = ReceiptLine(item=item, lot=lot, quantity=quantity, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item=item, lot=lot, verdict="pass"),)))
    desk.run(PutAway(warehouse="main", lines=(Line(item=item, lot=lot, quantity=quantity),), to="A-01"))


def uri_of(code: str) -> str:
    return Item.objects.get(key=code).uri


def merge(desk: Desk) -> None:
    desk.run(MERGE, approver=QUALITY)


def test_it_works(twice: Desk) -> None:
    before = told()
    merge(twice)
    assert told() == before  # no event, balance or name in the ledger is another by it
    assert differences() == []
    old, kept = Item.objects.get(key="YOG-OLD"), Item.objects.get(key="YOG")
    assert (old.is_active, old.merged_into, old.gtin) == (False, kept, OLD_GTIN)
    assert ItemPack.objects.get(gtin=OLD_CASE).item == old
    assert Alias.objects.get(uri=old.uri).target == kept.uri
    (change,) = [one for one in changes_about(old.uri) if one.body["command"] == "MergeItems"]
    assert change.body["changes"][0]["fields"] == {"is_active": ["1", "0"], "merged_into": ["", "YOG"]}
    assert change.body["params"]["reason"] == MERGE.reason


def told() -> list[object]:
    found: list[object] = []
    with connection.cursor() as cursor:
        for table in ("stock_balance", "stock_subject", "ledger_identifier", "ledger_eventitem", "genealogy_edge"):
            cursor.execute(f"SELECT * FROM {table} WHERE log <> 'company'")
            found.append(sorted(map(repr, cursor.fetchall())))
    return found


@pytest.mark.engine
def test_it_works_everywhere(engine: str) -> None:
    house = opened()
    add(house.desk)
    merge(house.desk)
    assert directory().kept(uri_of("YOG-OLD")) == uri_of("YOG")
    house.desk.run(PartItems(merged="YOG-OLD", reason="no"), approver=QUALITY)
    assert directory().kept(uri_of("YOG-OLD")) == uri_of("YOG-OLD")
    assert directory().aliases == {}


@pytest.mark.parametrize("text", ["YOG-OLD", "yog-old", OLD_GTIN])
def test_new_work_by_the_old_name_finds_the_kept_one(twice: Desk, text: str) -> None:
    merge(twice)
    found = find_item(directory(), text)
    assert found is not None
    assert found[1].item == uri_of("YOG")
    took_in(twice, text, "NEW", 7)
    assert twice.stock(lot_uri(YOGHURT, "NEW")) == {("A-01", "released"): 7}


def test_a_case_of_the_old_one_is_as_many_pieces(twice: Desk) -> None:
    merge(twice)
    took_in(twice, OLD_CASE, "NEW", 2)
    assert twice.stock(lot_uri(YOGHURT, "NEW")) == {("A-01", "released"): 24}


@pytest.mark.parametrize("text", ["YOG-OLD", OLD_GTIN])
def test_goods_that_are_there_keep_their_name(twice: Desk, text: str) -> None:
    merge(twice)
    lot = lot_of_item(uri_of("YOG-OLD"), "X1")
    twice.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item=text, lot="X1", quantity=15),)))
    assert twice.stock(lot)[("A-01", "released")] == 25
    twice.run(Ship(warehouse="main", customer="SHOP", lines=(Line(uri=lot, quantity=5),)))
    assert twice.stock(lot)[("A-01", "released")] == 20


@pytest.mark.parametrize("code", ["YOG", "YOG-OLD"])
def test_answers_about_either_speak_of_both(twice: Desk, code: str) -> None:
    merge(twice)
    lots = {lot_uri(YOGHURT, "L1"), lot_of_item(uri_of("YOG-OLD"), "X1")}
    answer = trace(code, [Candidate(uri_of(code), "item")], now=twice.now)
    assert {lying.uri for lying in answer.stock} == lots
    free = suggest(who_is_who(), "main", code, Decimal(140), today=twice.now.date())
    assert free.missing == 0


def test_a_chain_leads_to_its_end(twice: Desk) -> None:
    add(twice, "YOG-NEW", gtin="")
    merge(twice)
    twice.run(MergeItems(keep="YOG-NEW", merged="YOG", reason="renamed"), approver=QUALITY)
    found = find_item(directory(), "YOG-OLD")
    assert found is not None
    assert found[1].item == uri_of("YOG-NEW")
    assert directory().family(uri_of("YOG")) == [uri_of("YOG-NEW"), *sorted([uri_of("YOG"), uri_of("YOG-OLD")])]


# -- what is refused


def test_it_takes_two(twice: Desk) -> None:
    assert refusal(twice, MERGE) == {("approver", "governance.approval_missing")}
    assert refusal(twice, MERGE, approver=SYSTEM) == {("approver", "governance.approval_self")}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"base_unit": "KGM"}, ("merged", "catalog.merge_base_unit")),
        ({"tracking": "serial"}, ("merged", "catalog.merge_tracking")),
        ({"is_active": False}, ("keep", "catalog.merge_kept_closed")),
    ],
)
def test_what_differs_too_much(desk: Desk, values: dict[str, str | bool], expected: tuple[str, str]) -> None:
    add(desk, "YOG-OLD", **values)
    keep, merged = ("YOG-OLD", "YOG") if "is_active" in values else ("YOG", "YOG-OLD")
    assert expected in refusal(desk, MergeItems(keep=keep, merged=merged, reason="one"), approver=QUALITY)


def test_neither_twice_nor_in_a_ring(twice: Desk) -> None:
    merge(twice)
    assert ("merged", "catalog.merged_already") in refusal(twice, MERGE, approver=QUALITY)
    back = MergeItems(keep="YOG-OLD", merged="YOG", reason="back")
    assert refusal(twice, back, approver=QUALITY) == {("keep", "catalog.merge_kept_closed")}
    same = MergeItems(keep="YOG", merged="yog", reason=" ")
    assert refusal(twice, same, approver=QUALITY) == {
        ("merged", "catalog.merge_same"), ("reason", "governance.reason_missing"),
    }  # fmt: skip
    nobody = MergeItems(keep="NO", merged="NEITHER", reason="x")
    assert refusal(twice, nobody, approver=QUALITY) == {
        ("keep", "catalog.item_unknown"), ("merged", "catalog.item_unknown"),
    }  # fmt: skip


def test_a_merged_one_is_not_opened_by_the_way(twice: Desk) -> None:
    merge(twice)
    opening = PutItems(rows=(Row({"code": "YOG-OLD", "is_active": True}),))
    assert refusal(twice, opening) == {("rows[0].is_active", "catalog.merged_closed")}
    twice.run(PutItems(rows=(Row({"code": "YOG-OLD", "name_en": "Yoghurt (old)"}),)))  # its name may be mended


def test_goods_that_nothing_else_names(desk: Desk) -> None:
    """Foil has no lots: what lies here under the old code could not be asked for any more."""
    add(desk, "FOIL-2", base_unit="MTR", tracking="none", gtin="")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="FOIL-2", quantity=9),)))
    merged = MergeItems(keep="FOIL", merged="FOIL-2", reason="one")
    assert refusal(desk, merged, approver=QUALITY) == {("merged", "catalog.merge_untracked")}


# -- the way back


def test_taking_it_back(twice: Desk) -> None:
    merge(twice)
    part = PartItems(merged="YOG-OLD", reason="two recipes after all")
    assert refusal(twice, part) == {("approver", "governance.approval_missing")}
    twice.run(part, approver=QUALITY)
    found = find_item(directory(), "YOG-OLD")
    assert found is not None
    assert found[1].item == uri_of("YOG-OLD")
    assert Item.objects.get(key="YOG-OLD").is_active
    assert Alias.objects.get().ended is not None
    assert refusal(twice, part, approver=QUALITY) == {("merged", "catalog.not_merged")}
    merge(twice)  # and once more
    assert directory().kept(uri_of("YOG-OLD")) == uri_of("YOG")


def test_it_goes_through_an_approval(db: None) -> None:
    """Requester and signer are two, and what changed meanwhile kills the request."""
    house = opened()
    add(house.desk)
    request = house.ask(MERGE, "ada", reason="see the pallet")
    assert house.refused(request, "ada") == {"governance.approval_self"}
    assert house.refused(request, "fei") == {"governance.approval_not_allowed"}
    result = house.sign(request, "qin")
    assert result is not None
    assert directory().kept(uri_of("YOG-OLD")) == uri_of("YOG")
    again = house.ask(PartItems(merged="YOG-OLD", reason="no"), "ada")
    house.desk.run(PutItems(rows=(Row({"code": "YOG", "name_en": "Plain yoghurt"}),)))
    assert house.refused(again, "qin") == {"governance.request_stale"}


# -- partners


def test_partners_too(desk: Desk) -> None:
    desk.run(PutPartners(rows=(Row({"code": "FARM2", "roles": ("supplier",)}),)))
    desk.run(MergePartners(keep="FARM", merged="FARM2", reason="moved"), approver=QUALITY)
    found = find_partner(directory(), "FARM2")
    assert found is not None
    assert found.code == "FARM"
    assert not Partner.objects.get(key="FARM2").is_active
    desk.run(PartPartners(merged="FARM2", reason="two firms"), approver=QUALITY)
    found = find_partner(directory(), "FARM2")
    assert found is not None
    assert found.code == "FARM2"


def test_a_customer_does_not_become_a_supplier_by_the_way(desk: Desk) -> None:
    command = MergePartners(keep="FARM", merged="SHOP", reason="one")
    assert refusal(desk, command, approver=QUALITY) == {("keep", "catalog.merge_roles")}


# -- likenesses


def test_a_pair_dismissed_stays_dismissed(desk: Desk) -> None:
    add(desk)
    assert search("items", desk.now) >= 1
    uris = {uri_of("YOG"), uri_of("YOG-OLD")}
    assert suspected("items", uris) == uris
    desk.run(DismissItems(one="YOG", other="YOG-OLD", reason="two dairies"))
    search("items", desk.now)
    assert suspected("items", uris) == set()
    assert Likeness.objects.get(dismissed="two dairies")
    assert refusal(desk, DismissItems(one="YOG", other="YOG", reason="x")) == {("other", "catalog.merge_same")}
