"""The pages of quality: what waits, an inspection, a nonconformance and the ways out of it."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.rules import SYSTEM
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.catalog.register import Row, Values
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.models import ApprovalRequest
from suyuan.governance.signing import Signed
from suyuan.gs1.identifiers import lot_uri
from suyuan.inspection.commands import PutInspectionPlans, PutPlanChecks
from suyuan.inspection.models import Inspection, NonConformance
from suyuan.ledger.keys import key16
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.stock.queries import about, on_hand
from tests.desk import company
from tests.desk.conftest import Hire, Sit

CUPS = f"https://id.gs1.org/01/{company.CUP}/10/P-9"


def do(command: object) -> dict[str, object]:
    context = Context(actor=SYSTEM, request_id=uuid4(), now=company.NOW - timedelta(hours=1))
    return dict(execute(context, command).value)


def arrived(*, plan: bool = True, quantity: int = 40) -> str:
    """Cups at the dock, with a plan of five pieces; the id of their receipt."""
    if plan:
        told: Values = {
            "code": "CUPS",
            "mode": "sampling",
            "aql": "2.5",
            "item": "CUP-150",
            "certificates": ("test-report",),
        }
        do(PutInspectionPlans(rows=(Row(told),)))
        checks: tuple[Values, ...] = (
            {"plan": "CUPS", "number": 1, "name_zh": "高度", "name_en": "Height", "kind": "measured", "unit": "mm",
             "lower": Decimal("70"), "upper": Decimal("72")},
            {"plan": "CUPS", "number": 2, "name_zh": "无裂纹", "name_en": "No cracks", "kind": "yes_no"},
        )  # fmt: skip
        do(PutPlanChecks(rows=tuple(map(Row, checks))))
    line = ReceiptLine(item="CUP-150", lot="P-9", quantity=quantity)
    return str(do(Receive(warehouse="plant", supplier="PACK", lines=(line,)))["receipt"])


def opened(client: Client) -> Inspection:
    response = client.post("/inspection", {"goods": CUPS, "request_id": str(uuid4())})
    assert response.status_code == 302
    return Inspection.objects.get(pk=UUID(response.headers["Location"].rsplit("/", 1)[1]))


def answers(row: Inspection, **wrong: str) -> dict[str, str]:
    told = {f"a-{n}-{check}": good for n in range(1, row.size + 1) for check, good in ((1, "71"), (2, "yes"))}
    told |= {name.replace("_", "-"): value for name, value in wrong.items()}
    return told | {"p-test-report-number": "T-1", "p-test-report-good": "1", "seen": str(row.version)}


def post(client: Client, row: Inspection, do_: str, **fields: object) -> object:
    return client.post(f"/inspection/{row.pk}", {"request_id": str(uuid4()), "do": do_, **fields})


def states() -> set[tuple[str, str]]:
    return {(str(row.quantity), row.status) for row in on_hand(company.TODAY.toordinal(), subjects=[CUPS])}


def test_it_works(sit: Sit) -> None:
    arrived()
    client = sit("inspector")
    page = client.get("/inspection").content.decode()
    for text in ("P-9", "40", "Qingcheng Packaging", "Sampling"):
        assert text in page
    row = opened(client)
    assert (row.letter, row.size, row.accept) == ("C", 5, 0)
    shown = client.get(f"/inspection/{row.pk}").content.decode()
    for text in ("Height", "70 – 72 mm", "No cracks", "Test report", "Receiving dock", "II · C"):
        assert text in shown
    response = post(client, row, "pass", **answers(row))
    assert response.status_code == 302, response.context["problems_found"]  # type: ignore[attr-defined]  # a response
    assert states() == {("40", "released")}
    assert "P-9" in client.get("/inspection/done").content.decode()


def test_what_is_typed_is_kept_with_what_is_wrong(sit: Sit) -> None:
    arrived()
    client = sit("inspector")
    row = opened(client)
    response = post(client, row, "save", **answers(row, a_2_1="tall"))
    page = response.content.decode()  # type: ignore[attr-defined]  # a response
    assert "is no number" in page
    assert 'value="tall"' in page
    assert Inspection.objects.get(pk=row.pk).results == {}
    post(client, row, "save", **answers(row, a_2_1="69.9"))
    page = client.get(f"/inspection/{row.pk}").content.decode()
    assert "1 found, 0 allowed" in page
    assert "is-invalid" in page


def test_a_lot_that_fails_waits_for_a_second_person(sit: Sit) -> None:
    arrived()
    client = sit("inspector")
    row = opened(client)
    wrong = answers(row, a_1_2="no")
    refused = post(client, row, "pass", **wrong)
    assert "By the plan this lot is not accepted" in refused.content.decode()  # type: ignore[attr-defined]  # a response
    row.refresh_from_db()
    refused = post(client, row, "fail", reason="cracked", **{**wrong, "seen": str(row.version)})
    assert "second person" in refused.content.decode().lower()  # type: ignore[attr-defined]  # a response
    row.refresh_from_db()
    asked = post(client, row, "ask", verdict="fail", reason="cracked", **{**wrong, "seen": str(row.version)})
    assert asked.headers["Location"] == "/approvals"  # type: ignore[attr-defined]  # a response
    assert states() == {("40", "pending")}


def test_results_out_of_a_spreadsheet(sit: Sit) -> None:
    arrived()
    client = sit("inspector")
    row = opened(client)
    text = "piece,Height,无裂纹\n" + "".join(f"{n},71.{n},是\n" for n in range(1, 6))
    sheet = SimpleUploadedFile("results.csv", text.encode("utf-8-sig"))
    response = post(client, row, "import", sheet=sheet, seen=str(row.version))
    assert response.status_code == 302, response.context["problems_found"]  # type: ignore[attr-defined]  # a response
    row.refresh_from_db()
    assert row.results["3.1"] == "71.3"
    assert row.results["5.2"] == "yes"
    strange = SimpleUploadedFile("results.csv", b"piece,Weight\n1,2\n")
    page = post(client, row, "import", sheet=strange).content.decode()  # type: ignore[attr-defined]  # a response
    assert "No column of the sheet" in page


def test_yes_to_the_rest_and_photos(sit: Sit) -> None:
    arrived()
    client = sit("inspector")
    row = opened(client)
    photo = SimpleUploadedFile("crack.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    assert post(client, row, "fill", files=photo, seen=str(row.version)).status_code == 302  # type: ignore[attr-defined]  # a response
    row.refresh_from_db()
    assert {cell for cell in row.results if cell.endswith(".2")} == {f"{n}.2" for n in range(1, 6)}
    assert client.get(f"/inspection/{row.pk}/file/{row.files[0]}").status_code == 200
    assert client.get(f"/inspection/{row.pk}/file/{'0' * 64}").status_code == 404


def test_others_look_but_do_not_judge(sit: Sit, hire: Hire) -> None:
    arrived()
    row = opened(sit("inspector"))
    buyer = hire("buyer")
    assert buyer.get(f"/inspection/{row.pk}").status_code == 200
    assert post(buyer, row, "pass", **answers(row)).status_code == 200  # type: ignore[attr-defined]  # refused, and said so
    assert states() == {("40", "pending")}
    assert sit("inspector").get(f"/inspection/{UUID(int=5)}").status_code == 404


# -- nonconformances --------------------------------------------------------------------------------------------------


def failed(client: Client) -> NonConformance:
    arrived(plan=False)
    line = Verdict(uri=CUPS, verdict="fail", reason="cracked")
    with governed():
        do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality")])
    people = {name: actor_of(User.objects.get(username=name), directory().sites) for name in ("inspector", "quality")}
    context = Context(
        actor=people["inspector"], request_id=uuid4(), now=company.NOW, signatures=(Signed(people["quality"]),)
    )
    execute(context, Inspect(warehouse="plant", lines=(line,)))
    return NonConformance.objects.get()


def deed(client: Client, row: NonConformance, deed_: str, **fields: str) -> object:
    return client.post(f"/nonconformances/{row.number}", {"request_id": str(uuid4()), "deed": deed_, **fields})


def test_from_report_to_the_supplier(sit: Sit) -> None:
    inspector = sit("inspector")
    row = failed(inspector)
    assert row.number in inspector.get("/nonconformances").content.decode()
    deed(inspector, row, "decide", disposition="return", why="as agreed with him", owner="inspector", due="2026-11-20")
    row.refresh_from_db()
    assert (row.disposition, row.owner) == ("return", "inspector")
    assert row.number in inspector.get("/nonconformances?show=overdue").content.decode()
    assert row.number in inspector.get("/nonconformances?show=mine").content.decode()
    keeper = sit("keeper")
    page = keeper.get(f"/nonconformances/{row.number}/return").content.decode()
    assert 'value="PACK"' in page
    assert 'value="40"' in page
    form = {"supplier": "PACK", "quantity": "40", "reason": "cracked", "rma": "R-1", "request_id": str(uuid4())}
    response = keeper.post(f"/nonconformances/{row.number}/return", form)
    assert response.status_code == 302, response.context["problems_found"]
    note = keeper.get(response.headers["Location"]).content.decode()
    for text in ("Return note", "Qingcheng Packaging", "R-1", row.number, "P-9"):
        assert text in note
    assert states() == {("40", "rejected")}
    (number,) = set(re.findall(r"\bV[A-Z]+\d+-\w+\b", note)) or {""}
    shown = keeper.get(f"/nonconformances/{row.number}").content.decode()
    assert "On its way back" in shown
    assert number in shown
    with company.clock(company.NOW + timedelta(hours=5)):
        signed = deed(keeper, row, "confirm", note=number, signer="Fan")
    assert signed.status_code == 302  # type: ignore[attr-defined]  # a response
    assert "On its way back" not in keeper.get(f"/nonconformances/{row.number}").content.decode()
    assert deed(sit("inspector"), row, "close").status_code == 302  # type: ignore[attr-defined]  # a response
    row.refresh_from_db()
    assert row.state == "closed"


def test_actions_and_their_owners(sit: Sit) -> None:
    inspector = sit("inspector")
    row = failed(inspector)
    wrong = deed(inspector, row, "add", what="new mould", action_owner="nobody").content.decode()  # type: ignore[attr-defined]  # a response
    assert "There is no account" in wrong
    deed(inspector, row, "add", what="new mould", action_owner="keeper", action_due="2026-11-01")
    page = inspector.get(f"/nonconformances/{row.number}").content.decode()
    assert "new mould" in page
    assert "overdue" in page
    assert row.number in inspector.get("/nonconformances?show=overdue").content.decode()
    assert deed(inspector, row, "finish", action="1", outcome="put in").status_code == 302  # type: ignore[attr-defined]  # a response
    own = deed(inspector, row, "check", action="1", effective="yes", remark="x").content.decode()  # type: ignore[attr-defined]  # a response
    assert "Ask somebody else" in own


def test_scrap_and_use_as_is_wait_for_a_second_person(sit: Sit) -> None:
    inspector = sit("inspector")
    row = failed(inspector)
    said = deed(inspector, row, "decide", disposition="use_as_is", why="only the look").content.decode()  # type: ignore[attr-defined]  # a response
    assert "Ask a second person" in said
    deed(inspector, row, "decide", disposition="sort", why="sort them out")
    asked = deed(inspector, row, "accept", quantity="30", reason="sorted")
    assert asked.headers["Location"] == "/approvals"  # type: ignore[attr-defined]  # a response


def test_a_report_by_hand(sit: Sit) -> None:
    arrived(plan=False)
    client = sit("keeper")
    url = f"/nonconformances/new?id=/01/{company.CUP}/10/P-9"
    assert "P-9" in client.get(url).content.decode()
    form = {"request_id": str(uuid4()), "found": "complaint", "fault": "label", "weight": "minor"}
    assert "Give the reason" in client.post(url, form).content.decode()
    photo = SimpleUploadedFile("crooked.png", b"\x89PNG\r\n\x1a\n" + b"1" * 40)
    refused = client.post(url, {**form, "files": photo}).content.decode()
    kept = re.findall(r'name="photo" value="([0-9a-f]{64})"', refused)
    assert len(kept) == 1, "what was brought in is still there"
    response = client.post(url, {**form, "description": "crooked", "quantity": "3", "photo": kept})
    assert response.status_code == 302
    row = NonConformance.objects.get()
    assert (row.found, row.photos) == ("complaint", kept)
    shown = client.get(f"/nonconformances/{row.number}").content.decode()
    assert f"/nonconformances/{row.number}/file/{kept[0]}" in shown
    assert 'href="/inspection' not in shown, "a keeper may not open those"
    assert client.get(f"/nonconformances/{row.number}/file/{kept[0]}").status_code == 200
    assert client.get(f"/nonconformances/{row.number}/file/{'0' * 64}").status_code == 404


def test_series_are_shown(sit: Sit) -> None:
    arrived()
    client = sit("inspector")
    row = opened(client)
    post(client, row, "pass", **answers(row))
    assert "Cup 150 mL" in client.get("/inspection/series").content.decode()
    page = client.get("/inspection/lots", {"item": row.item, "supplier": row.supplier}).content.decode()
    for text in ("2 of 30", "Normal", row.number):
        assert text in page
    said = client.post(
        f"/inspection/lots?item={row.item}&supplier={row.supplier}",
        {"request_id": str(uuid4()), "kind": "irregular", "reason": "new line"},
    )
    assert said.status_code == 302
    assert "new line" in client.get("/inspection/lots", {"item": row.item, "supplier": row.supplier}).content.decode()


@pytest.mark.parametrize("path", ["/inspection", "/nonconformances", "/inspection/done", "/inspection/series"])
def test_chinese(sit: Sit, path: str) -> None:
    arrived()
    assert sit("inspector", language="zh-hans").get(path).status_code == 200


def test_the_queue_takes_as_many_statements_for_many(sit: Sit, statements: object) -> None:
    client = sit("inspector")
    arrived()
    with statements() as few:  # type: ignore[operator]  # the fixture
        client.get("/inspection")
    for n in range(8):
        line = ReceiptLine(item="CUP-150", lot=f"Q-{n}", quantity=40)
        do(Receive(warehouse="plant", supplier="PACK", lines=(line,)))
    client.get("/inspection")
    with statements() as many:  # type: ignore[operator]  # the fixture
        client.get("/inspection")
    assert len(many) <= len(few)


def test_expired_goods_are_accepted_by_two(sit: Sit) -> None:
    client = sit("inspector")
    milk = f"/01/{company.MILK}/10/RM-1101"
    assert "RM-1101" in client.get(f"/release?id={milk}", follow=True).content.decode()
    url = f"/inspection/concession?id={milk}"
    assert "Say until which day" in client.post(url, {"reason": "boiled"}).content.decode()
    asked = client.post(url, {"reason": "boiled", "until": "2026-11-30", "request_id": str(uuid4())})
    assert asked.headers["Location"] == "/approvals"
    assert client.get(f"/inspection/concession?id=/01/{company.CUP}/10/P-8831").status_code == 404


EXTEND = "/inspection/extend?id="


def last_day(lot: str) -> object:
    return about([key16(lot)])[key16(lot)].expiry


def test_a_released_lot_keeps_longer_when_two_say_so(sit: Sit, hire: Hire) -> None:
    client, second = sit("inspector"), hire("quality")
    do(
        Receive(
            warehouse="plant",
            supplier="FARM-1",
            lines=(ReceiptLine(item="MILK", lot="KEEP-1", quantity=9, expiry=company.TODAY),),
        )
    )
    lot = lot_uri(company.MILK, "KEEP-1")
    thing, url = f"/thing?id=/01/{company.MILK}/10/KEEP-1", f"/inspection/extend?id=/01/{company.MILK}/10/KEEP-1"
    assert EXTEND not in client.get(thing).content.decode(), "it waits for its inspection"
    assert client.get(url).status_code == 404
    passed = Inspect(warehouse="plant", lines=(Verdict(uri=lot, verdict="pass"),))
    execute(Context(actor=SYSTEM, request_id=uuid4(), now=company.NOW), passed)
    assert EXTEND in client.get(thing).content.decode()
    assert EXTEND not in sit("keeper").get(thing).content.decode()
    assert "Say until which day" in client.post(url, {"reason": "tested"}).content.decode()
    same = {"reason": "tested", "until": company.TODAY.isoformat()}
    assert "Give a later day" in client.post(url, same).content.decode()
    later = company.TODAY + timedelta(days=4)
    wanted = {"reason": "tested", "until": later.isoformat(), "testres": "LAB-7", "request_id": str(uuid4())}
    assert client.post(url, wanted).headers["Location"] == "/approvals"
    assert last_day(lot) == company.TODAY.toordinal()
    request = ApprovalRequest.objects.get()
    form = {"action": "approve", "meaning": "reviewed", "reason": "seen", "password": company.PASSWORD}
    assert client.post(f"/approvals/{request.pk}", form).status_code != 302, "not his own"
    assert second.post(f"/approvals/{request.pk}", form).status_code == 302
    assert last_day(lot) == later.toordinal()
    (row,) = on_hand(company.TODAY.toordinal(), subjects=[lot])
    assert [row.status, row.quantity] == ["released", 9]


def test_what_failed_is_conceded_and_not_only_extended(sit: Sit) -> None:
    client = sit("inspector")
    report = failed(client)
    moved = client.get(f"/inspection/extend?{urlencode({'id': report.goods})}")
    assert moved.headers["Location"].startswith("/inspection/concession?id=")
