"""A supplier's DESADV: the notice that it becomes, its weights, and each fault with its segment."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from suyuan.capture.bodies import CONTEXT
from suyuan.capture.door import capture, who_is_who
from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.directory import directory
from suyuan.catalog.drafts import NewItem, NewPartner
from suyuan.catalog.models import Partner
from suyuan.catalog.writes import do_add_items, do_add_partners
from suyuan.epcis.document import event_of
from suyuan.gs1.identifiers import lot_uri, sscc_uri
from suyuan.ledger.models import Body, Record
from suyuan.operations.commands import ReceiptLine, Receive
from suyuan.orders.advices import taking
from suyuan.orders.edifact_desadv import Function, Line, Message, Party, Unit, Weight, message_bytes
from suyuan.orders.edifact_despatched import Advice, is_advice, read_advices
from suyuan.orders.edifact_events import events_of
from suyuan.orders.edifact_syntax import decoded
from suyuan.orders.expecting import Expected
from suyuan.orders.notices import expected
from tests.operations.dairy import CASE, CUP, KEEPER, MAIN_GLN, YOGHURT, Desk, refusal
from tests.orders import ordering
from tests.orders.test_edifact import interchange

PALLET, BOX = "369012340000000017", "369012340000000024"
KIND = "DESADV:D:96A:UN:EAN005"
BODY = (
    "BGM+351+LS-7+9", "DTM+137:202611191200:203", "DTM+11:20261119:102", f"RFF+ON:{ordering.PO}",
    "NAD+SU+FARM::91", f"NAD+BY+{MAIN_GLN}::9", f"NAD+DP+{MAIN_GLN}::9",
    "CPS+1", "PAC+1++PK",
    "LIN+1++:EN", "PIA+5+CHEESE:IN", "MEA+PD+AAC+KGM:20.3", "QTY+12:2:PCE", "PCI+17", "GIN+BX+C1",
    "CPS+2+1", "PAC+1++PK", "MEA+PD+AAB+KGM:31.5", "MEA+PD+AAA+KGM:30", "MEA+PD+HT+CMT:80", "PCI+33E",
    f"GIN+BJ+{PALLET}",
    f"LIN+2++{CASE}:EN", "MEA+PD+AAD+KGM:25", "QTY+12:3", "PCI+17", "DTM+361:20261215:102", "DTM+94:20261117:102",
    "GIN+BX+L1",
    "CPS+3+2", "PAC+1++CT", "MEA+PD+AAB+GRM:1500", "PCI+33E", f"GIN+BJ+{BOX}",
    f"LIN+3++{CUP}:EN", "QTY+12:2:PCE", "GIN+BN+S1+S2", "PCI+17", "GIN+BX+V1",
    "CNT+2:3",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _cheese(desk: Desk) -> None:
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Cheese", base_unit="EA", catch_weight=True)])


def read(*body: str, text: str = "", kind: str = KIND) -> tuple[list[Advice], set[tuple[str, str]]]:
    found, problems = read_advices(text or interchange(*body, kind=kind), directory(), "", {})
    every = [*problems, *(problem for one in found for problem in one.problems)]
    return found, {(problem.field, problem.code.removeprefix("orders.edi_")) for problem in every}


def told(desk: Desk, advice: Advice) -> int:
    """How many events are new."""
    who = who_is_who()
    events = [event_of(body, CONTEXT) for body in events_of(advice, who.directory, who.origin)]
    return len(capture(events, now=desk.now + timedelta(minutes=1)).recorded)


def notice() -> Expected:
    (found,) = expected("main")
    return found


def test_it_works(desk: Desk) -> None:
    ordering.order(desk)
    assert is_advice(interchange(*BODY, kind=KIND))
    (advice,), faults = read(*BODY)
    assert faults == set()
    assert told(desk, advice) == 3
    found = notice()
    assert (found.number, found.supplier, found.order_numbers) == (
        "LS-7", Partner.objects.get(code="FARM").uri, (ordering.PO,),
    )  # fmt: skip
    assert found.containers == (sscc_uri(PALLET),)
    assert found.shipped == datetime(2026, 11, 18, 16, 0, tzinfo=UTC)  # that day began
    lines = {one.item_code: one for one in found.lines}
    assert (lines["CHEESE"].quantity, lines["CHEESE"].weight) == (Decimal(2), Decimal("20.3"))
    assert (lines["YOG"].quantity, lines["YOG"].lot, lines["YOG"].container) == (
        Decimal(36), "L1", sscc_uri(PALLET),
    )  # fmt: skip
    assert (lines["YOG"].expiry, lines["YOG"].produced) == (date(2026, 12, 15), date(2026, 11, 17))
    assert (set(lines["VIAL"].serials), lines["VIAL"].lot, lines["VIAL"].container) == (
        {"S1", "S2"}, "V1", sscc_uri(BOX),
    )  # fmt: skip
    assert differences() == []


def test_what_packages_weigh_is_told_with_them(desk: Desk) -> None:
    """Grams are kilograms; heights are no weights; what a line weighs with its packing nobody keeps."""
    (advice,), _faults = read(*BODY)
    who = who_is_who()
    bodies = events_of(advice, who.directory, who.origin)
    weighed = {body["parentID"]: body.get("suyuan:weighed") for body in bodies if "parentID" in body}
    assert weighed == {
        sscc_uri(PALLET): {"gross": "31.5", "tare": "1.5"},
        sscc_uri(BOX): {"gross": "1.5", "tare": "0"},
    }
    assert [body["childQuantityList"] for body in bodies if "childQuantityList" in body] == [
        [{"epcClass": lot_uri(CASE, "L1"), "quantity": Decimal(3)}]
    ]


@pytest.mark.parametrize(
    ("said", "weight"),
    [
        (("MEA+PD+AAC+KGM:20.3", "QTY+12:2:PCE"), "20.3"),
        (("MEA+ABW+AAL+KGM:20.3", "QTY+12:2"), "20.3"),
        (("MEA+PD+AAA:3+GRM:10150", "QTY+12:2:PCE"), "20.3"),
        (("QTY+12:2:PCE", "QTY+12:20.3:KGM"), "20.3"),
        (("MEA+PD+AAD+KGM:21", "QTY+12:2:PCE"), "0"),
    ],
)
def test_what_a_line_weighs(desk: Desk, said: tuple[str, ...], weight: str) -> None:
    body = (*BODY[:8], "LIN+1", "PIA+5+CHEESE:IN", *said, "PCI+17", "GIN+BX+C1", "CNT+2:1")
    (advice,), faults = read(*body)
    assert faults == set()
    told(desk, advice)
    (line,) = notice().lines
    assert (line.quantity, line.weight) == (Decimal(2), Decimal(weight))


def test_weights_of_goods_that_nobody_weighs_are_left_out(desk: Desk) -> None:
    body = (*BODY[:8], f"LIN+1++{YOGHURT}:EN", "MEA+PD+AAC+KGM:20.3", "QTY+12:120", "GIN+BX+L1", "CNT+2:1")
    (advice,), _faults = read(*body)
    told(desk, advice)
    (line,) = notice().lines
    assert (line.quantity, line.weight) == (Decimal(120), Decimal(0))


def test_our_own_messages_can_be_read(desk: Desk) -> None:
    """What we write for a customer is what we take of a supplier: weights of packages and lines included."""
    line = Line(theirs="CHEESE", lot="C1", amounts=((Decimal(2), "EA"),), net=Weight(Decimal("20.3")))
    unit = Unit(sscc=PALLET, gross=Weight(Decimal(22)), net=Weight(Decimal("20.3")), lines=(line,))
    message = Message(
        reference="R1", number="LS-8", function=Function.ORIGINAL, made=desk.now, despatched=desk.now,
        sender=Party(code="FARM"), customer=Party(gln=MAIN_GLN), units=(unit,),
    )  # fmt: skip
    (advice,), faults = read(text=decoded(message_bytes(message)))
    assert faults == set()
    package = advice.packages["2"]
    assert (package.gross, package.net, package.lines[0].net) == (Decimal(22), Decimal("20.3"), Decimal("20.3"))


def taken(desk: Desk, *body: str) -> bool:
    """Is what a message says new?"""
    (advice,), faults = read(*body)
    assert faults == set()
    desk.later(minutes=1)
    return bool(desk.run(taking(advice, who_is_who()), KEEPER).value["made"])


def changed(function: str = "5", more: str = "3") -> tuple[str, ...]:
    """The same despatch advice, otherwise: so many cartons of yoghurt on the pallet."""
    rows = (row.replace("QTY+12:3", f"QTY+12:{more}") for row in BODY)
    return tuple(f"BGM+351+LS-7+{function}" if row.startswith("BGM") else row for row in rows)


def cartons() -> Decimal:
    return sum((line.quantity for line in notice().lines if line.item_code == "YOG"), Decimal(0))


def test_sent_twice_it_is_one_and_changed_it_is_refused(desk: Desk) -> None:
    assert (taken(desk, *BODY), taken(desk, *BODY)) == (True, False)
    before = Record.objects.filter(log="partners").count()
    assert refusal(desk, taking(read(*changed("9", "4"))[0][0], who_is_who()), KEEPER) == {
        ("number", "orders.advice_known")
    }
    assert Record.objects.filter(log="partners").count() == before == 3


def test_a_replacement_stands_instead_and_what_stood_is_kept(desk: Desk) -> None:
    assert taken(desk, *BODY)
    assert taken(desk, *changed(more="4"))
    assert cartons() == Decimal(48)
    assert not taken(desk, *changed(more="4")), "the same replacement twice is one"
    assert not taken(desk, *BODY), "the first one comes once more, late"
    assert taken(desk, *changed(more="5"))
    assert cartons() == Decimal(60)
    assert len(notice().lines) == 3
    bodies = [json.loads(bytes(body)) for body in Body.objects.filter(log="partners").values_list("body", flat=True)]
    events = {body["eventID"] for body in bodies if "errorDeclaration" not in body}
    declared = [body["errorDeclaration"] for body in bodies if "errorDeclaration" in body]
    assert (len(events), len(declared)) == (9, 6)
    assert {one["reason"] for one in declared} == {"incorrect_data"}
    assert all(set(one["correctiveEventIDs"]) <= events for one in declared)
    assert differences() == []


def test_a_replacement_may_come_alone_or_first(desk: Desk) -> None:
    """What he says is known then, and what he said before it comes too late."""
    assert taken(desk, *changed(more="4"))
    assert cartons() == Decimal(48)
    assert refusal(desk, taking(read(*BODY)[0][0], who_is_who()), KEEPER) == {("number", "orders.advice_known")}


def test_a_cancellation_takes_it_back(desk: Desk) -> None:
    """With as little as such a message has to say."""
    gone = ("BGM+351+LS-7+1", "NAD+SU+FARM::91", f"NAD+DP+{MAIN_GLN}::9")
    (advice,), _faults = read(*gone)
    assert refusal(desk, taking(advice, who_is_who()), KEEPER) == {("number", "orders.advice_unknown")}
    assert taken(desk, *BODY)
    assert taken(desk, *gone)
    assert expected("main") == []
    assert not taken(desk, *gone), "twice is once"
    assert refusal(desk, taking(read(*changed("9", "4"))[0][0], who_is_who()), KEEPER) == {
        ("number", "orders.advice_known")
    }
    assert taken(desk, *changed(more="4")), "he sends it after all"
    assert cartons() == Decimal(48)
    assert differences() == []


def test_another_supplier_has_numbers_of_his_own(desk: Desk) -> None:
    assert taken(desk, *BODY)
    other = [row.replace("FARM", "DAIRY") for row in changed("1")]
    with governed():
        do_add_partners(partners=[NewPartner(code="DAIRY", roles=["supplier"])])
    assert refusal(desk, taking(read(*other)[0][0], who_is_who()), KEEPER) == {("number", "orders.advice_unknown")}
    assert cartons() == Decimal(36)


@pytest.mark.parametrize("function", ["5", "1"])
def test_what_is_here_in_part_is_neither_replaced_nor_cancelled(desk: Desk, function: str) -> None:
    assert taken(desk, *BODY)
    goods = ReceiptLine(item="CHEESE", lot="C1", quantity=1, weight=Decimal("10.1"))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(goods,), desadv="LS-7"), KEEPER)
    advice = read(*changed(function, "4"))[0][0]
    assert refusal(desk, taking(advice, who_is_who()), KEEPER) == {("number", "orders.advice_received")}
    assert cartons() == Decimal(36)


def test_what_is_received_by_it_ends_it(desk: Desk) -> None:
    body = (*BODY[:8], f"LIN+1++{YOGHURT}:EN", "QTY+12:24", "PCI+17", "DTM+361:20261215:102", "GIN+BX+L1", "CNT+2:1")
    (advice,), _faults = read(*body)
    told(desk, advice)
    goods = ReceiptLine(item="YOG", lot="L1", quantity=24, expiry=date(2026, 12, 15))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(goods,), desadv="LS-7"), KEEPER)
    assert expected("main") == []


def test_each_fault_has_its_segment(desk: Desk) -> None:
    """Counted from UNB as 1."""
    wrong = (
        "BGM+351++7", "DTM+11:20261399:102", "NAD+SU+NOBODY::91", "NAD+DP+123", "CPS+1", "GIN+BJ+123",
        "LIN+1++04012345678901:EN", "QTY+12:x", "LIN+2", "QTY+12:1:QQQ", "CNT+2:3",
    )  # fmt: skip
    _found, faults = read(*wrong)
    assert {code for _field, code in faults} >= {
        "advice_function", "date", "partner", "warehouse", "item", "quantity", "item_missing", "unit", "count",
        "missing",
    }  # fmt: skip
    assert ("segments[3].BGM", "advice_function") in faults
    assert ("segments[9].LIN", "item") in faults
    assert not is_advice(interchange(*BODY)), "an ORDERS"
    _found, faults = read(*BODY, kind="DESADV:D:12A:UN")
    assert {code for _field, code in faults} == {"version"}
