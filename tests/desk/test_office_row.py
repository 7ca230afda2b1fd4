"""The form of a row, its parts, its history and the way back, switching off; what is refused and what is kept."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.catalog.models import Item, ItemPack, Partner, Place
from suyuan.catalog.registers import REGISTERS
from suyuan.desk.office import standing_of
from tests.desk.conftest import Sit
from tests.desk.test_office_list import put

NEW = {
    "sites": {"code": "baotou", "time_zone": "Asia/Shanghai", "name_en": "Baotou"},
    "categories": {"code": "TOOLS", "name_en": "Tools"},
    "attributes": {"category": "dairy", "code": "FAT", "name_en": "Fat", "type": "decimal"},
    "items": {"code": "SALT", "name_en": "Salt", "base_unit": "KGM"},
    "packs": {"item": "MILK", "gtin": "16901234000204", "numerator": "10"},
    "units": {"item": "YOG-150", "unit": "KGM", "numerator": "20", "since": "2027-01-01"},
    "places": {"warehouse": "plant", "code": "C-02-01", "x": "1.5", "y": "2"},
    "partners": {"code": "TRUCKS", "name_en": "Trucks", "roles": "carrier", "status": "pending"},
    "certificates": {"partner": "FARM-1", "kind": "haccp", "number": "H-1", "valid_until": "2027-01-31"},
    "supplier_items": {"partner": "FARM-1", "item": "MILK", "code": "M-7"},
    "calendar": {"day": "2027-02-08", "name_en": "New Year"},
    "storage_classes": {"code": "vaccine", "name_en": "Vaccine", "coldest": "2", "warmest": "8"},
}


def typed(values: dict[str, str], **more: str) -> dict[str, str]:
    return {"request_id": str(uuid4()), **{f"v.{name}": value for name, value in values.items()}, **more}


def key_of(name: str) -> str:
    return REGISTERS[name].key_of(NEW[name])


def form(client: Client, url: str) -> dict[str, Any]:  # Any: a text, or the boxes that are ticked
    """What a browser would send of the page's form, nothing typed."""
    page = client.get(url).content.decode()
    part = page[page.index('<form id="form"') :]
    part = part[: part.index("</form>")]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", part):
        name, value = (re.search(rf' {one}="([^"]*)"', tag) for one in ("name", "value"))
        if name and not ('type="checkbox"' in tag and " checked" not in tag) and " disabled" not in tag:
            sent.setdefault(name[1], []).append(value[1] if value else "")
    for select, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', part, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[select] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', part, re.S):
        sent[name] = text
    return {name: value if len(value) > 1 else value[0] if value else "" for name, value in sent.items()}


def test_every_register_has_its_try() -> None:
    assert set(NEW) == set(REGISTERS) - {"warehouses"}  # whose GLN is tried below


@pytest.mark.parametrize("name", NEW)
def test_it_works(sit: Sit, name: str) -> None:
    client = sit("office")
    assert client.get(f"/data/{name}/new").status_code == 200
    done = client.post(f"/data/{name}/new", typed(NEW[name]))
    assert done.status_code == 302, re.findall(r'class="field-problem">[^<]*', done.content.decode())
    register = REGISTERS[name]
    assert standing_of(register, key_of(name)) is not None
    page = client.get(done.headers["Location"]).content.decode()
    assert "Saved." in page
    assert client.get(f"/data/{name}").content.decode().count("data-row") >= 1
    history = client.get(f"/data/{name}/history", {"key": key_of(name)}).content.decode()
    assert "赵敏" in history
    assert "entered" in history


@pytest.mark.parametrize("name", NEW)
def test_a_form_sent_as_it_came_changes_nothing(sit: Sit, name: str) -> None:
    client = sit("office")
    client.post(f"/data/{name}/new", typed(NEW[name]))
    before = standing_of(REGISTERS[name], key_of(name))
    url = f"/data/{name}/row?key={key_of(name)}"
    assert client.post(url, form(client, url)).status_code == 302
    assert standing_of(REGISTERS[name], key_of(name)) == before


@pytest.mark.parametrize("name", NEW)
def test_what_is_needed_is_said_at_its_field_and_nothing_typed_is_lost(sit: Sit, name: str) -> None:
    client = sit("office")
    needed = next(field for field in REGISTERS[name].fields if field.needed)
    other = next(field for field in NEW[name] if field != needed.name)
    values = {**NEW[name], needed.name: ""}
    page = client.post(f"/data/{name}/new", typed(values)).content.decode()
    assert 'role="alert"' in page
    assert 'class="field-problem"' in page
    assert f'value="{NEW[name][other]}"' in page
    assert standing_of(REGISTERS[name], key_of(name)) is None


def test_all_problems_at_once(sit: Sit) -> None:
    values = {"code": "BAD", "base_unit": "KGM", "gtin": "06901234000109", "shelf_life_days": "soon", "weight": "-3"}
    page = sit("office").post("/data/items/new", typed(values)).content.decode()
    assert page.count('class="field-problem"') >= 2
    assert 'value="soon"' in page
    assert not Item.objects.filter(key="BAD").exists()


def test_a_code_that_is_taken(sit: Sit) -> None:
    page = sit("office").post("/data/items/new", typed({"code": "milk", "base_unit": "KGM"})).content.decode()
    assert "MILK exists already" in page


def test_sent_twice_is_done_once(sit: Sit) -> None:
    client = sit("office")
    sent = typed(NEW["items"])
    assert client.post("/data/items/new", sent).status_code == 302
    assert client.post("/data/items/new", sent).status_code == 302
    assert Item.objects.filter(key="SALT").count() == 1


def test_two_who_change_the_same(sit: Sit) -> None:
    first, second = sit("office"), sit("admin")
    url = "/data/items/row?key=MILK"
    mine, theirs = form(first, url), form(second, url)
    assert second.post(url, {**theirs, "v.name_en": "Milk of cows", "reason": "clearer"}).status_code == 302
    page = first.post(url, {**mine, "v.name_en": "Cow milk", "v.spec": "3.6 %"}).content.decode()
    assert "changed this while you were typing" in page
    assert "管理员" in page
    assert "Milk of cows" in page
    assert 'value="Cow milk"' in page
    assert Item.objects.get(key="MILK").name_en == "Milk of cows"
    again = {**mine, "v.name_en": "Cow milk", "version": form(first, url)["version"], "request_id": str(uuid4())}
    assert first.post(url, again).status_code == 302
    assert Item.objects.get(key="MILK").name_en == "Cow milk"


def test_history_and_the_way_back(sit: Sit) -> None:
    client = sit("office")
    url = "/data/items/row?key=WHEY"
    client.post(url, {**form(client, url), "v.name_en": "Sweet whey", "v.shelf_life_days": "6", "reason": "new label"})
    page = client.get("/data/items/history?key=WHEY").content.decode()
    assert "new label" in page
    assert "<del>Whey</del>" in page
    assert "<ins>Sweet whey</ins>" in page
    record = re.findall(r'name="record" value="([0-9a-f]{32})"', page)[0]
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    back = {"record": record, "version": version, "request_id": str(uuid4())}
    refused = client.post("/data/items/back?key=WHEY", back).content.decode()
    assert "Say why" in refused
    assert client.post("/data/items/back?key=WHEY", {**back, "reason": "it was right"}).status_code == 302
    whey = Item.objects.get(key="WHEY")
    assert (whey.name_en, whey.shelf_life_days) == ("Whey", 5)
    page = client.get("/data/items/history?key=WHEY").content.decode()
    assert "it was right" in page
    stale = {**back, "reason": "again", "request_id": str(uuid4())}
    assert "alert" in client.post("/data/items/back?key=WHEY", stale).content.decode()


def test_switched_off_and_on_never_deleted(sit: Sit) -> None:
    client = sit("office")

    def switch() -> None:
        version = form(client, "/data/items/row?key=CUP-150")["version"]
        done = client.post("/data/items/switch?key=CUP-150", {"version": version, "request_id": str(uuid4())})
        assert done.status_code == 302

    switch()
    assert not Item.objects.get(key="CUP-150").is_active
    assert ">off<" in client.get("/data/items?q=cup").content.decode()
    switch()
    assert Item.objects.get(key="CUP-150").is_active


def test_parts_stand_on_the_page_of_their_thing(sit: Sit) -> None:
    client = sit("office")
    page = client.get("/data/items/row?key=YOG-150").content.decode()
    assert "16901234000105" in page.replace("<span>", "").replace("</span>", "")
    add = re.search(r'href="(/data/packs/new\?[^"]+)"', page)
    assert add
    url = add[1].replace("&amp;", "&")
    sent = form(client, url)
    assert sent["v.item"] == "YOG-150"
    done = client.post(url, {**sent, "v.gtin": "26901234000102", "v.numerator": "96", "v.level": "layer"})
    assert done.headers["Location"] == "/data/items/row?key=YOG-150"
    assert ItemPack.objects.filter(gtin="26901234000102", numerator=96).exists()


def test_only_the_fields_of_the_category_are_asked(sit: Sit) -> None:
    put("categories", {"code": "paper"})
    put("attributes", {"category": "dairy", "code": "FAT", "name_en": "Fat", "type": "decimal"})
    put("attributes", {"category": "paper", "code": "GSM", "name_en": "Grammage", "type": "whole"})
    client = sit("office")
    page = client.get("/data/items/row?key=YOG-150").content.decode()
    assert "Fat" in page
    assert "Grammage" not in page
    other = {**form(client, "/data/items/row?key=YOG-150"), "v.category": "paper", "do": "refresh"}
    page = client.post("/data/items/row?key=YOG-150", other).content.decode()
    assert "Grammage" in page
    url = "/data/items/row?key=YOG-150"
    assert client.post(url, {**form(client, url), "v.custom.FAT": "3.5"}).status_code == 302
    assert Item.objects.get(key="YOG-150").custom["FAT"] == "3.5"


def test_what_takes_two_people_can_be_asked_for(sit: Sit) -> None:
    client = sit("office")
    client.post("/data/partners/new", typed(NEW["partners"]))
    url = "/data/partners/row?key=TRUCKS"
    page = client.post(url, {**form(client, url), "v.status": "approved"}).content.decode()
    assert "Ask a second person" in page
    asked = {**form(client, url), "v.status": "approved", "do": "ask", "reason": "papers seen"}
    assert client.post(url, asked).status_code == 302
    assert Partner.objects.get(key="TRUCKS").status == "pending"
    assert "Change partners" in client.get("/approvals").content.decode()


def test_a_bulk_edit_that_takes_two_people_can_be_asked_for(sit: Sit) -> None:
    client = sit("office")
    put("partners", {"code": "FARM-1", "status": "pending"}, {"code": "FARM-2", "status": "pending"})
    rows = {"of": "selected", "key": ["FARM-1", "FARM-2"], "field": "status", "v.status": "approved"}
    page = client.post("/data/partners/bulk", {**rows, "do": "change", "reason": "audited"}).content.decode()
    assert 'value="ask"' in page
    assert 'value="audited"' in page
    assert 'value="ask"' in client.post("/data/partners/bulk", {**rows, "do": "ask"}).content.decode()  # no reason
    assert client.post("/data/partners/bulk", {**rows, "do": "ask", "reason": "audited"}).status_code == 302
    assert Partner.objects.get(key="FARM-1").status == "pending"
    assert "Change partners" in client.get("/approvals").content.decode()


def test_putting_back_what_takes_two_people_can_be_asked_for(sit: Sit) -> None:
    client = sit("office")
    put("partners", {"code": "FARM-1", "status": "suspended"})
    record = re.findall(
        r'name="record" value="(\w+)"', client.get("/data/partners/history?key=FARM-1").content.decode()
    )
    form_ = {"record": record[0], "reason": "it was right"}
    page = client.post("/data/partners/back?key=FARM-1", form_).content.decode()
    assert 'value="ask"' in page
    assert client.post("/data/partners/back?key=FARM-1", {**form_, "do": "ask"}).status_code == 302
    assert Partner.objects.get(key="FARM-1").status == "suspended"
    assert "it was right" in client.get("/approvals").content.decode()


def test_nobody_is_sent_elsewhere(sit: Sit) -> None:
    sent = {**typed(NEW["items"]), "next": "https://evil.example/"}
    assert sit("office").post("/data/items/new", sent).headers["Location"].startswith("/data/items/row")


def test_what_is_not_there(sit: Sit) -> None:
    client = sit("office")
    for path in ("row", "history"):
        assert client.get(f"/data/items/{path}?key=NOTHING").status_code == 404
    assert client.get("/data/items/row").status_code == 404


def test_a_reader_sees_and_cannot_save(sit: Sit) -> None:
    keeper = sit("keeper")
    url = "/data/items/row?key=MILK"
    page = keeper.get(url).content.decode()
    assert "data-save" not in page
    keeper.post(url, typed({"name_en": "Mine"}, version="1"))
    assert Item.objects.get(key="MILK").name_en == "Raw milk"


def test_one_field_of_many_rows(sit: Sit) -> None:
    client = sit("office")
    rows = {"of": "selected", "key": ["CUP-150", "CULT", "YOG-150"], "field": "category", "v.category": "dairy"}
    assert "Choose a field" in client.post("/data/items/bulk", {"key": ["CULT"], "of": "selected"}).content.decode()
    page = client.post("/data/items/bulk", {**rows, "do": "preview"}).content.decode()
    assert "<strong>2</strong> will change" in page
    assert "<strong>1</strong> stay as they are" in page
    assert Item.objects.get(key="CULT").category is None
    done = client.post("/data/items/bulk", {**rows, "do": "change", "reason": "sorted", "query": "q=c"})
    assert done.headers["Location"] == "/data/items?q=c"
    assert Item.objects.filter(category__key="DAIRY").count() == 4
    assert "sorted" in client.get("/data/items/history?key=CULT").content.decode()


def test_a_bulk_edit_names_every_row_that_cannot(sit: Sit) -> None:
    client = sit("office")
    rows = {"of": "all", "query": "", "field": "min_remaining_days_receipt", "v.min_remaining_days_receipt": "20"}
    page = client.post("/data/items/bulk", {**rows, "do": "preview"}).content.decode()
    assert "<strong>2</strong> cannot be changed" in page  # milk keeps for 3 days, whey for 5
    assert 'value="change"' not in page
    assert client.post("/data/items/bulk", {**rows, "do": "change"}).status_code == 200
    assert not Item.objects.filter(min_remaining_days_receipt=20).exists()


def test_a_bulk_edit_of_what_the_filter_shows(sit: Sit) -> None:
    client = sit("office")
    rows = {"of": "all", "query": "f.warehouse=east", "field": "temperature_class", "v.temperature_class": "chilled"}
    assert client.post("/data/places/bulk", {**rows, "do": "change"}).status_code == 302
    warm = set(Place.objects.exclude(kind="warehouse").values_list("warehouse_id", "temperature_class"))
    assert warm == {("east", "chilled"), ("plant", "")}


def test_nothing_selected(sit: Sit) -> None:
    page = sit("office").post("/data/items/bulk", {"of": "selected", "do": "preview"}).content.decode()
    assert "No row is selected" in page


def test_both_languages(sit: Sit) -> None:
    page = sit("office", language="zh-hans").get("/data/items/row?key=MILK").content.decode()
    assert "保存" in page
    assert "Reason for the change" not in page


def test_the_form_asks_whether_it_is_there_already(sit: Sit) -> None:
    """While somebody types; without JavaScript by a button, and beside what was refused. It refuses nothing."""
    office = sit("office")
    page = office.get("/data/items/new").content.decode()
    assert 'hx-get="/duplicates/similar?register=items&amp;key="' in page
    assert "This may be there already" not in page
    texts = {"code": "CUP-9", "name_en": "Cup, 150 mL", "base_unit": "C62"}
    for sent in (typed(texts, do="refresh"), typed({**texts, "base_unit": ""})):
        page = office.post("/data/items/new", sent).content.decode()
        assert "This may be there already" in page
        assert "CUP-150" in page
        assert 'value="Cup, 150 mL"' in page
    assert not Item.objects.filter(code="CUP-9").exists()
    assert office.post("/data/items/new", typed(texts)).status_code == 302
    assert Item.objects.filter(code="CUP-9").exists()
    assert "/duplicates/similar" not in office.get("/data/sites/new").content.decode()
