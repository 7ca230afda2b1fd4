"""What goes out for an order closes it, what did not go after all opens it; what a person closed stays closed."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.replay import differences
from suyuan.catalog.fields import Value
from suyuan.governance.audit import Wanted, search
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Correct,
    CorrectShipment,
    Deliver,
    Line,
    Pack,
    Pick,
    ReceiveReturn,
    Reserve,
    RightLine,
    Ship,
    VoidShipment,
)
from suyuan.orders import register_lines, register_orders
from suyuan.orders.commands import ENDS, CancelSale, CloseSale, OfOrder, ReopenSale
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order, Reservation
from suyuan.orders.queries import orders_of
from suyuan.orders.writes import BY_HAND
from tests.operations.dairy import BOTH, CARRIER, KEEPER, NOON, Desk, build_dairy, refusal, stocked, yoghurt
from tests.orders import ordering

SO = "SO-1"


def cups(quantity: int, lot: str = "L1", **where: str) -> tuple[Line, ...]:
    return (Line(item="YOG", lot=lot, quantity=quantity, **where),)  # type: ignore[arg-type]  # a place


def sale(desk: Desk, quantity: int = 40, number: str = SO, **more: Decimal) -> str:
    uri = ordering.sale(desk, number)
    ordering.sold(desk, 1, "YOG", quantity, number, **more)
    return uri


def ship(desk: Desk, lines: tuple[Line, ...], po: str = SO, **more: object) -> str:
    command = Ship(warehouse="main", customer="SHOP", lines=lines, po=po, **more)  # type: ignore[arg-type]  # as the fields are
    return str(desk.run(command, KEEPER).value["desadv"])


def state(number: str = SO) -> str:
    return Order.objects.get(number=number).state


def kept(state: str = "open") -> int:
    return sum(row.quantity // 10**6 for row in Reservation.objects.filter(state=state))


@pytest.fixture
def shop(desk: Desk) -> Desk:
    stocked(desk)
    return desk


def test_it_works(shop: Desk) -> None:
    uri = sale(shop)
    ship(shop, cups(15))
    assert state() == "open"
    ship(shop, cups(25))
    assert state() == "closed"
    closing, *_ = search(Wanted(about=uri, command="Ship", logs=("main",))).entries
    assert closing.body["changes"][0]["fields"] == {"state": ["open", "closed"]}
    assert list(orders_of(OrderKind.SALES)) == []
    again = Ship(warehouse="main", customer="SHOP", lines=cups(1), po=SO)
    assert refusal(shop, again, KEEPER) == {("po", "orders.order_closed")}
    accept = frozenset({"orders.order_closed"})
    assert refusal(shop, replace(again, accept=accept), KEEPER) == {("po", "orders.order_closed")}


def test_a_number_that_is_spelled_otherwise_is_the_same_order(shop: Desk) -> None:
    sale(shop)
    ship(shop, cups(40), po="so-1")
    assert state() == "closed"
    assert ordering.done(SO, OrderKind.SALES) == [40]


def test_what_was_sent_twice_closes_once(shop: Desk) -> None:
    sale(shop)
    context = shop.context(KEEPER)
    command = Ship(warehouse="main", customer="SHOP", lines=cups(40), po=SO)
    first, again = execute(context, command), execute(context, command)
    assert again.repeated
    assert first.value == again.value
    assert state() == "closed"
    assert differences() == []


def test_a_line_that_waits_keeps_it_open(shop: Desk) -> None:
    sale(shop)
    ordering.sold(shop, 2, "FRESH", 5, SO)
    ship(shop, cups(40))
    assert state() == "open"


def test_the_tolerance_counts(shop: Desk) -> None:
    sale(shop, under=Decimal(5))
    ship(shop, cups(37))
    assert state() == "open"
    ship(shop, cups(1))
    assert state() == "closed"


def test_more_than_was_ordered_closes_it_too(shop: Desk) -> None:
    sale(shop)
    above = frozenset({"operations.above_order"})
    shop.run(Ship(warehouse="main", customer="SHOP", lines=cups(41), po=SO, accept=above), KEEPER, BOTH[1])
    assert state() == "closed"


def test_a_pallet_closes_by_what_is_in_it(shop: Desk) -> None:
    sale(shop)
    carton = shop.run(Pack(warehouse="main", lines=cups(30), container="BOX-1")).value["container"]
    pallet = shop.run(Pack(warehouse="main", lines=(Line(container=str(carton)), *cups(10)))).value["container"]
    number = ship(shop, (Line(container=str(pallet)),))
    assert state() == "closed"
    shop.run(VoidShipment(warehouse="main", desadv=number, reason="no truck"), KEEPER)
    assert state() == "open"


def test_what_was_kept_for_it_and_is_not_needed_is_free(shop: Desk) -> None:
    stocked(shop, "L2")
    sale(shop)
    shop.run(Reserve(warehouse="main", number=SO), KEEPER)
    ship(shop, cups(40, "L2"))
    assert state() == "closed"
    assert kept() == 0


@pytest.mark.parametrize("end", [CloseSale, CancelSale])
def test_whoever_ends_it_frees_what_was_kept(shop: Desk, end: type[OfOrder]) -> None:
    sale(shop)
    shop.run(Reserve(warehouse="main", number=SO), KEEPER)
    shop.run(end(number=SO, reason="he went elsewhere"))
    assert kept() == 0
    shop.run(ReopenSale(number=SO, reason="he is back"))
    assert shop.run(Reserve(warehouse="main", number=SO), KEEPER).value["missing"] == []


# -- what did not go after all ----------------------------------------------------------------------------------------


def test_a_void_opens_it_again(shop: Desk) -> None:
    uri = sale(shop)
    first, second = ship(shop, cups(15)), ship(shop, cups(25))
    shop.run(VoidShipment(warehouse="main", desadv=first, reason="no truck"), KEEPER)
    assert state() == "open"
    assert ordering.done(SO, OrderKind.SALES) == [25]
    opening, *_ = search(Wanted(about=uri, command="VoidShipment", logs=("main",))).entries
    assert opening.body["changes"][0]["fields"] == {"state": ["closed", "open"]}
    ship(shop, cups(15))
    assert state() == "closed"
    shop.run(VoidShipment(warehouse="main", desadv=second, reason="no truck"), KEEPER)
    assert state() == "open"


def test_a_void_that_was_wrong_closes_it(shop: Desk) -> None:
    sale(shop)
    number = ship(shop, cups(40))
    void = shop.run(VoidShipment(warehouse="main", desadv=number, reason="no truck"), KEEPER)
    wrong = Correct(warehouse="main", event=void.events[0], error="did_not_occur", reason="it had left")
    shop.run(wrong, KEEPER, BOTH)
    assert state() == "closed"
    assert ordering.done(SO, OrderKind.SALES) == [40]


def test_what_a_person_closed_stays_closed(shop: Desk) -> None:
    sale(shop)
    first = ship(shop, cups(15))
    shop.run(CloseSale(number=SO, reason="enough"))
    shop.run(VoidShipment(warehouse="main", desadv=first, reason="no truck"), KEEPER)
    assert state() == "closed"
    shop.run(ReopenSale(number=SO, reason="not enough"))
    again = ship(shop, cups(40))
    assert state() == "closed"
    shop.run(VoidShipment(warehouse="main", desadv=again, reason="no truck"), KEEPER)
    assert state() == "open"  # it was the goods that had closed it, last


def test_the_commands_by_hand_are_those_that_there_are() -> None:
    names = {(kind, state): command.__name__ for command, (kind, state) in ENDS.items()}
    told = {kind: (names[kind, OrderState.CLOSED], names[kind, OrderState.OPEN]) for kind in OrderKind}
    assert told == BY_HAND


def test_a_refusal_at_the_door_opens_it_again_and_a_return_does_not(shop: Desk) -> None:
    sale(shop)
    sale(shop, 10, "SO-2")
    number, other = ship(shop, cups(40)), ship(shop, cups(10), po="SO-2")
    shop.run(Deliver(warehouse="main", customer="SHOP", desadv=other), CARRIER)
    shop.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(10), reason="sour", desadv=other))
    assert state("SO-2") == "closed"
    assert ordering.done("SO-2", OrderKind.SALES) == [10]
    shop.run(Deliver(warehouse="main", customer="SHOP", desadv=number, refused=cups(5), reason="crushed"), CARRIER)
    assert state() == "open"
    assert ordering.done(SO, OrderKind.SALES) == [35]
    shop.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(5), reason="crushed", desadv=number))
    assert ordering.done(SO, OrderKind.SALES) == [35]
    ship(shop, cups(5))
    assert state() == "closed"


def test_a_delivery_that_is_taken_leaves_it_as_it_is(shop: Desk) -> None:
    sale(shop)
    number = ship(shop, cups(40))
    before = Order.objects.get(number=SO).version
    shop.run(Deliver(warehouse="main", customer="SHOP", desadv=number), CARRIER)
    assert (state(), Order.objects.get(number=SO).version) == ("closed", before)


def right(desadv: str, quantity: int) -> CorrectShipment:
    line = RightLine(uri=yoghurt("L1"), quantity=quantity)
    return CorrectShipment(warehouse="main", desadv=desadv, error="incorrect_data", reason="miscounted", lines=(line,))


def test_a_shipment_put_right_opens_and_closes_it(shop: Desk) -> None:
    sale(shop)
    number = ship(shop, cups(40))
    shop.run(right(number, 38), KEEPER, BOTH)
    assert state() == "open"
    shop.run(right(number, 40), KEEPER, BOTH)
    assert state() == "closed"
    wrong = CorrectShipment(warehouse="main", desadv=number, error="did_not_occur", reason="another truck")
    shop.run(wrong, KEEPER, BOTH)
    assert state() == "open"
    assert ordering.done(SO, OrderKind.SALES) == [0]


def test_a_pallet_that_stayed_opens_it(shop: Desk) -> None:
    sale(shop)
    boxes = [str(shop.run(Pack(warehouse="main", lines=cups(20)), KEEPER).value["container"]) for _ in range(2)]
    number = ship(shop, tuple(Line(container=box) for box in boxes))
    assert state() == "closed"
    stayed = CorrectShipment(
        warehouse="main", desadv=number, error="incorrect_data", reason="left behind", stayed=(boxes[0],)
    )
    shop.run(stayed, KEEPER, BOTH)
    assert state() == "open"
    assert ordering.done(SO, OrderKind.SALES) == [20]


def test_an_event_put_right_opens_and_closes_it(shop: Desk) -> None:
    sale(shop)
    sent = shop.run(Ship(warehouse="main", customer="SHOP", lines=cups(40), po=SO), KEEPER)
    less = Correct(warehouse="main", event=sent.events[0], error="incorrect_data", reason="x", lines=cups(39))
    again = shop.run(less, KEEPER, BOTH)
    assert state() == "open"
    shop.run(replace(less, event=str(again.value["instead"][0]), lines=cups(40)), KEEPER, BOTH)
    assert state() == "closed"


# -- issues -----------------------------------------------------------------------------------------------------------


def test_a_pick_closes_an_issue_and_its_correction_opens_it(shop: Desk) -> None:
    uri = ordering.issue(shop)
    ordering.needed(shop, 1, "YOG", 20)
    shop.run(Reserve(warehouse="main", number=uri), KEEPER)
    shop.run(Pick(warehouse="main", lines=cups(5, place="A-01"), po=uri), KEEPER)
    assert (state("IS-1"), kept()) == ("open", 15)
    done = shop.run(Pick(warehouse="main", lines=cups(15, place="A-01"), po="IS-1"), KEEPER)
    assert (state("IS-1"), kept()) == ("closed", 0)
    wrong = Correct(warehouse="main", event=done.events[0], error="did_not_occur", reason="somebody else's")
    shop.run(wrong, KEEPER, BOTH)
    assert state("IS-1") == "open"
    assert ordering.done("IS-1", OrderKind.ISSUE) == [5]


def test_a_pick_for_a_sale_is_none_for_the_issue_of_its_number(shop: Desk) -> None:
    sale(shop, 10, "X-1")
    uri = ordering.issue(shop, "X-1")
    ordering.needed(shop, 1, "YOG", 20, "X-1")
    shop.run(Pick(warehouse="main", lines=cups(20, place="A-01"), po=uri), KEEPER)
    picked = shop.run(Pick(warehouse="main", lines=cups(10, place="A-01"), po="X-1"), KEEPER)
    issue = Order.objects.get(kind="issue")
    assert issue.state == "closed"
    wrong = Correct(warehouse="main", event=picked.events[0], error="did_not_occur", reason="not yet")
    shop.run(wrong, KEEPER, BOTH)
    issue.refresh_from_db()
    assert issue.state == "closed"


# -- at once ----------------------------------------------------------------------------------------------------------


def at_once(desk: Desk, *commands: object) -> list[str]:
    """What each answers when all begin together: "" or the codes it is refused for."""
    start, told = threading.Barrier(len(commands)), [""] * len(commands)
    ticks, noon = count(), NOON + timedelta(days=1)

    def clock() -> object:
        return noon + timedelta(milliseconds=next(ticks))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(60)
            context = Context(actor=SYSTEM, request_id=uuid4(), now=noon, clock=clock)  # type: ignore[arg-type]  # a moment
            execute(context, commands[number])
        except Refused as refused:
            told[number] = " ".join(sorted(problem.code for problem in refused.problems))
        except BaseException as fault:  # handed to the test
            told[number] = repr(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(commands))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert differences() == []
    return told


@pytest.mark.engine
def test_two_ship_the_last_of_it_at_once(engine: str) -> None:
    """Halves: both go, the later one closes it. All of it twice: one goes, the other reads why not."""
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 100)
    stocked(desk, "L2", 100)
    for turn in range(3):
        number = f"SO-H{turn}"
        sale(desk, 10, number)
        half = [Ship(warehouse="main", customer="SHOP", lines=cups(5, lot), po=number) for lot in ("L1", "L2")]
        assert at_once(desk, *half) == ["", ""]
        assert (state(number), ordering.done(number, OrderKind.SALES)) == ("closed", [Decimal(10)])
        number = f"SO-W{turn}"
        sale(desk, 10, number)
        whole = [Ship(warehouse="main", customer="SHOP", lines=cups(10, lot), po=number) for lot in ("L1", "L2")]
        assert sorted(at_once(desk, *whole)) == ["", "orders.order_closed"]
        assert (state(number), ordering.done(number, OrderKind.SALES)) == ("closed", [Decimal(10)])


@pytest.mark.engine("postgresql")  # SQLite lets one writer in at a time
@pytest.mark.parametrize("register", ["sales_orders", "sales_lines"])
def test_goods_close_it_while_somebody_writes_it(engine: str, register: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes an order that the goods have closed since he was judged is told so; nothing is overwritten."""
    build_dairy()
    desk = Desk()
    stocked(desk)
    sale(desk)
    module = register_orders if register == "sales_orders" else register_lines
    check = register_orders.check_not_ended_since

    def meanwhile(judged: dict[int, bool]) -> None:
        assert at_once(desk, Ship(warehouse="main", customer="SHOP", lines=cups(40), po=SO)) == [""]
        check(judged)

    monkeypatch.setattr(module, "check_not_ended_since", meanwhile)
    rows: dict[str, dict[str, Value]] = {
        "sales_orders": {"number": SO, "reference": "4711"},
        "sales_lines": {"order": SO, "line": 2, "item": "FRESH", "quantity": Decimal(5)},
    }
    with pytest.raises(Refused) as refused:
        ordering.put(desk, register, rows[register])
    assert [problem.code for problem in refused.value.problems] == ["catalog.changed_meanwhile"]
    assert (state(), Order.objects.get(number=SO).lines.count()) == ("closed", 1)
