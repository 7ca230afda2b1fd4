"""Labels of goods from their pages: what they say, how they are printed, what became of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from ipaddress import ip_network
from uuid import UUID, uuid4

import pypdfium2
import pytest
from django.test import Client
from pytest_django import Settings

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_items
from suyuan.devices.models import PrintJob, ScanDefect, State
from suyuan.devices.queue import print_next, unpacked
from suyuan.devices.registers import PutPrinters
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.scans import scan
from suyuan.operations.commands import Line, Pack, ReceiptLine, Receive
from suyuan.trace.resolve import resolve
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.devices.printing import Paper
from tests.plugins.postgres import free_port
from tests.ui.label_reading import read_pdf, read_picture

SSCC = "369012340000000017"
LOT = f"/01/{company.YOGHURT}/10/{company.LOT}"
GOODS = f"/labels/goods?id={LOT}"


def pdf(client: Client, url: str, **more: object) -> list[list[bytes]]:
    made = client.post(url, {"way": "thermal", "symbol": "datamatrix", **more})
    assert made["Content-Type"] == "application/pdf", made.content.decode()[:2000]
    return read_pdf(made.content)


def do(command: object, minutes: int = 0) -> None:
    execute(Context(actor=SYSTEM, request_id=uuid4(), now=company.NOW + timedelta(minutes=minutes)), command)


def pallet() -> None:
    do(Receive(warehouse="plant", supplier="PACK", lines=(ReceiptLine(item="CUP-150", lot="P-9", quantity=480),)), -9)
    do(Pack(warehouse="plant", container=SSCC, lines=(Line(item="CUP-150", lot="P-9", quantity=480, place="IN"),)), -5)


@pytest.fixture
def near(settings: Settings) -> Iterator[Paper]:
    """A printer at this machine, in the register."""
    settings.SUYUAN = replace(
        settings.SUYUAN, printer_networks=(ip_network("127.0.0.0/8"),), printer_ports=frozenset(range(1, 65536))
    )
    with Paper() as paper:
        yield paper


def put_printer(port: int, code: str = "DOCK", **more: object) -> None:
    values = {"code": code, "warehouse": "plant", "host": "127.0.0.1", "port": port, **more}
    do(PutPrinters(rows=(Row(values),)))  # type: ignore[arg-type]  # values of whichever fields


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    assert "Plain yoghurt" in client.get(GOODS).content.decode()
    pages = pdf(client, GOODS, **{"copies-0": "2", "amount-0": "48 pcs"})
    assert len(pages) == 2
    read = scan(pages[0][0].decode(), today=company.TODAY)
    assert (read.gtin, read.lot, read.expiry) == (company.YOGHURT, company.LOT, date(2026, 12, 12))


def test_the_choice_is_remembered(sit: Sit) -> None:
    client = sit("keeper")
    pdf(client, GOODS, **{"copies-0": "1", "way": "a4-small", "symbol": "qr"})
    page = client.get(GOODS).content.decode()
    assert 'value="a4-small" checked' in page
    assert 'value="qr" selected' in page


@pytest.mark.parametrize("copies", ["", "501", "-1", "x", "0"])
def test_a_wrong_number_of_labels(sit: Sit, copies: str) -> None:
    assert sit("keeper").post(GOODS, {"way": "thermal", "copies-0": copies}).status_code == 422


def test_what_does_not_fit_is_said(sit: Sit) -> None:
    said = sit("keeper").post(GOODS, {"way": "thermal-small", "symbol": "gs1-128", "copies-0": "1"})
    assert said.status_code == 422
    assert company.LOT in said.content.decode()


def test_all_lots_of_a_receipt(sit: Sit) -> None:
    request = UUID(int=4711)
    lines = tuple(ReceiptLine(item="CUP-150", lot=f"P-{n}", quantity=10) for n in range(3))
    command = Receive(warehouse="plant", supplier="PACK", lines=lines)
    execute(Context(actor=SYSTEM, request_id=request, now=company.NOW), command)
    client = sit("keeper")
    assert f"/labels/goods?request={request}" in client.get(f"/receiving/done?request={request}").content.decode()
    pages = pdf(client, f"/labels/goods?request={request}", **{"copies-0": "1", "copies-1": "1", "copies-2": "2"})
    assert [scan(page[0].decode()).lot for page in pages] == ["P-0", "P-1", "P-2", "P-2"]


def test_a_thousand_serials_of_a_receipt_are_one_file(sit: Sit) -> None:
    gtin = "06901234000504"
    with governed():
        do_add_items(items=[NewItem(code="PUMP", name_zh="泵", base_unit="C62", gtin=gtin, tracking="serial")])
    request, serials = UUID(int=4712), tuple(f"N{n:04}" for n in range(1000))
    command = Receive(warehouse="plant", supplier="PACK", lines=(ReceiptLine(item="PUMP", serials=serials),))
    execute(Context(actor=SYSTEM, request_id=request, now=company.NOW), command)
    client, url = sit("keeper"), f"/labels/goods?request={request}"
    assert "1000" in client.get(url).content.decode()
    made = client.post(url, {"way": "thermal-small", "symbol": "datamatrix", "copies": "1"})
    document = pypdfium2.PdfDocument(made.content)
    try:
        assert len(document) == 1000
        [last] = read_picture(document[999].render(scale=4).to_pil())
    finally:
        document.close()
    assert scan(last.decode()).serial == "N0999"


def test_a_pallet_says_what_is_on_it(sit: Sit) -> None:
    pallet()
    [reads] = pdf(sit("keeper"), f"/labels/goods?id=/00/{SSCC}", **{"copies-0": "1", "way": "thermal-pallet"})
    [square] = [read for read in reads if read.startswith(b"]d2")]
    read = scan(square.decode())
    assert (read.sscc, read.content, read.quantity, read.lot) == (SSCC, company.CUP, 480, "P-9")


def test_a_printer_that_is_off_loses_nothing(sit: Sit, near: Paper) -> None:
    """It waits, says since when, and goes to another printer when somebody says so."""
    client = sit("keeper")
    put_printer(free_port())
    asked = {"way": "DOCK", "symbol": "datamatrix", "copies-0": "3", "request_id": str(UUID(int=5))}
    assert client.post(GOODS, asked).status_code == 302
    assert client.post(GOODS, asked).status_code == 302, "sent twice, printed once"
    job = PrintJob.objects.get()
    assert print_next("me", lambda: company.NOW)
    page = client.get("/labels/queue").content.decode()
    assert "10:30" in page
    assert "DOCK" in page
    assert client.post(f"/labels/queue/{job.pk}", {"do": "pdf"})["Content-Type"] == "application/pdf"
    put_printer(near.port, "OFFICE")
    client.post(f"/labels/queue/{job.pk}", {"do": "move", "printer": "OFFICE"})
    assert print_next("me", lambda: company.NOW)
    assert near.labels == 3
    assert "hx-get" not in client.get("/labels/queue").content.decode().split('id="jobs"')[1], "all is still"


def test_perhaps_printed_is_asked(sit: Sit, near: Paper) -> None:
    client = sit("keeper")
    put_printer(near.port)
    client.post(GOODS, {"way": "DOCK", "copies-0": "3"})
    job = PrintJob.objects.get()
    PrintJob.objects.update(state=State.UNSURE, sent=2)
    assert 'value="3"' in client.get("/labels/queue").content.decode(), "the next one is proposed"
    client.post(f"/labels/queue/{job.pk}", {"do": "again", "first": "9"})
    assert PrintJob.objects.get().state == State.UNSURE
    client.post(f"/labels/queue/{job.pk}", {"do": "again", "first": "3"})
    assert print_next("me", lambda: company.NOW)
    assert near.labels == 1
    client.post(f"/labels/queue/{job.pk}", {"do": "cancel"})
    assert PrintJob.objects.get().state == State.DONE, "too late"


def test_the_tag_is_written_where_it_is_asked_for(sit: Sit, near: Paper) -> None:
    put_printer(near.port, rfid=True)
    url = f"/labels/goods?id=/00/{SSCC}"
    sit("keeper").post(url, {"way": "DOCK", "copies-0": "1", "tags": "1"})
    [label] = unpacked(PrintJob.objects.get().labels)
    assert [one.uri for one in resolve(label.epc)] == []
    assert label.epc.startswith("31")


def test_another_warehouse_s_jobs_are_not_ours(sit: Sit, near: Paper) -> None:
    put_printer(near.port)
    sit("keeper").post(GOODS, {"way": "DOCK", "copies-0": "1"})
    job = PrintJob.objects.get()
    east = sit("eastkeeper")
    assert str(job.pk) not in east.get("/labels/queue").content.decode()
    assert east.post(f"/labels/queue/{job.pk}", {"do": "cancel"}).status_code == 404
    assert east.post(GOODS, {"way": "DOCK", "copies-0": "1"}).status_code == 422


def test_bins_go_to_a_printer_too(sit: Sit, near: Paper) -> None:
    put_printer(near.port)
    client = sit("keeper")
    client.post("/labels", {"of": "selected", "key": ["PLANT|C-01-03", "PLANT|IN"], "way": "DOCK"})
    assert print_next("me", lambda: company.NOW)
    assert near.labels == 2


def test_a_damaged_label_is_replaced(sit: Sit) -> None:
    client = sit("keeper")
    url = f"/labels/replace?id={LOT}"
    assert "Damaged" in client.get(url, headers={"accept-language": "en"}).content.decode()
    done = client.post(url, {"defect": "damaged", "printer": "DOCK"}, headers={"user-agent": "Android TC52"})
    assert done["Location"].startswith("/labels/goods?id=")
    page = client.get("/labels/defects").content.decode()
    assert "DOCK" in page
    assert "Android" in page
    assert client.post(url, {"defect": "other"}).status_code == 422


def test_a_tag_is_bound_by_two_scans(sit: Sit) -> None:
    pallet()
    client = sit("keeper")
    tid = "E2801160600002054C0C1A2B"
    assert client.post("/labels/tags", {"goods": SSCC, "tag": tid}).status_code == 200
    assert client.get(f"/search?q={tid}")["Location"].endswith(SSCC)
    assert client.post("/labels/tags", {"goods": SSCC, "tag": "zz"}).status_code == 422
    assert client.post("/labels/tags", {"goods": "nothing", "tag": tid}).status_code == 422


def test_failing_scans_are_counted(sit: Sit) -> None:
    client = sit("keeper")
    for kind in ("unreadable", "failed", "twice", "sneezed"):
        text = f"(01){company.YOGHURT}(10)X"
        sent = client.post("/labels/failed", {"kind": kind, "page": "receiving", "text": text})
        assert sent.status_code == 204
    assert {row.kind for row in ScanDefect.objects.all()} == {"unreadable", "unknown", "twice"}
    page = client.get("/labels/defects?days=7").content.decode()
    assert "Plain yoghurt" in page


def test_a_code_that_is_not_found_is_counted(sit: Sit) -> None:
    client = sit("keeper")
    assert client.get("/search?q=yoghurt+with+pears").status_code == 200
    assert not ScanDefect.objects.exists()
    client.get(f"/search?q=(01){company.YOGHURT}(10)NOWHERE")
    row = ScanDefect.objects.get()
    assert (row.kind, row.page, row.count) == ("unknown", "search", 1)


def test_the_page_of_a_thing_leads_here(sit: Sit) -> None:
    client = sit("keeper")
    for id in (LOT, f"/01/{company.YOGHURT}"):
        assert f"/labels/goods?id={id}" in client.get(f"/thing?id={id}").content.decode()
    [[read]] = pdf(client, f"/labels/goods?id=/01/{company.YOGHURT}", **{"copies-0": "1"})
    assert read == f"]d201{company.YOGHURT}".encode()


def test_who_may(sit: Sit, hire: Hire) -> None:
    assert hire("finance").get(GOODS).status_code == 403
    assert sit("keeper").get("/labels/goods?id=/01/123").status_code == 404
    assert sit("keeper").get("/labels/goods").status_code == 404
