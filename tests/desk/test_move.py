"""Moving and its kin at a desk or with a scanner: the second scan does it, and there is a way back."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.test import Client

from suyuan.gs1.identifiers import lot_uri
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line
from suyuan.operations.storage.pack import Pack
from suyuan.stock.models import Balance
from suyuan.stock.queries import stock_in, stock_of, uris_of
from tests.desk import company
from tests.desk.company import CUP, LOT_URI, NOW, Work
from tests.desk.conftest import Hire, Sit
from tests.desk.test_office_list import put
from tests.desk.weighed import wheels

TICKS = count(1)


def fields(page: str) -> dict[str, str]:
    """What the form of a page holds."""
    found: dict[str, str] = {}
    form = page[page.index('<div id="sheet">') :]
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]+name="([^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


class Hand:
    """A scanner at a tab: each scan is sent with what the page holds."""

    def __init__(self, client: Client, tab: str) -> None:
        self.client, self.tab = client, tab
        self.page = client.get("/moving", {"do": tab}).content.decode()
        self.status, self.at, self.url = 200, "", ""

    def scan(self, text: str = "", do: str = "scan", **typed: str) -> "Hand":
        sent = {**fields(self.page), **typed, "scan": text, "do": do}
        with company.clock(NOW + timedelta(seconds=next(TICKS))):
            answer = self.client.post(f"/moving?do={self.tab}", sent, follow=True)
        self.page, self.status = answer.content.decode(), answer.status_code
        self.url = answer.redirect_chain[-1][0] if answer.redirect_chain else ""
        self.at = urlsplit(self.url).path
        return self


def lies(uri: str) -> dict[str, int]:
    rows = [row for row in stock_of([key16(uri)], "plant") if row.ours]
    names = uris_of({row.holder for row in rows})
    found: dict[str, int] = {}
    for row in rows:
        name = names[row.holder].rsplit("/", 1)[1]
        found[name] = found.get(name, 0) + row.quantity // 1_000_000
    return found


def test_goods_then_place(sit: Sit) -> None:
    before = lies(LOT_URI)
    (place,) = before
    hand = Hand(sit("keeper"), "move").scan(LOT_URI)
    assert f'value="{before[place]}"' in hand.page
    hand.scan("120")
    assert "Quantity: 120" in hand.page
    hand.scan("C-01-03")
    assert hand.at == "/moving/done"
    assert "Moved." in hand.page
    assert lies(LOT_URI) == {place: before[place] - 120, "C-01-03": 120}
    form = re.search(r'name="request_id" value="([^"]+)"', hand.page)
    assert form is not None
    with company.clock(NOW + timedelta(seconds=next(TICKS))):
        back = hand.client.post(hand.url, {"request_id": form[1], "do": "undo"}, follow=True)
    assert back.status_code == 200, re.findall(r"alert.*?</div>", back.content.decode(), re.S)
    assert lies(LOT_URI) == before


def test_a_place_first_says_where_from(sit: Sit) -> None:
    (place,) = lies(LOT_URI)
    hand = Hand(sit("keeper"), "move").scan("C-01-03").scan(LOT_URI)
    assert hand.status == 422
    assert "is not in" in hand.page
    hand = Hand(sit("keeper"), "move").scan(place).scan(LOT_URI).scan("5").scan("C-01-03")
    assert lies(LOT_URI)["C-01-03"] == 5


def test_a_pallet_moves_as_it_is(sit: Sit) -> None:
    work = Work()
    work.number = 900
    done = work.do(NOW - timedelta(minutes=5), Pack(warehouse="plant", lines=(Line(uri=LOT_URI, quantity=24),)))
    pallet = str(done.value["container"])
    hand = Hand(sit("keeper"), "away").scan(pallet.rsplit("/", 1)[1])
    assert "24" in hand.page
    hand.scan("C-01-03")
    assert hand.at == "/moving/done"
    assert lies(pallet) == {"C-01-03": 1}
    hand = Hand(hand.client, "unpack").scan(pallet).scan(do="record")
    assert "Unpacked." in hand.page
    assert stock_in([key16(pallet)]) == []


def test_packing_by_scans(sit: Sit) -> None:
    hand = Hand(sit("keeper"), "pack").scan("00069012340000000500").scan(LOT_URI).scan("36").scan(do="record")
    assert "Packed." in hand.page
    (box,) = [row for row in stock_of([key16(LOT_URI)], "plant") if row.kind == "container"]
    assert box.quantity == 36_000_000
    again = Hand(sit("keeper"), "pack").scan(LOT_URI).scan("12").scan(do="record")
    assert "Packed." in again.page  # a new SSCC


def test_splitting_merging_relabelling_is_for_those_who_may(sit: Sit, hire: Hire) -> None:
    assert "Divided" not in Hand(sit("keeper"), "split").page
    client = hire("production")
    cups = lot_uri(CUP, "P-8831")
    all_ = sum(lies(cups).values())
    hand = Hand(client, "split").scan(cups)
    assert Hand.scan(hand, do="record", parts="5 5").status == 422
    hand.scan(do="record", parts=f"10 {all_ - 10}")
    assert "Divided." in hand.page
    made = [unescape(uri) for uri in re.findall(r'thing\?id=(/01/06901234000306/10/[^"&]+)"', hand.page)]
    made = [f"https://id.gs1.org{uri}" for uri in made if "P-8831" not in uri]
    assert len(made) == 2
    hand = Hand(client, "merge").scan(made[0]).scan(made[1]).scan(do="record", lot="P-9")
    assert "Merged." in hand.page, re.findall(r"alert.*?</div>", hand.page, re.S)
    hand = Hand(client, "relabel").scan(lot_uri(CUP, "P-9")).scan(do="record", lot="P-10")
    assert hand.status == 422  # without a reason
    hand.scan(do="record", lot="P-10", reason="label torn")
    assert "Relabelled." in hand.page
    assert sum(lies(lot_uri(CUP, "P-10")).values()) == all_


@pytest.mark.parametrize(("text", "said"), [("NOT-HERE", "Nothing is known"), ("RM-1101", "")])
def test_what_a_scan_may_not_mean(sit: Sit, text: str, said: str) -> None:
    hand = Hand(sit("keeper"), "move").scan(text)
    assert said in hand.page


def test_another_temperature_is_asked_about(sit: Sit) -> None:
    put("items", {"code": "YOG-150", "storage_class": "chilled"})
    put("places", {"warehouse": "plant", "code": "C-01-03", "temperature_class": "frozen"})
    hand = Hand(sit("keeper"), "move").scan(LOT_URI).scan("5").scan("C-01-03")
    assert hand.status == 422
    assert "Do it all the same." in hand.page
    hand.scan(do="record", accept="operations.wrong_temperature")
    assert "Moved." in hand.page


def test_a_place_is_proposed_and_a_full_one_wants_a_reason(sit: Sit) -> None:
    put("items", {"code": "YOG-150", "weight": Decimal("0.2")})
    hand = Hand(sit("keeper"), "away").scan(LOT_URI).scan("50")
    assert 'value="to-C-01-03"' in hand.page
    assert "Empty" in hand.page
    put("places", {"warehouse": "plant", "code": "C-01-03", "capacity_weight": Decimal(5)})
    hand = Hand(hand.client, "away").scan(LOT_URI).scan("50")
    assert 'value="to-C-01-03"' not in hand.page
    hand.scan("C-01-03")
    assert "but bears 5 kg" in hand.page
    hand.scan(do="record", override="one night")
    assert "Put away." in hand.page
    again = Hand(hand.client, "away").scan("C-01-03").scan(LOT_URI)
    assert again.status == 200


def test_a_proposal_is_taken_by_its_button(sit: Sit) -> None:
    hand = Hand(sit("keeper"), "away").scan(LOT_URI).scan("50").scan(do="to-C-01-03")
    assert "Put away." in hand.page
    assert lies(LOT_URI)["C-01-03"] == 50


def test_what_is_weighed_is_weighed_when_it_moves(sit: Sit) -> None:
    uri = wheels()
    (place,) = lies(uri)
    hand = Hand(sit("keeper"), "move").scan(uri)
    assert (fields(hand.page)["line-0-quantity"], fields(hand.page)["line-0-weight"]) == ("2", "10")
    hand.scan("1")
    assert fields(hand.page)["line-0-weight"] == ""
    hand.scan("C-01-03")
    assert (hand.status, "weigh" in hand.page.lower()) == (422, True)
    hand.scan("C-01-03", **{"line-0-weight": "4.9"})
    assert hand.at == "/moving/done"
    rows = [row for row in stock_of([key16(uri)], "plant") if row.ours]
    assert sorted((row.quantity, row.second) for row in rows) == [(1_000_000, 4_900_000), (1_000_000, 5_100_000)]
    assert lies(uri) == {place: 1, "C-01-03": 1}


def test_the_new_lots_of_what_is_weighed_are_weighed(hire: Hire) -> None:
    uri = wheels()
    hand = Hand(hire("production"), "split").scan(uri)
    assert "line-0-weight" not in fields(hand.page)
    hand.scan(do="record", parts="1 1", weights="4,9")
    assert (hand.status, "weigh" in hand.page.lower()) == (422, True)
    assert (fields(hand.page)["parts"], fields(hand.page)["weights"]) == ("1 1", "4,9")
    hand.scan(do="record", parts="1 1", weights="4.9 5")
    assert "Divided." in hand.page
    made = [row for row in Balance.objects.filter(second__gt=0) if row.subject != key16(uri)]
    assert sorted((row.quantity, row.second) for row in made) == [(1_000_000, 4_900_000), (1_000_000, 5_000_000)]
    assert not Balance.objects.filter(subject=key16(uri), second__gt=0).exists()
