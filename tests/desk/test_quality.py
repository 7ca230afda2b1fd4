"""The pages of data quality and duplicates: what they show, whom they let in, what their buttons do."""

import csv
from io import StringIO

import pytest
from django.test import Client

from suyuan.catalog.models import Item, Likeness, Partner
from suyuan.governance.models import ApprovalRequest
from tests.desk.conftest import Hire, Sit

PAIR = "/duplicates/pair?register=items&one=CUP-150&other=CUP-2"


def alike(client: Client) -> None:
    """A second cup, entered by hand."""
    told = {"v.code": "CUP-2", "v.name_zh": "塑杯 150mL", "v.name_en": "Cup, 150 mL", "v.base_unit": "C62"}
    assert client.post("/data/items/new", {**told, "v.tracking": "lot"}).status_code == 302
    assert client.post("/duplicates/search?register=items").status_code == 302


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_the_scores(sit: Sit) -> None:
    page = text(sit("office"), "/quality")
    assert "Data quality" in page
    assert "No category" in page
    assert "/quality/item-category" in page
    assert "How the score is worked out" in page


def test_the_qualified_person_sees_them(hire: Hire) -> None:
    quality = hire("quality")
    assert "No category" in text(quality, "/quality")
    assert "Plain yoghurt 150 g" in text(quality, "/data/items")
    assert quality.get("/data/items/new").status_code == 403


def test_the_scores_as_a_file(sit: Sit) -> None:
    response = sit("office").get("/quality?csv=1")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert ["Items", "No category", "should be mended", "5", "3", "40 %"] in rows


def test_the_rows_of_a_finding(sit: Sit) -> None:
    client = sit("office")
    page = text(client, "/quality/item-category")
    assert "/data/items/row?key=CULT" in page
    assert "YOG-150" not in page
    assert "f.category.is=empty" in page
    rows = client.get("/quality/item-category?csv=1").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert "no rule" in text(client, "/quality/nothing", 404)


def test_what_events_say(sit: Sit) -> None:
    client = sit("office")
    assert "All goods in the ledger belong to an item." in text(client, "/quality/ledger")
    Item.objects.filter(code="WHEY").update(uri="https://elsewhere.example/item/OTHER")
    assert "WHEY" in text(client, "/quality/ledger")
    Item.objects.filter(code="MILK").update(base_unit="LTR")
    assert "Amounts without conversion" in text(client, "/quality/ledger")
    assert "MILK" in text(client, "/quality/ledger")


def test_pairs_are_found_and_told_apart(sit: Sit) -> None:
    client = sit("office")
    assert "Nothing has been compared yet." in text(client, "/duplicates")
    alike(client)
    page = text(client, "/duplicates")
    assert "CUP-2" in page
    assert "CUP-150" in page
    client.post(PAIR, {"do": "dismiss", "reason": "thick and thin"})
    assert "CUP-2" not in text(client, "/duplicates")
    client.post("/duplicates/search?register=items")
    assert "CUP-2" not in text(client, "/duplicates")
    assert "1 pair was told apart for good." in text(client, "/duplicates")
    assert "thick and thin" in text(client, PAIR)
    assert Likeness.objects.get(dismissed="thick and thin").register == "items"


def test_a_merge_waits_for_its_second_person(sit: Sit) -> None:
    client = sit("office")
    alike(client)
    page = text(client, PAIR)
    assert "Here now" in page
    refused = client.post(PAIR, {"do": "merge", "reason": ""})
    assert "Say which of the two goes on." in refused.content.decode()
    refused = client.post(PAIR, {"do": "merge", "keep": "CUP-150", "reason": ""})
    assert "The reason is missing" in refused.content.decode()
    assert client.post(PAIR, {"do": "merge", "keep": "CUP-150", "reason": "entered twice"}).status_code == 302
    request = ApprovalRequest.objects.get()
    assert (request.command, request.state) == ("MergeItems", "waiting")
    assert Item.objects.get(code="CUP-2").is_active


def test_while_somebody_types(sit: Sit) -> None:
    client = sit("office")
    page = text(client, "/duplicates/similar?register=items&v.code=N&v.name_en=Cup,+150+mL")
    assert "This may be there already" in page
    assert "CUP-150" in page
    assert "CUP-150" not in text(client, "/duplicates/similar?register=items&v.code=N&v.name_en=Fresh+air")
    text(client, "/duplicates/similar?register=nothing", 404)


@pytest.mark.parametrize("url", ["/quality", "/duplicates", PAIR.replace("CUP-2", "MILK"), "/quality/item-gtin"])
def test_a_keeper_reads_and_changes_nothing(sit: Sit, url: str) -> None:
    page = text(sit("keeper"), url)
    assert "They are two" not in page
    assert "Ask to merge them" not in page
    refused = sit("keeper").post(PAIR.replace("CUP-2", "MILK"), {"do": "dismiss", "reason": "x"})
    assert refused.status_code == 200
    assert not Likeness.objects.exclude(dismissed="").exists()


def test_a_row_that_is_not_there(sit: Sit) -> None:
    assert "NOTHING" in text(sit("office"), "/duplicates/pair?register=items&one=CUP-150&other=nothing", 404)
    assert sit("office").get("/duplicates?register=nothing").status_code == 404


def test_partners(sit: Sit) -> None:
    client = sit("office")
    Partner.objects.filter(code__in=["FARM-1", "FARM-2"]).update(tax_number="9115")
    client.post("/duplicates/search?register=partners")
    page = text(client, "/duplicates?register=partners")
    assert "Same tax number" in page
    assert "FARM-1" in page
