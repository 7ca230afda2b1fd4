"""Spreadsheets in and out: errors in their cells, all or nothing, and what goes out comes back as it was."""

import io

import pytest
from django.test import Client

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Partner, Place
from suyuan.catalog.registers import REGISTERS
from suyuan.desk.importing_rules import propose
from suyuan.governance.jobs import part_of
from suyuan.governance.models import ApprovalRequest, Job, JobPart, State
from suyuan.governance.queries import changes_by
from suyuan.gs1.identifiers import lot_uri
from suyuan.ledger.keys import key16
from suyuan.stock.facts import OWN
from suyuan.stock.queries import stock_of
from suyuan.ui.workbook_files import Head, Page, make_workbook
from suyuan.ui.workbooks import read_workbook
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.desk.sheets import again, csv, send, work
from tests.desk.test_office_list import put

HEADS = ("编码", "品名", "单位", "条码")
GOOD = csv(HEADS, ("A-1", "苹果", "公斤", ""), ("A-2", "梨", "个", "6901234000405"))


def page(client: Client, job: Job, query: str = "") -> str:
    return client.get(f"/import/{job.pk}{query}").content.decode()


def codes(job: Job) -> list[str]:
    return [problem["code"] for problem in job.error]


def wrong(client: Client, register: str, *lines: tuple[str, ...]) -> str:
    """The page of a sheet that must have something wrong."""
    job = send(client, register, csv(*lines))
    assert job.state == State.DONE, job.error
    assert job.result["counts"]["wrong"], job.result
    return page(client, job)


def test_it_works(sit: Sit) -> None:
    admin = sit("admin")
    job = send(admin, "items", GOOD)
    assert job.result["counts"] | {"": 0} == {"new": 2, "changed": 0, "same": 0, "wrong": 0, "": 0}
    assert not Item.objects.filter(code="A-1").exists(), "a check writes nothing"
    done = again(admin, job, do="write")
    assert done.result["written"], done.error
    assert Item.objects.get(code="A-1").base_unit == "KGM"
    assert Item.objects.get(code="A-2").gtin == "06901234000405"
    assert "Written." in page(admin, done)
    change = changes_by(str(done.requested_by))[0].body
    assert (change["command"], change["result"]["made"]) == ("PutItems", 2)
    assert again(admin, job, do="write").result["counts"]["same"] == 2


def test_wrong_cells_carry_their_sentence(sit: Sit) -> None:
    admin = sit("admin")
    job = send(admin, "items", csv(HEADS, ("A-1", "苹果", "KGM", "6901234000404"), ("A-2", "梨", "KGM", "")))
    assert job.result["counts"]["wrong"] == 1
    text = page(admin, job)
    assert "6901234000404" in text
    assert "cell-problem" in text
    assert "A-2" not in text
    assert "A-2" in page(admin, job, "?all=1")
    answer = admin.get(f"/import/{job.pk}/wrong")
    sheet = read_workbook(answer.content)[0]
    assert [row[0] for row in sheet.rows] == ["编码", "A-1"]
    assert not again(admin, job, do="write").result["written"]
    assert not Item.objects.filter(code="A-2").exists(), "all or nothing"


@pytest.mark.parametrize(
    ("register", "lines"),
    [
        ("items", (HEADS, ("A-1", "a", "KGM", ""), ("a-1", "b", "KGM", ""))),
        ("items", (HEADS, ("A-1", "a", "KGM", "6901234000409"))),
        ("items", (HEADS, ("A-1", "a", "XXXX", ""))),
        ("items", (HEADS, ("YOG-150", "a", "KGM", ""))),
        ("packs", (("item", "gtin", "numerator"), ("NOBODY", "16901234000402", "12"))),
        ("units", (("item", "unit", "numerator"), ("MILK", "KGM", "2"))),
        ("places", (("仓库", "库位", "类型", "上级"), ("plant", "Z", "zone", "Z"))),
        ("places", (("仓库", "库位", "类型", "上级"), ("plant", "Y", "zone", "Z"), ("plant", "Z", "zone", "Y"))),
    ],
)
def test_rows_that_cannot_be(sit: Sit, register: str, lines: tuple[tuple[str, ...], ...]) -> None:
    assert "cell-problem" in wrong(sit("admin"), register, *lines)


def test_the_other_row_is_named_as_people_count(sit: Sit) -> None:
    rows = (("title",), HEADS, ("A-1", "a", "KGM", ""), ("A-2", "c", "KGM", ""), ("a-1", "b", "KGM", ""))
    job = send(sit("admin"), "items", csv(*rows))
    problem = JobPart.objects.get(job=job)
    assert problem.wrong == 1
    assert "3" in page(sit("admin"), job)


def test_a_bin_may_come_before_its_zone(sit: Sit) -> None:
    admin = sit("admin")
    lines = (("仓库", "库位", "类型", "上级"), ("plant", "B-1", "bin", "R-1"), ("plant", "R-1", "rack", "Z-1"))
    job = send(admin, "places", csv(*lines, ("plant", "Z-1", "zone", "")))
    assert again(admin, job, do="write").result["written"]
    assert Place.objects.get(code="B-1").parent == Place.objects.get(code="R-1")


def test_formulas_are_texts(sit: Sit) -> None:
    admin = sit("admin")
    evil = "=cmd|' /C calc'!A0"
    job = again(admin, send(admin, "items", csv(HEADS, ("A-1", evil, "KGM", ""))), do="write")
    assert job.result["written"]
    assert Item.objects.get(code="A-1").name_zh == evil
    text = admin.get("/data/items/export?as=csv&q=A-1").content.decode()
    assert f"'{evil}" in text
    sheet = read_workbook(admin.get("/data/items/export?q=A-1").content)[0]
    assert evil in sheet.rows[1]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ui.file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "ui.file_old"),
        ("name\nKäse für Bäcker\n".encode("latin-1"), "ui.file_encoding"),
        (b"code\n" + b"x\n" * 1_000_000, "ui.file_rows"),
        ("编码,品名,单位\n".encode(), "desk.rows_missing"),
    ],
)
def test_files_that_cannot_be_read(sit: Sit, content: bytes, code: str) -> None:
    admin = sit("admin")
    job = send(admin, "items", content, "items.xlsx")
    assert (job.state, codes(job)) == (State.FAILED, [code])
    assert "alert-danger" in page(admin, job)


def test_columns_are_chosen_and_remembered(sit: Sit) -> None:
    admin = sit("admin")
    content = csv(("Krzl", "品名", "单位"), ("A-1", "苹果", "KGM"))
    job = send(admin, "items", content)
    assert job.result["missing"] == ["code"]
    assert "No column holds" in page(admin, job)
    columns = {"column-0": "code", "column-1": "name_zh", "column-2": "base_unit"}
    mended = again(admin, job, **columns)
    assert mended.result["counts"]["new"] == 1
    assert again(admin, mended, do="write").result["written"]
    assert send(admin, "items", content).result["counts"]["same"] == 1


def test_a_head_under_merged_titles_is_found(sit: Sit) -> None:
    title = [Head("2026 年货品清单"), Head(""), Head("")]
    rows = [["基本信息", "", "计量"], ["编码", "品名", "单位"], ["A-1", "苹果", "KGM"]]
    job = send(sit("admin"), "items", make_workbook(Page("Sheet1", title, rows)), "a.xlsx")
    assert job.result["head"] == 3
    assert job.result["counts"]["new"] == 1


def test_empty_cells_empty_only_when_asked(sit: Sit) -> None:
    admin = sit("admin")
    content = csv(("code", "name_en"), ("MILK", ""))
    assert send(admin, "items", content).result["counts"]["same"] == 1
    assert send(admin, "items", content, emptying="1").result["counts"]["changed"] == 1


@pytest.mark.parametrize(("language", "kind"), [("zh-hans", "xlsx"), ("en", "csv")])
def test_what_goes_out_comes_back(sit: Sit, language: str, kind: str) -> None:
    admin = sit("admin", language=language)
    filled = [one for one in REGISTERS.values() if one.rows().exists()]
    assert len(filled) > 5
    for register in filled:
        answer = admin.get(f"/data/{register.name}/export?as={kind}")
        if answer.status_code == 403:
            continue
        job = send(admin, register.name, answer.content, f"a.{kind}", emptying="1")
        assert job.state == State.DONE, job.error
        counts = job.result["counts"]
        assert (counts["new"], counts["changed"], counts["wrong"]) == (0, 0, 0), page(admin, job)
        assert counts["same"] == register.rows().count()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_template_names_every_column(sit: Sit, language: str) -> None:
    client = sit("admin", language=language)
    for register in REGISTERS.values():
        answer = client.get(f"/data/{register.name}/template")
        if answer.status_code == 403:
            continue
        words = read_workbook(answer.content)[0].rows[0]
        fields = register.all_fields()
        assert set(propose(fields, words, {}).values()) == {one.name for one in fields}


def test_nobody_brings_in_what_he_may_not_change(sit: Sit, hire: Hire) -> None:
    auditor, keeper = hire("auditor"), sit("keeper")
    assert auditor.get("/import").status_code == 403
    assert auditor.post("/import", {"register": "items"}).status_code == 403
    assert keeper.get("/data/items/template").status_code == 403
    answer = keeper.post("/import", {"register": "items", "file": io.BytesIO(GOOD)})
    assert (answer.status_code, Job.objects.count()) == (422, 0)


def test_another_persons_import_is_not_shown(sit: Sit) -> None:
    job = send(sit("admin"), "items", GOOD)
    for address in ("", "/wrong"):
        assert sit("keeper").get(f"/import/{job.pk}{address}").status_code == 404
    assert sit("keeper").post(f"/import/{job.pk}/again", {"do": "write"}).status_code == 404


def test_rights_count_when_it_is_done(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = sit("admin")
    job = send(admin, "items", GOOD)
    answer = admin.post(f"/import/{job.pk}/again", {"do": "write"})
    monkeypatch.setattr("suyuan.accounts.rules.Actor.may", lambda *_: False)
    work()
    done = Job.objects.get(pk=answer.headers["Location"].rsplit("/", 1)[1])
    assert (done.state, codes(done)) == (State.FAILED, ["governance.not_allowed"])
    assert not Item.objects.filter(code="A-1").exists()


def test_it_is_cancelled_until_it_writes(sit: Sit) -> None:
    admin = sit("admin")
    answer = admin.post("/import", {"register": "items", "file": io.BytesIO(GOOD)})
    location = answer.headers["Location"]
    assert "every 1s" in admin.get(location).content.decode() or "delay:1s" in admin.get(location).content.decode()
    assert admin.post(f"{location}/stop").status_code == 302
    work()
    assert Job.objects.get().state == State.CANCELLED
    assert "cancelled" in admin.get(location).content.decode()


STOCK = ("仓库", "库位", "货品", "批号", "数量", "生产日期", "状态")


def test_opening_stock_is_booked_from_a_sheet(sit: Sit) -> None:
    lines = (
        STOCK,
        ("plant", "C-01-03", "YOG-150", "OLD-1", "1200", "2026-11-10", "待检"),
        ("plant", "IN", "MILK", "", "50", "2026/11/20", ""),
    )
    keeper = sit("keeper")
    job = send(keeper, "opening", csv(*lines))
    assert job.result["counts"]["new"] == 2, [part_of(part) for part in job.parts.all()]
    done = again(keeper, job, do="write")
    assert done.result["written"], done.error
    again_ = send(keeper, "opening", csv(*lines[:2]))
    assert again(keeper, again_, do="write").result["written"], "the same said again is the same"
    assert "OLD-1" in keeper.get("/search?q=OLD-1", follow=True).content.decode()


def test_opening_stock_that_is_kept_for_others(sit: Sit) -> None:
    head = (*STOCK, "货主")
    lot = ("plant", "C-01-03", "YOG-150", "OLD-1")
    ours, theirs = (*lot, "12", "2026-11-10", "", ""), (*lot, "5", "2026-11-10", "", "farm-1")
    job = send(sit("keeper"), "opening", csv(head, ours, theirs, (*lot, "5", "2026-11-10", "", "nobody")))
    assert (job.result["counts"]["new"], job.result["counts"]["wrong"]) == (2, 1)
    done = again(sit("keeper"), send(sit("keeper"), "opening", csv(head, ours, theirs)), do="write")
    assert done.result["written"], done.error
    rows = stock_of([key16(lot_uri(company.YOGHURT, "OLD-1"))])
    assert {row.owner == OWN: row.quantity // 10**6 for row in rows} == {True: 12, False: 5}


def test_opening_stock_that_cannot_be(sit: Sit) -> None:
    rows = (
        ("nowhere", "IN", "YOG-150", "A", "1", "2026-11-10", ""),
        ("plant", "B-99", "YOG-150", "B", "1", "2026-11-10", ""),
        ("plant", "IN", "NOBODY", "C", "1", "2026-11-10", ""),
        ("plant", "IN", "YOG-150", "HH261114A01", "1", "2026-11-14", ""),
        ("plant", "IN", "YOG-150", "D", "0", "2026-11-10", ""),
        ("plant", "IN", "YOG-150", "E", "1", "", ""),
    )
    keeper = sit("keeper")
    job = send(keeper, "opening", csv(STOCK, *rows))
    assert job.result["counts"]["wrong"] == len(rows), page(keeper, job)


def test_released_opening_stock_of_a_keeper_waits_for_a_second_person(sit: Sit) -> None:
    """What is to be inspected is booked at once; a lot that is here in both states makes one request, which stands."""
    with governed():
        do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality")])
    lines = (
        ("plant", "C-01-03", "YOG-150", "OLD-1", "1200", "2026-11-10", "合格"),
        ("plant", "IN", "YOG-150", "OLD-1", "50", "2026-11-10", "待检"),
        ("plant", "IN", "MILK", "", "50", "2026/11/20", "released"),
    )
    keeper = sit("keeper")
    job = send(keeper, "opening", csv(STOCK, *lines))
    assert (job.result["counts"]["wrong"], job.result["signed"]) == (0, 2)
    text = page(keeper, job)
    assert text.count("needs a second person") == 2
    assert "signature of a quality inspector" in text
    done = again(keeper, job, do="write")
    assert done.result["written"], done.error
    assert "within 24 hours" in page(keeper, done)
    old = key16(lot_uri(company.YOGHURT, "OLD-1"))
    assert [(row.status, row.quantity) for row in stock_of([old])] == [("pending", 50_000_000)]
    request = ApprovalRequest.objects.get()
    assert "1 part waits for a second person" in keeper.get("/start").content.decode()
    asked = sit("quality").get(f"/approvals/{request.pk}").content.decode()
    assert all(word in asked for word in ("C-01-03", "Produced", "Released"))
    form = {"action": "approve", "meaning": "responsible", "reason": "seen", "password": company.PASSWORD}
    answer = sit("quality").post(f"/approvals/{request.pk}", form)
    assert answer.status_code == 302, answer.context["problems_found"]
    found = {(row.status, row.quantity) for row in stock_of([old])}
    assert found == {("pending", 50_000_000), ("released", 1200_000_000)}
    assert "waits for a second person" not in keeper.get("/start").content.decode()


def test_an_inspector_who_keeps_the_store_needs_nobody(sit: Sit) -> None:
    with governed():
        grants = [At("keeper"), At("inspector")]
        do_add_user(username="both", name="周到", password=company.PASSWORD, grants=grants)
    line = ("plant", "C-01-03", "YOG-150", "OLD-1", "1200", "2026-11-10", "released")
    job = send(sit("both"), "opening", csv(STOCK, line))
    assert job.result["signed"] == 0
    assert again(sit("both"), job, do="write").result["written"]
    assert not ApprovalRequest.objects.exists()


def test_one_site_brings_nothing_into_another(sit: Sit) -> None:
    keeper = sit("eastkeeper", "east")
    line = ("plant", "IN", "MILK", "OLD-2", "5", "2026-11-20", "")
    job = send(keeper, "opening", csv(STOCK, line))
    assert job.result["counts"]["wrong"] == 1
    assert "You do not have the permission “Receive goods” for “plant”" in page(keeper, job)


def test_the_first_steps_show_what_is_there(sit: Sit, hire: Hire) -> None:
    text = sit("admin").get("/start").content.decode()
    assert "Getting started" in text
    assert "/data/items/template" in text
    assert "Brought by: Warehouse keeper" in text, "opening stock"
    assert "Brought by: Buyer" in text, "partners"
    assert "/data/opening/template" in sit("keeper").get("/start").content.decode()
    assert hire("auditor").get("/start").status_code == 403


def test_what_was_only_named_is_not_used(sit: Sit) -> None:
    """The record of its own making is no use of an item: units and frozen fields can still be brought."""
    admin = sit("admin")
    again(admin, send(admin, "items", GOOD), do="write")
    assert again(
        admin, send(admin, "units", csv(("item", "unit", "numerator"), ("A-2", "箱", "12"))), do="write"
    ).result["written"]
    assert send(admin, "items", csv(("code", "tracking"), ("A-2", "none"))).result["counts"]["changed"] == 1


def test_partners_that_are_to_be_approved_wait_for_a_second_person(sit: Sit) -> None:
    buyer = sit("office")
    with governed():
        do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality")])
    put("partners", {"code": "FARM-1", "status": "pending"})
    lines = (
        ("code", "name_en", "roles", "status"),
        ("FARM-1", "Chilechuan", "supplier", "approved"),
        ("NEW-1", "New farm", "supplier", "approved"),
        ("NEW-2", "Newer farm", "supplier", ""),
    )
    job = send(buyer, "partners", csv(*lines))
    assert job.result["signed"] == 2
    text = page(buyer, job)
    assert "2 rows approve a partner" in text
    assert text.count("needs a second person") == 2
    done = again(buyer, job, do="write")
    assert done.result["written"], done.error
    assert Partner.objects.get(key="FARM-1").name_en == "Chilechuan"
    assert set(Partner.objects.filter(key__in=["FARM-1", "NEW-1", "NEW-2"]).values_list("status", flat=True)) == {
        "pending"
    }
    assert "wait for a second person" in page(buyer, done)
    request = ApprovalRequest.objects.get()
    form = {"action": "approve", "meaning": "responsible", "reason": "seen", "password": company.PASSWORD}
    assert sit("quality").post(f"/approvals/{request.pk}", form).status_code == 302
    states = dict(Partner.objects.filter(key__startswith="NEW").values_list("key", "status"))
    assert states == {"NEW-1": "approved", "NEW-2": "pending"}
    assert Partner.objects.get(key="FARM-1").status == "approved"
    assert send(buyer, "partners", csv(*lines)).result["signed"] == 0


def test_likely_doubles_are_said_and_not_refused(sit: Sit) -> None:
    """Of what stands, and of the file itself; a row that changes what stands is none."""
    admin = sit("admin")
    cup, pear = ("CUP-9", "塑杯 150 mL"), ("P-1", "新疆库尔勒香梨")
    rows = [(*cup, "个", ""), (*pear, "个", ""), ("P-2", pear[1], "个", ""), ("CUP-150", cup[1], "个", "")]
    job = send(admin, "items", csv(HEADS, *rows))
    assert job.result["counts"]["wrong"] == 0
    assert job.result["alike"] == 2
    assert [(number, code, alike[0][0]) for number, code, alike in job.result["doubles"]] == [
        (2, "CUP-9", "CUP-150"), (4, "P-2", "P-1")
    ]  # fmt: skip
    shown = page(admin, job)
    assert "2 new rows may be there already" in shown
    assert "Cup 150 mL" in shown
    assert again(admin, job, do="write").result["written"]
    assert Item.objects.filter(code="P-2").exists()
    assert "may be there already" not in page(admin, send(admin, "items", GOOD))
