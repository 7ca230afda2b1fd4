"""The papers of a shipment: what stands on them, and that every code on them reads back to its thing."""

from datetime import timedelta
from uuid import UUID, uuid4

import pypdfium2
import pytest
from django.test import Client

from suyuan.governance.kernel import Result
from suyuan.gs1.scans import scan
from suyuan.operations.commands import Hold, Inspect, Line, Pack, ReceiptLine, Receive, Ship, Verdict
from tests.desk import company
from tests.desk.conftest import Sit
from tests.ui.label_reading import read_pdf


class Later(company.Work):
    """One second after the other."""

    def __init__(self, number: int = 8_000_000) -> None:
        self.number = number

    def run(self, command: object) -> Result:
        return self.do(company.NOW - timedelta(hours=16) + timedelta(seconds=self.number % 100_000), command)


def dispatched(work: Later) -> tuple[str, str, str]:
    """A pallet with a carton of yoghurt and loose cups on it, and loose yoghurt: request, carton, pallet."""
    cups = ReceiptLine(item="CUP-150", lot="P-9", quantity=480)
    work.run(Receive(warehouse="plant", supplier="PACK", lines=(cups,)))
    work.run(Inspect(warehouse="plant", lines=(Verdict(item="CUP-150", lot="P-9", verdict="pass"),)))
    yoghurt = Line(uri=company.LOT_URI, quantity=24)
    carton = work.run(Pack(warehouse="plant", lines=(yoghurt,), gross="4.1", size=(400, 300, 200)))
    box = str(carton.value["container"])
    mixed = (Line(container=box), Line(item="CUP-150", lot="P-9", quantity=100))
    pallet = str(work.run(Pack(warehouse="plant", lines=mixed, gross="30.5", tare="22")).value["container"])
    lines = (Line(container=pallet), Line(uri=company.LOT_URI, quantity=12))
    work.run(Ship(warehouse="plant", customer="C003", lines=lines, po="SO-88", desadv="DHH-88"))
    return str(UUID(int=work.number)), box, pallet


def texts(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def codes(pdf: bytes) -> list[str]:
    return [code.decode() for page in read_pdf(pdf) for code in page]


@pytest.fixture
def keeper(sit: Sit) -> Client:
    return sit("keeper")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_works(sit: Sit, language: str) -> None:
    client, (request, box, pallet) = sit("keeper", language=language), dispatched(Later())
    english, chinese = ("Packing list", "Transport waybill", "Store 4 Taiyuan"), ("装箱单", "运单", "太原")
    words = {"en": english, "zh-hans": chinese}[language]
    page = client.get(f"/shipping/papers/packing?request={request}").content.decode()
    made = client.get(f"/shipping/papers/packing?request={request}&format=pdf")
    assert made["Content-Type"] == "application/pdf"
    for text in (words[0], words[2], "DHH-88", box[-18:], pallet[-18:], company.LOT, "P-9", "30.5", "400 × 300 × 200"):
        assert text in page, text
        assert "".join(text.split()) in "".join(texts(made.content).split()), text
    assert words[1] in texts(client.get(f"/shipping/papers/waybill?request={request}&format=pdf").content)


def test_every_code_leads_to_its_thing(keeper: Client) -> None:
    request, box, pallet = dispatched(Later())
    found = codes(keeper.get(f"/shipping/papers/packing?request={request}&format=pdf").content)
    read = [scan(code).identity for code in found if "/00/" in code or "/01/" in code]
    uris = {one.uri for one in read if one is not None}
    assert {box, pallet, company.LOT_URI} <= uris
    assert len(found) == 6  # the paper, pallet, carton, its yoghurt, the cups, the loose yoghurt
    goods = codes(keeper.get(f"/shipping/papers/note?request={request}&format=pdf").content)
    assert len(goods) == 3  # each lot once


def test_what_was_in_it_then_counts_and_a_hold_since_is_shown(keeper: Client) -> None:
    request, _box, _pallet = dispatched(Later())
    work = Later(8_050_000)
    work.run(Hold(warehouse="plant", lines=(Line(item="YOG-150", lot=company.LOT),), reason="smell"))
    page = keeper.get(f"/shipping/papers/packing?request={request}").content.decode()
    assert page.count("‖ On hold") == 2
    assert "recalled now" in page
    assert "On hold" in texts(keeper.get(f"/shipping/papers/all?request={request}").content)


def test_a_long_one_goes_on_to_the_next_page(keeper: Client) -> None:
    work = Later()
    lines = []
    for n in range(30):
        cups = ReceiptLine(item="CUP-150", lot=f"P-{n:03}", quantity=5)
        work.run(Receive(warehouse="plant", supplier="PACK", lines=(cups,)))
        verdict = Verdict(item="CUP-150", lot=f"P-{n:03}", verdict="pass")
        work.run(Inspect(warehouse="plant", lines=(verdict,)))
        lines.append(Line(item="CUP-150", lot=f"P-{n:03}", quantity=5))
    work.run(Ship(warehouse="plant", customer="C003", lines=tuple(lines)))
    request = UUID(int=work.number)
    pdf = keeper.get(f"/shipping/papers/note?request={request}&format=pdf").content
    assert len(pypdfium2.PdfDocument(pdf)) > 1
    assert len(codes(pdf)) == 31


def test_there_is_no_paper_of_nothing(keeper: Client) -> None:
    request, _box, _pallet = dispatched(Later())
    assert keeper.get(f"/shipping/papers/packing?request={uuid4()}").status_code == 404
    assert keeper.get(f"/shipping/papers/nonsense?request={request}").status_code == 404


def test_a_shipment_is_corrected_or_voided(keeper: Client) -> None:
    request, _box, pallet = dispatched(Later())
    page = f"/shipping/correct?request={request}"
    assert pallet in keeper.get(page).content.decode()
    send = {"request_id": str(uuid4()), "quantity-0": "11", "lot-0": company.LOT}
    assert "second" in keeper.post(page, {**send, "do": "mend", "reason": "miscounted"}).content.decode()
    assert keeper.post(page, {**send, "do": "void"}).status_code == 422  # no reason
    voided = keeper.post(page, {"request_id": str(uuid4()), "do": "void", "reason": "no truck"})
    assert voided.status_code == 302
    assert keeper.post(page, {"request_id": str(uuid4()), "do": "void", "reason": "again"}).status_code == 422
