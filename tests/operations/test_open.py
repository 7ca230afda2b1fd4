"""Opening stock: found in its bin, pending or released, once."""

from dataclasses import replace
from decimal import Decimal

from suyuan.accounts.rules import EVERYWHERE, Granted, actor_from
from suyuan.operations.commands import Line, Move, OpeningLine, OpeningStock
from suyuan.stock.facts import OWN
from suyuan.stock.queries import stock_of
from tests.desk.test_office_list import put
from tests.operations.dairy import INSPECTOR, KEEPER, LAST, MAKER, QUALITY, ROLES, Desk, key, refusal, stocked, yoghurt

GRANTS = [Granted(role, ROLES[role].permissions, EVERYWHERE) for role in ("keeper", "inspector")]
BOTH_ROLES = actor_from("id-Both", "Both", GRANTS, {"hz": ["main", "cold"]})


def line(quantity: int, lot: str = "L1", place: str = "A-01", status: str = "pending") -> OpeningLine:
    return OpeningLine(item="YOG", lot=lot, quantity=quantity, place=place, expiry=LAST, status=status)


def opening(*lines: OpeningLine) -> OpeningStock:
    return OpeningStock(warehouse="main", lines=lines)


def test_it_works(desk: Desk) -> None:
    desk.run(opening(line(30), line(20, place="A-02"), line(5, "L2", status="released")), BOTH_ROLES)
    assert desk.stock(yoghurt("L1")) == {("A-01", "pending"): Decimal(30), ("A-02", "pending"): Decimal(20)}
    assert desk.stock(yoghurt("L2")) == {("A-01", "released"): Decimal(5)}


def test_a_lot_may_be_told_in_several_commands(desk: Desk) -> None:
    desk.run(opening(line(30)), KEEPER)
    desk.run(opening(line(20, place="A-02")), KEEPER)
    assert sum(desk.stock(yoghurt("L1")).values()) == 50


def test_goods_without_a_lot_number_get_one(desk: Desk) -> None:
    desk.run(opening(replace(line(30), lot="")), KEEPER)


def test_what_moves_already_is_no_opening_stock(desk: Desk) -> None:
    stocked(desk)
    assert refusal(desk, opening(line(30, place="A-02")), KEEPER) == {("lines[0]", "operations.opening_known")}
    desk.run(opening(line(30, "L2")), KEEPER)
    desk.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L2", quantity=30, place="A-01"),), to="A-02"), KEEPER)
    assert refusal(desk, opening(line(30, "L2")), KEEPER) == {("lines[0]", "operations.opening_known")}


def test_released_takes_an_inspector_or_the_signature_of_one(desk: Desk) -> None:
    good = opening(line(1, status="released"))
    assert refusal(desk, good, KEEPER) == {("approver", "governance.approval_missing")}
    assert refusal(desk, good, KEEPER, MAKER) == {("approver", "governance.approval_not_allowed")}
    desk.run(good, KEEPER, INSPECTOR)
    desk.run(opening(line(1, "L2", status="released")), KEEPER, QUALITY)
    assert desk.stock(yoghurt("L2")) == {("A-01", "released"): Decimal(1)}


def test_all_lines_are_judged(desk: Desk) -> None:
    bad = opening(
        line(1, place=""), line(1, place="B-9"), line(0), line(1, status="held"), replace(line(1), expiry=None)
    )
    assert refusal(desk, bad, KEEPER) == {
        ("lines[0].place", "operations.place_missing"),
        ("lines[1].place", "operations.place_unknown"),
        ("lines[2].quantity", "operations.quantity_zero"),
        ("lines[3].status", "operations.choice"),
        ("lines[4].expiry", "operations.expiry_missing"),
    }


def theirs(quantity: int, owner: str = "FARM", **more: str) -> OpeningLine:
    return replace(line(quantity), owner=owner, **more)  # type: ignore[arg-type]  # by name


def shares(lot: str = "L1") -> dict[tuple[bool, str], int]:
    """Is it ours, and in which status? → how many pieces."""
    found: dict[tuple[bool, str], int] = {}
    for row in stock_of([key(yoghurt(lot))]):
        told = (row.owner == OWN, row.status)
        found[told] = found.get(told, 0) + row.quantity // 1_000_000
    return found


def test_goods_that_we_keep_for_others(desk: Desk) -> None:
    desk.run(opening(line(30), theirs(20), theirs(5, "SHOP", place="A-02")), KEEPER)
    assert shares() == {(True, "pending"): 30, (False, "pending"): 25}
    assert len({row.owner for row in stock_of([key(yoghurt("L1"))])}) == 3
    desk.run(
        opening(theirs(7, place="A-02", status="released"), replace(line(4), place="A-02", owner="own")), BOTH_ROLES
    )
    assert shares() == {(True, "pending"): 34, (False, "pending"): 25, (False, "released"): 7}


def test_whose_they_are_in_several_commands(desk: Desk) -> None:
    desk.run(opening(theirs(20)), KEEPER)
    desk.run(opening(line(30)), KEEPER)
    assert shares() == {(True, "pending"): 30, (False, "pending"): 20}


def test_an_owner_that_cannot_be(desk: Desk) -> None:
    put("partners", {"code": "CAFE", "is_active": False})
    bad = opening(theirs(1, "NOBODY"), theirs(1, "CAFE", place="A-02"))
    assert refusal(desk, bad, KEEPER) == {
        ("lines[0].owner", "operations.partner_unknown"),
        ("lines[1].owner", "operations.partner_closed"),
    }
