"""The pages of counting: a sheet made, counted by scans, judged, posted; and what a blind counter does not see."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.test import Client

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.models import Partner
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_items
from suyuan.desk.counting_bins import FIELDS
from suyuan.governance.models import ApprovalRequest
from suyuan.gs1.identifiers import lot_uri
from suyuan.ledger.keys import key16
from suyuan.operations.commands import (
    CloseBin,
    CountEntry,
    FinishCount,
    KeepCount,
    OpeningLine,
    OpeningStock,
    ReceiptLine,
    Receive,
)
from suyuan.stock.queries import stock_of
from suyuan.stocktake.models import BinLook, CountLine, CountSheet, State
from suyuan.stocktake.registers import PutCountPlans
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.desk.sheets import again, csv, send

BIN, LOT = "C-01-03", "T-1"


def stock(quantity: int = 100) -> None:
    """Cups in the cold store."""
    line = OpeningLine(item="CUP-150", lot=LOT, quantity=quantity, place=BIN, status="released")
    Told().do(company.NOW - timedelta(hours=1), OpeningStock(warehouse="plant", lines=(line,)))


class Told(company.Work):
    """Commands with requests of their own."""

    def __init__(self) -> None:
        self.number = uuid4().int >> 8


def make(client: Client, **more: str) -> UUID:
    answer = client.post("/counting", {"request_id": str(uuid4()), "places": BIN, **more})
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer["location"].rsplit("/", 1)[1])


class Hand:
    """A handheld at a sheet: what the form carries goes back with each scan."""

    def __init__(self, client: Client, sheet: UUID) -> None:
        self.client, self.url = client, f"/counting/{sheet}/bins"
        self.form: dict[str, str] = {}

    def send(self, **fields: str) -> str:
        posted = {**self.form, "request_id": str(uuid4()), "line": str(uuid4()), **fields}
        page = self.client.post(self.url, posted)
        entry = page.context["entry"]
        self.form = {name: getattr(entry, name) for name in FIELDS}
        return page.content.decode()


def test_it_works(sit: Sit) -> None:
    stock()
    client = sit("keeper")
    sheet = make(client)
    hand = Hand(client, sheet)
    assert "Bin C-01-03" in hand.send(scan=BIN)
    page = hand.send(scan=f"(01){company.CUP}(10){LOT}")
    assert "Cup 150 mL" in page
    assert "Kept: Cup 150 mL T-1, 99" in hand.send(quantity="99")
    assert "C-01-03 is done." in hand.send(do="done")
    line = CountLine.objects.get()
    assert (line.quantity, line.scanned, line.bin.code) == (99_000_000, True, BIN)
    answer = client.post(f"/counting/{sheet}", {"do": "finish", "request_id": str(uuid4())})
    assert answer["location"] == f"/counting/{sheet}/review"
    review = client.get(answer["location"])
    assert "−1.0 %" in review.content.decode()
    form = {"do": "post", "digest": review.context["digest"], "request_id": str(uuid4())}
    assert client.post(answer["location"], form).status_code == 302
    assert CountSheet.objects.get().state == State.POSTED
    assert "Posted" in client.get(f"/counting/{sheet}").content.decode()
    accuracy = client.get("/counting/accuracy").content.decode()
    assert "C-01-03" in accuracy
    assert "王芳" in client.get("/counting/accuracy?csv=people").content.decode()


def test_a_blind_counter_is_not_told_what_the_book_has(sit: Sit) -> None:
    stock(731)
    client = sit("keeper")
    blind, hand = make(client), Hand(client, UUID(int=0))
    hand.url = f"/counting/{blind}/bins"
    assert "731" not in hand.send(scan=BIN)
    hand.send(scan=LOT)
    hand.send(quantity="1")
    for url in (f"/counting/{blind}", f"/counting/{blind}/list", f"/counting/{blind}/template", hand.url):
        assert b"731" not in client.get(url).content
    assert client.get(f"/counting/{blind}/review").status_code == 409
    assert client.get(f"/counting/{blind}/review?xlsx=1").status_code == 409
    client.post(f"/counting/{blind}", {"do": "cancel", "reason": "again", "request_id": str(uuid4())})
    seeing = make(client, open="1")
    hand.url = f"/counting/{seeing}/bins"
    hand.form = {}
    assert "731" in hand.send(scan=BIN)
    assert "731" in client.get(f"/counting/{seeing}/list").content.decode()


def test_two_counters_are_told_of_each_other_but_not_how_much(sit: Sit) -> None:
    stock()
    client = sit("keeper")
    with governed():
        do_add_user(username="second", name="钱进", password=company.PASSWORD, grants=[At("keeper")])
    other = sit("second")
    sheet = make(client)
    one, two = Hand(client, sheet), Hand(other, sheet)
    one.send(scan=BIN)
    one.send(scan=LOT)
    one.send(quantity="4321")
    page = two.send(scan=BIN)
    assert "Counted here by others" in page
    assert "王芳" in page
    assert "4321" not in page
    two.send(scan=LOT)
    two.send(quantity="4321")
    assert CountLine.objects.count() == 2


def test_scans_that_mean_nothing_here(sit: Sit) -> None:
    stock()
    client = sit("keeper")
    hand = Hand(client, make(client))
    assert "Scan the bin first" in hand.send(scan=LOT)
    assert "is not on this sheet" in hand.send(scan="OUT")
    hand.send(scan=BIN)
    assert "NONSENSE" in hand.send(scan="NONSENSE")
    hand.send(scan=LOT)
    assert "How much of" in hand.send(quantity="")
    assert hand.form["uri"], "what waits for its quantity is still there"
    hand.send(quantity="12", scan=f"(01){company.CUP}(10)T-2")
    assert CountLine.objects.count() == 1
    hand.send(do="drop")
    assert not hand.form["item"]


def test_the_same_label_again_counts_one_up(sit: Sit) -> None:
    client = sit("keeper")
    hand = Hand(client, make(client))
    hand.send(scan=BIN)
    for _ in range(3):
        hand.send(scan=f"(01){company.CUP}(10)T-9")
    assert hand.form["quantity"] == "3"


def test_sent_twice_counts_once(sit: Sit) -> None:
    client = sit("keeper")
    hand = Hand(client, make(client))
    hand.send(scan=BIN)
    hand.send(scan=f"(01){company.CUP}(10)T-9")
    form, line, request = dict(hand.form), str(uuid4()), str(uuid4())
    for _ in range(2):
        client.post(hand.url, {**form, "quantity": "5", "line": line, "request_id": request})
    client.post(hand.url, {**form, "quantity": "5", "line": line, "request_id": str(uuid4())})
    assert CountLine.objects.count() == 1


def test_struck_and_empty(sit: Sit) -> None:
    client = sit("keeper")
    hand = Hand(client, make(client))
    hand.send(scan=BIN)
    hand.send(scan=f"(01){company.CUP}(10)T-9")
    hand.send(quantity="5")
    assert "Strike those lines first" in hand.send(do="empty")
    assert "Struck." in hand.send(do=f"strike-{CountLine.objects.get().pk}")
    assert "is done" in hand.send(do="empty")
    assert BinLook.objects.get().empty


def test_large_differences_go_to_others_and_then_to_those_who_sign(sit: Sit, hire: Hire) -> None:
    stock()
    client = sit("keeper")
    with governed():
        do_add_user(username="second", name="钱进", password=company.PASSWORD, grants=[At("keeper")])
    sheet = make(client)
    hand = Hand(client, sheet)
    hand.send(scan=BIN)
    hand.send(scan=LOT)
    hand.send(quantity="50")
    hand.send(do="done")
    answer = client.post(f"/counting/{sheet}", {"do": "finish", "request_id": str(uuid4())}, follow=True)
    assert "counted again" in answer.content.decode()
    assert "Count these again" in client.get(f"/counting/{sheet}/bins?bin={BIN}").content.decode()
    assert "Another person has to count it again" in Hand(client, sheet).send(bin=BIN, do="done")
    third = Hand(sit("second"), sheet)
    third.send(scan=BIN)
    third.send(scan=LOT)
    third.send(quantity="60")
    third.send(do="done")
    client.post(f"/counting/{sheet}", {"do": "finish", "request_id": str(uuid4())})
    url = f"/counting/{sheet}/review"
    page = client.get(url)
    assert "Ask for signatures" in page.content.decode()
    form = {"digest": page.context["digest"], "request_id": str(uuid4()), "do": "ask"}
    assert "Say why they differ" in client.post(url, form).content.decode()
    (view,) = page.context["rows"]
    form |= {f"reason-{view.name}": "damaged", f"decision-{view.name}": "accepted", "request_id": str(uuid4())}
    asked = client.post(url, form)
    assert asked["location"] == "/approvals", asked.content.decode()
    assert CountSheet.objects.get().state == State.REVIEW
    quality = hire("quality")
    listed = quality.get("/approvals").content.decode()
    assert "Post a count" in listed
    assert quality.get(url).status_code == 200
    finance = hire("finance")
    (request,) = ApprovalRequest.objects.all()
    for signer in (quality, finance):
        signed = {"action": "approve", "meaning": "reviewed", "reason": "seen", "password": company.PASSWORD}
        answer = signer.post(f"/approvals/{request.pk}", {**signed, "request_id": str(uuid4())})
        assert answer.status_code == 302, answer.content.decode()
    assert CountSheet.objects.get().state == State.POSTED
    (row,) = stock_of([key16(lot_uri(company.CUP, LOT))])
    assert row.amount == 60


def test_a_line_that_arrives_meanwhile_is_not_posted_with_the_rest(sit: Sit) -> None:
    stock()
    client = sit("keeper")
    sheet = make(client)
    hand = Hand(client, sheet)
    hand.send(scan=BIN)
    hand.send(scan=LOT)
    hand.send(quantity="99")
    hand.send(do="done")
    client.post(f"/counting/{sheet}", {"do": "finish", "request_id": str(uuid4())})
    url = f"/counting/{sheet}/review"
    form = {"digest": client.get(url).context["digest"], "request_id": str(uuid4()), "do": "post"}
    hand.send(scan=BIN)
    hand.send(scan=LOT)
    hand.send(quantity="1")
    stale = client.post(url, form).content.decode()
    assert "since you looked" in stale, "it is another sheet by now"


def test_a_plan_makes_a_sheet(sit: Sit) -> None:
    stock()
    client = sit("keeper")
    row = Row({"code": "ALL", "name_en": "Everything", "warehouse": "plant", "days_c": 30})
    Told().do(company.NOW - timedelta(minutes=5), PutCountPlans(rows=(row,)))
    page = client.get("/counting").content.decode()
    assert "Everything" in page
    answer = client.post("/counting", {"plan": "ALL", "request_id": str(uuid4())})
    assert answer.status_code == 302
    assert "all counted" in client.get("/counting").content.decode()
    assert client.get("/data/count_plans").status_code == 200


def test_lists_and_templates(sit: Sit) -> None:
    stock()
    client = sit("keeper")
    sheet = make(client)
    client.post(f"/counting/{sheet}", {"do": "cancel", "reason": "seeing", "request_id": str(uuid4())})
    sheet = make(client, open="1")
    for part in ("list", "template", "review?xlsx=1", "review?by=percent", "review?by=bin"):
        assert client.get(f"/counting/{sheet}/{part}").status_code == 200, part
    assert client.get(f"/counting/{uuid4()}").status_code == 404
    assert client.get(f"/counting/{uuid4()}/review").status_code == 404


def test_what_comes_late_is_told(sit: Sit) -> None:
    stock()
    client = sit("keeper")
    sheet = make(client)
    work = Told()
    at = company.NOW - timedelta(minutes=30)
    line = CountEntry(item="CUP-150", lot=LOT, quantity=100, place=BIN)
    work.do(at, KeepCount(warehouse="plant", sheet=sheet, lines=(line,)))
    work.do(at, CloseBin(warehouse="plant", sheet=sheet, place=BIN))
    work.do(at, FinishCount(warehouse="plant", sheet=sheet))
    page = client.get(f"/counting/{sheet}/review")
    client.post(f"/counting/{sheet}/review", {"do": "post", "digest": page.context["digest"]})
    hand = Hand(client, sheet)
    hand.send(scan=BIN)
    hand.send(scan=LOT)
    assert "closed meanwhile" in hand.send(quantity="98")
    follower = CountSheet.objects.get(after=sheet)
    assert follower.number in client.get(f"/counting/{sheet}").content.decode()
    assert "arrived after" in client.get(f"/counting/{follower.pk}").content.decode()


def test_a_file_that_was_counted(sit: Sit) -> None:
    """Every error in its cell; then all of it, once, however often it is sent."""
    stock()
    client = sit("keeper")
    sheet = CountSheet.objects.get(pk=make(client))
    heads = ("盘点单", "库位", "物料", "批号", "数量")
    bad = csv(heads, (sheet.number, "C-99", "CUP-150", LOT, "1"), (sheet.number, BIN, "CUP", LOT, "many"), ("CS", BIN))
    job = send(client, "counted", bad)
    assert job.result["counts"]["wrong"] == 2, "a bin with nothing beside it is left out"
    text = client.get(f"/import/{job.pk}").content.decode()
    assert "C-99" in text
    right = csv(heads, (sheet.number, BIN, "CUP-150", LOT, "97"), (sheet.number, BIN, "CUP-150", "T-2", "0"))
    for _ in range(2):
        written = again(client, send(client, "counted", right), do="write")
        assert written.result["written"], written.error
    assert sorted(CountLine.objects.values_list("quantity", flat=True)) == [0, 97_000_000]
    other = csv(heads, (sheet.number, BIN, "CUP-150", LOT, "96"))
    refused = again(client, send(client, "counted", other), do="write")
    assert [one["code"] for one in refused.error] == ["stocktake.counted_already"]


def test_whose_goods_and_what_they_weigh(sit: Sit) -> None:
    """Where goods of others lie in the warehouse it is asked whose they are; only what is weighed is weighed."""
    stock()
    client = sit("keeper")
    sheet = make(client)
    hand = Hand(client, sheet)
    hand.send(scan=BIN)
    page = hand.send(scan=LOT)
    assert 'name="weight"' not in page
    hand.send(do="drop")
    with governed():
        do_add_items(items=[NewItem(code="WHEEL", name_en="Wheel", base_unit="EA", catch_weight=True)])
    partner = Partner.objects.filter(is_supplier=True, status="approved").order_by("key")[0]
    came = ReceiptLine(item="WHEEL", lot="W1", quantity=2, weight="10")
    receive = Receive(warehouse="plant", supplier=partner.code, lines=(came,), owner=partner.code, place=BIN)
    Told().do(company.NOW - timedelta(minutes=30), receive)
    hand.send(scan="WHEEL")
    assert 'name="owner"' in hand.send(scan="")
    assert hand.form["item"] == "WHEEL"
    assert "operations" not in hand.send(lot="W1", quantity="2")
    assert not CountLine.objects.exists()  # it was not weighed
    page = hand.send(lot="W1", quantity="2", weight="9.5", owner=partner.uri)
    assert "9.5" in page
    assert "Owner:" in page
    line = CountLine.objects.get()
    assert (line.quantity, line.weight, line.owner) == (2_000_000, 9_500_000, partner.uri)
    hand.send(do="done")
    client.post(f"/counting/{sheet}", {"do": "finish", "request_id": str(uuid4()), "leave_out": "1"})
    client.post(f"/counting/{sheet}", {"do": "finish", "request_id": str(uuid4()), "leave_out": "1"})
    review = client.get(f"/counting/{sheet}/review").content.decode()
    assert "−0.5 kg" in review
    assert "Owner:" in review
    assert client.get(f"/counting/{sheet}/review?xlsx=1").status_code == 200


def test_value_is_for_those_who_see_costs(sit: Sit) -> None:
    with governed():
        do_add_user(username="till", name="蔡务", password=company.PASSWORD, grants=[At("finance")])
    assert "By value" not in sit("keeper").get("/counting/accuracy").content.decode()
    client = sit("till")
    assert "By value" in client.get("/counting/accuracy").content.decode()
    assert client.get("/counting/accuracy?csv=values")["content-type"].startswith("text/csv")
    assert "Value" not in sit("keeper").get("/counting/accuracy?csv=values").content.decode()


def test_a_sheet_is_given_to_somebody_else(sit: Sit) -> None:
    client = sit("keeper")
    sheet = make(client)
    form = {"do": "assign", "person": "keeper", "request_id": str(uuid4())}
    assert client.post(f"/counting/{sheet}", form).status_code == 302
    assert "王芳" in client.get(f"/counting/{sheet}").content.decode()
    wrong = client.post(f"/counting/{sheet}", {**form, "person": "nobody", "request_id": str(uuid4())})
    assert "Nobody has the user name" in wrong.content.decode()
