"""Which of several shipments goods came back from: chosen, the latest, or spread where one is not enough; and nobody
passes what nobody looked at."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.identifiers import own_document_uri
from suyuan.ledger.keys import event_key, key16, micros
from suyuan.ledger.models import Body
from suyuan.operations.commands import (
    Inspect,
    Line,
    Pack,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    ReturnedLine,
    Ship,
    Verdict,
    VoidShipment,
)
from suyuan.operations.returned import is_unseen, returned_for, returns_between
from suyuan.operations.returns.sources import Source, sources_of, spread
from tests.operations.dairy import INSPECTOR, KEEPER, Desk, build_dairy, key, refusal, stocked, yoghurt

ONE = 1_000_000


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()


def some(quantity: int, lot: str = "L1", **more: Any) -> ReturnedLine:
    return ReturnedLine(item="YOG", lot=lot, quantity=quantity, **more)


def shipped(desk: Desk, *lines: Line) -> str:
    return str(desk.run(Ship(warehouse="main", customer="SHOP", lines=lines)).value["desadv"])


def back(*lines: Line, **more: Any) -> ReceiveReturn:
    told = {"warehouse": "main", "customer": "SHOP", "cause": "damaged", **more}
    return ReceiveReturn(lines=lines, **told)


def came(events: Any) -> dict[str, list[tuple[str, int]]]:
    """Shipment → what the event that names it lists, with its quantity."""
    bodies = [json.loads(bytes(Body.objects.get(id=event_key(one)).body)) for one in events]
    found = {}
    for body in bodies:
        papers = [one["bizTransaction"] for one in body["bizTransactionList"] if one["type"] == "desadv"]
        goods = [(one["epcClass"], one["quantity"]) for one in body.get("quantityList", [])]
        goods += [(epc, 1) for epc in body.get("epcList", [])]
        found[papers[0].rsplit("/", 1)[-1] if papers else ""] = goods
    return found


# -- the rule ---------------------------------------------------------------------------------------------------------

SOURCES = st.lists(st.integers(0, 5), max_size=5).map(
    lambda left: [Source(f"D{n}", -n, amount) for n, amount in enumerate(left)]  # the latest first
)


@given(SOURCES, st.integers(1, 20), st.sampled_from(["", "D0", "D1", "D3", "D9"]))
def test_what_came_back_is_all_told_and_no_shipment_gives_more_than_it_has(
    sources: list[Source], wanted: int, chosen: str
) -> None:
    found = spread(wanted, sources, chosen)
    left = {one.document: one.left or 0 for one in sources}
    assert sum(amount for _, amount in found) == wanted
    assert all(0 < amount <= left.get(document, wanted) for document, amount in found)
    assert len({document for document, _ in found}) == len(found)
    nobody = dict(found).get("", 0)
    assert nobody == max(0, wanted - sum(left.values()))
    if left.get(chosen):
        assert found[0] == (chosen, min(wanted, left[chosen]))
    rest = [document for document, _ in found if document and document != chosen]
    if len(rest) > 1:
        assert rest == sorted(rest, key=lambda document: -int(document[1:])), "the oldest before the others"


def test_it_works() -> None:
    sources = [Source("new", 3, 5), Source("mid", 2, 5), Source("old", 1, 5)]
    assert spread(4, sources) == [("new", 4)]
    assert spread(7, sources) == [("old", 5), ("mid", 2)]
    assert spread(7, sources, "mid") == [("mid", 5), ("old", 2)]
    assert spread(1, [Source("box", 1)]) == [("box", 1)]
    assert spread(1, []) == [("", 1)]


# -- in the books -----------------------------------------------------------------------------------------------------


def test_how_much_of_each_shipment_is_left(desk: Desk) -> None:
    """Loose and in a pallet, less what came back of it; what was voided never went."""
    stocked(desk)
    first = shipped(desk, some(5))
    pallet = desk.run(Pack(warehouse="main", lines=(some(12),))).value["container"]
    second = shipped(desk, Line(container=str(pallet)), some(1))
    voided = shipped(desk, some(3))
    desk.run(VoidShipment(warehouse="main", desadv=voided, reason="lorry full"), KEEPER)
    desk.run(back(some(4, desadv=second)), KEEPER)
    shop = key16("https://id.gs1.org/417/6901234567892")
    found = sources_of([key(yoghurt("L1"))], shop)[key(yoghurt("L1"))]
    assert [(one.document.rsplit("/", 1)[-1], one.left) for one in found] == [(second, 9 * ONE), (first, 5 * ONE)]
    assert found[0].at > found[1].at


@pytest.mark.engine
def test_it_is_spread_on_every_engine() -> None:
    build_dairy()
    desk = Desk()
    stocked(desk)
    first, second = shipped(desk, some(5)), shipped(desk, some(5))
    done = desk.run(back(some(7)), KEEPER)
    assert came(done.events) == {first: [(yoghurt("L1"), 5)], second: [(yoghurt("L1"), 2)]}


def test_the_chosen_one_then_the_oldest(desk: Desk) -> None:
    stocked(desk)
    first, second, third = shipped(desk, some(5)), shipped(desk, some(5)), shipped(desk, some(5))
    assert came(desk.run(back(some(1, desadv=second)), KEEPER).events) == {second: [(yoghurt("L1"), 1)]}
    done = desk.run(back(some(6, desadv=second, condition="intact")), KEEPER)
    assert came(done.events) == {second: [(yoghurt("L1"), 4)], first: [(yoghurt("L1"), 2)]}
    # Two lines of one lot do not take the same goods twice.
    done = desk.run(back(some(4), some(3)), KEEPER)
    assert came(done.events) == {third: [(yoghurt("L1"), 4)], first: [(yoghurt("L1"), 3)]}
    rows = returns_between("main", 0, micros(desk.now) + 1)
    told = {(row.told.shipment, int(row.quantity)) for row in rows if row.told}
    assert told == {(second, 1), (second, 4), (first, 2), (third, 4), (first, 3)}
    assert refusal(desk, back(some(1, desadv="D-NONE")), KEEPER) == {("lines[0].desadv", "operations.not_in_shipment")}


def test_orders_get_back_what_went_with_them(desk: Desk) -> None:
    """What is spread counts for the order of each shipment."""
    stocked(desk)
    for po in ("SO-1", "SO-2"):
        desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(5),), po=po))
    desk.run(back(some(7)), KEEPER)
    orders = [own_document_uri(settings.SUYUAN.origin, "po", po) for po in ("SO-1", "SO-2")]
    amounts = {paper.rsplit("/", 1)[-1]: amount for (paper, _item), amount in returned_for(orders).items()}
    assert amounts == {"SO-1": Decimal(5), "SO-2": Decimal(2)}


def test_serials_each_with_its_own(desk: Desk) -> None:
    serials = ("S1", "S2", "S3")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="PUMP", serials=serials),)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="PUMP", serials=serials, verdict="pass"),)))
    first = shipped(desk, Line(item="PUMP", serials=("S1", "S3")))
    second = shipped(desk, Line(item="PUMP", serials=("S2",)))
    done = desk.run(back(ReturnedLine(item="PUMP", serials=("S1", "S2"))), KEEPER)
    assert {name: [epc.rsplit("/", 1)[-1] for epc, _ in goods] for name, goods in came(done.events).items()} == {
        first: ["S1"], second: ["S2"],
    }  # fmt: skip


# -- nobody passes what nobody looked at ------------------------------------------------------------------------------


def test_unseen_goods_are_not_passed(desk: Desk) -> None:
    stocked(desk)
    shipped(desk, some(5))
    receipt = str(desk.run(back(some(2)), KEEPER).value["receipt"])
    assert is_unseen("main", [key(yoghurt("L1"))], receipt)

    def passing(condition: str = "", verdict: str = "pass") -> Inspect:
        line = Verdict(item="YOG", lot="L1", verdict=verdict, receipt=receipt, condition=condition, reason="seen")
        return Inspect(warehouse="main", lines=(line,))

    assert refusal(desk, passing(), INSPECTOR) == {("lines[0].condition", "operations.condition_unknown")}
    assert refusal(desk, passing("sour"), INSPECTOR) == {("lines[0].condition", "operations.choice")}
    assert refusal(desk, passing("warm"), INSPECTOR) == {("lines[0]", "operations.cold_chain_broken")}
    done = desk.run(passing("intact"), INSPECTOR)
    assert json.loads(bytes(Body.objects.get(id=event_key(done.events[0])).body))["suyuan:condition"] == "intact"
    assert desk.stock(yoghurt("L1"))["BACK", "released"] == 2


def test_whoever_took_them_back_warm_is_not_overruled(desk: Desk) -> None:
    stocked(desk)
    shipped(desk, some(5))
    receipt = str(desk.run(back(some(2, condition="warm")), KEEPER).value["receipt"])
    assert not is_unseen("main", [key(yoghurt("L1"))], receipt)
    line = Verdict(item="YOG", lot="L1", verdict="pass", receipt=receipt, condition="intact")
    assert refusal(desk, Inspect(warehouse="main", lines=(line,)), INSPECTOR) == {
        ("lines[0]", "operations.cold_chain_broken")
    }
